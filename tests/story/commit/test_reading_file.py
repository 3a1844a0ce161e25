"""Test readings in files: those of the sample films, their schema, and files that are not trusted."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.story.breakdown.numbered_scene import number_scene
from milimo_tui.story.breakdown.quotes import find_quote
from milimo_tui.story.commit.reading_file import format_reading_file, read_reading_file
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.screenplay import Screenplay
from tools.breakdown_schema import build_breakdown_schema

ROOT = Path(__file__).parents[3]
SCREENPLAYS = sorted((ROOT / "examples").glob("*.fountain"))
SCHEMA = ROOT / "docs" / "breakdown.schema.json"
JETTY = ROOT / "examples" / "the-jetty.fountain"


def load_example(screenplay: Path) -> tuple[Screenplay, dict[str, Any]]:
    reading = screenplay.with_suffix(".reading.json")
    return fountain.parse(screenplay.read_bytes()), json.loads(reading.read_text())


def list_without_digests(text: str) -> dict[str, Any]:
    """Return a reading without the digests of its scenes, which a file written by hand does not have."""
    content: dict[str, Any] = json.loads(text)
    for scene in content["scenes"]:
        assert scene["breakdown"].pop("digest")
    return content


def list_facts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield each fact within a JSON value: an object with a text and a quotation."""
    if isinstance(value, list):
        for each in value:
            yield from list_facts(each)
    elif isinstance(value, dict):
        if "quote" in value and "text" in value:
            yield value
        for each in value.values():
            yield from list_facts(each)


@pytest.mark.parametrize("path", SCREENPLAYS, ids=lambda path: path.stem)
def test_reading_of_a_sample_film_passes_the_verification_unchanged(path: Path) -> None:
    screenplay, content = load_example(path)
    reading = read_reading_file(json.dumps(content).encode(), screenplay)
    assert list_without_digests(format_reading_file(reading)) == content
    assert [scene["number"] for scene in content["scenes"]] == [one.number for one in screenplay.scenes]
    assert not any(scene["rejected"] or scene["problem"] for scene in json.loads(reading.scenes))


@pytest.mark.parametrize("path", SCREENPLAYS, ids=lambda path: path.stem)
def test_each_fact_of_a_sample_film_quotes_the_lines_that_it_names(path: Path) -> None:
    screenplay, content = load_example(path)
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    quoted = 0
    for scene, row in zip(scenes, content["scenes"], strict=True):
        parts = {key: row["breakdown"].get(key, []) for key in ("circumstances", "changes", "beats")}
        for fact in list_facts(list(parts.values())):
            line, end_line = fact.get("line", 0), fact.get("end_line", 0)
            assert find_quote(scene, fact["quote"], line) == (line, end_line)
            quoted += 1
        assert {beat["line"] for beat in parts["beats"]} == {each.line for each in scene.filmed}
    for person in content["film"]["people"]:
        for fact in list_facts(list(person.values())):
            introduced = scenes[person.get("scene", 0)]
            assert find_quote(introduced, fact["quote"], fact["line"]) == (fact["line"], fact["end_line"])
    assert quoted > 10


def test_schema_is_current_and_accepts_the_sample_films() -> None:
    assert SCHEMA.read_text() == build_breakdown_schema(), "make pages writes docs/breakdown.schema.json"
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in SCREENPLAYS:
        content = load_example(path)[1]
        jsonschema.validate(content, schema)
        content["film"]["people"][0]["kind"] = "ghost"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(content, schema)


def read_changed(**changes: Any) -> list[dict[str, Any]]:
    """Return the scenes of the reading of a sample film after changes of the first fact about its light."""
    screenplay, content = load_example(JETTY)
    content["scenes"][1]["breakdown"]["circumstances"][0]["light"].update(changes)
    reading = read_reading_file(json.dumps(content).encode(), screenplay)
    found: list[dict[str, Any]] = json.loads(reading.scenes)
    return found


def test_fact_without_its_quotation_is_rejected_whatever_its_source() -> None:
    for source in ("user", "script", "rule", "model"):
        scene = read_changed(text="green lasers", quote="Green lasers.", source=source)[1]
        assert "light" not in scene["breakdown"]["circumstances"][0]
        assert [each["text"] for each in scene["rejected"]] == ["green lasers"]


