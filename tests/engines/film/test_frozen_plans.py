"""Test that frozen render plans have no default values, and that plans with default values can be read."""

from __future__ import annotations

import json
from pathlib import Path

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.film.engine import read_frozen_plan
from milimo_tui.studio.render.render_plan import freeze_plan
from tests.media.sounds import a_sound, plan_of


def test_frozen_plan_without_and_with_default_values_is_equal_to_the_plan(tmp_path: Path) -> None:
    plan = plan_of(a_sound(tmp_path / "a.wav", 0, 50, fade_in=3))
    path, signature = freeze_plan(ProjectPaths(tmp_path), plan)
    body = json.loads(path.read_text())
    assert body["signature"] == signature
    assert "previs" not in body["plan"]
    assert "effects" not in body["plan"]["sounds"][0]
    assert read_frozen_plan(path) == plan
    path.write_text(json.dumps({**body, "plan": plan.model_dump(mode="json")}))
    assert read_frozen_plan(path) == plan
    moved = {
        **body,
        "film": "/earlier",
        "plan": json.loads(json.dumps(body["plan"]).replace(str(tmp_path), "/earlier")),
    }
    path.write_text(json.dumps(moved))
    assert read_frozen_plan(path) == plan
