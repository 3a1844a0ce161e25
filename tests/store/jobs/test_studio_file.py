"""Test `studio.db`: files of other versions and of other programs, and the way it is written."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Damaged, Newer, Refused
from milimo_tui.store.jobs.job_rows import RECENT
from milimo_tui.store.jobs.studio_file import StudioFile, recover_queue
from milimo_tui.store.jobs.studio_schema import SCHEMA
from milimo_tui.store.jobs.studio_values import Job, JobFilter, Timing
from milimo_tui.store.sqlite.schema import run_script

DATA = Path(__file__).parents[1] / "data"


def test_file_older_than_the_first_release_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    StudioFile.open(path).close()
    old = sqlite3.connect(path)
    old.execute(f"PRAGMA user_version = {SCHEMA.first - 1}")
    old.close()
    before = path.read_bytes()
    with pytest.raises(Refused, match=r"studio\.db .*schema 2") as refusal:
        StudioFile.open(path)
    assert refusal.value.hint
    with pytest.raises(Refused, match="schema 2"):
        recover_queue(path)
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.db*")) == [path]


def test_queue_of_the_first_release_is_kept_and_recovered(tmp_path: Path) -> None:
    first = tmp_path / "first.db"
    old = sqlite3.connect(first, isolation_level=None)
    run_script(old, (DATA / "studio_v3.sql").read_text(encoding="utf-8"))
    old.execute(f"PRAGMA application_id = {SCHEMA.application_id}")
    old.execute(f"PRAGMA user_version = {SCHEMA.first}")
    job = Job(
        id="job_1", kind="k", engine="e", lane="cpu", state="queued", spec="{}", created=1.0, shot="shot_1"
    )
    kept = {name: value for name, value in job._asdict().items() if name != "with_shots"}
    old.execute(
        f"INSERT INTO job ({', '.join(kept)}) VALUES ({', '.join('?' * len(kept))})", [*kept.values()]
    )
    old.close()
    for name, opened in (("studio.db", None), ("recovered.db", recover_queue)):
        path = tmp_path / name
        shutil.copy(first, path)
        if opened is not None:
            assert not opened(path).lost
        file = StudioFile.open(path)
        assert file.select_job("job_1") == job
        assert file.select_jobs(JobFilter(shot="shot_1")) == [job]
        file.close()
    assert (tmp_path / "studio.db.v3.bak").read_bytes()[:16] == first.read_bytes()[:16]


def test_job_with_unreadable_shots_is_named_by_a_recovery(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    file = StudioFile.open(path)
    for id, shots in (("job_1", '["shot_2"'), ("job_2", '["shot_2"]')):
        file.add_job(
            Job(
                id=id,
                kind="k",
                engine="e",
                lane="cpu",
                state="done",
                spec="{}",
                created=1.0,
                with_shots=shots,
            )
        )
    file.close()
    [lost] = recover_queue(path).lost
    assert "“k”" in lost  # A job without a label is named by its kind.
    file = StudioFile.open(path)
    assert [job.id for job in file.select_jobs(JobFilter(shot="shot_2"))] == ["job_2"]
    file.close()


def test_existing_queue_is_opened_without_sqlmodel(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    StudioFile.open(path).close()
    text = (
        "import sys; from pathlib import Path; from milimo_tui.store.jobs.studio_file import StudioFile;"
        " StudioFile.open(Path(sys.argv[1])).close(); print('sqlmodel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", text, path], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_newer_file_is_refused_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    StudioFile.open(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {SCHEMA.newest + 1}")
    newer.close()
    before = path.read_bytes()
    with pytest.raises(Newer):
        StudioFile.open(path)
    assert path.read_bytes() == before


def test_other_file_or_foreign_database_counts_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    path.write_bytes(b"nothing of the kind" * 500)
    with pytest.raises(Damaged):
        StudioFile.open(path)
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("PRAGMA application_id = 7")
    other.execute("PRAGMA user_version = 1")
    other.close()
    with pytest.raises(Damaged, match="database"):
        StudioFile.open(path)


def test_file_is_written_with_full_sync_and_a_write_ahead_log(tmp_path: Path) -> None:
    file = StudioFile.open(tmp_path / "studio.db")
    pragmas = {
        name: file._db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    }
    assert (tmp_path / "studio.db").stat().st_mode & 0o777 == 0o600
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "trusted_schema": 0}
    file.close()


def test_columns_are_checked_by_name(tmp_path: Path) -> None:
    file = StudioFile.open(tmp_path / "studio.db")
    file.add_job(Job(id="job_1", kind="k", engine="e", lane="cpu", state="queued", spec="{}", created=1.0))
    assert file.set_job("job_1", label="new")
    assert not file.set_job("job_1", state_was="done", label="newer")
    assert not file.set_job("job_2", label="nobody")
    columns: dict[str, Any] = {"evil = 1 --": 1}
    with pytest.raises(KeyError, match="evil"):
        file.set_job("job_1", state_was="", **columns)
    job = file.select_job("job_1")
    assert job is not None
    assert job.label == "new"
    assert job.revision == 1
    file.close()


def test_events_are_numbered_without_end_and_deleted_from_the_start(tmp_path: Path) -> None:
    file = StudioFile.open(tmp_path / "studio.db")
    for n in range(10):
        file.add_event(float(n), "progress" if n % 2 else "state", "job_1", {"n": n})
    file.delete_progress_events(0, 7)
    assert [event.data["n"] for event in file.select_events(0, 100)] == [0, 2, 4, 6, 7, 8, 9]
    file.trim_events(keep=3)
    assert [event.seq for event in file.select_events(0, 100)] == [8, 9, 10]
    assert file.read_last_event_number() == 10
    assert file.add_event(0.0, "state", "", {}).seq == 11, "a number is never used again"
    assert [event.seq for event in file.select_events(0, 100, ["job_1"])] == [8, 9, 10]
    file.close()


def test_undone_change_is_not_cached(tmp_path: Path) -> None:
    file = StudioFile.open(tmp_path / "studio.db")
    new = Job(id="job_1", kind="k", engine="e", lane="cpu", state="queued", spec="{}", created=1.0)
    assert file.add_job(new)
    assert not file.add_job(new)
    with pytest.raises(ZeroDivisionError):
        _change_and_fail(file)
    assert file.select_job("job_1") == new
    assert file.change_job("job_1", "running", state="done") is None
    assert file.change_job("job_2", "queued", state="done") is None
    changed = file.change_job("job_1", "queued", label="new")
    assert changed == file.select_job("job_1") == file.select_jobs()[0]
    file.close()


def _change_and_fail(file: StudioFile) -> None:
    with file.start_transaction():
        changed = file.change_job("job_1", "queued", state="running")
        assert changed is not None
        assert changed == file.select_job("job_1")
        raise ZeroDivisionError


def test_new_jobs_are_read_as_they_are_stored(tmp_path: Path) -> None:
    """A job is cached when it is added. A home that is reached through a symbolic link stores some paths in
    another spelling, so such a job must be read from the file.
    """
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    file = StudioFile.open(link / "studio.db")
    common: dict[str, Any] = {"kind": "k", "engine": "e", "lane": "cpu", "state": "queued", "created": 1.0}
    for number, project in enumerate(("", "/elsewhere", f"{link}/projects/film", f"{real}/projects/film")):
        job = Job(id=f"job_{number}", spec=f'{{"file":"{project}/shot.png"}}', project=project, **common)
        assert file.add_job(job)
        assert file.select_job(job.id) == file.select_jobs(JobFilter(ids=(job.id,)))[0]


def test_jobs_outside_the_cache_are_read_from_the_file(tmp_path: Path) -> None:
    file = StudioFile.open(tmp_path / "studio.db")
    common: dict[str, Any] = {"kind": "k", "engine": "e", "lane": "cpu", "state": "queued", "created": 1.0}
    for number in range(RECENT + 10):
        assert file.add_job(Job(id=f"job_{number}", spec="{}", **common))
    for number in range(RECENT + 10):
        changed = file.change_job(f"job_{number}", "queued", label=f"the {number}th")
        assert changed is not None
        assert changed == file.select_job(f"job_{number}")
    assert [file.select_job(job.id) for job in file.select_jobs()] == file.select_jobs()


def test_absences_start_and_end_once_despite_clock_changes(tmp_path: Path) -> None:
    file = StudioFile.open(tmp_path / "studio.db")
    for now in (1.0, 2.0):
        file.begin_absence(now, keep=2)
    assert [(row.began, row.ended) for row in file.select_absences(9)] == [(1.0, None)]
    file.end_absence(0.5)
    file.end_absence(3.0)
    assert [(row.began, row.ended) for row in file.select_absences(9)] == [(1.0, 1.0)]
    for now in (4.0, 6.0, 8.0):
        file.begin_absence(now, keep=2)
        file.end_absence(now + 1)
    assert [row.began for row in file.select_absences(9)] == [8.0, 6.0]
    file.close()


def test_old_timings_are_deleted_by_workload(tmp_path: Path) -> None:
    file = StudioFile.open(tmp_path / "studio.db")
    for number in range(6):
        file.add_timing(
            Timing(job="j", workload="a" if number else "b", units=1.0, seconds=float(number), at=1.0)
        )
    file.trim_timings(keep=2)
    assert [(row.workload, row.seconds) for row in file.select_timings()] == [
        ("a", 5.0),
        ("a", 4.0),
        ("b", 0.0),
    ]
    assert len(file.select_timings("a", 1)) == 1
    file.close()
