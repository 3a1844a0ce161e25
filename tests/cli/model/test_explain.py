"""Test `milimo engine explain`: it shows the plan, memory and reason for any card, without a GPU, a home or a
model on this machine.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from milimo_tui.engines.recipes.card_records import CardRecords
from milimo_tui.engines.recipes.choice import choose_recipe, count_work_units
from milimo_tui.engines.recipes.tables import CARDS_GB, LOSS
from milimo_tui.engines.recipes.values import Card, RecipeOutcome
from milimo_tui.engines.registry.explanation import make_published_request
from milimo_tui.studio.machine import gpu_cards
from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.engines.recipes.published_requests import ENGINES
from tests.engines.tiny_home import Tiny, furnish, tiny
from tests.front_door import Milimo, film, made, milimo

__all__ = ["film", "made", "milimo", "tiny"]

KEYS = {"engine", "card_gb", "plan", "estimate_gb", "reason", "evidence", "fits"}


@pytest.mark.parametrize("memory", CARDS_GB)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_card_gets_a_plan_or_a_refusal(milimo: Milimo, engine: str, memory: int) -> None:
    data = milimo.json("engine", "explain", engine, "--card", str(memory))
    assert data.keys() >= KEYS
    assert data["plan"].keys() >= {"precision", "offload", "tiling", "steps"}
    assert (data["engine"], data["card_gb"], data["evidence"]) == (engine, memory, "calculated")
    assert data["fits"] is (data["estimate_gb"] <= memory - 0.5)
    assert bool(data["nearest"]) is not data["fits"]
    chosen = [rung["recipe"] for rung in data["ladder"] if rung["chosen"]]
    assert chosen == [data["plan"]["recipe"]]


def test_larger_cards_never_get_a_worse_plan(milimo: Milimo) -> None:
    told = [milimo.json("engine", "explain", "ltx2", "--card", str(memory)) for memory in CARDS_GB]
    lost = [LOSS[one["plan"]["precision"]] for one in told if one["fits"]]
    assert lost == sorted(lost, reverse=True)
    assert told[-1]["plan"]["recipe"] == "bf16, whole on the card"


def unwrapped(page: str) -> str:
    return " ".join(page.split())


@pytest.mark.parametrize("engine", ENGINES)
def test_no_line_is_wider_than_a_terminal_and_no_fact_is_lost(milimo: Milimo, engine: str) -> None:
    for card, ram in (("8", "16"), ("16", "64"), ("141", "128")):
        words = ("engine", "explain", engine, "--card", card, "--ram", ram)
        page, known = milimo.act(*words), milimo.json(*words)
        assert max(map(cell_len, page.splitlines())) <= 80
        plan, flat = known["plan"], unwrapped(page)
        for text in (known["reason"], plan["loses"], plan["attention_reason"], plan["compile_reason"]):
            assert unwrapped(text) in flat
        assert all(unwrapped(row["recipe"]) in flat for row in known["ladder"])


def test_explanation_is_printed_as_a_page(milimo: Milimo) -> None:
    page = unwrapped(milimo("engine", "explain", "ltx2", "--card", "24").stdout.decode())
    for words in (
        "ltx2 with ltx-2",
        "a card of 24 GB",
        "sizes of its files",
        "reason",
        "ladder",
        "→",
    ):
        assert words in page


def test_main_memory_is_checked_and_a_smaller_size_suggested(milimo: Milimo) -> None:
    words = ("engine", "explain", "ltx2", "--card", "16")
    little, much = (milimo.json(*words, "--ram", ram) for ram in ("64", "128"))
    assert (little["main_gb"], much["main_gb"]) == (60, 124)
    assert little["host_gb"] < 60 < much["host_gb"]
    assert much["plan"]["precision"] == "bfloat16"
    [first, second] = much["costs"]["stages"]
    assert (first["steps"], second["steps"], second["bound"]) == (8, 3, "computing")
    small = milimo.json("engine", "explain", "ltx2", "--card", "8", "--ram", "64")
    assert (small["fits"], small["offer"]["size"]) == (False, "1152×768, 121 frames")
    page = unwrapped(milimo("engine", "explain", "ltx2", "--card", "8", "--ram", "64").stdout.decode())
    assert f"1152×768, 121 frames would fit: {small['offer']['recipe']}" in page
    assert "TFLOP" in page


@pytest.mark.parametrize(
    ("card", "ram"), thorough("models", [("8", "32"), ("2", "8"), ("12", "16"), ("24", "16")])
)
def test_lines_of_the_explanation_are_about_one_recipe(milimo: Milimo, card: str, ram: str) -> None:
    words = ("engine", "explain", "ltx2", "--card", card, "--ram", ram)
    data, page = milimo.json(*words), unwrapped(milimo.act(*words))
    [chosen] = [row for row in data["ladder"] if row["chosen"]]
    assert chosen["recipe"] == data["plan"]["recipe"]
    assert (chosen["gb"], chosen["host_gb"]) == (data["estimate_gb"], data["host_gb"])
    assert chosen["seconds"] == data["costs"]["seconds"]
    before, _, instead = page.partition(" instead ")
    assert f"plan {data['plan']['recipe']}" in before
    assert f"memory {data['estimate_gb']:.1f} GB" in before
    if offer := data["offer"]:
        assert offer["size"] not in before.partition(" reason ")[0]
        assert instead.startswith(f"{offer['size']} would fit: {offer['recipe']}, {offer['gb']:.1f} GB")


def test_smaller_model_is_named_where_no_size_fits(milimo: Milimo) -> None:
    data = milimo.json("engine", "explain", "gemma", "--card", "8", "--ram", "16")
    assert (data["fits"], data["offer"]["size"]) == (False, "gemma-3-4b")
    assert data["nearest"] == "gemma-3-4b would fit"


def test_explain_needs_no_home_and_no_gpu_and_does_not_import_torch(milimo: Milimo) -> None:
    nowhere = Milimo({**milimo.env, "MILIMO_HOME": "/proc/none"}, milimo.cwd)
    data = nowhere.json("engine", "explain", "ltx2")
    assert (data["fits"], data["card_gb"]) == (False, None)
    assert "GPU" in data["reason"]
    assert nowhere.json("engine", "explain", "flux2", "--card", "24")["fits"] is True
    text = "import sys, milimo_tui.studio.commands.model.engine as e; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", text], env=milimo.env, check=False).returncode == 0


@pytest.mark.long("command_line")
def test_shot_is_explained_with_its_own_size_and_length(film: Milimo) -> None:
    small = film.json("engine", "explain", "ltx2", "--shot", "1A", "--card", "48")
    assert "GB" in small["reason"]
    film.json("shot", "set", "1A", "--length", "700f")
    long = film.json("engine", "explain", "ltx2", "--shot", "1A", "--card", "48")
    # A long take is made in several parts, each continuing the one before, which needs more steps.
    assert long["plan"]["steps"] > small["plan"]["steps"]
    picture = film.json("engine", "explain", "flux2", "--shot", "1A", "--card", "16")
    assert "frames" not in picture["size"]
    assert film.json("engine", "explain", "ltx2", "--shot", "nope", code=2)["error"]["kind"] == "not_found"


def test_another_model_is_explained_and_an_unknown_one_refused(milimo: Milimo) -> None:
    larger = milimo.json("engine", "explain", "flux2", "--model", "flux2-klein-9b", "--card", "24")
    usual = milimo.json("engine", "explain", "flux2", "--card", "24")
    assert larger["estimate_gb"] > usual["estimate_gb"]
    nobody = milimo.json("engine", "explain", "flux2", "--model", "nope", code=2)["error"]
    assert nobody["kind"] == "not_found"


def test_weights_of_another_engine_name_their_engine(milimo: Milimo) -> None:
    error = milimo.json("engine", "explain", "ltx2", "--model", "flux2-klein-4b", code=2)["error"]
    assert "flux2-klein-4b" in error["message"]
    assert "milimo engine explain flux2 --model flux2-klein-4b" in error["hint"]
    adds = milimo.json("engine", "explain", "ltx2", "--model", "ltx-2-upsampler", code=2)["error"]
    assert re.findall(r"ltx-2-upsampler|\bltx2\b", adds["message"]) == ["ltx-2-upsampler", "ltx2"]
    assert milimo.json("engine", "explain", "gemma", "--model", "gemma-3-4b", "--card", "24")["fits"]


def test_tiny_weights_are_not_compared_with_a_card(milimo: Milimo, tiny: Tiny) -> None:
    furnish(milimo.home, tiny, "flux2-klein")
    assert milimo.json("engine", "explain", "flux2")["model"] == "flux2-klein-4b"


def test_measured_memory_of_the_card_is_marked_as_measured(milimo: Milimo) -> None:
    request = make_published_request("ltx2")
    card = Card("NVIDIA L40S", 48.0, 47.0)
    first = choose_recipe(card, request)
    Path(milimo.home).mkdir()
    Path(milimo.home, ".milimo-home").touch()
    CardRecords(Path(milimo.home)).add_outcome(
        card,
        RecipeOutcome(
            "ltx2", request.weights.model, first.recipe.name, count_work_units(request), 47.0, 33.3
        ),
    )
    with_home = Studio.open(home=str(milimo.home))
    try:
        known = gpu_cards.list_measured_runs(with_home, card)
    finally:
        with_home.close()
    measured = choose_recipe(card, request, known=known)
    assert (measured.evidence, measured.estimate_gb) == ("measured", 33.3)
    assert Path(milimo.home, "cards.json").exists()
