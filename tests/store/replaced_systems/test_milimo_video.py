"""Test the import of Milimo Video films from every documented version of its database tables."""

from __future__ import annotations

import sqlite3
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput, Damaged, NotFound
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.replaced_systems import foreign_film, milimo_video
from milimo_tui.story.values.film import AssetKind, ElementKind, Line
from milimo_tui.story.values.shot_words import Function, Movement, Size

SCHEMA = """
CREATE TABLE project (id VARCHAR PRIMARY KEY, name VARCHAR, created_at DATETIME, updated_at DATETIME,
  resolution_w INTEGER, resolution_h INTEGER, fps INTEGER, seed INTEGER, script_content VARCHAR);
CREATE TABLE scene (id VARCHAR PRIMARY KEY, project_id VARCHAR, [index] INTEGER, name VARCHAR,
  script_content VARCHAR);
CREATE TABLE shot (id VARCHAR PRIMARY KEY, scene_id VARCHAR, project_id VARCHAR, [index] INTEGER,
  track_index INTEGER, start_frame INTEGER, trim_in INTEGER, trim_out INTEGER, action VARCHAR, prompt VARCHAR,
  dialogue VARCHAR, character VARCHAR, negative_prompt VARCHAR, seed INTEGER, width INTEGER, height INTEGER,
  num_frames INTEGER, fps INTEGER, cfg_scale FLOAT, pipeline_override VARCHAR, status VARCHAR,
  video_url VARCHAR, thumbnail_url VARCHAR, duration FLOAT, created_at DATETIME, shot_type VARCHAR);
CREATE TABLE element (id VARCHAR PRIMARY KEY, project_id VARCHAR, name VARCHAR, trigger_word VARCHAR,
  type VARCHAR, description VARCHAR, image_path VARCHAR, created_at DATETIME);
"""
ROWS = """
INSERT INTO project VALUES
  ('aa11bb22', 'Chase', '2026-02-06 12:00:00.500000', NULL, 1024, 576, 24, 7, 'INT. X');
INSERT INTO project VALUES ('cc33dd44', 'Other', NULL, NULL, 768, 512, 25, 42, NULL);
INSERT INTO scene VALUES ('s2', 'aa11bb22', 1, 'EXT. ROOF - DAY', 'They run.');
INSERT INTO scene VALUES ('s1', 'aa11bb22', 0, 'INT. HALL - NIGHT', NULL);
INSERT INTO scene VALUES ('sx', 'cc33dd44', 0, 'Elsewhere', NULL);
INSERT INTO shot (id, scene_id, project_id, [index], track_index, trim_in, trim_out, action, dialogue,
  character, seed, num_frames, fps, cfg_scale, shot_type, video_url, created_at) VALUES
  ('h2', 's1', 'aa11bb22', 1, 0, 12, 24, 'Close on Ana.', 'Run!', 'ANA', 9, 120, 24, 2.5, 'close_up',
   '/projects/aa11bb22/generated/shot%20two.mp4', '2026-02-06 12:01:00'),
  ('h1', 's1', 'aa11bb22', 0, 0, 0, 0, 'A long hall.', NULL, NULL, 8, 48, 24, 3.0, 'establishing',
   NULL, NULL),
  ('h3', 's2', 'aa11bb22', 0, 0, 0, 0, 'They run.', NULL, NULL, 8, 121, 25, 3.0, 'tracking',
   '/projects/aa11bb22/generated/gone.mp4', NULL),
  ('h4', NULL, 'aa11bb22', NULL, 2, 0, 0, NULL, NULL, NULL, NULL, 250, 24, NULL, NULL,
   '../../etc/passwd', NULL),
  ('hx', 'sx', 'cc33dd44', 0, 0, 0, 0, 'Elsewhere.', NULL, NULL, 1, 25, 25, 3.0, 'medium', NULL, NULL);
UPDATE shot SET start_frame = 30 WHERE id = 'h4';
INSERT INTO element VALUES
  ('e1', 'aa11bb22', 'Ana', '@Ana', 'character', 'A courier', '/projects/aa11bb22/ana.jpg', NULL);
INSERT INTO element VALUES ('e2', 'aa11bb22', 'Ana''s Bag', '@ana', 'prop', 'Red', NULL, NULL);
INSERT INTO element VALUES ('e3', 'aa11bb22', 'Old Hall', NULL, 'location', NULL, NULL, NULL);
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Create a data folder of Milimo Video: its database and its media files."""
    folder = tmp_path / "milimo-video"
    generated = folder / "projects" / "aa11bb22" / "generated"
    generated.mkdir(parents=True)
    (generated / "shot two.mp4").write_bytes(b"video")
    (generated.parent / "ana.jpg").write_bytes(b"picture")
    connection = sqlite3.connect(folder / "milimo.db")
    connection.executescript(SCHEMA + ROWS)
    connection.close()
    return folder


