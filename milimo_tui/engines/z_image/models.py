"""Describe Z-Image's weights: the kinds, what each can make, and their size. Pure.

Both kinds have the same pipeline class. They are told apart by the scheduler's shift, which is larger for the
full model.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.catalog.rows.z_image import TURBO_SHIFT
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.pictures.courses import WeightsVariant
from milimo_tui.engines.pictures.family import PictureFamily, read_weights_config
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.z_image.guide import GUIDE
from milimo_tui.engines.z_image.sizes import SIZES
from milimo_tui.engines.z_image.still_words import compose_z_image_still

NAME = "z-image"
# The side of a token in pixels: the autoencoder reduces each side by 8, the transformer's patches by 2.
UNIT = 16
TURBO = WeightsVariant("turbo", 8, 0.0, False, 0.0)
FULL = WeightsVariant("full", 50, 4.0, True, 0.0)


def read_z_image_variant(folder: Path) -> WeightsVariant:
    """Return the kind of the weights in a folder. Raises Damaged for a folder of another pipeline."""
    kind = str(read_weights_config(folder / "model_index.json").get("_class_name", ""))
    if not kind.startswith("ZImage"):
        raise Damaged(
            f"{folder.name} holds weights for {kind or 'nothing known'}, not for Z-Image",
            "milimo model list lists the weights; milimo model use selects weights",
        )
    shift = read_weights_config(folder / "scheduler" / "scheduler_config.json").get("shift", 3.0)
    return FULL if isinstance(shift, int | float) and shift > TURBO_SHIFT else TURBO


def find_published_variant(model: str) -> WeightsVariant:
    """Return the kind of published weights by their id."""
    return TURBO if "turbo" in model else FULL


Z_IMAGE = PictureFamily(
    name=NAME,
    title="Z-Image",
    limits=Limits(title="Z-Image", multiple=UNIT, least_side=64, most_side=2048, most_pixels=2048 * 2048),
    unit=UNIT,
    sizes=SIZES,
    composer=compose_z_image_still,
    guide=GUIDE,
    usual_model="z-image-turbo",
    usual=MakePicture(engine=NAME, width=1024, height=1024),
    trial=MakePicture(engine=NAME, width=512, height=512, seed=10),
    variant=read_z_image_variant,
    named=find_published_variant,
)
