"""The weights of FLUX.2."""

from __future__ import annotations

from milimo_tui.engines.catalog.lora_names import flux2_target
from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.model_row import GB, ModelRow
from milimo_tui.engines.catalog.rows.setup_way import SetupWay

FLUX_FOLDERS = (
    "model_index.json", "transformer/*", "vae/*", "text_encoder/*", "tokenizer/*", "scheduler/*", "LICENSE*",
    "*.md",
)  # fmt: skip

FLUX_TERMS = "FLUX non-commercial"


def _klein(id: str, title: str, name: str, size: int, memory: int, *, free: bool, base: bool) -> ModelRow:
    return ModelRow(
        id=id,
        title=title,
        family="flux2",
        generation="klein-base" if base else "klein",
        does="pictures in 4 steps" if not base else "pictures in 50 steps, for LoRAs and guidance",
        bytes=size,
        memory_gb=memory,
        hub=f"black-forest-labs/FLUX.2-{name}",
        files=FLUX_FOLDERS,
        licence="Apache-2.0" if free else FLUX_TERMS,
        evidence="calculated",
        gate="" if free else "terms",
        commercial=free,
        unlocks=("pictures, boards, element sheets", "inpainting and upscaling"),
    )


ROWS: tuple[ModelRow, ...] = (
    _klein("flux2-klein-4b", "FLUX.2 klein 4B", "klein-4B", 16 * GB, 13, free=True, base=False),
    _klein("flux2-klein-base-4b", "FLUX.2 klein base 4B", "klein-base-4B", 16 * GB, 13, free=True, base=True),
    _klein("flux2-klein-9b", "FLUX.2 klein 9B", "klein-9B", 35 * GB, 36, free=False, base=False),
    _klein(
        "flux2-klein-base-9b", "FLUX.2 klein base 9B", "klein-base-9B", 35 * GB, 36, free=False, base=True
    ),
)

SETUP = (
    SetupWay(("flux2-klein-4b",), "boards and pictures in 4 steps, free to use for anything"),
    SetupWay(("flux2-klein-9b",), "finer pictures, not for commercial work", chosen=False),
)


def _generation(configs: Configs) -> str:
    return "klein" if configs("model_index.json").get("is_distilled") else "klein-base"


FAMILY = FamilyRow(name="flux2", pipelines=("Flux2Klein",), generation=_generation, lora_target=flux2_target)
