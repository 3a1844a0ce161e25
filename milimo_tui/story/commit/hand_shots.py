"""Manual shots: shots that the user added to scenes of the script, and their recognition in an imported
script.

An exported script contains the manual shots as text. When that script is imported again, the shots must not
be created a second time: each manual shot is bound to the text that it was written as, and belongs to the
script from then on. Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.story.values.similarity import compute_dice, count_trigrams
from milimo_tui.story.values.text import compute_text_digest, split_words
from milimo_tui.story.values.text_pieces import join_digests, list_sources

MIN_MANUAL_SHOT_SIMILARITY = 0.5  # Share of equal trigrams above which a draft is a reworded manual shot.


def is_manual_shot(shot: Shot) -> bool:
    """Return True if a shot is in the film but not in the script."""
    return not shot.digest and not shot.parked


def list_manual_shots(story: Story, scene: str) -> tuple[Shot, ...]:
    """Return the shots of a scene (its id) that the user added, in film order."""
    return tuple(shot for shot in story.live_shots() if shot.scene == scene and is_manual_shot(shot))


def adopt_manual_shots(story: Story, drafts: Sequence[SceneDraft]) -> Story:
    """Return the story with each manual shot marked as the script's, if the script has its words in its
    scene.
    """
    by_hand = {shot.scene for shot in story.live_shots() if is_manual_shot(shot)}
    written = [replace(scene, heading=scene.get_script_value("heading")) for scene in story.scenes]
    if not any(scene.id in by_hand and scene.line for scene in written):
        return story
    known = frozenset().union(*(list_sources(shot.digest) for shot in story.shots))
    scenes: dict[str, Scene] = {}
    shots: dict[str, Shot] = {}
    for at, old in pair_scenes(written, drafts)[0].items():
        scene, draft = story.scenes[old], drafts[at]
        if scene.id not in by_hand:
            continue
        fresh = [shot for shot in draft.shots if shot.digest not in known]
        whole = collect_scene_digests(story, scene) <= {shot.digest for shot in draft.shots}
        found = match_manual_shots(list_manual_shots(story, scene.id), fresh, reworded=whole)
        shots |= found
        # Every new shot of the scene was a manual shot, so nothing else of the scene's text has changed.
        if whole and len(fresh) == len(_collect_matched_digests(found.values(), fresh)):
            scenes[scene.id] = replace(scene, text=draft.text)
    if not shots:
        return story
    return replace(
        story,
        scenes=tuple(scenes.get(scene.id, scene) for scene in story.scenes),
        shots=tuple(shots.get(shot.id, shot) for shot in story.shots),
    )


def collect_scene_digests(story: Story, scene: Scene) -> frozenset[str]:
    """Return the digests of the script's texts that the live shots of a scene have."""
    mine = (list_sources(shot.digest) for shot in story.live_shots() if shot.scene == scene.id)
    return frozenset().union(*mine)


def _collect_matched_digests(shots: Collection[Shot], drafts: Sequence[ShotDraft]) -> frozenset[str]:
    return frozenset().union(*(list_sources(shot.digest) for shot in shots)) & {
        each.digest for each in drafts
    }


def match_manual_shots(
    shots: Sequence[Shot], drafts: Sequence[ShotDraft], *, reworded: bool
) -> Mapping[str, Shot]:
    """Return the manual shots whose words are in the drafts, by id, each bound to the text of its draft.

    If several neighbouring drafts together have the words of a shot, the shot is bound to all of them. With
    `reworded`, shots with similar words are returned too: they belong to the script, and a merge then gives
    them the new words.
    """
    out: dict[str, Shot] = {}
    left = list(drafts)
    for shot in shots:
        run = _find_matching_drafts(list_manual_words(shot), left)
        if run:
            text = ""
            for draft in run:
                left.remove(draft)
                text = join_digests(text, draft.digest) if text else draft.digest
            out[shot.id] = replace(shot, digest=text)
    for shot in shots if reworded else ():
        if shot.id in out:
            continue
        mine = count_trigrams(" ".join(list_manual_words(shot)))
        like = [
            (compute_dice(mine, count_trigrams(" ".join(_list_draft_words(draft)))), -at)
            for at, draft in enumerate(left)
        ]
        best, place = max(like, default=(0.0, 0))
        if best >= MIN_MANUAL_SHOT_SIMILARITY:
            del left[-place]
            out[shot.id] = replace(shot, digest=compute_text_digest("by hand", shot.id))
    return out


def _find_matching_drafts(wanted: Sequence[str], drafts: Sequence[ShotDraft]) -> Sequence[ShotDraft]:
    """Return the neighbouring drafts that together have exactly these words, or an empty sequence."""
    for at in range(len(drafts)) if wanted else ():
        found: list[str] = []
        for end, draft in enumerate(drafts[at:], at + 1):
            found += _list_draft_words(draft)
            if found == list(wanted):
                return drafts[at:end]
            if found != list(wanted)[: len(found)]:
                break
    return ()


def list_manual_words(shot: Shot) -> tuple[str, ...]:
    """Return the words of a manual shot in the order in which they are written into a script."""
    spoken = [line.text for line in shot.dialogue]
    texts = (shot.action, shot.caption, *spoken) if shot.action else (*spoken, shot.caption)
    return tuple(_split_folded_words(texts))


def _list_draft_words(draft: ShotDraft) -> tuple[str, ...]:
    """Return the words of a draft, without the action that the rules add to a draft with dialogue."""
    seen = [line.text for line in draft.dialogue] or [draft.action]
    return tuple(_split_folded_words((*seen, draft.caption)))


def _split_folded_words(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from (word.casefold() for word in split_words(text))
