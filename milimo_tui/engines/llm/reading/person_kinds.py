"""Correction of the kind of a person that a model names: what the words of the script show for certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.breakdown.numbered_scene import NumberedScene, ParagraphKind
from milimo_tui.story.breakdown.passages import contains_name
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.screenplay.extensions import is_voice_cue
from milimo_tui.story.screenplay.first_names import may_be_first_name
from milimo_tui.story.screenplay.people_words import BODY, CREATURES, GENERIC, KIN, ROLES, TITLES
from milimo_tui.story.screenplay.script_language import recognize_language
from milimo_tui.story.values.text import fold, fold_accents, split_words

_ONE = r"\b(?:an?|one|une?|eine?n?|una|uno|uma?)(?: [\w-]+){0,2} "
# Words for several people that are singular: a crowd, une foule.
_COLLECTIVE_WORDS = """army audience band bunch choir class couple crew crowd dozen family flock gang group
herd line mob pack pair party patrol queue row squad swarm team troop
chorale couple douzaine equipe famille foule groupe public chor familie gruppe menge paar publikum reihe
coro equipo familia fila grupo multitud pareja publico coppia famiglia folla gruppo pubblico squadra
casal equipa equipe familia multidao plateia"""
_COLLECTIVES = frozenset(_COLLECTIVE_WORDS.split())
_SEVERAL = frozenset(
    ["all", "children", "everybody", "everyone", "men", "others", "people", "wives", "women"]
)


def correct_kind(person: Person, scenes: Sequence[NumberedScene]) -> Person:
    """Return a person whose cue without an extension shows that the person is not only a voice, and a speaker
    who is one of a group that the action names: GUARD, of “two GUARDS”. The cue of a radio or a loudspeaker
    needs no extension. Somebody whose role is that of a creature, such as “a small hen”, is an animal, and “a
    figure” is no group.
    """
    paragraphs = [each for scene in scenes for each in scene.paragraphs]
    cues = {
        each.cue for each in paragraphs if not each.is_absent and any(map(person.is_called, each.speakers))
    }
    is_seen = not all(map(is_voice_cue, cues))
    is_named_alone = any(
        contains_name(person.name, each.text) for each in paragraphs if each.kind is ParagraphKind.ACTION
    )
    if person.kind is PersonKind.PERSON and not CREATURES.isdisjoint(split_words(fold(person.role.text))):
        return replace(person, kind=PersonKind.ANIMAL)
    if person.kind is PersonKind.GROUP and _is_one(person.name, scenes):
        return replace(person, kind=PersonKind.PERSON)
    is_wrong = person.kind is PersonKind.VOICE or (person.kind is PersonKind.GROUP and not is_named_alone)
    return replace(person, kind=PersonKind.PERSON) if is_seen and is_wrong else person


def is_body_part(name: str) -> bool:
    """Return True if a name in a list of people is a part of a body, in English: the boy's hands."""
    words = split_words(fold(name))
    return len(words) > 1 and words[-1] in BODY


def is_group_of_things(person: Person, script: Sequence[str]) -> bool:
    """Return True for a group in an English script whose name has no word for people or animals and is no
    proper name: framed photos, the kitchen. Small models list such things as people.
    """
    if person.kind is not PersonKind.GROUP or recognize_language("\n".join(script)) != "en":
        return False
    words = split_words(fold(person.name))
    tables = (GENERIC, ROLES, KIN, TITLES, CREATURES, _COLLECTIVES, _SEVERAL)
    forms = [form for word in words for form in (word, word.removesuffix("s"), word.removesuffix("es"))]
    if any(form in table for form in forms for table in tables) or any(map(may_be_first_name, words)):
        return False
    last = words[-1].removesuffix("s").capitalize() if words else ""
    # “Abernathy” within a sentence is a name.
    return not any(re.search(rf"[a-z,] {re.escape(last)}", text) for text in script)


def _is_one(name: str, scenes: Sequence[NumberedScene]) -> bool:
    """Return True if the action of some scenes has an indefinite article before a name that is no word for
    several people.
    """
    words = split_words(fold_accents(name))
    if not words or not _COLLECTIVES.isdisjoint(words):
        return False
    pattern = re.compile(_ONE + re.escape(fold_accents(name)) + r"\b")
    texts = [each.text for scene in scenes for each in scene.paragraphs if each.kind is ParagraphKind.ACTION]
    found = [match for text in texts for match in pattern.finditer(fold_accents(text))]
    # “A dozen porters” are several.
    return any(_COLLECTIVES.isdisjoint(match[0].split()) for match in found)
