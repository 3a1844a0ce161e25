"""What a take is made with beside words: LoRAs, what it follows, guidance by its parts, its chunks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LoraUse:
    """Adapter weights in a stack: a registered id, or the absolute path of a `.safetensors` file.

    `digest` is the file's SHA-256 as it was when it was put there, `family` the models it is for; empty where
    that is not known.
    """

    id: str
    strength: float = 1.0
    digest: str = ""
    family: str = ""


class FollowKind(StrEnum):
    """What a conditioning shows: a file of the film, or another shot's board or picked take."""

    ASSET = "asset"
    BOARD = "board"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioning:
    """What a take of the shot must follow, set by hand: a picture or a clip from `frame` on.

    `kind` says where it comes from: `asset` (its id), or the shot `other`, as that stands when a take is
    made. `at`: that one frame of a clip, as a still, negative from its end; None: the clip whole. `frame` is
    a frame of the shot, negative from its end: -1 is the last. `control`, where it is not empty, is what of a
    clip is followed (depth, canny, pose, detail, motion); `prepared`: the clip shows that already.
    """

    id: str
    shot: str
    order: str
    kind: FollowKind = FollowKind.ASSET
    asset: str = ""
    other: str = ""
    at: int | None = None
    frame: int = 0
    strength: float = 1.0
    control: str = ""
    prepared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceParts:
    """The parts of guidance for picture and sound beside the text's; None: as the model's schedule has it."""

    spatiotemporal: float | None = None
    modality: float | None = None
    rescale: float | None = None
    audio_text: float | None = None
    audio_spatiotemporal: float | None = None
    audio_modality: float | None = None
    audio_rescale: float | None = None


ENGINES_OWN = GuidanceParts()  # no part is set


@dataclass(frozen=True, slots=True)
class ChunkWords:
    """Prompt and seed of one part of a shot that is longer than the model; empty and None: derived."""

    prompt: str = ""
    seed: int | None = None


class BoardUse(StrEnum):
    """Whether takes begin with the shot's board. `auto`: with one that is no previs panel."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"
