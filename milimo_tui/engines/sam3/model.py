"""Load and hold SAM 3: one `Sam3VideoModel`, whose detector and tracker share one image encoder.

All kinds of prompts use this one model. Imports torch and transformers: only for workers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from milimo_tui.core.errors import Damaged, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.main_memory import get_available_memory
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime import apply
from milimo_tui.engines.runtime.model_cache import Place
from milimo_tui.engines.runtime.model_stack import quiet_libraries, report_damaged_weights, try_tokenizer
from milimo_tui.engines.sam3.feature_cache import (
    MOST_BYTES,
    CachingBackbone,
    FeatureCache,
    FrameKey,
    make_placeholder_pixels,
)
from milimo_tui.media.read.footage import Footage

SHARE = 8  # The feature cache may fill one eighth of the free main memory.
CPU = torch.device("cpu")
# Values of `model_type` in config.json that are accepted: folders with these types hold all four models of
# SAM 3.
KINDS = ("sam3_video", "sam3")


@dataclass(eq=False)
class Sam:
    """SAM 3 on a device, with its processor, which prepares inputs. `eye` is the image encoder, and
    `eye.features` caches encoded frames.

    `state_device` is the device on which the tracker's memory of the objects is held.
    """

    model: Any
    processor: Any
    device: torch.device
    dtype: torch.dtype
    eye: CachingBackbone
    recipe: Recipe
    state_device: torch.device
    _tracker_processor: Any = field(default=None, repr=False)

    @property
    def side(self) -> int:
        """The side in pixels of the square to which every picture is scaled for the model."""
        return int(self.processor.target_size)

    @property
    def tracker_processor(self) -> Any:
        """The library's processor that converts clicks into tensors."""
        if self._tracker_processor is None:
            from transformers import Sam3TrackerVideoProcessor

            self._tracker_processor = Sam3TrackerVideoProcessor(
                self.processor.image_processor, self.processor.video_processor, target_size=self.side
            )
        return self._tracker_processor

    def read_pixels(self, footage: Footage, number: int) -> Tensor:
        """Return the model's input for frame `number`, (3, S, S), and make it the encoder's current frame.

        If the frame's features are cached, the input is a placeholder, because the encoder does not read it.
        """
        self.eye.frame_key = frame_key = FrameKey.of(footage.path, number)
        if frame_key in self.eye.features:
            return make_placeholder_pixels(self.side, self.device, self.dtype)
        seen = self.processor.image_processor(images=footage.frame(number), return_tensors="pt")
        return seen.pixel_values[0].to(self.device, self.dtype)  # type: ignore[no-any-return]

    def encode_frame(self, footage: Footage, number: int) -> Any:
        """Return the features of frame `number` in the detector's form. The frame is only encoded if it is
        not cached.
        """
        pixels = self.read_pixels(footage, number)[None]
        return self.model.detector_model.get_vision_features(pixel_values=pixels)

    def convert_for_tracker(self, view: Any) -> dict[str, list[Tensor]]:
        """Convert the features of a frame from the detector's form to the tracker's form."""
        maps, positions = self.model.get_vision_features_for_tracker(vision_embeds=view)
        return {"vision_feats": maps, "vision_pos_embeds": positions}


def load(found: ResolvedWeights, recipe: Recipe, device: torch.device) -> Sam:
    """Load the model from a folder, with the precision and placement of the recipe.

    Raises NotFound for weights of another model, Damaged for incomplete weights.
    """
    from transformers import Sam3VideoModel, Sam3VideoProcessor

    _check_model_type(found)
    quiet_libraries()
    with report_damaged_weights(found.id, unread=""):
        model, loading_info = Sam3VideoModel.from_pretrained(
            found.path,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
            **apply.build_model_options(recipe),
        )
        _refuse_missing_weights(found, sorted(loading_info["missing_keys"]))
        processor = Sam3VideoProcessor.from_pretrained(found.path, local_files_only=True)
        # Process one picture now, so that a damaged processor file fails here and not during a job.
        processor.image_processor(images=Image.new("RGB", (64, 64)), return_tensors="pt")
        try_tokenizer(processor.tokenizer)
    _apply_recipe_to_sam3(model.eval(), recipe, device)
    features = FeatureCache(min(MOST_BYTES, get_available_memory() // SHARE))
    eye = CachingBackbone(model.detector_model.vision_encoder.backbone, features)
    model.detector_model.vision_encoder.backbone = eye
    return Sam(model, processor, device, apply.get_compute_dtype(recipe), eye, recipe, device)


def _refuse_missing_weights(found: ResolvedWeights, absent: list[str]) -> None:
    """Raise Damaged if weights are missing, because the library would fill them with random numbers."""
    if absent:
        raise Damaged(
            f"the weights {found.id} lack {format_count(len(absent), 'part')} of SAM 3;"
            f" the first is {absent[0]}",
            _build_repair_hint(found),
        )


def _apply_recipe_to_sam3(model: Any, recipe: Recipe, device: torch.device) -> None:
    """Convert the model to the precision and placement of the recipe.

    In 8 bits only the two encoders are quantised, which are nine tenths of the model. The other layers
    inspect the type of their weights and would fail.
    """
    if recipe.precision == "fp8":
        for encoder in (model.detector_model.vision_encoder.backbone, model.detector_model.text_encoder):
            encoder._skip_layerwise_casting_patterns = ("norm", "embed")
            apply.store_fp8(encoder, recipe)
        recipe = replace(recipe, precision="bfloat16")
    apply.apply_recipe_to_model(model, recipe, device)


def _check_model_type(found: ResolvedWeights) -> None:
    """Check the model type in the folder's config.json before any large file is read. Raises NotFound for
    another model, Damaged.
    """
    path = found.path / "config.json"
    try:
        kind = parse_untrusted_json(path.read_text()).get("model_type", "")
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(
            f"the weights {found.id} have no config.json: SAM 3 is read from a folder, as it is published",
            _build_repair_hint(found),
        ) from None
    except (OSError, ValueError) as error:
        raise Damaged(f"{path} can't be read: {reason(error)}", _build_repair_hint(found)) from error
    if kind not in KINDS:
        raise NotFound(
            f"the weights {found.id} are of {kind or 'another model'}, not of SAM 3",
            _build_repair_hint(found),
        )


def _build_repair_hint(found: ResolvedWeights) -> str:
    return f"milimo model verify {found.id}; milimo model download {found.id} fetches them again"


def move_sam3(sam: Sam, place: Place) -> None:
    """Move the model to its device if `place` is `card`, otherwise to main memory."""
    sam.model.to(sam.device if place == "card" else CPU)
