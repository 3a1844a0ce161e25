"""Aliases for the values of a shot's five axes (size, angle, movement, function, rig), as people and other
programs write them.

Spellings are compared in lower case, with spaces and underscores as hyphens. A movement without a direction
has the direction that is usual in screenplays (`story.values.vocabulary`). Words that do not describe the
picture (action, dialogue, transition, standard) are in no table: they are refused, not guessed. Pure data.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

SIZES: Mapping[str, str] = {
    "extreme-close-up": "ECU", "extreme-closeup": "ECU", "big-close-up": "ECU", "xcu": "ECU", "bcu": "ECU",
    "detail": "ECU", "macro": "ECU",
    "close-up": "CU", "closeup": "CU", "close": "CU", "close-shot": "CU", "c/u": "CU", "tight": "CU",
    "medium-close-up": "MCU", "medium-closeup": "MCU", "medium-close": "MCU",
    "medium": "MS", "medium-shot": "MS", "mid": "MS", "mid-shot": "MS",
    "medium-long": "MLS", "medium-long-shot": "MLS", "medium-wide": "MLS", "cowboy": "MLS", "american": "MLS",
    "full": "FS", "full-shot": "FS",
    "long": "LS", "long-shot": "LS",
    "wide": "WS", "wide-shot": "WS", "wide-angle": "WS", "master": "WS",
    "extreme-wide": "EWS", "extreme-wide-shot": "EWS", "extreme-long": "EWS", "extreme-long-shot": "EWS",
    "els": "EWS", "xls": "EWS", "vista": "EWS",
}  # fmt: skip
ANGLES: Mapping[str, str] = {
    "eye-level": "eye", "straight-on": "eye", "low-angle": "low", "worms-eye": "low", "worm's-eye": "low",
    "high-angle": "high", "birds-eye": "overhead", "bird's-eye": "overhead", "gods-eye": "overhead",
    "god's-eye": "overhead", "top": "overhead", "top-shot": "overhead", "top-down": "overhead",
    "canted": "dutch", "oblique": "dutch", "dutch-angle": "dutch", "side": "profile", "in-profile": "profile",
}  # fmt: skip
MOVEMENTS: Mapping[str, str] = {
    "none": "static", "locked": "static", "locked-off": "static", "fixed": "static",
    "pan": "pan right", "tilt": "tilt up", "dolly": "dolly in", "push-in": "dolly in",
    "pull-back": "dolly out", "pull-out": "dolly out", "tracking": "track", "truck": "track",
    "follow": "track", "truck-left": "dolly left", "truck-right": "dolly right",
    "crane": "crane up", "jib": "crane up", "jib-up": "crane up", "jib-down": "crane down",
    "boom": "crane up",
    "zoom": "zoom in", "orbit": "arc", "circle": "arc", "rack-focus": "rack",
}  # fmt: skip
FUNCTIONS: Mapping[str, str] = {
    "one-shot": "single", "twoshot": "two-shot", "threeshot": "three-shot", "over-the-shoulder": "OTS",
    "over-shoulder": "OTS", "point-of-view": "POV", "cut-in": "insert", "cut-away": "cutaway",
    "establishing-shot": "establishing", "reaction-shot": "reaction", "reverse-angle": "reverse",
    "reverse-shot": "reverse",
}  # fmt: skip
RIGS: Mapping[str, str] = {
    "hand-held": "handheld", "gimbal": "steadicam", "drone": "aerial", "helicopter": "aerial", "jib": "crane",
    "sticks": "tripod", "underwater-housing": "underwater",
}  # fmt: skip


class AliasedEnum(StrEnum):
    """The base class of the enums for shot size, angle and so on, whose values can also be found by aliases.
    A subclass returns its table of aliases in `get_aliases`.
    """

    @classmethod
    def get_aliases(cls) -> Mapping[str, str]:
        """Return the table that maps each alias to a value of the enum."""
        raise NotImplementedError

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        spelling = _normalize_spelling(value)
        known = {**cls.get_aliases(), **{_normalize_spelling(each): each.value for each in cls}}
        wanted = known.get(spelling, known.get(spelling.removesuffix("-shot"), ""))
        return next((each for each in cls if each.value == wanted), None)


def _normalize_spelling(value: object) -> str:
    return "-".join(str(value).casefold().replace("_", " ").replace("’", "'").split())
