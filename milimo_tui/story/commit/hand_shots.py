"""Shots that a person added to scenes of the script: known again where a script has them. Pure.

A script that was exported has them as text. Brought in again it must not make them a second time: each stands
for the text that it was written as, and is the script's from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.story.values.similarity import dice, trigrams
from milimo_tui.story.values.text import digest, words
from milimo_tui.story.values.text_pieces import joined, sources

ALIKE = 0.5  # of letters: words by hand that were reworded once the script had them


def is_shot_by_hand(shot: Shot) -> bool:
    """Return whether a shot is in the film and the script does not have it."""
    return not shot.digest and not shot.parked


def shots_by_hand(story: Story, scene: str) -> tuple[Shot, ...]:
    """Return the shots of a scene (its id) that a person added, in film order."""
    return tuple(shot for shot in story.live_shots() if shot.scene == scene and is_shot_by_hand(shot))


def with_hand_shots_of(story: Story, drafts: Sequence[SceneDraft]) -> Story:
    """Return the story with its shots by hand as the script's, where that has their words in their scene."""
    by_hand = {shot.scene for shot in story.live_shots() if is_shot_by_hand(shot)}
    written = [replace(scene, heading=scene.in_script("heading")) for scene in story.scenes]
    if not any(scene.id in by_hand and scene.line for scene in written):
        return story
    known = frozenset().union(*(sources(shot.digest) for shot in story.shots))
    scenes: dict[str, Scene] = {}
    shots: dict[str, Shot] = {}
    for at, old in pair_scenes(written, drafts)[0].items():
        scene, draft = story.scenes[old], drafts[at]
        if scene.id not in by_hand:
            continue
        fresh = [shot for shot in draft.shots if shot.digest not in known]
        whole = known_in(story, scene) <= {shot.digest for shot in draft.shots}
        found = standing_for(shots_by_hand(story, scene.id), fresh, reworded=whole)
        shots |= found
        if whole and len(fresh) == len(_taken(found.values(), fresh)):  # all that is new was by hand
            scenes[scene.id] = replace(scene, text=draft.text)
    if not shots:
        return story
    return replace(
        story,
        scenes=tuple(scenes.get(scene.id, scene) for scene in story.scenes),
        shots=tuple(shots.get(shot.id, shot) for shot in story.shots),
    )


def known_in(story: Story, scene: Scene) -> frozenset[str]:
    """Return the digests of the script's texts that the shots of a scene have."""
    mine = (sources(shot.digest) for shot in story.live_shots() if shot.scene == scene.id)
    return frozenset().union(*mine)


def _taken(shots: Collection[Shot], drafts: Sequence[ShotDraft]) -> frozenset[str]:
    return frozenset().union(*(sources(shot.digest) for shot in shots)) & {each.digest for each in drafts}


def standing_for(shots: Sequence[Shot], drafts: Sequence[ShotDraft], *, reworded: bool) -> Mapping[str, Shot]:
    """Return, by id, those of the shots by hand whose words are in drafts, each as standing for its text.

    Of several drafts that have a shot's words between them it stands for all. With `reworded` also those with
    words that are alike: they are the script's, and a merge brings the new words to them.
    """
    out: dict[str, Shot] = {}
    left = list(drafts)
    for shot in shots:
        run = _run(words_by_hand(shot), left)
        if run:
            text = ""
            for draft in run:
                left.remove(draft)
                text = joined(text, draft.digest) if text else draft.digest
            out[shot.id] = replace(shot, digest=text)
    for shot in shots if reworded else ():
        if shot.id in out:
            continue
        mine = trigrams(_text(words_by_hand(shot)))
        like = [(dice(mine, trigrams(_text(_words(draft)))), -at) for at, draft in enumerate(left)]
        best, place = max(like, default=(0.0, 0))
        if best >= ALIKE:
            del left[-place]
            out[shot.id] = replace(shot, digest=digest("by hand", shot.id))
    return out


def _run(wanted: Sequence[str], drafts: Sequence[ShotDraft]) -> Sequence[ShotDraft]:
    """The neighbours among drafts that have just these words between them; empty for none."""
    for at in range(len(drafts)) if wanted else ():
        found: list[str] = []
        for end, draft in enumerate(drafts[at:], at + 1):
            found += _words(draft)
            if found == list(wanted):
                return drafts[at:end]
            if found != list(wanted)[: len(found)]:
                break
    return ()


def words_by_hand(shot: Shot) -> tuple[str, ...]:
    """Return the words of a shot by hand in the order in which they are written into a script."""
    spoken = [line.text for line in shot.dialogue]
    texts = (shot.action, shot.caption, *spoken) if shot.action else (*spoken, shot.caption)
    return tuple(_folded(texts))


def _words(draft: ShotDraft) -> tuple[str, ...]:
    """The words of a draft; what the rules say is seen while somebody speaks is nobody's text."""
    seen = [line.text for line in draft.dialogue] or [draft.action]
    return tuple(_folded((*seen, draft.caption)))


def _folded(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from (word.casefold() for word in words(text))


def _text(found: Sequence[str]) -> str:
    return " ".join(found)
