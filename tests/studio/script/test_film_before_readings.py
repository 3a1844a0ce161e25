"""Test a film that the last version without readings made, with takes: its looks and its user's answers stay,
and only an accepted reading or a changed text makes takes stale.

`data/film_before_readings.json` has the rows of the film's database. A row has only the values that are not
the default of their column. The script has clothes that are taken off, lent and wet, a person whom it names
late, and weather and objects in the action. The user answered that Mara is dry again, renamed Jonas, merged
Oda with him, and dismissed the suitcase. A question asks who the man is.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.paths import HOME_MARK, Home
from milimo_tui.core.settings import Settings
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.story.commit.accepted_reading import ReadingChoice
from milimo_tui.story.looks.looks import find_look_at_shot
from milimo_tui.story.values.film import Story
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.home import ChosenHome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, signatures, staleness
from milimo_tui.studio.takes.shot_place import is_setting_guessed
from tests.studio.script.read_films import GoldReading, find_shot, make_studio
from tests.studio.script.test_accepted_reading import get_story

FILM = Path(__file__).parent / "data" / "film_before_readings.json"
# A film of the same version with a take of each shot. Its script has lines that are a camera direction, the
# title of an act and a German heading now. That version read them as action.
FORMAT_LINES = FILM.with_name("film_with_format_lines.json")
OLDEST_TABLES = Path(__file__).parents[2] / "store" / "data" / "project_v8.sql"
FILM_SCHEMA = 23  # the schema of that version
LOOKS = (
    ("Mara", "38, courier in a grey coat, red scarf"),
    ("Mara", "38, courier in a grey coat"),
    ("Mara", "38, courier in a grey coat, brown jacket"),
    ("Mara", "38, courier in a grey coat, brown jacket, soaked"),
    ("Mara", "38, courier in a grey coat, brown jacket"),
    ("Mara", "38, in a bathrobe"),
    ("Jonas Berg", "Sixty, man, Green fleece"),
    ("Tom", "50, brown jacket"),
    ("Tom", "50"),
)


def create_older_film(path: Path, film: Path = FILM) -> None:
    """Create the database of `film` with the tables of its version: the oldest tables and the migration steps
    up to that version.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(OLDEST_TABLES.read_text("utf-8"))
        for step in SCHEMA.steps[: FILM_SCHEMA - SCHEMA.first]:
            step(connection)
        connection.execute(f"PRAGMA application_id = {SCHEMA.application_id}")
        connection.execute(f"PRAGMA user_version = {FILM_SCHEMA}")
        for table, rows in json.loads(film.read_text("utf-8")).items():
            for row in rows:
                names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))


def open_older_film(folder: Path, data: Path) -> Studio:
    film = folder / "projects" / "two-rooms"
    film.mkdir(parents=True)
    (folder / HOME_MARK).write_text("test\n")
    create_older_film(film / "project.db", data)
    studio = Studio(ChosenHome(Home(folder), "a test's own"), Settings(images="blocks"), actor="cli")
    studio.use_project(studio.find_project("two-rooms"))
    return studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return open_older_film(tmp_path / "home", FILM)


@pytest.fixture
def format_lines(tmp_path: Path) -> Studio:
    return open_older_film(tmp_path / "home", FORMAT_LINES)


def list_looks(story: Story) -> list[tuple[str, str]]:
    names = {element.id: element.name for element in story.elements}
    return sorted((names[look.element], look.text) for look in story.looks)


def list_stale_actions(studio: Studio) -> set[str]:
    """Return the words of the shots with a stale take."""
    story = get_story(studio)
    shots = {shot.id: shot for shot in story.live_shots()}
    assert len(story.takes) == 22
    return {
        shot.dialogue[0].text if shot.dialogue else shot.action
        for take in story.takes
        if (shot := shots[take.shot])
        and staleness.find_stale_parts_of_take(story, shot, take) != staleness.FRESH
    }


def rewrite(studio: Studio, old: str, new: str) -> None:
    script = get_story(studio).project.script
    assert old in script
    screenplays.save_script(studio, script.replace(old, new))
    screenplays.commit_script(studio)


def find_visible_look(story: Story, words: str, name: str) -> str:
    element = next(each for each in story.elements if each.has_name_or_alias(name))
    look = find_look_at_shot(story, find_shot(story, words), element)
    return look.text if look else ""


def test_opening_and_committing_an_older_film_changes_nothing(studio: Studio) -> None:
    before = get_story(studio)
    assert list_looks(before) == sorted(LOOKS)
    assert list_stale_actions(studio) == set()
    screenplays.commit_script(studio)
    after = get_story(studio)
    assert (after.looks, after.elements) == (before.looks, before.elements)
    assert [shot.characters for shot in after.shots] == [shot.characters for shot in before.shots]
    assert list_stale_actions(studio) == set()


