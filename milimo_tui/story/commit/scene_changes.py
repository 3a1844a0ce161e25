"""What a commit tells of scenes: moved, renumbered, renamed by the script, or kept as a person set. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from milimo_tui.core.order_keys import longest_rising
from milimo_tui.story.commit.pairing import Pairs
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.text import fold


def changed_scenes(story: Story, drafts: Sequence[SceneDraft], paired: Pairs) -> Iterable[str]:
    """A sentence for each scene that the script moved, renumbered or renamed since the last commit.

    `paired` leads from drafts to the film's scenes, both by their places.
    """
    there = [(paired[at], at) for at in sorted(paired) if not story.scenes[paired[at]].parked]
    movable = [old for old, _ in there if not story.scenes[old].keeps("order")]
    stayed = {movable[place] for place in longest_rising(movable)}
    for old, at in there:
        scene, draft = story.scenes[old], drafts[at]
        name = f"scene {draft.number}"
        if scene.number != draft.number:
            yield f"scene {scene.number} is {draft.number} now"
        if not scene.keeps("order") and old not in stayed:
            yield f"{name} comes after {drafts[at - 1].number} now" if at else f"{name} comes first now"
        if scene.in_script("heading") != draft.heading and not scene.keeps("heading"):
            yield f"{name} is {draft.heading} now, was {scene.heading}"


def kept_headings(story: Story, drafts: Sequence[SceneDraft], paired: Pairs) -> Iterable[str]:
    """A sentence for each scene whose heading a person set and the script has changed, too."""
    for at in sorted(paired):
        scene, draft = story.scenes[paired[at]], drafts[at]
        known = (fold(scene.in_script("heading")), fold(scene.heading))
        if scene.keeps("heading") and fold(draft.heading) not in known:
            yield f"scene {draft.number} keeps {scene.heading}, set by hand; the script says {draft.heading}"
