"""Extensions in brackets after a cue, such as (V.O.), (O.S.), (FILTERED) and (AM TELEFON), and cues that name
a voice and no person, such as WOMAN'S VOICE and STIMME AUS DEM RADIO.
"""

from __future__ import annotations

import re
from functools import cache

from milimo_tui.story.screenplay.format_words import fold_word, list_format_words, make_word_pattern
from milimo_tui.story.values.number_words import NUMBER_WORDS
from milimo_tui.story.values.shot_words import VoicePosition

# Prepositions before a device: “on the phone”, “via radio”, “(through intercom)”.
_BY_DEVICE = r"(?:(?:on|over|through|from|via|by|in)(?: the| a| his| her)? )?(?:[a-z']+ )?"
# English names of devices that are only heard. `format_words.toml` has the words of the other languages.
_PHONES = r"(?:tele|cell|mobile |speaker ?|payp)?phone|line|receiver|answering machine|voice ?mail"
_DEVICES = (
    r"radio|walkie(?:-talkie)?|headset|comms?|(?:baby )?monitor|intercom|earpiece|entryphone|crackl\w+"
    r"|filter(?:ed)?"
)


@cache
def _compile_extensions() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of extensions for a voice from a screen, over a telephone, and from another
    device.
    """
    screen = make_word_pattern("extensions", "screen")
    phone, device = make_word_pattern("extensions", "phone"), make_word_pattern("extensions", "device")
    return (
        re.compile(
            r"\b(?:on|from|over) (?:the |a )?(?:screen|monitor|video|tape|laptop|tablet"
            rf"|{screen})\b|^(?:{screen})$"
        ),
        re.compile(rf"\b(?:{_BY_DEVICE}(?:{_PHONES})|{phone})\b"),
        re.compile(rf"\b(?:{_BY_DEVICE}(?:{_DEVICES})|{device})\b"),
    )


@cache
def _compile_voice_cue() -> re.Pattern[str]:
    """Return the pattern of a cue that names a voice and no person."""
    return re.compile(
        r"(?:.*[\s.])?voices?"
        r"(?: (?:of|from|in|on|over|off|behind|outside|inside|through|at|under|beyond|above|below|with) .*)?"
        rf"(?: (?:#?\d+|[a-d]|{NUMBER_WORDS}))?|voice[- ]?over"
        rf"|(?:.*[\s-])?(?:{make_word_pattern('cues', 'voice')}|[^\W\d_]+stimmen?)\b.*"
    )


def is_voice_cue(cue: str) -> bool:
    """Return True if the words of a cue name a voice, which is never in the picture: WOMAN'S VOICE, VOZ."""
    return _compile_voice_cue().fullmatch(fold_word(cue)) is not None


def classify_extension(extension: str) -> VoicePosition:
    """Return how a voice is heard that has this extension. An extension that says nothing about it, such as
    CONT'D, is of a person in the picture.
    """
    folded = fold_word(extension)
    if folded.startswith("into "):
        return VoicePosition.SEEN  # The person speaks into the telephone.
    screen, phone, device = _compile_extensions()
    if screen.search(folded):
        return VoicePosition.ON_A_SCREEN
    plain = _strip_marks(extension)
    if plain in _list_plain_words("off"):
        return VoicePosition.OFF_SCREEN
    if plain in _list_plain_words("over"):
        return VoicePosition.VOICE_OVER
    if phone.search(folded):
        return VoicePosition.PHONE
    # Nothing says that another device, such as one that filters the voice, is a telephone.
    return VoicePosition.OFF_SCREEN if device.search(folded) else VoicePosition.SEEN


def marks_continuation(extension: str) -> bool:
    """Return True if an extension only says that a speech continues: (CONT'D), (SUITE)."""
    return _strip_marks(extension) in _list_plain_words("continued")


def names_device(extension: str) -> bool:
    """Return True if an extension names how a voice is transmitted, other than by telephone: (FILTERED), (ON
    RADIO).
    """
    is_off = _strip_marks(extension) in _list_plain_words("off")
    return classify_extension(extension) is VoicePosition.OFF_SCREEN and not is_off


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
