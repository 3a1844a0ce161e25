"""Test `milimo model setup` on any machine, and the repository listings that supply its sizes and hashes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.model_catalog import MODELS, SETUPS
from milimo_tui.engines.catalog.recorded_listings import LISTINGS_FILE, estimate_download, read_listings
from milimo_tui.engines.recipes.tables import CARDS_GB, MAIN_GB
from milimo_tui.engines.registry.explanation import make_assumed_card
from milimo_tui.studio.weights.setup_plan import SetupTarget, plan_setup
from milimo_tui.studio.weights.setup_words import format_setup_plan
from tests.engines.hub.hub_server import FakeHub
from tests.engines.hub.material import klein
from tests.front_door import Milimo, environment

KLEIN_HUB = "black-forest-labs/FLUX.2-klein-4B"


@pytest.fixture
def milimo(hub: FakeHub, tmp_path: Path) -> Milimo:
    env = {**environment(tmp_path), "HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": hub.address}
    return Milimo(env, tmp_path / "work")


def setup(milimo: Milimo, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = milimo.inside("model", "setup", *words)
    return found


@pytest.mark.long("command_line")
def test_ladder_has_a_plan_for_every_machine(milimo: Milimo) -> None:
    for gb in CARDS_GB:
        for main in (MAIN_GB[0], MAIN_GB[-1]):
            plan = setup(milimo, "ltx2", "--card", str(gb), "--ram", str(main))
            # The model that Lightricks recommends, on every machine
            assert plan["model"] == "ltx-2.5", (gb, main)
            assert plan["recipe"]
            assert plan["seconds"] > 0
            assert "121 frames" in plan["size"]
    data = milimo.inside("engine", "explain", "ltx2", "--card", "24", "--ram", "64")
    plan = setup(milimo, "ltx2", "--card", "24", "--ram", "64")
    assert (plan["recipe"], plan["seconds"]) == (data["plan"]["recipe"], data["costs"]["seconds"])
    assert (plan["card_takes_gb"], plan["precision"]) == (data["estimate_gb"], data["plan"]["precision"])


def test_smaller_model_is_chosen_where_the_usual_one_does_not_fit(milimo: Milimo) -> None:
    plan = setup(milimo, "gemma", "--card", "8", "--ram", "16")
    assert plan["model"] == "gemma-3-4b"
    assert "gemma-3-12b" in plan["why"]


def test_plan_counts_weights_streamed_from_disk(milimo: Milimo) -> None:
    words = ("ltx2", "--card", "12", "--ram", "16", "--disk")
    little, much = setup(milimo, *words, "100"), setup(milimo, *words, "400")
    assert (little["has_room"], much["has_room"]) == (False, True)
    assert "of disk" in little["why"]
    assert much["streamed_bytes"] > 30e9
    assert much["disk_left"] == 400e9 - much["bytes"] - much["streamed_bytes"]


def test_default_plan_comes_first_and_the_full_one_shows_its_cost(milimo: Milimo) -> None:
    lines = milimo("model", "setup", "ltx2", "--card", "80", "--ram", "128").stdout.decode().splitlines()
    assert max(len(line) for line in lines if ".safetensors" not in line) <= 80
    text = " ".join(word for line in lines for word in line.split())
    assert "distilled, " in text
    assert re.search(r"ltx-2\.5-full, 51\.9 GB .*30 guided steps", text)
    plan = setup(milimo, "ltx2", "--card", "80", "--ram", "128")
    dearer = next(one for one in plan["others"] if one["model"] == "ltx-2.5-full")
    assert dearer["seconds"] > 2 * plan["seconds"]


def test_each_file_has_size_and_hash_or_is_marked_as_a_guess(milimo: Milimo) -> None:
    full = setup(milimo, "ltx2", "--model", "ltx-2.5-full", "--card", "80")
    hashes = {file["name"]: file["sha256"] for file in full["files"]}
    assert hashes["diffusion_models/ltx-2.5-22b-dev-transformer-bf16.safetensors"].startswith("792a2bad501c")
    text = milimo("model", "setup", "gemma", "--card", "24").stdout.decode()
    assert "gemma-3-12b: size guessed" in text
    assert "model list --refresh" in text


def test_every_family_has_a_row_and_nothing_is_downloaded(milimo: Milimo, hub: FakeHub) -> None:
    plans = milimo.inside("model", "setup", "--card", "24", "--ram", "64")
    assert [plan["family"] for plan in plans] == list(SETUPS)
    assert all(plan["fits"] for plan in plans)
    lines = milimo("model", "setup", "--card", "24").stdout.decode()
    assert "milimo model setup FAMILY" in lines
    assert "about 0 s" not in lines
    assert not hub.requests


def test_model_of_another_family_names_its_family(milimo: Milimo) -> None:
    error = milimo.inside("model", "setup", "ltx2", "--model", "sam3", "--card", "24", code=2)["error"]
    assert re.findall(r"\b(?:sam3|ltx2)\b", error["message"]) == ["sam3", "ltx2", "sam3"]
    assert milimo.inside("model", "setup", "nothing", "--card", "24", code=2)["error"]["kind"] == "not_found"


@pytest.mark.long("command_line")
def test_refresh_records_the_listing_of_the_hub(milimo: Milimo, hub: FakeHub) -> None:
    """`model list --refresh` records all sizes and hashes from one reply of the hub, before any file is
    downloaded.
    """
    before = setup(milimo, "flux2", "--card", "24")
    assert before["rows"][0]["known"] == "in part"
    files = klein(1_000_000)
    hub.add(KLEIN_HUB, files)
    text = milimo("model", "list", "--refresh", "--family", "flux2").stdout.decode()
    assert "1 repository" in text
    assert not hub.file_requests()
    after = setup(milimo, "flux2", "--card", "24")
    assert (after["rows"][0]["known"], after["rows"][0]["by"]) == ("listed", "hub")
    assert after["rows"][0]["commit"].startswith("c0ffee")
    wanted = {name for name in files if name.split("/")[0] != ".gitattributes" and "klein-4b" not in name}
    assert {file["name"] for file in after["files"]} == wanted
    assert after["bytes"] == sum(len(files[name]) for name in wanted)
    large = next(file for file in after["files"] if file["name"].startswith("transformer/diff"))
    assert len(large["sha256"]) == 64
    data = milimo.inside("model", "show", "flux2-klein-4b")
    assert data["evidence"] == "listed"
    assert {file["name"] for file in data["files"]} == wanted
    assert (Home(milimo.home).models / LISTINGS_FILE).is_file()


def test_refresh_without_a_network_is_one_sentence(milimo: Milimo) -> None:
    milimo.env["HF_ENDPOINT"] = "http://127.0.0.1:9"
    error = milimo.inside("model", "list", "--refresh", "--family", "sam3", code=3)["error"]
    assert "127.0.0.1" in error["message"]
    assert not (Home(milimo.home).models / LISTINGS_FILE).exists()
    assert (
        milimo.inside("model", "list", "--refresh", "--family", "no", code=2)["error"]["kind"] == "not_found"
    )


def test_damaged_record_names_the_command_that_renews_it(milimo: Milimo) -> None:
    milimo.inside("model", "disk")  # creates the home
    kept = Home(milimo.home).models / LISTINGS_FILE
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"a/b": {"by": "hub"}}))
    error = milimo.inside("model", "list", code=1)["error"]
    assert (error["kind"], "milimo model list --refresh" in error["hint"]) == ("damaged", True)


def test_card_without_bf16_is_reported_as_slower() -> None:
    for capability, told in (((7, 5), True), ((8, 9), False), ((0, 0), False)):
        target = SetupTarget(replace(make_assumed_card(11, 32), capability=capability))
        lines = format_setup_plan(plan_setup("flux2", target, {}))
        assert any(re.search(r"capability .*7\.5", line) for line in lines) is told


def test_every_recorded_listing_agrees_with_its_row() -> None:
    shipped = read_listings(Path("nowhere"))
    assert set(shipped) <= {row.hub for row in MODELS}
    for row in MODELS:
        estimate = estimate_download(row, shipped)
        assert estimate.bytes == pytest.approx(row.bytes, rel=0.02), row.id
        assert row.form == "folder" or len(estimate.files) <= 1, row.id
        assert all(len(file.sha256) in (0, 64) for file in estimate.files)
