"""Test opening films that are damaged, newer, read-only, missing or on a full disk: the error is one
sentence, and nothing is lost.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.core.errors import BadInput, Damaged, DiskFull, Failed, Newer, NotFound, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import read_film_summary, require_full_length
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.project.schema import SCHEMA
from milimo_tui.store.sqlite.migrations import connect
from milimo_tui.story.values.film import Story
from tests.store.samples import PROJECT, asset, cut, scenes, shots, take

ROOT = str(Path(milimo_tui.__file__).parents[1])


@pytest.fixture
def closed(film: ProjectFile) -> Story:
    """Create a film and close it. Returns its story at the time of closing."""
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    film.write_edit("cut", scope="project", actor="a", before=[], after=[cut("c", ["shot_0"])])
    story = film.load_story()
    film.close()
    return story


def test_new_film_has_only_its_folders(empty: ProjectFile, paths: ProjectPaths) -> None:
    assert all(folder.is_dir() for folder in (paths.media, paths.renders, paths.cache, paths.workspace))
    story = empty.load_story()
    assert story.project == PROJECT
    assert (story.scenes, story.shots, story.takes, story.revision) == ((), (), (), 0)
    assert empty.read_only == ""
    assert empty.read_update_time() > 0


def test_film_is_never_created_over_another(closed: Story, paths: ProjectPaths) -> None:
    with pytest.raises(Refused, match=re.escape(str(paths.root))):
        ProjectFile.create(paths, replace(PROJECT, name="Other"))
    with ProjectFile.open(paths) as film:
        assert film.load_story() == closed


def test_missing_film_is_reported(paths: ProjectPaths) -> None:
    with pytest.raises(NotFound, match=re.escape(str(paths.root))):
        ProjectFile.open(paths)
    assert not paths.root.exists()


def test_pragmas_are_set(film: ProjectFile) -> None:
    values = {
        name: film._db.connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}


# Damaged films


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0", b"\0" * 5000])
def test_file_that_is_no_database_is_damaged(paths: ProjectPaths, content: bytes) -> None:
    paths.root.mkdir(parents=True)
    paths.db.write_bytes(content)
    with pytest.raises(Damaged):
        ProjectFile.open(paths)
    assert paths.db.read_bytes() == content


def test_database_of_another_program_is_not_changed(paths: ProjectPaths) -> None:
    paths.root.mkdir(parents=True)
    other = sqlite3.connect(paths.db)
    other.executescript("CREATE TABLE t (x); PRAGMA user_version = 1;")
    other.close()
    with pytest.raises(Damaged, match="database"):
        ProjectFile.open(paths)


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
def test_truncated_film_is_damaged(closed: Story, paths: ProjectPaths, kept: float) -> None:
    content = paths.db.read_bytes()
    paths.db.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(Damaged, match=r"project\.db is damaged"):
        ProjectFile.open(paths)


def test_truncated_film_is_damaged_at_any_size(closed: Story, paths: ProjectPaths) -> None:
    """Not every page of a large film is checked when it is opened, but its length always is."""
    connection = connect(paths.db)
    require_full_length(connection, paths.db)
    os.truncate(paths.db, paths.db.stat().st_size - 1)
    with pytest.raises(Damaged):
        require_full_length(connection, paths.db)
    connection.close()


def test_reading_a_summary_keeps_the_locks_of_the_film(film: ProjectFile, paths: ProjectPaths) -> None:
    """If reading a summary dropped the film's locks, another process could delete the write-ahead log on
    closing and corrupt the open film.
    """
    read_film_summary(paths)
    with ProjectFile.open(paths):
        pass
    film.ui.set("a", 1)
    other = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM project'); c.close()"
    )
    subprocess.run([sys.executable, "-c", other, str(paths.db)], check=True, capture_output=True)
    assert paths.db.with_name(f"{paths.db.name}-wal").exists()
    film.ui.set("a", 2)
    assert film.ui.get("a") == 2


def test_overwritten_pages_are_found_on_opening(closed: Story, paths: ProjectPaths) -> None:
    content = bytearray(paths.db.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = os.urandom(200)
    paths.db.write_bytes(content)
    with pytest.raises(Damaged):
        ProjectFile.open(paths)
    assert paths.db.read_bytes() == content


def test_film_without_its_own_row_is_damaged(closed: Story, paths: ProjectPaths) -> None:
    with sqlite3.connect(paths.db) as connection:
        connection.execute("DELETE FROM project")
    connection.close()
    with ProjectFile.open(paths) as film, pytest.raises(Damaged):
        film.load_story()


# Films of a newer version


def _make_newer(paths: ProjectPaths, statements: str = "") -> None:
    connection = sqlite3.connect(paths.db)
    connection.executescript(f"{statements}; PRAGMA user_version = {SCHEMA.newest + 1};")
    connection.close()


def test_newer_film_opens_read_only_and_every_write_explains_why(closed: Story, paths: ProjectPaths) -> None:
    _make_newer(paths, "ALTER TABLE shot ADD COLUMN trial_mood TEXT")
    before = paths.db.read_bytes()
    with ProjectFile.open(paths) as film:
        assert "newer" in film.read_only
        assert film.load_story() == closed
        assert len(film.load_cuts()) == 1
        shot = closed.shots[0]
        writes: list[Callable[[], object]] = [
            lambda: film.write_edit(
                "x", scope="project", actor="a", before=[shot], after=[replace(shot, frames=1)]
            ),
            lambda: film.undo("project", "a"),
            lambda: film.redo("project", None),
            lambda: film.facts.add_asset(asset("z")),
            lambda: film.facts.add_take(take("z", "shot_0"), asset("z")),
            lambda: film.ui.set("a", 1),
            lambda: film.facts.set_cut_state("c", playhead=3),
            film.adopt_new_id,
            film.bin.delete_all_items,
        ]
        for write in writes:
            with pytest.raises(Newer) as told:
                write()
            assert told.value.message == film.read_only
            assert "upgrade Milimo" in told.value.hint
    assert paths.db.read_bytes() == before
    assert sorted(path.name for path in paths.root.iterdir() if path.is_file()) == ["project.db"]


@pytest.mark.parametrize(
    "change", ["ALTER TABLE shot DROP COLUMN caption", "UPDATE shot SET angle = 'from inside the clock'"]
)
def test_newer_film_that_cannot_be_shown_is_reported(closed: Story, paths: ProjectPaths, change: str) -> None:
    _make_newer(paths, change)
    with ProjectFile.open(paths) as film, pytest.raises(Newer):
        film.load_story()


# Read-only films

READ_AS_NOBODY = """
import os, sys
from dataclasses import replace
from pathlib import Path
from milimo_tui.core.errors import ReadOnly
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import require_readable_file, read_film_summary
from milimo_tui.store.project.project_file import ProjectFile

