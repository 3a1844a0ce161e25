"""Sound of media files at exact sample positions, as float stereo at the film's rate.

Second 0 of a file is its first picture, or its first sample where it has no picture. Outside a file's sound
there is silence. Sample n of the answer is always the same sound, wherever reading began.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.time import half_up
from milimo_tui.media.frames import unreadable

Sound = NDArray[np.float32]  # (2, samples), −1…1

# Decoding begins this much earlier than asked: codecs with memory (AAC, MP3) need a run-up.
_RUN_UP = Fraction(1, 4)


def silence(samples: int) -> Sound:
    return np.zeros((2, samples), np.float32)


class SoundReader:
    """The sound of one open file. Not for two threads at once."""

    def __init__(self, path: Path, sample_rate: int) -> None:
        """Open a file to be read at `sample_rate`. Raises NotFound, ReadOnly, or BadInput without sound."""
        self._path = path
        self._rate = sample_rate
        try:
            self._container = av.open(str(path))
        except (OSError, FFmpegError) as error:
            raise unreadable(path, error) from error
        if not self._container.streams.audio:
            self._container.close()
            raise BadInput(f"{path.name} has no sound")
        self._stream = self._container.streams.audio[0]
        self._native = self._stream.sample_rate
        self._tick = self._stream.time_base or Fraction(1, self._native)
        first = next(iter(self._container.streams.video), self._stream)
        self._origin = (first.start_time or 0) * (first.time_base or self._tick)
        common = math.gcd(self._native, sample_rate)
        self._native_step, self._step = self._native // common, sample_rate // common
        self._position = 0  # where the next piece begins, in samples of the answer
        self._pieces: Iterator[Sound] = iter(())
        self._held = silence(0)  # what is decoded already, from `_position` on
        self._seek(0)

    def read(self, start: int, samples: int) -> Sound:
        """Samples [start, start + samples) at the film's rate. Raises Failed where the file is damaged."""
        out = silence(samples)
        if start < 0:
            lead = min(samples, -start)
            out[:, lead:] = self.read(0, samples - lead)
            return out
        if start < self._position or start > self._position + self._held.shape[1] + self._rate:
            self._seek(start)
        self._skip(start - self._position)
        filled = 0
        while filled < samples:
            if not self._held.shape[1] and not self._more():
                break
            piece = self._held[:, : samples - filled]
            out[:, filled : filled + piece.shape[1]] = piece
            filled += piece.shape[1]
            self._skip(piece.shape[1])
        return out

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> SoundReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._held = piece
        return True

    def _skip(self, samples: int) -> None:
        while samples > 0:
            if not self._held.shape[1] and not self._more():
                self._position += samples  # past the end, where all is silent
                return
            step = min(samples, self._held.shape[1])
            self._held = self._held[:, step:]
            self._position += step
            samples -= step

    def _seek(self, start: int) -> None:
        """Begin decoding a little before `start`, on a whole step of both rates, so that phases agree."""
        run_up = half_up(_RUN_UP * self._rate)
        steps = max(0, (start - run_up) // self._step)
        self._position = steps * self._step
        self._held = silence(0)
        native = self._natively(steps * self._native_step)
        self._pieces = native if self._native == self._rate else self._resampled(native)

    def _natively(self, first: int) -> Iterator[Sound]:
        """The file's own samples from index `first` on, without holes: gaps in time are silence."""
        try:
            seconds = Fraction(first, self._native) + self._origin
            begins = self._stream.start_time or 0
            offset = max(begins, math.floor(seconds / self._tick))
            self._container.seek(offset, stream=self._stream, backward=True)
            plain = av.AudioResampler(
                format="fltp", layout="mono" if self._stream.channels == 1 else "stereo"
            )
            due = first
            known: int | None = None  # index of the next sample as counted, not as rounded by the container
            for frame in self._container.decode(self._stream):
                index = self._index_of(frame, known)
                for part in plain.resample(frame):
                    values = part.to_ndarray().astype(np.float32, copy=False)
                    values = np.repeat(values, 2, axis=0) if values.shape[0] == 1 else values
                    known = index + values.shape[1]
                    if index > due:
                        yield silence(index - due)
                        due = index
                    if known > due:
                        yield values[:, due - index :]
                        due = known
                    index = known
        except (OSError, FFmpegError) as error:
            raise Failed(f"the sound of {self._path.name} is damaged: {error.strerror or error}") from error

    def _index_of(self, frame: av.AudioFrame, known: int | None) -> int:
        if frame.pts is None:
            return known or 0
        told = half_up((frame.pts * (frame.time_base or self._tick) - self._origin) * self._native)
        tolerance = 2 * max(1, math.ceil(self._tick * self._native))
        return known if known is not None and abs(told - known) <= tolerance else told

    def _resampled(self, native: Iterator[Sound]) -> Iterator[Sound]:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=self._rate)
        for values in native:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values), format="fltp", layout="stereo")
            frame.sample_rate = self._native
            for part in resampler.resample(frame):
                yield part.to_ndarray().astype(np.float32, copy=False)
        for part in resampler.resample(None):
            yield part.to_ndarray().astype(np.float32, copy=False)


def read_sound(path: Path, start_seconds: Fraction, samples: int, sample_rate: int = 48000) -> Sound:
    """Float (2, samples) from that source time on; silence past the end. Errors as `SoundReader`."""
    with SoundReader(path, sample_rate) as reader:
        return reader.read(half_up(start_seconds * sample_rate), samples)
