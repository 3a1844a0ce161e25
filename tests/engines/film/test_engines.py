"""Test the film and quick engines: a request gives files with facts, and a retry does no damage."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput, Cancelled, Damaged, MilimoError, NotFound
from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat
from milimo_tui.cut.plan.plan import Media, RenderPlan
from milimo_tui.cut.plan.report import CheckReport
from milimo_tui.engines.contract.engine import Engine, Result
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.film.engine import Film
from milimo_tui.engines.media_jobs.engine import Quick
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.file_specs import MakePeaks, MakeThumbnails, Probe, RenderFilm
from milimo_tui.engines.specs.spec_values import JobOutput
from milimo_tui.jobs.worker.context import JobContext, Yielded
from milimo_tui.jobs.worker.worker_queue import Message
from milimo_tui.media.files.facts import digest
from milimo_tui.media.read.integrity import check_file_intact
from milimo_tui.media.read.probe import probe
from tests.media.cuts import CutBuilder
from tests.media.material import make_take, pictures_of, read_number, tone


class JobRecorder(StandaloneContext):
    """A context that records the messages and previews of the engine. At progress `stop_at` it cancels the
    job.
    """

    def __init__(self, workspace: Path, stop_at: int = -1) -> None:
        super().__init__(workspace)
        self._stop_at = stop_at
        self.reports: list[tuple[str, int, int]] = []
        self.said: list[str] = []
        self.shown: list[bytes] = []

    def preview(self, picture: bytes | Callable[[], bytes]) -> None:
        self.shown.append(picture if isinstance(picture, bytes) else picture())

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        self.reports.append((stage, done, total))
        if done == self._stop_at:
            raise Cancelled("cancelled")

    def log(self, sentence: str) -> None:
        self.said.append(sentence)


def freeze(folder: Path, plan: RenderPlan) -> Path:
    """Write a plan file as the studio does, and return its path."""
    path = folder / "plan.json"
    path.write_text(json.dumps({"signature": plan.compute_signature(), "plan": plan.model_dump(mode="json")}))
    return path


def film_spec(folder: Path, frames: int = 12, output: Path | None = None) -> RenderFilm:
    bench = CutBuilder()
    bench.add("V1", make_take(folder / "a.mov", frames, sound=tone(frames, bench.rate)), frames)
    return RenderFilm(plan=str(freeze(folder, bench.plan())), output=str(output or folder / "film.mp4"))


def the_film(result: Result) -> Path:
    (output,) = result.outputs
    assert output.role == "film"
    path = Path(output.path)
    assert output.digest == digest(path)
    assert output.bytes == path.stat().st_size
    assert output.facts == probe(path).as_json()
    return path


def test_table_builds_both_engines() -> None:
    engines: list[Engine] = [engine_registry.build_engine("film"), engine_registry.build_engine("quick")]
    assert [engine.name for engine in engines] == ["film", "quick"]
    for engine in engines:
        engine.load()
        engine.unload()


def test_film_is_rendered_probed_and_hashed(tmp_path: Path) -> None:
    spec, desk = film_spec(tmp_path), JobRecorder(tmp_path / "job")
    result = Film().run(spec, desk)
    path = the_film(result)
    assert path == tmp_path / "film.mp4"
    assert [read_number(picture) for picture in pictures_of(path)] == list(range(12))
    numbers = {name: value for name, value in result.facts.items() if name != "report"}
    assert numbers == {
        "frames": 12,
        "passed": 12,
        "composited": 0,
        "copied": 0,
        "kept": 0,
        "seconds": 0.48,
    }
    assert CheckReport.model_validate(result.facts["report"]).has_passed
    assert ("rendering", 12, 12) in desk.reports


def test_retry_after_the_render_only_publishes(tmp_path: Path) -> None:
    spec, desk = film_spec(tmp_path), JobRecorder(tmp_path / "job")
    first = digest(the_film(Film().run(spec, desk)))
    (tmp_path / "film.mp4").unlink()
    # The second run must use the cached segments, without the source
    shutil.move(tmp_path / "a.mov", tmp_path / "gone.mov")
    again = JobRecorder(tmp_path / "job")
    result = Film().run(spec, again)
    assert digest(the_film(result)) == first
    assert result.facts["passed"] == 12
    assert not any(stage == "rendering" for stage, _, _ in again.reports)
    assert again.said


def test_film_damaged_before_it_got_its_name_is_rendered_again(tmp_path: Path) -> None:
    spec, desk = film_spec(tmp_path, 30), JobRecorder(tmp_path / "job")
    the_film(Film().run(spec, desk))
    assert len(desk.shown) == 30
    whole = tmp_path / "job" / "film.mp4"
    data = bytearray(whole.read_bytes())
    data[-len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    whole.write_bytes(bytes(data))
    with pytest.raises(Damaged):
        Film().run(spec, JobRecorder(tmp_path / "job"))
    assert probe(the_film(Film().run(spec, JobRecorder(tmp_path / "job")))).frames == 30


def long_spec(folder: Path, cache: Path) -> RenderFilm:
    """Return a render request at 2 fps, so that a film of 90 frames has five segments."""
    rate, frames = Fraction(2), 90
    bench = CutBuilder(rate=rate)
    bench.add("V1", make_take(folder / "a.mov", frames, rate=rate, sound=tone(frames, rate)), frames)
    plan = freeze(folder, bench.plan())
    return RenderFilm(plan=str(plan), output=str(folder / "film.mp4"), cache=str(cache))


@pytest.mark.long("files")
def test_long_film_continues_after_its_finished_segments(tmp_path: Path) -> None:
    spec = long_spec(tmp_path, tmp_path / "cache")
    straight = the_film(Film().run(spec.model_copy(update={"cache": ""}), JobRecorder(tmp_path / "straight")))
    check_file_intact(straight, probe(straight).as_json())
    assert [read_number(picture) for picture in pictures_of(straight)] == list(range(90))
    expected = digest(straight)
    straight.unlink()

    with pytest.raises(Cancelled):
        Film().run(spec, JobRecorder(tmp_path / "job", stop_at=50))
    desk = JobRecorder(tmp_path / "job")
    result = Film().run(spec, desk)
    assert result.facts["kept"] >= 10
    assert any("were encoded before" in sentence for sentence in desk.said)
    assert digest(the_film(result)) == expected, "the same film, however it came about"

    again = Film().run(
        spec.model_copy(update={"output": str(tmp_path / "b.mp4")}), JobRecorder(tmp_path / "b")
    )
    assert (again.facts["kept"], digest(the_film(again))) == (90, expected)


@pytest.mark.long("models")
def test_pause_keeps_the_finished_frames(tmp_path: Path) -> None:
    """A render paused between two segments keeps the finished frames, and the resumed job receives the
    checkpoint.
    """
    spec = long_spec(tmp_path, tmp_path / "cache")
    messages: list[Message] = []
    stops: dict[str, MilimoError] = {}

    def hear(message: Message) -> None:
        messages.append(message)
        if message["say"] == "progress" and message["done"] >= 25:
            stops["t1"] = Yielded("enough for now")

    command = {"token": "t1", "workspace": str(tmp_path / "job")}
    with pytest.raises(Yielded):
        Film().run(spec, JobContext(command, hear, stops))
    [step] = [message["step"] for message in messages if message["say"] == "checkpoint"]
    again: list[Message] = []
    Film().run(spec, JobContext({**command, "token": "t2"}, again.append, {}))
    assert [message["step"] for message in again if message["say"] == "resumed"] == [step]


@pytest.mark.long("models")
def test_damaged_segment_is_encoded_again(tmp_path: Path) -> None:
    spec = long_spec(tmp_path, tmp_path / "cache")
    expected = digest(the_film(Film().run(spec, JobRecorder(tmp_path / "one"))))
    kept = sorted((tmp_path / "cache" / "segments").rglob("*.coded"))
    assert len(kept) == 6, "five segments and the sound"
    for path in kept[:3]:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    result = Film().run(spec, JobRecorder(tmp_path / "two"))
    assert 30 <= result.facts["kept"] <= 60
    assert digest(the_film(result)) == expected


def test_other_plan_or_quality_in_the_same_workspace_renders_again(tmp_path: Path) -> None:
    spec, desk = film_spec(tmp_path), JobRecorder(tmp_path / "job")
    the_film(Film().run(spec, desk))
    coarse = Delivery(picture=PictureFormat(quality=40))
    the_film(Film().run(spec.model_copy(update={"delivery": coarse}), desk))
    shorter = film_spec(tmp_path, frames=5)
    assert probe(the_film(Film().run(shorter, desk))).frames == 5


def test_cancelled_film_keeps_the_earlier_one_and_a_retry_makes_it(tmp_path: Path) -> None:
    spec = film_spec(tmp_path)
    (tmp_path / "film.mp4").write_bytes(b"the earlier film")
    with pytest.raises(Cancelled):
        Film().run(spec, JobRecorder(tmp_path / "job", stop_at=5))
    assert (tmp_path / "film.mp4").read_bytes() == b"the earlier film"
    assert not list((tmp_path / "job").glob("*.mp4*"))
    assert probe(the_film(Film().run(spec, JobRecorder(tmp_path / "job")))).frames == 12


@pytest.fixture
def another_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on another file system than the test's folder, or skip the test."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    folder = Path(tempfile.mkdtemp(dir=memory))
    yield folder
    shutil.rmtree(folder)


def test_film_is_moved_complete_to_another_disk(
    tmp_path: Path, another_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the target is on another file system, the finished film is copied there, synced and renamed."""
    spec = film_spec(tmp_path, output=another_disk / "film.mp4")
    (another_disk / "film.mp4").write_bytes(b"the earlier film")
    monkeypatch.setenv("MILIMO_TEST_FREE_BYTES", str(10**12))  # the real free space may be below the reserve
    the_film(Film().run(spec, JobRecorder(tmp_path / "job")))
    assert [path.name for path in another_disk.iterdir()] == ["film.mp4"]


