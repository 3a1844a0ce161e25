"""Classify the lines of a title page by their layout: title, credit and author in the centre, dates and
addresses below them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_CREDIT = re.compile(
    r"(?:(?:written|screenplay|teleplay|story|created|directed|a film|a screenplay|an original screenplay)"
    r"(?: (?:&|and) \w+)? by|by)",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"(?:based (?:on|upon)|from the|after the|inspired by)\b", re.IGNORECASE)
_COPYRIGHT = re.compile(r"copyright\b|\xa9|\(c\)", re.IGNORECASE)
_DATE = re.compile(r".*\b(?:draft|revis\w+|(?:19|20)\d\d)\b.*", re.IGNORECASE)
_ORDER = ("Title", "Credit", "Author", "Source", "Copyright", "Draft date", "Contact")


def classify_title_lines(rows: Iterable[tuple[str, bool]]) -> list[tuple[str, list[str]]]:
    """Return the entries of a title page as pairs of key and values, such as `("Author", ["Jane Doe"])`. The
    keys are in the order that is usual on a Fountain title page.

    `rows` are the printed lines. Each is a pair of its text and True if it is centred.
    """
    found: dict[str, list[str]] = {}
    for row, centred in rows:
        text = " ".join(row.split())
        if any(map(str.isalnum, text)):
            found.setdefault(_choose_title_key(text, centred, found), []).append(text)
    return [(key, found[key]) for key in _ORDER if key in found]


def _choose_title_key(text: str, centred: bool, found: Mapping[str, object]) -> str:
    if not found:
        return "Title"
    if _CREDIT.fullmatch(text) and "Credit" not in found:
        return "Credit"
    if _SOURCE.match(text):
        return "Source"
    if _COPYRIGHT.match(text):
        return "Copyright"
    if centred and "Contact" not in found:
        if "Credit" in found:
            return "Author"
        return "Title" if "Draft date" not in found else "Contact"
    return "Draft date" if _DATE.fullmatch(text) and "Draft date" not in found else "Contact"
