"""Test preparing the next take while the current take is decoded: the result equals a take made alone, and a
replaced next job leaves nothing behind.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.contract.engine import Engine
from milimo_tui.engines.flux2.engine import Flux2
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.take.reading import STAGE
from milimo_tui.engines.runtime.input_caches import get_input_cache
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.wan.engine import Wan
from milimo_tui.jobs.client.client import Client, JobRequest
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.jobs.worker.job_preparation import ForesightRunner, PreparedWork
from milimo_tui.media.read.frames import FrameReader
from tests.budget import thorough
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import read_sound

__all__ = ["tiny"]

CARD = "MILIMO_TEST_CARD"


def engine_of(name: str) -> Engine:
    engines: dict[str, Callable[[], Engine]] = {"ltx2": Ltx2, "wan": Wan, "flux2": Flux2}
    return engines[name]()


def spec(prompt: str, **settings: Any) -> dict[str, Any]:
    base = {"kind": "make_video", "engine": "ltx2", "prompt": prompt, "frames": 9, "rate": "24/1", "seed": 3}
    return {**base, "width": 64, "height": 64, "steps": 2, "stages": "one", **settings}


class LooksAhead(JobRecorder):
    """A context that calls a function when its job reaches the last stage."""

    def __init__(self, folder: Path, then: Callable[[], None]) -> None:
        folder.mkdir(exist_ok=True)
        super().__init__(folder)
        self._then = then

    def last_stage(self) -> None:
        self._then()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("foresight") / "home"
    store = furnish(folder, tiny, "ltx2", "wan-ti2v", "flux2-klein")
    # Registered under a published name, so that the tiny weights get that model's recipes.
    store.register(InstalledWeights(id="ltx-2", family="ltx2", generation="2.0", path=str(tiny("ltx2"))))
    return folder


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))
    forget_words(home)
    get_input_cache.cache_clear()
    yield
    get_input_cache.cache_clear()


def forget_words(home: Path) -> None:
    """Clear the caches of encoded prompts, as on a machine without earlier jobs."""
    get_input_cache().clear()
    shutil.rmtree(Home(home).cache, ignore_errors=True)


def run(asked: dict[str, Any], context: JobRecorder) -> str:
    """Make a take and return the hash of its file."""
    made = Ltx2().run(MakeVideo.model_validate(asked), context)
    assert made.facts["recipe"] == asked.get("recipe", made.facts["recipe"])
    return str(made.outputs[0].digest)


def alone(asked: dict[str, Any], home: Path, folder: Path) -> str:
    forget_words(home)
    folder.mkdir()
    digest = run(asked, JobRecorder(folder))
    forget_words(home)
    return digest


def waited(runner: ForesightRunner, asked: dict[str, Any], job: str = "second") -> PreparedWork:
    return runner.begin_prepared_job(job, asked, lambda: None)


@pytest.mark.long("models")
def test_next_take_is_prepared_in_parallel_and_equals_one_made_alone(home: Path, tmp_path: Path) -> None:
    first, second = spec("a lamp"), spec("a lantern is lit", negative="rain")
    known = alone(first, home, tmp_path / "first"), alone(second, home, tmp_path / "second")
    runner = ForesightRunner(engine_of)
    looks = LooksAhead(tmp_path / "looks", lambda: runner.set_next_job("second", second))
    assert run(first, looks) == known[0], "a look ahead changes nothing of the job under way"
    ready = waited(runner, second)
    assert ready.what == ("its text",)
    assert 0 < ready.seconds < 60
    after = LooksAhead(tmp_path / "after", lambda: None)
    assert run(second, after) == known[1]
    read = [done for stage, done, _ in after.reports if stage == STAGE]
    assert not read, "nothing was left to read"
    assert waited(runner, second) == PreparedWork(), "it was handed out once"


@pytest.mark.long("models")
@pytest.mark.parametrize("instead", thorough("models", ["cancelled", "changed", "another begins"]))
def test_preparation_for_a_cancelled_job_is_discarded(instead: str, home: Path, tmp_path: Path) -> None:
    second, other = spec("a lantern is lit"), spec("a torch burns")
    known = alone(other, home, tmp_path / "other")
    runner = ForesightRunner(engine_of)
    before: set[str] = set()

    def look() -> None:
        before.update(get_input_cache()._held)
        runner.set_next_job("second", second)
        if instead != "another begins":
            # The preparation is running or has just ended
            _until(lambda: set(get_input_cache()._held) - before)
            runner.set_next_job(
                "second" if instead == "changed" else "", other if instead == "changed" else None
            )

    run(spec("a lamp"), LooksAhead(tmp_path / "looks", look))
    ready = waited(runner, other, "second" if instead == "changed" else "third")
    assert ready.what == (("its text",) if instead == "changed" else ())
    fresh = set(get_input_cache()._held) - before
    assert len(fresh) == (instead == "changed"), "what it is guided away from was known"
    files = (Home(home).cache / "tensors").rglob("*.safetensors")
    assert {path.stem for path in files} == set(get_input_cache()._held), "nor is anything left in the home"
    assert run(other, LooksAhead(tmp_path / "after", lambda: None)) == known


def _until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


@pytest.mark.long("models")
def test_nothing_is_preloaded_at_a_risk_for_the_running_job(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is prepared that could disturb the running job: not if the text encoder was released after
    encoding or is streamed from main memory, and not if either job needs deterministic kernels.
    """

    def ready_after(first: dict[str, Any], second: dict[str, Any], name: str) -> PreparedWork:
        runner = ForesightRunner(engine_of)
        run(first, LooksAhead(tmp_path / name, lambda: runner.set_next_job("second", second)))
        return waited(runner, second)

    lamp, lantern = spec("a lamp"), spec("a lantern is lit")
    steady = {"deterministic": True}
    assert ready_after(lamp | steady, lantern, "one").what == ()
    assert ready_after(lamp, lantern | steady, "two").what == ()
    monkeypatch.setenv(CARD, "1000")
    once = {"model": "ltx-2", "recipe": "bf16, whole on the card, text encoded once"}
    streamed = {"model": "ltx-2", "recipe": "bf16, text encoder streamed"}
    for number, way in enumerate((once, streamed)):
        get_model_cache().clear()
        assert ready_after(lamp | way, lantern | way, f"way {number}").what == ()
    get_model_cache().clear()


