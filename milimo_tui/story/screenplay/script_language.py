"""The language of a script, recognized by frequent words of each language of the format."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from milimo_tui.story.screenplay.format_words import LANGUAGES, fold_word, list_format_keys, list_format_words
from milimo_tui.story.screenplay.people_words import BODY, GENERIC, KIN, ROLES
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElement, ScriptElementKind, ScriptScene
from milimo_tui.story.screenplay.silent_parts import HUMAN_ACTS
from milimo_tui.story.values.number_words import ONES, TENS

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FEWEST_WORDS = 12  # A script with fewer words is not enough to recognize its language.
_SMALLEST_SHARE = 0.1  # Smallest share of known words in a text of a known language.
_LATIN_SHARE = 0.5  # Smallest share of Latin letters in a text of a known language.


def find_script_language(screenplay: Screenplay) -> str:
    """Return the language of a script (`en`, `fr` …), or an empty text if it is none of the languages of the
    format. If there are few words, the times in the headings count too; without them it is English.

    The action decides, because people may speak other languages than that of the script.
    """
    return _find_language(screenplay.elements, screenplay.scenes)


def find_language_of_scenes(scenes: Sequence[ScriptScene]) -> str:
    """Return the language of the scenes of a script, as `find_script_language` does."""
    return _find_language([element for scene in scenes for element in scene.elements], scenes)


def _find_language(elements: Sequence[ScriptElement], scenes: Sequence[ScriptScene]) -> str:
    text = _join_texts(elements, ScriptElementKind.ACTION)
    text = text if text.split() else _join_texts(elements, ScriptElementKind.DIALOGUE)
    return recognize_language(text, [scene.heading for scene in scenes])


def _join_texts(elements: Sequence[ScriptElement], kind: ScriptElementKind) -> str:
    return "\n".join(element.text for element in elements if element.kind is kind)


def recognize_language(text: str, headings: Iterable[str] = ()) -> str:
    """Return the language of a text, or an empty text if it is none of the languages of the format. If there
    are few words, the times in the headings count too.
    """
    letters = [char for char in text if char.isalpha()]
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    if letters and latin < _LATIN_SHARE * len(letters):
        return ""
    # Words in capitals are mostly names.
    words = Counter(word for word in _WORD.findall(text) if not word.isupper() or len(word) == 1)
    counts: Counter[str] = Counter()
    for word, count in words.items():
        folded = fold_word(word)
        for language, known in _load_known_words().items():
            counts[language] += count if folded in known else 0
    if words.total() < _FEWEST_WORDS:
        times = _load_times()
        counts.update(
            language
            for heading in headings
            for word in map(fold_word, _WORD.findall(heading))
            for language in LANGUAGES
            if word in times[language]
        )
    best = max(LANGUAGES, key=lambda language: counts[language])
    if words.total() < _FEWEST_WORDS:
        return best
    return best if counts[best] >= _SMALLEST_SHARE * words.total() else ""


@cache
def _load_times() -> Mapping[str, frozenset[str]]:
    keys = list_format_keys("times")
    return {
        each: frozenset(word for key in keys for word in list_format_words("times", key, each))
        for each in LANGUAGES
    }


@cache
def _load_known_words() -> Mapping[str, frozenset[str]]:
    """Return the words that show each language. A script of short sentences has few small words, so that its
    numbers, people and acts count too; they are known in English.
    """
    out = {each: frozenset(list_format_words("language", "common", each)) for each in LANGUAGES}
    return out | {"en": out["en"] | HUMAN_ACTS | ROLES | BODY | {*GENERIC, *KIN, *ONES, *TENS}}
