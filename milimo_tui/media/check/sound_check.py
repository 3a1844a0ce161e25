"""The check of a film's sound: every sample is decoded, and length, peaks, silence and EBU R128 loudness are
measured.

Second 0 of a file is the time of its first picture, or of its first sample if the file has no pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from milimo_tui.core.time import round_half_up
from milimo_tui.media.check.picture_check import Damage
from milimo_tui.media.files.allowed_formats import open_media

BLOCK = Fraction(1, 100)  # The highest sample is stored for each block of this length, in seconds.
SILENT_LUFS = -70.0  # The absolute gate of EBU R128, in LUFS. A film that is not louder counts as silent.

# A function that is called with the seconds checked so far. It raises Cancelled to stop the check.
Tick = Callable[[float], None]
Span = tuple[Fraction, Fraction]  # The first second and the end of a time span. The end is not included.
Samples = NDArray[np.float32]  # An array of shape (channels, n). Full scale is 1.0.
Mono = NDArray[np.float32]  # The sum of all channels.


@dataclass(frozen=True, slots=True)
class CheckedSound:
    """The measurements of a film's sound.

    - `peaks` holds the highest sample of all channels in each BLOCK; full scale is 1.0.
    - `samples` is the end of the last sample, counted in samples from second 0.
    - `lufs` is the loudness; None if the sound is silent.
    - `mono_lufs` is the loudness of the sum of left and right on two loudspeakers; None if it was not
      measured. It is `SILENT_LUFS` if the sum is silent.
    - `windows` holds the requested spans of sound.
    """

    codec: str
    sample_rate: int
    channels: int
    samples: int
    peaks: NDArray[np.float32]
    lufs: float | None
    true_peak: float | None  # The true peak in dBTP.
    damage: tuple[Damage, ...] = ()
    windows: tuple[Mono, ...] = ()
    mono_lufs: float | None = None


def check_audio_stream(
    path: Path, tick: Tick, spans: Sequence[Span] = (), rate: int = 48000, *, mono: bool = False
) -> CheckedSound | None:
    """Decode and measure the first sound stream of a file. Return None if the file has none.

    `spans` are stretches of time whose sound is returned as `windows`, resampled to `rate` Hz. Where a span
    extends beyond the file's sound, it is silent. If `mono` is True, the loudness of stereo sound in
    mono is measured, too. Raises FFmpegError or OSError if the file cannot be read to
    its end.
    """
    with open_media(path) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        native, origin = stream.sample_rate, _find_second_zero(container)
        peaks, meter, kept = _BlockPeaks(native), _EbuR128Meter(stream), _SpanRecorder(spans, native)
        in_mono = _EbuR128Meter(stream, mono=True) if mono and stream.layout.nb_channels == 2 else None
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
                    second = frame.pts * (frame.time_base or Fraction(1, native)) - origin
                sound, start = _convert_to_float_samples(frame), round_half_up(second * native)
                peaks.add_block_peaks(start, sound)
                kept.record_sound(start, sound)
                meter.push_frame(frame)
                if in_mono is not None:
                    in_mono.push_frame(frame)
            tick(float(second))
        meter.finish_metering()
        if in_mono is not None:
            in_mono.finish_metering()
        return CheckedSound(
            codec=stream.codec_context.codec.canonical_name,
            sample_rate=native,
            channels=stream.codec_context.layout.nb_channels,
            samples=peaks.end,
            peaks=peaks.all(),
            lufs=meter.lufs,
            true_peak=meter.true_peak,
            damage=tuple(damage),
            windows=kept.resample_recorded_spans(rate),
            mono_lufs=None if in_mono is None else in_mono.lufs or SILENT_LUFS,
        )


def _find_second_zero(container: av.container.InputContainer) -> Fraction:
    """Return the time of second 0 on the clock of the container."""
    first = next(iter(container.streams.video), None) or container.streams.audio[0]
    return (first.start_time or 0) * (first.time_base or Fraction(1))


class _SpanRecorder:
    """A recorder of the file's sound during some stretches of time, with all channels summed. The sound is
    recorded while the file is decoded.
    """

    def __init__(self, spans: Sequence[Span], rate: int) -> None:
        self._rate = rate
        self._starts = [round_half_up(first * rate) for first, _ in spans]
        self._kept = [np.zeros(round_half_up((last - first) * rate), np.float32) for first, last in spans]

    def record_sound(self, start: int, values: Samples) -> None:
        if not self._kept:
            return
        summed = values.sum(axis=0)
        for begins, kept in zip(self._starts, self._kept, strict=True):
            at = start - begins
            first, last = max(0, at), min(len(kept), at + len(summed))
            if last > first:
                kept[first:last] = summed[first - at : last - at]

    def resample_recorded_spans(self, rate: int) -> tuple[Mono, ...]:
        """Return the recorded spans at another sample rate."""
        return tuple(
            self._kept if rate == self._rate else (self._resample_span(kept, rate) for kept in self._kept)
        )

    def _resample_span(self, mono: Mono, rate: int) -> Mono:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate)
        frame = av.AudioFrame.from_ndarray(mono[None], format="fltp", layout="mono")
        frame.sample_rate = self._rate
        parts = [part.to_ndarray()[0] for part in (*resampler.resample(frame), *resampler.resample(None))]
        return np.concatenate(parts).astype(np.float32, copy=False)


class _BlockPeaks:
    """A collector that stores the highest sample of each BLOCK."""

    def __init__(self, rate: int) -> None:
        self._size = max(1, round_half_up(rate * BLOCK))
        self._peaks = np.zeros(1024, np.float32)
        self.end = 0

    def add_block_peaks(self, start: int, sound: Samples) -> None:
        values = np.abs(sound).max(axis=0)
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
        """Return the peaks of all blocks, in order."""
        return self._peaks[: -(-self.end // self._size)]


def _convert_to_float_samples(frame: av.AudioFrame) -> Samples:
    """Return the sound of a decoded frame as floats of shape (channels, n). Full scale is 1.0."""
    values: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    if np.issubdtype(values.dtype, np.integer):
        full = float(np.iinfo(values.dtype).max) + 1
        values = values.astype(np.float32) / np.float32(full)
    return values.astype(np.float32, copy=False)


class _EbuR128Meter:
    """A meter for integrated loudness and true peak, which uses libavfilter's filter ebur128."""

    def __init__(self, stream: Any, *, mono: bool = False) -> None:
        """Create a meter for a stream, or if `mono` is True, for the sum of its left and right channel."""
        self._graph = av.filter.Graph()
        source = self._graph.add_abuffer(template=stream)
        meter = self._graph.add("ebur128", f"metadata=1:peak=true{':dualmono=1' if mono else ''}")
        sink = self._graph.add("abuffersink")
        if mono:
            sum_of_both = self._graph.add("pan", "mono|c0=0.5*c0+0.5*c1")
            source.link_to(sum_of_both)
            source = sum_of_both
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()
        self._told: dict[str, str] = {}

    def push_frame(self, frame: av.AudioFrame | None) -> None:
        self._graph.push(frame)
        while True:
            try:
                metadata = self._graph.pull().metadata
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            if "lavfi.r128.I" in metadata:
                self._told = metadata

    def finish_metering(self) -> None:
        self.push_frame(None)

    @property
    def lufs(self) -> float | None:
        value = _parse_ebur128_value(self._told.get("lavfi.r128.I"))
        return None if value is None or value <= SILENT_LUFS else value

    @property
    def true_peak(self) -> float | None:
        """The true peak in dBTP. FFmpeg reports it as a linear factor, which is converted here."""
        value = _parse_ebur128_value(self._told.get("lavfi.r128.true_peak"))
        return None if not value or value <= 0 else 20 * math.log10(value)


def _parse_ebur128_value(text: str | None) -> float | None:
    value = float(text) if text else math.nan
    return value if math.isfinite(value) else None
