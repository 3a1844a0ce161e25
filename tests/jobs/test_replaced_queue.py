"""Test the rows of docs/replaced-behaviour.md about the queue: a fault of Milimo Video, and the correct
behaviour here.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from milimo_tui.core.errors import Conflict
from milimo_tui.core.paths import Home
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.client.client import Client
from tests.front_door import Milimo
from tests.jobs.conftest import ENDED, JobHome, picture, reading, until, until_ended, until_runs, until_state


def chain(house: JobHome, id: str) -> list[dict[str, Any]]:
    """Return the changes of a job's state as a client receives them."""
    return [event for event in house.start().list_events(jobs=[id]) if event["kind"] == "state"]


@pytest.mark.long("queue")
def test_row_43_cancel_queued_running_and_saving_follows_one_path(house: JobHome, tmp_path: Path) -> None:
    """In Milimo Video the event of a cancelled job never came, and its display kept spinning."""
    client = house.start()
    film = tmp_path / "film"
    film.mkdir()
    (film / "refuse").touch()
    [saving] = client.submit_jobs([picture(project=str(film))])
    until(lambda: client.fetch_job(saving).reason, "its result waits for the film")
    running, queued = client.submit_jobs(
        [picture("steps=9 step=0.1 part=1 at=4 " + house.gated, "keeper"), picture(engine="keeper")]
    )
    until(lambda: client.fetch_job(running).parts, "a part is finished")
    for id in (queued, running, saving):
        client.cancel_jobs([id])
    ended = until_ended(client, [queued, running, saving])
    assert {job.state for job in ended.values()} == {"cancelled"}
    for id in (queued, running, saving):
        told = chain(house, id)
        assert [event["state"] for event in told if event["state"] in ENDED] == ["cancelled"]
        assert [event["trigger"] for event in told].count("cancel") == 1
        assert all(after["was"] == before["state"] for before, after in pairwise(told))
    assert house.taken(film) == []
    with pytest.raises(Conflict):
        client.hold_jobs([running])


@pytest.mark.long("queue")
def test_row_43_parts_of_a_cancelled_job_serve_its_retry(house: JobHome) -> None:
    """Milimo Video never deleted the parts of a long shot."""
    client = house.start()
    prompt = "steps=9 step=0.05 part=1 save=1 at=4 " + house.gated
    [id] = client.submit_jobs([picture(prompt, "keeper")])
    until(lambda: client.fetch_job(id).parts, "a part is finished")
    until_runs(client, id)
    client.cancel_jobs([id])
    until_state(client, id, "cancelled")
    workspace = house.home.workspace / id
    assert (workspace / "part.txt").exists()
    house.gate.touch()
    client.retry_jobs([id])
    assert until_state(client, id, "done").parts == []
    until(lambda: not workspace.exists(), "nothing of it is left")


@pytest.mark.long("queue")
def test_row_43_clean_removes_data_of_cancelled_jobs(film: Milimo) -> None:
    [job] = film.json("shot", "make", "1A", "--detach")["jobs"]
    film.act("job", "cancel", job)
    until(lambda: film.json("job", "show", job)["state"] in ENDED, "it is cancelled")
    folder = film.home / "workspace" / job
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "part").write_bytes(b"x" * 1000)
    (folder.parent / "job_link").symlink_to(film.cwd)
    film.act("clean")
    assert list((film.home / "projects").glob(f"*/workspace/{job}")) == []
    assert not folder.exists()
    assert film.cwd.is_dir(), "a link is removed, and not followed"


@pytest.mark.long("queue")
def test_row_44_one_queue_for_every_kind_survives_a_restart_and_is_reordered(house: JobHome) -> None:
    """Milimo Video queued only videos, in memory, and ran everything else at the same time."""
    client = house.start()
    client.pause_work()
    first, second, third = client.submit_jobs([picture(label=name) for name in "abc"])
    [reads] = client.submit_jobs([reading(first)])
    client.move_job(third, first)
    client.set_priority([second], 5)
    assert client.stop(wait=60)
    client = house.start()
    assert {job.state for job in client.list_jobs()} == {"queued", "waiting"}
    client.resume_work()
    until_ended(client, [first, second, third, reads])
    claims = [event["job"] for event in client.list_events(kinds=["state"]) if event["state"] == "running"]
    assert claims == [second, third, first, reads]
    assert {job.kind for job in client.list_jobs()} == {"make_picture", "probe"}


@pytest.mark.long("queue")
def test_row_45_take_records_its_frames_and_inputs(film: Milimo) -> None:
    """Milimo Video asked another program for the real number of frames afterwards, and did not store the
    inputs of a still.
    """
    [job] = film.json("shot", "make", "1A")["jobs"]
    take = film.json("shot", "takes", "1A")[-1]
    with av.open(take["path"]) as container:
        frames = sum(1 for _ in container.decode(video=0))
        carried = json.loads(container.metadata["milimo"])
    assert frames == take["frames"]
    [spec] = in_film(film, f"SELECT spec FROM take WHERE job = '{job}'")
    wanted = json.loads(spec[0])
    assert wanted == film.json("job", "show", job)["spec"], "every parameter, prompt and all"
    assert carried["spec"] == {name: value for name, value in wanted.items() if name in carried["spec"]}
    left_out = set(wanted) - set(carried["spec"])
    assert left_out >= {"stands_for", "model", "recipe", "over"}
    without = MakeVideo.model_validate(carried["spec"]).model_dump(mode="json")
    says = left_out - {"stands_for", "model", "recipe", "measured", "camera_lora"}
    assert all(without[name] == wanted[name] for name in says), "what is left out says nothing"
    assert (carried["engine"], carried["seed"], carried["previs"]) == ("animatic", take["seed"], True)
    [[said, machine, seconds]] = in_film(
        film, f"SELECT said, machine, seconds FROM provenance WHERE job = '{job}'"
    )
    assert json.loads(said) == carried, "the film's database has it too"
    assert json.loads(machine)["python"]
    assert seconds > 0


