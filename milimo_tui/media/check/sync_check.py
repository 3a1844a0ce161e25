"""How far a film's sound lies from where its plan puts it, by holding the plan's own mix against the file.

Measured only where the mix has something to hold on to: a sound that is like itself a little later (a tone, a
hum) fits at many places, so it is passed over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import sample_at
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.sound.mix import Mixer

PLACES = 5  # at most, spread over the film
_TRIES = 3  # of windows in each part of the film
_WINDOW = 1.0  # seconds that are held against the file
REACH = 0.25  # seconds that the sound may be off and still be found
_NEAR = 0.0005  # seconds around the best fit that count as the same one
_DISTINCT = 0.8  # the next best fit of a sound with itself is worse than this
_ALIKE = 0.2  # the sound of the file fits its plan's at least so well
_EMPHASIS = 0.95  # as speech is coded: highs tell where a sound is
_LOUD = 3e-4  # root mean square of what is worth holding on to

Mono = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the plan's mix that is like no other near it, beginning at that frame."""

    frame: int
    start: int  # sample of the plan's rate
    meant: Mono


@dataclass(frozen=True, slots=True)
class Place:
    """The sound at that frame comes `late` seconds after its plan's; `fit` is 1 where they are alike."""

    frame: int
    late: float
    fit: float


def windows(plan: Plan) -> tuple[Window, ...]:
    """What to look for in the film's sound, in order; none where there is nothing to hold on to.

    Raises Failed for a source.
    """
    rate = plan.sample_rate
    reach, length = round(REACH * rate), round(_WINDOW * rate)
    found = []
    with contextlib.closing(Mixer(plan)) as mixer:
        for frames in _parts(plan):
            for frame in frames:
                start = sample_at(frame, plan.rate, rate)
                here = min(length, mixer.samples - start)
                meant = mixer.read(start, here).sum(axis=0)
                if here > 1 and _is_distinct(_sharp(meant), reach):
                    found.append(Window(frame, start, meant))
                    break
    return tuple(found)


def spans(plan: Plan, wanted: Iterable[Window]) -> list[tuple[Fraction, Fraction]]:
    """The seconds [first, last) of the film in which each window is looked for."""
    rate, reach = plan.sample_rate, Fraction(REACH)
    return [
        (Fraction(each.start, rate) - reach, Fraction(each.start + len(each.meant), rate) + reach)
        for each in wanted
    ]


def places(plan: Plan, wanted: Iterable[Window], samples: Iterable[Mono]) -> tuple[Place, ...]:
    """Where the windows lie in what was heard of their spans, at the plan's rate; those that are there."""
    reach = REACH * plan.sample_rate
    found = []
    for window, sound in zip(wanted, samples, strict=True):
        lag, fit = _best(_sharp(window.meant), _sharp(sound))
        found.append(Place(window.frame, (lag - reach) / plan.sample_rate, fit))
    return tuple(place for place in found if place.fit >= _ALIKE)


def _parts(plan: Plan) -> Iterator[list[int]]:
    """Frames to begin a window at, a few for each part of the film: first where a sound begins."""
    window = max(1, round(_WINDOW * plan.rate))
    edges = [plan.frames * part // PLACES for part in range(PLACES + 1)]
    lead = window // 8  # so that the beginning of a sound is in its window
    for first, last in pairwise(edges):
        begins = sorted({max(0, each.start - lead) for each in plan.sounds if first <= each.start < last})
        between = [first + (last - first) * part // _TRIES for part in range(_TRIES)]
        yield [*begins[:_TRIES], *between]


def _is_distinct(sound: Mono, reach: int) -> bool:
    """Whether a sound fits itself at one place alone, and is loud enough to tell."""
    if float(np.sqrt(np.mean(np.square(sound)))) < _LOUD:
        return False
    around = np.concatenate((np.zeros(reach, np.float32), sound, np.zeros(reach, np.float32)))
    fits = np.abs(_fits(sound, around))
    near = max(1, round(_NEAR * reach / REACH))
    fits[reach - near : reach + near + 1] = 0
    return float(fits.max(initial=0.0)) < _DISTINCT


def _sharp(sound: Mono) -> Mono:
    """Without most of its depths, which are alike from one place to the next."""
    sharp: Mono = sound[1:] - np.float32(_EMPHASIS) * sound[:-1]
    return sharp


def _best(meant: Mono, samples: Mono) -> tuple[int, float]:
    """Where in `samples` the sound lies, and how well it fits there."""
    fits = _fits(meant, samples)
    at = int(np.argmax(fits))
    return at, float(fits[at])


def _fits(sound: Mono, around: Mono) -> NDArray[np.float64]:
    """The correlation of a sound with every part of a longer one that is as long, −1…1."""
    size = 1 << int(np.ceil(np.log2(len(around))))
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(sound, size))
    products = np.fft.irfft(spectrum, size)[: len(around) - len(sound) + 1]
    energy = np.concatenate(([0.0], np.cumsum(np.square(around, dtype=np.float64))))
    parts = energy[len(sound) :] - energy[: len(energy) - len(sound)]
    scale = np.sqrt(np.maximum(parts, 1e-12) * max(float(np.square(sound, dtype=np.float64).sum()), 1e-12))
    fits: NDArray[np.float64] = products / scale
    return fits
