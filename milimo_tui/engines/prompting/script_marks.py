"""Script markup that must not reach a model: notes, emphasis, capitals."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from milimo_tui.core.late_patterns import late

_NOTE = late(r"\[\[.*?\]\]|/\*.*?\*/|\[[^\]]*\]", re.DOTALL)
_EMPHASIS = late(r"\*{1,3}|(?<!\w)_+|_+(?!\w)")
_LOUD = late(r"\b\w*[^\W\d_a-zà-öø-ÿ]{2,}\w*\b")
_WE = late(
    r"^(?:we (?:see|hear|notice|find|follow|watch|reveal)|(?:close|angle|wide|tight|back) on"
    r"|(?-i:ON)|insert|reveal|(?:two|three)[- ]?shot"
    r"|(?:high|low|dutch|bird['’]s[- ]eye) angle(?: shot)?(?: o[nf])?"
    r"|p\.?o\.?v\.?|another angle|aerial(?: shot)?|overhead(?: shot)?)"
    r"\s*[:–—-]?\s+",
    re.IGNORECASE,
)
_KEPT = frozenset({"TV", "USA", "UK", "NYC", "LA", "DJ", "FBI", "CIA", "UFO", "DNA", "ID", "OK", "II", "III"})
_AGED = late(r"\s*\((?:aged? )?(\d{1,3})\)(,?)")
_WORD = late(r"\w+")
_BLANKS = late(r"\s+")
_BEFORE_STOP = late(r"\s+([,.;:!?…])")


def unmarked(text: str, names: Iterable[str] | None = None) -> str:
    """Return a text of the script as plain prose: no notes, no emphasis, words in capitals in normal case.

    If possible names are given, only their words remain capitalised: HER PALM becomes her palm.
    """
    plain = _NOTE.sub(" ", text)
    plain = plain.replace("[", " ").replace("]", " ").replace("#", "").replace("~", "")
    plain = _AGED.sub(r", \1 years old,", plain)
    plain = _EMPHASIS.sub("", plain).replace("*", "").replace("_", " ")
    known = None if names is None else {word.casefold() for name in names for word in _WORD.findall(name)}
    plain = _LOUD.sub(lambda found: _lowered(found[0], known), plain)
    return _BEFORE_STOP.sub(r"\1", _BLANKS.sub(" ", plain)).strip()


def seen_first(text: str) -> str:
    """Return an action without an opening such as “we see” or “CLOSE ON”."""
    bare = text
    while (shorter := _WE.sub("", bare, count=1)) != bare:
        bare = shorter
    return bare[:1].upper() + bare[1:] if bare != text else text


def sentence(text: str) -> str:
    """Return a text as a sentence: single spaces, a capital at the beginning, a full stop at the end."""
    text = _BLANKS.sub(" ", text).strip().strip("–—- ")
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in '.!?…”"' else f"{text.rstrip(',;:')}."


def _lowered(word: str, known: Collection[str] | None) -> str:
    if word in _KEPT or any(map(str.isdigit, word)) or not word.isupper() or len(word) < 2:
        return word
    return word.capitalize() if known is None or word.casefold() in known else word.lower()
