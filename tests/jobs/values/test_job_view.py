"""Test the client's view of a job: serialising it returns the JSON it was read from, byte for byte."""

from __future__ import annotations

import json

from milimo_tui.jobs.values.queue_views import Forecast
from milimo_tui.jobs.values.row_views import build_attempt_view, build_batch_view, job_row_to_json
from milimo_tui.jobs.values.views import BatchView, DetailedJob, JobView
from milimo_tui.store.jobs.studio_values import Attempt, Batch, BatchTally, Job

JOB = Job("job_1", "make_video", "ltx2", "gpu", "running", "{}", 1.5, shot="shot_1", label="1A take")
BARE = Job("job_2", "probe", "quick", "cpu", "failed", "{}", 2, error="no file", live='{"speed": 1.5}')


def test_job_is_equal_after_serialising() -> None:
    several = JOB._replace(with_shots='["shot_2", "shot_3"]')
    for job in (JOB, BARE, several):
        sent = job_row_to_json(job, ["job_0"], resumed="denoise 4 of 8")
        assert json.dumps(JobView.from_json(sent).as_json()) == json.dumps(sent)


def test_job_belongs_to_its_shot_and_those_made_with_it() -> None:
    several = JobView.from_json(job_row_to_json(JOB._replace(with_shots='["shot_2", "shot_3"]'), ()))
    assert several.shots == ("shot_1", "shot_2", "shot_3")
    assert JobView.from_json(job_row_to_json(JOB, ())).shots == ("shot_1",)
    assert JobView.from_json(job_row_to_json(BARE, ())).shots == ()


def test_job_with_attempts_is_equal_after_serialising() -> None:
    tried = [
        Attempt("job_1", 1, "t", "gpu0", 0.0, "{}", 2.0),
        Attempt("job_1", 2, "t", "gpu0", 0.0, "{}", 3.0),
    ]
    tried[0] = tried[0]._replace(outcome="died", error="killed", ended=4.0)
    sent = {
        **job_row_to_json(JOB, ()),
        "spec": {"seed": 1},
        "history": [build_attempt_view(each).as_json() for each in tried],
    }
    assert json.dumps(DetailedJob.from_json(sent).as_json()) == json.dumps(sent)


def test_batch_is_equal_after_serialising() -> None:
    sent = build_batch_view(
        Batch(id="batch_1", created=1.0, label="3B"), [BatchTally("done", 2, 2.0, 5.0)]
    ).as_json()
    assert list(sent)[:4] == ["id", "label", "project", "created"]
    assert json.dumps(BatchView.from_json(sent).as_json()) == json.dumps(sent)


def test_forecast_is_equal_after_serialising() -> None:
    job = {"start": 2.0, "end": None, "seconds": 1.5, "coarse": True}
    error = {"median": 0.1, "samples": 3}
    sent = {"now": 1.0, "jobs": {"job_1": job}, "batches": {"batch_1": {"end": None}}, "error": error}
    assert json.dumps(Forecast.from_json(sent).as_json()) == json.dumps(sent)


def test_keys_of_another_version_are_ignored() -> None:
    assert JobView.from_json({"id": "job_1", "from_later": 1}) == JobView(id="job_1")
