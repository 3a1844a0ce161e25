"""Objects in the screenplay: named in capitals in the action, or handled more than once.

“She studies the MANUAL.” names an object; “takes the letter … puts the letter in the drawer” handles an
object twice. People, sounds, camera terms, places, text on signs and stressed words are not objects. Each
object keeps the sentence it came from and the description of its appearance. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from milimo_tui.core.late_patterns import late
from milimo_tui.story.elements.thing_words import (
    AFTER_A_THING,
    BODY,
    CAMERA,
    HANDLING,
    SOUNDS,
    STRESSED,
    THINGS,
    WRITTEN,
)
from milimo_tui.story.looks.clothes.garments import GARMENT
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.reading.place_words import PLACES
from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, KIN, ROLES, TITLES
from milimo_tui.story.values.text import display_name, fold, words

_ARTICLES = "a|an|the|his|her|their|its|my|your|our|this|that|another|one"
_ANY_HANDLING = "|".join(sorted(HANDLING))
_CAPITALS = r"[^\W\d_a-zà-öø-ÿ]{2,}(?:['’-][^\W\d_a-zà-öø-ÿ]+)*"
_NAMED = late(
    rf"(?<![\w’'])(?P<article>(?i:{_ARTICLES})|[^\W\d_]+['’]s)\s(?P<like>(?:(?!(?:{_ARTICLES})\s)[a-zà-öø-ÿ'’-]+,?\s){{0,3}})"
    rf"(?P<name>{_CAPITALS}(?:[\s-]{_CAPITALS}){{0,2}})(?P<after>[^\w’']|$)(?=(?P<rest>.*))"
)
_WORD = late(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_PHRASE = late(
    rf"(?<![\w’'])(?i:(?:{_ANY_HANDLING}))\s"
    r"(?:(?:up|down|out|off|over|away|back|him|her|them|[^\W\d_a-z]\w+)\s){0,2}"
    rf"(?P<article>{_ARTICLES})\s(?P<like>(?:(?!(?:{_ARTICLES})\s)[a-zà-öø-ÿ-]+\s){{0,3}}?)(?P<name>[a-zà-öø-ÿ-]+)"
    r"(?P<of>\s(?:of|with|made of)\s(?:(?:a|an|the)\s)?[a-zà-öø-ÿ-]+(?:\s[a-zà-öø-ÿ-]+)?"
    r"(?=[.,;:!?]|\s(?:in|on|from)|$))?"
    r"(?P<after>[^\w’'-]|$)(?=(?P<rest>.*))"
)
_IT = late(rf"\b(?:{_ANY_HANDLING})\s(?:it|them)\b", re.IGNORECASE)
_SAYS_NOTHING = """other same last first next second third own very little single only another half whole such
few and or of in on to"""
_PLAIN = frozenset(_SAYS_NOTHING.split())
_QUOTED = late(r"[“\"][^”\"]*[”\"]")
_IN_HAND = late(
    rf"(?<![\w’'])(?:{_ARTICLES})\s(?P<like>(?:(?!(?:{_ARTICLES})\s)[a-zà-öø-ÿ-]+\s){{0,3}}?)(?P<name>[a-zà-öø-ÿ-]+)(?P<of>)(?P<after>\s)"
    r"(?P<rest>in (?:his|her|their|one|both|the other) hands?)\b",
    re.IGNORECASE,
)
TWICE = 2
NOT_PEOPLE = frozenset((*GENERIC, *KIN, *ROLES, *TITLES, *CREATURES))
NOT_THINGS = SOUNDS | CAMERA | STRESSED | BODY | NOT_PEOPLE | PLACES


@dataclass(frozen=True, slots=True)
class ThingFound:
    """An object under the name that the script has for it; `looks` is the description of its appearance."""

    name: str
    looks: str = ""
    quote: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(slots=True)
class _Seen:
    name: str
    capitals: bool = False
    handled: int = 0
    looks: str = ""
    quote: str = ""


@dataclass(slots=True)
class _Reader:
    people: frozenset[str]
    found: dict[str, _Seen] = field(default_factory=dict)  # Keyed by folded name.

    def sentence(self, text: str) -> None:
        bare = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
        named = (self._thing(found) for found in _NAMED.finditer(bare))
        for name, looks in filter(None, named):
            self._keep(name, looks, text).capitals = True
        for head, looks in _handled(bare):
            self._keep(head, looks, text).handled += 1 + len(_IT.findall(bare))

    def _keep(self, name: str, looks: str, quote: str) -> _Seen:
        one = self.found.setdefault(fold(name), _Seen(name))
        one.quote = one.quote or quote
        if len(looks) > len(one.looks) and not one.looks:
            one.looks, one.quote = looks, quote
        return one

    def _thing(self, found: re.Match[str]) -> tuple[str, str] | None:
        """Return the name and appearance of the object that capitals name, or None if they name no object."""
        name, before = found["name"], words(fold(found["like"] or found["article"]))
        tokens = words(fold(name))
        after = words(fold(found["rest"]))[:1] if found["after"].isspace() else []
        if not name.isupper() or not tokens or (before and before[-1] in WRITTEN):
            return None
        if any(token in self.people for token in tokens) or GARMENT.search(name.lower()):
            return None
        if _is_none_of(tokens[-1], NOT_THINGS - THINGS) or any(_is_none_of(t, NOT_PEOPLE) for t in tokens):
            return None
        if found["after"] == ":" or (after and after[0] not in AFTER_A_THING):
            return None
        if tokens[-1] not in THINGS and _singular(tokens[-1]) not in THINGS and not found["like"]:
            # A word that is in no table must at least have a description: “the brass ASTROLABE”.
            return None
        return display_name(name), _looks(found["like"], name.lower(), _of(found["after"], found["rest"]))

    def things(self) -> Iterator[ThingFound]:
        heads: dict[str, list[str]] = {}
        chosen = [one for one in self.found.values() if one.capitals or one.handled >= TWICE]
        for one in chosen:
            heads.setdefault(words(fold(one.name))[-1], []).append(one.name)
        for one in chosen:
            head = words(fold(one.name))[-1]
            longer = [name for name in heads[head] if name != one.name]
            if fold(one.name) == head and len(longer) == 1:
                continue  # “The key” means “the brass key”.
            alone = len(heads[head]) - (head in map(fold, heads[head])) == 1
            aliases = (display_name(head),) if fold(one.name) != head and alone else ()
            yield ThingFound(one.name, one.looks, one.quote, aliases)


def things_found(read: Sequence[ReadScene], people: Sequence[str]) -> tuple[ThingFound, ...]:
    """Return the objects of a screenplay in order. `people` are the names and aliases of everybody."""
    reader = _Reader(frozenset(word for name in people for word in words(fold(name))))
    for scene in read:
        for moment in scene.moments:
            if moment.text.isupper():
                continue
            for told in moment.told:
                reader.sentence(told.sentence)
    return tuple(reader.things())


def _handled(text: str) -> Iterator[tuple[str, str]]:
    """Yield the objects that a sentence about handling names, each once."""
    seen: set[str] = set()
    for phrase in (_PHRASE, _IN_HAND):
        for found in phrase.finditer(text):
            head, after = fold(found["name"]), words(fold(found["rest"]))[:1]
            is_whole = not found["after"].isspace() or not after or after[0] in AFTER_A_THING
            if head in THINGS and head not in seen and is_whole and not GARMENT.fullmatch(head):
                seen.add(head)
                yield head.capitalize(), _looks(found["like"], head, (found["of"] or "").strip())


def _of(after: str, rest: str) -> str:
    """Return a phrase such as `of a volcano` right after an object, or an empty string."""
    found = (
        re.match(r"(of (?:(?:a|an|the) )?[a-zà-öø-ÿ-]+)(?=[\s.,;:!?]|$)", rest) if after.isspace() else None
    )
    return found[1] if found else ""


def _looks(like: str | None, name: str, of: str) -> str:
    """Return the appearance of an object with its article, such as `a nickel-plated revolver`; empty if not
    described.
    """
    told = [word for word in _WORD.findall(like or "") if fold(word) not in _PLAIN]
    told = [word for word in told if not word.endswith(("'s", "’s")) and fold(word) not in HANDLING]
    if not told and not of:
        return ""
    text = " ".join(filter(None, (*told, name, of)))
    return text if name.endswith("s") else f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def _is_none_of(word: str, table: frozenset[str]) -> bool:
    return word in table or _singular(word) in table


def _singular(word: str) -> str:
    return word.removesuffix("s") if not word.endswith("ss") else word
