"""Build a `Delivery` from the options that a person typed. Pure functions; every error suggests a solution.

The command `milimo render` and the Film screen use this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import parse_rate, round_half_up
from milimo_tui.cut.delivery.containers import CONTAINERS, CONTAINERS_BY_SUFFIX, ENCODERS
from milimo_tui.cut.delivery.delivery import (
    DEFAULT_PRESET,
    Burns,
    Container,
    Delivery,
    Loudness,
    PictureFormat,
    SoundFormat,
    StemDivision,
)
from milimo_tui.cut.delivery.presets import PRESETS, PresetGroup, find_preset
from milimo_tui.cut.values.effects import OnDamage

Subtitles = Literal["none", "srt", "vtt", "embedded"]

LOUDNESS_LEVELS = {
    "cinema": Loudness(lufs=-27, true_peak=-2, gate="dialogue"),
    "atsc": Loudness(lufs=-24, true_peak=-2),
    "r128": Loudness(lufs=-23),
    "speech": Loudness(lufs=-16, checks_mono=True),
    "web": Loudness(lufs=-14),
}
NOTHING = "none"  # the word for no loudness target and no subtitles
SUBTITLES: dict[str, Subtitles] = {
    "": "none", NOTHING: "none", "srt": "srt", "vtt": "vtt", "embedded": "embedded",
}  # fmt: skip
STEM_DIVISIONS: dict[str, StemDivision] = {"": "", "track": "track", "role": "role", "bus": "bus"}
ALL_CAPTIONS = "all"  # the word for all caption tracks that are not hidden
SLATE_SECONDS = 3
WATERMARK = "PREVIS"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRequest:
    """The delivery options as a person typed them. For an empty option the value of the preset or of the cut
    is used.
    """

    preset: str = ""
    size: str = ""
    rate: str = ""
    quality: int | None = None
    bitrate: str = ""
    two_pass: bool = False
    hardware: bool = False
    silent: bool = False
    channels: int = 0
    sample_rate: int = 0
    loudness: str = ""
    subtitles: str = ""
    burn: tuple[str, ...] = ()
    stems: StemDivision = ""
    smart_copy: bool = True
    damaged: OnDamage = OnDamage.REFUSE


def build_delivery(request: DeliveryRequest, suffix: str, width: int, height: int) -> Delivery:
    """Return the delivery for a request. `width` and `height` are the size of the cut's raster in pixels.
    `suffix` is the suffix of the file to write; if it is empty, the preset's suffix is used.

    Raises NotFound for an unknown preset, and BadInput for options that can't be parsed or don't go together.
    """
    row = find_preset(request.preset or find_preset_by_suffix(suffix))
    delivery = _change_container(row.delivery, suffix)
    picture = (
        None if delivery.picture is None else _apply_picture_options(request, row.name, delivery.picture)
    )
    wide, high = _choose_size(request.size, row.name, delivery, width, height)
    if row.lines and not request.size and height > row.lines:
        wide, high = _fit_width_to_lines(row.lines, width, height)
    if request.rate and picture is None:
        raise BadInput(
            f"{row.name} has only sound and no frame rate",
            "leave --rate out, or choose a preset with pictures",
        )
    return Delivery(
        preset=row.name,
        container=delivery.container,
        suffix=delivery.suffix,
        width=0 if (wide, high) == (width, height) else wide,
        height=0 if (wide, high) == (width, height) else high,
        rate=parse_rate(request.rate) if request.rate else None,
        picture=picture,
        sound=_apply_sound_options(request, row.name, delivery),
        loudness=_parse_loudness(request.loudness),
        burns=_parse_burn_ins(request.burn, row.name, picture),
        subtitles=_parse_subtitles(request.subtitles, delivery),
        stems=request.stems or delivery.stems,
        smart_copy=request.smart_copy,
    )


@dataclass(frozen=True, slots=True)
class CaptionChoice:
    """The caption tracks that a person chose for a render, by name or language. `burned` is the track that is
    burned into the picture, and `subtitles` are those that are written as subtitles. Empty means the first
    track that is not hidden.
    """

    burned: str = ""
    subtitles: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names and languages that the request has."""
        return (*self.subtitles, self.burned) if self.burned else self.subtitles


def parse_caption_choice(request: DeliveryRequest) -> CaptionChoice:
    """Return the caption tracks that a request names: `--burn captions=en --subtitles embedded=en,de`. Raises
    BadInput if the captions of several tracks would be burned in.
    """
    burned = [
        value
        for kind, equals, value in (word.partition("=") for word in _split_burn_words(request.burn))
        if kind == "captions" and equals
    ]
    if len(burned) > 1 or ALL_CAPTIONS in burned:
        raise BadInput("only the captions of one language can be burnt in", "choose one, such as captions=en")
    names = (name.strip() for name in request.subtitles.partition("=")[2].split(","))
    return CaptionChoice("".join(burned), tuple(dict.fromkeys(filter(None, names))))


