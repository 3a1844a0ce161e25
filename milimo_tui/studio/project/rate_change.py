"""Change of a film's rate: every length stays the same time, by the rule of `cut.values.conform`.

Lengths of shots, and the frames of their conditioning, are converted to the new rate. Takes are files and
stay as they are; they are shown by their seconds. Cuts with the film's rate get the new rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.follow.reframing import convert_cut_format
from milimo_tui.cut.values.cut import Cut, MediaLength
from milimo_tui.story.values.film import Conditioning, Project, Shot, Story


@dataclass(frozen=True, slots=True)
class RateChange:
    """The values that change with the rate. `kept` are the names of the cuts that keep their own rate."""

    project: Project
    shots: tuple[Shot, ...]
    cuts: tuple[Cut, ...]
    kept: tuple[str, ...] = ()


def change_film_rate(story: Story, cuts: tuple[Cut, ...], rate: Fraction, bounds: MediaLength) -> RateChange:
    """Return the film at a rate in frames a second. Frozen cuts and cuts with their own rate are
    unchanged.
    """
    ratio = rate / story.project.rate
    after, kept = [], []
    for cut in cuts:
        if cut.frozen or cut.rate != story.project.rate:
            kept.append(cut.name)
            after.append(cut)
        else:
            after.append(convert_cut_format(cut, rate=rate, bounds=bounds))
    return RateChange(
        replace(story.project, rate=rate),
        tuple(_convert_shot_rate(shot, ratio) for shot in story.shots),
        tuple(after),
        tuple(kept),
    )


def _convert_shot_rate(shot: Shot, ratio: Fraction) -> Shot:
    frames = max(1, round_half_up(shot.frames * ratio))
    return replace(
        shot,
        frames=frames,
        conditioning=tuple(_convert_conditioning_rate(one, ratio, frames) for one in shot.conditioning),
    )


def _convert_conditioning_rate(one: Conditioning, ratio: Fraction, frames: int) -> Conditioning:
    """Return a conditioning at the same time of its shot; a frame counted from the end still counts from the
    end.
    """
    if one.frame >= 0:
        return replace(one, frame=min(frames - 1, round_half_up(one.frame * ratio)))
    if one.frame == -1:
        return one
    return replace(one, frame=-min(frames, max(1, round_half_up(-one.frame * ratio))))