def test_heading_that_was_read_wrongly_changes_its_place_only_with_its_text(tmp_path: Path) -> None:
    script = (
        "INNEN. HAUS - TAG\n\nOTTO (40) liest die Post.\n\n"
        "INNEN. GARTEN - NACHT (ERINNERUNG)\n\nOtto schläft.\n"
    )
    wrong = ("GARTEN", "NACHT (ERINNERUNG)", "", "")
    studio = make_studio(tmp_path, script)
    try:
        database = next(tmp_path.rglob("project.db"))
        with closing(sqlite3.connect(database)) as connection, connection:
            values = "location = ?, part = ?, time_of_day = ?, era = ?"
            connection.execute(f"UPDATE scene SET {values} WHERE heading LIKE '%GARTEN%'", wrong)
        screenplays.commit_script(studio)
        scene = get_story(studio).scenes[-1]
        assert (scene.location, scene.part, scene.time_of_day, scene.era.value) == wrong
        rewrite(studio, "schläft.", "wacht.")
        scene = get_story(studio).scenes[-1]
        assert (scene.location, scene.time_of_day) == ("GARTEN", "NIGHT (ERINNERUNG)")
        assert (scene.part, scene.era.value) == ("", "flashback")
    finally:
        studio.close()


def test_unrelated_change_of_an_older_film_makes_one_take_stale(studio: Studio) -> None:
    before = get_story(studio)
    rewrite(studio, "Better.", "Better now.")
    after = get_story(studio)
    assert list_stale_actions(studio) == {"Better now."}
    assert list_looks(after) == sorted(LOOKS)
    assert {look.id for look in after.looks} == {look.id for look in before.looks}
    assert after.numbers == before.numbers


def test_answers_of_an_older_film_are_carried_over(studio: Studio) -> None:
    rewrite(studio, "Better.", "Better now.")
    story = get_story(studio)
    words = {doubt.words for shot in story.live_shots() for doubt in shot.doubts}
    assert "Mara soaked" not in words
    people = {element.name: element for element in story.elements if element.kind.value == "character"}
    assert people.keys() == {"Mara", "Tom", "Jonas Berg"}
    assert {"Jonas", "Oda"} <= set(people["Jonas Berg"].aliases)
    suitcase = next(element for element in story.elements if element.name == "Suitcase")
    assert suitcase.dismissed


def test_open_question_of_an_older_film_stays_and_can_be_answered(studio: Studio) -> None:
    rewrite(studio, "Better.", "Better now.")
    story = get_story(studio)
    shot = find_shot(story, "gets out of a van")
    words = "A man gets out of a van, Sixty, Green fleece."
    assert words in {doubt.words for doubt in shot.doubts}
    run_by_id(studio, "shot.answer", {"id": shot.id, "words": words, "answer": "Tom"})
    rewrite(studio, "Better now.", "Better.")
    looks = list_looks(get_story(studio))
    assert ("Tom", "Sixty, man, Green fleece") in looks
    assert ("Jonas Berg", "Sixty, man, Green fleece") not in looks


def test_changed_paragraph_of_an_older_film_gives_its_look_up(studio: Studio) -> None:
    rewrite(studio, "Mara is soaked. She", "She")
    story = get_story(studio)
    assert ("Mara", "38, courier in a grey coat, brown jacket, soaked") not in list_looks(story)
    assert len(story.looks) == len(LOOKS) - 1
    assert list_stale_actions(studio) == {"She opens the suitcase: a brass key."}


def test_new_shot_at_the_beginning_takes_the_first_look_of_an_older_film(studio: Studio) -> None:
    rewrite(studio, "It starts to rain.", "TOM\nNo.\n\nIt starts to rain.")
    story = get_story(studio)
    assert list_looks(story) == sorted(LOOKS)
    assert find_visible_look(story, "No.", "Tom") == "50, brown jacket"
    assert find_visible_look(story, "puts his jacket", "Tom") == "50"


def make_gold(script: str) -> GoldReading:
    """Return a reading of the kitchen that sees the people whom the older rules found."""
    gold = GoldReading(script)
    for name in ("Mara", "Tom", "Jonas", "Oda"):
        gold.add_person(name)
    gold.add_beat("2", "Mara, in a bathrobe", "Mara")
    gold.add_beat("2", "Better now.", "Mara")
    gold.add_beat("2", "A woman in a red hat", "Oda", "Tom")
    gold.add_beat("2", "Tea?", "Oda")
    gold.add_beat("2", "Mara takes the key.", "Mara")
    return gold


