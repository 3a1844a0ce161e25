"""A film's sound, every sample decoded: how long, how loud by EBU R128, where it peaks, where it is silent.

Second 0 of a file is its first picture, or its first sample where it has no picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from milimo_tui.core.time import half_up
from milimo_tui.media.check_pictures import Damage

BLOCK = Fraction(1, 100)  # seconds over which a peak is kept
_RUN_UP = Fraction(1, 2)  # decoding begins so much earlier than asked: lossy codecs remember
_SILENT_LUFS = -70.0  # the gate of EBU R128: below it nothing is loud at all

Tick = Callable[[float], None]  # seconds listened to so far; raises Cancelled to stop
Mono = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sounds:
    """What was heard. `peaks` is the highest sample of all channels in each BLOCK, 1.0 full scale.

    `samples` end where the last one does, counted from second 0. `lufs` is None where all is silent.
    """

    codec: str
    sample_rate: int
    channels: int
    samples: int
    peaks: NDArray[np.float32]
    lufs: float | None
    true_peak: float | None  # dBTP
    damage: tuple[Damage, ...] = ()


def listen(path: Path, tick: Tick) -> Sounds | None:
    """Decode the first sound stream of a file; None where it has none.

    Raises FFmpegError or OSError where the file can't be read on.
    """
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        rate, origin = stream.sample_rate, _origin(container)
        peaks, meter = _Peaks(rate), _Meter(stream)
        damage: list[Damage] = []
        second = Fraction(0)
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except FFmpegError as error:
                damage.append(Damage(second, f"the sound can't be decoded ({error.strerror or error})"))
                continue
            for frame in frames:
                if frame.is_corrupt:
                    damage.append(Damage(second, "the sound is damaged"))
                if frame.pts is not None:
                    second = frame.pts * (frame.time_base or Fraction(1, rate)) - origin
                peaks.add(half_up(second * rate), frame)
                meter.push(frame)
            tick(float(second))
        meter.finish()
        return Sounds(
            codec=stream.codec_context.codec.canonical_name,
            sample_rate=rate,
            channels=stream.codec_context.layout.nb_channels,
            samples=peaks.end,
            peaks=peaks.all(),
            lufs=meter.lufs,
            true_peak=meter.true_peak,
            damage=tuple(damage),
        )


class Snippets:
    """Parts of a file's sound at `rate`, channels summed."""

    def __init__(self, path: Path, rate: int) -> None:
        """Open a file that has sound. Raises FFmpegError or OSError, as `read`."""
        self._container = av.open(str(path))
        self._stream = self._container.streams.audio[0]
        self._tick = self._stream.time_base or Fraction(1, self._stream.sample_rate)
        self._origin = _origin(self._container)
        self._rate = rate

    def read(self, start: int, samples: int) -> Mono:
        """From that sample after second 0 on; silence where there is none."""
        heard = np.zeros(samples, np.float32)
        before = max(Fraction(0), Fraction(start, self._rate) - _RUN_UP) + self._origin
        self._container.seek(math.floor(before / self._tick), stream=self._stream, backward=True)
        plain = av.AudioResampler(format="fltp", layout="stereo", rate=self._rate)
        at: int | None = None
        for frame in self._container.decode(self._stream):
            if at is None and frame.pts is not None:
                seconds = frame.pts * (frame.time_base or self._tick) - self._origin
                at = half_up(seconds * self._rate) - start
            frame.pts = None
            for part in plain.resample(frame):
                at = _lay(part.to_ndarray().sum(axis=0), at or 0, heard)
            if at is not None and at >= samples:
                break
        return heard

    def close(self) -> None:
        self._container.close()


def _origin(container: av.container.InputContainer) -> Fraction:
    """Second 0 on the container's clock."""
    first = next(iter(container.streams.video), None) or container.streams.audio[0]
    return (first.start_time or 0) * (first.time_base or Fraction(1))


def _lay(values: Mono, at: int, into: Mono) -> int:
    """Put values at a place of an array, as far as they are inside; returns the place after them."""
    first, last = max(0, at), min(len(into), at + len(values))
    if last > first:
        into[first:last] = values[first - at : last - at]
    return at + len(values)


class _Peaks:
    """The highest sample of every block."""

    def __init__(self, rate: int) -> None:
        self._size = max(1, half_up(rate * BLOCK))
        self._peaks = np.zeros(1024, np.float32)
        self.end = 0

    def add(self, start: int, frame: av.AudioFrame) -> None:
        values = _levels(frame)
        if start < 0:
            values, start = values[-start:], 0
        if not len(values):
            return
        self.end = max(self.end, start + len(values))
        blocks = np.arange(start, start + len(values)) // self._size
        edges = np.concatenate(([0], np.flatnonzero(np.diff(blocks)) + 1))
        while blocks[-1] >= len(self._peaks):
            self._peaks = np.concatenate((self._peaks, np.zeros_like(self._peaks)))
        found = np.maximum.reduceat(values, edges)
        at = blocks[edges]
        self._peaks[at] = np.maximum(self._peaks[at], found)

    def all(self) -> NDArray[np.float32]:
        return self._peaks[: -(-self.end // self._size)]


def _levels(frame: av.AudioFrame) -> Mono:
    """The highest magnitude of all channels at each sample, 1.0 full scale."""
    values: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    if np.issubdtype(values.dtype, np.integer):
        full = float(np.iinfo(values.dtype).max) + 1
        values = values.astype(np.float32) / np.float32(full)
    highest: Mono = np.abs(values).max(axis=0).astype(np.float32, copy=False)
    return highest


class _Meter:
    """Integrated loudness and true peak by libavfilter's ebur128."""

    def __init__(self, stream: Any) -> None:
        self._graph = av.filter.Graph()
        source = self._graph.add_abuffer(template=stream)
        meter = self._graph.add("ebur128", "metadata=1:peak=true")
        sink = self._graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()
        self._told: dict[str, str] = {}

    def push(self, frame: av.AudioFrame | None) -> None:
        self._graph.push(frame)
        while True:
            try:
                told = self._graph.pull().metadata
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if "lavfi.r128.I" in told:
                self._told = told

    def finish(self) -> None:
        self.push(None)

    @property
    def lufs(self) -> float | None:
        value = _number(self._told.get("lavfi.r128.I"))
        return None if value is None or value <= _SILENT_LUFS else value

    @property
    def true_peak(self) -> float | None:
        """Told by FFmpeg as a factor."""
        value = _number(self._told.get("lavfi.r128.true_peak"))
        return None if not value or value <= 0 else 20 * math.log10(value)


def _number(text: str | None) -> float | None:
    value = float(text) if text else math.nan
    return value if math.isfinite(value) else None
