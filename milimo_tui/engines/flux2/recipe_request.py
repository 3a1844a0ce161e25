"""The memory request of a FLUX.2 picture. The studio's forecast and the worker use the same calculation.

Reads headers; no torch.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.fitting import fit
from milimo_tui.engines.flux2.one_frame import picture_inputs
from milimo_tui.engines.flux2.sizes import KEPT, SIZES, work_of
from milimo_tui.engines.flux2.variants import KEEPING, LIMITS, MOST_REFERENCES, course_of, variant_of
from milimo_tui.engines.pictures.courses import Variant
from milimo_tui.engines.pictures.family import folder_of
from milimo_tui.engines.recipes.model_sizes import Weights
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import loras_gb, weigh
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo


def work(
    weights: Weights,
    *,
    width: int,
    height: int,
    variant: Variant,
    steps: int,
    guided: bool,
    references: int,
    runs: int,
    loras: float,
) -> Request:
    """Return the request for work at a raster: `runs` runs of `steps` steps with that number of references.

    `loras` is the size of the LoRAs in GB at 16 bits (`weight_sizes.loras_gb`).
    """
    return Request(
        "flux2",
        weights,
        work_of(weights),
        width=width,
        height=height,
        steps=steps,
        passes=2 if guided else 1,
        references=references,
        encodes=references > 0,
        loras_gb=loras,
        takes=runs,
        keeps=KEPT if variant == KEEPING and references else 0.0,
    )


def request(spec: MakePicture | MakeVideo, variant: Variant, weights: Weights, loras: float = 0.0) -> Request:
    """Return the request for pictures or for a shot of one frame. Raises BadInput and Refused for impossible
    requests.
    """
    fitted = fit(LIMITS, frames=1, width=spec.width, height=spec.height, rate=Fraction(1))
    run = course_of(variant, spec.steps, spec.guidance, spec.negative)
    seen = picture_inputs(spec) if isinstance(spec, MakeVideo) else spec.references[:MOST_REFERENCES]
    return work(
        weights,
        width=fitted.width,
        height=fitted.height,
        variant=variant,
        steps=run.steps,
        guided=run.guided,
        references=len(seen),
        runs=spec.count if isinstance(spec, MakePicture) else spec.among,
        loras=loras,
    )


def on_shelf(store: ModelStore, found: Found, spec: MakePicture | MakeVideo) -> Request:
    """Return the request for installed weights and LoRAs. Raises Damaged."""
    rows = {row.id: row for row in store.rows()}
    paths = {store.path(rows[one.id]) if one.id in rows else Path(one.id) for one in spec.loras}
    files = [file for path in paths for file in (path.glob("*.safetensors") if path.is_dir() else [path])]
    return request(spec, variant_of(folder_of(found)), weigh(found, SIZES), loras_gb(files))
