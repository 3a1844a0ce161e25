"""Classification of voices (in the picture, off screen, over a telephone or on a screen), and of the person
whom a speech addresses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.people import WORD, People, key_of
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, TITLES
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import VoicePosition

_PHONE = compile_lazily(
    r"\b(?:filter(?:ed)?|(?:on|over|through|from|via) (?:the )?"
    r"(?:tele)?(?:phone|radio|walkie|line|receiver|headset|comms?)"
    r"|(?:through|over|from) (?:the |a )?(?:baby )?monitor|baby monitor"
    r"|crackl\w+|phone|radio|walkie|intercom|answering machine|voice ?mail|comms)\b",
    re.IGNORECASE,
)
_WIRE = compile_lazily(  # Matches words in an action for the device from which the next voice comes.
    r"\b(?:radios?|walkie|walkie-talkie|two-way|headset|earpiece|earbud|intercom|entryphone|handset|receiver"
    r"|baby monitor|(?:tele|cell|mobile |smart)?phones?|mobile|answering machine|voice ?mail"
    r"|switchboard|scanner)\b",
    re.IGNORECASE,
)
_SPEAKERS = compile_lazily(
    r"\b(?:loud ?speakers?|tannoy|speakers?|public[- ]address|grille|squawk box|megaphone)\b"
    r"|\bp\.?a\.?(?!\w)",
    re.IGNORECASE,
)
_SOUNDS = compile_lazily(  # Matches the sound of a device, or a person who uses it.
    r"\b(?:rings?|ringing|buzz\w*|crackl\w+|hiss\w*|squawk\w*|chirp\w*|beep\w*|bleep\w*|clicks?|jumps?"
    r"|vibrat\w+|squeal\w*|splutter\w*|flickers?|lights? up|wakes?|comes? (?:on|alive|to life)|picks?|lifts?"
    r"|answer\w*|dial\w*|press\w*|listen\w*|holds?|grabs?|snatch\w*|puts?|tun\w+|switch\w*|turns?"
    r"|to (?:his|her|their|one) ear|on speaker|from it|out of it|voice)\b",
    re.IGNORECASE,
)
_LOUDSPEAKER = compile_lazily(
    r"(?:[a-z]+ )?(?:tannoy|loudspeaker|speaker|public[- ]address|p\.?a\.?)(?: system| voice)?", re.IGNORECASE
)
_SCREEN = compile_lazily(
    r"\b(?:on|from|over) (?:the |a )?(?:tv|television|screen|monitor|video|tape|laptop|tablet)\b"
    r"|\bvideo call\b|^(?:tv|television)$",
    re.IGNORECASE,
)
_OFF = frozenset({"OS", "OC", "OFF", "OFFSCREEN", "OFFCAMERA", "OFFSTAGE"})
_OVER = frozenset({"VO", "VOICEOVER", "PRELAP"})
_NO_FACE = compile_lazily(  # Matches a cue that names a voice and no person.
    r"(?:(?:an?|another|the) )?(?:[^\W\d_]+['’]s? )?(?:[^\W\d_]+ |p\.?a\.? )?voices?"
    r"(?: (?:of|from|in|on|over|off|behind|outside) .*)?(?: #?\d+)?|voice[- ]?over"
    # German, French, Spanish and Portuguese, Italian
    r"|(?:(?:die|eine|la|une|una|uma|a) )?(?:stimmen?|voix|voz|voces|vozes|voce|voci)\b.*|off-?stimme",
    re.IGNORECASE,
)
# Matches the names of characters who are always heard over a telephone line or a loudspeaker.
_BY_WIRE = compile_lazily(
    r"(?:(?:tele)?phone |switchboard |exchange |radio |police |taxi )?"
    r"(?:operator|dispatch(?:er)?|telephonist|switchboard)(?: \d+)?",
    re.IGNORECASE,
)
_BY_LOUDSPEAKER = compile_lazily(
    r"(?:[a-z]+ )?(?:announcer|tannoy|loudspeaker|speaker|p\.?a\.?(?: system)?|newsreader|newscaster"
    r"|commentator|sat ?nav|gps|recording|television|radio|tv)",
    re.IGNORECASE,
)
_INTO = compile_lazily(
    r"\b(?:in(?:to)?|on|over|down) (?:(?:the|a|his|her|their|dead|cell|mobile) )*"
    r"(?:(?:tele|cell|mobile)?phone|radio|receiver|mouthpiece|walkie|mic\w*|headset|intercom|recorder)\b",
    re.IGNORECASE,
)
_TO_NOBODY = compile_lazily(
    r"\bto (?:(?:him|her|them|it)sel(?:f|ves)|(?:his|her|their|the) (?:reflection|mirror))\b", re.IGNORECASE
)
_TO = compile_lazily(r"\b(?:to|at|into) ((?:the )?[^,;]+)", re.IGNORECASE)

# Matches words between punctuation marks, by which a speaker may address a person: “Sit, Anna.”, “Winston
# Noel. Who made it?”
_CALLS = compile_lazily(
    r"(?:^|[,.!?]\s+|--\s*|—\s*)((?:M(?:rs?|s|iss|aster)\. )?[^\W\d_]+(?: [A-Z][^\W\d_]+){0,2})"
    r"(?=\s*(?:[,.!?]|--|—|$))"
)


def classify_voice(extensions: str, lines: Sequence[Line], on_phone: bool) -> VoicePosition:
    """Return the position of a voice, judged by the extensions of the cue, the parentheticals and the name of
    the speaker.

    `on_phone` is True if somebody in the scene is telephoning.
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
        return VoicePosition.OFF_SCREEN if _LOUDSPEAKER.fullmatch(cue) else VoicePosition.VOICE_OVER
    if _PHONE.search(extensions):
        return VoicePosition.PHONE
    return VoicePosition.OFF_SCREEN if _NO_FACE.fullmatch(cue) else VoicePosition.SEEN


