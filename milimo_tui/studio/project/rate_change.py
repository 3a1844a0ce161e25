"""Change the frame rate of a film. Every length keeps its duration in seconds, by the rule of
`cut.values.conform`.

Lengths of shots and the frames of their conditions are converted to the new rate. Takes are files and do not
change; they are shown at the same times in seconds. Cuts that had the film's rate get the new rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.follow.reframing import convert_cut_format
from milimo_tui.cut.values.cut import Cut, MediaLength
from milimo_tui.story.values.film import Project, Shot, Story
from milimo_tui.story.values.making import Conditioning


@dataclass(frozen=True, slots=True)
class RateChange:
    """The result of changing the frame rate of a film: its new shots and cuts. `kept` are the names of cuts
    with another rate than the film, which keep their rate.
    """

    project: Project
    shots: tuple[Shot, ...]
    cuts: tuple[Cut, ...]
    kept: tuple[str, ...] = ()


def change_film_rate(story: Story, cuts: tuple[Cut, ...], rate: Fraction, bounds: MediaLength) -> RateChange:
    """Return the film with a new rate, in frames per second. Frozen cuts, and cuts whose rate differs from
    the film's rate, stay unchanged. `bounds` is a function that returns the length of a clip's media, because
    a clip can't be longer than its media.
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
    """Return the condition with its frame converted to a new frame rate, so that it applies at the same time
    of its shot.

    `ratio` is the new rate divided by the old rate, and `frames` is the new length of the shot. A negative
    frame number counts from the end of the shot and stays negative.
    """
    if one.frame >= 0:
        return replace(one, frame=min(frames - 1, round_half_up(one.frame * ratio)))
    if one.frame == -1:
        return one
    return replace(one, frame=-min(frames, max(1, round_half_up(-one.frame * ratio))))
