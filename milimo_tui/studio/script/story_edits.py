"""Write edits that the user makes to scenes and shots, and update cuts and numbers in the same undo step. The
screenplay is not parsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.story.shots import numbering
from milimo_tui.story.values.film import Look, Story
from milimo_tui.studio.cuts import follow
from milimo_tui.studio.cuts.follow import CutsUpdate
from milimo_tui.studio.session.studio import Studio


def edit_story(studio: Studio, label: str, before: Sequence[Any], after: Sequence[Any]) -> CutsUpdate:
    """Write an edit of scenes, shots and looks. In the same undo step, update the cuts that follow the shots,
    and return the changes of the cuts.

    `before` and `after` are the changed values before and after the edit. While numbers are locked, a removed
    scene or shot becomes OMITTED, and an added scene or shot gets a number.
    """
    file = studio.require_project()
    cuts = file.load_cuts()
    story = file.load_story()
    # Compare with the values that the caller read. If one of them was changed in the meantime, writing the
    # edit raises a conflict.
    seen = {value.id: value for value in before}
    looks = [[value for value in values if isinstance(value, Look)] for values in (before, after)]
    then = numbering.apply_story_edit(
        story, before, [value for value in after if not isinstance(value, Look)]
    )
    whole: list[Any] = [*story.scenes, *story.shots]
    was = [seen.get(value.id, value) for value in whole]
    followed = follow.update_cuts(cuts, story, then)
    file.write_edit(
        label,
        scope="project",
        actor=studio.actor,
        before=[*was, *looks[0], *cuts],
        after=[*then.scenes, *then.shots, *looks[1], *followed.cuts],
    )
    return followed


def write_element_merge(studio: Studio, label: str, before: Story, after: Story) -> None:
    """Save all values that merging two elements may have changed, as one edit."""
    studio.require_project().write_edit(
        label,
        scope="project",
        actor=studio.actor,
        before=_collect_values_of_merge(before),
        after=_collect_values_of_merge(after),
    )


def _collect_values_of_merge(story: Story) -> list[Any]:
    return [story.project, *story.shots, *story.elements, *story.suggestions, *story.looks]


def update_cuts_after_edit(studio: Studio, label: str, before: Story) -> None:
    """Update shot numbers and cuts after scenes or shots were changed, as an edit. Write nothing if nothing
    has changed.

    `before` is the story before the change.
    """
    file = studio.require_project()
    cuts, story = file.load_cuts(), file.load_story()
    then = numbering.apply_story_edit(story, (), ())
    followed = follow.update_cuts(cuts, before, then)
    if cuts != followed.cuts or then != story:
        was: list[Any] = [*story.scenes, *story.shots, *cuts]
        now: list[Any] = [*then.scenes, *then.shots, *followed.cuts]
        file.write_edit(label, scope="project", actor=studio.actor, before=was, after=now)