WAN = {"kind": "make_video", "engine": "wan", "prompt": "a lantern", "frames": 9, "rate": "16/1"}
STILL = {"kind": "make_picture", "engine": "flux2", "prompt": "a lantern"}


@pytest.mark.long("models")
@pytest.mark.parametrize("comes", [WAN, STILL])
def test_other_weights_are_preloaded_where_they_fit(
    comes: dict[str, Any], home: Path, tmp_path: Path
) -> None:
    runner = ForesightRunner(engine_of)
    comes = {**comes, "width": 64, "height": 64}

    def look() -> None:
        runner.set_next_job("second", comes)
        work = runner._work
        assert work
        _until(lambda: work.is_done(0.01))

    run(spec("a lamp"), LooksAhead(tmp_path / "looks", look))
    [said] = waited(runner, comes).what
    assert said.startswith("100% of its weights, ")


@pytest.mark.long("models")
def test_failed_preparation_affects_no_job(home: Path, tmp_path: Path) -> None:
    runner = ForesightRunner(engine_of)
    second = spec("a lantern is lit", model="nobody")
    digest = run(
        spec("a lamp"), LooksAhead(tmp_path / "looks", lambda: runner.set_next_job("second", second))
    )
    ready = waited(runner, second)
    assert digest
    assert ready.what == ()
    assert "nobody" in ready.lines[0]


# Tests with a real worker


@pytest.fixture
def studio(tmp_path: Path, tiny: Tiny) -> Iterator[Milimo]:
    more = {"OMP_NUM_THREADS": "1", "TORCHDYNAMO_DISABLE": "1"}
    milimo = Milimo({**environment(tmp_path), **more}, tmp_path / "work")
    furnish(Path(milimo.home), tiny, "ltx2")
    milimo.act("supervisor", "start")
    yield milimo
    milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("models")
def test_takes_are_prepared_behind_one_that_is_decoded(studio: Milimo) -> None:
    """The second of two queued takes equals the same take made alone. Further jobs are cancelled or changed
    during their preparation.
    """
    home = Path(studio.home)
    long = {"frames": 201, "width": 128, "height": 128}
    with Client(Home(home)) as client:

        def made(id: str) -> tuple[DetailedJob, str]:
            end = time.monotonic() + 240
            while (job := client.fetch_job(id)).ended is None:
                assert time.monotonic() < end
                time.sleep(0.02)
            assert job.state == "done", client.read_job_log(id)
            return job, client.read_job_log(id)

        def decoding(id: str) -> None:
            _until(lambda: client.fetch_job(id).stage == "decoding" or client.fetch_job(id).ended)

        [apart] = client.submit_jobs([JobRequest(spec=spec("a lantern is lit"))])
        job, log = made(apart)
        known = hash_of(job)
        assert "ready beforehand" not in log
        shutil.rmtree(Home(home).cache / "tensors")
        studio.inside("supervisor", "stop", "--now")
    studio.act("supervisor", "start")
    with Client(Home(home)) as client:
        first, second, third = client.submit_jobs(
            [
                JobRequest(spec=one)
                for one in (spec("a lamp"), spec("a lantern is lit"), spec("a torch", **long))
            ]
        )
        made(first)
        again, log = made(second)
        assert "ready beforehand" in log
        assert client.read_job_log(first).count("ready beforehand") == 0
        assert hash_of(again) == known
        [attempt] = again.history
        assert attempt.facts["measured"]["beforehand"]["seconds"] > 0
        cancelled, changed = client.submit_jobs(
            [JobRequest(spec=spec("a candle")), JobRequest(spec=spec("a match"))]
        )
        decoding(third)
        client.cancel_jobs([cancelled])
        client.edit_job(changed, spec={"prompt": "a lantern is lit"})
        assert client.fetch_job(third).ended is None, "while it is decoded"
        made(third)
        assert client.fetch_job(cancelled).state == "cancelled"
        assert client.fetch_job(cancelled).attempts == 0
        job, log = made(changed)
        assert job.attempts == 1
        assert hash_of(job) == known


def hash_of(job: DetailedJob) -> str:
    """Return a hash of the pictures and the sound of a job's take."""
    path = Path(job.outputs["take"])
    with FrameReader(path) as reader:
        shown = [reader.picture(Fraction(frame, 24)).tobytes() for frame in range(9)]
    return hashlib.sha256(b"".join([*shown, read_sound(path, Fraction(0), 18_000).tobytes()])).hexdigest()
