"""Which language a story is in, and what rules look for in it: the table is `languages.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from milimo_tui.core.late_patterns import late

_SIGNS = late(r"[\u3040-\u30ff\u3400-\u9fff]")
_KANA = late(r"[\u3040-\u30ff]")
_LETTERS = late(r"[^\W\d_]")
NAMES = {"en": "English", "fr": "French", "ja": "Japanese"}
LEAST = 0.12  # of a text's words that tell a language, for it to be that one


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The table of one language; patterns have no word boundaries of their own. Empty: nothing is known."""

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
    kin: str = ""  # whose they are has to be known: “his sister”
    she: str = ""
    he: str = ""
    female: str = ""
    male: str = ""
    looks: str = ""  # what is looked at or thought of is not where they are
    puts: str = ""  # nor is where a thing is thrown
    away: str = ""  # nor where somebody comes from
    times: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, str] = field(default_factory=dict)
    tones: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_blanks(self) -> bool:
        """Whether words stand apart in it."""
        return self.code != "ja"

    def whole(self, pattern: str) -> str:
        """A pattern of whole words, where there are any."""
        return rf"(?<![\w'’-])(?:{pattern})(?![\w-])" if self.has_blanks else f"(?:{pattern})"

    def saying(self) -> str:
        """A pattern of a verb of speech, with who it is where that hangs on it: `dit-il`."""
        hung = "(?:(?:-t)?-(?:ils?|elles?|je|nous))?" if self.code == "fr" else ""
        return self.whole(f"(?:{self.said}){hung}")


@cache
def languages() -> Mapping[str, Language]:
    """Every language that rules read, by its code."""
    text = files(__package__).joinpath("languages.toml").read_text("utf-8")
    return {code: Language(code=code, **row) for code, row in tomllib.loads(text).items()}


def language_of(text: str) -> Language | None:
    """The language of a text by its signs and its small words; None where it is none of those known."""
    letters = len(_LETTERS.findall(text))
    if not letters:
        return None
    # Chinese has the signs, too, and no kana.
    if _KANA.search(text) and len(_SIGNS.findall(text)) > letters / 3:
        return languages()["ja"]
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {
        code: len(re.findall(rf"\b(?:{one.telling})\b", text.casefold())) / max(1, len(words))
        for code, one in languages().items()
        if one.telling
    }
    best = max(counts, key=lambda code: counts[code])
    return languages()[best] if counts[best] >= LEAST else None
