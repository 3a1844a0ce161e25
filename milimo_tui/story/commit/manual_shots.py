"""Recognize manual shots, which the user added to scenes of the script, in an imported script.

An exported script contains the manual shots as text. When that script is imported again, these shots must not
be created a second time. Each manual shot is linked to its text in the script by the text's digest, and
belongs to the script from then on. Pure functions.
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

# A shot of the script counts as a reworded manual shot if their texts are at least this similar (Dice
# coefficient of trigrams, 0 to 1).
MIN_MANUAL_SHOT_SIMILARITY = 0.5


def is_manual_shot(shot: Shot) -> bool:
    """Return True if a shot is in the film but not in the script."""
    return not shot.digest and not shot.parked


def list_manual_shots(story: Story, scene: str) -> tuple[Shot, ...]:
    """Return the shots of a scene (its id) that the user added, in film order."""
    return tuple(shot for shot in story.live_shots() if shot.scene == scene and is_manual_shot(shot))


def adopt_manual_shots(story: Story, drafts: Sequence[SceneDraft]) -> Story:
    """Return the story in which manual shots are marked as shots of the script if the script now contains
    them in the same scene.
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
        # If every new shot text of the scene comes from a manual shot, the rest of the scene is unchanged.
        # The new text is then stored, so that the scene does not count as changed.
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
    """Return the digests of all script texts from which the shots of a scene were made. Parked and deleted
    shots do not count.
    """
    sources = (list_sources(shot.digest) for shot in story.live_shots() if shot.scene == scene.id)
    return frozenset().union(*sources)


def _collect_matched_digests(shots: Collection[Shot], drafts: Sequence[ShotDraft]) -> frozenset[str]:
    return frozenset().union(*(list_sources(shot.digest) for shot in shots)) & {
        each.digest for each in drafts
    }


def match_manual_shots(
    shots: Sequence[Shot], drafts: Sequence[ShotDraft], *, reworded: bool
) -> Mapping[str, Shot]:
    """Find the manual shots that a script contains. `drafts` are the shots of the script. Return the shots
    that were found, by shot id, each with the digest of its text in the script.

    If several neighbouring drafts together have the words of a shot, the shot gets the digests of all of
    them. With `reworded`, a shot whose words are only similar to a draft counts too. Such a shot becomes a
    shot of the script, and a merge then gives it the new words.
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
        trigrams = count_trigrams(" ".join(list_manual_words(shot)))
        like = [
            (compute_dice(trigrams, count_trigrams(" ".join(_list_draft_words(draft)))), -at)
            for at, draft in enumerate(left)
        ]
        best, place = max(like, default=(0.0, 0))
        if best >= MIN_MANUAL_SHOT_SIMILARITY:
            del left[-place]
            out[shot.id] = replace(shot, digest=compute_text_digest("by hand", shot.id))
    return out


def _find_matching_drafts(wanted: Sequence[str], drafts: Sequence[ShotDraft]) -> Sequence[ShotDraft]:
    """Return the neighbouring drafts that together have exactly the words `wanted`, or an empty sequence."""
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
    """Return the words of a manual shot in the order in which a script contains them."""
    spoken = [line.text for line in shot.dialogue]
    texts = (shot.action, shot.caption, *spoken) if shot.action else (*spoken, shot.caption)
    return tuple(_split_folded_words(texts))


def _list_draft_words(draft: ShotDraft) -> tuple[str, ...]:
    """Return the words of a shot of the script. If the shot has dialogue, its action is left out, because
    that action is not in the script: the rules have added it.
    """
    seen = [line.text for line in draft.dialogue] or [draft.action]
    return tuple(_split_folded_words((*seen, draft.caption)))


def _split_folded_words(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from (word.casefold() for word in split_words(text))