def test_person_who_is_not_in_the_script_is_left_out_and_named() -> None:
    screenplay, content = load_example(JETTY)
    people = content["film"]["people"]
    claim = {"name": "Smaug", "kind": "animal", "other_names": [people[0]["name"]]}
    content["film"]["people"] = [claim, *people, {"name": "Zorblax"}, {"name": "The"}]
    reading = read_reading_file(json.dumps(content).encode(), screenplay)
    assert [one["name"] for one in json.loads(reading.film)["people"]] == [one["name"] for one in people]
    assert all(any(name in note for note in reading.notes) for name in ("Smaug", "Zorblax", "The"))


def test_unconfirmed_scene_is_left_out_with_its_reason() -> None:
    screenplay, content = load_example(JETTY)
    for fact in list_facts(content["scenes"][0]["breakdown"]):
        fact.update(text="a purple spaceship", quote="A purple spaceship lands.")
    scenes = json.loads(read_reading_file(json.dumps(content).encode(), screenplay).scenes)
    assert scenes[0]["breakdown"] is None
    assert scenes[0]["problem"]
    assert scenes[1]["breakdown"]


def test_scene_whose_text_differs_is_left_out() -> None:
    text = JETTY.read_text().replace("The line runs out through his fist.", "The rope runs out.")
    screenplay, content = load_example(JETTY)
    read = format_reading_file(read_reading_file(json.dumps(content).encode(), screenplay))
    scenes = json.loads(read_reading_file(read.encode(), fountain.parse(text.encode())).scenes)
    assert [scene["breakdown"] is None for scene in scenes] == [False, True, False]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"reader": 3, "film": {}, "scenes": []}',
        b'{"reader": "x", "film": {}, "scenes": [{"number": "1"}]}',
        b'{"reader": "x", "film": {}, "scenes": [{"number": "77", "breakdown": null}]}',
        b"[" * 100_000,
    ],
)
def test_file_that_is_no_reading_of_the_screenplay_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_reading_file(data, fountain.parse(JETTY.read_bytes()))


def test_scene_or_person_that_a_file_has_twice_is_named() -> None:
    screenplay, content = load_example(JETTY)
    for part, key in ((content["scenes"], "number"), (content["film"]["people"], "name")):
        part.append(part[1])
        with pytest.raises(BadInput, match=f"{part[1][key]} twice"):
            read_reading_file(json.dumps(content).encode(), screenplay)
        part.pop()


def test_error_names_the_place_in_the_file() -> None:
    screenplay, content = load_example(JETTY)
    content["scenes"][1]["breakdown"]["beats"][0]["line"] = "two"
    with pytest.raises(BadInput, match=re.escape("scenes[1].breakdown.beats[0].line: ")):
        read_reading_file(json.dumps(content).encode(), screenplay)


@pytest.mark.parametrize("part", ["reader", "name"])
def test_endless_name_is_refused(part: str) -> None:
    screenplay, content = load_example(JETTY)
    target = content if part == "reader" else content["film"]["people"][1]
    target[part] = "MARA " * 20_000
    with pytest.raises(BadInput, match=part):
        read_reading_file(json.dumps(content).encode(), screenplay)


def test_control_characters_and_unknown_places_are_harmless() -> None:
    screenplay, content = load_example(JETTY)
    content["reader"] = "a\x1b[31m\nreader"
    content["film"]["people"][0]["scene"] = 10**9
    content["film"]["people"][1]["scene"] = -4
    reading = read_reading_file(json.dumps(content).encode(), screenplay)
    assert reading.reader == "a reader"
    assert [person.get("scene", 0) for person in json.loads(reading.film)["people"]] == [0, 0, 0]


def test_unknown_fields_and_lines_of_a_file_are_reported() -> None:
    screenplay, content = load_example(JETTY)
    assert not read_reading_file(json.dumps(content).encode(), screenplay).notes
    content["film"]["people"][1]["shoes"] = "boots"
    content["scenes"][0]["breakdown"]["beats"][0]["visible"] = [{"name": "Mara", "colour": "red"}]
    content["scenes"][1]["breakdown"]["beats"].append({"line": 999, "end_line": 999})
    notes = " ".join(read_reading_file(json.dumps(content).encode(), screenplay).notes)
    assert "film.people[1].shoes" in notes
    assert "scenes[0].breakdown.beats[0].visible[0].colour" in notes
    assert "999" in notes


@given(names=st.lists(st.text(min_size=1, max_size=200), max_size=8))
def test_any_unknown_field_is_harmless(names: list[str]) -> None:
    screenplay, content = load_example(JETTY)
    content |= {f"_{name}": [] for name in names}
    notes = read_reading_file(json.dumps(content).encode(), screenplay).notes
    assert len(notes) == bool(names)
    assert not any(unicodedata.category(letter) == "Cc" for note in notes for letter in note)
