"""The registry of weights: the weights that the studio can use, with publisher, licence and the features they
enable.

This module holds data only. Each row states how certain its facts are. The rows of each family are in a
module of `rows`. Sources are the authors' model cards and repositories, the code of diffusers 0.42, and
parameter counts on a meta device.
"""

from __future__ import annotations

from milimo_tui.engines.catalog.rows import (
    controls,
    flux2,
    local,
    ltx2,
    music,
    qwen_image,
    sam3,
    speech,
    transcription,
    wan,
    z_image,
)
from milimo_tui.engines.catalog.rows.family_row import FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import HUB, ModelRow

TOKENS_PAGE = f"{HUB}/settings/tokens"

SEARCHED_OWNERS = (
    "Lightricks",
    "black-forest-labs",
    "facebook",
    "openai",
    "google",
    "Tongyi-MAI",
    "Qwen",
    "Wan-AI",
    "HuggingFaceTB",
    "stabilityai",
    "ACE-Step",
)  # owners whose repositories a search of the hub covers, if the user names no author

FAMILIES: dict[str, FamilyRow] = {
    row.name: row
    for row in (
        ltx2.FAMILY,
        flux2.FAMILY,
        sam3.FAMILY,
        speech.FAMILY,
        speech.LARGE,
        local.FAMILY,
        z_image.FAMILY,
        qwen_image.FAMILY,
        wan.FAMILY,
        controls.FAMILY,
        music.STABLE_AUDIO,
        music.ACE_STEP,
        music.LONGCAT_AUDIO,
        transcription.FAMILY,
        transcription.DIARIZATION,
    )
}
MODELS: tuple[ModelRow, ...] = tuple(model for row in FAMILIES.values() for model in row.rows)
SETUPS: dict[str, tuple[FamilySetup, ...]] = {
    name: row.setups for name, row in FAMILIES.items() if row.setups
}
