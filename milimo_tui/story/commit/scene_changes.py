"""Descriptions of scene changes in a commit: a scene was moved or renumbered, the script changed its heading,
or a heading set by the user was preserved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.core.order_keys import find_longest_rising_run
from milimo_tui.story.commit.pairing import Pairs
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Scene, Story
from milimo_tui.story.values.text import fold


@dataclass(frozen=True, slots=True)
class SceneChange:
    """A change of one scene. `kind` is moved, renumbered, changed (its heading), parked, back (restored after
    it was parked) or new.

    `before` and `after` are the headings of the scene before and after the change. `before` is empty if the
    scene was not in the film before, and `after` if it is not in the film afterwards.
    """

    kind: str
    scene: str
    number: str
    words: str
    before: str
    after: str
    line: int  # Line in the current script, or 0 if the scene is not in the script.


def list_scene_changes(story: Story, then: Story) -> Iterator[SceneChange]:
    """Yield the changes of scenes from an earlier state of a film, `story`, to a later state, `then`. They
    are in the order of the later state.

    Changes that the changes of shots show already are left out: a scene that was added or removed, or that
    only has a new number.
    """
    old = {scene.id: scene for scene in story.scenes}
    at_first = {scene.id: at for at, scene in enumerate(story.scenes)}
    filled = {shot.scene for film in (story, then) for shot in film.live_shots()}
    live = then.live_scenes()
    movable = [at_first[scene.id] for scene in live if scene.id in old and not scene.is_set_by_user("order")]
    stayed = {movable[at] for at in find_longest_rising_run(movable)}
    for at, scene in enumerate(live):
        was = old.get(scene.id)
        if was is None or was.parked:
            if scene.id not in filled:
                kind = "new" if was is None else "back"
                yield _create_scene_change(kind, scene, scene.heading, "", scene.heading)
            continue
        changes = dict[str, str]()
        if not scene.is_set_by_user("order") and at_first[scene.id] not in stayed:
            changes["moved"] = f"comes after {live[at - 1].number} now" if at else "comes first now"
        if was.number != scene.number and (changes or scene.id not in filled):
            changes["renumbered"] = f"was {was.number}"
        if was.heading != scene.heading:
            changes["changed"] = f"{was.heading} → {scene.heading}"
        if changes:
            yield _create_scene_change(
                next(iter(changes)), scene, "; ".join(changes.values()), was.heading, scene.heading
            )
    for scene in then.scenes:
        was = old.get(scene.id)
        if was is not None and scene.parked and not was.parked and scene.id not in filled:
            words = f"{'OMITTED: ' if scene.omitted else ''}{was.heading}"
            yield _create_scene_change("parked", was, words, was.heading, "")


def _create_scene_change(kind: str, scene: Scene, words: str, before: str, after: str) -> SceneChange:
    return SceneChange(kind, scene.id, scene.number, words, before, after, scene.line if after else 0)


def describe_scene_changes(story: Story, drafts: Sequence[SceneDraft], paired: Pairs) -> Iterable[str]:
    """Yield a sentence for each scene that the script moved, renumbered or renamed since the last commit.

    `paired` maps the index of a scene in `drafts` (the scenes parsed from the script) to the index of the
    matching scene in the film.
    """
    there = [(paired[at], at) for at in sorted(paired) if not story.scenes[paired[at]].parked]
    movable = [old for old, _ in there if not story.scenes[old].is_set_by_user("order")]
    stayed = {movable[place] for place in find_longest_rising_run(movable)}
    for old, at in there:
        scene, draft = story.scenes[old], drafts[at]
        name = f"scene {draft.number}"
        if scene.number != draft.number:
            yield f"scene {scene.number} is {draft.number} now"
        if not scene.is_set_by_user("order") and old not in stayed:
            yield f"{name} comes after {drafts[at - 1].number} now" if at else f"{name} comes first now"
        if scene.get_script_value("heading") != draft.heading and not scene.is_set_by_user("heading"):
            yield f"{name} is {draft.heading} now, was {scene.heading}"


def describe_preserved_headings(story: Story, drafts: Sequence[SceneDraft], paired: Pairs) -> Iterable[str]:
    """Yield a sentence for each scene whose heading the user has set and the script has changed. The user's
    heading is preserved.
    """
    for at in sorted(paired):
        scene, draft = story.scenes[paired[at]], drafts[at]
        known = (fold(scene.get_script_value("heading")), fold(scene.heading))
        if scene.is_set_by_user("heading") and fold(draft.heading) not in known:
            text = f"scene {draft.number} keeps {scene.heading}, set by the user"
            yield f"{text}; the script has {draft.heading}"
