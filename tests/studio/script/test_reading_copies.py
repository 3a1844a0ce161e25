"""Test that accepted breakdowns of scenes, people and places survive undo and redo, a merge of two copies of
a film, and a backup.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Story
from milimo_tui.studio.script import reading_files, screenplays
from milimo_tui.studio.session.studio import Studio
from tests.studio.script.read_films import make_studio

EXAMPLES = Path(__file__).parents[3] / "examples"
SCRIPT, READING = EXAMPLES / "the-jetty.fountain", EXAMPLES / "the-jetty.reading.json"


def list_breakdowns(story: Story) -> dict[str, str]:
    """Return the stored breakdowns of a film by the id of their scene or element."""
    scenes = {scene.id: scene.breakdown for scene in story.scenes if scene.breakdown}
    return scenes | {element.id: element.breakdown for element in story.elements if element.breakdown}


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "films", SCRIPT.read_text())


def test_breakdowns_of_each_kind_are_undone_and_redone(studio: Studio) -> None:
    file = studio.require_project()
    reading_files.accept_first_reading(studio, READING.read_bytes())
    read = file.load_story()
    kinds = {element.kind.value for element in read.elements if element.breakdown}
    assert kinds == {"character", "location"}
    assert all(scene.breakdown for scene in read.scenes)
    file.undo("project", "cli")
    assert list_breakdowns(file.load_story()) == {}
    file.redo("project", "cli")
    assert list_breakdowns(file.load_story()) == list_breakdowns(read)
    screenplays.commit_script(studio)
    assert list_breakdowns(file.load_story()) == list_breakdowns(read)


def test_breakdowns_reach_the_other_copy_of_a_film(studio: Studio, tmp_path: Path) -> None:
    here = studio.require_project()
    seen, state = tmp_path / "seen.db", tmp_path / "state.db"
    here.copy_database_to(seen)
    other = ProjectPaths(tmp_path / "other")
    other.root.mkdir()
    shutil.copyfile(seen, other.db)
    with ProjectFile.open(other) as there:
        there.remove_all_actors()
        story = there.load_story()
        noted = replace(story.live_shots()[0], note="Ask Ilse.")
        there.write_edit("note", scope="project", actor="cli", before=[story.live_shots()[0]], after=[noted])
        reading_files.accept_first_reading(studio, READING.read_bytes())
        here.copy_database_to(state)
        there.merge_copy(state, seen, "", "box")
        merged = there.load_story()
        assert list_breakdowns(merged) == list_breakdowns(here.load_story()) != {}
        assert any(shot.note == "Ask Ilse." for shot in merged.shots)
        assert {look.text for look in merged.looks} == {look.text for look in here.load_story().looks}


def test_backup_of_the_database_has_the_breakdowns_and_readings(studio: Studio, tmp_path: Path) -> None:
    here = studio.require_project()
    reading_files.accept_first_reading(studio, READING.read_bytes())
    saved = ProjectPaths(tmp_path / "saved")
    saved.root.mkdir()
    here.copy_database_to(saved.db)
    with ProjectFile.open(saved) as copy:
        assert list_breakdowns(copy.load_story()) == list_breakdowns(here.load_story()) != {}
        assert copy.facts.list_readings() == here.facts.list_readings()


def test_place_gets_the_words_of_the_reading_and_keeps_those_of_the_user(studio: Studio) -> None:
    file = studio.require_project()
    reading_files.accept_first_reading(studio, READING.read_bytes())
    [ward] = [each for each in file.load_story().elements if each.name.endswith("Ward")]
    assert ward.description == "a window, a monitor, a bed"
    own = replace(ward, description="a long green room")
    file.write_edit("describe", scope="project", actor="cli", before=[ward], after=[own])
    screenplays.commit_script(studio, reading=file.facts.list_readings()[-1])
    screenplays.save_script(studio, SCRIPT.read_text().replace("A monitor counts.", "A clock ticks."))
    screenplays.commit_script(studio)
    places = {each.name.rpartition(" - ")[2]: each.description for each in file.load_story().elements}
    assert places["Ward"] == "a long green room"
    screenplays.save_script(studio, SCRIPT.read_text().replace("stands guard over a rowboat", "waits"))
    screenplays.commit_script(studio)
    places = {each.name.rpartition(" - ")[2]: each.description for each in file.load_story().elements}
    assert places["Jetty"] == "", "the script no longer has the words that describe the jetty"
