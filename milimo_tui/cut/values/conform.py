"""The rule by which a source of any kind is made to fit a cut. `docs/conform.md` explains it for users.

- Time: a frame of the cut shows the picture that the source has at the exact second of that frame. Nothing is
  stretched.
- Picture: it is rotated as the file specifies, converted to square pixels, and fitted completely into the
  raster without distortion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.time import format_rate
from milimo_tui.cut.values.sound_choice import format_channel_layout
from milimo_tui.cut.values.streams import PictureFacts, SoundFacts, StreamFacts, find_media_end

PROGRESSIVE = "progressive"
LARGE = 1280 * 720  # Pixels per frame. A clip with more pixels gets a proxy.


@dataclass(frozen=True, slots=True)
class ConformTarget:
    """The frame rate, raster and sound format of a cut, to which its sources are conformed."""

    rate: Fraction
    width: int
    height: int
    sample_rate: int = 48000
    channels: int = 2


def compute_display_size(picture: PictureFacts) -> tuple[int, int]:
    """Return width and height on a screen with square pixels, rotated as the file specifies."""
    width = math.floor(picture.width * picture.aspect + Fraction(1, 2))
    return (picture.height, width) if picture.rotation % 180 else (width, picture.height)


def is_interlaced(picture: PictureFacts) -> bool:
    """Return True if the picture is interlaced."""
    return picture.field_order != PROGRESSIVE


def needs_proxy(picture: PictureFacts | None) -> bool:
    """Return True if the picture has so many pixels that the clip needs a proxy. A picture with transparency
    never gets a proxy.
    """
    return picture is not None and not picture.alpha and picture.width * picture.height > LARGE


def describe_conform_changes(facts: StreamFacts, target: ConformTarget) -> tuple[str, ...]:
    """Return a sentence for each change that is made to a source to fit it into a cut. Empty if it fits
    unchanged.
    """
    changes: list[str] = []
    if facts.picture is not None:
        changes += [
            *_describe_source_rate_change(facts.picture, target),
            *_describe_picture_changes(facts.picture, target),
        ]
    if facts.picture is not None and facts.seconds is not None:
        longer = find_media_end(facts.seconds, facts) - facts.seconds
        if longer * target.rate >= 1:
            changes.append(f"its sound lasts {float(longer):.1f} s longer: the last picture is held")
    if facts.sounds:
        changes += _describe_sound_changes(facts.sounds, target, has_picture=facts.picture is not None)
    return tuple(changes)


def _describe_source_rate_change(picture: PictureFacts, target: ConformTarget) -> list[str]:
    if not picture.constant:
        return ["variable rate: each frame shows the latest picture"]
    if picture.rate is None or picture.rate == target.rate:
        return []
    effect = "frames are dropped" if picture.rate > target.rate else "frames are repeated"
    return [
        f"{format_rate(picture.rate)} fps in a cut of {format_rate(target.rate)}: {effect}, the length stays"
    ]


def _describe_picture_changes(picture: PictureFacts, target: ConformTarget) -> list[str]:
    changes = []
    if picture.hdr_name:
        changes.append(f"{picture.hdr_name} shown as SDR without tone mapping")
    if is_interlaced(picture):
        changes.append("deinterlaced")
    if picture.mirrored:
        changes.append("mirrored")
    if picture.rotation:
        changes.append(f"turned by {picture.rotation}°")
    if picture.aspect != 1:
        changes.append(f"pixels of {picture.aspect.numerator}:{picture.aspect.denominator} made square")
    width, height = compute_display_size(picture)
    if (width, height) != (target.width, target.height):
        same = width * target.height == height * target.width
        bars = "" if same else ", the rest clear"
        changes.append(f"{width}×{height} fitted into {target.width}×{target.height}{bars}")
    return changes


def _describe_sound_changes(
    sounds: tuple[SoundFacts, ...], target: ConformTarget, *, has_picture: bool
) -> list[str]:
    sound, changes = sounds[0], []
    if sound.sample_rate and sound.sample_rate != target.sample_rate:
        changes.append(f"{sound.sample_rate / 1000:g} kHz resampled to {target.sample_rate / 1000:g}")
    if sound.channels > 2 and not sound.layout and (sound.channels != 6 or any(sound.tracks)):
        changes.append(f"{sound.channels} channels without positions mixed into the middle")
    elif sound.channels and sound.channels != target.channels:
        name = sound.layout or format_channel_layout(sound.channels)
        changes.append(f"{name} mixed to {format_channel_layout(target.channels)}")
    if has_picture and sound.starts:
        order = "after" if sound.starts > 0 else "before"
        changes.append(
            f"its sound begins {abs(float(sound.starts)) * 1000:.0f} ms {order} the picture, as in the file"
        )
    if len(sounds) > 1:
        changes.append(f"the first of {len(sounds)} sound tracks is heard unless a clip chooses another")
    return changes
