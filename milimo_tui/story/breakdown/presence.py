"""A check of the people whom a model puts into the picture: the script has to name them first."""

from __future__ import annotations

import re

from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.screenplay.format_words import list_format_words
from milimo_tui.story.values.text import fold, fold_accents
from milimo_tui.story.values.word_stems import list_word_stems

_SHORTEST_WORD = 3
# Matches pronouns of the third person in English, French, German, Spanish, Italian and Portuguese, and words
# for several people, without accents.
_PRONOUN = re.compile(
    r"\b(?:s?he|him|her|hers|his|they|them|theirs?|it|its|both|two|three|four|everyone|everybody|all|nobody"
    r"|ils?|elles?|lui|leurs?|on|tous|toutes|deux|trois"
    r"|er|sie|ihn|ihm|ihr\w*|sein\w*|beide\w*|alle|zwei|drei"
    r"|ell[ao]s?|les|las|los|su|sus|le|ambos|tod[ao]s|dos|tres"
    r"|lei|loro|egli|essi|esse|suo|sua|tutti|due|tre|eles?|elas?|deles?|delas?|seu|dois)\b"
)

_ARTICLE = re.compile(r"an?|the|une?|les?|la|l|der|die|das|eine?|el|los|las|il|lo|gli|os?|uma?|um")


def is_article(name: str) -> bool:
    """Return True if a name is only an article, so that it names nobody. A pronoun may be a name: SHE."""
    return _ARTICLE.fullmatch(fold_accents(name).strip(" .'’")) is not None


def mentions_person(text: str, person: Person) -> bool:
    """Return True if a text has a word of a name of a person, or a pronoun that may mean the person."""
    names = _list_name_stems(person) | list_word_stems(person.role.text)
    is_named = not names.isdisjoint(list_word_stems(text, _SHORTEST_WORD))
    return is_named or _PRONOUN.search(fold_accents(text)) is not None


def may_be_visible(person: Person, scene: NumberedScene, line: int) -> bool:
    """Return True if a line of a scene, or a line before it, names a person, or if the line has a pronoun
    that may mean anybody. Endings of words do not count: “the guards” names the guard.
    """
    names = _list_name_stems(person)
    texts = [scene.heading] + [
        f"{each.cue} {each.text}" for each in scene.paragraphs if each.line <= line and not each.is_absent
    ]
    here = scene.find_paragraph(line)
    text = fold_accents(here.text) if here is not None else ""
    before = " ".join(texts)
    if names & list_word_stems(before, _SHORTEST_WORD) or _PRONOUN.search(text) is not None:
        return True
    # Short names, and names in writing systems without spaces, have no stems.
    short = (name for name in (person.name, *person.other_names) if not list_word_stems(name, _SHORTEST_WORD))
    return any(fold(name) in fold(before) for name in short)


def _list_name_stems(person: Person) -> set[str]:
    """Return the stems of the names of a person, without articles."""
    names = " ".join((person.name, *person.other_names))
    return list_word_stems(names, _SHORTEST_WORD) - set(list_format_words("names", "definite"))
