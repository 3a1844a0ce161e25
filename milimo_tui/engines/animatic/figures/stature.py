"""Find the age and the height of a person in their description."""

from __future__ import annotations

import re
from itertools import pairwise

_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_NUMBER = rf"\d{{1,3}}|{'|'.join(reversed(_ONES))}|{'|'.join(_TENS)}"
_AGES = (
    rf"\(({_NUMBER})\)",
    rf"\bage[ds]?:? (?:about |of )?({_NUMBER})\b",
    rf"\b({_NUMBER})[ -]?(?:years?[ -]old|year old|y/?o)\b",
    rf"\b(?:boy|girl|child|kid|man|woman|lad|lass) of (?:about |perhaps )?({_NUMBER})\b",
    rf"\b(?:about|around|nearly|almost|just|only|not yet|now) ({_NUMBER})\b(?! (?:f[eo]+t|met\w+|m)\b)",
    rf"(?:^|,|;) ?({_NUMBER})(?:$|,|;|\.)",  # matches an age between commas, as in “Mara, 61, in a grey coat”
)
_DECADES = {
    "teen": 15,
    "twent": 25,
    "thirt": 35,
    "fort": 45,
    "fift": 55,
    "sixt": 65,
    "sevent": 75,
    "eight": 85,
}
_BABY = r"baby|infant|newborn"
_TODDLER = r"toddler|tot"
_CHILD = r"child|kid|boy|girl|schoolboy|schoolgirl|little (?:one|brother|sister)|urchin"
_TEEN = r"teens?|teenagers?|teenaged?|adolescent|youth"
_OLD = (
    r"old|elderly|aged|ancient|grand(?:mother|father|ma|pa)|granny|retired|frail|wrinkled|weathered|pensioner"
)
_GIANT = r"giant|giantess|ogre|ogress|troll|titan|colossus|cyclops"
_SMALL = r"dwarf|gnome|hobbit|goblin|leprechaun"
_NO_GIANT = r"giant (?=\w+ (?:coat|hat|bag)|coat|hat|bag|hands?|smile|grin|sunglasses|umbrella)"
_MEASURED = rf"\b({_NUMBER}|\d+(?:\.\d+)?)[ -]?(feet|foot|ft|metres?|meters?|m)\b[ -]?(?:tall|high|giant)?"
# Median heights in metres by age in years (WHO growth reference, both sexes, rounded).
_GROWTH = (
    (0, 0.6),
    (1, 0.75),
    (2, 0.87),
    (4, 1.03),
    (6, 1.16),
    (8, 1.27),
    (10, 1.38),
    (12, 1.5),
    (14, 1.61),
    (16, 1.69),
)
GROWN = 18
GIANT = 3.4


def read_years(text: str) -> int | None:
    """Return the age in years that a text gives as a number or a word, or None."""
    for pattern in _AGES:
        if match := re.search(pattern, text, re.IGNORECASE):
            return _read_number(match[1])
    if match := re.search(
        r"\bin (?:his|her|their) (?:early |mid-? ?|late )?(\w+?)(?:ies|s)\b", text, re.IGNORECASE
    ):
        years = _DECADES.get(match[1].casefold())
        if years is not None:
            return years
    if match := re.search(r"\b([1-9]0)s\b", text):
        return int(match[1]) + 5
    for years, words in ((1, _BABY), (2, _TODDLER), (15, _TEEN)):
        if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE):
            return years
    return None


def choose_age(text: str, years: int | None) -> str:
    """Return the age group that is drawn: child, adult or old. The age in years decides if it is known."""
    if years is not None:
        return "child" if years < 13 else "old" if years >= 60 else "adult"
    if re.search(rf"\b(?:{_CHILD})\b", text, re.IGNORECASE):
        return "child"
    return "old" if re.search(rf"\b(?:{_OLD})\b", text, re.IGNORECASE) else "adult"


def choose_height(text: str, years: int | None, age: str, *, woman: bool) -> float:
    """Return a height in metres: the measure in the description, else a giant's height if it mentions one,
    else by age.
    """
    if match := re.search(_MEASURED, text, re.IGNORECASE):
        number = float(match[1]) if match[1][0].isdigit() else float(_read_number(match[1]))
        metres = number * (0.3048 if match[2][0].casefold() == "f" else 1.0)
        if 0.5 <= metres <= 12 and (metres > 2.1 or re.search(r"tall|high", match[0], re.IGNORECASE)):
            return metres
    if re.search(rf"\b(?:{_GIANT})\b", re.sub(_NO_GIANT, "", text, flags=re.IGNORECASE), re.IGNORECASE):
        return GIANT
    if re.search(rf"\b(?:{_SMALL})\b", text, re.IGNORECASE):
        return 1.2
    grown = 1.66 if age == "old" else 1.68 if woman else 1.78
    if years is not None and years < GROWN:
        return min(grown, _grow_to_age(years))
    return 1.24 if age == "child" else grown


def _grow_to_age(years: int) -> float:
    for (before, low), (after, high) in pairwise(_GROWTH):
        if years <= after:
            return low + (high - low) * (years - before) / (after - before)
    return _GROWTH[-1][1]


def _read_number(word: str) -> int:
    word = word.casefold()
    return int(word) if word.isdigit() else _ONES.index(word) if word in _ONES else _TENS[word]
