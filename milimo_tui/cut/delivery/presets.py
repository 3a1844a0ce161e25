"""The presets of deliveries as data. Every row contains a complete `Delivery`.

A row specifies the encoding. Size, rate, range and burn-ins are requested separately.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.core.errors import NotFound
from milimo_tui.cut.delivery.delivery import (
    DEFAULT_PRESET,
    Container,
    Delivery,
    PictureFormat,
    SoundFormat,
    StemDivision,
)


class PresetGroup(StrEnum):
    """The groups into which lists of presets are divided."""

    FILM = "film"
    MASTER = "master"
    FRAMES = "frames"
    CLIP = "clip"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Preset:
    """A delivery preset. `use` says in a few words what it is for.

    `bits` is the number of bits per pixel and frame that was measured with this preset. It gives a first
    estimate of the file size (docs/deliver.md names the measured films). `lines` is the maximum height if the
    user requests no size; 0 means no maximum.
    """

    name: str
    title: str
    group: PresetGroup
    delivery: Delivery
    bits: float = 0.0
    lines: int = 0
    use: str = ""


AAC = SoundFormat(codec="aac", bit_rate=192_000)
OPUS = SoundFormat(codec="opus", bit_rate=160_000)
PCM_16 = SoundFormat(codec="pcm_s16le", bit_rate=0)
PCM_24 = SoundFormat(codec="pcm_s24le", bit_rate=0)
FLAC = SoundFormat(codec="flac", bit_rate=0)


def _define_preset(
    name: str,
    title: str,
    use: str,
    bits: float,
    picture: PictureFormat | None,
    sound: SoundFormat | None,
    container: Container,
    group: PresetGroup = PresetGroup.FILM,
    suffix: str = "",
    *,
    stems: StemDivision = "",
    lines: int = 0,
) -> Preset:
    delivery = Delivery(
        preset=name,
        container=container,
        suffix=suffix or f".{container}",
        picture=picture,
        sound=sound,
        stems=stems,
    )
    return Preset(name, title, group, delivery, bits, lines, use)


# The order matters: a file suffix selects the first preset of its container that is not for masters. See
# `requests.find_preset_by_suffix`.
PRESETS: tuple[Preset, ...] = (
    _define_preset(DEFAULT_PRESET, "H.264, for watching and sharing", "watching and sharing", 0.16,
        PictureFormat(), AAC, Container.MP4),
    _define_preset("h264-fine", "H.264, slower and finer", "the same, finer", 0.22,
        PictureFormat(quality=15, speed="medium"), AAC, Container.MP4),
    _define_preset("draft", "H.264, quick and small", "a quick look", 0.21,
        PictureFormat(quality=26, speed="ultrafast"),
        SoundFormat(codec="aac", bit_rate=128_000), Container.MP4),
    _define_preset("h265", "H.265, half the size, slower", "half the size, slower", 0.13,
        PictureFormat(codec="h265", encoder="libx265", quality=22, speed="fast"), AAC, Container.MP4),
    _define_preset("h265-10", "H.265 at 10 bits, for graded pictures", "graded pictures", 0.15,
        PictureFormat(codec="h265", encoder="libx265", quality=20, speed="fast", pixels="yuv420p10le"),
        AAC, Container.MP4),
    _define_preset("av1", "AV1, the smallest, for the web", "the web, smallest", 0.13,
        PictureFormat(codec="av1", encoder="libsvtav1", quality=30, speed="8", pixels="yuv420p10le"),
        AAC, Container.MP4),
    _define_preset("vp9", "VP9 in WebM, for the web", "the web, WebM", 0.14,
        PictureFormat(codec="vp9", encoder="libvpx-vp9", quality=30, speed="4"), OPUS, Container.WEBM),
    _define_preset("prores", "ProRes 422 HQ, to edit or grade elsewhere", "edit or grade elsewhere", 3.35,
        PictureFormat(codec="prores", encoder="prores_ks", quality=None, speed="", profile="hq",
            pixels="yuv422p10le"),
        PCM_24, Container.MOV, PresetGroup.MASTER),
    _define_preset("prores-proxy", "ProRes Proxy, small, to edit elsewhere", "edit elsewhere, small", 0.68,
        PictureFormat(codec="prores", encoder="prores_ks", quality=None, speed="", profile="proxy",
            pixels="yuv422p10le"),
        PCM_16, Container.MOV, PresetGroup.MASTER),
    _define_preset("dnxhr", "DNxHR HQX, to edit or grade elsewhere", "edit or grade elsewhere", 3.56,
        PictureFormat(codec="dnxhr", encoder="dnxhd", quality=None, speed="", profile="dnxhr_hqx",
            pixels="yuv422p10le"),
        PCM_24, Container.MOV, PresetGroup.MASTER),
    _define_preset("ffv1", "FFV1, lossless, for archives", "archiving, lossless", 1.56,
        PictureFormat(codec="ffv1", encoder="ffv1", quality=None, speed="", gop=1),
        FLAC, Container.MKV, PresetGroup.MASTER),
    _define_preset("png", "a picture per frame, lossless", "a picture a frame, exact", 4.62,
        PictureFormat(codec="png", encoder="pillow", quality=None, speed="", pixels="rgb24"),
        PCM_24, Container.FRAMES, PresetGroup.FRAMES, ".png"),
    _define_preset("jpeg", "a picture per frame, small", "a picture a frame, small", 1.77,
        PictureFormat(codec="jpeg", encoder="pillow", quality=95, speed="", pixels="rgb24"),
        PCM_16, Container.FRAMES, PresetGroup.FRAMES, ".jpg"),
    _define_preset("gif", "a GIF of a short clip", "a short clip anywhere", 1.35,
        PictureFormat(codec="gif", encoder="gif", quality=None, speed="", pixels="pal8"),
        None, Container.GIF, PresetGroup.CLIP, lines=480),
    _define_preset("webp", "a WebP of a short clip", "a short clip, smaller", 0.34,
        PictureFormat(codec="webp", encoder="libwebp_anim", quality=80, speed=""),
        None, Container.WEBP, PresetGroup.CLIP, lines=720),
    _define_preset("wav", "the sound, 24-bit WAV", "the sound, exact", 0,
        None, PCM_24, Container.WAV, PresetGroup.SOUND),
    _define_preset("flac", "the sound, FLAC, lossless", "the sound, exact, smaller", 0,
        None, FLAC, Container.FLAC, PresetGroup.SOUND),
    _define_preset("m4a", "the sound, AAC", "the sound, small", 0,
        None, SoundFormat(codec="aac", bit_rate=256_000), Container.M4A, PresetGroup.SOUND),
    _define_preset("mp3", "the sound, MP3", "the sound, anywhere", 0,
        None, SoundFormat(codec="mp3", bit_rate=256_000), Container.MP3, PresetGroup.SOUND),
    _define_preset("opus", "the sound, Opus", "the sound, smallest", 0,
        None, OPUS, Container.OGG, PresetGroup.SOUND, ".opus"),
    _define_preset("stems", "a 24-bit WAV of every track", "a file per track, to mix", 0,
        None, PCM_24, Container.WAV, PresetGroup.SOUND, stems="track"),
    _define_preset("stems-flac", "a FLAC of every track", "the same, smaller", 0,
        None, FLAC, Container.FLAC, PresetGroup.SOUND, stems="track"),
)  # fmt: skip

NAMES: tuple[str, ...] = tuple(row.name for row in PRESETS)


def find_preset(name: str) -> Preset:
    """Return the preset with a name. Raises NotFound with the existing names."""
    for row in PRESETS:
        if row.name == name:
            return row
    raise NotFound(f"there is no preset “{name}”", f"presets: {', '.join(NAMES)}")