def find_preset_by_suffix(suffix: str) -> str:
    """Return the name of the preset to use for files with this suffix. Presets for masters are not
    considered. If several presets write such files, the first is returned. If none does, or `suffix` is
    empty, the default preset is returned. Raises BadInput for an unknown suffix.
    """
    if not suffix:
        return DEFAULT_PRESET
    container = CONTAINERS_BY_SUFFIX.get(suffix.lower())
    if container is None:
        raise BadInput(
            f"a film can't be written as {suffix}",
            f"file types: {' '.join(CONTAINERS_BY_SUFFIX)}; or give a --preset",
        )
    own = [row for row in PRESETS if row.delivery.container is container]
    return next((row.name for row in own if row.group is not PresetGroup.MASTER), DEFAULT_PRESET)


def parse_stem_division(words: str) -> StemDivision:
    """Parse the way to divide sound into stems. Raises BadInput."""
    if words not in STEM_DIVISIONS:
        raise BadInput(f"“{words}” is not a kind of stems", "stems are by track, role or bus")
    return STEM_DIVISIONS[words]


def parse_size(words: str, width: int, height: int) -> tuple[int, int]:
    """Parse a picture size (`1280x720`, `720p` or `50%`) and return an even width and height in pixels.
    `width` and `height` are the cut's raster, which gives the shape for `720p` and the base for a percentage.
    Raises BadInput.
    """
    text = words.strip().lower().replace("×", "x")
    if pair := re.fullmatch(r"([0-9]{1,5})x([0-9]{1,5})", text):
        sides = int(pair[1]), int(pair[2])
    elif lines := re.fullmatch(r"([0-9]{1,5})p?", text):
        sides = _fit_width_to_lines(int(lines[1]), width, height)
    elif share := re.fullmatch(r"([0-9]{1,3}) ?%", text):
        sides = _fit_width_to_lines(2 * round_half_up(Fraction(int(share[1]) * height, 200)), width, height)
    else:
        raise BadInput(f"“{words}” is not a size", "write 1280x720, 720p or 50%")
    if sides[0] % 2 or sides[1] % 2 or not all(2 <= side <= 16384 for side in sides):
        raise BadInput(
            f"a film of {sides[0]}×{sides[1]} can't be encoded", "use an even width and height up to 16384"
        )
    return sides


