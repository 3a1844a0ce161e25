"""Test one-go scenes: one take with cuts is split into a take of each shot, with continuous sound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.contract.profile import Machine
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.generations import find_generation
from milimo_tui.engines.ltx2.plan.plan import Weights, plan_ltx2_take
from milimo_tui.engines.ltx2.scene.pieces import write_piece_takes
from milimo_tui.engines.recipes.values import Card
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import MakeVideo, Piece
from milimo_tui.media.picture.cuts_found import FoundCut, find_cuts_near
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import read_sound, tags

__all__ = ["tiny"]

RATE = Fraction(24)


def spec(**settings: Any) -> MakeVideo:
    base: dict[str, Any] = {
        "engine": "ltx2",
        "prompt": "One scene.",
        "frames": 33,
        "rate": "24/1",
        "steps": 2,
    }
    base |= {"width": 64, "height": 64, "stages": "one", "guidance": 1.0, "model": "tiny-ltx23"}
    pieces = tuple(Piece(shot=f"shot_{at}", frames=11) for at in range(3))
    return MakeVideo(**{**base, "pieces": pieces, **settings})


def scene(cuts: list[int], frames: int = 33) -> NDArray[np.uint8]:
    """Return pictures with a small movement, whose colour changes at each cut."""
    shown = np.zeros((frames, 64, 64, 3), np.uint8)
    for frame in range(frames):
        shown[frame] = [40, 200, 90, 160][sum(frame >= cut for cut in cuts)]
        shown[frame, 20:30, frame : frame + 10] = 120
    return shown


@pytest.mark.parametrize(
    ("there", "expected", "found"),
    [
        ([11, 22], [11, 22], [FoundCut(11, True), FoundCut(22, True)]),
        ([9, 24], [11, 22], [FoundCut(9, True), FoundCut(24, True)]),
        ([11], [11, 22], [FoundCut(11, True), FoundCut(22, False)]),
        ([], [11, 22], [FoundCut(11, False), FoundCut(22, False)]),
        ([18, 30], [11, 24], [FoundCut(11, False), FoundCut(24, False)]),
    ],
)
def test_cut_is_found_near_its_requested_time(
    there: list[int], expected: list[int], found: list[FoundCut]
) -> None:
    assert list(find_cuts_near(scene(there), expected, 5)) == found


def test_changing_noise_has_no_cut() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (33, 64, 64, 3), dtype=np.uint8)
    assert [cut.found for cut in find_cuts_near(noise, [11, 22], 5)] == [False, False]


def test_each_piece_starts_at_its_cut_and_is_as_long_as_its_shot(tmp_path: Path) -> None:
    """Each piece starts at its cut. After an early cut the next piece has extra frames as a handle; a piece
    that is too short repeats its last picture.
    """
    sound = np.stack([np.linspace(-0.9, 0.9, frame_to_sample(33, RATE, 48_000), dtype=np.float32)] * 2)
    context = JobRecorder(tmp_path)
    made = write_piece_takes(spec(), scene([9, 24]), sound, {}, context)
    assert [one.role for one in made] == ["take", "take-2", "take-3"]
    assert [int(one.facts["frames"]) for one in made] == [11, 15, 11]
    for one, start in zip(made, (0, 9, 24), strict=True):
        length = int(one.facts["frames"])
        samples = frame_to_sample(length, RATE, 48_000)
        first = frame_to_sample(start, RATE, 48_000)
        wanted = np.zeros(samples, np.float32)
        wanted[: max(0, sound.shape[1] - first)] = sound[0, first : first + samples]
        assert read_sound(Path(one.path), Fraction(0), samples)[0] == pytest.approx(wanted, abs=1e-4)
        told = json.loads(tags(Path(one.path))["milimo"])["of_one_go"]
        assert (told["from"], told["frames"], told["found"]) == (start, length, True)
    with FrameReader(Path(made[0].path)) as reader:
        assert (reader.picture(Fraction(10) / RATE) == reader.picture(Fraction(8) / RATE)).all()
    assert any("2 frames sooner" in line for line in context.lines)
    assert any("for 2 frames" in line for line in context.lines)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Path:
    folder = tmp_path_factory.mktemp("onego") / "home"
    furnish(folder, tiny, "ltx23")
    return folder


@pytest.mark.long("models")
def test_model_runs_once_and_the_sound_continues(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    monkeypatch.setenv("MILIMO_HOME", str(home))
    for name, pieces in (("whole", ()), ("parted", spec().pieces)):
        (tmp_path / name).mkdir()
        result = Ltx2().run(spec(pieces=pieces), JobRecorder(tmp_path / name))
    assert [Path(one.path).name for one in result.outputs] == ["take.mov", "take-2.mov", "take-3.mov"]
    assert any(note.startswith("3 shots in one go") for note in result.notes)
    samples = frame_to_sample(33, RATE, 48_000)
    whole = read_sound(tmp_path / "whole" / "take.mov", Fraction(0), samples)
    parts = [
        read_sound(Path(one.path), Fraction(0), frame_to_sample(int(one.facts["frames"]), RATE, 48_000))
        for one in result.outputs
    ]
    starts = [json.loads(tags(Path(one.path))["milimo"])["of_one_go"]["from"] for one in result.outputs]
    for start, heard in zip(starts, parts, strict=True):
        first = frame_to_sample(start, RATE, 48_000)
        there = min(heard.shape[1], samples - first)
        assert heard[:, :there] == pytest.approx(whole[:, first : first + there], abs=1e-4)


def test_impossible_single_run_is_refused_with_a_suggestion() -> None:
    long = spec(frames=400, pieces=(Piece(shot="a", frames=200), Piece(shot="b", frames=200)))
    with pytest.raises(Refused) as told:
        plan_ltx2_take(
            long.model_copy(update={"width": 1536, "height": 1024}), Weights(find_generation("2.3"))
        )
    assert "1536×1024" in told.value.message


def test_scene_longer_than_usual_is_asked_about_and_allowed_by_memory() -> None:
    """A one-go scene longer than the usual run is planned as one run if the card's memory allows it. Runs of
    the usual length, with which a long take is compared, contain no cuts.
    """
    pieces = tuple(Piece(shot=one, frames=90) for one in "ab")
    long = spec(frames=180, pieces=pieces, width=768, height=512, model="")
    asked: list[str] = []

    def card() -> Card:
        asked.append("asked")
        return Card("a card", 80, 79, "cuda", (9, 0), host_gb=120)

    plan = engine_registry.profile("ltx2").plan(long, Machine(model="ltx-2.5", card=card))
    assert plan is not None
    assert asked
    assert len(plan.parts) == 1


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Milimo]:
    folder = tmp_path_factory.mktemp("scene")
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    furnish(milimo.home, tiny, "ltx23")
    script = folder / "work" / "lamps.fountain"
    script.write_text("INT. ROOM - NIGHT\n\nA lamp.\n")
    milimo.act("project", "new", "Lamps", "--rate", "24", "--size", "64x64", "--engine", "ltx2")
    milimo.act("script", "import", str(script), "--project", "lamps")
    milimo.act("storyboard", "commit", "--project", "lamps")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


@pytest.mark.long("models")
def test_scene_of_three_shots_becomes_three_takes_of_exact_length(film: Milimo) -> None:
    def ask(*words: str) -> Any:
        return film.inside(*words, "--project", "lamps", code=0)

    first: str = ask("shot", "list")[0]["id"]
    others = [ask("shot", "add", "1", words)["id"] for words in ("Mara sits down.", "The door closes.")]
    ids = [first, *others]
    for id, length in zip(ids, ("10f", "12f", "11f"), strict=True):
        ask("shot", "set", id, "--length", length, "--steps", "2")
    ask("shot", "make", first, "--one-go")
    rows = {row["id"]: row for row in ask("shot", "list")}
    for id, frames in zip(ids, (10, 12, 11), strict=True):
        (take,) = ask("shot", "takes", id)
        assert take["frames"] - take["head"] - take["tail"] == frames
        assert probe(Path(take["path"])).frames == take["frames"]
        assert "one go" in take["note"]
        assert rows[id]["take"] == take["id"]
        assert not rows[id]["stale"]
    (job,) = [job for job in ask("job", "list") if job["kind"] == "make_video"]
    spec = ask("job", "show", job["id"])["spec"]
    assert [beat["start"] for beat in spec["beats"]["parts"]] == [0, 10, 22]
    assert spec["frames"] == 33
    film.inside("shot", "make", *ids, "--one-go", "--takes", "2", "--project", "lamps", code=2)
    film.inside("shot", "make", *ids, "--one-go", "--engine", "animatic", "--project", "lamps", code=2)


@pytest.mark.long("models")
def test_scene_longer_than_usual_is_made(film: Milimo) -> None:
    def ask(*words: str) -> Any:
        return film.inside(*words, "--project", "lamps", code=0)

    scene = ask("scene", "add", "INT. HALL - DAY")["id"]
    ids = [ask("shot", "add", scene, words)["id"] for words in ("A door opens.", "A cat sleeps.")]
    for id, length in zip(ids, ("80f", "70f"), strict=True):
        ask("shot", "set", id, "--length", length, "--steps", "2")
    ask("shot", "make", *ids, "--one-go")
    assert [take["frames"] for id in ids for take in ask("shot", "takes", id)] == [80, 70]


@pytest.mark.long("models")
def test_piece_of_a_removed_shot_is_kept_and_given_to_no_other(film: Milimo) -> None:
    """The piece of a removed shot is kept and given to no other shot. A restored shot gets its take back; for
    a deleted shot the piece stays as a clip.
    """

    def ask(*words: str) -> Any:
        return film.inside(*words, "--project", "lamps", code=0)

    ids = [
        ask("shot", "add", "1", words)["id"] for words in ("Jun waits.", "A dog barks.", "The lamp goes out.")
    ]
    for id in ids:
        ask("shot", "set", id, "--length", "9f", "--steps", "2")
    film.inside("job", "pause")
    ask("shot", "make", *ids, "--one-go", "--detach")
    ask("shot", "delete", ids[0])
    ask("bin", "empty", "--yes")
    ask("shot", "delete", ids[1])
    film.inside("job", "resume")
    job = ask("job", "list")[-1]
    film.inside("job", "wait", job["id"])
    assert film.inside("job", "show", job["id"])["state"] == "done"
    (last,) = ask("shot", "takes", ids[2])
    assert last["frames"] == 9
    assert probe(Path(last["path"])).frames == 9 + last["tail"]
    clips = [row["name"] for row in ask("asset", "list") if "piece" in row["name"]]
    assert clips == [f"{job['label']}, piece 1.mov"]
    ask("bin", "restore", ids[1])
    (back,) = ask("shot", "takes", ids[1])
    assert back["frames"] == 9
    assert probe(Path(back["path"])).frames == 9 + back["tail"]
