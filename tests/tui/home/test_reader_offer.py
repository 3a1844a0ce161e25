"""Test the offer on Home to install a language model, on a machine without one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from tests.front_door import Milimo
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", None)
    yield made
    made.close()


def get_small_model(studio: Studio) -> str:
    plan = registry.run_by_id(studio, "model.setup", {"family": "local", "dry_run": True}).data
    if not plan["recipe"]:
        pytest.skip("this machine has too little memory for a language model")
    return str(plan["model"])


async def test_home_offers_a_reader_and_asks_before_it_is_installed(studio: Studio) -> None:
    model = get_small_model(studio)
    async with on(studio, "home", (80, 24)) as stage:
        await stage.until(lambda: "Get a reader" in stage.text)
        assert model in stage.text
        await stage.press("m")
        assert stage.screen.is_asking
        assert "licence" in stage.text
        await stage.press("n")
    assert not studio.home.studio_db.exists(), "nothing was queued"


async def test_home_offers_no_reader_if_one_is_set_up(studio: Studio) -> None:
    registry.run_by_id(studio, "config.set", {"name": "text_engine", "value": "ollama"})
    again = Studio.open(home=str(studio.home.root), actor="test")  # Settings are read once.
    async with on(again, "home", (80, 24)) as stage:
        await stage.until(lambda: not stage.screen._may_offer_reader)
        await stage.settle()
        assert "Get a reader" not in stage.text
    again.close()


def test_list_of_families_offers_a_reader_only_if_none_is_ready(milimo: Milimo) -> None:
    plans = milimo.json("model", "setup")
    small = next(plan for plan in plans if plan["family"] == "local")
    if not small["recipe"]:
        pytest.skip("this machine has too little memory for a language model")
    offer = f"installs {small['model']}"
    assert offer in milimo.act("model", "setup")
    config = Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f"text_engine = {json.dumps('ollama')}\n")
    assert offer not in milimo.act("model", "setup")
