"""The sound of one media file at its own rate by exact sample index, on the channels that are asked for.

Second 0 of a file is its first picture, or its first sample where it has no picture. Outside a file's sound
there is silence. Sample n is always the same sound, wherever reading began.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.stream import Discard, Disposition
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import half_up
from milimo_tui.cut.plan.damage import MetDamage
from milimo_tui.media.files.stills import refuse_endless
from milimo_tui.media.files.unreadable import unreadable
from milimo_tui.media.sound import channel_layouts
from milimo_tui.media.sound.samples import Sound, silence

# Decoding begins this much earlier than asked: codecs with memory need a run-up (MP3 ten frames, Opus 80 ms).
_RUN_UP = Fraction(1, 2)
_FIRST_FRAMES = 12  # are looked at to learn where frames can begin, where a container counts in coarse ticks
_KEPT = Fraction(1, 2)  # of what was read, for whoever reads on a little before where he stood
_PLANAR, _PACKED = "fltp", "flt"
_MOST_PLANES = 7  # PyAV reads past the planes of a planar frame of more channels: such are packed
_COVER = Disposition.attached_pic  # a picture of the whole, not the first of many
# Files whose heads say all need not be read for seconds to find out the rest.
_PLAIN = {".wav", ".wave", ".w64", ".aif", ".aiff"}
_BRIEF = {"probesize": "65536"}  # bytes


class SoundFile:
    """One open file, its first sound stream. Not for two threads at once."""

    def __init__(self, path: Path, channels: int = 2, *, silent: bool = False) -> None:
        """Open a file to be heard on 1, 2 or 6 channels; with `silent`, what is damaged is silence.

        Raises NotFound, ReadOnly, or BadInput where there is no sound.
        """
        self._path, self.channels, self._silent = path, channels, silent
        refuse_endless(path)
        try:
            self._open()
        except (OSError, FFmpegError) as error:
            raise unreadable(path, error) from error
        if not self._container.streams.audio:
            self._container.close()
            raise BadInput(f"{path.name} has no sound")
        self.sample_rate: int = self._stream.sample_rate
        self._tick = self._stream.time_base or Fraction(1, self.sample_rate)
        pictures = (each for each in self._container.streams.video if not each.disposition & _COVER)
        first = next(pictures, self._stream)
        self._origin = (first.start_time or 0) * (first.time_base or self._tick)
        self._tolerance = 2 * max(1, math.ceil(self._tick * self.sample_rate))
        self._gains: dict[str, NDArray[np.float32] | None] = {}  # by layout; None: as they are
        samples, before = self._tick * self.sample_rate, self._origin * self.sample_rate
        parts = math.lcm(samples.denominator, before.denominator)
        self._scale = int(samples * parts), int(before * parts), parts  # of a tick, and before second 0
        self._pieces: Iterator[Sound] = iter(())
        self._begin, self._held = 0, silence(0, channels)  # what is decoded already, from `_begin` on
        self._ended = True
        self._from_start = True
        self._grid: tuple[int, int] | None = None  # one place where a frame begins, and the steps of others

    def _open(self) -> None:
        """Open the file, at its very beginning."""
        brief = _BRIEF if self._path.suffix.lower() in _PLAIN else {}
        self._container = av.open(str(self._path), options=brief)
        self._is_new = True  # nothing was decoded: what hides a coder's lead is as the file has it
        if self._container.streams.audio:
            self._stream = self._container.streams.audio[0]
            for stream in self._container.streams:
                if stream is not self._stream:
                    stream.discard = Discard.all  # its packets are skipped, not read

    @property
    def position(self) -> int:
        """Where reading on costs nothing: one past the last sample decoded."""
        return self._begin + int(self._held.shape[1])

    def read(self, start: int, samples: int) -> Sound:
        """Samples [start, start + samples) at the file's rate. Raises Failed where the file is damaged."""
        if start < 0:
            lead = min(samples, -start)
            return np.concatenate([silence(lead, self.channels), self.read(0, samples - lead)], axis=1)
        if self._ended and start >= self.position > 0:
            return silence(samples, self.channels)
        if start < self._begin or start > self.position + self.sample_rate or self._ended:
            self._seek(start)
        self._decode(start + samples)
        block = self._held[:, max(0, start - self._begin) : start + samples - self._begin]
        missing = samples - block.shape[1]
        out = np.concatenate([block, silence(missing, self.channels)], axis=1) if missing else block
        self._forget(start + samples - int(_KEPT * self.sample_rate))
        return out

    def close(self) -> None:
        self._pieces = iter(())  # what is half read holds this file, and its decoder's memory, in a ring
        self._container.close()

    def _decode(self, until: int) -> None:
        """Have everything before sample `until` decoded, or the file's sound to its end."""
        found, have = [self._held], self.position
        while have < until and not self._ended:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
            else:
                found.append(piece)
                have += piece.shape[1]
        if len(found) > 1:
            self._held = np.concatenate(found, axis=1)

    def _forget(self, before: int) -> None:
        spare = min(before - self._begin, self._held.shape[1])
        if spare > 0:
            self._held = self._held[:, spare:]
            self._begin += spare

    def _seek(self, start: int) -> None:
        """Begin decoding a little before `start`."""
        self._begin, self._held, self._ended = start, silence(0, self.channels), False
        self._pieces = self._from(start)

    def _from(self, first: int) -> Iterator[Sound]:
        """The file's samples from index `first` on, without holes: gaps in time are silence."""
        try:
            self._go_before(first)
            due = first
            known: int | None = None  # index of the next sample as counted, not as rounded by the container
            for told, values in self._decoded():
                index = self._next_index(told, known)
                known = index + values.shape[1]
                if index > due:
                    yield silence(index - due, self.channels)
                    due = index
                if known > due:
                    yield values[:, due - index :]
                    due = known
        except (OSError, FFmpegError) as error:
            raise MetDamage(f"the sound of {self._path.name} is damaged: {error.strerror}") from error

    def _go_before(self, first: int) -> None:
        """Have the next packet be so far before a sample that it decodes as if read from the beginning.

        Near the beginning a file is opened anew: only then do all containers leave out a coder's lead, and
        coders that fill bands with noise make the same noise again.
        """
        before = first - half_up(_RUN_UP * self.sample_rate)
        if before > 0 and self._tick * self.sample_rate > 1 and self._grid is None:
            self._renew()
            self._grid = self._learned()
        begins = self._stream.start_time or 0
        offset = math.floor((Fraction(before, self.sample_rate) + self._origin) / self._tick)
        if before <= 0 or offset <= begins:
            self._renew()
            self._from_start = True
        else:
            self._from_start = False
            self._container.seek(offset, stream=self._stream, backward=True)
        self._is_new = False

    def _renew(self) -> None:
        if not self._is_new:
            self._container.close()
            self._open()

    def _learned(self) -> tuple[int, int]:
        """Where a frame of this file begins, and the greatest step that leads to all others; 0: none is."""
        self._is_new = False
        frames = list(islice(self._container.decode(self._stream), _FIRST_FRAMES))
        sizes = [frame.samples for frame in frames]
        if len(frames) < _FIRST_FRAMES or frames[0].pts is None:
            return 0, 0
        return self._index_at(frames[0].pts) + sizes[0], math.gcd(*sizes[1:])

    def _decoded(self) -> Iterator[tuple[int | None, Sound]]:
        """Each decoded piece with its index as the container tells it, on the channels wanted."""
        converters: dict[tuple[str, str, int], av.AudioResampler] = {}  # a stream may change midway
        for frame in self._frames():
            index = None if frame.pts is None else self._index_at(frame.pts)
            few = frame.layout.nb_channels <= _MOST_PLANES
            if few and frame.format.name == _PLANAR and frame.sample_rate == self.sample_rate:
                yield index, self._mixed(frame)
                continue
            key = (frame.format.name, frame.layout.name, frame.sample_rate)
            if key not in converters:
                converters[key] = av.AudioResampler(_PACKED, frame.layout, self.sample_rate)
            for part in converters[key].resample(frame):
                yield index, self._mixed(part)
                index = None

    def _frames(self) -> Iterator[av.AudioFrame]:
        if not self._silent:
            yield from self._container.decode(self._stream)
            return
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):
                return
            with contextlib.suppress(FFmpegError):
                yield from self._stream.codec_context.decode(packet)

    def _mixed(self, frame: av.AudioFrame) -> Sound:
        values: Sound = frame.to_ndarray().astype(np.float32, copy=False)
        if not frame.format.is_planar:
            values = values.reshape(-1, frame.layout.nb_channels).T
        layout = frame.layout.name
        if layout not in self._gains:
            gains = channel_layouts.matrix(
                tuple(channel.name for channel in frame.layout.channels), self.channels
            )
            same = gains.shape[0] == gains.shape[1] and np.array_equal(gains, np.eye(len(gains)))
            self._gains[layout] = None if same else gains
        mixing = self._gains[layout]
        return values if mixing is None else mixing @ values

    def _index_at(self, pts: int) -> int:
        """The sample nearest to a time of the stream."""
        ticks, before, parts = self._scale
        return (2 * (pts * ticks - before) + parts) // (2 * parts)

    def _next_index(self, index: int | None, known: int | None) -> int:
        """Where a piece lies: as counted, unless the container tells of a hole."""
        if index is None:
            return known or 0
        if known is None:
            return index if self._from_start else self._snapped(index)
        return known if abs(index - known) <= self._tolerance else index

    def _snapped(self, index: int) -> int:
        """The place near a rounded one where a frame can begin."""
        place, step = self._grid or (0, 0)
        if step <= self._tolerance // 2:
            return index
        near = place + half_up(Fraction(index - place, step)) * step
        return near if abs(near - index) <= self._tolerance else index
