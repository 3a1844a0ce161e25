"""Detection of damage in a film, a sound or an image sequence, by decoding its packets or pictures one by
one.

A picture is damaged if it cannot be decoded or if its decoder concealed an error. Pictures that depend on a
damaged picture, up to the next key frame, count as damaged too, unless the damaged picture is marked as
unreferenced. Damage that a decoder does not report is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.error import FFmpegError

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import HOST
from milimo_tui.cut.values.streams import Spans
from milimo_tui.media.files import h264
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.numbered_files import NumberedSequence, find_numbered_sequence
from milimo_tui.media.files.picture_clock import PictureClock, measure_picture_clock
from milimo_tui.media.files.picture_stream import find_picture_stream, has_decoder
from milimo_tui.media.files.unreadable import make_unreadable_error
from milimo_tui.media.read.sequences import decode_sequence_picture

MAX_DAMAGED_PLACES = 500  # The most damaged places that are listed. Further places extend the last one.
_EVERY = 50  # The number of packets between two checks of the time limit.

# A callback that gets the share of the work that is done, 0…1. It raises Cancelled to stop the search.
Watch = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class DamagedPlaces:
    """The damaged time spans of a file's pictures and of its sound, in seconds from the first picture.

    `is_complete` is True if the entire file was examined.
    """

    pictures: Spans = ()
    sounds: Spans = ()
    is_complete: bool = True


@dataclass(slots=True)
class _PictureScan:
    """A record of the packets of a picture stream in coding order, and of the packets in which damage was
    found. It is filled while the stream is decoded.
    """

    stream: Any
    clock: PictureClock
    times: list[int] = field(default_factory=list)  # The display time of each packet, in ticks of the stream.
    keys: list[bool] = field(default_factory=list)
    # True for a packet whose picture no other picture refers to.
    alone: list[bool] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    # The index of a packet by its presentation time in ticks, which its picture has too.
    places: dict[int, int] = field(default_factory=dict)

    def take(self, packet: Any) -> None:
        if packet.size and not packet.is_discard and not self.clock.precedes_first_picture(packet):
            at = packet.pts if packet.pts is not None else packet.dts
            if at is None:
                at = self.times[-1] + 1 if self.times else 0
            self.places[at] = len(self.times)
            self.times.append(at)
            self.keys.append(packet.is_keyframe)
            self.alone.append(packet.is_disposable or _is_unreferenced(self.stream, packet))
            if packet.is_corrupt:
                self.bad.add(len(self.times) - 1)
        try:
            frames = packet.decode()
        except FFmpegError:
            self.bad.add(max(0, len(self.times) - 1))
            return
        for frame in frames:
            index = self.places.get(frame.pts if frame.pts is not None else frame.dts)
            if index is None:
                continue
            if frame.is_corrupt:
                self.bad.add(index)
            shown = self.clock.get_shown_ticks(frame)
            if self.clock.uses_decoding_times and shown is not None:
                self.times[index] = shown

    def find_damaged_spans(self) -> Spans:
        """Return the time spans in which damaged pictures, or pictures that depend on them, are shown."""
        lost = set[int]()
        for index in self.bad:
            lost.add(index)
            if not self.alone[index]:
                lost.update(self._iterate_dependents(index))
        clock = self.clock
        shown = sorted(
            (clock.snap_to_frame_grid(at - clock.origin), index) for index, at in enumerate(self.times)
        )
        ends = [at for at, _ in shown[1:]] + [shown[-1][0] + clock.step] if shown else []
        return merge_spans((at, end) for (at, index), end in zip(shown, ends, strict=True) if index in lost)

    def _iterate_dependents(self, bad: int) -> Iterator[int]:
        """Yield the later pictures, in coding order, that may depend on the picture with index `bad`."""
        key: int | None = None
        for index in range(bad + 1, len(self.times)):
            if self.keys[index]:
                if key is not None:
                    return
                key = self.times[index]
            elif key is None or self.times[index] < key:  # The picture is shown before the next key frame.
                yield index
            else:
                return


@dataclass(slots=True)
class _SoundScan:
    stream: Any
    found: list[tuple[Fraction, Fraction]] = field(default_factory=list)

    def take(self, packet: Any, origin: Fraction) -> None:
        try:
            packet.decode()
            good = not packet.is_corrupt
        except FFmpegError:
            good = False
        if not good and packet.pts is not None:
            tick = self.stream.time_base
            at = packet.pts * tick - origin
            lasts = (packet.duration or 0) * tick or Fraction(1, 50)
            self.found.append((max(Fraction(0), at), max(Fraction(0), at) + lasts))


def find_damage(
    path: Path,
    watch: Watch = lambda share: None,
    seconds: float | None = None,
    *,
    rate: Fraction | None = None,
) -> DamagedPlaces:
    """Decode a film or a sound, and return where it is damaged.

    With `rate`, in frames per second, `path` is the first picture of an image sequence. `seconds` limits the
    time spent; None means no limit. Raises NotFound, ReadOnly or BadInput for a file that cannot be opened.
    """
    if rate is not None:
        return _find_damaged_files(find_numbered_sequence(path), rate, watch, seconds)
    began, whole = HOST.monotonic(), True
    try:
        size = max(1, path.stat().st_size)
        clock = measure_picture_clock(path)
        with open_media(path) as container:
            video = find_picture_stream(container)
            audio = next((each for each in container.streams.audio if has_decoder(each)), None)
            sound = _SoundScan(audio)
            pictures = _PictureScan(video, clock) if clock is not None else None
            if clock is not None:
                origin = clock.origin * clock.tick
            elif audio is not None:
                origin = (audio.start_time or 0) * (audio.time_base or Fraction(1))
            else:
                return DamagedPlaces()
            for each in (video, audio):
                if each is not None:
                    # With more than one thread, a decoder may report an error at a later packet.
                    each.codec_context.thread_count = 1
            for count, packet in enumerate(
                _demux_readable(container, [each for each in (video, audio) if each])
            ):
                if pictures is not None and packet.stream is video:
                    pictures.take(packet)
                else:
                    sound.take(packet, origin)
                if count % _EVERY == 0:
                    watch(min(1.0, (packet.pos or 0) / size))
                    if seconds is not None and HOST.monotonic() - began > seconds:
                        whole = False
                        break
            return DamagedPlaces(
                pictures.find_damaged_spans() if pictures else (), merge_spans(sound.found), whole
            )
    except (OSError, FFmpegError) as error:
        raise make_unreadable_error(path, error) from error


def _find_damaged_files(
    run: NumberedSequence, rate: Fraction, watch: Watch, seconds: float | None
) -> DamagedPlaces:
    """Return the damage of a sequence. A damaged picture counts for its time on screen, including missing
    numbers after it.
    """
    began = HOST.monotonic()
    ends = [*run.numbers[1:], run.numbers[-1] + 1]
    found: list[tuple[Fraction, Fraction]] = []
    for count, (path, number, end) in enumerate(zip(run.paths, run.numbers, ends, strict=True)):
        watch(count / len(run.paths))
        if seconds is not None and HOST.monotonic() - began > seconds:
            return DamagedPlaces(merge_spans(found), is_complete=False)
        try:
            is_good = not decode_sequence_picture(path).is_corrupt
        except MilimoError:
            is_good = False
        if not is_good:
            found.append(((number - run.numbers[0]) / rate, (end - run.numbers[0]) / rate))
    return DamagedPlaces(merge_spans(found))


def merge_spans(spans: Iterable[tuple[Fraction, Fraction]]) -> Spans:
    """Sort time spans and merge those that touch. At most `MAX_DAMAGED_PLACES` spans are returned."""
    out: list[tuple[Fraction, Fraction]] = []
    for start, end in sorted(spans):
        if out and (start <= out[-1][1] or len(out) == MAX_DAMAGED_PLACES):
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return tuple(out)


def _demux_readable(container: Any, streams: list[Any]) -> Iterator[Any]:
    """Yield the packets of a file until its end or until its container cannot be read further."""
    found = container.demux(*streams)
    while True:
        try:
            yield next(found)
        except (StopIteration, FFmpegError):
            return


def _is_unreferenced(stream: Any, packet: Any) -> bool:
    """Return True if an H.264 picture is marked as not used for reference."""
    if stream.codec_context.name != "h264":
        return False
    length_bytes = h264.read_length_size(bytes(stream.codec_context.extradata or b""))
    slices = [
        each
        for each in h264.split_nal_units(bytes(packet), length_bytes)
        if each and each[0] & 31 in h264.SLICES
    ]
    return bool(slices) and not any(each[0] >> 5 & 3 for each in slices)
