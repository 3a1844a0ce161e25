"""The memory request of a FLUX.2 picture. The studio's estimate and the worker use the same calculation.

The module reads only the headers of weights and imports no torch.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.fitting import fit
from milimo_tui.engines.flux2.one_frame import list_flux2_references
from milimo_tui.engines.flux2.sizes import CACHED_BYTES_PER_TOKEN, SIZES, get_flux2_work
from milimo_tui.engines.flux2.variants import (
    KLEIN_KV,
    LIMITS,
    MOST_REFERENCES,
    plan_flux2_course,
    read_flux2_variant,
)
from milimo_tui.engines.pictures.courses import WeightsVariant
from milimo_tui.engines.pictures.family import get_parts_folder
from milimo_tui.engines.recipes.model_sizes import Weights
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import compute_loras_gb, weigh
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo


def work(
    weights: Weights,
    *,
    width: int,
    height: int,
    variant: WeightsVariant,
    steps: int,
    guided: bool,
    references: int,
    runs: int,
    loras: float,
) -> Request:
    """Return the memory request for making `runs` pictures of one size in `steps` steps each, with
    `references` reference pictures.

    `guided` means that each step runs the model twice. `loras` is the size of the LoRAs in GB at 16 bits
    (`weight_sizes.loras_gb`).
    """
    return Request(
        "flux2",
        weights,
        get_flux2_work(weights),
        width=width,
        height=height,
        steps=steps,
        passes=2 if guided else 1,
        references=references,
        encodes=references > 0,
        loras_gb=loras,
        takes=runs,
        keeps=CACHED_BYTES_PER_TOKEN if variant == KLEIN_KV and references else 0.0,
    )


def request(
    spec: MakePicture | MakeVideo, variant: WeightsVariant, weights: Weights, loras: float = 0.0
) -> Request:
    """Return the memory request for pictures or for a shot of one frame. Raises BadInput and Refused for a
    spec that cannot be made.
    """
    fitted = fit(LIMITS, frames=1, width=spec.width, height=spec.height, rate=Fraction(1))
    run = plan_flux2_course(variant, spec.steps, spec.guidance, spec.negative)
    references = (
        list_flux2_references(spec) if isinstance(spec, MakeVideo) else spec.references[:MOST_REFERENCES]
    )
    return work(
        weights,
        width=fitted.width,
        height=fitted.height,
        variant=variant,
        steps=run.steps,
        guided=run.has_second_pass,
        references=len(references),
        runs=spec.count if isinstance(spec, MakePicture) else spec.among,
        loras=loras,
    )


def on_shelf(store: ModelStore, found: ResolvedWeights, spec: MakePicture | MakeVideo) -> Request:
    """Return the memory request of a spec, calculated for the weights and LoRAs that are installed on this
    machine. Raises Damaged.
    """
    rows = {row.id: row for row in store.rows()}
    paths = {store.path(rows[one.id]) if one.id in rows else Path(one.id) for one in spec.loras}
    files = [file for path in paths for file in (path.glob("*.safetensors") if path.is_dir() else [path])]
    return request(
        spec, read_flux2_variant(get_parts_folder(found)), weigh(found, SIZES), compute_loras_gb(files)
    )
