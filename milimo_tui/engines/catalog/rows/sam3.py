"""The weights of SAM 3."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import FLAT, MB, ModelRow

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="sam3",
        title="SAM 3",
        family="sam3",
        generation="3",
        does="masks and tracking",
        bytes=3_450 * MB,
        memory_gb=8,
        hub="facebook/sam3",
        files=FLAT,
        licence="SAM",
        evidence="published",
        gate="approval",
        unlocks=("masks by words, clicks and boxes", "moving masks through clips"),
    ),
)

SETUP = (FamilySetup(("sam3",), "masks by words and clicks, tracked"),)


def _find_sam3_generation(configs: Configs) -> str:
    return "3"


FAMILY = FamilyRow(name="sam3", rows=ROWS, setups=SETUP, types=("sam3",), generation=_find_sam3_generation)
