"""Test every kind of LTX-2 take from `milimo shot make`, through the real supervisor and worker, with tiny
checkpoints on the CPU. Each take is probed for size, frame count, rate and sound.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.ltx2.plan.generations import NEGATIVE
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, environment
from tests.media.reading import read_sound, tags

__all__ = ["tiny"]

RATE = Fraction(24)
WIDTH, HEIGHT = 128, 192
ON_THE_SHELF = (
    "ltx2", "ltx2-distilled", "ltx23", "ltx25", "ltx2-upsampler", "ltx23-upsampler", "ltx25-upsampler",
    "ltx2-temporal", "ltx2-distilled-lora", "ltx2-camera-lora", "ltx2-ic-depth", "ltx2-ic-canny",
    "ltx2-ic-pose", "ltx2-ic-detail", "ltx2-ic-motion", "ltx23-style-lora", "ltx23-ic-deblur",
)  # fmt: skip


@dataclass(frozen=True)
class Set:
    """A film with one scene. Each test adds shots to the scene and makes takes of them."""

    milimo: Milimo
    project: str = "lamps"

    def ask(self, *words: str) -> Any:
        """Run a command in this process, because a process for each of the many commands is slow. Return its
        JSON document.
        """
        return self.milimo.inside(*words, "--project", self.project, code=0)

    def shot(self, length: str = "9f", **settings: str) -> str:
        """Add a shot with these settings (`shot set`). Return its id."""
        row = self.ask("shot", "add", "1", "A lamp is lit")
        words = [word for name, value in settings.items() for word in (f"--{name.replace('_', '-')}", value)]
        self.ask("shot", "set", row["id"], "--length", length, *words)
        return str(row["id"])

    def follow(self, shot: str, file: str, *words: str) -> None:
        self.ask("shot", "condition", "add", shot, file, *words)

    def make(self, shot: str) -> dict[str, Any]:
        """Make a take of the shot now. Return the take's row."""
        self.ask("shot", "make", shot)
        return dict(self.ask("shot", "takes", shot)[-1])

    def frames(self, shot: str) -> str:
        """Return a hash of the first nine pictures of the shot's newest take."""
        path = Path(self.ask("shot", "takes", shot)[-1]["path"])
        with FrameReader(path) as reader:
            shown = [reader.picture(Fraction(frame) / RATE).tobytes() for frame in range(9)]
        return hashlib.sha256(b"".join(shown)).hexdigest()

    def log(self) -> str:
        """Return the log of the newest job."""
        job = self.ask("job", "list")[-1]["id"]
        return str(self.ask("job", "log", job)["log"])

    def loads(self) -> list[str]:
        """Return the log lines of the newest job that report loaded models."""
        return [line for line in self.log().splitlines() if " loaded " in line]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Set]:
    folder = tmp_path_factory.mktemp("ltx2")
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    furnish(milimo.home, tiny, *ON_THE_SHELF)
    script = folder / "work" / "lamps.fountain"
    script.write_text("INT. ROOM - NIGHT\n\nA lamp.\n")
    for name, size in (("Lamps", f"{WIDTH}x{HEIGHT}"), ("Small", "64x64")):
        milimo.act("project", "new", name, "--rate", "24", "--size", size, "--engine", "ltx2")
        milimo.act("script", "import", str(script), "--project", name.lower())
        milimo.act("storyboard", "commit", "--project", name.lower())
    try:
        yield Set(milimo)
    finally:
        milimo.inside("supervisor", "stop", "--now")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    paths = []
    for index in range(3):
        path = folder / f"{index}.png"
        Image.fromarray(random.integers(0, 255, (96, 64, 3), dtype=np.uint8)).save(path)
        paths.append(str(path))
    return paths


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a clip of 17 frames: a bright square crosses a dark frame."""
    path = tmp_path_factory.mktemp("clips") / "square.mov"
    frames = np.full((17, 96, 64, 3), 20, np.uint8)
    for index, frame in enumerate(frames):
        frame[30:60, index * 2 : index * 2 + 24] = 220
    write_take(path, frames, width=64, height=96, rate=RATE, frames=17)
    return str(path)


def is_take(take: dict[str, Any], frames: int, width: int = WIDTH, height: int = HEIGHT) -> Path:
    """Check size, frame count, rate and the exact number of samples of a take. Return its path."""
    path = Path(take["path"])
    facts = probe(path)
    assert (facts.width, facts.height, facts.frames, facts.rate) == (width, height, frames, RATE)
    assert (facts.sample_rate, facts.channels) == (48000, 2)
    assert facts.seconds == frames / RATE
    samples = frame_to_sample(frames, RATE, 48000)
    assert np.abs(read_sound(path, Fraction(0), samples)).max() > 0
    return path


@pytest.mark.long("models")
def test_text_becomes_video_with_sound(stage: Set) -> None:
    take = stage.make(stage.shot(steps="2"))
    path = is_take(take, 9)
    data = json.loads(tags(path)["milimo"])
    assert (data["engine"], data["model"]["id"], data["generation"]) == ("ltx2", "tiny-ltx2", "2.0")
    assert "NOISE" in tags(path)["comment"]


@pytest.mark.long("models")
def test_take_has_handles_and_its_inputs_follow_the_head(stage: Set, pictures: list[str]) -> None:
    """The model makes 25 frames for a shot of nine: eight handle frames on each side. A take whose first
    frame is a given picture has no head handle.
    """
    stage.milimo.env["MILIMO_MODEL_HANDLES"] = "8"
    try:
        free, pinned = stage.shot(steps="2", stages="one"), stage.shot(steps="2", stages="one")
        stage.follow(pinned, pictures[0])
        later = stage.shot(steps="2", stages="one")
        stage.follow(later, pictures[0], "--frame", "4")
        made = [stage.make(shot) for shot in (free, pinned, later)]
    finally:
        stage.milimo.env["MILIMO_MODEL_HANDLES"] = "0"
    assert [(take["head"], take["frames"], take["tail"]) for take in made] == [
        (8, 9, 8),
        (0, 9, 8),
        (8, 9, 8),
    ]
    for take, frames in zip(made, (25, 17, 25), strict=True):
        is_take(take, frames)
    assert "at frame 12" in stage.log(), "behind the head"


@pytest.mark.long("models")
def test_second_shot_with_the_same_model_loads_nothing(stage: Set) -> None:
    stage.make(stage.shot(steps="2", stages="one"))
    stage.make(stage.shot(steps="2", stages="one"))
    assert stage.loads() == []


@pytest.mark.long("models")
def test_picture_becomes_video(stage: Set, pictures: list[str]) -> None:
    shot = stage.shot(steps="2", stages="one")
    stage.follow(shot, pictures[0])
    is_take(stage.make(shot), 9)
    assert "pipeline ti2vid: " in stage.log()


@pytest.mark.long("models")
def test_first_and_last_frame_are_followed(stage: Set, pictures: list[str]) -> None:
    shot = stage.shot("17f", steps="2", stages="one")
    stage.follow(shot, pictures[0])
    stage.follow(shot, pictures[1], "--frame", "last")
    is_take(stage.make(shot), 17)
    assert "pipeline keyframe: " in stage.log()


@pytest.mark.long("models")
def test_keyframes_anywhere_run_in_two_stages(stage: Set, pictures: list[str]) -> None:
    shot = stage.shot("17f", steps="2", stages="two")
    for picture, frame in zip(pictures, (3, 8, 14), strict=True):
        stage.follow(shot, picture, "--frame", str(frame), "--strength", "0.8")
    is_take(stage.make(shot), 17)
    assert "3 key frames" in stage.log()


@pytest.mark.long("models")
def test_clip_is_followed(stage: Set, clip: str) -> None:
    shot = stage.shot("25f", steps="2", stages="one")
    stage.follow(shot, clip, "--frame", "8")
    is_take(stage.make(shot), 25)
    assert "a clip at frame 8" in stage.log()


@pytest.mark.long("models")
@pytest.mark.parametrize(
    ("kind", "prepared"),
    [("depth", True), ("canny", False), ("pose", True), ("detail", False), ("motion", True)],
)
def test_control_is_followed(stage: Set, clip: str, kind: str, prepared: bool) -> None:
    shot = stage.shot(steps="2")
    stage.follow(shot, clip, "--control", kind, *(["--prepared"] if prepared else []))
    is_take(stage.make(shot), 9)
    log = stage.log()
    assert "pipeline ic_lora: " in log
    assert f"({kind})" in log
    assert f"LoRA tiny-ltx2-ic-{kind}" in log


@pytest.mark.long("models")
def test_clip_is_changed_unscaled(stage: Set, clip: str) -> None:
    """An IC-LoRA of LTX-2.3 that takes the clip itself as input gets the clip unscaled, without a control
    map.
    """
    shot = stage.shot(steps="2", model="tiny-ltx23")
    stage.follow(shot, clip, "--control", "deblur")
    is_take(stage.make(shot), 9)
    log = stage.log()
    assert "pipeline ic_lora: " in log
    assert "(deblur)" in log
    assert "LoRA tiny-ltx23-ic-deblur" in log
    assert "begin with DEBLUR" in log


@pytest.mark.long("models")
def test_camera_lora_changes_the_take(stage: Set) -> None:
    plain = stage.shot(steps="2", stages="one", seed="5")
    is_take(stage.make(plain), 9)
    moved = stage.shot(steps="2", stages="one", seed="5")
    stage.ask("shot", "lora", "add", moved, "tiny-ltx2-camera-lora", "--strength", "0.8")
    is_take(stage.make(moved), 9)
    assert [line.split(" loaded ")[1].split(" in ")[0] for line in stage.loads()] == [
        "LoRA tiny-ltx2-camera-lora"
    ]
    assert stage.frames(plain) != stage.frames(moved)


@pytest.mark.long("models")
def test_full_schedule_runs_in_one_stage_with_all_parts_of_guidance(stage: Set) -> None:
    parts = {"stg": "0.5", "modality": "2", "rescale": "0.5", "audio_guidance": "4", "audio_stg": "0"}
    shot = stage.shot(steps="3", stages="one", schedule="full", guidance="2.5", negative="blur", **parts)
    data = json.loads(tags(is_take(stage.make(shot), 9))["milimo"])
    assert data["schedule"] == "full"
    assert data["sigmas"][0] == 1.0
    assert data["sigmas"][-1] == pytest.approx(0.1)
    wanted = {"text": 2.5, "spatiotemporal": 0.5, "modality": 2, "rescale": 0.5, "audio_spatiotemporal": 0}
    assert {name: data["guidance"][name] for name in wanted} == wanted


@pytest.mark.long("models")
def test_distilled_schedule_runs_in_two_stages(stage: Set) -> None:
    data = json.loads(tags(is_take(stage.make(stage.shot(model="tiny-ltx2-distilled")), 9))["milimo"])
    assert (data["schedule"], data["stages"], list(data["also"])) == ("distilled", 2, ["tiny-ltx2-upsampler"])
    assert data["sigmas"] == [1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875]


@pytest.mark.long("models")
def test_cached_take_reports_savings_and_difference(stage: Set) -> None:
    shot = stage.shot(stages="one", model="tiny-ltx2-distilled", cache="taylorseer")
    (said,) = [line for line in stage.ask("shot", "show", shot)["way"]["changes"] if "TaylorSeer" in line]
    assert said.startswith("TaylorSeer ")
    assert "6 of 8 steps" in said
    stage.ask("shot", "make", shot, "--measure")
    is_take(dict(stage.ask("shot", "takes", shot)[-1]), 9)
    (apart,) = stage.ask("shot", "show", shot)["cache"]
    assert re.match(r"PSNR [\d.]+ dB, SSIM [\d.]+ ", apart)
    made = json.loads(tags(Path(stage.ask("shot", "takes", shot)[-1]["path"]))["milimo"])
    assert made["spec"]["cache"] == "taylorseer"


@pytest.mark.long("models")
def test_full_schedule_uses_the_default_negative_prompt(stage: Set) -> None:
    """The full schedule reads the default negative prompt if the shot has none. The take's own metadata names
    the prompt, and another negative prompt changes the pictures.
    """
    bare, same, other = (
        stage.shot(steps="2", stages="one", seed="5", guidance="3", negative=text)
        for text in ("", NEGATIVE, "rain")
    )
    negatives = [
        json.loads(tags(is_take(stage.make(one), 9))["milimo"])["negative"] for one in (bare, same, other)
    ]
    assert negatives == [NEGATIVE, NEGATIVE, "rain"]
    assert stage.frames(bare) == stage.frames(same) != stage.frames(other)


@pytest.mark.long("models")
def test_negative_prompt_changes_the_take(stage: Set) -> None:
    takes = [
        stage.shot(steps="2", stages="one", seed="5", guidance="3", negative=text)
        for text in ("rain", "snow")
    ]
    for shot in takes:
        is_take(stage.make(shot), 9)
    assert stage.frames(takes[0]) != stage.frames(takes[1])


@pytest.mark.long("models")
def test_temporal_upscale_doubles_the_frames(stage: Set) -> None:
    is_take(stage.make(stage.shot("17f", steps="2", temporal_upscale="on")), 17)
    assert re.search(r"\b9 frames .*\b17\b", stage.log())


@pytest.mark.long("models")
def test_chain_of_parts_follows_its_own_prompts(stage: Set) -> None:
    """A prompt for the second part splits a take of 130 frames that would fit in one run. The part without
    its own prompt gets all quoted lines of the shot.
    """
    small = replace(stage, project="small")
    shot = small.shot("130f", steps="2", prompt="A lamp. “Good night.”")
    small.ask("shot", "chunk", "set", shot, "2", "--prompt", "It goes out")
    parts = small.ask("shot", "show", shot)["way"]["parts"]
    assert [part[0::2] for part in parts] == [[121, "A lamp. “Good night.”"], [16, "It goes out"]]
    is_take(small.make(shot), 137, 64, 64)
    assert "(121 + 16 frames)" in small.log()
    (seam,) = small.ask("shot", "show", shot)["seams"]
    assert seam.startswith("frame 96: ")
    assert f"seam at {seam}" in small.log()


@pytest.mark.long("models")
def test_ten_seconds_are_one_run_and_a_line_is_spoken_once(stage: Set) -> None:
    """A shot of ten seconds is made in one run, and its line is spoken once. In an earlier version every
    text-only shot over 121 frames was split, and each part spoke the line again.
    """
    small = replace(stage, project="small")
    shot = small.shot("240f", steps="2", stages="one", prompt="A lamp. “Good night.”")
    path = is_take(small.make(shot), 241, 64, 64)
    assert "chunk" not in small.log()
    assert json.loads(tags(path)["milimo"])["chunks"][0][:2] == [0, 241]
    small.ask("shot", "set", shot, "--length", "22s")
    way = small.ask("shot", "show", shot)["way"]
    assert [part[2] for part in way["parts"]] == ["A lamp. “Good night.”", "A lamp. Nobody says a word."]
    assert any("(281 + 248 frames)" in one and "20 s at 64×64" in one for one in way["changes"])


@pytest.mark.long("models")
def test_recorded_line_leads_a_take_and_is_its_sound(stage: Set, tmp_path: Path) -> None:
    line = tmp_path / "line.wav"
    tone = np.sin(2 * np.pi * 440 * np.arange(9_600) / 48_000)  # 0.2 s at 48 kHz
    with wave.open(str(line), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((tone * 16_000).astype("<i2").tobytes())
    small = replace(stage, project="small")
    shot = small.shot("9f", steps="2", stages="one")
    small.ask("shot", "make", shot, "--sound", str(line))
    (take,) = small.ask("shot", "takes", shot)
    sound = read_sound(Path(take["path"]), Fraction(take["head"], 24), 9_600)
    assert np.abs(sound[0] - tone * 16_000 / 32_768).max() < 0.02
    assert not small.ask("shot", "show", shot)["stale"]
    small.ask("shot", "make", shot, "--sound-alone")
    again = small.ask("shot", "takes", shot)[-1]
    with FrameReader(Path(take["path"])) as before, FrameReader(Path(again["path"])) as after:
        assert (before.picture(Fraction(8, 24)) == after.picture(Fraction(8, 24))).all()
    assert "the sound alone" in small.log()
    assert not small.ask("shot", "show", shot)["stale"]


@pytest.mark.long("models")
@pytest.mark.parametrize(("model", "generation"), [("tiny-ltx23", "2.3"), ("tiny-ltx25", "2.5")])
def test_later_generations_make_takes(stage: Set, model: str, generation: str) -> None:
    """Later generations of LTX-2 make takes too. The frame is small because the diffusion decoder of 2.5 on a
    CPU is only good for trials.
    """
    small = replace(stage, project="small")
    path = is_take(small.make(small.shot(steps="2", model=model)), 9, 64, 64)
    assert json.loads(tags(path)["milimo"])["generation"] == generation
    assert ("decoded by diffusion" in small.log()) == (generation == "2.5")


@pytest.mark.long("models")
def test_size_between_the_steps_of_the_model_is_enlarged_and_cropped(stage: Set) -> None:
    take = stage.make(stage.shot("10f", steps="2", stages="one"))
    is_take(take, 17)
    assert "17 frames" in stage.log()


@pytest.mark.long("models")
def test_nan_fails_the_job_with_frame_and_seed(stage: Set) -> None:
    models = Path(stage.milimo.home) / "models"
    shutil.copytree(models / "tiny-ltx2", models / "no-numbers", ignore=shutil.ignore_patterns("milimo.json"))
    path = models / "no-numbers" / "transformer" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(path)
    tensors["proj_out.bias"] = torch.full_like(tensors["proj_out.bias"], float("nan"))
    path.unlink()
    save_file(tensors, path, {"format": "pt"})
    ModelStore(models).register(InstalledWeights(id="no-numbers", family="ltx2", generation="2.0", tiny=True))
    shot = stage.shot(steps="2", stages="one", seed="77", model="no-numbers")
    data = stage.milimo.inside("shot", "make", shot, "--project", stage.project, code=1)
    job = stage.ask("job", "show", data["jobs"][0])
    assert job["state"] == "failed"
    assert job["error"].endswith("(NaN) in frame 0 at step 1, seed 77")
    assert "another seed" in job["hint"]
    assert stage.ask("shot", "takes", shot) == []


@pytest.mark.long("models")
def test_take_gets_sound_continues_and_speaks_with_a_voice(stage: Set, tmp_path: Path) -> None:
    line = tmp_path / "mara.wav"
    with wave.open(str(line), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((np.sin(np.arange(57_600) / 30) * 9_000).astype("<i2").tobytes())
    small = replace(stage, project="small")
    shot = small.shot("9f", steps="2", stages="one", model="tiny-ltx23", guidance="1")
    first = small.make(shot)
    small.ask("shot", "sound", shot, "--since", "0.1s", "--until", "0.3s")
    sounded = small.ask("shot", "takes", shot)[-1]
    small.ask("shot", "extend", shot, "10f", "--take", "1")
    longer = small.ask("shot", "takes", shot)[-1]
    assert (longer["frames"], longer["tail"]) == (9, first["tail"] + 10)
    assert not small.ask("shot", "show", shot)["stale"]
    paths = [Path(take["path"]) for take in (first, sounded, longer)]
    for frame in (0, 8):
        shown = []
        for path in paths:
            with FrameReader(path) as reader:
                shown.append(reader.picture(Fraction(frame, 24)))
        assert (shown[0] == shown[1]).all()
        assert (shown[0] == shown[2]).all()
    assert any("frame 9" in entry for entry in small.log().splitlines()) or first["tail"]
    refused = small.milimo.refusal
    wrong = refused("shot", "sound", shot, "--since", "2s", "--project", "small")
    assert "0.38 s" in wrong
    assert "1G: 1.20 s" in refused("shot", "make", shot, "--sound", str(line), "--project", "small")
    small.ask("element", "add", "Mara")
    assert small.ask("element", "voice", "Mara", str(line))["sample"]
    assert "not a sound" in refused("element", "voice", "Mara", str(paths[0]), "--project", "small")
