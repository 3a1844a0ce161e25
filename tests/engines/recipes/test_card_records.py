"""Test of `cards.json`: memory outcomes and speeds of each GPU are stored together, and an unreadable file
counts as empty.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from milimo_tui.engines.recipes.card_rates import TYPICAL, get_card_rates
from milimo_tui.engines.recipes.card_records import CardRecords
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.ladder import list_all_combinations
from milimo_tui.engines.recipes.values import Card, RecipeOutcome
from tests.engines.recipes.published_requests import asked

HERE = Card("NVIDIA L40S", 48.0, 47.0)
OTHER = Card("NVIDIA A100", 80.0, 79.0)
RAN = RecipeOutcome("ltx2", "ltx-2", "bf16, whole on the card", 1000, 47.0, 33.3)


def test_rates_and_plans_are_stored_together(tmp_path: Path) -> None:
    records = CardRecords(tmp_path)
    assert records.add_measured_rates(HERE) == HERE
    records.add_outcome(HERE, RAN)
    records.rate(HERE, TYPICAL)
    records.add_outcome(OTHER, RAN)
    assert records.of(HERE) == records.of(OTHER) == (RAN,)
    assert get_card_rates(records.add_measured_rates(HERE)) == TYPICAL
    assert records.add_measured_rates(OTHER) == OTHER


def test_slower_bus_than_published_makes_streaming_slower(tmp_path: Path) -> None:
    records = CardRecords(tmp_path)
    published = get_card_rates(HERE)
    slow = type(published)(published.tflops, published.memory_gbs, 1.0, published.disk_gbs)
    records.rate(HERE, slow)
    request = asked("ltx2", "ltx-2", 768, 512, 121, steps=8)
    [blocks] = [
        recipe for recipe in list_all_combinations(request) if recipe.name == "bf16, streamed by blocks"
    ]
    costs = compute_recipe_costs(blocks, request, get_card_rates(records.add_measured_rates(HERE)))
    assert costs.seconds > 4 * compute_recipe_costs(blocks, request, published).seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        '{"version": 1, "cards": {}, "rates": []}',
        '{"version": 1, "rates": {"NVIDIA L40S, 48 GB": {"tflops": 1}}}',
        '{"version": 1, "rates": {"NVIDIA L40S, 48 GB": null}}',
    ],
)
def test_unreadable_records_are_ignored(tmp_path: Path, text: str) -> None:
    records = CardRecords(tmp_path)
    records.path.write_text(text)
    assert records.add_measured_rates(HERE) == HERE
    assert records.of(HERE) == ()
    records.rate(HERE, TYPICAL)
    assert get_card_rates(records.add_measured_rates(HERE)) == TYPICAL


def test_impossible_rates_are_refused(tmp_path: Path) -> None:
    records = CardRecords(tmp_path)
    records.rate(HERE, TYPICAL)
    whole = json.loads(records.path.read_text())
    whole["rates"]["NVIDIA L40S, 48 GB"]["bus_gbs"] = 0
    records.path.write_text(json.dumps(whole))
    assert records.add_measured_rates(HERE) == HERE
