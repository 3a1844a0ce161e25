"""Plain text of a screenplay: emphasis taken off, names as people write them, sentences, words, digests.

Pure functions on one text each; every one is linear in its length.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from milimo_tui.core.late_patterns import late

EMPHASIS = late(r"(?<!\\)(\*{1,3}|_)(?=\S)([^*_]*[^*_\s\\])\1")
ESCAPED = late(r"\\([*_\\~@#!>.=])")
_WORD = late(r"\w+(?:['’\-]\w+)*")
# The look-behind keeps a run of dots from being tried at each of its dots.
_SENTENCE_END = late(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s)")
_CLAUSE_END = late(r"(?:[,;:]|\s[-–—]++|[–—])[\"'”’)\]]*+(?=\s)")
_ABBREVIATION = late(r"(?:^|[\s(])(?:(?i:Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Sgt|Lt|Capt)|vs|[A-Za-z])\.$")
_ROMAN = late(r"[IVX]{2,}")


def plain(text: str) -> str:
    """The text without Fountain's emphasis marks and backslashes."""
    if "*" in text or "_" in text:
        for _ in range(3):  # bold inside underline inside italics is as deep as it goes
            text = EMPHASIS.sub(r"\2", text)
    return ESCAPED.sub(r"\1", text) if "\\" in text else text


def collapse(text: str) -> str:
    """One line, single blanks, no emphasis: how shots and elements keep text."""
    return " ".join(plain(text).split())


def words(text: str) -> list[str]:
    """Words as they stand; a hyphen or an apostrophe inside does not part them."""
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """Words for timing: runs of text between blanks that hold a letter or a digit."""
    return sum(1 for piece in text.split() if any(map(str.isalnum, piece)))


def fold(text: str) -> str:
    """For comparing: canonical Unicode, case and runs of blanks left out."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def unaccented(text: str) -> str:
    """A text folded, and without accents: András and ANDRAS are one."""
    whole = unicodedata.normalize("NFKD", text.translate(_STROKES).casefold())
    return "".join(filter(_is_base, whole))


_STROKES = str.maketrans("łŁøØđĐı", "lLoOdDi")  # letters that Unicode does not part from their strokes


def _is_base(char: str) -> bool:
    return not unicodedata.combining(char)


def digest(*parts: str) -> str:
    """32 hex digits that stand for those texts; blanks and Unicode forms do not count, case does."""
    whole = "\x1f".join(" ".join(unicodedata.normalize("NFC", part).split()) for part in parts)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def display_name(cue: str) -> str:
    """A cue as a name: MARA → Mara, O'BRIEN → O'Brien, JEAN-LUC → Jean-Luc; mixed case stays."""
    name = " ".join(cue.split())
    if any(map(str.islower, name)):
        return name
    return " ".join(_title(word, first=index == 0) for index, word in enumerate(name.split(" ")))


_SMALL = frozenset({"OF", "THE", "AND", "IN", "AT", "ON", "DE", "LA", "VON", "VAN"})


def _title(word: str, first: bool) -> str:
    if _ROMAN.fullmatch(word) or (word.isalnum() and word[0].isalpha() and any(map(str.isdigit, word))):
        return word  # LOUIS XIV, R2D2
    if word in _SMALL and not first:
        return word.lower()
    out, raise_next = [], True
    for position, char in enumerate(word):
        out.append(char if raise_next else char.lower())
        # After O' the name goes on with a capital; a possessive 'S does not.
        apostrophe = char in "'’" and len(word) - position > 2
        raise_next = char in "-/.(" or apostrophe or (raise_next and not char.isalnum())
    return "".join(out)


def sentences(text: str) -> list[str]:
    """The text cut after each sentence; abbreviations such as Dr. and initials do not end one."""
    return _cut(text, _SENTENCE_END, _ABBREVIATION)


def clauses(text: str) -> list[str]:
    """The text cut after commas, semicolons, colons and dashes."""
    return _cut(text, _CLAUSE_END, None)


def _cut(text: str, ends: re.Pattern[str], excused: re.Pattern[str] | None) -> list[str]:
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
    """Whether a folded text has a folded phrase that no letter, digit or hyphened word touches."""
    if not phrase or phrase not in text:
        return False
    return re.search(rf"(?<![\w@])(?<!\w-){re.escape(phrase)}(?!\w|-\w)", text) is not None
