"""How a voice reaches us, by its cue's extension, the words in brackets and what is in the scene."""

from __future__ import annotations

import re

from milimo_tui.story.values.film import VoicePosition

_ON_LINE = re.compile(
    r"\b(?:(?:tele)?phone|mobile|cell|receiver|handset|headset|radio|walkie|intercom|dispatch|earpiece|speakerphone)s?\b",
    re.IGNORECASE,
)
_THIN = re.compile(
    r"\b(?:filtered|crackl\w+|on (?:the )?(?:phone|radio|line)|over (?:the )?(?:phone|radio)|radio|phone)\b",
    re.IGNORECASE,
)
_INTO = re.compile(
    r"\b(?:into|to|on) (?:the |dead |his |her )?(?:phone|receiver|radio|mobile|handset|headset)\b",
    re.IGNORECASE,
)
_STARTS = (
    (
        VoicePosition.ON_A_SCREEN,
        ("ONTV", "ONSCREEN", "FROMTV", "ONMONITOR", "ONVIDEO", "ONTELEVISION", "TV", "TELEVISION"),
    ),
    (
        VoicePosition.PHONE,
        (
            "FILTER", "PHONE", "ONPHONE", "ONTHEPHONE", "OVERPHONE", "ONRADIO", "OVERRADIO", "FROMRADIO",
            "RADIO",
            "THROUGH",
        ),
    ),
    (VoicePosition.VOICE_OVER, ("VO", "VOICEOVER", "PRELAP", "NARRAT")),
    (VoicePosition.OFF_SCREEN, ("OS", "OC", "OFF", "OVERSPEAKER", "OVERLOUDSPEAKER")),
)  # fmt: skip


def is_on_line(text: str) -> bool:
    """Whether a telephone, radio or the like is in a text."""
    return _ON_LINE.search(text) is not None


def position(extension: str, parenthetical: str, *, present: bool, device: bool) -> VoicePosition:
    """How a speech is heard. A voice-over of somebody elsewhere comes from a telephone where one is."""
    letters = "".join(filter(str.isalpha, extension)).upper()
    if not letters or "INTO" in letters:
        return VoicePosition.SEEN
    found = next((how for how, starts in _STARTS if letters.startswith(starts)), VoicePosition.SEEN)
    if found is VoicePosition.VOICE_OVER and _THIN.search(parenthetical):
        return VoicePosition.PHONE
    if found is VoicePosition.VOICE_OVER and device and not present:
        return VoicePosition.PHONE
    if found is VoicePosition.OFF_SCREEN and _THIN.search(parenthetical) and not _INTO.search(parenthetical):
        return VoicePosition.PHONE
    return found