def classify_voice_by_device(action: str) -> VoicePosition:
    """Return the position of a voice that comes from elsewhere, judged by the device that `action` describes
    (the words of the script's action): off screen for a loudspeaker, telephone for a device such as a radio
    or a telephone that sounds or is used, otherwise voice-over.
    """
    if _SPEAKERS.search(action):
        return VoicePosition.OFF_SCREEN
    by_wire = _WIRE.search(action) and _SOUNDS.search(action)
    return VoicePosition.PHONE if by_wire else VoicePosition.VOICE_OVER


def classify_voice_by_trade(cue: str) -> VoicePosition:
    """Return the position of a voice whose speaker no action shows, judged by the character's name: OPERATOR
    is heard on the telephone, TANNOY from a loudspeaker near by. Any other character is in the picture.
    """
    if _BY_WIRE.fullmatch(cue):
        return VoicePosition.PHONE
    return VoicePosition.OFF_SCREEN if _BY_LOUDSPEAKER.fullmatch(cue) else VoicePosition.SEEN


def is_spoken_into_device(lines: Sequence[Line]) -> bool:
    """Return True if a speech is spoken into a telephone or a similar device."""
    return any(_INTO.search(line.parenthetical) for line in lines)


def is_spoken_to_self(lines: Sequence[Line]) -> bool:
    """Return True if the speakers of a speech only talk to themselves."""
    return any(_TO_NOBODY.search(line.parenthetical) for line in lines)


def find_addressee(lines: Sequence[Line]) -> str:
    """Return the words with which a parenthetical names the person addressed: “the vet” for (to the vet).
    Otherwise return an empty string.
    """
    for line in lines:
        if match := _TO.search(line.parenthetical):
            return match[1]
    return ""


def find_person_called(lines: Sequence[Line], others: Sequence[str], people: People) -> str:
    """Return the person present whom a speech addresses by name, or an empty string.

    A title or a noun for a relative means the only person whom its gender fits.
    """
    for line in lines:
        for match in _CALLS.finditer(line.text):
            keys = [key_of(word) for word in WORD.findall(match[1])]
            if person := _find_addressed_person(keys, others, people) if match[1][0].isupper() else "":
                return person
            if len(keys) == 1 and (person := _find_person_by_kin_word(keys[0], others, people)):
                return person
    return ""


def is_only_a_name(lines: Sequence[Line], people: People) -> bool:
    """Return True if a speech consists only of a person's name, as a call: “Sami?”"""
    words = WORD.findall(lines[0].text) if len(lines) == 1 else []
    keys = tuple(map(key_of, words))
    if not keys or lines[0].text.rstrip()[-1:] not in ("?", "!"):
        return False
    return any(key == keys for key, _ in people.by_word.get(keys[0], ()))


def _find_addressed_person(keys: Sequence[str], others: Sequence[str], people: People) -> str:
    """Return the person among `others` whose full name is `keys`, or whose one-word name is the last of these
    words, unless a title precedes it. Otherwise return an empty string.
    """
    whole = [name for key, name in people.by_word.get(keys[0], ()) if key == tuple(keys)]
    last = [] if keys[0] in TITLES else [n for key, n in people.by_word.get(keys[-1], ()) if len(key) == 1]
    return next((name for name in (*whole, *last) if name in others), "")


def _find_person_by_kin_word(word: str, others: Sequence[str], people: People) -> str:
    gender = KIN.get(word) or TITLES.get(word) or GENERIC.get(word, "")
    nouns = {name: people.by_name[name].nouns for name in others if name in people.by_name}
    known = [name for name, mine in nouns.items() if word in mine] if gender else []
    fitting = known or [name for name in others if gender and people.has_gender(name, gender)]
    return fitting[0] if len(fitting) == 1 else ""
