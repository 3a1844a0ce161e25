"""Reading of the facts of a file's streams with PyAV in the caller's process. `cut.values.streams` defines
the facts.

Packets are inspected, and at most the first picture is decoded. Untrusted files are read in a process with
limited memory instead (`media.files.facts.probe_in_subprocess`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from milimo_tui.core.errors import BadInput
from milimo_tui.core.safe_text import replace_forbidden_characters
from milimo_tui.core.time import NTSC
from milimo_tui.cut.values.conform import PROGRESSIVE
from milimo_tui.cut.values.streams import PictureFacts, SoundFacts, StreamFacts
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.orientation import read_orientation
from milimo_tui.media.files.picture_clock import PictureClock, measure_picture_clock
from milimo_tui.media.files.picture_stream import find_picture_stream, find_sound_begin, has_decoder
from milimo_tui.media.files.recorder_tracks import read_track_names
from milimo_tui.media.files.stills import refuse_huge_picture

# FFmpeg's numeric codes (libavutil/pixfmt.h, libavcodec/defs.h) mapped to the names that FFmpeg's tools
# print.
RANGES = {1: "tv", 2: "pc"}
MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
}
PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    11: "smpte431",
    12: "smpte432",
}
TRANSFERS = {
    1: "bt709",
    4: "gamma22",
    5: "gamma28",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    18: "arib-std-b67",
}
FIELDS = {2: "tt", 3: "bb", 4: "tb", 5: "bt"}
# The largest number of streams of a file. A recording of a television channel group has some hundreds.
_MOST_STREAMS = 500
_LONGEST_TAG = 80
_UNKNOWN_CHANNEL = "NONE"  # PyAV's name of a channel without a position.
# Ends of handler names that programs write without knowing anything about the sound.
_GENERAL_HANDLERS = ("handler", "core media audio", "mainconcept mp4 sound media handler")
CLOCK = Fraction(1, 10**6)  # The time base of a container's duration: microseconds.

# Sound formats whose length in the header is unreliable or guessed from the bit rate, so that their packets
# must be counted.
RAW_SOUND = ("mp3", "aac", "ac3", "eac3", "dts", "mp2")
# Containers without a length, for which FFmpeg reports the start of the last packet that it found.
_WITHOUT_LENGTH = ("mpegts", "mpeg")
# The length of a sound in its header may differ by this many seconds from the length of its packets, because
# encoders add padding. If the difference is greater, the packets decide.
HEADERS_SLACK = Fraction(1, 5)

# The rates that are tried if the headers contain a wrong rate, and the fewest pictures that reveal the rate.
_USUAL_RATES = (*NTSC.values(), *(Fraction(rate) for rate in range(1, 241)))
_LEAST_EVEN = 6
_FINE_TICK = Fraction(1, 10)  # With a longer tick, in pictures, rounding hides uneven times.

# The number of bytes of packets that are inspected for frame count and rate. The rest of a larger file is
# assumed to be alike.
MAX_BYTES_INSPECTED = 2 * 2**30


@dataclass(frozen=True, slots=True)
class PacketWalk:
    """The result of reading a video stream's packets.

    `even_rate` is the constant frame rate at which the pictures follow each other, or None if it varies.
    `is_complete` is True if every packet was read.
    """

    frames: int
    seconds: Fraction
    even_rate: Fraction | None
    is_complete: bool


def read_stream_facts(path: Path) -> StreamFacts:
    """Return the facts of every stream of a film or a sound. The first picture, or the first sound if there
    is none, is decoded.

    Raises BadInput if the file has neither a picture nor a sound, is empty or is too large. Errors of PyAV
    and of the disk are passed on.
    """
    clock = measure_picture_clock(path)
    with open_media(path) as container:
        if len(container.streams) > _MOST_STREAMS:
            raise BadInput(f"{path.name} has more than {_MOST_STREAMS} streams")
        sounds = _list_sound_facts(path, container, clock)
        facts = StreamFacts(
            container=container.format.name,
            sounds=sounds,
            timecode=_find_start_timecode(container),
            subtitles=len(container.streams.subtitles),
            trouble=_describe_unreadable_streams(container),
        )
        video = find_picture_stream(container)
        if video is not None and clock is not None:
            return _add_picture_facts(path, container, video, clock, facts)
        if not sounds and facts.trouble:
            raise BadInput(
                f"{path.name} is encoded in a way that Milimo can't decode, or it is cut short",
                "convert it in another program, for example to PNG, WAV or MP4",
            )
        if not sounds:
            raise BadInput(f"{path.name} has neither picture nor sound")
        sound = next(filter(has_decoder, container.streams.audio))
        index = sound.index  # A stream object cannot be used after its file is closed.
        if next(container.decode(sound), None) is None:
            raise BadInput(f"{path.name} has an empty sound track")
        seconds = _find_sound_end(container) or _ticks_to_seconds(container.duration, CLOCK)
        has_length = container.format.name not in _WITHOUT_LENGTH
        if has_length and container.format.name not in RAW_SOUND:
            return facts.model_copy(update={"seconds": seconds})
    seconds_heard = measure_sound_seconds(path, index)
    if not has_length:
        return facts.model_copy(update={"seconds": seconds_heard or seconds})
    if seconds_heard is None or (seconds is not None and abs(seconds_heard - seconds) <= HEADERS_SLACK):
        return facts.model_copy(update={"seconds": seconds})
    first = facts.sounds[0]
    samples = int(seconds_heard * first.sample_rate)
    sentence = f"it lasts {float(seconds_heard):.1f} s, unlike its header"
    if seconds is not None:
        sentence += f" ({float(seconds):.1f} s)"
    right = (first.model_copy(update={"samples": samples}), *facts.sounds[1:])
    return facts.model_copy(
        update={"seconds": seconds_heard, "sounds": right, "trouble": facts.trouble or sentence}
    )


def measure_sound_seconds(path: Path, index: int, most: int = MAX_BYTES_INSPECTED) -> Fraction | None:
    """Return the length of a sound stream in seconds, which is the sum of the lengths of its packets. `index`
    is the number of the stream in the file.

    Return None if the packets have more than `most` bytes in total, or if their lengths are unknown.
    """
    total, size = Fraction(0), 0
    with open_media(path) as container:
        stream = container.streams[index]
        tick = stream.time_base or CLOCK
        for packet in container.demux(stream):
            if not packet.size:
                continue
            size += packet.size
            if size > most:
                return None
            total += (packet.duration or 0) * tick
        # The packets of raw sound include the encoder's priming samples, which are not heard.
        priming = (stream.start_time or 0) * tick if container.format.name in RAW_SOUND else Fraction(0)
    return max(Fraction(0), total - max(Fraction(0), priming)) or None


def has_alpha_stream(stream: VideoStream) -> bool:
    """Return True if the pictures of a stream can be transparent, by their pixel format or by the WebM tag
    `alpha_mode`.
    """
    if stream.metadata.get("alpha_mode") == "1":
        return True
    form = stream.codec_context.format
    return form is not None and any(component.is_alpha for component in form.components)


def detect_field_order(stream: VideoStream, first: av.VideoFrame) -> str:
    """Return `progressive`, or FFmpeg's name for the order in which fields are coded and displayed (tt, bb,
    tb, bt).
    """
    order = FIELDS.get(int(stream.codec_context.field_order), "")
    if order:
        return order
    return "tt" if first.interlaced_frame else PROGRESSIVE


def walk_packets(path: Path, index: int, clock: PictureClock, most: int = MAX_BYTES_INSPECTED) -> PacketWalk:
    """Read the packets of the video stream with number `index` without decoding. Reading stops after `most`
    bytes. The result shows whether the pictures follow each other at the rate of the clock.
    """
    times: list[int] = []
    count = size = newest = 0
    last = Fraction(0)  # The duration of the last picture in seconds.
    whole = True
    with open_media(path) as container:
        for packet in container.demux(container.streams[index]):
            if not packet.size or packet.is_discard or clock.precedes_first_picture(packet):
                continue
            count += 1
            size += packet.size
            at = clock.get_shown_ticks(packet)
            if at is not None:
                if not times or at > newest:
                    newest = at
                    last = clock.get_shown_duration(packet)
                times.append(at)
            if size > most:
                whole = False
                break
    # MPEG streams have times for some pictures only, so the length is computed from the rate.
    if len(times) < count:
        return PacketWalk(count, count / clock.rate, clock.rate, whole)
    times.sort()
    if clock.uses_decoding_times:
        # The first packets complete no picture, and the last pictures follow the last packet.
        shown = [at for at in times if at >= clock.origin]
        last += (len(times) - len(shown)) * clock.step
        times = shown
    span = (times[-1] - times[0]) * clock.tick + last if times else Fraction(0)
    return PacketWalk(count, span, _find_even_rate(times, clock), whole)


def _find_even_rate(times: list[int], clock: PictureClock) -> Fraction | None:
    """Return the rate at which each picture follows the previous one, within one tick of the container's
    clock; None if there is no such rate.

    This is the rate of the clock, or else the usual rate that is nearest to the times, because the codec's
    headers can contain a wrong rate.
    """
    rates = [clock.rate]
    if len(times) >= _LEAST_EVEN and times[-1] > times[0]:
        measured = (len(times) - 1) / ((times[-1] - times[0]) * clock.tick)
        usual = min(_USUAL_RATES, key=lambda rate: abs(rate - measured))
        rates += [usual] if clock.tick * usual <= _FINE_TICK else []
    return next((rate for rate in rates if times and _is_even(times, clock.tick, rate)), None)


def _is_even(times: list[int], tick: Fraction, rate: Fraction) -> bool:
    return all(abs((at - times[0]) * tick - index / rate) <= tick for index, at in enumerate(times))


def _add_picture_facts(
    path: Path, container: InputContainer, video: VideoStream, clock: PictureClock, facts: StreamFacts
) -> StreamFacts:
    refuse_huge_picture(path.name, video.width, video.height)
    context = video.codec_context
    context.thread_count = 1  # Only a single picture is decoded, and each thread would use memory.
    first = next(container.decode(video), None)
    if first is None:
        raise BadInput(f"{path.name} has an empty video track")
    walked = walk_packets(path, video.index, clock)
    frames = walked.frames if walked.is_complete else video.frames or None
    length = _ticks_to_seconds(video.duration, video.time_base) or _ticks_to_seconds(
        container.duration, CLOCK
    )
    seconds = walked.seconds if walked.is_complete else length
    if walked.even_rate is not None and frames:
        # The computed length is exact; the length in the container is rounded to a tick.
        seconds = frames / walked.even_rate
    update = {
        "picture": _make_picture_facts(video, first, clock.rate, walked.even_rate),
        "frames": frames,
        "seconds": seconds,
    }
    return facts.model_copy(update=update)


def _make_picture_facts(
    video: VideoStream, first: av.VideoFrame, rate: Fraction, even_rate: Fraction | None
) -> PictureFacts:
    context, orientation = video.codec_context, read_orientation(first)
    return PictureFacts(
        codec=context.codec.canonical_name,
        profile=str(video.profile or ""),
        pixels=first.format.name,
        width=video.width,
        height=video.height,
        aspect=video.sample_aspect_ratio or Fraction(1),
        rotation=orientation.turns * 90,
        mirrored=orientation.mirrored,
        rate=even_rate or rate,
        constant=even_rate is not None,
        field_order=detect_field_order(video, first),
        range=_name_colour_property(RANGES, context.color_range, first, "color_range"),
        matrix=_name_colour_property(MATRICES, context.colorspace, first, "colorspace"),
        primaries=_name_colour_property(PRIMARIES, context.color_primaries, first, "color_primaries"),
        transfer=_name_colour_property(TRANSFERS, context.color_trc, first, "color_trc"),
        alpha=has_alpha_stream(video),
        has_b_frames=bool(context.has_b_frames),
        headers=hashlib.sha256(context.extradata).hexdigest() if context.extradata else "",
        bit_rate=context.bit_rate or 0,
    )


def _name_colour_property(words: dict[int, str], number: int, first: av.VideoFrame, name: str) -> str:
    """Return the name of a colour property, such as its matrix: as the stream specifies it, or else as the
    first picture does, or else an empty text.

    `words` maps FFmpeg's codes to names, `number` is the stream's code, and `name` is the name of the
    attribute of a frame.
    """
    return words.get(int(number)) or words.get(int(getattr(first, name)), "")


def _list_sound_facts(
    path: Path, container: InputContainer, clock: PictureClock | None
) -> tuple[SoundFacts, ...]:
    """Return the facts of the sound streams that can be decoded. `clock` is the clock of the pictures."""
    streams = [each for each in container.streams.audio if has_decoder(each)]
    if not streams:
        return ()
    zero = clock.origin * clock.tick if clock is not None else find_sound_begin(streams)
    names = tuple(_clean_tag(name) for name in read_track_names(path))
    return tuple(_make_sound_facts(stream, zero, names if any(names) else ()) for stream in streams)


def _find_sound_end(container: InputContainer) -> Fraction | None:
    """Return the second at which the last sound stream ends, counted from the begin of the first. None if no
    stream specifies its length.
    """
    streams = [each for each in container.streams.audio if has_decoder(each)]
    ends = (
        find_sound_begin((each,)) + each.duration * (each.time_base or CLOCK)
        for each in streams
        if each.duration
    )
    end = max(ends, default=None)
    return None if end is None else end - find_sound_begin(streams)


def _make_sound_facts(stream: Any, zero: Fraction, tracks: tuple[str, ...]) -> SoundFacts:
    tick = stream.time_base or Fraction(1, stream.sample_rate or 48000)
    has_length = stream.duration and stream.container.format.name not in _WITHOUT_LENGTH
    lasts = stream.duration * tick * stream.sample_rate if has_length else None
    language = _clean_tag(stream.metadata.get("language", ""))
    is_unknown = {channel.name for channel in stream.layout.channels} == {_UNKNOWN_CHANNEL}
    return SoundFacts(
        codec=stream.codec_context.codec.canonical_name,
        sample_rate=stream.sample_rate,
        channels=stream.channels,
        layout="" if is_unknown and stream.channels > 1 else "mono" if is_unknown else stream.layout.name,
        samples=int(lasts) if lasts is not None and lasts.denominator == 1 else None,
        starts=(stream.start_time or 0) * tick - zero,
        title=_read_stream_title(stream),
        language="" if language == "und" else language,
        tracks=tracks[: stream.channels],
    )


def _read_stream_title(stream: Any) -> str:
    """Return the name of a stream. QuickTime stores it as the name of the handler, which most programs set
    to a general name that ends with “Handler”.
    """
    tags = stream.metadata
    handler = tags.get("handler_name", "")
    return _clean_tag(tags.get("title") or ("" if handler.lower().endswith(_GENERAL_HANDLERS) else handler))


def _clean_tag(text: str) -> str:
    """Return the text of a tag on one line, without control characters and shortened."""
    words = replace_forbidden_characters(text).split()
    return " ".join(words)[:_LONGEST_TAG]


def _find_start_timecode(container: InputContainer) -> str:
    """Return the timecode of the first picture. The video stream, a timecode track and the file's own tags
    are searched in this order. Empty if there is none.
    """
    for stream in (*container.streams.video, *container.streams.data):
        if "timecode" in stream.metadata:
            return stream.metadata["timecode"]
    return container.metadata.get("timecode", "")


def _describe_unreadable_streams(container: InputContainer) -> str:
    silent = [s for s in (*container.streams.video, *container.streams.audio) if not has_decoder(s)]
    if not silent:
        return ""
    return f"{len(silent)} of its streams can't be read: there is no decoder for it, or the file is cut short"


def _ticks_to_seconds(duration: int | None, tick: Fraction | None) -> Fraction | None:
    return duration * tick if duration and tick else None
