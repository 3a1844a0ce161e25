"""Languages of stories: detect the language of a text, and the patterns of each from `languages.toml`."""

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
LEAST = 0.12  # share of a text's words that must be typical of a language


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The patterns of one language, without word boundaries. An empty pattern means that nothing is known."""

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
    kin: str = ""  # relatives, who need an owner: “his sister”
    she: str = ""
    he: str = ""
    female: str = ""
    male: str = ""
    looks: str = ""  # verbs of looking or thinking; their place is not where people are
    puts: str = ""  # verbs of putting; their place is not where people are
    away: str = ""  # words before a place that a person comes from
    times: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    tones: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_blanks(self) -> bool:
        """True if the language separates words with blanks."""
        return self.code != "ja"

    def match_whole_words(self, pattern: str) -> str:
        """Return a pattern that matches only complete words, if the language separates words."""
        return rf"(?<![\w'’-])(?:{pattern})(?![\w-])" if self.has_blanks else f"(?:{pattern})"

    def make_speech_pattern(self) -> str:
        """Return the pattern of a verb of speech, with an attached pronoun in French: `dit-il`."""
        hung = "(?:(?:-t)?-(?:ils?|elles?|je|nous))?" if self.code == "fr" else ""
        return self.match_whole_words(f"(?:{self.said}){hung}")


@cache
def load_languages() -> Mapping[str, Language]:
    """Return every language that the rules can read, by its code."""
    text = files(__package__).joinpath("languages.toml").read_text("utf-8")
    return {code: Language(code=code, **row) for code, row in tomllib.loads(text).items()}


def detect_language(text: str) -> Language | None:
    """Return the language of a text, by its characters and its function words, or None if the language is
    unknown.
    """
    letters = len(_LETTERS.findall(text))
    if not letters:
        return None
    # Chinese shares these characters but has no kana.
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
