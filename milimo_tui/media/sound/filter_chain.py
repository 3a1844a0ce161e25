"""Sound effects on a source: a chain of libavfilter's filters, in double precision, that can be read from any
sample.

A graph of filters only runs forwards. A read at another position therefore starts a new graph, which first
hears the run-up of the chain. The result then differs from that of one uninterrupted graph by less than
−80 dB. The delays of filters are measured and removed, so that no effect moves the sound.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import cast

import av
import numpy as np
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as Ended
from av.filter.context import FilterContext
from numpy.typing import NDArray

from milimo_tui.cut.delivery.delivery import CHANNEL_LAYOUTS
from milimo_tui.cut.values.sound_effects import SoundChain, list_active_effects, measure_chain_run_up
from milimo_tui.media.sound.effect_filters import FilterStep, make_filter_steps, make_impulse_response
from milimo_tui.media.sound.samples import SampleSource, Sound, make_silence

Exact = NDArray[np.float64]

_FORMAT = "dblp"
# The number of samples that a graph gets at once.
_CHUNK = 4096
# Seconds of sound before the position that stay cached, because the next read may begin slightly earlier.
_KEPT = Fraction(1, 2)
# Filters with a delay. The delay is measured with an impulse of this level, which no limiter changes.
_DELAYED = ("afftdn", "alimiter")
_IMPULSE = 1e-3
# `afftdn` works on frames that begin at multiples of this part of a second. If all graphs begin at such a
# multiple, the frames are the same.
_NOISE_FRAMES = 80


class FilterGraph:
    """A chain of filters that runs forwards, on any number of samples at a time."""

    def __init__(self, steps: tuple[FilterStep, ...], sample_rate: int, channels: int) -> None:
        self._rate, self._layout, self._count = sample_rate, CHANNEL_LAYOUTS[channels], 0
        self._graph = av.filter.Graph()
        self._into = self._add_input()
        last, responses = self._into, []
        for step in steps:
            each = self._graph.add(step.name, step.options or None)
            last.link_to(each)
            if step.reverb is not None:
                second = self._add_input()
                second.link_to(each, 0, 1)
                responses.append((second, make_impulse_response(step.reverb, sample_rate, channels)))
            last = each
        converted = self._graph.add("aformat", f"sample_fmts={_FORMAT}:channel_layouts={self._layout}")
        self._out = self._graph.add("abuffersink")
        last.link_to(converted)
        converted.link_to(self._out)
        self._graph.configure()
        for into, response in responses:
            into.push(self._make_frame(response, 0))
            into.push(None)

    def _add_input(self) -> FilterContext:
        return self._graph.add_abuffer(
            sample_rate=self._rate,
            format=_FORMAT,
            layout=self._layout,
            time_base=Fraction(1, self._rate),
        )

    def filter_samples(self, sound: Sound | Exact) -> list[Exact]:
        """Add the next samples, an array (channels, samples), and return the samples that are complete, in
        pieces. Samples that are not numbers count as silence.
        """
        clean = np.nan_to_num(sound.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        self._into.push(self._make_frame(clean, self._count))
        self._count += sound.shape[1]
        return list(self._pull_pieces())

    def finish_samples(self) -> list[Exact]:
        """End the input and return the rest of the sound."""
        self._into.push(None)
        return list(self._pull_pieces())

    def _pull_pieces(self) -> Iterator[Exact]:
        while True:
            try:
                frame = cast("av.AudioFrame", self._out.pull())
                yield cast("Exact", frame.to_ndarray())
            except (NothingYet, Ended):
                return

    def _make_frame(self, sound: Exact, index: int) -> av.AudioFrame:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format=_FORMAT, layout=self._layout)
        frame.sample_rate, frame.pts, frame.time_base = self._rate, index, Fraction(1, self._rate)
        return frame


@lru_cache(maxsize=64)
def measure_delay(step: FilterStep, sample_rate: int) -> int:
    """Return the number of samples by which a filter delays the sound."""
    if step.name not in _DELAYED:
        return 0
    graph, at = FilterGraph((step,), sample_rate, 1), sample_rate // 10
    impulse = np.zeros((1, sample_rate))
    impulse[0, at] = _IMPULSE
    pieces = graph.filter_samples(impulse)
    return int(np.abs(np.concatenate(pieces, axis=1)[0]).argmax()) - at


class FilteredSound:
    """The sound of a source with a chain of effects. A source without active effects is returned unchanged.

    A sample has the same value whatever was read before, except for differences below −80 dB.
    """

    def __init__(self, source: SampleSource, chain: SoundChain) -> None:
        """Prepare the effects. Closing this object closes the source."""
        self._source = source
        self.sample_rate, self.channels = source.sample_rate, source.channels
        active = list_active_effects(chain)
        steps = (step for effect in active for step in make_filter_steps(effect, self.sample_rate))
        self._steps = tuple(step for step in steps if self.channels == 2 or not step.is_for_stereo)
        self._delay = sum(measure_delay(step, self.sample_rate) for step in self._steps)
        self._run_up = math.ceil(measure_chain_run_up(chain) * self.sample_rate)
        self._graph: FilterGraph | None = None
        # The next sample that the graph hears, the filtered samples that are cached, and the index of the
        # first of them.
        self._fed = 0
        self._begin, self._held = 0, make_silence(0, self.channels)

    def read(self, start: int, samples: int) -> Sound:
        """Return samples as `SampleSource.read` does. Raises the source's errors."""
        if not self._steps:
            return self._source.read(start, samples)
        if samples <= 0:
            return make_silence(0, self.channels)
        position = self._begin + self._held.shape[1]
        if self._graph is None or not self._begin <= start <= position + self._run_up:
            self._restart_before(start)
        self._filter_until(start + samples)
        out = self._held[:, start - self._begin : start + samples - self._begin]
        spare = start + samples - int(_KEPT * self.sample_rate) - self._begin
        if spare > 0:
            # A copy, because a view would preserve the memory of everything that was read.
            self._held = self._held[:, spare:].copy()
            self._begin += spare
        return out

    def close(self) -> None:
        """Close the source."""
        self._graph = None
        self._source.close()

    def _restart_before(self, start: int) -> None:
        """Start a new graph that hears the run-up before sample `start`."""
        frame = max(1, self.sample_rate // _NOISE_FRAMES)
        self._fed = (start - self._run_up) // frame * frame
        self._graph = FilterGraph(self._steps, self.sample_rate, self.channels)
        # The graph's first samples are its delay, so its sound begins before the first sample that it hears.
        self._begin, self._held = self._fed - self._delay, make_silence(0, self.channels)

    def _filter_until(self, end: int) -> None:
        """Filter and cache all samples before index `end`."""
        assert self._graph is not None
        pieces, have = [self._held], self._begin + self._held.shape[1]
        while have < end:
            count = min(_CHUNK, max(end + self._delay - self._fed, _CHUNK // 4))
            try:
                sound = self._source.read(self._fed, count)
            except BaseException:
                self._graph = None
                raise
            self._fed += count
            for piece in self._graph.filter_samples(sound):
                pieces.append(piece.astype(np.float32))
                have += piece.shape[1]
        if len(pieces) > 1:
            self._held = np.concatenate(pieces, axis=1)
