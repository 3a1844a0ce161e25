"""Calculate the memory request of a picture. The studio's forecast and the worker both use it.

Reads only file headers; no torch.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.fitting import fit
from milimo_tui.engines.pictures.courses import WeightsVariant
from milimo_tui.engines.pictures.family import PictureFamily, get_parts_folder
from milimo_tui.engines.pictures.input_pictures import list_picture_inputs
from milimo_tui.engines.recipes.model_sizes import Weights
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import compute_loras_gb, weigh
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo


def request(
    family: PictureFamily,
    spec: MakePicture | MakeVideo,
    variant: WeightsVariant,
    weights: Weights,
    loras: float = 0.0,
) -> Request:
    """Return the memory request for pictures or for a shot of one frame. `loras` is the size of the LoRAs in
    GB at 16 bits. Raises BadInput.
    """
    fitted = fit(family.limits, frames=1, width=spec.width, height=spec.height, rate=Fraction(1))
    run = family.plan_family_course(variant, spec)
    seen = min(len(list_picture_inputs(spec)), variant.looks)
    return Request(
        family.name,
        weights,
        family.sizes.work,
        width=fitted.width,
        height=fitted.height,
        steps=run.steps,
        passes=2 if run.has_second_pass else 1,
        references=seen,
        encodes=seen > 0,
        loras_gb=loras,
        takes=spec.count if isinstance(spec, MakePicture) else spec.among,
    )


def make_installed_request(
    family: PictureFamily, found: ResolvedWeights, spec: MakePicture | MakeVideo, loras: Iterable[Path]
) -> Request:
    """Return the memory request for installed weights together with these LoRA files. Raises Damaged."""
    return request(
        family,
        spec,
        family.variant(get_parts_folder(found)),
        weigh(found, family.sizes),
        compute_loras_gb(loras),
    )


def on_shelf(
    family: PictureFamily, store: ModelStore, found: ResolvedWeights, spec: MakePicture | MakeVideo
) -> Request:
    """Return the memory request for the installed weights `found` together with the LoRAs that the spec
    names. The LoRAs are found in the model store. Raises Damaged.
    """
    rows = {row.id: row for row in store.rows()}
    paths = {store.path(rows[one.id]) if one.id in rows else Path(one.id) for one in spec.loras}
    files = [file for path in paths for file in (path.glob("*.safetensors") if path.is_dir() else [path])]
    return make_installed_request(family, found, spec, files)
