"""Test the import of StoryCore-Engine projects in both of their layouts. The test data follow its
documentation.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.front_door import Milimo

MODULES = {"subject": "a woman at a stove", "camera": "slow push", "lighting": "warm", "style": "noir"}
BOARD = {
    "storyboard_id": "sb", "project_id": "p1",
    "shots": [
        {
            "shot_id": "s2", "scene_id": "scene_2", "shot_number": 3, "version": "1", "title": "Roof",
            "description": "They run.", "duration_seconds": 2.5, "prompt_modules": {},
        },
        {
            "shot_id": "s1", "scene_id": "scene_1", "shot_number": 1, "version": "1", "title": "Stove",
            "description": "Ana cooks.", "duration_seconds": 4, "prompt_modules": MODULES,
        },
    ],
}  # fmt: skip
FOLDER = {
    "schema_version": "1.0", "project_id": "p1", "created_at": "2026-01-01", "updated_at": "2026-01-01",
    "project_name": "Night Kitchen", "config": {"global_seed": 77, "target_resolution": "1024x576"},
    "coherence_anchors": {"style_anchor_id": "film_noir"}, "shots_index": {},
    "asset_manifest": {
        "panels": [{"asset_id": "a1", "path": "assets/images/one.png", "panel_index": 0}],
        "panel_to_shot_map": {"a1": "s1"},
    },
    "status": {"current_phase": "grid", "qa_passed": False},
}  # fmt: skip
SERVICE = {
    "id": "abc", "name": "Rain", "description": "A coin.", "format": "cinematic", "fps": 30,
    "resolution_width": 1920, "resolution_height": 1080, "status": "in_progress", "tags": ["wet"],
    "characters": [
        {"id": "c1", "name": "Ana", "role": "hero", "traits": ["bold"], "appearance": {"hair": "red hair"}}
    ],
    "worlds": [{"id": "w1", "name": "Old Hall", "atmosphere": "cold and loud"}],
    "sequences": [{"id": "q1", "name": "Opening"}],
    "shots": [
        {
            "id": "x1", "name": "One", "prompt": "Ana runs", "type": "closeup", "duration": 2,
            "order_index": 1, "character_ids": ["c1"], "sequence_id": "q1", "status": "completed",
        },
        {
            "id": "x0", "name": "Zero", "prompt": "a hall", "type": "dialogue", "duration": 1,
            "order_index": 0, "sequence_id": "q1", "result_url": "gone.mp4",
        },
        "x9",
    ],
}  # fmt: skip


def written(folder: Path, project: dict[str, Any], board: dict[str, Any] | None = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "project.json").write_text(json.dumps(project))
    if board is not None:
        (folder / "storyboard.json").write_text(json.dumps(board))
    return folder


def test_storycore_folder_becomes_a_film(milimo: Milimo) -> None:
    folder = written(milimo.cwd / "night", FOLDER, BOARD)
    images = folder / "assets" / "images"
    images.mkdir(parents=True)
    Image.new("RGB", (64, 48), "teal").save(images / "one.png")
    data = milimo.json("project", "import", str(folder))
    assert (data["name"], data["width"], data["height"], data["shots"]) == ("Night Kitchen", 1024, 576, 2)
    assert data["lost"] == []
    shots = milimo.json("shot", "list")
    assert [(shot["number"], shot["frames"]) for shot in shots] == [("1A", 60), ("2A", 96)]
    cook = milimo.json("shot", "show", "2A")
    assert "a woman at a stove" in cook["prompt"]
    assert cook["seed"] == 77
    [picture] = (path for path in (Path(data["path"]) / "media").rglob("*") if path.is_file())
    assert picture.read_bytes() == (images / "one.png").read_bytes()
    assert milimo.json("cut", "show")["frames"] == 156
    milimo.act("cut", "undo", "--whole-project")
    assert milimo.json("shot", "list") == []


def test_storycore_project_is_imported_with_people_places_and_losses(milimo: Milimo) -> None:
    folder = written(milimo.cwd / "rain", SERVICE)
    data = milimo.json("project", "import", str(folder), "--name", "rain here")
    assert (data["name"], data["status"], data["tags"], data["rate"]) == (
        "Rain",
        "in-progress",
        ["wet"],
        "30/1",
    )
    assert data["description"] == "A coin."
    lost = "\n".join(data["lost"])
    for words in ("dialogue", "1 shot marked as completed", "gone.mp4", "shot x9", "1 sequence"):
        assert words in lost
    elements = {row["name"]: row for row in milimo.json("element", "list")}
    ana = elements["Ana"]
    assert (ana["role"], ana["traits"], ana["description"]) == ("hero", ["bold"], "red hair")
    assert elements["Old Hall"]["layers"] == {"detail": "cold and loud"}
    shots = milimo.json("shot", "list")
    assert [shot["frames"] for shot in shots] == [30, 60]
    assert milimo.json("shot", "show", "1B")["size"] == "CU"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "JSON"),
        ("[]", "no film"),
        ("{}", "project.json"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_folder_without_a_project_is_refused_and_nothing_is_written(
    milimo: Milimo, content: str, words: str
) -> None:
    folder = milimo.cwd / "bad"
    folder.mkdir()
    (folder / "project.json").write_text(content)
    code = 2 if content == "{}" else 1
    for source in (folder, folder / "project.json"):
        assert words in milimo.refusal("project", "import", str(source), code=code)
    assert milimo.json("project", "list") == []
    (folder / "project.json").unlink()
    assert str(folder) in milimo.refusal("project", "import", str(folder))


def test_hostile_fields_are_limited(milimo: Milimo) -> None:
    project = {
        **SERVICE, "fps": 1e9, "resolution_width": -5, "tags": [1, {}], "characters": [{"name": 3}, None],
        "shots": [{"id": "../../x", "duration": -4, "thumbnail_url": "../../../etc/passwd", "prompt": ["a"]}],
    }  # fmt: skip
    data = milimo.json("project", "import", str(written(milimo.cwd / "odd", project)))
    assert (data["rate"], data["width"], data["shots"]) == ("24/1", 1280, 1)
    assert any("passwd" in words for words in data["lost"])