def test_remains_of_a_killed_attempt_are_removed(tmp_path: Path) -> None:
    spec = film_spec(tmp_path)
    job = tmp_path / "job_1"
    job.mkdir()
    (job / ".film.mp4.part").write_bytes(b"half a film")
    (tmp_path / ".film.mp4.job_1.part").write_bytes(b"half a copy")
    the_film(Film().run(spec, JobRecorder(job)))
    assert [path.name for path in tmp_path.rglob("*.part")] == []


def test_offline_media_is_in_the_notes(tmp_path: Path) -> None:
    bench = CutBuilder()
    bench.add("V1", Media(kind="offline", path="/drive/rain.mov", title="Offline"), 5)
    spec = RenderFilm(plan=str(freeze(tmp_path, bench.plan())), output=str(tmp_path / "film.mp4"))
    result = Film().run(spec, JobRecorder(tmp_path / "job"))
    [note] = result.notes
    assert note.startswith("/drive/rain.mov is offline")


def test_missing_and_damaged_plan_files_are_reported(tmp_path: Path) -> None:
    spec = RenderFilm(plan=str(tmp_path / "plan.json"), output=str(tmp_path / "film.mp4"))
    with pytest.raises(NotFound, match="render plan"):
        Film().run(spec, JobRecorder(tmp_path / "job"))
    for broken in ("{", "[]", '{"plan": {"cut": 3}}'):
        (tmp_path / "plan.json").write_text(broken)
        with pytest.raises(Damaged, match="render plan"):
            Film().run(spec, JobRecorder(tmp_path / "job"))


