"""A film at another rate: every length stays the same time, by the rule of `cut.values.conform`.

Shots are counted anew in the new rate, and so are the frames that they follow something at. Takes are files
and stay as they are, shown by their seconds. Cuts that run at the film's rate take the new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import half_up
from milimo_tui.cut.follow.reframing import reframed
from milimo_tui.cut.values.cut import Cut, MediaLength
from milimo_tui.story.values.film import Conditioning, Project, Shot, Story


@dataclass(frozen=True, slots=True)
class RateChange:
    """What differs at another rate. `kept` are the cuts (names) that keep their own."""

    project: Project
    shots: tuple[Shot, ...]
    cuts: tuple[Cut, ...]
    kept: tuple[str, ...] = ()


def at_rate(story: Story, cuts: tuple[Cut, ...], rate: Fraction, bounds: MediaLength) -> RateChange:
    """The film at a rate in frames a second. Frozen cuts and those of a rate of their own stay."""
    ratio = rate / story.project.rate
    after, kept = [], []
    for cut in cuts:
        if cut.frozen or cut.rate != story.project.rate:
            kept.append(cut.name)
            after.append(cut)
        else:
            after.append(reframed(cut, rate=rate, bounds=bounds))
    return RateChange(
        replace(story.project, rate=rate),
        tuple(_shot(shot, ratio) for shot in story.shots),
        tuple(after),
        tuple(kept),
    )


def _shot(shot: Shot, ratio: Fraction) -> Shot:
    frames = max(1, half_up(shot.frames * ratio))
    return replace(
        shot,
        frames=frames,
        conditioning=tuple(_followed(one, ratio, frames) for one in shot.conditioning),
    )


def _followed(one: Conditioning, ratio: Fraction, frames: int) -> Conditioning:
    """What a shot follows, at the same time of it; one that counts from the end does so still."""
    if one.frame >= 0:
        return replace(one, frame=min(frames - 1, half_up(one.frame * ratio)))
    if one.frame == -1:
        return one
    return replace(one, frame=-min(frames, max(1, half_up(-one.frame * ratio))))
