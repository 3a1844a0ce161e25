"""Test `milimo control make` with a real supervisor, worker and tiny models on the CPU.

The maps equal those of the transformers models alone. They are added to the film, followed by a shot, or
refused with a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.engines.controls import depth, people
from milimo_tui.engines.controls.paths import interpolate_path as way
from milimo_tui.engines.controls.trails import draw_trails as trails
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.files.facts import digest
from milimo_tui.media.picture import drawn_people
from milimo_tui.media.picture.edges import detect_canny_edges
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.probe import probe
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import TINY, Milimo, environment
from tests.media.reading import tags

__all__ = ["tiny"]

pytestmark = pytest.mark.long("models")

WIDTH, HEIGHT, FRAMES, RATE = 96, 64, 6, Fraction(24)
LOSSY = 10  # of 255: the average change that near-lossless H.264 in 4:2:0 may cause


@dataclass(frozen=True)
class Set:
    """A film of two shots with a sliding clip, a still, and weights."""

    milimo: Milimo
    clip: Path

    def ask(self, *words: str, code: int = 0) -> Any:
        return self.milimo.inside(*words, code=code)

    def make(self, *words: str, code: int = 0) -> dict[str, Any]:
        return dict(self.ask("control", "make", *words, code=code))

    def refused(self, *words: str, code: int = 2) -> str:
        error = self.make(*words, code=code)["error"]
        return f"{error['message']} | {error['hint']}"

    def frames(self) -> list[NDArray[np.uint8]]:
        return frames_of(self.clip)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, tiny: Tiny) -> Iterator[Set]:
    folder = tmp_path_factory.mktemp("maps")
    more = {"TORCHDYNAMO_DISABLE": "1", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    milimo = Milimo({**environment(folder), **more}, folder / "work")
    furnish(milimo.home, tiny, "depth", "pose", "persons", "ltx2", "ltx2-ic-depth")
    script = folder / "work" / "lamps.fountain"
    script.write_text(TINY)
    milimo.act("project", "new", "Maps", "--rate", "24", "--size", "96x64")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    random = np.random.default_rng(1)
    ground = Image.fromarray(random.integers(0, 255, (8, 12, 3), dtype=np.uint8))
    wide = np.asarray(ground.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
    ground.resize((WIDTH + 1, HEIGHT + 1)).save(folder / "work" / "board.png")
    clip = folder / "work" / "walk.mov"
    pictures = [np.roll(wide, 3 * index, axis=1) for index in range(FRAMES)]
    write_take(clip, pictures, width=WIDTH, height=HEIGHT, rate=RATE, frames=FRAMES)
    milimo.act("asset", "add", str(clip))
    milimo.act("asset", "add", str(folder / "work" / "board.png"))
    try:
        yield Set(milimo, clip)
    finally:
        milimo.inside("supervisor", "stop", "--now")


def frames_of(path: Path, frames: int = FRAMES) -> list[NDArray[np.uint8]]:
    with Footage(path) as footage:
        assert (footage.frames, footage.rate) == (frames, RATE)
        return [footage.frame(number).copy() for number in range(frames)]


def is_as(path: str, wanted: list[NDArray[np.uint8]]) -> None:
    """Check that the clip shows those pictures, within the loss of its encoder."""
    shown = frames_of(Path(path), len(wanted))
    for one, other in zip(shown, wanted, strict=True):
        assert one.shape == other.shape
        assert np.abs(one.astype(int) - other.astype(int)).mean() < LOSSY


def test_depth_equals_the_bare_model_on_one_grey_scale(stage: Set, tiny: Tiny) -> None:
    from transformers import DepthAnythingForDepthEstimation, DPTImageProcessor

    made = stage.make("walk.mov", "--kind", "depth")
    model = DepthAnythingForDepthEstimation.from_pretrained(tiny("depth")).eval()
    processor = DPTImageProcessor.from_pretrained(tiny("depth"))
    with torch.inference_mode():
        seen = [processor(images=Image.fromarray(one), return_tensors="pt") for one in stage.frames()]
        found = [model(**one).predicted_depth[0].numpy() for one in seen]
    low, high = (float(one) for one in (np.min(found), np.max(found)))
    wanted = [depth.draw_depth_map(one, low, high, WIDTH, HEIGHT) for one in found]
    plain = np.linspace(low, high, 96 * 64, dtype=np.float32).reshape(64, 96)
    assert depth.draw_depth_map(plain, low, high, 96, 64)[[0, -1], [0, -1], 0].tolist() == [0, 255], (
        "near is bright"
    )
    is_as(made["path"], wanted)
    assert (made["control"], made["tiny"], made["kind"]) == ("depth", True, "map")
    data = json.loads(tags(Path(made["path"]))["milimo"])
    assert (data["spec"]["kind"], data["spec"]["control"]) == ("make_control", "depth")
    assert data["model"]["id"] == "tiny-depth"
    assert data["spec"]["input"].startswith("sha256:")


def test_poses_are_drawn_where_the_bare_model_sees_joints(stage: Set, tiny: Tiny) -> None:
    from transformers import RTDetrForObjectDetection, RTDetrImageProcessor
    from transformers import VitPoseForPoseEstimation as ViTPose
    from transformers import VitPoseImageProcessor as Prepare

    made = stage.make("walk.mov", "--kind", "pose")
    finder = RTDetrForObjectDetection.from_pretrained(tiny("persons")).eval()
    look = RTDetrImageProcessor.from_pretrained(tiny("persons"))
    model, prepare = ViTPose.from_pretrained(tiny("pose")).eval(), Prepare.from_pretrained(tiny("pose"))
    wanted = []
    with torch.inference_mode():
        for frame in stage.frames():
            picture = Image.fromarray(frame)
            [there] = look.post_process_object_detection(
                finder(**look(images=picture, return_tensors="pt")),
                threshold=0.3,
                target_sizes=[(HEIGHT, WIDTH)],
            )
            boxes = there["boxes"][there["labels"] == 0].numpy().copy()
            boxes[:, 2:] -= boxes[:, :2]
            boxes = boxes[(boxes[:, 2:] >= 1).all(axis=1)]
            outputs = model(**prepare(images=picture, boxes=[boxes], return_tensors="pt"))
            [found] = prepare.post_process_pose_estimation(outputs, boxes=[boxes])
            joints = [np.concatenate([one["keypoints"], one["scores"][:, None]], axis=1) for one in found]
            wanted.append(drawn_people.draw_skeletons(joints, WIDTH, HEIGHT))
    assert any(one.any() for one in wanted)
    is_as(made["path"], wanted)
    assert made["people"] >= 1
    data = json.loads(tags(Path(made["path"]))["milimo"])
    assert set(data["also"]) == {"tiny-persons"}


def test_edges_and_motion_need_no_weights(stage: Set) -> None:
    made = stage.make("walk.mov", "--kind", "canny", "--low", "50", "--high", "120")
    is_as(made["path"], [detect_canny_edges(one, 50, 120) for one in stage.frames()])
    assert made["tiny"] is False
    made = stage.make("walk.mov", "--kind", "motion", "--way", "10,10 40,10", "--start", "2")
    is_as(made["path"], [trails([way([(10, 10), (40, 10)], 4)], frame, WIDTH, HEIGHT) for frame in range(4)])
    made = stage.make("walk.mov", "--kind", "motion", "--camera", "dolly in")
    assert made["ways"] == 24
    made = stage.make("walk.mov", "--kind", "motion")
    assert made["ways"] >= 1
    assert any(one.any() for one in frames_of(Path(made["path"])))


def test_map_is_followed_by_its_kind(stage: Set) -> None:
    """The shot named in the request follows the new map at once. A map of a still is as long as the shot."""
    made = stage.make("board.png", "--kind", "canny", "--shot", "1B")
    length = stage.ask("shot", "show", "1B")["frames"]
    facts = probe(Path(made["path"]))
    assert (facts.frames, facts.width, facts.height) == (length, WIDTH, HEIGHT)
    [followed] = stage.ask("shot", "condition", "list", "1B")
    assert (followed["control"], followed["prepared"], followed["asset"]) == ("canny", True, made["id"])
    rows = stage.ask("control", "list", "canny")
    assert (rows[-1]["name"], rows[-1]["followed"]) == ("board-canny.mov", ["1B"])
    stage.ask("shot", "condition", "remove", "1B", "1")
    stage.ask("shot", "condition", "add", "1B", made["id"])
    [followed] = stage.ask("shot", "condition", "list", "1B")
    assert (followed["control"], followed["prepared"]) == ("canny", True)
    error = stage.ask("shot", "condition", "add", "1A", made["id"], "--control", "depth", code=2)["error"]
    assert "board-canny.mov" in error["message"]
    assert "canny map" in error["message"]
    assert "depth" in error["message"]
    stage.ask("shot", "condition", "remove", "1B", "--all")


def test_take_uses_the_map_as_reference_of_its_control_lora(stage: Set) -> None:
    made = stage.make("walk.mov", "--kind", "depth", "--shot", "1A")
    stage.ask("shot", "set", "1A", "--length", "9f", "--steps", "2", "--stages", "one")
    stage.ask("shot", "make", "1A", "--engine", "ltx2")
    take = stage.ask("shot", "takes", "1A")[-1]
    data = json.loads(tags(Path(take["path"]))["milimo"])
    [control] = data["spec"]["control"]
    assert (control["kind"], control["prepared"]) == ("depth", True)
    assert control["input"] == f"sha256:{digest(Path(made['path']))}"
    assert "tiny-ltx2-ic-depth" in data["also"]


def test_impossible_map_is_refused_in_one_sentence(stage: Set) -> None:
    assert "board.png is a" in stage.refused("board.png", "--kind", "motion")
    assert "--kind motion" in stage.refused("walk.mov", "--kind", "depth", "--camera", "dolly in")
    assert "“x”" in stage.refused("walk.mov", "--kind", "motion", "--way", "1,2 x")
    assert "camera" in stage.refused("walk.mov", "--kind", "motion", "--camera", "0:0,0,1 9")
    assert "dolly in" in stage.refused("walk.mov", "--kind", "motion", "--camera", "rack")
    assert "above the upper" in stage.refused("walk.mov", "--kind", "canny", "--low", "300")
    assert "no frame 6" in stage.refused("walk.mov", "--kind", "canny", "--start", "6")
    assert "“gone.mov”" in stage.refused("gone.mov", "--kind", "canny")
    error = stage.refused("walk.mov", "--kind", "pose", "--model", "vitpose-huge")
    assert "vitpose-huge" in error
    assert "installed: tiny-pose" in error
    assert "thresholds" in stage.refused("walk.mov", "--kind", "depth", "--low", "5")
    assert "no model" in stage.refused("walk.mov", "--kind", "motion", "--model", "tiny-depth")


def test_clip_without_people_and_missing_weights_are_reported_with_a_suggestion(
    tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    from milimo_tui.core.errors import BadInput, Unavailable
    from milimo_tui.engines.controls.engine import Controls
    from milimo_tui.engines.specs.control_specs import MakeControl
    from tests.engines.recording_context import JobRecorder

    still = np.zeros((64, 96, 3), np.uint8)
    write_take(tmp_path / "empty.mov", [still] * 2, width=96, height=64, rate=RATE, frames=2)
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    spec = MakeControl(control="pose", input=str(tmp_path / "empty.mov"))
    store = furnish(tmp_path / "home", tiny, "pose", "persons")
    finder = people.load_person_finder(store.resolve("controls", "persons", "tiny-persons"))
    for layer in finder.model.model.decoder.class_embed:
        layer.bias.data.fill_(-9)
    finder.model.save_pretrained(store.folder / "tiny-persons")
    changed = store.get("tiny-persons")
    assert changed is not None
    store.register(replace(changed, files=()))
    with pytest.raises(BadInput, match=r"no person .*empty\.mov") as error:
        Controls().run(spec, JobRecorder(tmp_path))
    assert "--kind depth" in error.value.hint
    with pytest.raises(Unavailable, match="Depth Anything") as missing:
        Controls().run(spec.model_copy(update={"control": "depth"}), JobRecorder(tmp_path))
    assert "milimo model download depth-anything-small" in missing.value.hint