if os.getuid() == 0:  # root may write whatever the mode says
    os.setgid(65534)
    os.setuid(65534)
paths = ProjectPaths(Path(sys.argv[1]))
print(read_film_summary(paths))
with ProjectFile.open(paths) as film:
    print(film.read_only)
    shot = film.load_story().shots[0]
    label = film.list_history("project")[0].label
    print(len(film.load_story().shots), shot.take, len(film.load_cuts()), label)
    for write in (
        lambda: film.write_edit(
            "x", scope="project", actor="a", before=[shot], after=[replace(shot, frames=1)]
        ),
        lambda: film.undo("project", None),
        lambda: film.ui.set("a", 1),
    ):
        try:
            write()
            print("written")
        except ReadOnly as error:
            print(error.message)
"""


@pytest.fixture
def shelf() -> Iterator[Path]:
    """Create a folder that other users can reach. The normal folder of a test is private."""
    folder = Path(tempfile.mkdtemp(prefix="milimo-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _read_as_nobody(folder: Path) -> list[str]:
    for path in sorted(folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o444)
    folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", READ_AS_NOBODY, str(folder)],
            capture_output=True,
            text=True,
            env={"PYTHONPATH": ROOT, "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    finally:
        folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _assert_read(lines: list[str], folder: Path) -> None:
    peeked, reason, story, *writes = lines
    assert "name='Rain Market'" in peeked
    assert "shots=6, takes=1, problem=''" in peeked
    assert reason == f"{folder} is read-only"
    assert story == "6 take_a 1 commit the script"
    assert writes == [reason] * 3


def test_read_only_folder_opens_read_only(closed: Story, paths: ProjectPaths, shelf: Path) -> None:
    folder = shelf / "film"
    shutil.copytree(paths.root, folder)
    _assert_read(_read_as_nobody(folder), folder)
    assert stat.S_IMODE((folder / "project.db").stat().st_mode) == 0o444
    assert [path.name for path in folder.iterdir() if path.is_file()] == ["project.db"]


def test_read_only_folder_with_a_leftover_log_loses_nothing(
    film: ProjectFile, paths: ProjectPaths, shelf: Path
) -> None:
    """The copy of an open film, or of a film after a crash, has its last edits in the write-ahead log."""
    film.facts.add_take(take("a", "shot_0"), asset("a"))
    film.write_edit("cut", scope="project", actor="a", before=[], after=[cut("c", ["shot_0"])])
    folder = shelf / "film"
    folder.mkdir()
    for name in ("project.db", "project.db-wal"):
        shutil.copy(paths.root / name, folder / name)
    assert (folder / "project.db-wal").stat().st_size > 0
    _assert_read(_read_as_nobody(folder), folder)


def test_film_without_read_permission_is_reported(closed: Story, paths: ProjectPaths, shelf: Path) -> None:
    folder = shelf / "film"
    shutil.copytree(paths.root, folder)
    (folder / "project.db").chmod(0)
    code = READ_AS_NOBODY.replace(
        "print(read_film_summary(paths))", "print(read_film_summary(paths)); raise SystemExit"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ROOT},
        check=True,
    )
    assert f"read {folder / 'project.db'}'" in done.stdout


# A full disk


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 1.5 megabytes if mounting is allowed, otherwise return an ordinary folder."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    yield folder
    if mounted.returncode == 0:
        subprocess.run(["umount", str(folder)], check=True)


def test_full_disk_is_reported_and_nothing_is_half_written(tiny_disk: Path) -> None:
    paths = ProjectPaths(tiny_disk / "film")
    with ProjectFile.create(paths, PROJECT) as film:
        if not os.path.ismount(tiny_disk):
            film._db.connection.execute(
                "PRAGMA max_page_count = 180"
            )  # with this limit SQLite reports the same error as on a full disk
        film.write_edit("start", scope="project", actor="a", before=[], after=[*scenes(2), *shots(6, 3)])
        written = 0

        def fill() -> None:
            nonlocal written
            for written in range(1000):
                shots = film.load_story().shots
                longer = [replace(shot, caption=f"{written} " * 2000, frames=written) for shot in shots]
                film.write_edit(f"edit {written}", scope="project", actor="a", before=shots, after=longer)

        with pytest.raises(DiskFull) as told:
            fill()
        assert str(paths.db) in told.value.message
        assert "milimo clean" in told.value.hint
        assert written > 0
        story = film.load_story()
        assert {shot.frames for shot in story.shots} == {written - 1}
        assert film.list_history()[-1].label == f"edit {written - 1}"
        with pytest.raises(DiskFull):
            film.facts.add_take(take("a", "shot_0", spec="x" * 500_000), asset("a"))
        assert film.load_story() == story
    with ProjectFile.open(paths) as film:
        assert film.load_story() == story


def test_failed_creation_on_a_full_disk_leaves_nothing(tiny_disk: Path) -> None:
    paths = ProjectPaths(tiny_disk / "film")
    with pytest.raises(DiskFull if os.path.ismount(tiny_disk) else BadInput):
        ProjectFile.create(
            paths, replace(PROJECT, script="x" * 2_000_000 + "\ud800" * (not os.path.ismount(tiny_disk)))
        )
    assert not paths.root.exists()


def test_files_of_the_folder_stay_when_a_film_cannot_be_created(paths: ProjectPaths) -> None:
    paths.media.mkdir(parents=True)
    (paths.media / "kept.mov").write_bytes(b"film")
    with pytest.raises(BadInput):
        ProjectFile.create(paths, replace(PROJECT, script="\ud800"))
    assert [path.relative_to(paths.root).as_posix() for path in paths.root.rglob("*")] == [
        "media",
        "media/kept.mov",
    ]


# Summaries for the list of films


def test_summary_has_the_facts_of_the_list_of_films(closed: Story, paths: ProjectPaths) -> None:
    summary = read_film_summary(paths)
    assert (summary.root, summary.id, summary.name, summary.created) == (
        paths.root,
        PROJECT.id,
        PROJECT.name,
        PROJECT.created,
    )
    assert (summary.shots, summary.takes, summary.problem) == (6, 1, "")
    assert summary.updated > 0
    assert [path.name for path in paths.root.iterdir() if path.is_file()] == ["project.db"]


def test_summary_of_another_file_reports_the_fault(paths: ProjectPaths) -> None:
    paths.root.mkdir(parents=True)
    assert "no film" in read_film_summary(paths).problem
    paths.db.write_bytes(b"scribble" * 100)
    assert "damaged" in read_film_summary(paths).problem
    assert read_film_summary(paths).name == "rain-market"


# Copies of a film, and films opened by other programs


def test_copy_gets_its_own_id_and_keeps_its_history(closed: Story, paths: ProjectPaths) -> None:
    with ProjectFile.open(paths) as film:
        project = film.load_story().project
        film.write_edit(
            "rename", scope="project", actor="a", before=[project], after=[replace(project, name="Teaser")]
        )
    copy = ProjectPaths(paths.root.with_name("copy"))
    shutil.copytree(paths.root, copy.root)
    with ProjectFile.open(copy) as film:
        new = film.adopt_new_id()
        assert new != PROJECT.id
        assert film.load_story().project.id == new
        film.undo("project", "a")
        assert film.load_story().project.name == PROJECT.name
    with ProjectFile.open(paths) as film:
        assert film.load_story().project.id == PROJECT.id


def test_film_locked_by_another_is_reported(film: ProjectFile, paths: ProjectPaths) -> None:
    other = sqlite3.connect(paths.db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    film._db.patience = 0.05
    with pytest.raises(Failed, match="another program"):
        film.facts.add_asset(asset("a"))
    assert len(film.load_story().shots) == 6
    other.execute("ROLLBACK")
    other.close()
    film.facts.add_asset(asset("a"))
