"""What is known of Qwen-Image's weights: the kinds there are, what they can make, what they weigh. Pure."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.pictures.courses import Variant
from milimo_tui.engines.pictures.family import PictureFamily, config_of
from milimo_tui.engines.qwen_image.guide import GUIDE
from milimo_tui.engines.qwen_image.sizes import SIZES
from milimo_tui.engines.qwen_image.still_words import still
from milimo_tui.engines.specs.picture_specs import MakePicture

NAME = "qwen-image"
UNIT = 16  # pixels a side of a token: 8 by the autoencoder, 2 by packing
FULL = Variant("full", 50, 4.0, True)
LOOKS = 3  # pictures, as its makers show
EDIT = Variant("edit", 40, 4.0, True, looks=LOOKS)
KINDS = {"QwenImagePipeline": FULL, "QwenImageEditPlusPipeline": EDIT}  # by the class of the pipeline


def variant_of(folder: Path) -> Variant:
    """Which kind the weights in a folder are. Raises Damaged for those of another pipeline."""
    kind = str(config_of(folder / "model_index.json").get("_class_name", ""))
    if kind not in KINDS:
        raise Damaged(
            f"{folder.name} holds weights for {kind or 'nothing known'}, not for Qwen-Image",
            "milimo model list tells which are there; milimo model use chooses",
        )
    return KINDS[kind]


def variant_named(model: str) -> Variant:
    """Which kind published weights are, by their id."""
    return EDIT if "edit" in model else FULL


QWEN_IMAGE = PictureFamily(
    name=NAME,
    title="Qwen-Image",
    limits=Limits(title="Qwen-Image", multiple=UNIT, least_side=64, most_side=2048, most_pixels=2048 * 2048),
    unit=UNIT,
    sizes=SIZES,
    composer=still,
    guide=GUIDE,
    usual_model="qwen-image-2512",
    usual=MakePicture(engine=NAME, width=1328, height=1328),
    trial=MakePicture(engine=NAME, width=512, height=512, seed=10),
    variant=variant_of,
    named=variant_named,
    least_steps=2,  # its schedule is stretched to its end, which of one step divides by nought
    references=LOOKS,
)
