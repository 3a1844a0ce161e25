"""Acceptance of a reading: the items that a reading proposes for the film as it is now, and the breakdowns
that a commit uses when the user accepts some of them. Pure functions.

What the user corrected in an accepted breakdown is preserved when a later reading of the scene is accepted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from milimo_tui.core.errors import BadInput
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.story.breakdown.fact_choice import choose_facts, list_fact_ids
from milimo_tui.story.breakdown.facts import Fact, FactSource
from milimo_tui.story.breakdown.film_reading import (
    FilmReading,
    collect_film_reading,
    has_same_introduction,
    list_look_facts,
    load_current_breakdown,
    load_person,
    map_people_to_cast,
    rename_people,
)
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import FilmBreakdown, Person, Place
from milimo_tui.story.breakdown.scenes import (
    Circumstances,
    LookChange,
    RejectedFact,
    SceneBeat,
    SceneBreakdown,
    VisiblePerson,
)
from milimo_tui.story.breakdown.stored_json import convert_from_json, read_stored_json
from milimo_tui.story.looks.animal_words import add_animal_words
from milimo_tui.story.screenplay.cast import FilmCast, build_cast
from milimo_tui.story.screenplay.screenplay import Screenplay
from milimo_tui.story.screenplay.script_language import find_script_language
from milimo_tui.story.values.film import Element, ElementKind, Story
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.text import fold

T = TypeVar("T", Circumstances, LookChange)


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """The items of a reading that the user accepts: scenes by number, people by name, and prompts by the
    number of their shot. None means every scene or person, and the prompts of every accepted scene. `facts`
    are the ids of the facts to accept in those scenes (`story.breakdown.fact_choice`); None means all facts.
    """

    scenes: frozenset[str] | None = None
    people: frozenset[str] | None = None
    facts: frozenset[str] | None = None
    prompts: frozenset[str] | None = None

    def includes_scene(self, number: str) -> bool:
        """Return True if the scene with this number is accepted."""
        return self.scenes is None or fold(number) in map(fold, self.scenes)

    def includes_prompt(self, shot: str, scene: str) -> bool:
        """Return True if the prompt of a shot is accepted. Both are numbers."""
        if self.prompts is None:
            return self.includes_scene(scene)
        return fold(shot) in map(fold, self.prompts)

    def includes_person(self, person: Person) -> bool:
        """Return True if a person is accepted, by any of the person's names."""
        return self.people is None or any(map(person.is_called, self.people))


EVERYTHING = ReadingChoice()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedScene:
    """A scene of a reading. `breakdown` is None if the scene could not be read; `problem` says why.

    `is_current` is False if the text of the scene has changed since the reading; such a scene cannot be
    accepted. `is_accepted` is True if the film has this breakdown already.
    """

    number: str
    heading: str
    breakdown: SceneBreakdown | None
    problem: str = ""
    is_current: bool = True
    is_accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPerson:
    """A person of a reading, and the character of the film that the person is; None for a new character.
    `is_accepted` is True if the film has this breakdown already. `is_current` is False if the introduction
    has changed since the reading; such a person cannot be accepted.
    """

    person: Person
    element: Element | None
    is_accepted: bool = False
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class ReadingProposal:
    """Everything that a reading proposes for the film as it is now."""

    scenes: tuple[ProposedScene, ...]
    people: tuple[ProposedPerson, ...]


def make_reading_proposal(story: Story, screenplay: Screenplay, reading: ScriptReading) -> ReadingProposal:
    """Return what a reading proposes for the film as it is now. Raises BadInput if the reading can't be
    parsed.
    """
    cast = build_cast(screenplay)
    numbered = [number_scene(scene, cast) for scene in screenplay.scenes]
    digests = {scene.number: scene.digest for scene in numbered}
    headings = {scene.number: scene.heading for scene in screenplay.scenes}
    rows = _parse_scenes(reading)
    language = find_script_language(screenplay)
    people = tuple(
        add_animal_words(person, numbered, language)
        for person in _parse_people(reading, [row.number for row in rows], screenplay)
    )
    people, aged = _split_off_other_ages(people, cast)
    places = {scene.number: at for at, scene in enumerate(screenplay.scenes)}
    names = map_people_to_cast(people, cast)
    accepted = {
        known.digest: known for scene in story.scenes if (known := load_current_breakdown(scene)) is not None
    }
    scenes = []
    for row in rows:
        done: SceneBreakdown | None = None
        if row.breakdown is not None:
            done = rename_people(row.breakdown, names)
            done = _add_other_ages(done, aged, places.get(row.number))
        found = accepted.get(done.digest) if done is not None else None
        if done is not None and found is not None:
            done = _carry_user_facts(found, done)
        scenes.append(
            replace(
                row,
                heading=headings.get(row.number, ""),
                breakdown=done,
                is_current=done is None or digests.get(row.number) == done.digest,
                is_accepted=done is not None and found == done,
            )
        )
    return ReadingProposal(tuple(scenes), tuple(_propose_people(story, people, names, numbered)))


