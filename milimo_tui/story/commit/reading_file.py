"""Files with a reading of a screenplay (JSON), so that a reading can be written by a person, stored with the
screenplay, or made on another machine. Pure functions.

A file is not trusted: each fact is verified against the present screenplay, as an answer of a model is. The
schema of the files is `docs/breakdown.schema.json`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.core.reasons import reason
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.story.breakdown.facts import Fact, FactSource
from milimo_tui.story.breakdown.film_reading import list_look_facts
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import FilmBreakdown, Person
from milimo_tui.story.breakdown.scenes import PersonState, RejectedFact, SceneBreakdown
from milimo_tui.story.breakdown.states import add_states, compute_start_states
from milimo_tui.story.breakdown.stored_json import (
    convert_from_json,
    convert_to_json,
    find_unknown_fields,
    format_stored_json,
)
from milimo_tui.story.breakdown.verification import find_in_script, verify_person, verify_place, verify_scene
from milimo_tui.story.reading.eras import assign_eras
from milimo_tui.story.screenplay.cast import FilmCast, build_cast
from milimo_tui.story.screenplay.screenplay import Screenplay
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold

V = TypeVar("V")
LONGEST_TEXT = 5000  # characters of one text of a file
LONGEST_NAME = 120  # characters of the name of a person or a reader
MOST_NAMED = 5  # A note about a file names at most this many fields or lines.


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScene:
    """A scene of a reading. `breakdown` is None if the scene could not be read; `problem` says why."""

    number: str
    breakdown: SceneBreakdown | None
    problem: str = ""
    rejected: tuple[RejectedFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFile:
    """A reading of a screenplay, as a file contains it. `reader` is the name of the model or the person that
    read the screenplay. `scene` of a person counts the scenes of the file from 0.
    """

    reader: str
    film: FilmBreakdown
    scenes: tuple[FileScene, ...]


def format_reading_file(reading: ScriptReading) -> str:
    """Return a reading of the film as the text of a file. Raises ValueError for a damaged reading."""
    content = {
        "reader": reading.reader,
        "film": parse_untrusted_json(reading.film),
        "scenes": parse_untrusted_json(reading.scenes),
    }
    found = convert_from_json(ReadingFile, content)
    return json.dumps(convert_to_json(found), ensure_ascii=False, indent=1) + "\n"


def read_reading_file(data: bytes, screenplay: Screenplay) -> ScriptReading:
    """Return the reading that a file contains, with only the facts that the screenplay confirms. Scenes whose
    text differs from the text that was read have no breakdown. Raises BadInput for any other file.
    """
    try:
        content = _clean_texts(parse_untrusted_json(data))
        found = _replace_sources(convert_from_json(ReadingFile, content))
        _check_names(found)
    except (ValueError, TypeError) as error:
        raise BadInput(
            f"this file is no reading of a screenplay: {reason(error)}",
            "milimo script reading --export FILE writes such a file",
        ) from None
    cast = build_cast(screenplay)
    eras = assign_eras(screenplay.scenes)
    pairs = [(number_scene(scene, cast), era) for scene, era in zip(screenplay.scenes, eras, strict=True)]
    known = {scene.number: (scene, era) for scene, era in pairs}
    _check_scenes_once(found, [scene.number for scene, _ in pairs])
    rows = [row for row in found.scenes if row.number in known]
    if not rows:
        raise BadInput("the file is a reading of another screenplay", "none of its scenes is in this one")
    film = _verify_film(found.film, [known[row.number][0] for row in rows], cast)
    missing = [row.number for row in found.scenes if row.number not in known]
    notes = [f"not in the screenplay: scenes {', '.join(missing)}"] if missing else []
    verified_names = {person.name for person in film.people}
    unknown = [person.name for person in found.film.people if person.name not in verified_names]
    notes += [f"{name} is left out: no such person is in the script" for name in unknown]
    notes += _describe_ignored_parts(content, [(row, known[row.number][0]) for row in rows])
    verified = list(_verify_scenes(rows, known, film))
    # A file may describe only people. If it has scenes of another film, a shared name is no reason to use it.
    has_only_people = not any(row.breakdown for row in rows) and any(map(list_look_facts, film.people))
    if not any(scene.breakdown for scene in verified) and not has_only_people:
        raise BadInput(
            f"the screenplay confirms no scene of this file; scene {verified[0].number}: "
            f"{verified[0].problem or 'it has no breakdown'}",
            "milimo script read lets a language model read the screenplay",
        )
    scenes = list(map(_list_all_fields, verified))
    return ScriptReading(
        id=new_id("reading"),
        job=new_id("job"),
        reader=found.reader,
        film=format_stored_json(film),
        scenes=json.dumps(scenes, ensure_ascii=False, separators=(",", ":")),
        notes=tuple(notes),
    )


def _check_names(found: ReadingFile) -> None:
    """Check that names are short enough to be shown. Raises ValueError."""
    names = [
        (f"film.people[{at}].name", name)
        for at, person in enumerate(found.film.people)
        for name in (person.name, *person.other_names)
    ]
    for path, name in (("reader", found.reader), *names):
        if len(name) > LONGEST_NAME:
            raise ValueError(f"{path}: the name is longer than {LONGEST_NAME} characters")


def _check_scenes_once(found: ReadingFile, script: Sequence[str]) -> None:
    """Check that the file has no scene and no person twice. A number that the script itself uses more than
    once may occur as often. Raises BadInput.
    """
    hint = "keep one of them in the file"
    counts, allowed = Counter(row.number for row in found.scenes), Counter(script)
    for number, count in counts.items():
        if count > max(1, allowed[number]):
            raise BadInput(f"the file has scene {number} {_count_times(count)}", hint)
    for name, count in Counter(fold(person.name) for person in found.film.people).items():
        if count > 1:
            raise BadInput(f"the file has the person {name.title()} {_count_times(count)}", hint)


def _count_times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _describe_ignored_parts(content: Any, rows: Sequence[tuple[FileScene, NumberedScene]]) -> Iterator[str]:
    """Yield notes about the parts of a file that are ignored: fields that no reading has, and lines that its
    scenes do not have.
    """
    fields_ignored = [
        clean_one_line(path, LONGEST_NAME) for path in find_unknown_fields(ReadingFile, content)
    ]
    if fields_ignored:
        yield f"ignored, because a reading has no such field: {_name_first(fields_ignored)}"
    for row, scene in rows:
        if row.breakdown is None or row.breakdown.digest not in ("", scene.digest):
            continue
        breakdown = row.breakdown
        named = {each.line for each in breakdown.circumstances}
        named |= {each.line for each in breakdown.changes} | {each.line for each in breakdown.beats}
        lines = sorted(line for line in named if line and scene.find_paragraph(line) is None)
        if lines:
            yield f"scene {row.number} has no text on line {_name_first(list(map(str, lines)))}"


def _name_first(names: Sequence[str]) -> str:
    """Return the first names, and the number of the others."""
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _verify_film(film: FilmBreakdown, scenes: Sequence[NumberedScene], cast: FilmCast) -> FilmBreakdown:
    people: list[Person] = []
    found = [(person, find_in_script(person, scenes, cast.names)) for person in film.people]
    # A person whose own name is in the script comes before one who only claims to be this person.
    for read, person in sorted(found, key=lambda pair: pair[1] is None or pair[1].name != pair[0].name):
        if person is not None and not any(map(person.is_called, (known.name for known in people))):
            at = min(max(read.scene, 0), len(scenes) - 1)
            people.append(verify_person(replace(person, scene=at), scenes))
    places = tuple(verify_place(place, scenes) for place in film.places)
    return replace(film, people=tuple(people), places=places)


def _verify_scenes(
    rows: Sequence[FileScene], known: dict[str, tuple[NumberedScene, Era]], film: FilmBreakdown
) -> Iterator[FileScene]:
    ends: dict[Era, Sequence[PersonState]] = {}
    for row in rows:
        scene, era = known[row.number]
        if row.breakdown is None:
            yield row
            continue
        if row.breakdown.digest not in ("", scene.digest):
            yield FileScene(number=row.number, breakdown=None, problem="the text of the scene differs")
            continue
        verified = verify_scene(row.breakdown, scene, film)
        if verified.problem:
            yield FileScene(
                number=row.number, breakdown=None, problem=verified.problem, rejected=verified.rejected
            )
            continue
        breakdown = add_states(verified.breakdown, compute_start_states(film.people, ends.get(era, ())))
        ends[era] = breakdown.ends
        yield FileScene(number=row.number, breakdown=breakdown, rejected=verified.rejected)


def _list_all_fields(scene: FileScene) -> dict[str, Any]:
    """Return a scene as the film stores it: with all fields, also those with their default."""
    return {each.name: convert_to_json(getattr(scene, each.name)) for each in fields(scene)}


def _clean_texts(value: Any) -> Any:
    """Return parsed JSON with each text on one line and without control characters."""
    if isinstance(value, str):
        return clean_one_line(value, LONGEST_TEXT)
    if isinstance(value, list):
        return [_clean_texts(each) for each in value]
    if isinstance(value, dict):
        return {key: _clean_texts(each) for key, each in value.items()}
    return value


def _replace_sources(value: V) -> V:
    """Return a value with each fact as one of a model, because facts of a file have to be verified."""
    if isinstance(value, Fact):
        return replace(value, source=FactSource.MODEL)
    if isinstance(value, tuple):
        return tuple(map(_replace_sources, value))  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{each.name: _replace_sources(getattr(value, each.name)) for each in fields(value)}
        )
    return value
