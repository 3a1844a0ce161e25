"""Enums that describe scenes and shots: framing, movement, era, coverage, voices."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from milimo_tui.story.values.shot_aliases import ANGLES, FUNCTIONS, MOVEMENTS, RIGS, SIZES, AliasedEnum


class Setting(StrEnum):
    """Interior or exterior, from the heading of a scene."""

    INTERIOR = "INT"
    EXTERIOR = "EXT"
    BOTH = "INT/EXT"
    NONE = ""


class Size(AliasedEnum):
    """The size of a shot."""

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
    def get_aliases(cls) -> Mapping[str, str]:
        return SIZES


class Angle(AliasedEnum):
    """The camera angle of a shot."""

    EYE = "eye"
    LOW = "low"
    HIGH = "high"
    OVERHEAD = "overhead"
    DUTCH = "dutch"
    PROFILE = "profile"

    @classmethod
    def get_aliases(cls) -> Mapping[str, str]:
        return ANGLES


class Movement(AliasedEnum):
    """The camera movement of a shot."""

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
    def get_aliases(cls) -> Mapping[str, str]:
        return MOVEMENTS


class Function(AliasedEnum):
    """The function of a shot."""

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
    def get_aliases(cls) -> Mapping[str, str]:
        return FUNCTIONS


# Functions that already say how the shot is framed, such as an insert. Lists show them instead of the size.
_FRAMINGS = (
    Function.TWO_SHOT, Function.THREE_SHOT, Function.GROUP, Function.OTS, Function.POV, Function.INSERT,
)  # fmt: skip


def name_framing(size: Size, function: Function) -> str:
    """Return the short form of a shot's framing for lists: `CU`, `Insert`, `OTS`."""
    word = function.value if function in _FRAMINGS else size.value
    return word[:1].upper() + word[1:]


class VoicePosition(StrEnum):
    """The position of a speaker's voice, such as off screen or voice-over. The value is empty if the speaker
    is visible.
    """

    SEEN = ""
    OFF_SCREEN = "off screen"
    VOICE_OVER = "voice-over"
    PHONE = "phone"
    ON_A_SCREEN = "on a screen"


class Era(StrEnum):
    """The time of a scene in relation to the film's present."""

    PRESENT = ""
    FLASHBACK = "flashback"
    FLASH_FORWARD = "flash-forward"
    DREAM = "dream"


class Coverage(StrEnum):
    """The style in which a scene is divided into shots. Empty means the film's coverage; if the film has
    none, classical.
    """

    INHERITED = ""
    CLASSICAL = "classical"
    HANDHELD = "handheld"
    STATIC = "static"
    MONTAGE = "montage"


class Continuing(StrEnum):
    """The relation of a shot to the earlier shot that it continues. Either the shot begins where the earlier
    shot ends, or both shots belong to one performance and share a take.
    """

    END = ""  # The take begins with the end of the other shot's take, without a cut.
    CLOSER = "closer"  # The shot shows a closer crop of the other shot's take.
    UNDER = "under"  # The shot shows another picture over the sound of the other shot's take.


class Rig(AliasedEnum):
    """The camera support of a shot."""

    TRIPOD = "tripod"
    DOLLY = "dolly"
    HANDHELD = "handheld"
    STEADICAM = "steadicam"
    CRANE = "crane"
    AERIAL = "aerial"
    UNDERWATER = "underwater"

    @classmethod
    def get_aliases(cls) -> Mapping[str, str]:
        return RIGS


# Camera supports that a description of the camera must name, because the movement does not imply them.
_HELD = (Rig.HANDHELD, Rig.STEADICAM, Rig.AERIAL, Rig.UNDERWATER)


def describe_camera(size: Size, function: Function, angle: Angle, movement: Movement, rig: Rig) -> str:
    """Describe the camera of a shot: `Two-shot MLS, low angle, dolly in`.

    Defaults are left out: eye level, no movement, tripod.
    """
    framed = name_framing(size, function)
    framed += "" if framed == size.value else f" {size.value}"
    seen_from = {Angle.EYE: "", Angle.OVERHEAD: "overhead", Angle.PROFILE: "profile"}.get(
        angle, f"{angle.value} angle"
    )
    moved = "" if movement is Movement.STATIC else movement.value
    return ", ".join(filter(None, (framed, seen_from, moved, rig.value if rig in _HELD else "")))