def test_row_85_milimo_films_are_listed(old: Path) -> None:
    assert milimo_video.list_milimo_video_films(old / "milimo.db") == {
        "aa11bb22": "Chase",
        "cc33dd44": "Other",
    }


def test_row_85_milimo_film_is_imported_completely(old: Path, paths: ProjectPaths) -> None:
    source = old / "milimo.db"
    before = source.read_bytes()
    read = milimo_video.read_milimo_video_film(source, "aa11bb22", old)
    with foreign_film.create_arrived_film(paths, read, "importer") as film:
        story, (cut,) = film.load_story(), film.load_cuts()
    assert source.read_bytes() == before

    project = story.project
    assert (project.name, project.rate, project.width, project.height) == ("Chase", Fraction(24), 1024, 576)
    assert (project.seed, project.script, project.current_cut) == (7, "INT. X", cut.id)
    assert project.created == 1770379200.5
    assert [(scene.number, scene.heading) for scene in story.scenes] == [
        ("1", "INT. HALL - NIGHT"),
        ("2", "EXT. ROOF - DAY"),
        ("3", "TIMELINE"),
    ]
    assert [story.numbers[shot.id] for shot in story.shots] == ["1A", "1B", "2A", "3A"]
    hall, ana, run, sound = story.shots
    assert (hall.size, hall.function, hall.frames) == (Size.WS, Function.ESTABLISHING, 48)
    assert (ana.size, ana.dialogue, ana.characters) == (Size.CU, (Line("ANA", "Run!"),), ("ANA",))
    assert (ana.seed, ana.guidance, ana.prompt) == (9, 2.5, None)
    # The old film has 121 frames at 25 frames a second, which are 4.84 seconds.
    assert (run.movement, run.frames) == (Movement.TRACK, 116)
    assert sound.frames == 250

    (take,) = story.takes
    assert (take.shot, ana.take) == (ana.id, take.id)
    video = next(asset for asset in story.assets if asset.id == take.asset)
    assert (video.kind, video.managed, video.bytes) == (AssetKind.VIDEO, False, 5)
    assert Path(video.path) == old / "projects" / "aa11bb22" / "generated" / "shot two.mp4"
    assert set(read.missing) == {"/projects/aa11bb22/generated/gone.mp4", "../../etc/passwd"}

    elements = {element.name: element for element in story.elements}
    assert [element.trigger for element in story.elements] == ["@Ana", "@ana2", "@OldHall"]
    assert elements["Ana's Bag"].kind is ElementKind.OBJECT
    assert elements["Old Hall"].kind is ElementKind.LOCATION
    assert len(elements["Ana"].references) == 1

    clips = {clip.source.ref: clip for clip in cut.clips}
    names = {track.id: track.name for track in cut.tracks}
    assert [names[clips[shot.id].track] for shot in story.shots] == ["V1", "V1", "V1", "A1"]
    assert (clips[ana.id].frames, clips[ana.id].source_in) == (84, Fraction(1, 2))
    assert clips[sound.id].start == 30
    order = [clips[shot.id].order or "" for shot in story.shots[:3]]
    assert order == sorted(order)


def test_row_85_milimo_film_of_an_early_version_without_columns_is_imported(
    tmp_path: Path, paths: ProjectPaths
) -> None:
    source = tmp_path / "early.db"
    connection = sqlite3.connect(source)
    connection.executescript(
        "CREATE TABLE project (id VARCHAR PRIMARY KEY, name VARCHAR);"
        "CREATE TABLE shot (id VARCHAR PRIMARY KEY, project_id VARCHAR, prompt VARCHAR);"
        "INSERT INTO project VALUES ('p', 'Early');"
        "INSERT INTO shot VALUES ('a', 'p', 'a cat'), ('b', 'p', 'a dog');"
    )
    connection.close()
    read = milimo_video.read_milimo_video_film(source, "p", tmp_path)
    with foreign_film.create_arrived_film(paths, read, "importer") as film:
        assert [shot.prompt for shot in film.load_story().shots] == ["a cat", "a dog"]
        assert [shot.frames for shot in film.load_story().shots] == [121, 121]
        assert len(film.load_cuts()[0].clips) == 2


def test_other_database_is_reported(tmp_path: Path, film: ProjectFile, paths: ProjectPaths) -> None:
    with pytest.raises(NotFound, match=r"nothing\.db"):
        milimo_video.list_milimo_video_films(tmp_path / "nothing.db")
    scribble = tmp_path / "scribble.db"
    scribble.write_bytes(b"scribble" * 200)
    with pytest.raises(Damaged):
        milimo_video.list_milimo_video_films(scribble)
    with pytest.raises(BadInput, match="Milimo Video"):
        milimo_video.list_milimo_video_films(paths.db)


def test_unlisted_film_is_not_found(old: Path) -> None:
    with pytest.raises(NotFound, match="no film “zz”"):
        milimo_video.read_milimo_video_film(old / "milimo.db", "zz", old)
