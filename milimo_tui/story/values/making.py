"""Define settings of takes other than words: LoRAs, conditioning, parts of guidance, and settings of chunks
(the parts in which a long shot is generated).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LoraUse:
    """A use of a LoRA for a shot or film. `id` is the id of a registered LoRA, or the absolute path of a
    `.safetensors` file.

    `digest` is the SHA-256 digest of the file when it was added. `family` is the family of models for which
    the LoRA was made. Both are empty if unknown.
    """

    id: str
    strength: float = 1.0
    digest: str = ""
    family: str = ""


class FollowKind(StrEnum):
    """The source of a conditioning: an asset of the film, or the board or picked take of another shot."""

    ASSET = "asset"
    BOARD = "board"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioning:
    """A picture or clip that a take must follow from `frame` on, set by the user.

    - `kind` is the source. For `asset`, `asset` is its id. Otherwise `other` is the id of a shot, whose board
      or take is used as it is when the take is made.
    - `at` selects one frame of a clip as a still picture; negative numbers count from its end. None uses the
      complete clip.
    - `frame` is a frame of the shot; negative numbers count from its end, so -1 is the last frame.
    - `control` is the feature of a clip that the take follows: depth, canny, pose, detail or motion. If
      empty, the take follows the picture itself.
    - `prepared` is True if the clip already shows only that feature.
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
    """The strengths of guidance for pictures and sound that the user sets in addition to the guidance by
    text. None means that the model's default applies.
    """

    spatiotemporal: float | None = None
    modality: float | None = None
    rescale: float | None = None
    audio_text: float | None = None
    audio_spatiotemporal: float | None = None
    audio_modality: float | None = None
    audio_rescale: float | None = None


ENGINES_OWN = GuidanceParts()  # Guidance without any value set, so that the model's defaults apply.


@dataclass(frozen=True, slots=True)
class ChunkWords:
    """The user's prompt and seed for one chunk of a shot that is longer than the model can generate at once.

    An empty prompt and a seed of None are derived from the shot.
    """

    prompt: str = ""
    seed: int | None = None


class BoardUse(StrEnum):
    """The setting that says if the board of a shot is the first frame of its takes. `auto` uses the board
    unless it is a previs drawing.
    """

    AUTO = "auto"
    ON = "on"
    OFF = "off"
