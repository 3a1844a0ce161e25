"""Languages of stories: detection of a text's language, and the patterns of each language from
`languages.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from milimo_tui.core.late_patterns import compile_lazily

_SIGNS = compile_lazily(r"[\u3040-\u30ff\u3400-\u9fff]")
_KANA = compile_lazily(r"[\u3040-\u30ff]")
_LETTERS = compile_lazily(r"[^\W\d_]")
NAMES = {"en": "English", "fr": "French", "ja": "Japanese"}
# Minimum share (0 to 1) of a text's words that must be function words of a language for the language to be
# detected.
LEAST = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The patterns by which rules read one language. Patterns have no word boundaries; an empty pattern never
    matches.
    """

    code: str
    said: str
    acts: str
    roles: str
    no_names: str
    hold: str
    breaks: str
    telling: str = ""
    titles: str = ""
    before_place: str = ""
    articles: str = ""
    places_in: str = ""
    places_out: str = ""
    after_place: str = ""
    honorifics: str = ""
    kin: str = ""  # Words for relatives, which need an owner: “his sister”.
    she: str = ""
    he: str = ""
    female: str = ""
    male: str = ""
    # Verbs of looking or thinking. A place named after such a verb is not where the people are.
    looks: str = ""
    # Verbs of putting or throwing. A place named after such a verb is not where the people are.
    puts: str = ""
    away: str = ""  # Words such as “from”, before a place that a person has left.
    times: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    tones: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_blanks(self) -> bool:
        """True if the language separates words with spaces."""
        return self.code != "ja"

    def match_whole_words(self, pattern: str) -> str:
        """Return `pattern` limited to complete words. In Japanese, which has no spaces, parts of words match
        as well.
        """
        return rf"(?<![\w'’-])(?:{pattern})(?![\w-])" if self.has_blanks else f"(?:{pattern})"

    def make_speech_pattern(self) -> str:
        """Return a pattern for verbs of speech (“said”). In French it includes an attached pronoun:
        `dit-il`.
        """
        hung = "(?:(?:-t)?-(?:ils?|elles?|je|nous))?" if self.code == "fr" else ""
        return self.match_whole_words(f"(?:{self.said}){hung}")


@cache
def load_languages() -> Mapping[str, Language]:
    """Return every language that the rules can read, by its code: `en`, `fr`, `ja`."""
    text = files(__package__).joinpath("languages.toml").read_text("utf-8")
    return {code: Language(code=code, **row) for code, row in tomllib.loads(text).items()}


def detect_language(text: str) -> Language | None:
    """Return the language of a text, or None if it is unknown.

    Japanese is recognized by its characters, other languages by the share of their function words.
    """
    letters = len(_LETTERS.findall(text))
    if not letters:
        return None
    # Chinese is written with the same characters but has no kana, so at least one kana is required.
    if _KANA.search(text) and len(_SIGNS.findall(text)) > letters / 3:
        return load_languages()["ja"]
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {
        code: len(re.findall(rf"\b(?:{one.telling})\b", text.casefold())) / max(1, len(words))
        for code, one in load_languages().items()
        if one.telling
    }
    best = max(counts, key=lambda code: counts[code])
    return load_languages()[best] if counts[best] >= LEAST else None
