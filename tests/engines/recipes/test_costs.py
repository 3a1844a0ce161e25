"""Test of the cost model: no GPU gets a worse picture than a smaller GPU, and every request gets a recipe or
an offer.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.engines.recipes.card_rates import CLASSES, TYPICAL, get_card_rates
from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.estimates import estimate_memory
from milimo_tui.engines.recipes.ladder import build_recipe_ladder, get_preference_key, list_all_combinations
from milimo_tui.engines.recipes.tables import (
    CARDS_GB,
    LADDER,
    LOSS,
    MAIN_GB,
    PACKAGES,
    PRECISION_ROWS,
    TO_BUILD,
    Precision,
)
from milimo_tui.engines.recipes.values import Card, Rates, Recipe, RecipeChoice, Request
from milimo_tui.engines.registry.explanation import make_assumed_card, make_published_request
from tests.engines.recipes.published_requests import asked
from tests.engines.recipes.test_recipes import requests

ALL = (*LADDER, *TO_BUILD)
GBS = st.floats(1, 200, allow_nan=False)
PICTURES = (
    ("ltx2", "ltx-2-distilled"),
    ("ltx2", "ltx-2.3"),
    ("ltx2", "ltx-2.5"),
    ("wan", "wan-2.2-ti2v-5b"),
    ("wan", "wan-2.2-t2v-a14b"),
    ("qwen-image", "qwen-image"),
    ("z-image", "z-image-turbo"),
    ("flux2", "flux2-klein-4b"),
    ("flux2", "flux2-klein-9b"),
    ("sam3", "sam3"),
)


def loss(choice: RecipeChoice) -> tuple[float, ...]:
    return LOSS[choice.recipe.precision], float("int8" in choice.recipe.text)


def card(free: float, host: float, rates: Rates = TYPICAL) -> Card:
    return Card("a card", free, free, host_gb=host, rates=rates)


RATES = st.builds(Rates, st.floats(5, 2000), st.floats(100, 8000), st.floats(4, 60), st.floats(0.2, 10))


@pytest.mark.long("models")
@given(requests(), GBS, GBS, GBS, GBS, RATES, st.booleans(), st.booleans())
def test_more_memory_loses_nothing_and_takes_no_longer(
    request: Request,
    one: float,
    other: float,
    here: float,
    there: float,
    rates: Rates,
    quantised: bool,
    built: bool,
) -> None:
    """More GPU or main memory never loses quality and never takes longer, for any card, rates and request,
    including recipes that are not built yet.
    """
    less, more = (
        card(min(one, other), min(here, there), rates),
        card(max(one, other), max(here, there), rates),
    )
    packages = (*PACKAGES, "gguf") if quantised else ()
    rows = LADDER if built else ALL
    small, large = (choose_recipe(each, request, packages=packages, rows=rows) for each in (less, more))
    assert large.fits or not small.fits
    if not small.fits:
        return
    assert get_preference_key(large.recipe, request, rates) <= get_preference_key(
        small.recipe, request, rates
    )
    if not request.work.by_token:
        assert loss(large) <= loss(small)
        if loss(large) == loss(small):
            seconds = [compute_recipe_costs(each.recipe, request, rates).seconds for each in (large, small)]
            assert seconds[0] <= seconds[1]


@pytest.mark.parametrize(("engine", "model"), PICTURES)
@pytest.mark.parametrize("rows", [LADDER, ALL], ids=["built", "all"])
def test_listed_card_never_gets_a_worse_picture_than_a_smaller_one(
    engine: str, model: str, rows: tuple[object, ...]
) -> None:
    """No listed GPU gets a worse picture than a smaller one. Each GPU has the typical rates of its class."""
    request = make_published_request(engine, model)
    told = {
        (gb, main): choose_recipe(make_assumed_card(gb, main), request, rows=rows)  # type: ignore[arg-type]
        for gb, main in product(CARDS_GB, MAIN_GB)
    }
    for (gb, main), choice in told.items():
        if choice.fits:
            larger = [each for (size, ram), each in told.items() if size >= gb and ram >= main]
            assert all(each.fits and loss(each) <= loss(choice) for each in larger), (gb, main)


@pytest.mark.parametrize(("engine", "model"), PICTURES)
def test_more_memory_never_makes_a_shorter_or_smaller_take(engine: str, model: str) -> None:
    """More memory never makes a shorter or smaller take. If memory is short, first the precision of the
    weights is reduced, then the picture size, last the length.
    """
    request = make_published_request(engine, model)
    told = {
        (gb, main): worth(choose_recipe(make_assumed_card(gb, main), request))
        for gb, main in product(CARDS_GB, MAIN_GB)
    }
    for (gb, main), one in told.items():
        for (size, ram), other in told.items():
            assert size < gb or ram < main or other >= one, ((gb, main), (size, ram))


@pytest.mark.long("models")
@given(requests(), *[st.sampled_from(sizes) for sizes in (CARDS_GB, CARDS_GB, MAIN_GB, MAIN_GB)])
def test_more_memory_never_makes_less_of_any_request(
    request: Request, one: int, other: int, here: int, there: int
) -> None:
    """More memory never makes less of any request, for every engine, model, size, length, references and
    LoRAs. If no smaller request is offered, not even a thumbnail would fit.
    """
    if request.work.by_token:  # language models choose the fastest recipe
        return
    less = choose_recipe(make_assumed_card(min(one, other), min(here, there)), request)
    more = choose_recipe(make_assumed_card(max(one, other), max(here, there)), request)
    assert worth(more) >= worth(less)
    if not less.fits and less.offer is None:
        assert not choose_recipe(less.card, replace(request, width=64, height=64, frames=1)).fits


def test_small_card_keeps_the_length_of_a_shot() -> None:
    for model in ("ltx-2-distilled", "ltx-2.5"):
        offers = [
            choose_recipe(make_assumed_card(8, main), make_published_request("ltx2", model)).offer
            for main in MAIN_GB
        ]
        assert [one.request.frames for one in offers if one] == [121] * len(MAIN_GB)


def worth(choice: RecipeChoice) -> tuple[float, ...]:
    """Return the value of a choice for comparison: frames, pixels, and the negated quality loss. :33 Allowed
    difference of numbers around 1 in 16 bits: another memory layout changeseros and minus infinity if no take
    is possible.
    """
    request = choice.request if choice.fits else choice.offer.request if choice.offer else None
    if request is None:
        return (0.0, 0.0, -math.inf)
    recipe = choice.recipe if choice.fits or choice.offer is None else choice.offer.recipe
    return request.frames, request.width * request.height, -LOSS[recipe.precision]


@pytest.mark.parametrize(("engine", "model"), PICTURES)
def test_every_machine_has_a_plan_or_a_size_with_all_plans_implemented(engine: str, model: str) -> None:
    request = make_published_request(engine, model)
    for gb, main in product(CARDS_GB, MAIN_GB):
        choice = choose_recipe(make_assumed_card(gb, main), request, rows=ALL)
        assert choice.fits or choice.offer is not None, (gb, main)


def test_unimplemented_plan_is_never_chosen() -> None:
    request = asked("ltx2", "ltx-2", 768, 512, 121)
    built = {row.words for row in LADDER}
    for gb, main in product(CARDS_GB, MAIN_GB):
        name = choose_recipe(make_assumed_card(gb, main), request, packages=(*PACKAGES, "gguf")).recipe.name
        assert name.partition(", decoded")[0] in built
    assert not built & {row.words for row in TO_BUILD}


@pytest.mark.parametrize("held", [row.precision for row in PRECISION_ROWS if not row.made])
def test_quantised_weights_are_held_quantised(held: Precision) -> None:
    """Weights that are already quantised get recipes of that precision only, because the lost precision
    cannot be restored.
    """
    whole = asked("ltx2", "ltx-2", 768, 512, 121)
    request = replace(whole, weights=replace(whole.weights, held=held))
    recipes = build_recipe_ladder(request, packages=(*PACKAGES, "gguf"), rows=ALL)
    assert {recipe.precision for recipe in recipes} == {held}
    built = {row.precision for row in LADDER if not row.needs}
    assert bool(build_recipe_ladder(request, packages=())) is (held in built)
    first, bf16 = recipes[0], list_all_combinations(whole)[0]
    assert 24 < estimate_memory(first, request).card_gb < estimate_memory(bf16, whole).card_gb
    assert (
        compute_recipe_costs(first, request, TYPICAL).load_s
        < compute_recipe_costs(bf16, whole, TYPICAL).load_s
    )


def by_name(request: Request, name: str) -> Recipe:
    return next(recipe for recipe in list_all_combinations(request, rows=ALL) if recipe.name == name)


def test_step_takes_as_long_as_its_slowest_part() -> None:
    """Blocks are copied while others compute, so a step takes as long as the slower of the two. Fewer bits
    mean fewer bytes to move, and the disk is slower than the bus.
    """
    request = asked("ltx2", "ltx-2", 768, 512, 121, steps=8)
    blocks = by_name(request, "bf16, streamed by blocks")
    [step] = compute_recipe_costs(blocks, request, TYPICAL).stages
    assert step.count == 8
    assert step.moved_gb == pytest.approx(2 * 18.88, rel=0.01)
    assert step.seconds == max(step.computing_s, step.moving_s)
    [waiting] = compute_recipe_costs(blocks, request, replace(TYPICAL, bus_gbs=2.0)).stages
    assert (waiting.bound, waiting.seconds) == ("moving weights", waiting.moving_s)
    [half] = compute_recipe_costs(
        by_name(request, "bf16, half of the blocks on the card"), request, TYPICAL
    ).stages
    assert half.moved_gb == pytest.approx(step.moved_gb / 2)
    [read] = compute_recipe_costs(by_name(request, "bf16, streamed from the disk"), request, TYPICAL).stages
    assert read.moving_s == pytest.approx(step.moving_s * TYPICAL.bus_gbs / TYPICAL.disk_gbs)
    [packed] = compute_recipe_costs(
        by_name(request, "fp8 weights, streamed by blocks"), request, TYPICAL
    ).stages
    assert packed.moved_gb < 0.52 * step.moved_gb
    [leaves] = compute_recipe_costs(
        by_name(request, "fp8 weights, streamed by leaves"), request, TYPICAL
    ).stages
    assert leaves.seconds > packed.seconds


def test_second_stage_has_its_own_steps_at_four_times_the_size() -> None:
    request = asked("ltx2", "ltx-2", 1536, 1024, 121, steps=11, refining=3, stages=2)
    first, second = compute_recipe_costs(by_name(request, "bf16, whole on the card"), request, TYPICAL).stages
    assert (first.count, second.count) == (8, 3)
    assert second.tflop > 4 * first.tflop


def test_unloaded_text_encoder_is_loaded_each_time() -> None:
    request = asked("ltx2", "ltx-2", 768, 512, 121, steps=8)
    stays = by_name(request, "bf16, text encoder streamed")
    once = by_name(request, "bf16, whole on the card, text encoded once")
    less = by_name(request, "bf16, whole on the card, text encoded once, in int8")
    assert estimate_memory(stays, request).host_gb > 24
    assert estimate_memory(once, request).host_gb == 0
    assert estimate_memory(once, request).card_gb == pytest.approx(
        estimate_memory(stays, request).card_gb, rel=0.05
    )
    assert (
        compute_recipe_costs(once, request, TYPICAL).encode_s
        > compute_recipe_costs(stays, request, TYPICAL).encode_s
    )
    assert (
        compute_recipe_costs(less, request, TYPICAL).encode_s
        < compute_recipe_costs(once, request, TYPICAL).encode_s
    )


def test_writing_model_waits_for_its_memory_and_streams_last() -> None:
    request = make_published_request("gemma")
    [step] = compute_recipe_costs(by_name(request, "bf16, whole on the card"), request, TYPICAL).stages
    assert step.computing_s == pytest.approx(24.4 / TYPICAL.memory_gbs, rel=0.01)
    moving = [recipe.offload not in ("none", "parts") for recipe in build_recipe_ladder(request)]
    assert moving == sorted(moving)


def test_rates_are_chosen_by_measurement_then_name_then_memory() -> None:
    named = Card("NVIDIA GeForce RTX 4090", 24, 24)
    assert get_card_rates(named) == get_card_rates(Card("a card of 24 GB", 24, 23.5))
    assert get_card_rates(Card("NVIDIA L4", 24, 24)).tflops < get_card_rates(named).tflops
    assert (
        get_card_rates(Card("NVIDIA L40S", 48, 48)).memory_gbs
        > get_card_rates(Card("NVIDIA L4", 24, 24)).memory_gbs
    )
    assert get_card_rates(replace(named, rates=TYPICAL)) is TYPICAL
    assert get_card_rates(Card("NVIDIA H200", 150, 149)) == get_card_rates(Card("a card of 141 GB", 141, 140))
    assert all(row.names for row in CLASSES)
    cpu = get_card_rates(Card("CPU", 64, 60, "cpu"))
    assert cpu.tflops < get_card_rates(Card("Apple GPU", 64, 60, "mps")).tflops
