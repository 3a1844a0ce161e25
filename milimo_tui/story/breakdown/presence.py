"""A check of the people whom a model puts into the picture: the script has to name them first."""

from __future__ import annotations

import re

from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.screenplay.format_words import list_format_words
from milimo_tui.story.values.text import fold, fold_accents
from milimo_tui.story.values.word_stems import list_word_stems

_SHORTEST_WORD = 3
# Pronouns of the third person in English, French, German, Spanish, Italian and Portuguese, without accents:
# of one person, of one person or several, and of things, which may also mean an animal.
_ONE = r"s?he|him|her|hers|his|lui|er|ihn|ihm|ell[ao]|egli|lei|suo|sua|seu|el[ea]|del[ea]"
_ONE_OR_SEVERAL = (
    r"they|them|theirs?|both|two|three|four|everyone|everybody|all|nobody"
    r"|ils?|elles?|leurs?|tous|toutes|deux|trois"
    r"|sie|ihr\w*|sein\w*|beide\w*|alle|zwei|drei"
    r"|ell[ao]s|les|las|los|sus?|ambos|tod[ao]s|dos|tres"
    r"|loro|essi|esse|tutti|due|tre|el[ea]s|del[ea]s|dois"
)
_THING = r"its?"
_PRONOUNS = {
    PersonKind.PERSON: re.compile(rf"\b(?:{_ONE}|{_ONE_OR_SEVERAL})\b"),
    PersonKind.ANIMAL: re.compile(rf"\b(?:{_ONE}|{_ONE_OR_SEVERAL}|{_THING})\b"),
    PersonKind.GROUP: re.compile(rf"\b(?:{_ONE_OR_SEVERAL}|{_THING})\b"),
    PersonKind.VOICE: re.compile(rf"\b(?:{_ONE}|{_ONE_OR_SEVERAL})\b"),
}

_ARTICLE = re.compile(r"an?|the|une?|les?|la|l|der|die|das|eine?|el|los|las|il|lo|gli|os?|uma?|um")


def is_article(name: str) -> bool:
    """Return True if a name is only an article, so that it names nobody. A pronoun may be a name: SHE."""
    return _ARTICLE.fullmatch(fold_accents(name).strip(" .'’")) is not None


def mentions_person(text: str, person: Person) -> bool:
    """Return True if a text has a word of a name of a person, or a pronoun that may mean the person."""
    names = _list_name_stems(person) | list_word_stems(person.role.text)
    is_named = not names.isdisjoint(list_word_stems(text, _SHORTEST_WORD))
    return is_named or _has_pronoun(text, person)


def may_be_visible(person: Person, scene: NumberedScene, line: int) -> bool:
    """Return True if a line of a scene, or a line before it, names a person, or if the line has a pronoun
    that may mean the person. Endings of words do not count: “the guards” names the guard.
    """
    here = scene.find_paragraph(line)
    if here is not None and _has_pronoun(here.text, person):
        return True
    before = (each for each in scene.paragraphs if each.line <= line and not each.is_absent)
    return _names_person(person, " ".join((scene.heading, *(f"{each.cue} {each.text}" for each in before))))


def _names_person(person: Person, text: str) -> bool:
    """Return True if a text has a word of a name of a person."""
    if not _list_name_stems(person).isdisjoint(list_word_stems(text, _SHORTEST_WORD)):
        return True
    # Short names, and names in writing systems without spaces, have no stems.
    short = (name for name in (person.name, *person.other_names) if not list_word_stems(name, _SHORTEST_WORD))
    return any(fold(name) in fold(text) for name in short)


def _has_pronoun(text: str, person: Person) -> bool:
    """Return True if a text has a pronoun that may mean a person."""
    return _PRONOUNS[person.kind].search(fold_accents(text)) is not None


def _list_name_stems(person: Person) -> set[str]:
    """Return the stems of the names of a person, without articles."""
    names = " ".join((person.name, *person.other_names))
    return list_word_stems(names, _SHORTEST_WORD) - set(list_format_words("names", "definite"))
