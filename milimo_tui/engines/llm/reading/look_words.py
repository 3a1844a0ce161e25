"""Division of the words of a model into clothes and features: a small language model takes any noun of a line
for clothes (“wears: the rain”), and clothes for hair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.breakdown.facts import UNKNOWN
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.looks.introduction_phrases import IntroductionLanguage, get_introduction_language
from milimo_tui.story.screenplay.script_language import recognize_language
from milimo_tui.story.values.text import fold, has_phrase, split_words

_FEWEST_WORDS = 12
# Most words of clothes that no list has: “pinned up at the hem”.
_LONGEST_UNKNOWN = 5
_SHORTEST_ENDING = 4  # Letters of a noun that may end a longer one: Regenmantel.


def has_look_lists(script: Sequence[str]) -> bool:
    """Return True if texts of the script are in a language with lists of words for looks. A few words are
    not enough to recognize it.
    """
    text = "\n".join(script)
    return len(split_words(text)) >= _FEWEST_WORDS and bool(recognize_language(text))


def _get_languages(script: Sequence[str]) -> tuple[IntroductionLanguage, IntroductionLanguage]:
    """Return the words of the script's language, and those of English, which names may be in."""
    code = recognize_language("\n".join(script))
    return get_introduction_language(code), get_introduction_language("en")


def names_clothes(text: str, script: Sequence[str]) -> bool:
    """Return True if a text has a noun for clothes. `script` are texts of the script, which tell the
    language. Every text may name clothes in a language without a list of them.
    """
    if not has_look_lists(script):
        return True
    clothes: frozenset[str] = frozenset().union(*(each.clothes for each in _get_languages(script)))
    return any(_is_noun_of(word, clothes) for word in split_words(text.casefold().replace("ß", "ss")))


def sort_look_words(person: Person, script: Sequence[str]) -> Person:
    """Return a person without parts of the body among the clothes (“red beard” is a feature), and without
    long phrases that name no clothes.
    """
    if not person.clothes or not has_look_lists(script):
        return person
    body: frozenset[str] = frozenset().union(*(each.body for each in _get_languages(script)))
    entries = re.split(r"[,;]\s+", person.clothes.text)
    moved = [
        each
        for each in entries
        if not names_clothes(each, script)
        and any(_is_noun_of(word, body) for word in split_words(each.casefold()))
    ]
    kept = ", ".join(
        each
        for each in entries
        if each not in moved and (len(split_words(each)) <= _LONGEST_UNKNOWN or names_clothes(each, script))
    )
    features = ", ".join(filter(None, (person.features.text, *moved)))
    return replace(
        person,
        clothes=replace(person.clothes, text=kept) if kept else UNKNOWN,
        features=replace(person.features or person.clothes, text=features),
    )


def complete_age(person: Person, passage: NumberedScene, script: Sequence[str]) -> Person:
    """Return a person with the complete words of an age: “past seventy” for “seventy”."""
    pattern = _get_languages(script)[0].age
    age = fold(person.age.text)
    for paragraph in passage.paragraphs if age else ():
        for found in pattern.finditer(fold(paragraph.text)):
            if has_phrase(found[0], age) and found[0] != age:
                return replace(person, age=replace(person.age, text=found[0].strip()))
    return person


def _is_noun_of(word: str, nouns: frozenset[str]) -> bool:
    forms = (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("n"))
    return any(form in nouns for form in forms) or any(
        len(noun) >= _SHORTEST_ENDING and word.endswith(noun) for noun in nouns
    )
