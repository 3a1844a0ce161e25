"""The weights of Gemma."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import FLAT, MB, ModelRow

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="gemma-3-12b",
        title="Gemma 3 12B",
        family="gemma",
        generation="3",
        does="prompts and breakdowns (LTX-2's text encoder)",
        bytes=24_400 * MB,
        memory_gb=26,
        hub="google/gemma-3-12b-it-qat-q4_0-unquantized",
        files=FLAT,
        licence="Gemma",
        evidence="calculated",
        gate="terms",
        unlocks=("prompts enhanced, with the picture", "screenplays broken down to shots"),
        notes="LTX-2 and LTX-2.3 bring it as their text encoder: with them it need not be fetched",
    ),
    ModelRow(
        id="gemma-3-4b",
        title="Gemma 3 4B",
        family="gemma",
        generation="3",
        does="prompts and breakdowns, smaller",
        bytes=8_600 * MB,
        memory_gb=10,
        hub="google/gemma-3-4b-it",
        files=FLAT,
        licence="Gemma",
        evidence="calculated",
        gate="terms",
        unlocks=("prompts enhanced, with the picture", "screenplays broken down to shots"),
    ),
    ModelRow(
        id="gemma-4-e2b",
        title="Gemma 4 E2B",
        family="gemma",
        generation="4",
        does="prompts and breakdowns; Lightricks' choice for LTX-2.5",
        bytes=10_278_849_571,
        memory_gb=12,
        hub="google/gemma-4-E2B-it",
        files=FLAT,
        licence="Apache-2.0",
        evidence="read",
        unlocks=("prompts enhanced", "screenplays broken down to shots"),
        notes="can't read pictures here",
    ),
)

SETUP = (
    FamilySetup(("gemma-3-12b",), "prompts enhanced and screenplays broken down"),
    FamilySetup(("gemma-3-4b",), "the same by a smaller model, in simpler words"),
    FamilySetup(("gemma-4-e2b",), "Lightricks' choice for enhancing LTX-2.5 prompts", chosen=False),
)


def _find_gemma_generation(configs: Configs) -> str:
    return "4" if configs("config.json").get("model_type") == "gemma4" else "3"


# Only the type `gemma4` of Gemma 4 is listed, because its other types encode prompts and can't chat.
FAMILY = FamilyRow(
    name="gemma",
    rows=ROWS,
    setups=SETUP,
    types=("gemma3",),
    roles={"gemma4": "model"},
    generation=_find_gemma_generation,
)