def _split_off_other_ages(
    people: Sequence[Person], cast: FilmCast
) -> tuple[tuple[Person, ...], dict[str, list[Person]]]:
    """Return the people of a reading without those who are another person of it at another age, such as Young
    Mara, and the latter by the name of that person.
    """
    cast_names = {
        fold(each.name): name for name, introduced in cast.introduced.items() for each in introduced
    }
    known = {fold(person.name) for person in people}
    rest: list[Person] = []
    aged: dict[str, list[Person]] = {}
    for person in people:
        [name, *others] = cast.list_speakers(person.name.upper())
        name = cast_names.get(fold(person.name), name)
        if others or fold(name) == fold(person.name) or fold(name) not in known:
            rest.append(person)
        else:
            aged.setdefault(name, []).append(person)
    return tuple(rest), aged


def _add_other_ages(
    breakdown: SceneBreakdown, aged: Mapping[str, Sequence[Person]], scene: int | None
) -> SceneBreakdown:
    """Return the breakdown of a scene with the looks of people who first appear in it at another age, and
    with those people under their usual names.
    """
    names = {fold(person.name): name for name, people in aged.items() for person in people}
    done = rename_people(breakdown, names) if names else breakdown
    new = [
        LookChange(
            name=name,
            line=min(fact.line for fact in facts),
            age=person.age,
            clothes=person.clothes,
            features=person.features,
        )
        for name, people in aged.items()
        for person in people
        if person.scene == scene and (facts := list_look_facts(person))
    ]
    changes = sorted((*new, *done.changes), key=lambda change: change.line)
    return replace(done, changes=tuple(changes)) if new else done


def accept_reading(
    story: Story, screenplay: Screenplay, reading: ScriptReading, choice: ReadingChoice = EVERYTHING
) -> FilmReading:
    """Return the breakdowns of the film with the chosen items of a reading accepted. Scenes whose text has
    changed since the reading are left out. Raises BadInput if the reading can't be parsed, or if the choice
    names a scene or a person that the reading does not have.
    """
    proposal = make_reading_proposal(story, screenplay, reading)
    _check_choice(proposal, choice)
    known = collect_film_reading(story)
    scenes = {
        each.breakdown.digest: choose_facts(
            each.number, each.breakdown, known.scenes.get(each.breakdown.digest), choice.facts
        )
        for each in proposal.scenes
        if each.breakdown is not None and each.is_current and choice.includes_scene(each.number)
    }
    read = tuple(each.person for each in proposal.people)
    chosen = tuple(
        each.person for each in proposal.people if each.is_current and choice.includes_person(each.person)
    )
    return FilmReading(
        {**known.scenes, **scenes},
        _replace_people(known.people, chosen, build_cast(screenplay)),
        (*known.named, *read),
        known.undivided,
        _replace_places(known.places, _choose_places(reading, screenplay, choice)),
    )


def _choose_places(reading: ScriptReading, screenplay: Screenplay, choice: ReadingChoice) -> Iterator[Place]:
    """Yield the places of a reading whose descriptions are from accepted scenes, with scenes of the script
    instead of scenes of the reading.
    """
    numbers = [row.number for row in _parse_scenes(reading)]
    at = {scene.number: index for index, scene in enumerate(screenplay.scenes)}
    for place in _parse_film(reading).places:
        if 0 <= place.scene < len(numbers) and choice.includes_scene(numbers[place.scene]):
            yield replace(place, scene=at.get(numbers[place.scene], 0))


def _replace_places(known: Iterable[Place], chosen: Iterable[Place]) -> tuple[Place, ...]:
    """Return the known places with the chosen ones in place of those with the same name."""
    return tuple({fold(place.name): place for place in (*known, *chosen)}.values())


def _check_choice(proposal: ReadingProposal, choice: ReadingChoice) -> None:
    numbers = {fold(each.number): each for each in proposal.scenes}
    for number in sorted(choice.scenes or ()):
        each = numbers.get(fold(number))
        if each is None or each.breakdown is None:
            raise BadInput(
                f"the reading has no scene {number}", "milimo script accept --dry-run lists its scenes"
            )
        if not each.is_current:
            raise BadInput(
                f"the text of scene {number} has changed since it was read",
                f"milimo script read --scenes {number} reads it again",
            )
    known = {
        id for each in proposal.scenes if each.breakdown for id in list_fact_ids(each.number, each.breakdown)
    }
    for id in sorted((choice.facts or frozenset()) - known):
        raise BadInput(
            f"the reading has no fact {id}", "milimo script accept --dry-run --json lists the facts"
        )
    for name in sorted(choice.people or ()):
        called = [each for each in proposal.people if each.person.is_called(name)]
        if not called:
            raise BadInput(
                f"the reading has no person {name}", "milimo script accept --dry-run lists its people"
            )
        if not any(each.is_current for each in called):
            raise BadInput(
                f"the introduction of {called[0].person.name} has changed since it was read",
                "milimo script read reads it again",
            )


