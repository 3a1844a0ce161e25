"""The people of accepted breakdowns as elements of the film. Pure functions.

A person whom the rules did not find becomes an element. An element keeps everything that the user set; its
description is that of the breakdown only if it was found in the script, and if the breakdown describes the
person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.breakdown.film_reading import FilmReading, find_introduction, map_people_to_cast
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.elements.elements import ElementDraft, is_extra_name
from milimo_tui.story.elements.triggers import make_free_trigger
from milimo_tui.story.looks.breakdown_looks import Introduction, describe_first_look
from milimo_tui.story.looks.look_draft import PRONOUNS
from milimo_tui.story.reading.moment import ReadScene, list_people_of_present
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.screenplay import Screenplay
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold, has_phrase


@dataclass(frozen=True, slots=True)
class ReadPeople:
    """The people of accepted breakdowns who are in the present script, each with the name that the film uses
    and the scene of the introduction.
    """

    introductions: tuple[Introduction, ...] = ()

    def list_drafts(self, found: Sequence[ElementDraft]) -> tuple[ElementDraft, ...]:
        """Return the elements that the rules found, and after them those people whom the rules did not
        find.
        """
        return (*found, *self._iterate_new_drafts(found))

    def _iterate_new_drafts(self, found: Sequence[ElementDraft]) -> Iterator[ElementDraft]:
        taken = {fold(draft.trigger) for draft in found}
        known = {
            fold(name)
            for draft in found
            if draft.kind is ElementKind.CHARACTER
            for name in (draft.name, *draft.aliases)
        }
        for each in self.introductions:
            if fold(each.name) in known:
                continue
            trigger = make_free_trigger(each.name, taken)
            taken.add(fold(trigger))
            known.add(fold(each.name))
            person = each.person
            yield ElementDraft(
                kind=ElementKind.CHARACTER,
                name=each.name,
                trigger=trigger,
                description=each.description,
                gender=person.gender,
                extra=person.kind is PersonKind.VOICE or is_extra_name(each.name),
            )

    def store_in_elements(
        self, elements: Sequence[Element], found: Sequence[ElementDraft]
    ) -> tuple[Element, ...]:
        """Return the elements with the breakdowns of people. `found` are the elements that the rules found in
        the script.
        """
        guessed = {fold(draft.name): draft.gender for draft in found if draft.kind is ElementKind.CHARACTER}
        taken = {fold(element.name) for element in elements}
        taken |= {fold(alias) for element in elements for alias in element.aliases}
        out = list(elements)
        stored: set[str] = set()
        # A person whom the user merged into another has its name as an alias. The breakdown of the character
        # is that of its own name.
        for each in sorted(self.introductions, key=lambda one: not _is_own_name(out, one)):
            at = _find_element(out, each)
            if at is None or out[at].dismissed or out[at].id in stored:
                continue
            stored.add(out[at].id)
            element = _store_person(out[at], each, guessed.get(fold(each.name), ""), taken)
            taken |= {fold(alias) for alias in element.aliases}
            out[at] = element
        return tuple(out)


def _is_own_name(elements: Sequence[Element], introduction: Introduction) -> bool:
    """Return True if a person is called as a character, and not only by an alias of the character."""
    return any(fold(one.name) == fold(introduction.name) for one in elements)


def _find_element(elements: Sequence[Element], introduction: Introduction) -> int | None:
    """Return the index of the character of a person, or None. A character with the name itself comes before
    one that has it as an alias, such as after a merge of two characters.
    """
    people = [(at, one) for at, one in enumerate(elements) if one.kind is ElementKind.CHARACTER]
    wanted = fold(introduction.name)
    exact = (at for at, one in people if fold(one.name) == wanted)
    similar = (
        at
        for at, one in people
        if one.has_name_or_alias(introduction.name) or one.has_name_or_alias(introduction.person.name)
    )
    return next(exact, next(similar, None))


def _store_person(
    element: Element, introduction: Introduction, guessed_gender: str, taken: set[str]
) -> Element:
    """Return an element with the breakdown of a person. `guessed_gender` is the gender that the rules found,
    and `taken` are the folded names of all elements, which can't be further names of this one.
    """
    person = introduction.person
    stored = format_stored_json(person)
    if element.found and introduction.description:
        element = replace(element, description=introduction.description)
    if element.breakdown == stored:
        return element
    # A gender that differs from the guess of the rules was set by the user.
    is_gender_free = element.gender in ("", guessed_gender)
    called = (person.name, *person.other_names)
    aliases = (name for name in called if fold(name) not in taken and fold(name) not in PRONOUNS)
    return replace(
        element,
        breakdown=stored,
        gender=person.gender if person.gender and is_gender_free else element.gender,
        aliases=(*element.aliases, *aliases),
        extra=element.extra or person.kind is PersonKind.VOICE,
    )


def find_read_people(reading: FilmReading, screenplay: Screenplay, read: Sequence[ReadScene]) -> ReadPeople:
    """Return the people of accepted breakdowns whom the present script still has. `read` has the era of each
    scene.
    """
    if not reading.people:
        return ReadPeople()
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    names = map_people_to_cast(reading.named, cast)
    texts = fold("\n".join(scene.format_for_model() for scene in scenes))
    found = tuple(_iterate_introductions(reading.people, names, scenes, texts))
    of_present = list_people_of_present(read)
    eras = {scene.line: scene.era for scene in read}
    return ReadPeople(
        tuple(
            # A look in a flashback does not describe somebody who is also seen in the present.
            replace(each, description="")
            if eras.get(each.scene_line, Era.PRESENT) is not Era.PRESENT and each.name in of_present
            else each
            for each in found
        )
    )


def _iterate_introductions(
    people: Sequence[Person], names: Mapping[str, str], scenes: Sequence[NumberedScene], texts: str
) -> Iterator[Introduction]:
    for person in people:
        at = find_introduction(person, scenes)
        called = (person.name, *person.other_names)
        if at is None or not any(has_phrase(texts, fold(name)) for name in called):
            continue
        name = names.get(fold(person.name), person.name)
        yield Introduction(name, person, scenes[at].first_line, describe_first_look(person))
