"""The words that scenes and shots are described with: framing, movement, era, coverage, voices."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from milimo_tui.story.values.shot_aliases import ANGLES, FUNCTIONS, MOVEMENTS, RIGS, SIZES, Aliased


class Setting(StrEnum):
    INTERIOR = "INT"
    EXTERIOR = "EXT"
    BOTH = "INT/EXT"
    NONE = ""


class Size(Aliased):
    ECU = "ECU"
    CU = "CU"
    MCU = "MCU"
    MS = "MS"
    MLS = "MLS"
    FS = "FS"
    LS = "LS"
    WS = "WS"
    EWS = "EWS"

    @classmethod
    def aliases(cls) -> Mapping[str, str]:
        return SIZES


class Angle(Aliased):
    EYE = "eye"
    LOW = "low"
    HIGH = "high"
    OVERHEAD = "overhead"
    DUTCH = "dutch"
    PROFILE = "profile"

    @classmethod
    def aliases(cls) -> Mapping[str, str]:
        return ANGLES


class Movement(Aliased):
    STATIC = "static"
    PAN_LEFT = "pan left"
    PAN_RIGHT = "pan right"
    TILT_UP = "tilt up"
    TILT_DOWN = "tilt down"
    DOLLY_IN = "dolly in"
    DOLLY_OUT = "dolly out"
    DOLLY_LEFT = "dolly left"
    DOLLY_RIGHT = "dolly right"
    TRACK = "track"
    CRANE_UP = "crane up"
    CRANE_DOWN = "crane down"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    ARC = "arc"
    RACK = "rack"

    @classmethod
    def aliases(cls) -> Mapping[str, str]:
        return MOVEMENTS


class Function(Aliased):
    SINGLE = "single"
    TWO_SHOT = "two-shot"
    THREE_SHOT = "three-shot"
    GROUP = "group"
    OTS = "OTS"
    POV = "POV"
    INSERT = "insert"
    CUTAWAY = "cutaway"
    ESTABLISHING = "establishing"
    REACTION = "reaction"
    REVERSE = "reverse"

    @classmethod
    def aliases(cls) -> Mapping[str, str]:
        return FUNCTIONS


# Functions that say how a shot is framed: they name it in the place of its size.
_FRAMINGS = (
    Function.TWO_SHOT, Function.THREE_SHOT, Function.GROUP, Function.OTS, Function.POV, Function.INSERT,
)  # fmt: skip


def framed_as(size: Size, function: Function) -> str:
    """Return the one word that names a shot's framing wherever shots are listed: `CU`, `Insert`, `OTS`."""
    word = function.value if function in _FRAMINGS else size.value
    return word[:1].upper() + word[1:]


class VoicePosition(StrEnum):
    """How a voice reaches us; empty: from somebody who is seen."""

    SEEN = ""
    OFF_SCREEN = "off screen"
    VOICE_OVER = "voice-over"
    PHONE = "phone"
    ON_A_SCREEN = "on a screen"


class Era(StrEnum):
    """When a scene plays, beside the film's present."""

    PRESENT = ""
    FLASHBACK = "flashback"
    FLASH_FORWARD = "flash-forward"
    DREAM = "dream"


class Coverage(StrEnum):
    """How a scene is covered with shots; empty: as the film is, classical at last."""

    INHERITED = ""
    CLASSICAL = "classical"
    HANDHELD = "handheld"
    STATIC = "static"
    MONTAGE = "montage"


class Continuing(StrEnum):
    """How a shot continues another: from its end, or within its performance, whose take it shares."""

    END = ""  # without a cut: its own take begins with the end of the other's
    CLOSER = "closer"  # a closer crop of the other's take
    UNDER = "under"  # another picture, under which the sound of the other's take runs on


class Rig(Aliased):
    TRIPOD = "tripod"
    DOLLY = "dolly"
    HANDHELD = "handheld"
    STEADICAM = "steadicam"
    CRANE = "crane"
    AERIAL = "aerial"
    UNDERWATER = "underwater"

    @classmethod
    def aliases(cls) -> Mapping[str, str]:
        return RIGS


_HELD = (Rig.HANDHELD, Rig.STEADICAM, Rig.AERIAL, Rig.UNDERWATER)  # what no movement tells


def camera_words(size: Size, function: Function, angle: Angle, movement: Movement, rig: Rig) -> str:
    """Return all that is to be known of a camera: `Two-shot MLS, low angle, dolly in`.

    What every camera is unless it is said stays unsaid: at the height of the eyes, still, on its legs.
    """
    framed = framed_as(size, function)
    framed += "" if framed == size.value else f" {size.value}"
    seen_from = {Angle.EYE: "", Angle.OVERHEAD: "overhead", Angle.PROFILE: "profile"}.get(
        angle, f"{angle.value} angle"
    )
    moved = "" if movement is Movement.STATIC else movement.value
    return ", ".join(filter(None, (framed, seen_from, moved, rig.value if rig in _HELD else "")))
