"""The registry of weights: what the studio can use once it is on disk, who publishes it, under which terms,
what it unlocks. Data only; every row says how sure it is. A family's are in a module of `rows`.

Sources: the makers' cards and repositories, the code of diffusers 0.42, parameter counts on a meta device.
"""

from __future__ import annotations

from milimo_tui.engines.catalog.rows import controls, flux2, gemma, ltx2, qwen_image, sam3, wan, z_image
from milimo_tui.engines.catalog.rows.family_row import FamilyRow
from milimo_tui.engines.catalog.rows.model_row import HUB, ModelRow
from milimo_tui.engines.catalog.rows.setup_way import SetupWay

TOKENS = f"{HUB}/settings/tokens"

MAKERS = (
    "Lightricks",
    "black-forest-labs",
    "facebook",
    "google",
    "Tongyi-MAI",
    "Qwen",
    "Wan-AI",
)  # whose repositories a search looks through

MODELS: tuple[ModelRow, ...] = (
    *ltx2.ROWS,
    *flux2.ROWS,
    *sam3.ROWS,
    *gemma.ROWS,
    *z_image.ROWS,
    *qwen_image.ROWS,
    *wan.ROWS,
    *controls.ROWS,
)

# What each family is known by.
FAMILIES: dict[str, FamilyRow] = {
    row.name: row
    for row in (
        ltx2.FAMILY,
        flux2.FAMILY,
        sam3.FAMILY,
        gemma.FAMILY,
        z_image.FAMILY,
        qwen_image.FAMILY,
        wan.FAMILY,
        controls.FAMILY,
    )
}

# How a family is set up: the way that is recommended first, then what asks for less, or brings more.
SETUPS: dict[str, tuple[SetupWay, ...]] = {
    "ltx2": ltx2.SETUP,
    "flux2": flux2.SETUP,
    "sam3": sam3.SETUP,
    "gemma": gemma.SETUP,
    "z-image": z_image.SETUP,
    "qwen-image": qwen_image.SETUP,
    "wan": wan.SETUP,
}
