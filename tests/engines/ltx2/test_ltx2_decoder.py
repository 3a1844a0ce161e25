"""Test that a take records the decoder of its pictures, and that a remake uses the same decoder and tiles."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch

from milimo_tui.engines.ltx2.engine import Ltx2
from milimo_tui.engines.ltx2.plan.decoder_choice import TILES, choose_diffusion_tile, parse_tile
from milimo_tui.engines.recipes.recipe_names import DECODED, MERGED, get_diffusion_tiles, is_merged, on_ladder
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.engines.recording_context import JobRecorder
from tests.engines.tiny_home import Tiny, furnish, tiny

__all__ = ["tiny"]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    furnish(tmp_path / "home", tiny, "ltx25")
    monkeypatch.setenv("MILIMO_HOME", str(tmp_path / "home"))
    get_model_cache().clear()


def made(folder: Path, recipe: str) -> tuple[Any, str]:
    """Make a take with the recipe, and return its facts and the hash of its file."""
    folder.mkdir()
    spec = MakeVideo(
        engine="ltx2", prompt="a lamp", frames=9, rate="24/1", seed=3, width=64, height=64, steps=2,
        schedule="full", recipe=recipe,
    )  # fmt: skip
    result = Ltx2().run(spec, JobRecorder(folder))
    return result.facts, sha256(Path(result.outputs[0].path).read_bytes()).hexdigest()


@pytest.mark.long("models")
def test_remake_decodes_as_the_take_did(tmp_path: Path) -> None:
    facts, first = made(tmp_path / "first", "")
    assert facts["recipe"].endswith(f"{DECODED}{TILES[0]}")
    again, same = made(tmp_path / "again", facts["recipe"])
    assert (again["recipe"], same) == (facts["recipe"], first)
    smaller, _ = made(tmp_path / "smaller", facts["recipe"].replace(str(TILES[0]), str(TILES[2])))
    assert smaller["decoder"] == f"diffusion, {TILES[2]}"
    before, other = made(tmp_path / "before", on_ladder(facts["recipe"]))
    assert "decoder" not in before, "it was made by the autoencoder"
    assert other != first


def test_name_of_a_recipe_is_complete(tiny: Tiny) -> None:
    for merged in ("", MERGED):
        name = f"bf16, whole on the card{merged}{DECODED}{TILES[1]}"
        assert on_ladder(name) == "bf16, whole on the card"
        assert is_merged(name) is bool(merged)
        assert parse_tile(get_diffusion_tiles(name)) == TILES[1]
    assert parse_tile("") is None
    folder = tiny("ltx25")
    assert choose_diffusion_tile(folder, 1.0, 9, 64, 64, card=False, then=TILES[2]) == (TILES[2], "")
    assert choose_diffusion_tile(folder, 0.0, 9, 64, 64, card=True, then=TILES[2])[0] is None
