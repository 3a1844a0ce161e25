"""The words of the script for an animal. A language model often gives only the colour and the size of an
animal, so the noun comes from the introduction: “BISCUIT, a small brown terrier”, “her dog BISCUIT”. Pure
functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from milimo_tui.story.breakdown.facts import UNKNOWN, Fact, FactSource
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.looks.introduction_phrases import IntroductionLanguage, get_introduction_language
from milimo_tui.story.screenplay.people_words import CREATURES
from milimo_tui.story.values.text import collapse_text, fold, split_words

_LONGEST_PHRASE = 8  # words
# Matches the rest of a phrase between commas, after the name of an animal.
_APPOSITION = r"(?:\s*\([^()]{1,20}\))?,\s+([^,.;:!?()\"“”«»–—]+?)\s*(?=[,.;:!?–—]|$)"
# Matches a word before a noun, and the noun, which is in front of the name of an animal.
_NOUN_BEFORE = r"[^\W\d_]+\s+([^\W\d_][\w'’-]+)\s+"


def add_animal_words(person: Person, scenes: Sequence[NumberedScene], language: str) -> Person:
    """Return an animal with the words for it in the script as its role. `language` is the code of the
    script's language. Words of the build and the features that the role has too are left out. Anybody else,
    and an animal with a role, is returned unchanged.
    """
    if person.kind is not PersonKind.ANIMAL or person.role:
        return person
    role = next(_iterate_animal_phrases(person, scenes, language), UNKNOWN)
    return replace(
        person,
        role=role,
        build=_leave_out_words(person.build, role.text),
        features=_leave_out_words(person.features, role.text),
    )


def _iterate_animal_phrases(person: Person, scenes: Sequence[NumberedScene], language: str) -> Iterator[Fact]:
    """Yield the phrases for an animal: first those after its name, then nouns in front of it, each beginning
    with the scene that introduces the animal.
    """
    words = get_introduction_language(language)
    names = sorted((person.name, *person.other_names), key=len, reverse=True)
    called = "|".join(re.escape(name) for name in names)
    after = re.compile(rf"\b(?i:{called})\b{_APPOSITION}")
    before = re.compile(rf"\b{_NOUN_BEFORE}(?:{called.upper()})\b")
    at = person.scene if person.scene < len(scenes) else 0
    actions = [
        (paragraph.line, paragraph.end_line, collapse_text(paragraph.text))
        for scene in (*scenes[at:], *scenes[:at])
        for paragraph in scene.paragraphs
        if not paragraph.cue
    ]
    for line, end_line, text in actions:
        for found in after.finditer(text):
            if found[0][0].isupper() and _is_noun_phrase(found[1], words):
                yield Fact(found[1], FactSource.SCRIPT, line, end_line, found[0])
    for line, end_line, text in actions:
        for found in before.finditer(text):
            # A noun of German begins with a capital letter.
            is_noun = found[1].casefold() in CREATURES or (language == "de" and found[1].istitle())
            if is_noun and fold(found[1]) not in map(fold, names):
                yield Fact(found[1], FactSource.SCRIPT, line, end_line, found[0])


def _is_noun_phrase(phrase: str, language: IntroductionLanguage) -> bool:
    """Return True for a phrase with an article and without a word that may be a finite verb."""
    words = split_words(phrase.casefold())
    return (
        1 < len(words) <= _LONGEST_PHRASE
        and (words[0] in language.articles or words[0] in language.definite)
        and not any(language.may_be_verb(word) for word in words[1:])
    )


def _leave_out_words(fact: Fact, role: str) -> Fact:
    """Return a fact without those of its pieces whose words are all in a role."""
    known = set(split_words(fold(role)))
    pieces = [piece for piece in fact.text.split(", ") if not set(split_words(fold(piece))) <= known]
    return replace(fact, text=", ".join(pieces)) if pieces else UNKNOWN