@pytest.mark.long("queue")
def test_row_58_render_shows_percent_can_be_cancelled_and_has_a_history(film: Milimo) -> None:
    """In Milimo Video a render reported nothing between 30 and 100 % and could not be cancelled."""
    film.act("supervisor", "start")
    before = film.json("supervisor", "status")["seq"]
    first = film.json("render", "-o", "first.mp4")
    with closing(Client(Home(film.home))) as client:
        events = client.list_events(before, kinds=["state"])
        assert [event["state"] for event in events][-1] == "done"
        [job] = [job for job in client.list_jobs() if job.kind == "render_film"][-1:]
        assert client.fetch_job(job.id).progress == 1.0
        stream = client.watch_events()
        frames = first["frames"]
        # This render takes long enough for its progress to be reported several times.
        fine = ("--preset", "h264-fine", "--range", f"1-{frames}")
        again = film.json("render", *fine, "--detach", "-o", "second.mp4")["job"]
        shares = []
        for event in stream:
            if event["kind"] == "progress" and event["job"] == again:
                shares.append(event["progress"])
            if event.get("state") in ENDED and event["job"] == again:
                break
        assert shares == sorted(shares)
        assert shares, "it tells how far it is"
        client.pause_work(lane="render")
        third = film.json("render", "--detach", "-o", "third.mp4")["job"]
        client.cancel_jobs([third])
        client.resume_work()
        assert until_state(client, third, "cancelled", "cancelling")
    assert Path(first["film"]).is_file()
    assert (film.cwd / "second.mp4").is_file()
    assert not (film.cwd / "third.mp4").exists()
    kept = in_film(film, "SELECT path, frames FROM render ORDER BY created")
    assert [Path(path).name for path, _ in kept][-2:] == ["first.mp4", "second.mp4"]
    assert kept[-1][1] == frames - 1


def in_film(film: Milimo, question: str) -> list[tuple[Any, ...]]:
    """Run a query on the film's own database and return its rows."""
    project = next((film.home / "projects").iterdir()) / "project.db"
    with closing(sqlite3.connect(f"file:{project}?mode=ro", uri=True)) as db:
        return db.execute(question).fetchall()


@pytest.mark.long("queue")
def test_row_87_every_event_names_kind_and_job_and_is_replayed_by_number(house: JobHome) -> None:
    """Milimo Video lost events on reconnect, and each kind of event had its own shape."""
    client = house.start()
    stream = client.watch_events()
    good, bad, unwanted = client.submit_jobs(
        [picture("steps=3 step=0.1"), picture("fail='no luck'"), picture(hold=True)]
    )
    client.cancel_jobs([unwanted])
    until_ended(client, [good, bad, unwanted])
    last = client.fetch_status().seq
    live = []
    for event in stream:
        live.append(event)
        if event["seq"] >= last:
            break
    for event in live:
        assert list(event)[:4] == ["seq", "at", "kind", "job"]
        if event["kind"] == "progress":
            assert 0 <= event["progress"] <= 1
        if event["kind"] == "state":
            assert {"state", "was", "trigger"} <= event.keys()
    ends = {event["job"]: event for event in live if event.get("state") in ENDED}
    assert {id: ends[id]["state"] for id in ends} == {good: "done", bad: "failed", unwanted: "cancelled"}
    assert ends[bad]["error"] == "no luck"
    assert ends[good]["outputs"].keys() == {"board"}
    house.kill()
    client = house.start()
    replayed = [event for event in client.list_events(live[0]["seq"] - 1) if event["seq"] <= last]
    assert replayed == live


@pytest.mark.long("queue")
def test_section_10_job_looks_the_same_while_running_and_later(house: JobHome) -> None:
    """In Milimo Video a running job and a finished job had different shapes, with the error under two
    names.
    """
    client = house.start()
    running, bad = client.submit_jobs([picture(house.gated), picture("fail=broken", lane="quick")])
    until_runs(client, running)
    until_state(client, bad, "failed")
    one, other = client.fetch_job(running), client.fetch_job(bad)
    assert one.as_json().keys() == other.as_json().keys()
    assert one.progress == 0.5, "told every kind of job, not of renders alone"
    assert (one.error, other.error) == ("", "broken")
    house.gate.touch()
    before = until_state(client, running, "done")
    house.kill()
    after = house.start().fetch_job(running)
    # The workspace is removed shortly after the job is done, which changes the revision of its row.
    assert replace(after, revision=0) == replace(before, revision=0), "and the same after a restart"


@pytest.mark.long("queue")
def test_section_10_rows_of_a_job_are_deleted_together(house: JobHome) -> None:
    """In Milimo Video jobs had no foreign keys. Here the attempts, dependencies and results of a job are
    deleted with the job.
    """
    client = house.start()
    first, second = client.submit_jobs([picture(), picture()])
    [waits] = client.submit_jobs([picture(depends_on=[first, second])])
    until_ended(client, [first, second, waits])
    assert client.stop(wait=60)
    with closing(sqlite3.connect(house.home.studio_db)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("INSERT INTO dependency VALUES ('job_x', 'job_y')")
        db.execute("DELETE FROM job WHERE id = ?", (waits,))
        assert db.execute("SELECT count(*) FROM attempt WHERE job = ?", (waits,)).fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM dependency").fetchone() == (0,)
