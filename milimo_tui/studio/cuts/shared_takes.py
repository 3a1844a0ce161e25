"""Lookup of the shots of a film that share another shot's take. Pure functions over a story."""

from __future__ import annotations

from milimo_tui.core.time import seconds_of
from milimo_tui.cut.follow.shared_takes import Sharing
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import Continuing, Story


def shared_in(story: Story) -> dict[str, Sharing]:
    """Return how each shot that continues a performance is shown, by the shot's id."""
    performances = Performances(story)
    out = {}
    for shot in story.live_shots():
        performance = performances.within(shot)
        if performance is None:
            continue
        if shot.continues_as is Continuing.UNDER:
            begins = seconds_of(performance.begins_at(shot), story.project.rate)
            out[shot.id] = Sharing(sound=performance.first.id, sound_in=begins)
        elif crop := performances.crop(shot):
            out[shot.id] = Sharing(crop.scale, crop.x, crop.y)
    return out
