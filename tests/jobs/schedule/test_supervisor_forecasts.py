"""Test the forecasts and estimates that a running supervisor returns for real jobs."""

from __future__ import annotations

import time
from typing import Any

import pytest

from milimo_tui.jobs.client.client import BatchRequest, Client
from tests.jobs.conftest import JobHome, picture, until_runs, until_state


def measured(house: JobHome, client: Client) -> None:
    """Run three jobs of the test engine so that the queue has timings for this kind of work."""
    for id in client.submit_jobs([picture("steps=2 step=0.05") for _ in range(3)]):
        until_state(client, id, "done")


def more(id: str, **fields: Any) -> dict[str, Any]:
    """Return the description of a job that is not queued yet, for an estimate. `fields` replaces the default
    values.
    """
    values = {"workload": "make_picture/tester/64x64", "units": 1.0, "affinity": "tester", "lane": "cpu"}
    return {"id": id, "priority": 0, "not_before": None, "needs": [], **values, **fields}


def test_unmeasured_work_is_not_predicted(house: JobHome) -> None:
    client = house.start()
    client.pause_work()
    [job] = client.submit_jobs([picture()])
    client.resume_work()
    until_state(client, job, "done")
    estimate = client.estimate_work([more("job_a", workload="make_picture/other/64x64")])
    assert (estimate.seconds, estimate.end) == (None, None)
    assert estimate.unmeasured == ["make_picture/other/64x64"]
    estimate = client.estimate_work([more("job_a", workload="make_picture/tester/128x64")])
    assert estimate.seconds is not None
    assert estimate.coarse == ["make_picture/tester/128x64"]


@pytest.mark.long("queue")
def test_jobs_behind_a_running_one_are_predicted_in_order(house: JobHome) -> None:
    client = house.start()
    measured(house, client)
    batch = BatchRequest(label="three")
    [runs] = client.submit_jobs([picture(house.gated)])
    until_runs(client, runs)
    jobs = client.submit_jobs([picture(batch=batch.id) for _ in range(3)], batches=[batch])
    [urgent] = client.submit_jobs([picture(priority=5)])
    [after] = client.submit_jobs([picture(depends_on=[jobs[0]])])
    [late] = client.submit_jobs([picture(not_before=time.time() + 3600)])
    [held] = client.submit_jobs([picture(hold=True)])
    forecast = client.fetch_forecast()
    ends = [forecast.jobs[id].end for id in (runs, urgent, *jobs, after)]
    assert ends == sorted(end for end in ends if end is not None)
    starts = [forecast.jobs[id].start for id in (urgent, *jobs, after)]
    assert starts == ends[:-1], "each begins when the previous shot ends"
    assert forecast.batches[batch.id] == forecast.jobs[jobs[-1]].end
    start = forecast.jobs[late].start
    assert start is not None
    assert start > forecast.now + 3000
    assert forecast.jobs[held].start is forecast.jobs[held].end is None
    assert forecast.error.samples == 2, "the first had no estimate yet"
    assert forecast.error.median is not None
    assert forecast.error.median >= 0
    assert client.fetch_forecast([urgent]).jobs.keys() == {urgent}
    behind = client.estimate_work([more("job_x"), more("job_y", needs=["job_x", late])])
    assert behind.start is not None
    assert behind.start >= (ends[-1] or 0)
    assert behind.end is not None
    assert behind.end > forecast.now + 3000
    assert len(client.list_jobs({"states": ["queued", "waiting", "held"]})) == 7, (
        "nothing was queued by asking"
    )
    client.pause_work(lane="cpu")
    shut = client.estimate_work([more("job_x")])
    assert (shut.shut, shut.end) == (["cpu"], None)
    assert shut.seconds is not None
    assert shut.seconds > 0
