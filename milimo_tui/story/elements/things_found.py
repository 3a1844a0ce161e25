"""Extraction of objects from the screenplay: things named in capitals in the action.

“She studies the MANUAL.” names an object. People, sounds, camera terms, places, text on signs and stressed
words are not objects. Each object is returned with the sentence that mentions it and a description of its
appearance. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from milimo_tui.core.format import add_indefinite_article
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.elements.object_words import (
    AFTER_A_THING,
    BODY,
    CAMERA,
    SOUNDS,
    STRESSED,
    THINGS,
    WRITTEN,
)
from milimo_tui.story.looks.garment_words import GARMENT
from milimo_tui.story.reading.act_words import ACTS, BASES
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.reading.place_words import PLACES
from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, KIN, ROLES, TITLES
from milimo_tui.story.values.text import QUOTED, fold, make_display_name, split_words

_ARTICLES = "a|an|the|his|her|their|its|my|your|our|this|that|another|one"
_CAPITALS = r"[^\W\d_a-zà-öø-ÿ]{2,}(?:['’-][^\W\d_a-zà-öø-ÿ]+)*"
_NAMED = compile_lazily(
    rf"(?<![\w’'])(?P<article>(?i:{_ARTICLES})|[^\W\d_]+['’]s)\s(?P<like>(?:(?!(?:{_ARTICLES})\s)[a-zà-öø-ÿ'’-]+,?\s){{0,3}})"
    rf"(?P<name>{_CAPITALS}(?:[\s-]{_CAPITALS}){{0,2}})(?P<after>[^\w’']|$)(?=(?P<rest>.*))"
)
_WORD = compile_lazily(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SAYS_NOTHING = """other same last first next second third own very little single only another half whole such
few and or of in on to"""
_PLAIN = frozenset(_SAYS_NOTHING.split())
_CLAUSE_WORD_LIST = "is are was were we he she they up down out off away back louder"
_CLAUSE_WORDS = frozenset(_CLAUSE_WORD_LIST.split())
PEOPLE_WORDS = frozenset((*GENERIC, *KIN, *ROLES, *TITLES, *CREATURES))
NON_OBJECT_WORDS = SOUNDS | CAMERA | STRESSED | BODY | PEOPLE_WORDS | PLACES


@dataclass(frozen=True, slots=True)
class ScriptObject:
    """An object that the script mentions. `name` is its name as in the script, and `looks` the description of
    its appearance.
    """

    name: str
    looks: str = ""
    quote: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(slots=True)
class _ObjectMention:
    name: str
    looks: str = ""
    quote: str = ""


@dataclass(slots=True)
class _ObjectCollector:
    people: frozenset[str]
    # The objects found so far, keyed by folded name.
    found: dict[str, _ObjectMention] = field(default_factory=dict)

    def read_object_sentence(self, text: str) -> None:
        bare = QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
        named = (self._match_capitals(found) for found in _NAMED.finditer(bare))
        for name, looks in filter(None, named):
            one = self.found.setdefault(fold(name), _ObjectMention(name, quote=text))
            if looks and not one.looks:
                one.looks, one.quote = looks, text

    def _match_capitals(self, found: re.Match[str]) -> tuple[str, str] | None:
        """Return the name and appearance of the object that a phrase in capitals names, or None if the phrase
        names no object.
        """
        name, before = found["name"], split_words(fold(found["like"] or found["article"]))
        tokens = split_words(fold(name))
        after = split_words(fold(found["rest"]))[:1] if found["after"].isspace() else []
        if not name.isupper() or not tokens or (before and before[-1] in WRITTEN):
            return None
        if any(token in self.people for token in tokens) or GARMENT.search(name.lower()):
            return None
        if _is_in_word_table(tokens[-1], NON_OBJECT_WORDS - THINGS) or any(
            _is_in_word_table(t, PEOPLE_WORDS) for t in tokens
        ):
            return None
        if found["after"] == ":" or (after and after[0] not in AFTER_A_THING):
            return None
        if tokens[-1] not in THINGS and _strip_plural(tokens[-1]) not in THINGS and not found["like"]:
            # A word that is in no word list counts as an object only if it has a description: “the brass
            # ASTROLABE”.
            return None
        if tokens[-1] not in THINGS and _contains_verb((*before, *tokens)):
            return None  # Stressed words of a clause: “his mask FOGS UP”.
        return make_display_name(name), _describe_object(
            found["like"], name.lower(), _match_of_phrase(found["after"], found["rest"])
        )

    def list_script_objects(self) -> Iterator[ScriptObject]:
        heads: dict[str, list[str]] = {}
        for one in self.found.values():
            heads.setdefault(split_words(fold(one.name))[-1], []).append(one.name)
        for one in self.found.values():
            head = split_words(fold(one.name))[-1]
            longer = [name for name in heads[head] if name != one.name]
            if fold(one.name) == head and len(longer) == 1:
                continue  # “The key” means the object found before as “the brass key”.
            alone = len(heads[head]) - (head in map(fold, heads[head])) == 1
            aliases = (make_display_name(head),) if fold(one.name) != head and alone else ()
            yield ScriptObject(one.name, one.looks, one.quote, aliases)


def extract_objects(read: Sequence[ReadScene], people: Sequence[str]) -> tuple[ScriptObject, ...]:
    """Return the objects of a screenplay in order of appearance. `people` are the names and aliases of
    everybody, which are no objects.
    """
    reader = _ObjectCollector(frozenset(word for name in people for word in split_words(fold(name))))
    for scene in read:
        for moment in scene.moments:
            if moment.text.isupper():
                continue
            for action in moment.actions:
                reader.read_object_sentence(action.sentence)
    return tuple(reader.list_script_objects())


def _match_of_phrase(after: str, rest: str) -> str:
    """Return a phrase that begins with “of” directly after an object, such as `of a volcano` after “a
    picture”. Return an empty string if there is none.
    """
    found = (
        re.match(r"(of (?:(?:a|an|the) )?[a-zà-öø-ÿ-]+)(?=[\s.,;:!?]|$)", rest) if after.isspace() else None
    )
    return found[1] if found else ""


def _describe_object(like: str | None, name: str, of: str) -> str:
    """Return the appearance of an object with an article, such as `a nickel-plated revolver`, or an empty
    string if the script does not describe it.
    """
    matches = [word for word in _WORD.findall(like or "") if fold(word) not in _PLAIN]
    matches = [word for word in matches if not word.endswith(("'s", "’s")) and fold(word) not in ACTS]
    if not matches and not of:
        return ""
    text = " ".join(filter(None, (*matches, name, of)))
    return text if name.endswith("s") else add_indefinite_article(text)


def _contains_verb(words: Sequence[str]) -> bool:
    """Return True if words before a name in capitals, or words of the name, show that they are a clause."""
    return any(
        word in ACTS or word in _CLAUSE_WORDS or (at and word in BASES) for at, word in enumerate(words)
    )


def _is_in_word_table(word: str, table: frozenset[str]) -> bool:
    return word in table or _strip_plural(word) in table


def _strip_plural(word: str) -> str:
    return word.removesuffix("s") if not word.endswith("ss") else word
