"""Settings of takes other than words: LoRAs, conditioning, parts of guidance, chunks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LoraUse:
    """A LoRA in a stack: a registered id, or the absolute path of a `.safetensors` file.

    `digest` is the SHA-256 of the file when it was added, `family` the family of models it is for; both are
    empty if not known.
    """

    id: str
    strength: float = 1.0
    digest: str = ""
    family: str = ""


class FollowKind(StrEnum):
    """The source of a conditioning: a file of the film, or another shot's board or picked take."""

    ASSET = "asset"
    BOARD = "board"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioning:
    """A picture or clip that a take must follow from `frame` on, set by the user.

    `kind` is the source: `asset` (its id), or the shot `other` as it is when the take is made. `at` selects
    one frame of a clip as a still, negative from its end; None uses the complete clip. `frame` is a frame of
    the shot, negative from its end: -1 is the last. `control` names the feature of a clip that is followed
    (depth, canny, pose, detail, motion), if not empty; `prepared` is True if the clip already shows that
    feature.
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
    """The parts of guidance for picture and sound, other than that of the text. None means the default of the
    model.
    """

    spatiotemporal: float | None = None
    modality: float | None = None
    rescale: float | None = None
    audio_text: float | None = None
    audio_spatiotemporal: float | None = None
    audio_modality: float | None = None
    audio_rescale: float | None = None


ENGINES_OWN = GuidanceParts()  # No part is set.


@dataclass(frozen=True, slots=True)
class ChunkWords:
    """Prompt and seed of one part of a shot that is longer than the model allows; empty and None mean
    derived.
    """

    prompt: str = ""
    seed: int | None = None


class BoardUse(StrEnum):
    """The use of the shot's board as the first frame of takes. `auto` uses a board that is no previs
    panel.
    """

    AUTO = "auto"
    ON = "on"
    OFF = "off"
