"""A source with a chain of sound effects: graphs of filters, a change of pitch, and numbers that change over
time by keys.

Some of libavfilter's filters can't change a number while they run, and others click. The course of the
numbers is therefore divided at knots, between which no number changes much. Each knot has an effect of its
own with constant numbers. Between two knots the sound crosses from the first effect to the second. The knots
depend only on the keys, so the sound is the same wherever reading began.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

import numpy as np

from milimo_tui.cut.values.effects import evaluate_curve
from milimo_tui.cut.values.keyframes import Easing
from milimo_tui.cut.values.sound_effects import (
    LEAST_RUN_UP,
    SOUND_EFFECTS,
    SoundChain,
    SoundEffect,
    SoundNumber,
    list_active_effects,
    measure_effect_run_up,
    set_effect_numbers,
)
from milimo_tui.media.sound.changed_speed import shift_pitch
from milimo_tui.media.sound.filter_chain import FilteredSound
from milimo_tui.media.sound.samples import FrameClock, SampleSource, Sound, make_silence

# The greatest changes between two knots: a factor for frequencies, times and ratios, and differences for
# gains, shares and other numbers.
_FACTOR, _DECIBELS, _SHARE, _STEP = 2 ** (1 / 6), 1.0, 0.05, 1.0
_MULTIPLIED = ("Hz", "ms", "s", "m", ": 1", "")
_LEAST = 1e-3  # Numbers below this value count as this value when a factor is computed.
# Two knots are at least this many seconds apart, and at least this share of the run-up of the effect, because
# each knot costs a run-up.
_LEAST_SECONDS, _LEAST_SHARE = 0.05, 1 / 8
_JUMP_SECONDS = 0.01  # The length of the cross-fade to the value after a key that holds its value.
_EFFECTS_OPEN = 3
PITCH = "pitch"
_BLOCKS_PER_SECOND = 2


@dataclass(frozen=True, slots=True)
class _Knot:
    """A sample of the film at which the effect has exactly the numbers of `effect`."""

    sample: int
    effect: SoundEffect


def find_effect_at(effect: SoundEffect, frame: float) -> SoundEffect:
    """Return an effect without keys, with the numbers that `effect` has at a frame."""
    numbers = {name: evaluate_curve(curve, frame) for name, curve in effect.curves}
    return set_effect_numbers(replace(effect, curves=()), numbers)


def _list_knots(effect: SoundEffect, clock: FrameClock, sample_rate: int) -> list[_Knot]:
    """Return the knots of an effect in order of time, at least one."""
    least = max(_LEAST_SECONDS, (LEAST_RUN_UP + measure_effect_run_up(effect)) * _LEAST_SHARE)
    frames = sorted({key.frame for _, curve in effect.curves for key in curve})
    numbers = SOUND_EFFECTS[effect.name].numbers
    places: list[float] = [float(frames[0])]
    jump = _JUMP_SECONDS * sample_rate * clock.frames_per_sample
    for first, last in pairwise(frames):
        seconds = (clock.find_sample(last) - clock.find_sample(first)) / sample_rate
        steps, holds = 1, False
        for name, curve in effect.curves:
            left, right = evaluate_curve(curve, first), evaluate_curve(curve, last)
            if left == right:
                continue
            easing = next((key.easing for key in reversed(curve) if key.frame <= first), Easing.LINEAR)
            if easing is Easing.HOLD:
                holds = True
            else:
                steps = max(steps, _count_steps(numbers[name], left, right))
        steps = max(1, min(steps, int(seconds / least)))
        places += [first + (last - first) * step / steps for step in range(1, steps)]
        if holds and last - jump > places[-1]:
            places.append(last - jump)
        places.append(float(last))
    return [_Knot(clock.find_sample(place), find_effect_at(effect, place)) for place in places]


def _count_steps(number: SoundNumber, left: float, right: float) -> int:
    """Return the number of knots that a change of a number needs."""
    if number.unit == "dB":
        return math.ceil(abs(right - left) / _DECIBELS)
    if number.high == 1:
        return math.ceil(abs(right - left) / _SHARE)
    if number.unit in _MULTIPLIED and number.low >= 0 and number.high > 2 * max(1.0, number.low):
        ratio = max(right, _LEAST, number.low) / max(left, _LEAST, number.low)
        return math.ceil(abs(math.log(ratio)) / math.log(_FACTOR))
    return math.ceil(abs(right - left) / _STEP)


class ChangingEffect:
    """The sound of a source with an effect that has keys. Sample n of the source is sample n of the film."""

    def __init__(self, source: SampleSource, effect: SoundEffect, clock: FrameClock) -> None:
        """Prepare the effect. Closing this object closes the source."""
        self._source = source
        self.sample_rate, self.channels = source.sample_rate, source.channels
        self._knots = _list_knots(effect, clock, self.sample_rate)
        self._samples = [knot.sample for knot in self._knots]
        seconds = LEAST_RUN_UP + measure_effect_run_up(effect)
        self._shared = _SharedSound(source, math.ceil((seconds + 1) * _BLOCKS_PER_SECOND) + 2)
        self._open: OrderedDict[SoundEffect, FilteredSound] = OrderedDict()

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does. Raises the source's errors."""
        parts = [self._read_part(*part) for part in self._divide_at_knots(start, start + max(0, samples))]
        return np.concatenate(parts, axis=1) if parts else make_silence(0, self.channels)

    def close(self) -> None:
        """Close the source."""
        self._open.clear()
        self._source.close()

    def _divide_at_knots(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yield parts of samples [start, end) without a knot inside: the number of the knot before each part
        (−1 before the first knot), its first sample, and the sample after its last.
        """
        at = start
        while at < end:
            number = bisect_right(self._samples, at) - 1
            following = self._samples[number + 1] if number + 1 < len(self._samples) else end
            yield number, at, min(end, following)
            at = min(end, following)

    def _read_part(self, number: int, first: int, last: int) -> Sound:
        left = self._knots[max(0, number)]
        right = self._knots[min(number + 1, len(self._knots) - 1)]
        sound = self._get_effect(left.effect).read(first, last - first)
        if left.effect == right.effect or number < 0:
            return sound
        other = self._get_effect(right.effect).read(first, last - first)
        share = (np.arange(first, last) + 0.5 - left.sample) / (right.sample - left.sample)
        return (sound + (other - sound) * share).astype(np.float32)

    def _get_effect(self, effect: SoundEffect) -> FilteredSound:
        if effect not in self._open:
            self._open[effect] = FilteredSound(self._shared, (effect,))
        self._open.move_to_end(effect)
        while len(self._open) > _EFFECTS_OPEN:
            self._open.popitem(last=False)
        return self._open[effect]


class _SharedSound:
    """A source that several effects read at different positions. The blocks that were read last stay in
    memory.
    """

    def __init__(self, source: SampleSource, blocks: int) -> None:
        self._source, self._count = source, blocks
        self.sample_rate, self.channels = source.sample_rate, source.channels
        self._size = source.sample_rate // _BLOCKS_PER_SECOND
        self._blocks: OrderedDict[int, Sound] = OrderedDict()

    def read(self, start: int, samples: int) -> Sound:
        parts = [
            self._get_block(number)[
                :, max(0, start - number * self._size) : start + samples - number * self._size
            ]
            for number in range(start // self._size, (start + samples - 1) // self._size + 1)
        ]
        return np.concatenate(parts, axis=1) if parts else make_silence(0, self.channels)

    def close(self) -> None:
        """Do nothing: the effect with keys closes the source."""

    def _get_block(self, number: int) -> Sound:
        if number not in self._blocks:
            self._blocks[number] = self._source.read(number * self._size, self._size)
        self._blocks.move_to_end(number)
        while len(self._blocks) > self._count:
            self._blocks.popitem(last=False)
        return self._blocks[number]


def order_effects(chain: SoundChain) -> SoundChain:
    """Return the active effects of a chain in the order in which they are applied.

    A change of pitch comes first. It looks for similar parts of the sound, and a difference of −80 dB, as
    between two starts of another effect, can change which parts it finds.
    """
    active = list_active_effects(chain)
    return tuple(sorted(active, key=lambda effect: effect.name != PITCH))


def open_effects(source: SampleSource, chain: SoundChain, clock: FrameClock) -> SampleSource:
    """Return a source with all effects of a chain that can be read from any sample. Closing the result closes
    the source.
    """
    for needs, group in groupby(order_effects(chain), _choose_manner):
        effects = tuple(group)
        if not needs:
            source = FilteredSound(source, effects)
            continue
        for effect in effects:
            if effect.name == PITCH:
                source = shift_pitch(source, effect.get_number("semitones"), clock)
            else:
                source = ChangingEffect(source, effect, clock)
    return source


def _choose_manner(effect: SoundEffect) -> bool:
    """Return True if an effect needs a source of its own, and can't share a graph with its neighbours."""
    return bool(effect.curves) or effect.name == PITCH
