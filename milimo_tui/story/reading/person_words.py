"""Words that mean people: roles with gender and number (`roles.toml`), titles, first names (`names.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_TITLES = {
    "mr": "he", "sir": "he", "lord": "he", "herr": "he",
    "don": "he", "señor": "he", "father": "he", "brother": "he",
    "mrs": "she", "ms": "she", "miss": "she",
    "lady": "she", "madame": "she", "mademoiselle": "she", "frau": "she",
    "dame": "she", "señora": "she", "sister": "she",
    "aunt": "she", "uncle": "he", "king": "he", "queen": "she",
}  # fmt: skip
AGES = frozenset(
    {
        "young",
        "old",
        "little",
        "older",
        "younger",
        "teenage",
        "teen",
        "adult",
        "child",
        "small",
        "elderly",
        "aged",
    }
)
YOUNG = frozenset(
    {
        "boy", "girl", "child", "kid", "baby", "toddler",
        "teenager", "teen", "infant", "youth", "lad", "schoolboy",
        "schoolgirl",
    }
)  # fmt: skip
OLD = frozenset({"old", "elderly", "aged"})


@cache
def _table(name: str) -> Mapping[str, str]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def roles() -> Mapping[str, str]:
    """Role nouns in lower case: she, he, they (many), it (a creature), empty where anybody may be meant."""
    table = _table("roles")
    return {
        word: "" if gender == "either" else gender
        for gender in ("either", "she", "he", "they", "it")
        for word in table[gender].split()
    }


@cache
def _by_name() -> Mapping[str, str]:
    return {name: gender for gender, names in _table("names").items() for name in names.split()}


def gender_of(name: str) -> str:
    """The gender that a name alone says, by a role, a title or the first name; else empty."""
    words = [word.strip(".").casefold() for word in name.split()]
    for word in reversed(words):
        if word in roles():
            return roles()[word]
    for word in words:
        if word in _TITLES:
            return _TITLES[word]
    return next((_by_name()[word] for word in words if word in _by_name()), "")
