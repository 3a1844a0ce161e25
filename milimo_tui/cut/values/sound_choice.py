"""The choice of a sound stream of a file, and of channels of this stream. Both are numbered from 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import format_count

if TYPE_CHECKING:
    from milimo_tui.cut.values.streams import SoundFacts

MOST_STREAMS = 500
MOST_CHANNELS = 64
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}


class HeardSound(NamedTuple):
    """A sound stream of a file at `path`, and its channels that are heard. No channels means all."""

    path: str
    stream: int = 1
    channels: tuple[int, ...] = ()


def are_valid_channels(channels: tuple[int, ...]) -> bool:
    """Return True if each channel is a possible number and occurs once. No channels means all channels."""
    return len(set(channels)) == len(channels) and all(1 <= each <= MOST_CHANNELS for each in channels)


def require_sound_choice(stream: int, channels: tuple[int, ...]) -> None:
    """Raise Refused for a stream or channels that no file can have."""
    if not 1 <= stream <= MOST_STREAMS:
        raise Refused(f"there is no sound stream {stream}", "sound streams count from 1")
    if not are_valid_channels(channels):
        raise Refused(
            f"channels are different numbers from 1 to {MOST_CHANNELS}", "for example 1, or 3,4 for a pair"
        )


def require_existing_sound(name: str, counts: Sequence[int], stream: int, channels: tuple[int, ...]) -> None:
    """Raise BadInput if a file doesn't have the chosen stream and channels. `name` is the name of the file,
    and `counts` are the numbers of channels of its sound streams.
    """
    if not 1 <= stream <= len(counts):
        streams = format_count(len(counts), "sound stream")
        raise BadInput(
            f"{name} has {streams}, so there is no stream {stream}", f"milimo asset show {name} lists them"
        )
    count = counts[stream - 1]
    beyond = [each for each in channels if each > count]
    if beyond:
        has = format_count(count, "channel")
        raise BadInput(
            f"sound stream {stream} of {name} has {has}, so there is no channel {beyond[0]}",
            "milimo asset show lists them",
        )


def format_sound_choice(stream: int, channels: tuple[int, ...]) -> str:
    """Format a choice: `sound stream 2, channel 1`."""
    if not channels:
        return f"sound stream {stream}"
    word = "channel" if len(channels) == 1 else "channels"
    return f"sound stream {stream}, {word} {', '.join(map(str, channels))}"


def describe_sound(sound: SoundFacts) -> str:
    """Describe a sound stream: `aac 48000 Hz mono, “Lavalier”, eng`."""
    form = f"{sound.codec} {sound.sample_rate} Hz"
    count = format_count(sound.channels, "channel")
    parts = (
        f"{form} {sound.layout}" if sound.layout else form,
        "" if sound.layout in ("mono", "stereo") else count if sound.layout else f"{count} without positions",
        f"“{sound.title}”" if sound.title else "",
        sound.language,
    )
    return ", ".join(filter(None, parts))


def format_sound_layout(sound: SoundFacts) -> str:
    """Return the name of the channel positions of a sound, such as `stereo`, or the number of channels."""
    return sound.layout or format_count(sound.channels, "channel")


def parse_channels(text: str) -> tuple[int, ...]:
    """Return the channels that a text names, such as `3,4`. The word `all` means all channels, which is the
    empty tuple. Raises BadInput.
    """
    if text.strip().lower() == "all":
        return ()
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        raise BadInput(f"“{text}” names no channels", "for example 1, or 3,4 for a pair, or all")
    channels = tuple(int(part) for part in parts)
    require_sound_choice(1, channels)
    return channels


def format_channel_layout(channels: int) -> str:
    """Return the name of a channel layout: `mono`, `stereo`, `5.1`, or the number of channels."""
    return _LAYOUTS.get(channels, f"{channels} channels")
