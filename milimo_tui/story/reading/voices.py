"""How a voice reaches us: from the picture, beside it, over it, through a telephone, from a screen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.story.values.film import Line, VoicePosition

_PHONE = re.compile(
    r"\b(?:filter(?:ed)?|(?:on|over|through|from|via) (?:the )?"
    r"(?:tele)?(?:phone|radio|walkie|line|receiver|headset|comms?)"
    r"|crackl\w+|phone|radio|walkie|intercom|answering machine|voice ?mail|comms)\b",
    re.IGNORECASE,
)
_SCREEN = re.compile(
    r"\b(?:on|from|over) (?:the |a )?(?:tv|television|screen|monitor|video|tape|laptop|tablet)\b"
    r"|\bvideo call\b|^(?:tv|television)$",
    re.IGNORECASE,
)
_OFF = frozenset({"OS", "OC", "OFF", "OFFSCREEN", "OFFCAMERA", "OFFSTAGE"})
_OVER = frozenset({"VO", "VOICEOVER", "PRELAP"})
_NO_FACE = re.compile(  # a cue that names a voice and nobody who has it
    r"(?:(?:an?|another|the) )?(?:[^\W\d_]+['’]s? )?(?:[^\W\d_]+ )?voices?"
    r"(?: (?:from|in|off|behind|outside) .*)?(?: #?\d+)?",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\b(?:in(?:to)?|on|over|down) (?:(?:the|a|his|her|their|dead|cell|mobile) )*"
    r"(?:(?:tele|cell|mobile)?phone|radio|receiver|mouthpiece|walkie|mic\w*|headset|intercom|recorder)\b",
    re.IGNORECASE,
)
_TO_NOBODY = re.compile(
    r"\bto (?:(?:him|her|them|it)sel(?:f|ves)|(?:his|her|their|the) (?:reflection|mirror))\b", re.IGNORECASE
)
_TO = re.compile(r"\b(?:to|at|into) ((?:the )?[^,;]+)", re.IGNORECASE)


def heard_as(extensions: str, lines: Sequence[Line], on_phone: bool) -> VoicePosition:
    """How a speech is heard, by its extensions and parentheticals, and by the name of what speaks.

    `on_phone`: somebody here telephones.
    """
    cue = lines[0].character if lines else ""
    if _SCREEN.search(extensions):
        return VoicePosition.ON_A_SCREEN
    letters = {"".join(filter(str.isalpha, part)).upper() for part in extensions.split(",")}
    asides = " ".join(line.parenthetical for line in lines)
    if letters & _OFF:
        return VoicePosition.OFF_SCREEN
    if letters & _OVER:
        if (
            on_phone
            or _PHONE.search(extensions)
            or _PHONE.search(cue)
            or (_PHONE.search(asides) and not _INTO.search(asides))
        ):
            return VoicePosition.PHONE
        return VoicePosition.VOICE_OVER
    if _PHONE.search(extensions):
        return VoicePosition.PHONE
    return VoicePosition.OFF_SCREEN if _NO_FACE.fullmatch(cue) else VoicePosition.SEEN


def speaks_into(lines: Sequence[Line]) -> bool:
    """Whether a speech goes into a telephone or the like."""
    return any(_INTO.search(line.parenthetical) for line in lines)


def speaks_to_nobody(lines: Sequence[Line]) -> bool:
    """Whether a speech is for the speaker alone."""
    return any(_TO_NOBODY.search(line.parenthetical) for line in lines)


def spoken_to(lines: Sequence[Line]) -> str:
    """Whom a parenthetical names: (to the vet)."""
    for line in lines:
        if match := _TO.search(line.parenthetical):
            return match[1]
    return ""
