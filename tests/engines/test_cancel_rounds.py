"""Test of thirty cancels in one worker, at any step of every pipeline: delay until the job ends, and memory
use.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image

from milimo_tui.core.paths import Home
from milimo_tui.engines.specs.mask_specs import Point, Track, TrackPrompt
from milimo_tui.engines.specs.picture_specs import Inpaint, MakePicture, Upscale
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import Conditioning, Control, MakeVideo
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.media.encode.take_file import write_take
from tests.budget import rounds
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment

__all__ = ["tiny"]

STEPS = 200  # Steps of each job: the most that LTX-2 accepts, so that no job ends before its cancel.


@pytest.fixture
def studio(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    parts = ("ltx2", "ltx2-upsampler", "ltx2-distilled-lora", "ltx2-ic-canny")
    furnish(tmp_path / "home", tiny, "flux2-klein-base", "sam3", *parts)
    env = {**environment(tmp_path), "TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1"}
    runner = Milimo(env, tmp_path / "work")
    runner.act("supervisor", "start")
    yield runner
    runner.inside("supervisor", "stop", "--now")


def _specs(folder: Path) -> list[Spec]:
    """Return one spec for each pipeline of pictures, takes and masks."""
    house, mask, wide, clip = (folder / name for name in ("house.png", "mask.png", "wide.png", "clip.mov"))
    Image.new("RGB", (160, 96), "teal").save(house)
    Image.new("RGB", (400, 64), "teal").save(wide)
    picture = Image.new("L", (160, 96), 0)
    picture.paste(255, (40, 40, 80, 70))
    picture.save(mask)
    frames = (np.full((64, 64, 3), 90, np.uint8) for _ in range(5 * STEPS))
    write_take(clip, frames, width=64, height=64, rate=Fraction(24), frames=5 * STEPS)
    rain = MakeVideo(
        engine="ltx2",
        prompt="rain",
        frames=9,
        rate="24/1",
        width=128,
        height=128,
        steps=STEPS,
        schedule="full",
        stages="one",
    )
    keyed = tuple(Conditioning(input=str(house), frame=frame) for frame in (0, -1))
    edges = Control(kind="canny", input=str(clip))
    return [
        MakePicture(engine="flux2", prompt="a house", width=160, height=96, steps=STEPS),
        rain,
        Track(input=str(clip), prompts=(TrackPrompt(frame=0, points=(Point(x=9, y=9),)),)),
        Inpaint(input=str(house), mask=str(mask), prompt="a dog", strength=1.0, steps=STEPS),
        rain.model_copy(update={"conditioning": keyed, "stages": "two"}),
        Upscale(input=str(wide), factor=4, strength=1.0, steps=STEPS),
        rain.model_copy(update={"control": (edges,)}),
        Track(input=str(clip), text=("cat",)),
    ]


def _wait(client: Client, job: str, settled: Any) -> DetailedJob:
    """Wait until `settled(job)` is true and return the job. Polls every 10 ms because the delay is
    measured.
    """
    end = time.monotonic() + 300
    while time.monotonic() < end:
        found = client.fetch_job(job)
        if settled(found):
            return found
        assert found.state not in ("failed", "done"), f"{found.workload} {found.error}"
        time.sleep(0.01)
    raise AssertionError(f"job {job} never came there: {found}")


def _cancel_at(client: Client, spec: Spec, at: int) -> tuple[float, float]:
    """Cancel a job that has reached step `at`. Return the seconds from the cancel to the end of the job, and
    the seconds of one step.
    """
    [job] = client.submit_jobs([JobRequest(spec=spec.model_dump(mode="json"))])
    before = _wait(client, job, lambda one: one.steps[1] >= STEPS and one.steps[0] >= at)
    steps, looked = before.steps[0], time.monotonic()
    later = _wait(client, job, lambda one: one.steps[0] > steps or one.state != "running")
    step = (time.monotonic() - looked) / max(1, later.steps[0] - steps)
    client.cancel_jobs([job])
    word = time.monotonic()
    ended = _wait(client, job, lambda one: one.state not in ("running", "cancelling"))
    assert ended.state == "cancelled", ended
    return time.monotonic() - word, step


@pytest.mark.long("cancels")
def test_cancelled_job_ends_within_a_step_and_a_second_and_frees_memory(
    studio: Milimo, tmp_path: Path
) -> None:
    client = Client(Home(studio.home))
    specs = _specs(tmp_path)
    late: list[float] = []
    used: list[float] = []
    for number in range(rounds("cancels")):
        took, step = _cancel_at(client, specs[number % len(specs)], at=1 + number % 5)
        late.append(took - step)
        [worker] = [one for one in client.fetch_status().workers if one.lane == "cpu"]
        used.append(psutil.Process(worker.pid).memory_info().rss / 1e6)
    client.close()
    # A stall of the machine may delay a single round. A pipeline that does not react within a step is late in
    # every round, so the best round of each pipeline counts.
    assert max(min(late[place :: len(specs)]) for place in range(len(specs))) < 1.0, late
    warm = used[len(used) // 3 :]  # by now all weights are loaded and the allocator has its memory
    slope = float(np.polyfit(range(len(warm)), warm, 1)[0])
    assert slope < 5.0, used
    print(f"cancels: at most {max(late):.2f} s after the step, {slope:+.2f} MB a round")
