"""How a line is spoken and heard, from its parenthetical and its extension."""

from __future__ import annotations

import re
from enum import StrEnum

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.voices import classify_voice, is_spoken_into_device
from milimo_tui.story.screenplay.format_words import fold_word
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import VoicePosition

_WHISPERED = compile_lazily(
    r"\bwhisper\w*|\bunder (?:his|her|their) breath|\bsotto voce|\bhushed|\bmurmur\w*|\bflusternd"
    r"|\bchuchot\w*|\bsusurr\w*|\bsussurr\w*",
    re.IGNORECASE,
)
_SHOUTED = compile_lazily(
    r"\bshout\w*|\byell\w*|\bscream\w*|\bcalling out|\bat the top of|\broar\w*|\bschrei\w*|\bruft\b"
    r"|\bcri(?:e|ant)\b|\bgrit\w*",
    re.IGNORECASE,
)
_RADIO = compile_lazily(r"\bradio|\bwalkie|\bheadset|\bcomms?\b|\bintercom|\bfunk\b", re.IGNORECASE)


class VoiceEffect(StrEnum):
    """The presets of sound effects for a voice that is not in the room. The value is empty for a voice
    without an effect.
    """

    NONE = ""
    TELEPHONE = "telephone"
    RADIO = "radio"
    OFF_SCREEN = "off-screen"


def read_line_style(line: Line) -> str:
    """Return the style of a line by its parenthetical: `whispered`, `shouted` or `plain`."""
    if _WHISPERED.search(line.parenthetical):
        return "whispered"
    return "shouted" if _SHOUTED.search(line.parenthetical) else "plain"


def choose_voice_effect(line: Line) -> VoiceEffect:
    """Return the effect of a line's voice: radio and telephone by the device, distance for a speaker out of
    the picture. A voice-over is heard plainly, and so is a speaker in the picture who speaks into a
    telephone.
    """
    heard = line.heard if line.heard is not VoicePosition.SEEN else classify_voice(line.character, [line])
    words = fold_word(f"{line.character} {line.extension}")
    if heard is VoicePosition.SEEN or heard is VoicePosition.VOICE_OVER:
        return VoiceEffect.NONE
    if _RADIO.search(words):
        return VoiceEffect.RADIO
    if heard in (VoicePosition.PHONE, VoicePosition.ON_A_SCREEN) or is_spoken_into_device([line]):
        return VoiceEffect.TELEPHONE
    return VoiceEffect.RADIO if re.search(r"filter", words) else VoiceEffect.OFF_SCREEN
