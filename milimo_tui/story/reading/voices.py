"""Position of a voice (in the picture, off screen, over a telephone or on a screen), as the extension, the
parenthetical and the name of a cue give it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.extensions import classify_extension
from milimo_tui.story.screenplay.format_words import fold_word, make_word_pattern
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import VoicePosition

# Characters who are always heard over a telephone line or from a loudspeaker.
_BY_WIRE = compile_lazily(
    r"(?:(?:tele)?phone |switchboard |exchange |radio |police |taxi )?"
    r"(?:operator|dispatch(?:er)?|telephonist|switchboard|answering machine|voice ?mail)(?: \d+)?",
    re.IGNORECASE,
)
_BY_LOUDSPEAKER = compile_lazily(
    r"(?:[a-z]+ )?(?:announcer|tannoy|loudspeaker|speaker|p\.?a\.?(?: system)?|newsreader|newscaster"
    r"|commentator|sat ?nav|gps|recording|television|radio|tv)",
    re.IGNORECASE,
)
_INTO = compile_lazily(
    r"\b(?:in(?:to)?|on|over|down) (?:(?:the|a|his|her|their|dead|cell|mobile) )*"
    r"(?:(?:tele|cell|mobile)?phone|radio|receiver|mouthpiece|walkie|mic\w*|headset|intercom|recorder)\b"
    r"|\b(?:au telephone|ins telefon|al telefono|ao telefone|no telefone)\b",
    re.IGNORECASE,
)
_TO_NOBODY = compile_lazily(
    r"\bto (?:(?:him|her|them|it)sel(?:f|ves)|(?:his|her|their|the) (?:reflection|mirror)|nobody|no one)\b",
    re.IGNORECASE,
)


@cache
def _compile_voice_cue() -> re.Pattern[str]:
    """Return the pattern of a cue that names a voice and no person."""
    return re.compile(
        r"(?:(?:an?|another|the) )?(?:[^\W\d_]+'?s? )?(?:[^\W\d_]+ |p\.?a\.? )?voices?"
        r"(?: (?:of|from|in|on|over|off|behind|outside) .*)?(?: #?\d+)?|voice[- ]?over"
        rf"|(?:(?:die|eine|la|une|una|uma|a) )?(?:{make_word_pattern('cues', 'voice')})\b.*"
    )


def classify_voice(lines: Sequence[Line], *, on_phone: bool) -> VoicePosition:
    """Return the position of a voice. `on_phone` is True if somebody in the scene is telephoning; a
    voice-over is then heard over the telephone.
    """
    cue = lines[0].character if lines else ""
    positions = [classify_extension(part) for part in (lines[0].extension if lines else "").split(",")]
    asides = [
        classify_extension(line.parenthetical) for line in lines if not _INTO.search(line.parenthetical)
    ]
    if VoicePosition.ON_A_SCREEN in (*positions, *asides):
        return VoicePosition.ON_A_SCREEN
    if VoicePosition.OFF_SCREEN in positions:
        return VoicePosition.OFF_SCREEN
    if VoicePosition.VOICE_OVER in positions:
        by_phone = on_phone or VoicePosition.PHONE in (*positions, *asides, classify_extension(cue))
        if by_phone and not _BY_LOUDSPEAKER.fullmatch(cue):
            return VoicePosition.PHONE
        return VoicePosition.OFF_SCREEN if _BY_LOUDSPEAKER.fullmatch(cue) else VoicePosition.VOICE_OVER
    if VoicePosition.PHONE in positions:
        return VoicePosition.PHONE
    return VoicePosition.OFF_SCREEN if _compile_voice_cue().fullmatch(fold_word(cue)) else VoicePosition.SEEN


def classify_voice_by_trade(cue: str) -> VoicePosition:
    """Return the position of a voice whose speaker no action shows, judged by the character's name: OPERATOR
    is heard on the telephone, TANNOY from a loudspeaker near by. Any other character is in the picture.
    """
    if _BY_WIRE.fullmatch(cue):
        return VoicePosition.PHONE
    return VoicePosition.OFF_SCREEN if _BY_LOUDSPEAKER.fullmatch(cue) else VoicePosition.SEEN


def is_spoken_into_device(lines: Sequence[Line]) -> bool:
    """Return True if a speech is spoken into a telephone or a similar device."""
    return any(_INTO.search(fold_word(line.parenthetical)) for line in lines)


def is_spoken_to_nobody(lines: Sequence[Line]) -> bool:
    """Return True if the parenthetical of a speech says that nobody is addressed."""
    return any(_TO_NOBODY.search(line.parenthetical) for line in lines)