def parse_bit_rate(words: str) -> int:
    """Parse `8M`, `800k` or a number of bits per second. Raises BadInput."""
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([km]?)(?:bit/?s|bps)?", words.strip().lower())
    bits = round(float(found[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[found[2]]) if found else 0
    if not 1_000 <= bits <= 1_000_000_000:
        raise BadInput(f"“{words}” is not a bit rate", "write 8M or 800k")
    return bits


def _fit_width_to_lines(lines: int, width: int, height: int) -> tuple[int, int]:
    """Return the size of a picture with `lines` lines and the shape of the raster `width` × `height`. The
    width is rounded to an even number.
    """
    return 2 * max(1, round_half_up(Fraction(width * lines, height * 2))), lines


def _choose_size(words: str, name: str, delivery: Delivery, width: int, height: int) -> tuple[int, int]:
    if words and delivery.picture is None:
        raise BadInput(
            f"{name} has only sound and no size", "leave --size out, or choose a preset with pictures"
        )
    return parse_size(words, width, height) if words else (width, height)


def _change_container(delivery: Delivery, suffix: str) -> Delivery:
    """Return the delivery in the container that belongs to a file's suffix. A sound format that this
    container can't hold is replaced.
    """
    if not suffix or suffix == delivery.suffix or delivery.container is Container.FRAMES or delivery.stems:
        return delivery
    container = CONTAINERS_BY_SUFFIX.get(suffix.lower())
    if container is None or container not in _list_fitting_containers(delivery):
        raise BadInput(
            f"{delivery.preset} can't be written as {suffix}",
            f"its files end in {' '.join(_list_file_suffixes(delivery))}",
        )
    sound = delivery.sound
    known = CONTAINERS[container].sounds
    if sound and known and sound.codec not in {each.codec for each in known}:
        sound = known[0]
    return delivery.model_copy(update={"container": container, "suffix": suffix.lower(), "sound": sound})


def _list_file_suffixes(delivery: Delivery) -> list[str]:
    fitting = _list_fitting_containers(delivery)
    return [suffix for suffix, container in CONTAINERS_BY_SUFFIX.items() if container in fitting]


def _list_fitting_containers(delivery: Delivery) -> set[Container]:
    codec = delivery.picture.codec if delivery.picture else ""
    return {delivery.container, *(name for name, row in CONTAINERS.items() if codec in row.pictures)}


def _apply_picture_options(request: DeliveryRequest, name: str, picture: PictureFormat) -> PictureFormat:
    changes: dict[str, object] = {"hardware": request.hardware}
    encoder = ENCODERS.get(picture.encoder)
    if request.quality is not None:
        low, high = encoder.quality if encoder else (0, -1)
        if picture.quality is None or not low <= request.quality <= high:
            raise BadInput(
                f"{name} has no quality {request.quality}",
                f"use a quality from {low} to {high}"
                if low <= high
                else "the quality of this preset is fixed",
            )
        changes["quality"] = request.quality
    if request.bitrate:
        if encoder is None or not encoder.takes_bit_rate:
            able = ", ".join(row.codec for row in ENCODERS.values() if row.takes_bit_rate)
            raise BadInput(f"{name} can't be encoded at a set bit rate", f"presets that can: {able}")
        changes["bit_rate"] = parse_bit_rate(request.bitrate)
    if request.two_pass:
        if not request.bitrate:
            raise BadInput("two-pass encoding needs a bit rate", "add --bitrate 8M")
        if encoder is None or not encoder.takes_two_passes or request.hardware:
            raise BadInput(
                f"{name} is encoded in one pass here",
                "only the software encoders of H.264 and H.265 can use two",
            )
        changes["two_pass"] = True
    return picture.model_copy(update=changes)


def _apply_sound_options(request: DeliveryRequest, name: str, delivery: Delivery) -> SoundFormat | None:
    sound = delivery.sound
    if request.silent:
        if delivery.picture is None:
            raise BadInput(f"{name} has only sound, so --silent leaves nothing", "leave --silent out")
        return None
    if sound is None:
        return None
    changes: dict[str, object] = {}
    if request.channels:
        if request.channels not in (1, 2, 6) or (request.channels == 6 and sound.codec == "mp3"):
            raise BadInput(
                f"{name} can't have {request.channels} channels",
                "choices: 1, 2, or 6 for 5.1 (not in MP3)",
            )
        changes["channels"] = request.channels
        if sound.bit_rate and request.channels == 6:
            changes["bit_rate"] = sound.bit_rate * 2
    if request.sample_rate:
        changes["sample_rate"] = request.sample_rate
    return sound.model_copy(update=changes)


def _parse_loudness(words: str) -> Loudness | None:
    """Parse the name of a loudness target, or a number in LUFS with an optional true peak in dBTP after a
    comma. Return None for an empty text and for `none`.
    """
    if words.lower() in ("", NOTHING):
        return None
    if words.lower() in LOUDNESS_LEVELS:
        return LOUDNESS_LEVELS[words.lower()]
    parts = re.fullmatch(r"(-[0-9]{1,2}(?:\.[0-9])?)(?:,(-?[0-9](?:\.[0-9])?))?", words.strip())
    if parts is None or not -40 <= float(parts[1]) <= -5 or not -9 <= float(parts[2] or -1) <= 0:
        raise BadInput(
            f"“{words}” is not a loudness target",
            f"choices: {', '.join(LOUDNESS_LEVELS)}, or LUFS[,dBTP] such as -16,-1",
        )
    return Loudness(lufs=float(parts[1]), true_peak=float(parts[2] or -1))


def _parse_burn_ins(words: tuple[str, ...], name: str, picture: PictureFormat | None) -> Burns:
    if words and picture is None:
        raise BadInput(f"{name} has only sound: nothing can be burnt in", "leave --burn out")
    found: dict[str, object] = {}
    for word in _split_burn_words(words):
        kind, _, value = word.partition("=")
        if kind == "captions" or (kind == "timecode" and not value):
            found[kind] = True
        elif kind == "watermark":
            found[kind] = value or WATERMARK
        elif kind == "slate" and re.fullmatch("[1-9]|10|", value):
            found[kind] = int(value or SLATE_SECONDS)
        else:
            raise BadInput(
                f"“{word}” can't be burnt in",
                "choices: timecode, captions[=LANGUAGE], watermark[=WORDS], slate[=SECONDS]",
            )
    return Burns.model_validate(found)


def _split_burn_words(words: tuple[str, ...]) -> list[str]:
    return [part.strip() for each in words for part in each.split(",")]


def _parse_subtitles(words: str, delivery: Delivery) -> Subtitles:
    kind, equals, _ = words.partition("=")
    if kind not in SUBTITLES or (equals and SUBTITLES[kind] == "none"):
        raise BadInput(
            f"“{words}” is not a kind of subtitles",
            "choices: srt, vtt, embedded or none; with languages, embedded=en,de",
        )
    if kind == "embedded" and not CONTAINERS[delivery.container].subtitle_codec:
        raise BadInput(
            f"{delivery.preset} can't contain subtitles",
            "--subtitles srt (or vtt) writes them to a separate file",
        )
    return SUBTITLES[kind]
