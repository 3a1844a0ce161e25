"""Functions on the text of a screenplay: remove emphasis, format names, split into sentences and words.

All functions are pure, and linear in the length of the text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from milimo_tui.core.late_patterns import compile_lazily

EMPHASIS = compile_lazily(r"(?<!\\)(\*{1,3}|_)(?=\S)([^*_]*[^*_\s\\])\1")
ESCAPED = compile_lazily(r"\\([*_\\~@#!>.=])")
QUOTED = compile_lazily(r"[“\"][^”\"]*[”\"]")
_WORD = compile_lazily(r"\w+(?:['’\-]\w+)*")
# The look-behind prevents a match attempt at each dot of a long row of dots, which would take quadratic time.
_SENTENCE_END = compile_lazily(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s)")
_CLAUSE_END = compile_lazily(r"(?:[,;:]|\s[-–—]++|[–—])[\"'”’)\]]*+(?=\s)")
_ABBREVIATION = compile_lazily(r"(?:^|[\s(])(?:(?i:Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Sgt|Lt|Capt)|vs|[A-Za-z])\.$")
_ROMAN = compile_lazily(r"[IVX]{2,}")


def strip_emphasis(text: str) -> str:
    """Return the text without Fountain's emphasis marks, and without the backslashes that protect
    characters.
    """
    text = remove_emphasis_marks(text)
    return ESCAPED.sub(r"\1", text) if "\\" in text else text


def remove_emphasis_marks(text: str) -> str:
    """Return the text without Fountain's emphasis marks. Backslashes that protect characters stay."""
    if "*" in text or "_" in text:
        for _ in range(3):  # Marks are nested at most three deep: bold inside underline inside italics.
            text = EMPHASIS.sub(r"\2", text)
    return text


def collapse_text(text: str) -> str:
    """Return the text on one line, with single spaces and no emphasis, as shots and elements store it."""
    return " ".join(strip_emphasis(text).split())


def split_words(text: str) -> list[str]:
    """Return the words of a text. A hyphen or an apostrophe inside a word does not split the word."""
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """Return the number of words for timing. A word is a piece between spaces with at least one letter or
    digit.
    """
    return sum(1 for piece in text.split() if any(map(str.isalnum, piece)))


def join_phrases(phrases: Sequence[str]) -> str:
    """Return phrases as a list in prose: `a, b and c`."""
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}" if len(phrases) > 1 else "".join(phrases)


def fold(text: str) -> str:
    """Return a text in a form for comparison: in canonical Unicode, case-folded, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def fold_accents(text: str) -> str:
    """Return a text folded and without accents: András and ANDRAS are equal."""
    whole = unicodedata.normalize("NFKD", text.translate(_STROKES).casefold())
    return "".join(filter(_is_base_character, whole))


# Letters with a stroke, which Unicode does not decompose into a base letter and a mark.
_STROKES = str.maketrans("łŁøØđĐı", "lLoOdDi")


def _is_base_character(char: str) -> bool:
    return not unicodedata.combining(char)


def compute_text_digest(*parts: str) -> str:
    """Return 32 hexadecimal digits that identify these texts.

    Texts that differ only in spaces or in their Unicode form have the same digest; upper and lower case
    differ.
    """
    whole = "\x1f".join(" ".join(unicodedata.normalize("NFC", part).split()) for part in parts)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def make_display_name(cue: str) -> str:
    """Return the name in a character cue that is written in capitals, as a name in normal case: MARA → Mara,
    O'BRIEN → O'Brien, JEAN-LUC → Jean-Luc. A cue with lower-case letters is not changed.
    """
    name = " ".join(cue.split())
    if any(map(str.islower, name)):
        return name
    return " ".join(
        _capitalize_name_word(word, first=index == 0) for index, word in enumerate(name.split(" "))
    )


_SMALL = frozenset({"OF", "THE", "AND", "IN", "AT", "ON", "DE", "LA", "VON", "VAN", "UND", "ET"})


def _capitalize_name_word(word: str, first: bool) -> str:
    if _ROMAN.fullmatch(word) or (word.isalnum() and word[0].isalpha() and any(map(str.isdigit, word))):
        return word  # Roman numerals and codes stay in capitals: LOUIS XIV, R2D2.
    if word in _SMALL and not first:
        return word.lower()
    out, raise_next = [], True
    for position, char in enumerate(word):
        out.append(char if raise_next else char.lower())
        # The letter after O' is a capital, but not the s of a possessive (JUN'S).
        apostrophe = char in "'’" and len(word) - position > 2
        raise_next = char in "-/.(" or apostrophe or (raise_next and not char.isalnum())
    return "".join(out)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text. Abbreviations such as Dr. and initials do not end a sentence."""
    return _split_at_matches(text, _SENTENCE_END, _ABBREVIATION)


def split_clauses(text: str) -> list[str]:
    """Return the text split after commas, semicolons, colons and dashes."""
    return _split_at_matches(text, _CLAUSE_END, None)


def _split_at_matches(text: str, ends: re.Pattern[str], excused: re.Pattern[str] | None) -> list[str]:
    out: list[str] = []
    start = 0
    for end in ends.finditer(text):
        if excused and excused.search(text, max(start, end.end() - 8), end.end()):
            continue
        out.append(text[start : end.end()].strip())
        start = end.end()
    out.append(text[start:].strip())
    return [piece for piece in out if piece]


def has_phrase(text: str, phrase: str) -> bool:
    """Return True if a folded text contains a folded phrase as complete words: no letter, digit or hyphen
    touches the phrase.
    """
    if not phrase or phrase not in text:
        return False
    return re.search(rf"(?<![\w@])(?<!\w-){re.escape(phrase)}(?!\w|-\w)", text) is not None
