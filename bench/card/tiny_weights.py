"""Run every model family on tiny random weights, which produce only noise.

Each family runs with each recipe of its published size, and is compared with a plain diffusers pipeline.
Imports torch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from card.bench import Case, Figures, GpuBench, drop_all_weights
from card.clips import build_bench_clip, register_bench_checkpoint
from milimo_tui.core.errors import Failed
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.tiny_models.build import build_tiny_checkpoint
from milimo_tui.tiny_models.families import FAMILIES

# The tiny checkpoint for each published model id. The recipe ladder counts with the published size, because
# hardly any recipe applies to a tiny size.
RUNS = {
    "ltx-2": "ltx2-distilled",
    "ltx-2.3": "ltx23",
    "ltx-2.5-full": "ltx25",
    "flux2-klein-4b": "flux2-klein",
    "flux2-klein-base-9b": "flux2-klein-base",
    "z-image-turbo": "z-image-turbo",
    "qwen-image": "qwen-image",
    "wan-2.2-ti2v-5b": "wan-ti2v",
    "wan-2.2-t2v-a14b": "wan-t2v",
    # Under this id the ladder uses the tiny size and therefore includes nf4.
    "tiny-z-image-turbo": "z-image-turbo",
}
TAKES = ("ltx2", "wan")
STEPS = 4


def list_tiny_recipe_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield cases that make a tiny take or picture with each family and each of its recipes."""
    for id, name in RUNS.items():
        family = FAMILIES[name].family
        _register_tiny_weights(bench, id, name)
        store, found = bench.find_bench_weights(id, family)
        request = explanation.make_local_request(family, store, found, _build_tiny_spec(id, family))
        for recipe in bench.list_fitting_recipes(request):

            def case(id: str = id, family: str = family, recipe: str = recipe.name) -> Figures:
                drop_all_weights()
                began = time.perf_counter()
                made = engine_registry.build_engine(family).run(
                    _build_tiny_spec(id, family, recipe), bench.create_timing_context()
                )
                took = {"seconds": time.perf_counter() - began}
                if made.facts.get("recipe", recipe) != recipe:
                    raise Failed(f"made by “{made.facts['recipe']}”", "see the recipes of this card")
                return took

            yield f"{id}, {recipe.name}", case


def list_reference_cases(bench: GpuBench) -> Iterator[Case]:
    """Yield cases that compare the reference case of each family with a plain diffusers pipeline, model call
    by model call.
    """
    for id, name in RUNS.items():

        def case(id: str = id, name: str = name) -> Figures:
            family = FAMILIES[name].family
            _register_tiny_weights(bench, id, name)
            drop_all_weights()
            made = engine_registry.build_engine(family).run(
                CheckEngine(engine=family, model=id), bench.create_timing_context()
            )
            return {"calls": float(made.facts["calls"]), "largest_difference": float(made.facts["bare"])}

        yield id, case


def _register_tiny_weights(bench: GpuBench, id: str, name: str) -> None:
    folder = bench.work / name
    if not folder.exists():
        build_tiny_checkpoint(name, folder)
    row = FAMILIES[name]
    # Without a card, main memory has no space for the published size.
    tiny = id.startswith("tiny") or not bench.on_card
    register_bench_checkpoint(bench.home, id, folder, row.family, row.generation, tiny=tiny)


def _build_tiny_spec(id: str, family: str, recipe: str = "") -> MakeVideo | MakePicture:
    """Return the spec of a take or a picture with few steps, which follow the schedule of the weights."""
    if family in TAKES:
        changed = {"schedule": "auto", "steps": STEPS, "engine": family}
        return build_bench_clip(id, (64, 64, 9), 1, recipe=recipe).model_copy(update=changed)
    return MakePicture(
        engine=family, model=id, prompt="a lamp", width=64, height=64, steps=STEPS, recipe=recipe
    )
