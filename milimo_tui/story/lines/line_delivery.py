"""Read the style and the sound effect of a line from its parenthetical and its extension."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.voices import classify_voice, is_spoken_into_device
from milimo_tui.story.screenplay.extensions import classify_extension, names_device
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
_RADIO = compile_lazily(r"\bradio|\bwalkie|\bheadset|\bcomms?\b|\bintercom|\bfunk(?:gerat)?\b", re.IGNORECASE)


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


def choose_voice_effect(line: Line, *, is_shown: bool = True, partners: Sequence[Line] = ()) -> VoiceEffect:
    """Return the effect of a line's voice: radio and telephone by the device, distance for a speaker out of
    the picture.

    `is_shown` is False if the shot shows other characters but not the speaker. `partners` are the lines of
    other characters in the scene. A speaker in the picture who speaks into a telephone is heard plainly. A
    voice-over is heard plainly, unless it is spoken into a device or a partner speaks into one: it is then
    the other end of the call.
    """
    heard = _find_voice_position(line)
    device = _find_spoken_device(line)
    if heard is VoicePosition.SEEN:
        return VoiceEffect.NONE if is_shown else device
    if heard is VoicePosition.VOICE_OVER:
        return device or next(filter(None, map(_find_spoken_device, partners)), VoiceEffect.NONE)
    words = fold_word(f"{line.character} {line.extension}")
    if device is VoiceEffect.RADIO or _RADIO.search(words):
        return VoiceEffect.RADIO
    if heard in (VoicePosition.PHONE, VoicePosition.ON_A_SCREEN) or device is VoiceEffect.TELEPHONE:
        return VoiceEffect.TELEPHONE
    return VoiceEffect.RADIO if re.search(r"filter", words) else VoiceEffect.OFF_SCREEN


def _find_voice_position(line: Line) -> VoicePosition:
    """Return how the voice is heard. (V.O.) and (O.S.) count as a parenthetical too, but (ON RADIO) does not:
    a speaker in the picture may use a radio.
    """
    if line.heard is not VoicePosition.SEEN:
        return line.heard
    heard = classify_voice(line.character, [line])
    words = line.parenthetical.strip(" ()")
    aside = classify_extension(words)
    is_plain = aside in (VoicePosition.OFF_SCREEN, VoicePosition.VOICE_OVER) and not names_device(words)
    return aside if heard is VoicePosition.SEEN and is_plain else heard


def _find_spoken_device(line: Line) -> VoiceEffect:
    """Return the effect of the device that a line is spoken into, such as (INTO PHONE) or (INS FUNKGERÄT)."""
    parts = [replace(line, parenthetical=part) for part in (line.parenthetical, *line.extension.split(","))]
    spoken = [part.parenthetical for part in parts if is_spoken_into_device([part])]
    if not spoken:
        return VoiceEffect.NONE
    return VoiceEffect.RADIO if _RADIO.search(fold_word(spoken[0])) else VoiceEffect.TELEPHONE
