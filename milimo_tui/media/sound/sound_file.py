"""Read a sound stream of a media file at its own rate by exact sample index, on the requested channels.

Second 0 of a file is its first picture. Without pictures, it is the first sample of all sound streams.
Outside the file's sound there is silence. A sample has the same value wherever reading began.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.stream import Discard
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.plan.damage import UnhandledDamage
from milimo_tui.cut.values.sound_choice import require_existing_sound
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.picture_clock import measure_picture_clock
from milimo_tui.media.files.picture_stream import find_picture_stream, find_sound_begin, has_decoder
from milimo_tui.media.files.recorder_tracks import read_track_names
from milimo_tui.media.files.stills import refuse_pipe_or_device
from milimo_tui.media.files.unreadable import make_unreadable_error
from milimo_tui.media.sound import channel_layouts
from milimo_tui.media.sound.samples import Sound, make_silence

# Decoding begins this many seconds before the requested sample, because codecs with memory need a run-up (MP3
# ten frames, Opus 80 ms).
_RUN_UP = Fraction(1, 2)
# Some containers store rounded timestamps. For these, this number of frames is decoded first, to find out at
# which samples frames begin.
_FIRST_FRAMES = 12
# Seconds of sound before the position that stay cached, because the next read may begin slightly earlier.
_KEPT = Fraction(1, 4)
_PLANAR, _PACKED = "fltp", "flt"
# Samples that are decoded before they are converted to arrays together.
_PIECE_SAMPLES = 8192
# The most channels that are read as separate planes. With more channels PyAV reads beyond the planes, so
# packed samples are used.
_MOST_PLANES = 7
# Containers of sound without times. After a seek, FFmpeg computes the time from the average bytes per second
# in the header, which is imprecise for compressed sound.
_UNTIMED = ("wav", "w64", "aiff")
_WAV = "wav"
# Codecs that carry their state from one packet to the next without end, so that they are read from the start.
_STATEFUL = ("adpcm_yamaha",)
# A container in which only the first packet of each pack has a time. After a seek, times are right from the
# second of these packets on.
_PROGRAM_STREAM, _PACKS_TO_SKIP = "mpeg", 2
# Seconds by which the times in such a container may be wrong, because FFmpeg gives the time of a pack to the
# wrong frame.
_PACK_SLACK = Fraction(1, 10)
# Codecs whose packets complete the sound of the previous frame, as MDCT frames overlap, but have the time of
# their own frame.
_ONE_FRAME_LATE = ("wmav1", "wmav2")
# The lowest sample rate that is read. Damaged headers have lower ones, for which libavfilter has no filters.
_LOWEST_RATE = 1000
# Formats whose headers describe the sound completely, so that a short probe is enough.
_PLAIN = {".wav", ".wave", ".w64", ".aif", ".aiff"}
_BRIEF = {"probesize": "65536"}  # FFmpeg's option for a short probe, in bytes.


@dataclass(frozen=True, slots=True)
class _PacketGrid:
    """The positions of the packets in a file of packets with equal numbers of bytes (`size`) and samples. The
    first packet begins at byte `begin`.
    """

    begin: int
    size: int
    samples: int


class _Piece:
    """Frames that follow each other without a gap, collected so that they are converted at once. Single
    frames take longer to convert than to decode.
    """

    def __init__(self, begin: int, frame: av.AudioFrame) -> None:
        self.begin = self._end = begin
        self._form = frame.format.name, frame.layout.name
        self._frames = av.AudioFifo()
        self.append(begin, frame)

    def append(self, index: int, frame: av.AudioFrame) -> bool:
        """Append a frame that begins at sample `index`. Return False if the piece is long enough, or if the
        frame does not continue it.
        """
        end = self._end
        if index != end or end - self.begin >= _PIECE_SAMPLES:
            return False
        if (frame.format.name, frame.layout.name) != self._form:
            return False
        frame.pts = None  # The timestamps of frames are rounded, and the collection requires exact ones.
        self._frames.write(frame)
        self._end = end + frame.samples
        return True

    def take_frame(self) -> av.AudioFrame:
        """Return all samples as one frame."""
        frame = self._frames.read()
        assert frame is not None
        return frame


class SoundFile:
    """An open media file of which one sound stream is read. Not thread-safe."""

    def __init__(
        self,
        path: Path,
        channels: int = 2,
        *,
        stream: int = 1,
        chosen: tuple[int, ...] = (),
        silent: bool = False,
    ) -> None:
        """Open a file for reading on 1, 2 or 6 channels. If `silent` is True, damaged parts become silence
        instead of an error.

        `stream` is the number of the sound stream from 1, among the streams that can be decoded. `chosen` are
        the channels of the stream that are heard, from 1; none means all. Raises NotFound, ReadOnly, or
        BadInput for a file without this sound.
        """
        self._path, self.channels, self._silent = path, channels, silent
        self._number, self._chosen = stream, chosen
        refuse_pipe_or_device(path)
        try:
            self._open_sound_file()
        except (OSError, FFmpegError) as error:
            raise make_unreadable_error(path, error) from error
        try:
            self._require_chosen_sound()
        except BadInput:
            self._container.close()
            raise
        self.sample_rate: int = self._stream.sample_rate
        self._tick = self._stream.time_base or Fraction(1, self.sample_rate)
        self._origin = self._find_second_zero()
        # A greater difference between a timestamp and the number of samples before it is a gap.
        self._tolerance = 2 * max(1, math.ceil(self._tick * self.sample_rate))
        if self._container.format.name == _PROGRAM_STREAM:
            self._tolerance = round_half_up(_PACK_SLACK * self.sample_rate)
        # The names of a recorder's tracks; empty for other files.
        self._track_names = read_track_names(path) if self._container.format.name == _WAV else ()
        # The gains that convert each channel layout; None if the channels are used unchanged.
        self._gains: dict[str, NDArray[np.float32] | None] = {}
        samples, before = self._tick * self.sample_rate, self._origin * self.sample_rate
        parts = math.lcm(samples.denominator, before.denominator)
        # Three whole numbers that convert a timestamp to a sample index without rounding errors: samples per
        # timestamp tick and the sample of second 0, both multiplied by the third number, their common
        # denominator.
        self._scale = int(samples * parts), int(before * parts), parts
        self._pieces: Iterator[Sound] = iter(())
        # The decoded samples that are cached, and the index of the first of them.
        self._begin, self._held = 0, make_silence(0, channels)
        self._ended = True
        self._from_start = True
        # The start of one frame, and a number that divides the distance between any two frame starts. Both
        # are in samples. None until they are needed.
        self._grid: tuple[int, int] | None = None
        self._packs_to_skip = 0
        # The positions of packets in a container without times. None if the container has times.
        self._packets = self._learn_packet_grid()

    def _require_chosen_sound(self) -> None:
        """Raise BadInput if the file doesn't have the chosen stream and channels."""
        counts = [each.channels for each in self._list_sound_streams()]
        if not counts:
            raise BadInput(f"{self._path.name} has no sound")
        require_existing_sound(self._path.name, counts, self._number, self._chosen)
        rate = self._stream.sample_rate or 0
        if rate < _LOWEST_RATE:
            raise BadInput(
                f"{self._path.name} has a sample rate of {rate:,} Hz",
                f"use a sound with at least {_LOWEST_RATE:,} Hz",
            )

    def _list_sound_streams(self) -> list[AudioStream]:
        return [each for each in self._container.streams.audio if has_decoder(each)]

    def _open_sound_file(self) -> None:
        """Open the file and select the chosen sound stream, at its beginning."""
        brief = _BRIEF if self._path.suffix.lower() in _PLAIN else {}
        self._container = open_media(self._path, brief)
        # True until something is decoded. Only a newly opened codec skips its padding correctly.
        self._is_new = True
        sounds = self._list_sound_streams()
        if len(sounds) >= self._number:
            self._stream = sounds[self._number - 1]
            self._codec = self._stream.codec_context.name
            for stream in self._container.streams:
                if stream is not self._stream:
                    # The packets of other streams are not needed, so the demuxer may drop them.
                    stream.discard = Discard.all

    def _find_second_zero(self) -> Fraction:
        """Return the time of second 0 of the file, on the clock of its container."""
        if find_picture_stream(self._container) is None:
            return find_sound_begin(self._list_sound_streams())
        try:
            clock = measure_picture_clock(self._path)
        except (OSError, FFmpegError) as error:
            raise make_unreadable_error(self._path, error) from error
        if clock is not None:
            return clock.origin * clock.tick
        return (self._stream.start_time or 0) * self._tick

    @property
    def position(self) -> int:
        """The sample index at which the decoded sound ends so far. A read that begins here needs no seek."""
        return self._begin + int(self._held.shape[1])

    def read(self, start: int, samples: int) -> Sound:
        """Return samples [start, start + samples) at the file's rate. Raises Failed if the file is
        damaged.
        """
        if start < 0:
            silent = min(samples, -start)
            return np.concatenate(
                [make_silence(silent, self.channels), self.read(0, samples - silent)], axis=1
            )
        if self._ended and start >= self.position > 0:
            return make_silence(samples, self.channels)
        if start < self._begin or start > self.position + self.sample_rate or self._ended:
            self._restart_at(start)
        self._decode_until(start + samples)
        block = self._held[:, max(0, start - self._begin) : start + samples - self._begin]
        missing = samples - block.shape[1]
        out = np.concatenate([block, make_silence(missing, self.channels)], axis=1) if missing else block
        self._drop_before(start + samples - int(_KEPT * self.sample_rate))
        return out

    def close(self) -> None:
        """Close the file."""
        self._pieces = iter(())  # A half-read generator would hold file and decoder in a reference cycle.
        self._container.close()

    def _decode_until(self, until: int) -> None:
        """Decode and cache all samples before index `until`, or to the end of the sound."""
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

    def _drop_before(self, before: int) -> None:
        spare = min(before - self._begin, self._held.shape[1])
        if spare > 0:
            # A copy, because a view would preserve the memory of everything that was read.
            self._held = self._held[:, spare:].copy()
            self._begin += spare

    def _restart_at(self, start: int) -> None:
        """Discard the cached samples and prepare decoding from sample `start` on."""
        self._begin, self._held, self._ended = start, make_silence(0, self.channels), False
        self._pieces = self._iterate_pieces(start)

    def _iterate_pieces(self, first: int) -> Iterator[Sound]:
        """Yield the samples of the file from index `first` on. Gaps between the file's packets are filled
        with silence.
        """
        try:
            self._seek_before_sample(first)
            due = first
            for index, values in self._decode_pieces():
                end = index + values.shape[1]
                if index > due:
                    yield make_silence(index - due, self.channels)
                    due = index
                if end > due:
                    yield values[:, due - index :]
                    due = end
        except (OSError, FFmpegError) as error:
            raise UnhandledDamage(f"the sound of {self._path.name} is damaged: {error.strerror}") from error

    def _seek_before_sample(self, first: int) -> None:
        """Seek far enough before sample `first` that decoding gives the same samples as decoding from the
        beginning.

        Near the beginning the file is opened again instead, for two reasons. Only then does every container
        skip the codec's padding, and only then do codecs that fill bands with noise produce the same noise
        again.
        """
        before = first - round_half_up(_RUN_UP * self.sample_rate)
        if before > 0 and self._tick * self.sample_rate > 1 and self._grid is None:
            self._reopen_file()
            self._grid = self._learn_frame_grid()
        self._packs_to_skip = 0
        if self._packets is not None:
            self._seek_to_byte(self._packets, before)
            return
        begins = self._stream.start_time or 0
        offset = math.floor((Fraction(before, self.sample_rate) + self._origin) / self._tick)
        if before <= 0 or offset <= begins or self._codec in _STATEFUL:
            self._reopen_file()
            self._from_start = True
        else:
            self._from_start = False
            self._container.seek(offset, stream=self._stream, backward=True)
            self._packs_to_skip = _PACKS_TO_SKIP if self._container.format.name == _PROGRAM_STREAM else 0
        self._is_new = False

    def _seek_to_byte(self, packets: _PacketGrid, before: int) -> None:
        """Seek to the packet that contains sample `before`."""
        number = max(0, before // packets.samples)
        self._from_start = number == 0 or self._codec in _STATEFUL
        if self._from_start:
            self._reopen_file()
        else:
            self._container.seek(packets.begin + number * packets.size, unsupported_byte_offset=True)
        self._is_new = False

    def _reopen_file(self) -> None:
        if not self._is_new:
            self._container.close()
            self._open_sound_file()

    def _learn_frame_grid(self) -> tuple[int, int]:
        """Return two numbers that describe at which samples the codec's frames start: the start of one frame,
        and the greatest number that divides the distance between any two starts.

        The second number is 0 if the sound is too short or has no timestamps.
        """
        self._is_new = False
        frames = list(islice(self._container.decode(self._stream), _FIRST_FRAMES))
        sizes = [frame.samples for frame in frames]
        if len(frames) < _FIRST_FRAMES or frames[0].pts is None:
            return 0, 0
        return self._find_timed_index(frames[0].pts) + sizes[0], math.gcd(*sizes[1:])

    def _learn_packet_grid(self) -> _PacketGrid | None:
        """Return the positions of the packets of compressed sound in a container without times. None for
        other files.
        """
        if self._container.format.name not in _UNTIMED or self._codec.startswith("pcm"):
            return None
        found = []
        with contextlib.suppress(FFmpegError):
            for packet in islice(self._container.demux(self._stream), 3):
                samples = sum(frame.samples for frame in packet.decode())
                if packet.size and packet.pos is not None:
                    found.append((packet.pos, packet.size, samples))
        self._is_new = False
        self._reopen_file()
        if not found:
            return None
        begin, size, samples = found[0]
        is_regular = all(
            each == (begin + number * size, size, samples) for number, each in enumerate(found[:-1])
        )
        return _PacketGrid(begin, size, samples) if is_regular and samples and len(found) > 1 else None

    def _decode_pieces(self) -> Iterator[tuple[int, Sound]]:
        """Yield the decoded sound in pieces of several frames, on the requested channels. Each piece comes
        with the index of its first sample.
        """
        piece: _Piece | None = None
        # The index of the next sample by counting, because the container's times are rounded.
        known: int | None = None
        try:
            for reported, frame in self._decode_audio_frames():
                index = self._choose_piece_index(reported, known)
                known = index + frame.samples
                if piece is None or not piece.append(index, frame):
                    if piece is not None:
                        yield piece.begin, self._mix_channels(piece.take_frame())
                    piece = _Piece(index, frame)
        except (OSError, FFmpegError):
            # The samples before the damage are heard.
            if piece is not None:
                yield piece.begin, self._mix_channels(piece.take_frame())
            raise
        if piece is not None:
            yield piece.begin, self._mix_channels(piece.take_frame())

    def _decode_audio_frames(self) -> Iterator[tuple[int | None, av.AudioFrame]]:
        """Yield the decoded frames as float samples at the file's rate, each with the index of its first
        sample, or None if it is unknown.

        After a seek, errors before the first frame are ignored, because reading may begin inside a packet.
        """
        begun = self._from_start
        packets, decode = self._container.demux(self._stream), self._stream.codec_context.decode
        # The resamplers are created when needed, because the format of a stream may change midway.
        converters: dict[tuple[str, str, int], av.AudioResampler] = {}
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError:
                if self._silent:
                    return
                raise
            try:
                frames = decode(packet)
            except FFmpegError:
                if begun and not self._silent:
                    raise
                continue
            if self._packs_to_skip and packet.pos is not None:
                self._packs_to_skip -= 1
            if self._packs_to_skip:
                continue
            for number, frame in enumerate(frames):
                begun = True
                index = None if number else self._find_frame_index(packet, frame)
                is_plain = frame.format.name == _PLANAR and frame.sample_rate == self.sample_rate
                if is_plain and frame.layout.nb_channels <= _MOST_PLANES:
                    yield index, frame
                    continue
                key = (frame.format.name, frame.layout.name, frame.sample_rate)
                if key not in converters:
                    converters[key] = av.AudioResampler(_PACKED, frame.layout, self.sample_rate)
                for part in converters[key].resample(frame):
                    yield index, part
                    index = None

    def _find_frame_index(self, packet: av.Packet[AudioStream], frame: av.AudioFrame) -> int | None:
        """Return the index of the first sample of a decoded frame, or None if it is unknown."""
        if self._packets is not None:
            if packet.pos is None:
                return None
            place = Fraction(packet.pos - self._packets.begin, self._packets.size)
            return round_half_up(place * self._packets.samples)
        return None if frame.pts is None else self._find_timed_index(frame.pts)

    def _find_timed_index(self, pts: int) -> int:
        """Return the index of the first sample of a frame with a timestamp."""
        index = self._sample_index_at(pts)
        if self._codec not in _ONE_FRAME_LATE:
            return index
        size = _count_wma_samples(self._codec, self.sample_rate)
        begin = self._sample_index_at(self._stream.start_time or 0)
        return begin + (round_half_up(Fraction(index - begin, size)) - 1) * size

    def _mix_channels(self, frame: av.AudioFrame) -> Sound:
        is_planar, count = frame.format.is_planar, frame.samples
        count *= 1 if is_planar else frame.layout.nb_channels
        # `AudioFrame.to_ndarray` takes twice as long.
        planes = cast("tuple[memoryview[int], ...]", frame.planes)
        values: Sound = np.array([np.frombuffer(plane, np.float32, count) for plane in planes])
        if not np.isfinite(values).all():
            # A file of float samples can contain values that are not numbers. They would spread in the mix.
            values = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=-1.0)
        if not is_planar:
            values = values.reshape(-1, frame.layout.nb_channels).T
        layout = frame.layout.name
        if layout not in self._gains:
            names = tuple(channel.name for channel in frame.layout.channels)
            if any(self._track_names):
                names = channel_layouts.mark_microphones(names)
            gains = channel_layouts.make_chosen_matrix(names, self._chosen, self.channels)
            same = gains.shape[0] == gains.shape[1] and np.array_equal(gains, np.eye(len(gains)))
            self._gains[layout] = None if same else gains
        mixing = self._gains[layout]
        return values if mixing is None else mixing @ values

    def _sample_index_at(self, pts: int) -> int:
        """Return the index of the sample nearest to a timestamp of the stream."""
        ticks, before, parts = self._scale
        return (2 * (pts * ticks - before) + parts) // (2 * parts)

    def _choose_piece_index(self, index: int | None, known: int | None) -> int:
        """Return the sample index at which a decoded piece begins.

        `known` is the index found by counting the samples before the piece. `index` is the index found from
        the container's rounded timestamp. `known` is returned unless the two differ so much that samples must
        be missing. Either may be None.
        """
        if index is None:
            return known or 0
        if known is None:
            return index if self._from_start else self._snap_to_frame_start(index)
        return known if abs(index - known) <= self._tolerance else index

    def _snap_to_frame_start(self, index: int) -> int:
        """Return the start of a frame near a rounded sample index, or the index itself if no frame start is
        near.
        """
        place, step = self._grid or (0, 0)
        if step <= self._tolerance // 2:
            return index
        near = place + round_half_up(Fraction(index - place, step)) * step
        return near if abs(near - index) <= self._tolerance else index


def _count_wma_samples(codec: str, rate: int) -> int:
    """Return the number of samples of a frame of Windows Media Audio 1 or 2, which follows from the sample
    rate.
    """
    if rate <= 16000:
        return 512
    return 1024 if rate <= (32000 if codec == "wmav1" else 22050) else 2048
