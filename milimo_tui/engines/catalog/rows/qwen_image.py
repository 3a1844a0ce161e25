"""The weights of Qwen-Image."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import DIFFUSERS_FOLDERS, MB, ModelRow

FOLDERS = (*DIFFUSERS_FOLDERS, "processor/*")

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="qwen-image-2512",
        title="Qwen-Image 2512",
        family="qwen-image",
        does="pictures in 50 steps, with more realistic people",
        bytes=57_700 * MB,
        memory_gb=62,
        hub="Qwen/Qwen-Image-2512",
        files=FOLDERS,
        licence="Apache-2.0",
        evidence="calculated",
        unlocks=("pictures, boards, element sheets",),
    ),
    ModelRow(
        id="qwen-image",
        title="Qwen-Image",
        family="qwen-image",
        does="pictures in 50 steps, can contain written words",
        bytes=57_700 * MB,
        memory_gb=62,
        hub="Qwen/Qwen-Image",
        files=FOLDERS,
        licence="Apache-2.0",
        evidence="calculated",
        unlocks=("pictures, boards, element sheets",),
    ),
    ModelRow(
        id="qwen-image-edit-2511",
        title="Qwen-Image-Edit 2511",
        family="qwen-image",
        generation="edit",
        does="pictures made from up to three other pictures, in 40 steps",
        bytes=57_700 * MB,
        memory_gb=62,
        hub="Qwen/Qwen-Image-Edit-2511",
        files=FOLDERS,
        licence="Apache-2.0",
        evidence="calculated",
        unlocks=("pictures changed by words, boards with the looks of elements",),
    ),
)

SETUP = (
    FamilySetup(("qwen-image-2512",), "pictures with words written in them"),
    FamilySetup(("qwen-image",), "the first weights, of August 2025", chosen=False),
    FamilySetup(("qwen-image-edit-2511",), "pictures made from pictures", chosen=False),
)


def _find_qwen_image_generation(configs: Configs) -> str:
    return "edit" if "Edit" in str(configs("model_index.json").get("_class_name", "")) else ""


FAMILY = FamilyRow(
    name="qwen-image",
    rows=ROWS,
    setups=SETUP,
    pipelines=("QwenImagePipeline", "QwenImageEditPlus"),
    generation=_find_qwen_image_generation,
)
