"""The lengths of the sounds of a film whose container does not specify them exactly."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.streams import StreamFacts
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.picture_stream import has_decoder
from milimo_tui.media.files.stream_facts import CLOCK, HEADERS_SLACK, MAX_BYTES_INSPECTED

# Containers that specify one length, which is the length of their longest stream.
_WITH_ONE_LENGTH = ("matroska,webm", "flv")
# Containers without a length, for which FFmpeg guesses the lengths of the streams.
_WITHOUT_LENGTH = ("mpegts", "mpeg")


def add_sound_length(path: Path, facts: StreamFacts) -> StreamFacts:
    """Return the facts of a film with the numbers of samples of its sounds. The packets of a sound are read
    only if neither the stream nor the container specifies its length.

    Errors of PyAV and of the disk are passed on.
    """
    if facts.picture is None:
        return facts
    has_lengths = facts.container not in _WITHOUT_LENGTH
    sounds = list(facts.sounds)
    for number, sound in enumerate(facts.sounds):
        if sound.samples is None or not has_lengths:
            seconds = _measure_one_sound(path, number, facts.seconds)
            if seconds is not None:
                samples = round_half_up(seconds * sound.sample_rate)
                sounds[number] = sound.model_copy(update={"samples": samples})
    return facts.model_copy(update={"sounds": tuple(sounds)})


def _measure_one_sound(path: Path, number: int, picture: Fraction | None) -> Fraction | None:
    """Return the length in seconds of the sound with a number from 0, as `_find_sound_seconds` does."""
    with open_media(path) as container:
        streams = [each for each in container.streams.audio if has_decoder(each)]
        return _find_sound_seconds(container, streams[number], picture)


def _find_sound_seconds(
    container: InputContainer, stream: AudioStream, picture: Fraction | None
) -> Fraction | None:
    """Return the length of a sound in seconds: as its stream specifies it, or else by its packets. Return
    None if the file is not longer than its picture, which lasts `picture` seconds, or is too large.
    """
    tick, name = stream.time_base or CLOCK, container.format.name
    if stream.duration and name not in _WITHOUT_LENGTH:
        return stream.duration * tick
    is_longer = picture is None or (container.duration or 0) * CLOCK - picture > HEADERS_SLACK
    if name in _WITH_ONE_LENGTH and not is_longer:
        return None
    end = begin = stream.start_time or 0
    size = 0
    for packet in container.demux(stream):
        size += packet.size
        if size > MAX_BYTES_INSPECTED:
            return None
        if packet.size and packet.pts is not None:
            end = max(end, packet.pts + (packet.duration or 0))
    return (end - begin) * tick
