"""Questions about statements of a reading that the script does not confirm and about names that may belong to
one person, and the effect of the answers.

A statement about a look is asked as any other question about a look. Every other statement is left out unless
the user says that it is right. Two characters stay apart unless the user says that they are one person. Pure
functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.story.breakdown.facts import UNKNOWN, Fact, FactSource
from milimo_tui.story.breakdown.film_reading import load_current_breakdown, load_person
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.breakdown.quotes import list_numbers
from milimo_tui.story.breakdown.scenes import RejectedFact, SceneBreakdown, VisiblePerson
from milimo_tui.story.breakdown.shot_facts import list_shown_beats
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.elements.merging import combine_elements
from milimo_tui.story.looks.look_draft import shorten_quote
from milimo_tui.story.looks.looks import describe_visible_look, find_look_at_shot
from milimo_tui.story.shots.own_fields import accept_doubt, set_user_fields
from milimo_tui.story.values.doubts import NO, NOT_TOLD, YES, Doubt, DoubtKind, find_doubt_answer
from milimo_tui.story.values.film import Element, ElementKind, Scene, Shot, Story
from milimo_tui.story.values.text import fold

_SURE = 0.3
_LOOKS = ("age", "role", "build", "features", "clothes", "condition")
# The label of a statement about a person in a beat (`RejectedFact.subject_label`) → the field of the person.
_POSES = {"posture": "posture", "position": "position", "thing in the hand": "holds", "gaze": "looks_at"}
_VISIBLE = "person in the picture"
_PLACES = {"place": "location", "time of day": "time_of_day", "weather": "weather"}


def list_reading_doubts(
    story: Story, scene: Scene, shots: Sequence[Shot], breakdown: SceneBreakdown
) -> Iterator[tuple[str, Doubt]]:
    """Yield each question about the breakdown of a scene with the id of the shot to which it belongs. `shots`
    are the shots of the scene.
    """
    for rejected in breakdown.rejected:
        shot = _find_shot(scene, shots, rejected.line)
        if shot is None or not has_possible_answer(rejected):
            continue
        yield shot.id, _create_doubt(story, shot, rejected)


def has_possible_answer(rejected: RejectedFact) -> bool:
    """Return True if the answer *yes* to a question about a statement would change the film. Inside or
    outside is not asked, because the heading is certain.
    """
    label = rejected.subject_label
    is_about_shot = label in _PLACES or label.partition(" of ")[0] in (_VISIBLE, "light", *_POSES)
    return bool(rejected.text) and (is_about_shot or rejected.subject.partition(" of ")[0] in _LOOKS)


def list_person_doubts(story: Story) -> Iterator[tuple[str, Doubt]]:
    """Yield each question about the breakdown of a character with the id of the first shot that shows the
    character. Questions that the user answered at another shot are left out.
    """
    for element, person, shot in _iterate_read_people(story):
        doubts = [
            _create_doubt(story, shot, rejected)
            for rejected in person.rejected
            if has_possible_answer(rejected)
        ]
        doubts += (_create_same_doubt(element, other) for other in _list_similar(story, element, person))
        for doubt in doubts:
            if not any(find_doubt_answer(each.own, doubt.words) for each in story.shots):
                yield shot.id, doubt


def _iterate_read_people(story: Story) -> Iterator[tuple[Element, Person, Shot]]:
    """Yield each character with its accepted breakdown and its first shot, or the first shot of the film."""
    shots = story.live_shots()
    for element in story.elements:
        person = load_person(element) if element.kind is ElementKind.CHARACTER else None
        if person is None or element.dismissed or not shots:
            continue
        shown = (shot for shot in shots if any(map(element.has_name_or_alias, shot.characters)))
        yield element, person, next(shown, shots[0])


def _list_similar(story: Story, element: Element, person: Person) -> list[Element]:
    """Return the characters that may be the same person as a character. After a merge they are gone."""
    found = (find_character_by_name(story, name) for name in person.possibly_same)
    return [other for other in found if other is not None and other is not element and not other.dismissed]


def _create_same_doubt(element: Element, other: Element) -> Doubt:
    words = f"{element.name} and {other.name}"
    return Doubt(DoubtKind.SAME, words, NO, (YES,), _SURE, "their names may belong to one person")


def apply_same_answer(story: Story, shot: Shot, doubt: Doubt, answer: str) -> Story:
    """Return the film after an answer to the question if two characters are one person. If they are, the
    second one is merged into the first. Raises BadInput for another answer than yes and no.
    """
    if fold(answer) not in (YES, NO):
        raise BadInput(f"“{answer}” does not answer whether they are one person", f"answer {YES} or {NO}")
    done = replace(accept_doubt(shot, replace(doubt, guess=fold(answer))), doubts=drop_doubt(shot, doubt))
    answered = replace(story, shots=tuple(done if each.id == shot.id else each for each in story.shots))
    for element, person, _ in _iterate_read_people(story):
        for other in _list_similar(story, element, person):
            if fold(answer) == YES and _create_same_doubt(element, other).words == doubt.words:
                return combine_elements(answered, element, other)
    return answered


def drop_doubt(shot: Shot, doubt: Doubt) -> tuple[Doubt, ...]:
    """Return the doubts of a shot without one of them."""
    return tuple(other for other in shot.doubts if other != doubt)


def _find_shot(scene: Scene, shots: Sequence[Shot], line: int) -> Shot | None:
    """Return the shot that shows a line of the scene, otherwise the next shot, or the last shot of the
    scene.
    """
    at = scene.line + line
    return next((shot for shot in shots if at <= shot.end_line), shots[-1] if shots else None)


def _create_doubt(story: Story, shot: Shot, rejected: RejectedFact) -> Doubt:
    quote = f": “{shorten_quote(rejected.quote)}”" if rejected.quote else ""
    reason = f"{rejected.reason}{quote}"
    subject, _, name = rejected.subject.partition(" of ")
    person = find_character_by_name(story, name) if subject in _LOOKS else None
    if person is not None:
        look = describe_visible_look(person, find_look_at_shot(story, shot, person)) or NOT_TOLD
        words = f"{person.name}: {rejected.text}"
        return Doubt(DoubtKind.LOOK, words, look, (rejected.text,), _SURE, reason)
    return Doubt(DoubtKind.FACT, f"{rejected.subject_label}: {rejected.text}", NO, (YES,), _SURE, reason)


def complete_look_answer(story: Story, shot: Shot, element: Element, doubt: Doubt, answer: str) -> str:
    """Return the complete look that an answer describes. If the answer is the statement of the question, only
    that part of the present look changes: “a scar” is added to “30, a red coat”.
    """
    statement = doubt.words.partition(": ")[2]
    if fold(answer) != fold(statement):
        return answer
    look = find_look_at_shot(story, shot, element)
    present = describe_visible_look(element, look)
    person = load_person(element)
    part = _find_rejected_part(story, shot, person, statement)
    old = getattr(person, part, UNKNOWN).text if person is not None else ""
    if part == "condition":
        old = look.condition if look is not None else ""
    if part == "age" and not old:  # The age may be known from the introduction of the person.
        old = next(filter(list_numbers, present.split(", ")), "")
    found = re.search(re.escape(old), present, re.IGNORECASE) if old else None
    if found is not None:
        return f"{present[: found.start()]}{answer}{present[found.end() :]}"
    return ", ".join(filter(None, (present, answer)))


def _find_rejected_part(story: Story, shot: Shot, person: Person | None, statement: str) -> str:
    """Return the part of a look, such as `clothes`, to which a rejected statement belongs, or an empty
    text.
    """
    scene = next(each for each in story.scenes if each.id == shot.scene)
    breakdown = load_current_breakdown(scene)
    rejected = (
        *(person.rejected if person is not None else ()),
        *(breakdown.rejected if breakdown is not None else ()),
    )
    parts = (each.subject.partition(" of ")[0] for each in rejected if fold(each.text) == fold(statement))
    return next((part for part in parts if part in _LOOKS), "")


def find_character_by_name(story: Story, name: str) -> Element | None:
    """Return the character with a name or alias, or None."""
    people = (each for each in story.elements if each.kind is ElementKind.CHARACTER)
    return next((each for each in people if each.has_name_or_alias(name)), None)


def apply_fact_answer(
    story: Story, shot: Shot, doubt: Doubt, done: Shot, answer: str
) -> tuple[list[Any], list[Any]]:
    """Return the changes for an answer about a statement of a reading, as values before and after. `done` is
    the shot with the doubt accepted. Raises BadInput for an answer other than yes and no.
    """
    if fold(answer) not in (YES, NO):
        raise BadInput(f"“{answer}” does not answer whether this is right", f"answer {YES} or {NO}")
    if fold(answer) == NO:
        return [shot], [done]
    subject, _, text = doubt.words.partition(": ")
    if subject == _VISIBLE:
        shown = set_user_fields(done, characters=tuple(dict.fromkeys((*shot.characters, text))))
        return [shot], [replace(shown, doubts=done.doubts)]
    if field := _PLACES.get(subject):
        value = text.upper() if field == "time_of_day" else text
        return [shot], [replace(set_user_fields(done, **{field: value}), doubts=done.doubts)]
    if subject == "light":
        return [shot], [replace(done, layers=tuple({**dict(shot.layers), "light": text}.items()))]
    pose, _, name = subject.partition(" of ")
    scene = next(each for each in story.scenes if each.id == shot.scene)
    breakdown = load_current_breakdown(scene)
    if pose not in _POSES or breakdown is None:
        return [shot], [done]
    fact = Fact(text, FactSource.USER, shot.line - scene.line, shot.end_line - scene.line)
    changed = _set_pose(breakdown, shot, scene, name, {_POSES[pose]: fact})
    return [scene, shot], [replace(scene, breakdown=format_stored_json(changed)), done]


def _set_pose(
    breakdown: SceneBreakdown, shot: Shot, scene: Scene, name: str, fact: dict[str, Any]
) -> SceneBreakdown:
    """Return a breakdown with a fact about a person in the first beat that the shot shows."""
    line, end_line = shot.line - scene.line, shot.end_line - scene.line
    shown = list_shown_beats(breakdown, line, end_line, "" if shot.dialogue else shot.action)
    if not shown:
        return breakdown
    beat = shown[0]
    people = {each.name: each for each in beat.visible}
    known = next((each for each in people if fold(each) == fold(name)), name)
    people[known] = replace(people.get(known, VisiblePerson(name=known)), **fact)
    changed = replace(beat, visible=tuple(people.values()))
    return replace(breakdown, beats=tuple(changed if each is beat else each for each in breakdown.beats))
