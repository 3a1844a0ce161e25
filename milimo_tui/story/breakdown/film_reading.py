"""The accepted breakdowns of a film: those of its scenes, by the digest of the scene's text, and those of its
people. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.people import Person, Place
from milimo_tui.story.breakdown.quotes import find_quote
from milimo_tui.story.breakdown.scenes import SceneBreakdown
from milimo_tui.story.breakdown.stored_json import read_stored_json
from milimo_tui.story.screenplay.cast import FilmCast
from milimo_tui.story.values.film import Element, ElementKind, Scene, Shot, Story
from milimo_tui.story.values.text import fold


@dataclass(frozen=True, slots=True)
class FilmReading:
    """The accepted breakdowns of a film. `scenes` maps the digest of a scene's text to its breakdown, and
    `places` are the accepted places.

    `people` are the accepted people. `named` are all people whose names may occur in the scenes; the other
    names of a person lead to the name that the script uses in its cues.

    `undivided` are the folded actions of shots that a reading must not divide, because a shot of their scene
    has a take, a board, a locked number or an edit by the user.
    """

    scenes: Mapping[str, SceneBreakdown] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    named: tuple[Person, ...] = ()
    undivided: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.scenes or self.people or self.places)


NO_READING = FilmReading()


def load_scene_breakdown(scene: Scene) -> SceneBreakdown | None:
    """Return the accepted breakdown of a scene, or None if there is none or its text can't be read. A damaged
    text is reported by `milimo doctor`.
    """
    try:
        return read_stored_json(SceneBreakdown, scene.breakdown)
    except ValueError:
        return None


def load_current_breakdown(scene: Scene) -> SceneBreakdown | None:
    """Return the accepted breakdown of a scene if the text of the scene has not changed since, or None."""
    found = load_scene_breakdown(scene)
    return None if found is None or found.is_outdated else found


def load_person(element: Element) -> Person | None:
    """Return the accepted breakdown of a character, or None if there is none or its text can't be read."""
    try:
        return read_stored_json(Person, element.breakdown)
    except ValueError:
        return None


def load_place(element: Element) -> Place | None:
    """Return the accepted breakdown of a place, or None if there is none or its text can't be read."""
    try:
        return read_stored_json(Place, element.breakdown)
    except ValueError:
        return None


def collect_film_reading(story: Story) -> FilmReading:
    """Return the accepted breakdowns of a film. People whom the user dismissed are left out."""
    people = tuple(
        person
        for element in story.elements
        if element.kind is ElementKind.CHARACTER and not element.dismissed
        if (person := load_person(element)) is not None
    )
    scenes = {
        breakdown.digest: breakdown
        for scene in story.scenes
        if (breakdown := load_scene_breakdown(scene)) is not None
    }
    locations = (each for each in story.elements if each.kind is ElementKind.LOCATION and not each.dismissed)
    places = tuple(place for element in locations if (place := load_place(element)) is not None)
    return FilmReading(scenes, people, people, _list_undivided_actions(story), places)


def list_settled_shots(story: Story) -> list[Shot]:
    """Return the live shots of the scenes in which a shot has a take, a board, a locked number or an edit by
    the user.
    """
    taken = {take.shot for take in story.takes}
    scenes = {shot.scene for shot in story.live_shots() if shot.id in taken or _is_edited_shot(shot)}
    return [shot for shot in story.live_shots() if shot.scene in scenes]


def _list_undivided_actions(story: Story) -> frozenset[str]:
    return frozenset(fold(shot.action) for shot in list_settled_shots(story) if not shot.dialogue)


def _is_edited_shot(shot: Shot) -> bool:
    """Return True if a shot has a board, a locked number or a value that the user set."""
    values = (shot.board, shot.number, shot.own, shot.looks, shot.tags, shot.note, shot.prompt_parts)
    return any(values) or bool(shot.layers or shot.conditioning) or shot.prompt is not None


