"""The check of lip sync: measures how far the film's sound is from its planned position, by correlation with
the plan's mix.

Only distinct stretches of the mix are measured. A sound that resembles itself a little later (a tone, a hum)
would match at many positions, so it is skipped.
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

MAX_SYNC_PLACES = 5  # At most this many positions are measured, spread evenly over the film.
# The film is divided into `MAX_SYNC_PLACES` equal parts. In each part, at most this many beginnings of sounds
# and as many evenly spaced positions are tried, until a distinct sound is found.
_TRIES = 3
_WINDOW = 1.0  # The length in seconds of the stretch of the mix that is compared with the film.
REACH = 0.25  # The largest offset, in seconds, at which a sound can still be found.
_NEAR = 0.0005  # Positions within this many seconds of the best match count as the same match.
# A sound is distinct if its correlation with itself at every other position is below this value.
_DISTINCT = 0.8
_ALIKE = 0.2  # A smaller correlation does not count as a match.
# The coefficient of the pre-emphasis, as in speech coding. High frequencies show the position of a sound more
# exactly.
_EMPHASIS = 0.95
_LOUD = 3e-4  # A sound with a smaller root mean square (full scale is 1.0) is too quiet to be compared.

Mono = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SyncWindow:
    """A stretch of the plan's mix that is looked for in the film. It begins at `frame` and resembles no other
    sound near it. `meant` is the sound of the stretch with all channels summed.
    """

    frame: int
    start: int  # The first sample, at the plan's sample rate.
    meant: Mono


@dataclass(frozen=True, slots=True)
class SyncPlace:
    """The measured sync error at one position.

    The sound that the plan has at `frame` is `late` seconds later in the film (negative: earlier). `fit` is
    the correlation of both sounds; 1 is a perfect match.
    """

    frame: int
    late: float
    fit: float


def choose_sync_windows(plan: RenderPlan) -> tuple[SyncWindow, ...]:
    """Return the stretches of the plan's mix to look for in the film, in order. Empty if no stretch is
    distinct.

    Raises Failed if a source file cannot be read.
    """
    rate = plan.sample_rate
    reach, length = round(REACH * rate), round(_WINDOW * rate)
    found = []
    with contextlib.closing(Mixer(plan)) as mixer:
        for frames in _iterate_candidate_frames(plan):
            for frame in frames:
                start = frame_to_sample(frame, plan.rate, rate)
                here = min(length, mixer.samples - start)
                expected = mixer.read(start, here).sum(axis=0)
                if here > 1 and _is_distinct(_emphasise_highs(expected), reach):
                    found.append(SyncWindow(frame, start, expected))
                    break
    return tuple(found)


def find_search_spans(plan: RenderPlan, wanted: Iterable[SyncWindow]) -> list[tuple[Fraction, Fraction]]:
    """Return, for each window, the time span of the film in which to look for it: first second and end, in
    seconds.
    """
    rate, reach = plan.sample_rate, Fraction(REACH)
    return [
        (Fraction(each.start, rate) - reach, Fraction(each.start + len(each.meant), rate) + reach)
        for each in wanted
    ]


def locate_windows(
    plan: RenderPlan, wanted: Iterable[SyncWindow], samples: Iterable[Mono]
) -> tuple[SyncPlace, ...]:
    """Find each window in the decoded sound of its search span. Return the measured positions; windows that
    were not found are left out.

    `samples` holds the sound of the spans, at the plan's sample rate.
    """
    reach = REACH * plan.sample_rate
    found = []
    for window, sound in zip(wanted, samples, strict=True):
        lag, fit = _locate_best_fit(_emphasise_highs(window.meant), _emphasise_highs(sound))
        found.append(SyncPlace(window.frame, (lag - reach) / plan.sample_rate, fit))
    return tuple(place for place in found if place.fit >= _ALIKE)


def _iterate_candidate_frames(plan: RenderPlan) -> Iterator[list[int]]:
    """Yield a list of frames for each of the equal parts into which the film is divided: the frames at which
    a window could begin. Frames at which a sound of the plan begins are listed first.
    """
    window = max(1, round(_WINDOW * plan.rate))
    edges = [plan.frames * part // MAX_SYNC_PLACES for part in range(MAX_SYNC_PLACES + 1)]
    margin = (
        window // 8
    )  # The window starts a little earlier, so that it includes the beginning of the sound.
    for first, last in pairwise(edges):
        begins = sorted({max(0, each.start - margin) for each in plan.sounds if first <= each.start < last})
        between = [first + (last - first) * part // _TRIES for part in range(_TRIES)]
        yield [*begins[:_TRIES], *between]


def _is_distinct(sound: Mono, reach: int) -> bool:
    """Return True if a sound is loud enough and matches itself at one position only. `reach` is the largest
    tested offset in samples.
    """
    if float(np.sqrt(np.mean(np.square(sound)))) < _LOUD:
        return False
    around = np.concatenate((np.zeros(reach, np.float32), sound, np.zeros(reach, np.float32)))
    fits = np.abs(_correlate(sound, around))
    near = max(1, round(_NEAR * reach / REACH))
    fits[reach - near : reach + near + 1] = 0
    return float(fits.max(initial=0.0)) < _DISTINCT


def _emphasise_highs(sound: Mono) -> Mono:
    """Return the sound with its low frequencies reduced, because they are similar everywhere and would blur
    the match.
    """
    sharp: Mono = sound[1:] - np.float32(_EMPHASIS) * sound[:-1]
    return sharp


def _locate_best_fit(expected: Mono, samples: Mono) -> tuple[int, float]:
    """Return the position in `samples` where the sound `expected` matches best, and the correlation there."""
    fits = _correlate(expected, samples)
    at = int(np.argmax(fits))
    return at, float(fits[at])


def _correlate(sound: Mono, around: Mono) -> NDArray[np.float64]:
    """Return the correlation (−1 to 1) of `sound` with each stretch of the same length in the longer sound
    `around`.
    """
    size = 1 << int(np.ceil(np.log2(len(around))))
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(sound, size))
    products = np.fft.irfft(spectrum, size)[: len(around) - len(sound) + 1]
    energy = np.concatenate(([0.0], np.cumsum(np.square(around, dtype=np.float64))))
    parts = energy[len(sound) :] - energy[: len(energy) - len(sound)]
    scale = np.sqrt(np.maximum(parts, 1e-12) * max(float(np.square(sound, dtype=np.float64).sum()), 1e-12))
    fits: NDArray[np.float64] = products / scale
    return fits
