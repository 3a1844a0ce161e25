"""Test of the recipe ladder: more memory never gives a worse recipe, and every card gets a plan or a clear
refusal.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import NotFound, Unavailable
from milimo_tui.engines.ltx2.plan import plan as plans
from milimo_tui.engines.ltx2.plan import recipe_request
from milimo_tui.engines.ltx2.plan.generations import find_generation
from milimo_tui.engines.recipes.card_rates import TYPICAL
from milimo_tui.engines.recipes.choice import choose_recipe, count_work_units, rungs
from milimo_tui.engines.recipes.estimates import compute_tile_stride, estimate_memory
from milimo_tui.engines.recipes.ladder import build_recipe_ladder, choose_attention, get_preference_key
from milimo_tui.engines.recipes.model_sizes import Weights
from milimo_tui.engines.recipes.tables import CARDS_GB, PACKAGES, get_allowed_difference
from milimo_tui.engines.recipes.values import Card, Kind, RecipeOutcome, Request
from milimo_tui.engines.specs.video_specs import MakeVideo
from tests.engines.recipes.published_requests import ENGINES, asked, sizes_of, weights_of
from tools import recipes_page

MODELS = {
    "ltx2": "ltx-2",
    "flux2": "flux2-klein-9b",
    "sam3": "sam3",
    "local": "gemma-3-12b",
    "z-image": "z-image",
    "qwen-image": "qwen-image",
    "wan": "wan-2.2-t2v-a14b",
}
KINDS: tuple[Kind, ...] = ("cuda", "rocm", "mps", "cpu")
GBS = st.floats(0, 200, allow_nan=False)


def card(free: float, kind: Kind = "cuda", host: float = 0.0) -> Card:
    return Card(f"a card of {free:g} GB", free, free, kind, host_gb=host, rates=TYPICAL)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    engine = draw(st.sampled_from(ENGINES))
    return asked(
        engine,
        draw(st.sampled_from(sizes_of(engine).weights)),
        64 * draw(st.integers(1, 40)),
        64 * draw(st.integers(1, 40)),
        8 * draw(st.integers(0, 60)) + 1,
        steps=draw(st.sampled_from([None, 4, 11, 43])),
        passes=draw(st.sampled_from([1, 2])),
        references=draw(st.integers(0, 4)),
        loras_gb=draw(st.sampled_from([0.0, 0.4, 7.7])),
        takes=draw(st.integers(1, 40)),
        tokens=draw(st.integers(0, 8192)),
    )


@pytest.mark.long("models")
@given(requests(), GBS, GBS, st.sampled_from(KINDS), st.integers(0, 6), st.booleans())
def test_more_memory_never_gives_a_worse_recipe(
    request: Request, one: float, other: float, kind: Kind, rung: int, quantised: bool
) -> None:
    less, more = sorted((one, other))
    packages = PACKAGES if quantised else ()
    names = [recipe.name for recipe in build_recipe_ladder(request, kind, packages)]
    small = choose_recipe(card(less, kind), request, rung, packages=packages)
    large = choose_recipe(card(more, kind), request, rung, packages=packages)
    assert names.index(large.recipe.name) <= names.index(small.recipe.name)
    assert large.fits or not small.fits


@pytest.mark.long("models")
@given(requests(), GBS, GBS, GBS)
def test_more_main_memory_never_gives_a_worse_recipe(
    request: Request, free: float, one: float, other: float
) -> None:
    less, more = sorted((one, other))
    names = [recipe.name for recipe in build_recipe_ladder(request, packages=())]
    small = choose_recipe(card(free, host=less + 0.1), request)
    large = choose_recipe(card(free, host=more + 0.1), request)
    assert large.fits or not small.fits
    if small.fits:
        assert names.index(large.recipe.name) <= names.index(small.recipe.name)


@pytest.mark.long("models")
@given(requests(), GBS, st.sampled_from(KINDS))
def test_first_fitting_plan_is_chosen_or_the_requirement_reported(
    request: Request, free: float, kind: Kind
) -> None:
    choice = choose_recipe(card(free, kind), request, packages=PACKAGES)
    every = build_recipe_ladder(request, kind)
    fitting = [recipe for recipe in every if estimate_memory(recipe, request).card_gb <= free]
    if fitting:
        assert choice.fits
        assert choice.recipe == fitting[0]
        assert not choice.nearest
    else:
        assert not choice.fits
        assert choice.estimate_gb == min(estimate_memory(recipe, request).card_gb for recipe in every)
        assert choice.nearest
    assert choice.evidence == "calculated"
    assert choice.recipe.name in choice.reason


@given(requests(), st.sampled_from(KINDS))
def test_each_plan_needs_less_than_those_above_and_is_no_better(request: Request, kind: Kind) -> None:
    recipes = build_recipe_ladder(request, kind)
    needs = [estimate_memory(recipe, request) for recipe in recipes]
    for n, below in enumerate(needs):
        assert all(below.card_gb < one.card_gb or below.host_gb < one.host_gb for one in needs[:n])
    order = [get_preference_key(recipe, request, TYPICAL) for recipe in recipes]
    assert order == sorted(order)
    assert 1 <= len(needs) <= len(rungs())


@pytest.mark.long("models")
@given(requests(), GBS, st.sampled_from(KINDS))
def test_smaller_plans_end_below_the_last_one(request: Request, free: float, kind: Kind) -> None:
    """Each step down the ladder is a different recipe. At the end the request is refused and the closest
    possible one is named.
    """
    seen: list[str] = []
    for rung in range(len(rungs()) + 1):
        choice = choose_recipe(card(free, kind), request, rung)
        if choice.spent:
            with pytest.raises(Unavailable):
                choice.raise_if_spent()
            assert not choice.fits
            return
        choice.raise_if_spent()
        assert choice.recipe.name not in seen
        assert choice.next != choice.recipe.name
        seen.append(choice.recipe.name)
    raise AssertionError("the ladder has no end")


@pytest.mark.long("models")
@given(requests(), GBS)
def test_failed_plan_is_not_retried_with_the_same_memory(request: Request, free: float) -> None:
    """A recorded failure and a step down the ladder lead to the same next recipe. With more memory the failed
    recipe is allowed again.
    """
    first = choose_recipe(card(free), request)
    failed = RecipeOutcome(
        request.engine, request.weights.model, first.recipe.name, count_work_units(request), free, ran=False
    )
    again, next_job = (
        choose_recipe(card(free), request, 1, [failed]),
        choose_recipe(card(free), request, 0, [failed]),
    )
    assert (again.recipe, again.spent) == (next_job.recipe, next_job.spent)
    assert again.recipe != first.recipe or again.spent
    more = choose_recipe(card(free * 2 + 1), request, 0, [failed])
    assert more.recipe == choose_recipe(card(free * 2 + 1), request).recipe


def test_smaller_work_is_not_limited_by_failures_of_larger_work() -> None:
    large = asked("ltx2", "ltx-2", 1536, 1024, 121)
    small = replace(large, width=768, height=512)
    first = choose_recipe(card(48), large)
    failed = RecipeOutcome("ltx2", "ltx-2", first.recipe.name, count_work_units(large), 48.0, ran=False)
    assert choose_recipe(card(48), small, 0, [failed]).recipe == choose_recipe(card(48), small).recipe
    assert choose_recipe(card(48), large, 0, [failed]).recipe != first.recipe


def test_plan_that_ran_is_measured() -> None:
    request = asked("ltx2", "ltx-2", 768, 512, 121)
    first = choose_recipe(card(80), request)
    ran = RecipeOutcome("ltx2", "ltx-2", first.recipe.name, count_work_units(request), 79.0, 61.5)
    choice = choose_recipe(card(80), request, 0, [ran])
    assert (choice.evidence, choice.estimate_gb) == ("measured", 61.5)
    assert choose_recipe(card(80), replace(request, frames=241), 0, [ran]).evidence == "calculated"
    # Here the recipe is known to use less memory than estimated, so it fits a smaller card than the estimate
    # allows.
    assert choose_recipe(card(62), request, 0, [ran]).recipe == first.recipe
    assert choose_recipe(card(62), request).recipe != first.recipe


def test_form_in_memory_is_kept_where_it_fits() -> None:
    large, small = (asked("ltx2", "ltx-2", side, 512, 121) for side in (1536, 512))
    swapped = choose_recipe(card(48), large).recipe
    assert choose_recipe(card(80), small).recipe.form != swapped.form
    assert choose_recipe(card(80), small, loaded_forms={swapped.form}).recipe.form == swapped.form
    assert choose_recipe(card(12), small, loaded_forms={swapped.form}).recipe.form != swapped.form


@pytest.mark.parametrize("memory", CARDS_GB)
@pytest.mark.parametrize("engine", sorted(MODELS))
def test_every_card_has_a_plan_or_a_refusal(engine: str, memory: int) -> None:
    request = asked(engine, MODELS[engine], 768, 512, 121 if engine == "ltx2" else 1)
    choice = choose_recipe(card(memory - 0.5), request)
    assert choice.fits or choice.nearest
    if choice.fits:
        assert choice.estimate_gb <= memory - 0.5


def test_largest_card_holds_everything_and_a_small_one_streams() -> None:
    request = asked("ltx2", "ltx-2", 768, 512, 121)
    assert choose_recipe(card(140.5), request).recipe.name == "bf16, whole on the card"
    assert choose_recipe(card(11.5), request).recipe.offload == "blocks"


def test_missing_quantiser_is_named_only_where_it_would_help() -> None:
    """A missing quantiser is named only where it would help. A card of 24 GB cannot hold Gemma 3 12B in 16
    bits without moving weights. In 8 bits it can.
    """
    request = asked("local", "gemma-3-12b", 1, 1, tokens=4096)
    without = choose_recipe(card(23.5), request)
    assert without.recipe.name == "fp8 weights, whole on the card"
    assert "torchao" in without.reason
    with_it = choose_recipe(card(23.5), request, packages=["torchao"])
    assert (with_it.recipe.precision, with_it.recipe.needs) == ("int8", "torchao")
    assert "torchao" not in choose_recipe(card(140), request).reason
    assert "torchao" not in choose_recipe(card(23.5), asked("ltx2", "ltx-2", 768, 512, 121)).reason


def test_as_many_blocks_stay_as_fit() -> None:
    """On a slow bus, the largest share of blocks that fits stays on the card. Streaming all blocks is fine
    only if computing takes longer than moving.
    """
    request = asked("ltx2", "ltx-2", 768, 512, 121)
    slow = replace(TYPICAL, tflops=1000.0, bus_gbs=8.0)
    chosen = {
        gb: choose_recipe(replace(card(gb), rates=slow), request).recipe for gb in (12, 19.5, 30, 40, 62, 80)
    }
    assert [recipe.precision for recipe in chosen.values()] == ["bfloat16"] * 6
    assert [recipe.kept for recipe in chosen.values()] == [0.0, 0.25, 0.5, 0.75, 0.0, 0.0]
    assert [recipe.offload for recipe in chosen.values()][4:] == ["text", "none"]
    assert chosen[19.5].form != chosen[30].form
    assert not any(recipe.kept for recipe in build_recipe_ladder(asked("sam3", "sam3", 1008, 1008)))


def test_remake_uses_its_recipe_where_it_fits() -> None:
    request = asked("ltx2", "ltx-2", 768, 512, 121)
    small, large = choose_recipe(card(23.5), request), choose_recipe(card(140), request)
    again = choose_recipe(card(140), request, recipe_name=small.recipe.name)
    assert (again.recipe.name, again.fits) == (small.recipe.name, True)
    assert (
        choose_recipe(
            card(140), request, loaded_forms={large.recipe.form}, recipe_name=small.recipe.name
        ).recipe
        == again.recipe
    )
    lacking = choose_recipe(card(23.5), request, recipe_name=large.recipe.name)
    assert lacking.recipe == small.recipe
    assert f"not “{large.recipe.name}”" in lacking.reason
    stepped = choose_recipe(card(140), request, 1, recipe_name=small.recipe.name)
    assert stepped.recipe.name == small.next
    assert "out of memory" in stepped.reason
    many = choose_recipe(card(140), replace(request, steps=40, takes=20))
    assert many.recipe.compile
    once = choose_recipe(card(140), replace(request, steps=40), recipe_name=many.recipe.name)
    assert once.recipe == replace(many.recipe, steps=40)


def test_attention_is_chosen_by_card_and_package() -> None:
    hopper = {"FlashAttention 3": "flash_attn_interface"}.values()
    assert choose_attention(sizes_of("flux2").work, "cuda", (9, 0), hopper).backend == "_flash_3"
    assert choose_attention(sizes_of("flux2").work, "cuda", (9, 0)).backend == "native"
    assert choose_attention(sizes_of("flux2").work, "cuda", (8, 9), hopper).backend == "native"
    assert choose_attention(sizes_of("flux2").work, "cuda", (10, 0), hopper).backend == "native"
    # LTX-2 needs attention masks
    assert choose_attention(sizes_of("ltx2").work, "cuda", (9, 0), hopper).backend == "native"
    assert choose_attention(sizes_of("flux2").work, "rocm", (9, 0), hopper).backend == "native"
    eight = ("sageattention",)
    assert choose_attention(sizes_of("flux2").work, "cuda", (8, 9), eight).backend == "sage"
    assert choose_attention(sizes_of("wan").work, "cuda", (8, 9), eight).backend == "sage", (
        "it hands on no masks"
    )
    assert choose_attention(sizes_of("flux2").work, "cuda", (8, 9), ("flash_attn", *eight)).backend == "flash"
    assert choose_attention(sizes_of("flux2").work, "cuda", (7, 5), eight).backend == "native"
    assert choose_attention(sizes_of("ltx2").work, "cuda", (8, 9), eight).backend == "native"
    assert get_allowed_difference("flash") < get_allowed_difference("sage") == 0.05
    request = asked("flux2", "flux2-klein-4b", 1024, 1024)
    here = replace(card(140), capability=(9, 0))
    assert choose_recipe(here, request, packages=hopper).recipe.attention == "_flash_3"


def test_request_that_does_not_fit_names_a_smaller_size() -> None:
    huge = asked("flux2", "flux2-klein-9b", 4096, 4096, references=4, passes=2)
    least = min(estimate_memory(recipe, huge).card_gb for recipe in build_recipe_ladder(huge))
    choice = choose_recipe(card(least * 0.6), huge)
    assert "would fit" in choice.nearest
    assert choice.offer is not None
    assert choice.offer.estimate.card_gb <= least * 0.6
    assert choose_recipe(card(least * 0.6), choice.offer.request).fits
    none = choose_recipe(card(0.5), huge)
    assert none.offer is None
    assert "GB" in none.nearest


def test_compilation_needs_a_repeated_size() -> None:
    request = asked("ltx2", "ltx-2", 768, 512, 121, steps=43)
    assert not choose_recipe(card(140), request).recipe.compile
    many = replace(request, takes=10)
    assert choose_recipe(card(140), many).recipe.compile
    assert not choose_recipe(card(140), replace(many, loras_gb=0.4)).recipe.compile
    assert not choose_recipe(card(20), many).recipe.compile


@given(st.integers(2, 64), st.integers(2, 64))
def test_no_tile_is_a_single_latent(wide: int, high: int) -> None:
    step = compute_tile_stride(asked("ltx2", "ltx-2", 32 * wide, 32 * high, 121)) // 32
    assert 11 <= step <= 22
    for side in (wide, high):
        assert all(min(24, side - start) > 1 for start in range(0, side, step))


@pytest.mark.parametrize("engine", sorted(MODELS))
def test_tiny_models_need_almost_nothing(engine: str) -> None:
    """Tiny models need almost no memory, independent of the machine's own memory."""
    parts = tuple(replace(part, billions=part.billions / 1e4) for part in weights_of(MODELS[engine]).parts)
    request = asked(engine, Weights("tiny", parts), 1024, 1024, 1, tokens=4096, passes=2)
    choice = choose_recipe(card(1.5, "cpu"), request)
    assert (choice.fits, choice.recipe) == (True, build_recipe_ladder(request, "cpu")[0])


