"""Test that a shot's movement selects its camera LoRA: planned from values, and active in a take with tiny
weights.
"""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Refused, Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.paragraph import compose_paragraph
from milimo_tui.engines.ltx2.plan import installed_parts
from milimo_tui.engines.ltx2.plan.camera_loras import MOVES, map_loras_by_movement
from milimo_tui.engines.ltx2.plan.generations import find_generation
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan, Weights, plan_ltx2_take
from milimo_tui.engines.specs.spec_values import Lora, ShotFacts
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.values.shot_words import Movement
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.media.reading import tags

__all__ = ["tiny"]

TINY = "tiny-ltx2-camera-dolly-in"
HERE = {"dolly in": "ltx-2-camera-dolly-in", "static": "ltx-2-camera-static"}


def spec(movement: str = "dolly in", **settings: Any) -> MakeVideo:
    base: dict[str, Any] = {"frames": 9, "rate": Fraction(24), "width": 64, "height": 64, "stages": "one"}
    return MakeVideo(engine="ltx2", facts=ShotFacts(movement=movement), **{**base, **settings})


def planned(cameras: dict[str, str], video: MakeVideo, of: str = "2.0") -> Ltx2Plan:
    return plan_ltx2_take(video, Weights(find_generation(of), cameras=cameras))


def test_each_camera_lora_is_a_camera_move_of_a_shot() -> None:
    ids = [row.id for row in MODELS if row.role == "camera_lora"]
    assert set(map_loras_by_movement(ids).values()) == set(ids)
    assert set(MOVES) <= {one.value for one in Movement}
    assert map_loras_by_movement(["a-camera-jib-up", "mine"]) == {"crane up": "a-camera-jib-up"}


def test_camera_lora_is_added_to_the_words_replaces_them_or_is_off() -> None:
    made = planned(HERE, spec())
    assert made.camera == "ltx-2-camera-dolly-in"
    assert any("ltx-2-camera-dolly-in" in each and "“dolly in”" in each for each in made.changes)
    assert planned(HERE, spec(camera_lora="instead")).camera == "ltx-2-camera-dolly-in"
    assert planned(HERE, spec(camera_lora="off")).camera == ""
    assert planned(HERE, spec("crane up")).camera == "", "what is not here is done in words"
    given = (Lora(id="ltx-2-camera-dolly-in", strength=0.5),)
    assert planned(HERE, spec(loras=given)).camera == "", "the shot's own stack comes first"


def test_missing_camera_lora_removes_no_words() -> None:
    with pytest.raises(Unavailable, match="jib up") as missing:
        planned(HERE, spec("crane up", camera_lora="instead"))
    assert missing.value.hint.startswith("milimo model download ltx-2-camera-jib-up")
    with pytest.raises(Refused, match=r"for LTX-2\.5"):
        planned({}, spec(camera_lora="instead"), "2.5")
    with pytest.raises(Refused, match="“arc”"):
        planned(HERE, spec("arc", camera_lora="instead"))


def test_prompt_has_the_camera_move_unless_the_lora_makes_it() -> None:
    meaning = ShotMeaning(action="A lamp is lit.", movement="dolly left", place="Kitchen", setting="INT")
    assert "the camera dollies slowly to the left" in compose_paragraph(meaning).text
    prompt = compose_paragraph(replace(meaning, camera_lora="instead"))
    text = next(part.text for part in prompt.parts if part.role == "camera")
    assert "doll" not in text
    assert text.startswith("A medium shot")


@pytest.mark.long("models")
def test_take_uses_the_camera_lora_and_records_it(
    tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    store = furnish(tmp_path / "home", tiny, "ltx2", "ltx2-camera-dolly-in")
    known = installed_parts.weights(store, store.resolve("ltx2"))
    assert known.cameras == {"dolly in": TINY}
    marks = {}
    for name, setting in (("with", "with"), ("off", "off")):
        context = JobRecorder(tmp_path / name)
        context.workspace.mkdir()
        made = Ltx2().run(spec(camera_lora=setting, steps=2, schedule="full"), context)
        marks[name] = json.loads(tags(Path(made.outputs[0].path))["milimo"])
    assert TINY in marks["with"]["also"]
    assert TINY not in marks["off"]["also"]
