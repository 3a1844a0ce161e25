"""The facts of Qwen-Image's weights: their variants, limits and sizes. Pure."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.pictures.courses import WeightsVariant
from milimo_tui.engines.pictures.family import PictureFamily, read_weights_config
from milimo_tui.engines.qwen_image.guide import GUIDE
from milimo_tui.engines.qwen_image.sizes import SIZES
from milimo_tui.engines.qwen_image.still_words import compose_qwen_prompt
from milimo_tui.engines.specs.picture_specs import MakePicture

NAME = "qwen-image"
UNIT = 16  # Side of a token in pixels: the autoencoder reduces by 8, and packing by 2.
FULL = WeightsVariant("full", 50, 4.0, True)
# The authors' examples use at most this number of reference pictures, so a job with more is refused.
LOOKS = 3
EDIT = WeightsVariant("edit", 40, 4.0, True, looks=LOOKS)
# The variant of the weights for each class of diffusers pipeline.
KINDS = {"QwenImagePipeline": FULL, "QwenImageEditPlusPipeline": EDIT}


def read_qwen_variant(folder: Path) -> WeightsVariant:
    """Return the variant of the weights in a folder. Raises Damaged for weights of another pipeline."""
    kind = str(read_weights_config(folder / "model_index.json").get("_class_name", ""))
    if kind not in KINDS:
        raise Damaged(
            f"{folder.name} holds weights for {kind or 'nothing known'}, not for Qwen-Image",
            "milimo model list lists the weights; milimo model use selects weights",
        )
    return KINDS[kind]


def guess_qwen_variant(model: str) -> WeightsVariant:
    """Return the variant of published weights that are not installed. The variant is guessed from their id:
    `edit` in the id means the edit variant.
    """
    return EDIT if "edit" in model else FULL


QWEN_IMAGE = PictureFamily(
    name=NAME,
    title="Qwen-Image",
    limits=Limits(title="Qwen-Image", multiple=UNIT, least_side=64, most_side=2048, most_pixels=2048 * 2048),
    unit=UNIT,
    sizes=SIZES,
    composer=compose_qwen_prompt,
    guide=GUIDE,
    usual_model="qwen-image-2512",
    usual=MakePicture(engine=NAME, width=1328, height=1328),
    trial=MakePicture(engine=NAME, width=512, height=512, seed=10),
    variant=read_qwen_variant,
    named=guess_qwen_variant,
    least_steps=2,  # With a single step, stretching the schedule to its end would divide by zero.
    references=LOOKS,
)