def test_engines_refuse_other_work(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="can't do probe"):
        Film().run(Probe(input="/x"), JobRecorder(tmp_path / "job"))
    with pytest.raises(BadInput, match="can't do render_film"):
        Quick().run(RenderFilm(plan="/x", output="/y"), JobRecorder(tmp_path / "job"))


def test_quick_engine_probes_and_hashes(tmp_path: Path) -> None:
    path = make_take(tmp_path / "a.mov", 10)
    result = Quick().run(Probe(input=str(path)), JobRecorder(tmp_path / "job"))
    (output,) = result.outputs
    assert (output.role, output.path, output.digest) == ("facts", str(path), digest(path))
    assert result.facts == output.facts == probe(path).as_json()
    with pytest.raises(NotFound):
        Quick().run(Probe(input=str(tmp_path / "gone.mov")), JobRecorder(tmp_path / "job"))


@pytest.mark.long("models")
def test_quick_engine_makes_thumbnails_into_the_cache_once(tmp_path: Path) -> None:
    path = make_take(tmp_path / "a.mov", 75)
    spec = MakeThumbnails(input=str(path), width=80, height=48, cache=str(tmp_path / "cache"))
    desk = JobRecorder(tmp_path / "job")
    result = Quick().run(spec, desk)
    (output,) = result.outputs
    strip = np.asarray(Image.open(output.path).convert("RGB"))
    assert strip.shape == (48, 240, 3)
    assert [read_number(strip[:, 80 * k : 80 * k + 80]) for k in range(3)] == [12, 37, 62]
    assert Path(output.path).is_relative_to(tmp_path / "cache")
    again = JobRecorder(tmp_path / "job")
    assert Quick().run(spec, again) == result
    assert again.reports == []


def test_quick_engine_makes_waveforms(tmp_path: Path) -> None:
    frames = 50
    sound = tone(frames, Fraction(25), level=0.5)
    sound[:, 48000:] = 0
    path = make_take(tmp_path / "a.mov", frames, sound=sound)
    result = Quick().run(MakePeaks(input=str(path)), JobRecorder(tmp_path / "job"))
    (output,) = result.outputs
    peaks = np.fromfile(output.path, dtype="<i2").reshape(-1, 2)
    assert len(peaks) == 200 == result.facts["count"]
    assert (abs(peaks[1:99, 1] - 16384) < 200).all()
    assert (abs(peaks[1:99, 0] + 16384) < 200).all()
    assert not peaks[100:].any()
    Image.new("RGB", (8, 8)).save(tmp_path / "p.png")
    with pytest.raises(BadInput, match="no sound"):
        Quick().run(MakePeaks(input=str(tmp_path / "p.png")), JobRecorder(tmp_path / "job"))


def test_unresolved_input_is_reported(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="another job"):
        Quick().run(Probe(input=JobOutput(job="j1")), JobRecorder(tmp_path / "job"))
