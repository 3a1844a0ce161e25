"""The weights of FLUX.2."""

from __future__ import annotations

from milimo_tui.engines.catalog.lora_names import find_flux2_target
from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import DIFFUSERS_FOLDERS, GB, ModelRow

FLUX_TERMS = "FLUX non-commercial"


WHOLE_PICTURES = ("pictures, boards, element sheets",)  # features that every model of the family enables
PARTS = "inpainting and upscaling"
WHOLE_PICTURES_NOTE = "complete pictures only: klein, distilled or base, also repaints and enlarges"


def _make_klein_row(
    id: str, title: str, name: str, size: int, memory: int, *, free: bool, base: bool
) -> ModelRow:
    return ModelRow(
        id=id,
        title=title,
        family="flux2",
        generation="klein-base" if base else "klein",
        does="pictures in 4 steps" if not base else "pictures in 50 steps, for LoRAs and guidance",
        bytes=size,
        memory_gb=memory,
        hub=f"black-forest-labs/FLUX.2-{name}",
        files=DIFFUSERS_FOLDERS,
        licence="Apache-2.0" if free else FLUX_TERMS,
        evidence="calculated",
        gate="" if free else "terms",
        commercial=free,
        unlocks=(*WHOLE_PICTURES, PARTS),
    )


def _make_whole_picture_row(
    id: str, title: str, name: str, size: int, memory: int, generation: str, does: str
) -> ModelRow:
    """Return the row of weights that can make complete pictures only, without inpainting and upscaling.

    `size` is in bytes, `memory` in GB.
    """
    return ModelRow(
        id=id,
        title=title,
        family="flux2",
        generation=generation,
        does=does,
        bytes=size,
        memory_gb=memory,
        hub=f"black-forest-labs/FLUX.2-{name}",
        files=DIFFUSERS_FOLDERS,
        licence=FLUX_TERMS,
        evidence="calculated",
        gate="terms",
        commercial=False,
        unlocks=WHOLE_PICTURES,
        notes=WHOLE_PICTURES_NOTE,
    )


ROWS: tuple[ModelRow, ...] = (
    _make_klein_row("flux2-klein-4b", "FLUX.2 klein 4B", "klein-4B", 16 * GB, 13, free=True, base=False),
    _make_klein_row(
        "flux2-klein-base-4b", "FLUX.2 klein base 4B", "klein-base-4B", 16 * GB, 13, free=True, base=True
    ),
    _make_klein_row("flux2-klein-9b", "FLUX.2 klein 9B", "klein-9B", 35 * GB, 36, free=False, base=False),
    _make_klein_row(
        "flux2-klein-base-9b", "FLUX.2 klein base 9B", "klein-base-9B", 35 * GB, 36, free=False, base=True
    ),
    _make_whole_picture_row(
        "flux2-klein-9b-kv",
        "FLUX.2 klein 9B KV",
        "klein-9b-kv",
        35 * GB,
        38,
        "klein-kv",
        "pictures in 4 steps, quicker with references",
    ),
    _make_whole_picture_row(
        "flux2-dev",
        "FLUX.2 dev",
        "dev",
        113 * GB,
        116,
        "dev",
        "pictures in 50 steps, by the largest of the family",
    ),
)

SETUP = (
    FamilySetup(("flux2-klein-4b",), "boards and pictures in 4 steps, free to use for anything"),
    FamilySetup(("flux2-klein-9b",), "finer pictures, not for commercial work", chosen=False),
    FamilySetup(("flux2-klein-9b-kv",), "the same, quicker with references; can't repaint", chosen=False),
    FamilySetup(("flux2-dev",), "the finest, in 50 steps, not for commercial work", chosen=False),
)


def _find_flux2_generation(configs: Configs) -> str:
    index = configs("model_index.json")
    known = {"Flux2KleinKVPipeline": "klein-kv", "Flux2Pipeline": "dev"}
    kind = known.get(str(index.get("_class_name", "")))
    return kind or ("klein" if index.get("is_distilled") else "klein-base")


FAMILY = FamilyRow(
    name="flux2",
    rows=ROWS,
    setups=SETUP,
    pipelines=("Flux2Klein", "Flux2Pipeline"),
    generation=_find_flux2_generation,
    lora_target=find_flux2_target,
)
