"""Position of a voice (in the picture, off screen, over a telephone or on a screen), as the extension, the
parenthetical and the name of a cue give it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.extensions import classify_extension, is_voice_cue
from milimo_tui.story.screenplay.format_words import fold_word, make_word_pattern
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import VoicePosition

_INTO = compile_lazily(
    r"\b(?:in(?:to)?|on|over|down) (?:(?:the|a|his|her|their|dead|cell|mobile) )*"
    r"(?:(?:tele|cell|mobile)?phone|radio|receiver|mouthpiece|walkie|mic\w*|headset|intercom|recorder)\b"
    r"|\b(?:ins (?:telefon|handy|funkgerat|mikrofon)|in den horer|(?:au|dans le) telephone|dans le combine"
    r"|dans la radio|al telefono|ao telefone|no telefone)\b",
    re.IGNORECASE,
)
_TO_NOBODY = compile_lazily(
    r"\bto (?:(?:him|her|them|it)sel(?:f|ves)|(?:his|her|their|the) (?:reflection|mirror)|nobody|no one)\b",
    re.IGNORECASE,
)


# A cue may have several marks, such as (V.O., ON PHONE). The first of these positions is the right one.
_BY_PRECEDENCE = (
    VoicePosition.ON_A_SCREEN,
    VoicePosition.PHONE,
    VoicePosition.OFF_SCREEN,
    VoicePosition.VOICE_OVER,
)


@cache
def _compile_loudspeaker_cue() -> re.Pattern[str]:
    return re.compile(rf"(?:[^\W\d_]+ )?(?:{make_word_pattern('cues', 'loudspeaker')})(?: #?\d+)?")


def classify_voice(cue: str, lines: Sequence[Line]) -> VoicePosition:
    """Return the position of a voice, as the words of its cue, the extension and the parentheticals give
    it.
    """
    extension = lines[0].extension if lines else ""
    written = [classify_extension(part) for part in extension.split(",")]
    if is_voice_cue(cue) or (VoicePosition.VOICE_OVER in written and is_loudspeaker_cue(cue)):
        written += (classify_extension(cue), VoicePosition.OFF_SCREEN)
    spoken = [line.parenthetical for line in lines if not _INTO.search(fold_word(line.parenthetical))]
    asides = [classify_extension(words) for words in spoken]
    is_absent = any(each is not VoicePosition.SEEN for each in written)
    found = [each for each in asides if is_absent or each is VoicePosition.ON_A_SCREEN]
    return next((each for each in _BY_PRECEDENCE if each in (*written, *found)), VoicePosition.SEEN)


def is_loudspeaker_cue(cue: str) -> bool:
    """Return True if a cue names a loudspeaker or an unseen speaker, such as TANNOY, RADIO ANNOUNCER and
    DISPATCHER. They are only heard, unless the action shows somebody of that name.
    """
    return _compile_loudspeaker_cue().fullmatch(fold_word(cue)) is not None


def is_spoken_into_device(lines: Sequence[Line]) -> bool:
    """Return True if a speech is spoken into a telephone or a similar device."""
    return any(_INTO.search(fold_word(line.parenthetical)) for line in lines)


def is_spoken_to_nobody(lines: Sequence[Line]) -> bool:
    """Return True if the parenthetical of a speech says that nobody is addressed."""
    return any(_TO_NOBODY.search(line.parenthetical) for line in lines)
