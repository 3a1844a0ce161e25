"""The sync check: measures how far a film's sound is from its planned position, by correlation with the
plan's mix.

Only parts of the mix that are distinct are measured. A sound that resembles itself a little later (a tone, a
hum) correlates at many positions and is skipped.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.sound.mix import Mixer

MAX_SYNC_PLACES = 5  # most positions that are measured, spread over the film
_TRIES = 3  # of windows in each part of the film
_WINDOW = 1.0  # seconds of the mix that are compared with the file
REACH = 0.25  # largest offset, in seconds, at which the sound is still found
_NEAR = 0.0005  # seconds around the best fit that count as the same fit
_DISTINCT = 0.8  # a distinct sound's second-best fit with itself is below this
_ALIKE = 0.2  # smallest correlation that counts as found
_EMPHASIS = 0.95  # pre-emphasis as in speech coding: high frequencies locate a sound
_LOUD = 3e-4  # root mean square of the quietest sound that is used

Mono = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SyncWindow:
    """A part of the plan's mix, from `frame` on, that resembles no other part near it."""

    frame: int
    start: int  # sample of the plan's rate
    meant: Mono


@dataclass(frozen=True, slots=True)
class SyncPlace:
    """A measured position: the sound at `frame` is `late` seconds later than planned; a `fit` of 1 is a
    perfect match.
    """

    frame: int
    late: float
    fit: float


def choose_sync_windows(plan: RenderPlan) -> tuple[SyncWindow, ...]:
    """Return the parts of the plan's mix to look for in the film, in order; empty if no part is distinct.

    Raises Failed for a source that cannot be read.
    """
    rate = plan.sample_rate
    reach, length = round(REACH * rate), round(_WINDOW * rate)
    found = []
    with contextlib.closing(Mixer(plan)) as mixer:
        for frames in _iterate_candidate_frames(plan):
            for frame in frames:
                start = frame_to_sample(frame, plan.rate, rate)
                here = min(length, mixer.samples - start)
                meant = mixer.read(start, here).sum(axis=0)
                if here > 1 and _is_distinct(_emphasise_highs(meant), reach):
                    found.append(SyncWindow(frame, start, meant))
                    break
    return tuple(found)


def find_search_spans(plan: RenderPlan, wanted: Iterable[SyncWindow]) -> list[tuple[Fraction, Fraction]]:
    """Return the seconds [first, last) of the film in which to look for each window."""
    rate, reach = plan.sample_rate, Fraction(REACH)
    return [
        (Fraction(each.start, rate) - reach, Fraction(each.start + len(each.meant), rate) + reach)
        for each in wanted
    ]


def locate_windows(
    plan: RenderPlan, wanted: Iterable[SyncWindow], samples: Iterable[Mono]
) -> tuple[SyncPlace, ...]:
    """Return the positions of the windows in the decoded sound of their spans, at the plan's rate.

    Windows that are not found are left out.
    """
    reach = REACH * plan.sample_rate
    found = []
    for window, sound in zip(wanted, samples, strict=True):
        lag, fit = _locate_best_fit(_emphasise_highs(window.meant), _emphasise_highs(sound))
        found.append(SyncPlace(window.frame, (lag - reach) / plan.sample_rate, fit))
    return tuple(place for place in found if place.fit >= _ALIKE)


def _iterate_candidate_frames(plan: RenderPlan) -> Iterator[list[int]]:
    """Yield a few start frames of windows for each part of the film, beginning with the frames where a sound
    begins.
    """
    window = max(1, round(_WINDOW * plan.rate))
    edges = [plan.frames * part // MAX_SYNC_PLACES for part in range(MAX_SYNC_PLACES + 1)]
    lead = window // 8  # the window then includes the beginning of the sound
    for first, last in pairwise(edges):
        begins = sorted({max(0, each.start - lead) for each in plan.sounds if first <= each.start < last})
        between = [first + (last - first) * part // _TRIES for part in range(_TRIES)]
        yield [*begins[:_TRIES], *between]


def _is_distinct(sound: Mono, reach: int) -> bool:
    """Return True if a sound matches itself at one position only, and is loud enough to be located."""
    if float(np.sqrt(np.mean(np.square(sound)))) < _LOUD:
        return False
    around = np.concatenate((np.zeros(reach, np.float32), sound, np.zeros(reach, np.float32)))
    fits = np.abs(_correlate(sound, around))
    near = max(1, round(_NEAR * reach / REACH))
    fits[reach - near : reach + near + 1] = 0
    return float(fits.max(initial=0.0)) < _DISTINCT


def _emphasise_highs(sound: Mono) -> Mono:
    """Return the sound without most of its low frequencies, which are similar everywhere."""
    sharp: Mono = sound[1:] - np.float32(_EMPHASIS) * sound[:-1]
    return sharp


def _locate_best_fit(meant: Mono, samples: Mono) -> tuple[int, float]:
    """Return the position of the sound in `samples`, and the correlation there."""
    fits = _correlate(meant, samples)
    at = int(np.argmax(fits))
    return at, float(fits[at])


def _correlate(sound: Mono, around: Mono) -> NDArray[np.float64]:
    """Return the correlation of a sound with each equally long part of a longer sound, −1…1."""
    size = 1 << int(np.ceil(np.log2(len(around))))
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(sound, size))
    products = np.fft.irfft(spectrum, size)[: len(around) - len(sound) + 1]
    energy = np.concatenate(([0.0], np.cumsum(np.square(around, dtype=np.float64))))
    parts = energy[len(sound) :] - energy[: len(energy) - len(sound)]
    scale = np.sqrt(np.maximum(parts, 1e-12) * max(float(np.square(sound, dtype=np.float64).sum()), 1e-12))
    fits: NDArray[np.float64] = products / scale
    return fits