def _parse_scenes(reading: ScriptReading) -> list[ProposedScene]:
    """Return the scenes of a reading. The statements that the script does not confirm are in the breakdowns.
    Raises BadInput.
    """
    try:
        rows = parse_untrusted_json(reading.scenes)
        if not isinstance(rows, list):
            raise ValueError("a list is expected")
        return [_parse_scene(row) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _make_damage_error(error) from None


def _parse_scene(row: Mapping[str, Any]) -> ProposedScene:
    breakdown: SceneBreakdown | None = None
    if row["breakdown"] is not None:
        rejected: tuple[RejectedFact, ...] = convert_from_json(
            tuple[RejectedFact, ...], row.get("rejected", [])
        )
        breakdown = replace(
            convert_from_json(SceneBreakdown, row["breakdown"]), rejected=rejected, is_outdated=False
        )
    problem = str(row.get("problem", ""))
    return ProposedScene(number=str(row["number"]), heading="", breakdown=breakdown, problem=problem)


def _parse_people(
    reading: ScriptReading, numbers: Sequence[str], screenplay: Screenplay
) -> tuple[Person, ...]:
    """Return the people of a reading. A reading of some scenes counts the scenes that introduce people among
    those; here they are counted among all scenes. Raises BadInput.
    """
    places = {scene.number: at for at, scene in enumerate(screenplay.scenes)}
    return tuple(
        replace(person, scene=places.get(numbers[person.scene], 0) if 0 <= person.scene < len(numbers) else 0)
        for person in _parse_film(reading).people
    )


def _parse_film(reading: ScriptReading) -> FilmBreakdown:
    try:
        return read_stored_json(FilmBreakdown, reading.film) or FilmBreakdown()
    except ValueError as error:
        raise _make_damage_error(error) from None


def _make_damage_error(error: Exception) -> BadInput:
    return BadInput(f"this reading can't be used: {error}", "milimo script read reads the screenplay again")


def _propose_people(
    story: Story, people: Sequence[Person], names: Mapping[str, str], scenes: Sequence[NumberedScene]
) -> list[ProposedPerson]:
    characters = [each for each in story.elements if each.kind is ElementKind.CHARACTER]
    out = []
    for person in people:
        called = (names.get(fold(person.name), person.name), person.name)
        element = next((each for each in characters if any(map(each.has_name_or_alias, called))), None)
        is_accepted = element is not None and load_person(element) == person
        is_current = has_same_introduction(person, scenes)
        out.append(
            ProposedPerson(person=person, element=element, is_accepted=is_accepted, is_current=is_current)
        )
    return out


def _replace_people(known: Sequence[Person], chosen: Sequence[Person], cast: FilmCast) -> tuple[Person, ...]:
    """Return the known people with the chosen ones in place of those with the same name in the cast."""
    names = map_people_to_cast((*known, *chosen), cast)
    out = {names[fold(person.name)]: person for person in known}
    return tuple({**out, **{names[fold(person.name)]: person for person in chosen}}.values())


# ------------------------------------------------------------------ values that the user set


def _carry_user_facts(old: SceneBreakdown, new: SceneBreakdown) -> SceneBreakdown:
    """Return a new breakdown of a scene with the facts that the user set in the old one."""
    return replace(
        new,
        circumstances=_add_user_rows(old.circumstances, new.circumstances),
        changes=_add_user_rows(old.changes, new.changes),
        beats=tuple(_carry_into_beat(beat, old.beats) for beat in new.beats),
    )


def _add_user_rows(old: Sequence[T], new: Sequence[T]) -> tuple[T, ...]:
    """Return the rows of a new breakdown and those old ones that have a fact of the user, by line."""
    rows = list(new)
    rows += [each for each in old if _has_user_fact(each) and each not in new]
    return tuple(sorted(rows, key=lambda each: each.line)) if len(rows) > len(new) else tuple(new)


def _has_user_fact(value: Any) -> bool:
    return any(
        isinstance(fact := getattr(value, field.name), Fact) and fact.source is FactSource.USER
        for field in fields(value)
    )


def _carry_into_beat(beat: SceneBeat, old: Collection[SceneBeat]) -> SceneBeat:
    """Return a beat with the facts that the user set about people in the beat of the same words."""
    same = next((each for each in old if (each.line, each.text) == (beat.line, beat.text)), None)
    if same is None:
        return beat
    known = {person.name: person for person in same.visible if _has_user_fact(person)}
    visible = [_carry_into_person(known.pop(each.name, each), each) for each in beat.visible]
    return replace(beat, visible=(*visible, *known.values()))


def _carry_into_person(old: VisiblePerson, new: VisiblePerson) -> VisiblePerson:
    kept: dict[str, Any] = {
        field.name: fact
        for field in fields(old)
        if isinstance(fact := getattr(old, field.name), Fact) and fact.source is FactSource.USER
    }
    return replace(new, **kept)
