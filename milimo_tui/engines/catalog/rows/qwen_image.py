"""The weights of Qwen-Image."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import FamilyRow
from milimo_tui.engines.catalog.rows.model_row import MB, ModelRow

FOLDERS = (
    "model_index.json", "transformer/*", "vae/*", "text_encoder/*", "tokenizer/*", "scheduler/*", "LICENSE*",
    "*.md",
)  # fmt: skip

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="qwen-image",
        title="Qwen-Image",
        family="qwen-image",
        does="pictures in 50 steps, with words written in them",
        bytes=57_700 * MB,
        memory_gb=62,
        hub="Qwen/Qwen-Image",
        files=FOLDERS,
        licence="Apache-2.0",
        evidence="calculated",
        unlocks=("pictures, boards, element sheets",),
    ),
)

SETUP = ("qwen-image",)

FAMILY = FamilyRow(name="qwen-image", pipelines=("QwenImagePipeline",))
