"""Test checkpoints: a checkpoint is complete or absent, is found by stage and signature, and lets a job
continue after its worker died.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import Cancelled, Failed, MilimoError
from milimo_tui.engines.contract.engine import Output
from milimo_tui.jobs.values.retry_policy import combine_stage_and_step as furthest
from milimo_tui.jobs.worker import context as within
from milimo_tui.jobs.worker import progress_mark
from milimo_tui.jobs.worker.checkpoints import CheckpointFolder, CheckpointMark
from milimo_tui.jobs.worker.context import JobContext, StageProgress, Yielded
from tests.jobs.checkpoint_engine import picture as preview
from tests.jobs.checkpoint_engine import worked
from tests.jobs.conftest import JobHome, picture, until, until_ended, until_state


class JobRecorder:
    """A job context without a worker that records the messages it sends."""

    def __init__(self, workspace: Path, **command: Any) -> None:
        workspace.mkdir(parents=True, exist_ok=True)
        self.messages: list[dict[str, Any]] = []
        self.stops: dict[str, MilimoError] = {}
        self.context = JobContext(
            {"token": "t1", "workspace": str(workspace), **command}, self.messages.append, self.stops
        )

    def said(self, say: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["say"] == say]


def writing(data: bytes) -> Callable[[Path], None]:
    """Return a function that writes `data` as an engine writes its state."""

    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


def put(folder: CheckpointFolder, step: int, signature: str = "s", stage: str = "draw") -> None:
    mark = CheckpointMark(stage=stage, signature=signature, step=step, total=60, stages=("encode", "draw"))
    folder.save_checkpoint(mark, writing(b"state %d" % step))


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def folder(tmp_path: Path, notes: list[str]) -> CheckpointFolder:
    return CheckpointFolder(tmp_path / "checkpoints", notes.append)


def test_furthest_checkpoint_is_found_by_stage_and_signature(folder: CheckpointFolder) -> None:
    assert folder.find_newest_checkpoint("draw", "s") is None
    put(folder, 10)
    put(folder, 20)
    found = folder.find_newest_checkpoint("draw", "s")
    assert found
    assert found[0].step == 20
    assert found[1].read_bytes() == b"state 20"
    assert folder.find_newest_checkpoint("draw", "another spec") is None
    assert folder.find_newest_checkpoint("decode", "s") is None


def test_two_checkpoints_of_a_stage_are_kept(folder: CheckpointFolder, tmp_path: Path) -> None:
    for step in range(10, 60, 10):
        put(folder, step)
    put(folder, 3, stage="decode")
    states = sorted(path.read_bytes() for path in (tmp_path / "checkpoints").glob("*.state"))
    assert states == [b"state 3", b"state 40", b"state 50"]
    # The job was changed: only the newest two checkpoints with the new signature are kept.
    put(folder, 5, signature="changed")
    put(folder, 6, signature="changed")
    assert folder.find_newest_checkpoint("draw", "s") is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_damaged_checkpoint_is_ignored(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    place = tmp_path_factory.mktemp("job") / "checkpoints"
    notes: list[str] = []
    folder = CheckpointFolder(place, notes.append)
    put(folder, 10)
    put(folder, 20)
    newest = folder.find_newest_checkpoint("draw", "s")
    assert newest
    victim = data.draw(st.sampled_from([newest[1], newest[1].with_suffix(".json")]))
    whole = victim.read_bytes()
    if data.draw(st.booleans()):
        victim.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    else:
        at = data.draw(st.integers(0, len(whole) * 8 - 1))
        torn = bytearray(whole)
        torn[at // 8] ^= 1 << at % 8
        victim.write_bytes(bytes(torn))
    found = folder.find_newest_checkpoint("draw", "s")
    assert found
    assert found[0].step == 10, "the previous shot serves"
    assert len(notes) == 1


def test_failed_save_keeps_the_last_checkpoint(folder: CheckpointFolder, tmp_path: Path) -> None:
    put(folder, 10)

    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise ZeroDivisionError("a bug")

    mark = CheckpointMark(stage="draw", signature="s", step=20, total=60, stages=())
    with pytest.raises(ZeroDivisionError):
        folder.save_checkpoint(mark, fail)
    with pytest.raises(Failed, match="did not write"):
        folder.save_checkpoint(mark, lambda path: None)
    found = folder.find_newest_checkpoint("draw", "s")
    assert found
    assert found[0].step == 10
    assert len(list((tmp_path / "checkpoints").iterdir())) == 2


# Use of checkpoints by an attempt


def test_pause_takes_effect_at_the_next_checkpoint(tmp_path: Path) -> None:
    room = JobRecorder(tmp_path / "job")
    context = room.context
    context.progress("draw", 0, 60)
    assert not context.checkpoints.due()
    room.stops["t1"] = Yielded("paused by request")
    context.progress("draw", 1, 60)
    assert context.checkpoints.due(), "asked to pause: save now"
    with pytest.raises(Yielded):
        context.checkpoints.save("draw", "s", 2, writing(b"x"))
    assert room.said("checkpoint")[0]["step"] == 2
    with pytest.raises(Yielded):
        context.progress("decode", 0, 1)  # a stage without checkpoints pauses at once


def test_cancel_waits_for_no_checkpoint(tmp_path: Path) -> None:
    room = JobRecorder(tmp_path / "job")
    room.context.progress("draw", 0, 60)
    room.context.checkpoints.due()
    room.stops["t1"] = Cancelled("cancelled by request")
    with pytest.raises(Cancelled):
        room.context.progress("draw", 1, 60)


def test_full_disk_loses_only_the_checkpoint(tmp_path: Path) -> None:
    room = JobRecorder(tmp_path / "job")

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    room.context.checkpoints.save("draw", "s", 5, full)
    assert not room.said("checkpoint")


def test_stages_keep_their_numbers_when_some_are_left_out() -> None:
    first, second = StageProgress(), StageProgress()
    for stage in ("encode", "draw", "decode", "draw"):
        assert first.enter_stage(stage, 10)
        assert not first.enter_stage(stage, 10)
    assert (first.stages, first.nth) == (["encode", "draw", "decode", "draw (2)"], 4)
    second.stages = list(first.stages)
    second.enter_stage("draw", 10)
    assert second.nth == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20)), max_size=30))
def test_furthest_step_only_grows(steps: list[tuple[str, int]]) -> None:
    progress = StageProgress()
    before = 0
    for stage, done in steps:
        progress.enter_stage(stage, 20)
        assert progress.record_step(done) == (furthest(progress.nth, done) > before)
        assert progress.furthest >= before
        before = progress.furthest


def test_each_step_writes_a_marker_of_its_attempt(tmp_path: Path) -> None:
    room = JobRecorder(tmp_path / "job")
    for step in range(200):
        room.context.progress("draw", step, 600)
    assert len(room.said("progress")) < 100, "told now and then"
    assert progress_mark.read_progress_mark(tmp_path / "job", "t1") == furthest(1, 199), (
        "but noted at each step"
    )
    assert progress_mark.read_progress_mark(tmp_path / "job", "t2") == 0
    assert progress_mark.read_progress_mark(tmp_path, "t1") == 0
    room.context.close()


def test_previews_are_few_and_complete(tmp_path: Path) -> None:
    room = JobRecorder(tmp_path / "job")
    made = []

    def draw() -> bytes:
        made.append(1)
        return preview(1)

    for _ in range(1000):
        room.context.preview(draw)
    assert 1 <= len(made) == len(room.said("preview")) < 100, "one a second, however long this took"
    path = Path(room.said("preview")[0]["path"])
    assert path.read_bytes() == preview(1)
    assert path.parent == tmp_path / "job"
    big = JobRecorder(tmp_path / "big")
    big.context.preview(bytes(within.PREVIEW_BYTES + 1))
    assert not big.said("preview")


def test_part_is_reported_with_its_hash(tmp_path: Path) -> None:
    room = JobRecorder(tmp_path / "job")
    path = tmp_path / "job" / "chunk.txt"
    path.write_text("one")
    room.context.part(Output(role="chunk", path=str(path)))
    (told,) = room.said("part")
    assert told["output"]["bytes"] == 3
    assert len(told["output"]["digest"]) == 64
    with pytest.raises(Failed, match="did not make"):
        room.context.part(Output(role="chunk", path=str(path) + ".none"))


# Tests with a real supervisor


@pytest.mark.long("queue")
def test_sixty_steps_killed_at_fifty_finish_after_twelve_more(house: JobHome) -> None:
    client = house.start()
    (id,) = client.submit_jobs([picture("steps=60 step=0.005 save=6 die=50", "keeper")])
    job = until_ended(client, [id])[id]
    assert (job.state, job.attempts) == ("done", 2)
    workspace = house.home.workspace / id
    steps = worked(workspace)
    assert steps[:50] == list(range(50))
    assert steps[50:] == list(range(48, 60)), "no step before the checkpoint was worked again"
    assert len(steps) - 50 <= 12
    assert "resumes from checkpoint draw 48 of 60" in client.read_job_log(id)
    history = client.fetch_job(id).history
    events = [
        event for event in client.list_events(0) if event["kind"] == "checkpoint" and event["job"] == id
    ]
    assert [event["step"] for event in events if not event.get("resumed")][-1] == 60
    assert [event["step"] for event in events if event.get("resumed")] == [48]
    until(lambda: not workspace.exists(), "what it kept goes with the job")
    assert [attempt.outcome for attempt in history] == ["died", "done"]


@pytest.mark.long("queue")
def test_job_pauses_after_a_checkpoint_and_continues_from_it(house: JobHome) -> None:
    client = house.start()
    (id,) = client.submit_jobs([picture("steps=100000 step=0.02 save=due", "keeper")])
    until(lambda: client.fetch_job(id).progress, "it works")
    client.pause_work([id])
    until_state(client, id, "paused")
    events = [event for event in client.list_events(0) if event["kind"] == "checkpoint"]
    assert len(events) == 1, "saved because a pause was asked for"
    before = worked(house.home.workspace / id)
    assert before == list(range(events[0]["step"]))
    client.resume_work([id])
    until(lambda: len(worked(house.home.workspace / id)) > len(before), "it works again")
    assert worked(house.home.workspace / id)[: len(before) + 1] == list(range(len(before) + 1))
    client.cancel_jobs([id])
    until_state(client, id, "cancelled")


@pytest.mark.long("queue")
def test_unreported_steps_count_as_progress(house: JobHome) -> None:
    """A worker that dies after a few more fast steps has made progress, even if the steps were too fast to be
    reported. The job is not set aside.
    """
    client = house.start()
    (id,) = client.submit_jobs([picture("steps=20 die=3,5,7,9", "keeper")])
    job = until_ended(client, [id])[id]
    assert (job.state, job.attempts) == ("done", 5)


@pytest.mark.long("queue")
def test_part_is_usable_before_the_job_is_done(house: JobHome) -> None:
    client = house.start()
    words = f"steps=10 part=2 show at=5 gate={house.gate}"
    (id,) = client.submit_jobs([picture(words, "keeper")])
    event = until(
        lambda: next((e for e in client.list_events(0) if e["kind"] == "part"), None), "a part is told of"
    )
    assert (event["job"], event["role"]) == (id, "chunk")
    assert Path(event["path"]).read_text() == "a part"

    def shown() -> Any:
        events = [e for e in client.list_events(0) if e["kind"] == "progress" and e["live"]["preview"]]
        return events[-1] if events else None

    live = until(shown, "a preview is told of")["live"]
    assert Path(live["preview"]).read_bytes().startswith(b"\x89PNG")
    assert live["frames"][1] == 5
    house.gate.touch()
    assert until_ended(client, [id])[id].state == "done"
