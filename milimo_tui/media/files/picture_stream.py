"""The picture stream of an opened media file and its frame rate, and the begin of its sound."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

_HIGHEST_RATE = 1000  # A higher average frame rate is ignored as impossible.


def find_sound_begin(streams: Iterable[AudioStream]) -> Fraction:
    """Return the time in seconds at which the first of some sound streams begins, on the clock of their
    container.
    """
    return min((each.start_time or 0) * (each.time_base or Fraction(1)) for each in streams)


def find_picture_stream(container: InputContainer) -> VideoStream | None:
    """Return the first video stream that has a decoder and is not the cover of a song."""
    return next((s for s in container.streams.video if has_decoder(s) and not is_cover_art(s)), None)


def has_decoder(stream: Any) -> bool:
    """Return True if the codec of a stream can be decoded. The codec may be unknown if the file is
    truncated.
    """
    return getattr(stream, "codec_context", None) is not None


def is_cover_art(stream: VideoStream) -> bool:
    """Return True if the stream is the cover picture of a song."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def choose_frame_rate(video: VideoStream) -> Fraction | None:
    """Return the frame rate in frames per second, or None if it is unknown.

    The rate is the container's base rate, unless the average differs by more than 1 % because the rate is
    variable. An impossible average, which FFmpeg reports for raw DV, is ignored.
    """
    base, mean = video.guessed_rate, video.average_rate
    if base and mean and mean <= _HIGHEST_RATE and abs(base - mean) > mean / 100:
        return mean.limit_denominator(1001)
    return base or mean or None
