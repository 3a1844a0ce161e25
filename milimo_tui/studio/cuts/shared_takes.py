"""Find the shots of a film that show a take of another shot. Pure functions over a story."""

from __future__ import annotations

from milimo_tui.core.time import frames_to_seconds
from milimo_tui.cut.follow.shared_takes import SharedTake
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.shot_words import Continuing


def find_shared_takes(story: Story) -> dict[str, SharedTake]:
    """Return what each shot uses of another shot's take, by the id of the shot: a crop of its picture, or its
    sound. Shots that have their own take are left out.
    """
    performances = FilmPerformances(story)
    out = {}
    for shot in story.live_shots():
        performance = performances.get_continued_performance(shot)
        if performance is None:
            continue
        if shot.continues_as is Continuing.UNDER:
            begins = frames_to_seconds(performance.get_part_start(shot), story.project.rate)
            out[shot.id] = SharedTake(sound=performance.first_shot.id, sound_in=begins)
        elif crop := performances.compute_shot_crop(shot):
            out[shot.id] = SharedTake(crop.scale, crop.x, crop.y)
    return out