def test_cpu_computes_in_float32_first() -> None:
    request = asked("ltx2", "ltx-2", 768, 512, 121)
    assert [recipe.precision for recipe in build_recipe_ladder(request, "cpu")][:1] == ["float32"]
    assert all(recipe.offload == "none" for recipe in build_recipe_ladder(request, "cpu"))


def test_models_are_found_by_their_ids() -> None:
    found = sizes_of("ltx2").find_published_weights("ltx-2.3-distilled")
    assert found is not None
    assert found.model == "ltx-2.3"
    klein = sizes_of("flux2").find_published_weights("flux2-klein-base-9b")
    assert klein is not None
    assert klein.model == "flux2-klein-9b"
    assert sizes_of("ltx2").find_published_weights("nobody-knows") is None
    with pytest.raises(NotFound):
        sizes_of("ltx2").of("nobody-knows")


@pytest.mark.long("models")
def test_page_is_current() -> None:
    page = Path(__file__).parents[3] / "docs" / "recipes.md"
    made = recipes_page.build_recipes_page()
    assert page.read_text() == made, "python -m tools.recipes_page > docs/recipes.md"


def test_batch_is_compiled_for_and_its_chunks_counted_once() -> None:
    """Compilation pays off over all takes of a batch, and each part of a chain is counted once. In earlier
    versions each take was judged alone, and the steps of a chain were multiplied by its parts.
    """
    weights = plans.Weights(find_generation("2.5"), distilled=True)

    def compiled(**settings: Any) -> bool:
        base: dict[str, Any] = {"engine": "ltx2", "rate": "24/1", "width": 1536, "height": 1024}
        spec = MakeVideo(**{**base, "frames": 121, **settings})
        plan = plans.plan_ltx2_take(spec, weights)
        request = recipe_request.request(spec, plan, weights_of("ltx-2.5"), loras=0.0)
        return choose_recipe(card(200), request).recipe.compile

    assert not compiled()
    assert not compiled(among=36)
    assert compiled(among=37), "of 11 steps each"
    assert not compiled(frames=1201), "165 steps"
    assert compiled(frames=1201, among=3)
