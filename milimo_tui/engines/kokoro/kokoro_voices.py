"""The languages of Kokoro, and the choice of a voice that suits a character.

The name of a voice begins with two letters: its language, and `f` for a woman or `m` for a man.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class KokoroLanguage:
    """A language: its code, its title, its code in the library, and the first letter of its voices."""

    code: str
    title: str
    library_code: str
    letter: str


# Kokoro also has Japanese and Chinese voices. The library finds no correct sounds for their writing, so these
# voices speak the languages of this list, with an accent.
LANGUAGES = (
    KokoroLanguage("en", "American English", "en-us", "a"),
    KokoroLanguage("en-gb", "British English", "en-gb", "b"),
    KokoroLanguage("es", "Spanish", "es", "e"),
    KokoroLanguage("fr", "French", "fr-fr", "f"),
    KokoroLanguage("hi", "Hindi", "hi", "h"),
    KokoroLanguage("it", "Italian", "it", "i"),
    KokoroLanguage("pt", "Portuguese", "pt-br", "p"),
)
_OTHER_TITLES = {"j": "Japanese", "z": "Chinese"}
_GENDERS = {"f": "woman", "m": "man"}
_PRONOUNS = {"she": "f", "he": "m"}


def find_language(code: str) -> KokoroLanguage:
    """Return the language of a code such as `en`, `en-GB` or `pt_BR`. Raises BadInput for a language that
    Kokoro does not speak.
    """
    wanted = code.lower().replace("_", "-")
    base = wanted.partition("-")[0]
    for exact in (wanted, base):
        found = next((each for each in LANGUAGES if each.code == exact), None)
        if found is not None:
            return found
    spoken = ", ".join(each.code for each in LANGUAGES)
    raise BadInput(
        f"Kokoro does not speak the language “{code}”", f"it speaks {spoken}; choose another engine"
    )


def describe_voice(voice: str) -> str:
    """Return the display name of a voice, such as “heart, woman, American English”."""
    kind, _, name = voice.partition("_")
    titles = {each.letter: each.title for each in LANGUAGES} | _OTHER_TITLES
    parts = (name or voice, _GENDERS.get(kind[1:2], ""), titles.get(kind[:1], ""))
    return ", ".join(part for part in parts if part)


def choose_voice(voices: Sequence[str], language: KokoroLanguage, *, name: str, pronoun: str) -> str:
    """Return a voice that suits a character: of the language and gender if there is one, else of one of them.
    The same name always gets the same voice. Raises BadInput if there are no voices.
    """
    if not voices:
        raise BadInput("the file of Kokoro's voices has no voice", "replace it in the folder kokoro_folder")
    gender = _PRONOUNS.get(pronoun, "")
    speaks = [voice for voice in voices if voice[:1] == language.letter]
    suits = [voice for voice in voices if not gender or voice[1:2] == gender]
    fitting = [voice for voice in speaks if voice in suits] or speaks or suits or list(voices)
    return fitting[zlib.crc32(name.casefold().encode()) % len(fitting)]
