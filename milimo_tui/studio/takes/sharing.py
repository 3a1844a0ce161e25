"""Describe how a shot shares a take with other shots of a performance, which is one speech over several
shots. Pure functions over a story snapshot.
"""

from __future__ import annotations

from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.shot_words import Continuing


def describe_sharing_briefly(story: Story, shot: Shot, performances: FilmPerformances | None = None) -> str:
    """Return a short text on how a shot continues a performance: the number of the first shot and the manner,
    such as `1B, closer` or `1B, under`. Return an empty text for a shot that continues no performance.
    """
    found = (performances or FilmPerformances(story)).get_continued_performance(shot)
    return f"{_get_number_or_id(story, found.first_shot)}, {shot.continues_as}" if found is not None else ""


def get_film_crop(story: Story, shot: Shot, performances: FilmPerformances | None = None) -> FilmCrop | None:
    """Return the region of the shared take's picture that a closer shot shows. Return None for a shot that
    shows the full picture.
    """
    crop, project = (performances or FilmPerformances(story)).compute_shot_crop(shot), story.project
    return None if crop is None else FilmCrop(project.width, project.height, crop.scale, crop.x, crop.y)


def get_sharing_label(story: Story, shot: Shot) -> str:
    """Return the label that is shown before the text of `describe_sharing`. It is "performs" for a shot that
    other shots continue, otherwise "continues".
    """
    performances = FilmPerformances(story)
    return (
        "performs"
        if performances.get_performance(shot) and performances.get_continued_performance(shot) is None
        else "continues"
    )


def describe_sharing(story: Story, shot: Shot) -> str:
    """Describe in full how a shot shares a take with other shots of a performance (one speech over several
    shots): `1B, closer: its take from 10.0 s on, 1.44 times as large`.

    For the first shot of a performance, return the length of the take and the shots that continue it. For a
    shot without a performance, return the number of the shot that it continues, or an empty text.
    """
    performances, rate = FilmPerformances(story), story.project.rate
    found = performances.get_performance(shot)
    if found is None:
        return story.numbers.get(shot.continues, "a parked shot") if shot.continues else ""
    if found.first_shot.id == shot.id:
        others = ", ".join(_get_number_or_id(story, part) for part in found.parts[1:])
        length = f"{float(found.total_frames / rate):.1f} s  {found.total_frames} f"
        return f"the complete speech, {length}; {others} {'share' if len(found.parts) > 2 else 'shares'} it"
    begins = float(found.get_part_start(shot) / rate)
    if shot.continues_as is Continuing.UNDER:
        return (
            f"{describe_sharing_briefly(story, shot, performances)}: its sound continues from "
            f"{begins:.1f} s under this picture"
        )
    crop = performances.compute_shot_crop(shot)
    scale = crop.scale if crop is not None else 1.0
    size = f"{scale:.2f} times as large" if scale > 1 else "the complete picture"
    return f"{describe_sharing_briefly(story, shot, performances)}: its take from {begins:.1f} s on, {size}"


def _get_number_or_id(story: Story, shot: Shot) -> str:
    return story.numbers.get(shot.id, shot.id)
