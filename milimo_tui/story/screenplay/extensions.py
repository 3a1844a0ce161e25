"""Extensions in brackets after a cue: (V.O.), (O.S.), (FILTERED), (AM TELEFON)."""

from __future__ import annotations

import re
from functools import cache

from milimo_tui.story.screenplay.format_words import fold_word, list_format_words, make_word_pattern
from milimo_tui.story.values.shot_words import VoicePosition

# Prepositions before a device: “on the phone”, “via radio”, “(through intercom)”.
_BY_DEVICE = r"(?:(?:on|over|through|from|via|by|in)(?: the| a| his| her)? )?(?:[a-z']+ )?"
# English names of devices that are only heard. `format_words.toml` has the words of the other languages.
_DEVICES = (
    r"(?:tele)?phone|speaker ?phone|radio|walkie(?:-talkie)?|line|receiver|headset|comms?|(?:baby )?monitor"
    r"|intercom|answering machine|voice ?mail|earpiece|entryphone|crackl\w+|filter(?:ed)?"
)


@cache
def _compile_extensions() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of extensions for a voice from a screen, and for a voice from a device."""
    screen, phone = make_word_pattern("extensions", "screen"), make_word_pattern("extensions", "phone")
    return (
        re.compile(
            r"\b(?:on|from|over) (?:the |a )?(?:screen|monitor|video|tape|laptop|tablet"
            rf"|{screen})\b|^(?:{screen})$"
        ),
        re.compile(rf"\b(?:{_BY_DEVICE}(?:{_DEVICES})|{phone})\b"),
    )


def classify_extension(extension: str) -> VoicePosition:
    """Return how a voice is heard that has this extension. An extension that says nothing about it, such as
    CONT'D, is of a person in the picture.
    """
    folded = fold_word(extension)
    if folded.startswith("into "):
        return VoicePosition.SEEN  # The person speaks into the telephone.
    screen, phone = _compile_extensions()
    if screen.search(folded):
        return VoicePosition.ON_A_SCREEN
    plain = _strip_marks(extension)
    if plain in _list_plain_words("off"):
        return VoicePosition.OFF_SCREEN
    if plain in _list_plain_words("over"):
        return VoicePosition.VOICE_OVER
    return VoicePosition.PHONE if phone.search(folded) else VoicePosition.SEEN


def marks_continuation(extension: str) -> bool:
    """Return True if an extension only says that a speech continues: (CONT'D), (SUITE)."""
    return _strip_marks(extension) in _list_plain_words("continued")


def is_absent_extension(extension: str) -> bool:
    """Return True if an extension (V.O., O.S., FILTERED …) means that the speaker is not visible in the
    picture.
    """
    return classify_extension(extension) is not VoicePosition.SEEN


@cache
def _list_plain_words(key: str) -> frozenset[str]:
    return frozenset(map(_strip_marks, list_format_words("extensions", key)))


def _strip_marks(text: str) -> str:
    return "".join(filter(str.isalpha, fold_word(text)))
