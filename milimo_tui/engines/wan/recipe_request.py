"""Compute the memory request of a take. The studio uses it to predict the recipe, and the worker to choose
the recipe.

Reads only file headers; no torch.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.recipes.model_sizes import Weights
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import compute_loras_gb, weigh
from milimo_tui.engines.specs.spec_values import Loras
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.wan import halves
from milimo_tui.engines.wan.kinds import FAMILY
from milimo_tui.engines.wan.plan import WanPlan
from milimo_tui.engines.wan.sizes import SIZES, choose_wan_work


def request(plan: WanPlan, weights: Weights, loras: float = 0.0, takes: int = 1) -> Request:
    """Return the memory request of a take. `takes` is the number of takes that are queued together. `loras`
    is the size of all LoRAs in GB, in 16 bits.
    """
    return Request(
        FAMILY,
        weights,
        choose_wan_work(plan.kind),
        width=plan.fitted.width,
        height=plan.fitted.height,
        frames=plan.length.made,
        steps=plan.course.steps,
        passes=2 if plan.course.has_second_pass else 1,
        encodes=plan.begins is not None,
        loras_gb=loras,
        takes=takes,
    )


def request_for_weights(
    plan: WanPlan, found: ResolvedWeights, loras: Iterable[Path], takes: int = 1
) -> Request:
    """Return the memory request for installed weights with these LoRA files. A LoRA that is applied to both
    transformers of a pair counts twice.

    Raises Damaged.
    """
    is_pair = plan.kind.later is not None
    applied = [
        path for path in loras for _ in range(len(halves.list_lora_transformers(path.stem)) if is_pair else 1)
    ]
    return request(plan, weigh(found, SIZES), compute_loras_gb(applied), takes)


def on_shelf(plan: WanPlan, store: ModelStore, found: ResolvedWeights, spec: MakeVideo) -> Request:
    """Return the memory request for the installed weights `found` together with the LoRAs of the spec. The
    LoRAs are found in the model store. Raises Damaged.
    """
    return request_for_weights(plan, found, list_lora_files(store, spec.loras))


def list_lora_files(store: ModelStore, loras: Loras) -> list[Path]:
    """Return the files of the LoRAs in a spec that are installed, without duplicates."""
    rows = {row.id: row for row in store.rows()}
    paths = dict.fromkeys(store.path(rows[one.id]) if one.id in rows else Path(one.id) for one in loras)
    return [file for path in paths for file in (path.glob("*.safetensors") if path.is_dir() else [path])]
