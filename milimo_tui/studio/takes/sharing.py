"""Descriptions of shots that share a performance's take. Pure over a story snapshot."""

from __future__ import annotations

from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import Continuing, Shot, Story


def short(story: Story, shot: Shot, performances: Performances | None = None) -> str:
    """Return the performance that a shot continues, and how: `1B, closer`, `1B, under`; empty for none."""
    found = (performances or Performances(story)).within(shot)
    return f"{_number(story, found.first)}, {shot.continues_as}" if found is not None else ""


def film_crop(story: Story, shot: Shot, performances: Performances | None = None) -> FilmCrop | None:
    """Return the crop of the take that a closer shot shows; None for a shot that shows the full picture."""
    crop, project = (performances or Performances(story)).crop(shot), story.project
    return None if crop is None else FilmCrop(project.width, project.height, crop.scale, crop.x, crop.y)


def label(story: Story, shot: Shot) -> str:
    """Return the label for `describe_sharing`: "continues", or "performs" for a shot that others continue."""
    performances = Performances(story)
    return "performs" if performances.of(shot) and performances.within(shot) is None else "continues"


def in_full(story: Story, shot: Shot) -> str:
    """Return a full description: `1B, closer: its take from 10.0 s on, 1.44 times as large`.

    For the first shot: the length of its take, and the shots that continue it. For a shot outside of a
    performance: the shot it continues, or nothing.
    """
    performances, rate = Performances(story), story.project.rate
    found = performances.of(shot)
    if found is None:
        return story.numbers.get(shot.continues, "a shot that is parked") if shot.continues else ""
    if found.first.id == shot.id:
        others = ", ".join(_number(story, part) for part in found.parts[1:])
        length = f"{float(found.frames / rate):.1f} s  {found.frames} f"
        return f"all of the speech, {length}; {others} {'go' if len(found.parts) > 2 else 'goes'} on with it"
    begins = float(found.begins_at(shot) / rate)
    if shot.continues_as is Continuing.UNDER:
        return f"{short(story, shot, performances)}: its sound goes on from {begins:.1f} s under this picture"
    crop = performances.crop(shot)
    scale = crop.scale if crop is not None else 1.0
    size = f"{scale:.2f} times as large" if scale > 1 else "the whole picture"
    return f"{short(story, shot, performances)}: its take from {begins:.1f} s on, {size}"


def _number(story: Story, shot: Shot) -> str:
    return story.numbers.get(shot.id, shot.id)
