"""A table of the file formats of rendered films, and a table of the encoders whose settings the user can
choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from milimo_tui.cut.delivery.delivery import Container, SoundFormat
from milimo_tui.cut.delivery.presets import AAC, FLAC, OPUS, PCM_16, PCM_24


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """The properties of a container format.

    - `pictures` are the picture codecs that the container can hold.
    - `sounds` are the sound formats that it can hold. The first replaces a format that it can't hold.
    - `subtitle_codec` is FFmpeg's name of the codec for embedded subtitles, or empty if they are not
      possible.
    """

    suffixes: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    sounds: tuple[SoundFormat, ...] = ()
    subtitle_codec: str = ""
    has_chapters: bool = False
    has_timecode: bool = False


@dataclass(frozen=True, slots=True)
class EncoderFacts:
    """The settings of an encoder that the user can choose: the range of its quality value, and whether a bit
    rate and two passes are possible.
    """

    codec: str
    quality: tuple[int, int]
    takes_bit_rate: bool = True
    takes_two_passes: bool = False


CONTAINERS: Mapping[Container, ContainerFacts] = MappingProxyType({
    Container.MP4: ContainerFacts(
        (".mp4", ".m4v"), ("h264", "h265", "av1"), (AAC, FLAC, OPUS), "mov_text", has_chapters=True
    ),
    Container.MOV: ContainerFacts(
        (".mov",), ("h264", "h265", "prores", "dnxhr"), (PCM_24, AAC, PCM_16), "mov_text",
        has_chapters=True, has_timecode=True,
    ),
    Container.MKV: ContainerFacts(
        (".mkv",), ("h264", "h265", "av1", "vp9", "prores", "ffv1"),
        (FLAC, AAC, OPUS, PCM_16, PCM_24), "subrip", has_chapters=True, has_timecode=True,
    ),
    Container.WEBM: ContainerFacts((".webm",), ("vp9", "av1"), (OPUS,), "webvtt", has_chapters=True),
    Container.GIF: ContainerFacts((".gif",)),
    Container.WEBP: ContainerFacts((".webp",)),
    Container.WAV: ContainerFacts((".wav",)),
    Container.FLAC: ContainerFacts((".flac",)),
    Container.M4A: ContainerFacts((".m4a",), has_chapters=True),
    Container.MP3: ContainerFacts((".mp3",)),
    Container.OGG: ContainerFacts((".opus", ".ogg")),
    Container.MXF: ContainerFacts(),
    Container.FRAMES: ContainerFacts(),
})  # fmt: skip

CONTAINERS_BY_SUFFIX: Mapping[str, Container] = MappingProxyType(
    {suffix: name for name, row in CONTAINERS.items() for suffix in row.suffixes}
)

ENCODERS: Mapping[str, EncoderFacts] = MappingProxyType({
    "libx264": EncoderFacts("h264", (0, 51), takes_two_passes=True),
    "libx265": EncoderFacts("h265", (0, 51), takes_two_passes=True),
    "libsvtav1": EncoderFacts("av1", (1, 63)),
    "libvpx-vp9": EncoderFacts("vp9", (0, 63)),
    "pillow": EncoderFacts("jpeg", (1, 100), takes_bit_rate=False),
    "libwebp_anim": EncoderFacts("webp", (0, 100), takes_bit_rate=False),
})  # fmt: skip
