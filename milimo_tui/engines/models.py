"""The table of models: what the studio can use once it is on disk. Data only; sizes are bytes on disk in bf16
as their makers publish them (`reference` column), and nothing here downloads.
"""

from __future__ import annotations

from dataclasses import dataclass

GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ModelRow:
    """`id` is the folder under `models/`; `hub` is where its makers publish it; `evidence` says how sure the
    size is: published (their model card) or calculated (from parameter counts)."""

    id: str
    title: str
    family: str
    does: str
    bytes: int
    memory_gb: int
    hub: str
    licence: str
    evidence: str


MODELS: tuple[ModelRow, ...] = (
    ModelRow(
        "ltx-2",
        "LTX-2 19B",
        "ltx2",
        "video with sound",
        68 * GB,
        76,
        "Lightricks/LTX-2",
        "LTX-2 community",
        "published",
    ),
    ModelRow(
        "flux2-klein-4b",
        "FLUX.2 klein 4B",
        "flux2",
        "pictures",
        16 * GB,
        13,
        "black-forest-labs/FLUX.2-klein-4B",
        "Apache-2.0",
        "calculated",
    ),
    ModelRow(
        "flux2-klein-9b",
        "FLUX.2 klein 9B",
        "flux2",
        "pictures, finer",
        35 * GB,
        36,
        "black-forest-labs/FLUX.2-klein-9B",
        "non-commercial",
        "calculated",
    ),
    ModelRow(
        "sam3",
        "SAM 3",
        "sam3",
        "masks and tracking",
        3_450_000_000,
        8,
        "facebook/sam3",
        "SAM, gated",
        "published",
    ),
    ModelRow(
        "gemma-3-12b",
        "Gemma 3 12B",
        "gemma",
        "prompts and breakdowns (shares LTX-2's text encoder)",
        24 * GB,
        26,
        "google/gemma-3-12b-it-qat-q4_0-unquantized",
        "Gemma, gated",
        "calculated",
    ),
)
