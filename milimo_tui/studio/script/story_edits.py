"""Edits of scenes and shots by hand, with the cuts and numbers that follow them. Reads no screenplay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.story.shots import numbering
from milimo_tui.story.values.film import Look, Story
from milimo_tui.studio.cuts import follow
from milimo_tui.studio.cuts.follow import Followed
from milimo_tui.studio.session.studio import Studio


def edit_story(studio: Studio, label: str, before: Sequence[Any], after: Sequence[Any]) -> Followed:
    """An edit of scenes and shots, and in the same undo step of the cuts that follow them, and of looks.

    Where numbers are locked a scene or shot that goes is OMITTED instead, and one that comes gets a number.
    """
    file = studio.project()
    cuts = file.cuts()
    story = file.story()
    seen = {value.id: value for value in before}  # as the caller saw them: what changed since is a conflict
    looks = [[value for value in values if isinstance(value, Look)] for values in (before, after)]
    then = numbering.edited(story, before, [value for value in after if not isinstance(value, Look)])
    whole: list[Any] = [*story.scenes, *story.shots]
    was = [seen.get(value.id, value) for value in whole]
    followed = follow.follow(cuts, story, then)
    file.edit(
        label,
        scope="project",
        actor=studio.actor,
        before=[*was, *looks[0], *cuts],
        after=[*then.scenes, *then.shots, *looks[1], *followed.cuts],
    )
    return followed


def follow_cuts(studio: Studio, label: str, before: Story) -> None:
    """Bring numbers and cuts up to date with a story that was changed, as an edit; none where nothing is to.

    `before` is the film as it was.
    """
    file = studio.project()
    cuts, story = file.cuts(), file.story()
    then = numbering.edited(story, (), ())
    followed = follow.follow(cuts, before, then)
    if cuts != followed.cuts or then != story:
        was: list[Any] = [*story.scenes, *story.shots, *cuts]
        now: list[Any] = [*then.scenes, *then.shots, *followed.cuts]
        file.edit(label, scope="project", actor=studio.actor, before=was, after=now)
