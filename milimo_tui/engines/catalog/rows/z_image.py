"""The weights of Z-Image."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import DIFFUSERS_FOLDERS, GB, MB, ModelRow

# Largest schedule shift for Turbo; the published schedulers have 3 (Turbo) and 6 (full model)
TURBO_SHIFT = 4.5

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="z-image-turbo",
        title="Z-Image Turbo",
        family="z-image",
        generation="turbo",
        does="pictures in 8 steps",
        bytes=32_900 * MB,
        memory_gb=22,
        hub="Tongyi-MAI/Z-Image-Turbo",
        files=DIFFUSERS_FOLDERS,
        licence="Apache-2.0",
        evidence="read",
        unlocks=("pictures, boards, element sheets",),
        notes="its transformer is published in fp32: 25 of the 33 GB",
    ),
    ModelRow(
        id="z-image",
        title="Z-Image",
        family="z-image",
        generation="full",
        does="pictures in 50 steps, for LoRAs and guidance",
        bytes=21 * GB,
        memory_gb=22,
        hub="Tongyi-MAI/Z-Image",
        files=DIFFUSERS_FOLDERS,
        licence="Apache-2.0",
        evidence="read",
        unlocks=("pictures, boards, element sheets",),
    ),
)

SETUP = (
    FamilySetup(("z-image-turbo",), "boards and pictures in few steps"),
    FamilySetup(("z-image",), "guided steps: negative prompts, and minutes a picture", chosen=False),
)


def _find_z_image_generation(configs: Configs) -> str:
    shift = configs("scheduler/scheduler_config.json").get("shift", 3.0)
    return "full" if isinstance(shift, int | float) and shift > TURBO_SHIFT else "turbo"


FAMILY = FamilyRow(
    name="z-image", rows=ROWS, setups=SETUP, pipelines=("ZImage",), generation=_find_z_image_generation
)