def test_accepted_reading_replaces_the_looks_of_its_scene_only(studio: Studio) -> None:
    rewrite(studio, "Better.", "Better now.")
    story = get_story(studio)
    gold = make_gold(story.project.script)
    gold.add_change("2", "Mara", "Mara, in a bathrobe now, dries her hair.", clothes="a bathrobe")
    choice = ReadingChoice(frozenset({"2"}), frozenset())
    screenplays.commit_script(studio, reading=gold.make_reading(), choice=choice)
    after = get_story(studio)
    assert find_visible_look(after, "Mara, in a bathrobe", "Mara") == "38, a courier, a bathrobe"
    assert list_looks(after) == sorted((*LOOKS[:4], *LOOKS[6:], ("Mara", "38, a courier, a bathrobe")))
    # The takes of the harbour have the facts of the older rules still.
    harbour = [shot for shot in story.live_shots() if shot.scene == story.live_scenes()[0].id]
    assert not list_stale_actions(studio) & {shot.action for shot in harbour}


def test_take_with_another_guessed_setting_is_fresh(studio: Studio) -> None:
    story = get_story(studio)
    shot = find_shot(story, "opens the suitcase")
    spec = shot_spec.make_performed_spec(story, shot, engine="animatic", seed=0)
    inside = spec.model_copy(update={"facts": spec.facts.model_copy(update={"setting": "INT"})})
    signature = signatures.get_signature(inside)
    assert not signatures.is_signature_of(signature, spec)
    assert signatures.is_signature_of(signature, spec, is_setting_guessed=True)
    assert not is_setting_guessed(shot)
    assert is_setting_guessed(replace(shot, location="VAN"))
    assert not is_setting_guessed(replace(shot, location="INT. VAN"))


def test_reading_of_a_film_with_takes_divides_parks_and_renumbers_no_shot(studio: Studio) -> None:
    before = get_story(studio)
    gold = GoldReading(before.project.script)
    for name in ("Mara", "Tom"):
        gold.add_person(name)
    gold.add_beat("1", "She takes off", "Mara", part="She takes off the scarf.")
    gold.add_beat("1", "She takes off", "Tom", part="Tom puts his jacket round Mara's shoulders.")
    screenplays.commit_script(studio, reading=gold.make_reading())
    after = get_story(studio)
    assert after.numbers == before.numbers
    assert [(shot.id, shot.digest, shot.parked) for shot in after.shots] == [
        (shot.id, shot.digest, shot.parked) for shot in before.shots
    ]


def list_facts_of_shots(story: Story) -> list[tuple[object, ...]]:
    return [
        (shot.id, shot.action, shot.digest, shot.characters, shot.size, shot.function, shot.parked)
        for shot in story.shots
    ]


def test_shot_of_a_line_that_is_a_format_line_now_stays(format_lines: Studio) -> None:
    before = get_story(format_lines)
    screenplays.commit_script(format_lines)
    after = get_story(format_lines)
    assert list_facts_of_shots(after) == list_facts_of_shots(before)
    # The German heading begins a scene now.
    assert [scene.location for scene in after.live_scenes()] == ["KITCHEN", "AIRPORT", "STRASSE"]
    stale = {
        shot.action
        for take in after.takes
        for shot in after.live_shots()
        if shot.id == take.shot and staleness.find_stale_parts_of_take(after, shot, take) != staleness.FRESH
    }
    assert stale <= {"AUSSEN. STRASSE - NACHT", "Striker geht."}
    rewrite(format_lines, "Mara drinks the tea.", "Mara drinks it.")
    shots = get_story(format_lines).shots
    assert [(shot.id, shot.parked) for shot in shots] == [(shot.id, shot.parked) for shot in before.shots]


def test_removed_format_line_parks_its_shot(format_lines: Studio) -> None:
    rewrite(format_lines, "STRIKER'S POV - THE AIRPLANE - NIGHT\n\n", "")
    parked = [shot.action for shot in get_story(format_lines).shots if shot.parked]
    assert parked == ["STRIKER'S POV - THE AIRPLANE - NIGHT"]


def test_format_line_without_a_take_makes_no_shot(tmp_path: Path) -> None:
    studio = open_older_film(tmp_path / "home", FORMAT_LINES)
    database = next(tmp_path.rglob("project.db"))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM take")
        connection.execute("UPDATE shot SET take = ''")
    screenplays.commit_script(studio)
    parked = {shot.action for shot in get_story(studio).shots if shot.parked}
    assert parked == {"STRIKER'S POV - THE AIRPLANE - NIGHT", "TAG", "AUSSEN. STRASSE - NACHT"}
