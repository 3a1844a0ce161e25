"""Extensions in brackets after a cue: (V.O.), (O.S.), (FILTERED)."""

from __future__ import annotations

_ABSENT = frozenset(
    {"VO", "OS", "OC", "OFF", "VOICEOVER", "OFFSCREEN", "OFFCAMERA", "PRELAP", "FILTERED", "FILTER"}
)
_ABSENT_STARTS = (
    "ONTV",
    "ONRADIO",
    "ONSCREEN",
    "OVERRADIO",
    "OVERPHONE",
    "OVERSPEAKER",
    "FROMTV",
    "FROMRADIO",
)


def is_absent_extension(extension: str) -> bool:
    """Return True if an extension (V.O., O.S., FILTERED …) means that the speaker is not visible in the
    picture.
    """
    letters = "".join(filter(str.isalpha, extension)).upper()
    return letters in _ABSENT or letters.startswith(_ABSENT_STARTS)