def make_paragraph_divider(
    reading: FilmReading, parts: Callable[[str], Sequence[str]]
) -> Callable[[str], Sequence[str]]:
    """Return the function that divides the text of a paragraph into the texts of its shots. `parts` divides a
    text that is too long for one shot.

    A paragraph of which a breakdown shows several beats has at least one shot for each. Only its own text
    counts, so that the shots stay when another paragraph of the scene is edited.
    """
    divided = _map_divided_paragraphs(reading)

    def divide(text: str) -> Sequence[str]:
        usual = parts(text)
        beats = divided.get(fold(text), ())
        if not beats or any(fold(part) in reading.undivided for part in usual):
            return usual
        return [part for beat in beats for part in parts(beat)]

    return divide if divided else parts


def _map_divided_paragraphs(reading: FilmReading) -> dict[str, tuple[str, ...]]:
    """Return the texts of the beats of each paragraph with several beats, by the folded paragraph."""
    out: dict[str, tuple[str, ...]] = {}
    for breakdown in reading.scenes.values():
        for _, group in groupby(breakdown.beats, key=lambda beat: beat.line):
            texts = tuple(beat.text for beat in group)
            if len(texts) > 1 and all(texts):
                out[fold(" ".join(texts))] = texts
    return out


def map_people_to_cast(people: Iterable[Person], cast: FilmCast) -> dict[str, str]:
    """Return the name of each person in the cast of the script, by each folded name of the person. A person
    without a cue keeps the name of the breakdown.
    """
    known = {fold(other): name for name, others in cast.aliases.items() for other in others}
    known |= {fold(name): name for name in cast.names}
    everyone = list(people)
    own = {fold(person.name) for person in everyone}
    out: dict[str, str] = {}
    for person in everyone:
        others = [fold(name) for name in person.other_names if fold(name) not in own]
        name = next((known[one] for one in (fold(person.name), *others) if one in known), person.name)
        out.update({one: name for one in others if one not in out})
        out[fold(person.name)] = name
    return out


def rename_people(breakdown: SceneBreakdown, names: Mapping[str, str]) -> SceneBreakdown:
    """Return the breakdown of a scene with its people under the names of the cast. `names` maps folded names
    to names of the cast; a name that is missing there stays.
    """

    def rename(name: str) -> str:
        return names.get(fold(name), name)

    return replace(
        breakdown,
        begins=tuple(replace(each, name=rename(each.name)) for each in breakdown.begins),
        ends=tuple(replace(each, name=rename(each.name)) for each in breakdown.ends),
        changes=tuple(replace(each, name=rename(each.name)) for each in breakdown.changes),
        beats=tuple(
            replace(
                beat,
                visible=tuple(replace(each, name=rename(each.name)) for each in beat.visible),
                heard=tuple(replace(each, name=rename(each.name)) for each in beat.heard),
                speaker=rename(beat.speaker),
            )
            for beat in breakdown.beats
        ),
    )


def list_look_facts(person: Person) -> tuple[Fact, ...]:
    """Return the facts about a person's first look that are known: age, build, face and hair, clothes."""
    return tuple(fact for fact in (person.age, person.build, person.features, person.clothes) if fact)


def has_same_introduction(person: Person, scenes: Sequence[NumberedScene]) -> bool:
    """Return True if the scenes have each quotation about a person, so that the person's description is still
    that of the script.
    """
    facts = [fact for fact in (person.role, *list_look_facts(person)) if fact.quote]
    at = min(person.scene, len(scenes) - 1)
    order = [*scenes[at : at + 1], *scenes] if scenes else []
    return all(any(find_quote(scene, fact.quote, 0) for scene in order) for fact in facts)


def find_introduction(person: Person, scenes: Sequence[NumberedScene]) -> int | None:
    """Return the index of the scene that introduces a person: the scene that the breakdown names, or after an
    edit of the script the first scene with one of its quotations. None if no scene has one any more.
    """
    quotes = [fact.quote for fact in (person.role, *list_look_facts(person)) if fact.quote]
    at = person.scene if person.scene < len(scenes) else 0
    if not quotes:
        return at if scenes else None
    order: list[int] = [at, *range(len(scenes))]
    for index in order:
        if scenes and any(find_quote(scenes[index], quote, 0) for quote in quotes):
            return index
    return None
