"""The weights of language models that run on this machine."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import FLAT, MB, ModelRow

_WRITES = ("prompts enhanced", "screenplays read and broken down to shots")

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="gemma-3-12b",
        title="Gemma 3 12B",
        family="local",
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
        family="local",
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
        family="local",
        generation="4",
        does="prompts and breakdowns; Lightricks' choice for LTX-2.5",
        bytes=10_278_849_571,
        memory_gb=12,
        hub="google/gemma-4-E2B-it",
        files=FLAT,
        licence="Apache-2.0",
        evidence="read",
        unlocks=("prompts enhanced", "screenplays broken down to shots"),
        notes="about 13 minutes a page on two CPU cores; can't read pictures here",
    ),
    ModelRow(
        id="smollm3-3b",
        title="SmolLM3 3B",
        family="local",
        generation="smollm3",
        does="reads scripts on a CPU, 8 GB",
        bytes=6_170 * MB,
        memory_gb=8,
        hub="HuggingFaceTB/SmolLM3-3B",
        files=FLAT,
        licence="Apache-2.0",
        evidence="calculated",
        unlocks=_WRITES,
        notes="about 8 minutes a page on two CPU cores; can't read pictures",
    ),
    ModelRow(
        id="qwen3-1.7b",
        title="Qwen3 1.7B",
        family="local",
        generation="qwen3",
        does="reads scripts on a CPU, 6 GB",
        bytes=4_080 * MB,
        memory_gb=6,
        hub="Qwen/Qwen3-1.7B",
        files=FLAT,
        licence="Apache-2.0",
        evidence="read",
        unlocks=_WRITES,
        notes="about 5 minutes a page on two CPU cores; can't read pictures",
    ),
)

SETUP = (
    FamilySetup(("gemma-3-12b",), "prompts enhanced and screenplays broken down"),
    FamilySetup(("gemma-3-4b",), "the same by a smaller model, in simpler words"),
    FamilySetup(("gemma-4-e2b",), "Lightricks' choice for enhancing LTX-2.5 prompts", chosen=False),
    FamilySetup(("smollm3-3b",), "scripts read on a machine without a GPU"),
    FamilySetup(("qwen3-1.7b",), "the same in less memory and time, with more errors"),
)


def _find_generation(configs: Configs) -> str:
    """Return the generation of a model: the version of Gemma, or the type of another model."""
    kind = str(configs("config.json").get("model_type", ""))
    return {"gemma4": "4"}.get(kind, "3" if kind.startswith("gemma3") else kind)


# Only the type `gemma4` of Gemma 4 is listed, because its other types encode prompts and can't chat. Causal
# models of other types are recognised by their class.
FAMILY = FamilyRow(
    name="local",
    rows=ROWS,
    setups=SETUP,
    types=("gemma3",),
    class_suffix="ForCausalLM",
    roles={"gemma4": "model"},
    generation=_find_generation,
)
