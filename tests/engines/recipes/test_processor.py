"""Test in which precision a language model computes on a CPU."""

from __future__ import annotations

from dataclasses import replace

import pytest

from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.ladder import CPU_BF16
from milimo_tui.engines.recipes.model_sizes import Weights, part
from milimo_tui.engines.recipes.processor import describe_processor, get_processor_capability
from milimo_tui.engines.recipes.values import Card
from milimo_tui.engines.registry.explanation import make_published_request


@pytest.mark.parametrize(
    ("billions", "capability", "free_gb", "precision"),
    [
        (1.54, CPU_BF16, 24.0, "bfloat16"),
        (1.54, (0, 0), 24.0, "float32"),
        (1.54, (0, 0), 6.0, "bfloat16"),
        (0.1, CPU_BF16, 24.0, "float32"),
        (3.08, (0, 0), 64.0, "bfloat16"),
    ],
)
def test_language_model_computes_in_bf16_where_that_is_faster_or_smaller(
    billions: float, capability: tuple[int, int], free_gb: float, precision: str
) -> None:
    weights = Weights("mine", (part("model", billions),))
    request = replace(make_published_request("local", "qwen3-1.7b"), weights=weights)
    card = Card("CPU", 64.0, free_gb, "cpu", capability, host_gb=free_gb)
    choice = choose_recipe(card, request)
    assert choice.recipe.precision == precision
    assert choice.fits


@pytest.mark.parametrize("capability", [CPU_BF16, (0, 0)])
@pytest.mark.parametrize("model", ["smollm3-3b", "qwen3-1.7b"])
def test_small_models_of_the_catalog_need_at_most_8_gb(model: str, capability: tuple[int, int]) -> None:
    card = Card("CPU", 8.0, 8.0, "cpu", capability, host_gb=8.0)
    assert choose_recipe(card, make_published_request("local", model)).fits


def test_this_machine_is_described() -> None:
    card = describe_processor()
    assert card.kind == "cpu"
    assert 0 < card.free_gb <= card.memory_gb
    assert card.capability == get_processor_capability()
