"""Find objects in one frame: all objects that a text names, or the objects that the user clicked.

Together with a text, the user can draw boxes that show the detector examples of the named objects. Imports
torch: only for workers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from milimo_tui.core.errors import NotFinite
from milimo_tui.engines.sam3.model import Sam
from milimo_tui.engines.sam3.prompts import PHRASE_TOKENS, Clicks, build_text_length_error, check_box
from milimo_tui.engines.sam3.tracking import ClickedObjectTracker
from milimo_tui.engines.specs.mask_specs import Box
from milimo_tui.media.picture.mattes import Box as Around
from milimo_tui.media.picture.mattes import Mask, PackedMask, find_mask_box, mask_from_logits
from milimo_tui.media.read.footage import Footage


@dataclass(frozen=True, slots=True)
class DetectedObject:
    """An object in a frame: its number, label, the model's confidence (0 to 1), its mask and bounding box.
    `box` is None if the mask is empty.
    """

    object: int
    label: str
    score: float
    packed: PackedMask
    box: Around | None

    @classmethod
    def of(cls, object: int, label: str, score: float, mask: Mask) -> DetectedObject:
        """Build a detected object from its mask."""
        return cls(object, label, score, PackedMask.of(mask), find_mask_box(mask))

    @property
    def mask(self) -> Mask:
        """The unpacked mask."""
        return self.packed.mask


def encode_text(sam: Sam, text: str) -> Any:
    """Return the tokens of a text. Raises BadInput for a text longer than the model reads."""
    length = len(sam.processor.tokenizer(text)["input_ids"])
    if length > PHRASE_TOKENS:
        raise build_text_length_error(text, length)
    tokens = sam.processor.tokenizer(
        text, return_tensors="pt", padding="max_length", max_length=PHRASE_TOKENS
    )
    return tokens.to(sam.device)


@torch.inference_mode()
def detect_named_objects(
    sam: Sam,
    footage: Footage,
    number: int,
    text: str,
    boxes: Sequence[Box],
    threshold: float,
    first: int = 1,
    ask: Callable[[], None] = lambda: None,
) -> list[DetectedObject]:
    """Return the objects that the text names in frame `number`, the most confident first. They are numbered
    from `first`.

    `boxes` mark examples of such objects, or areas that contain none. Objects with a confidence below
    `threshold` are left out. `ask` is called before each object and may raise an exception to stop the
    search.
    """
    tokens = encode_text(sam, text)
    out = sam.model.detector_model(
        vision_embeds=sam.encode_frame(footage, number),
        input_ids=tokens["input_ids"],
        attention_mask=tokens["attention_mask"],
        **_convert_example_boxes(sam, footage, boxes),
    )
    scores = (out.pred_logits.sigmoid() * out.presence_logits.sigmoid())[0].float().cpu()
    if not bool(torch.isfinite(scores).all()):
        raise build_sam3_nan_error(number)
    order = [int(index) for index in scores.argsort(descending=True) if scores[index] > threshold]
    found: list[DetectedObject] = []
    for index in order:
        ask()
        logits: np.ndarray[Any, Any] = out.pred_masks[0, index].float().cpu().numpy()
        mask = mask_from_logits(logits, footage.width, footage.height)
        if mask.any():
            found.append(DetectedObject.of(first + len(found), text, float(scores[index]), mask))
    return found


def build_sam3_nan_error(number: int) -> NotFinite:
    """Return the error for a frame in which the model's result is NaN."""
    return NotFinite(
        f"SAM 3 produced values that are not numbers (NaN) in frame {number}",
        "milimo model verify checks the weights",
    )


def _convert_example_boxes(sam: Sam, footage: Footage, boxes: Sequence[Box]) -> dict[str, Any]:
    """Convert example boxes to the detector's input: boxes (1, n, 4) as centre and size from 0 to 1, and
    labels (1, n), 1 for an example and 0 for a counterexample.
    """
    if not boxes:
        return {}
    rows = []
    for box in boxes:
        x0, y0, x1, y1 = check_box(box, footage.width, footage.height)
        rows.append(
            (
                (x0 + x1) / 2 / footage.width,
                (y0 + y1) / 2 / footage.height,
                (x1 - x0) / footage.width,
                (y1 - y0) / footage.height,
            )
        )
    return {
        "input_boxes": torch.tensor([rows], device=sam.device, dtype=sam.dtype),
        "input_boxes_labels": torch.tensor([[int(box.positive) for box in boxes]], device=sam.device),
    }


@torch.inference_mode()
def segment_clicked_objects(
    sam: Sam, footage: Footage, number: int, clicks: Mapping[int, Clicks]
) -> list[DetectedObject]:
    """Return the objects that were clicked in frame `number`, including those whose mask is empty."""
    features = sam.convert_for_tracker(sam.encode_frame(footage, number))
    found = []
    for object, object_clicks in clicks.items():
        step = ClickedObjectTracker(sam, footage, object, {number: object_clicks}, remembers=False).step(
            number, features
        )
        if not np.isfinite(step.logits).all():
            raise build_sam3_nan_error(number)
        mask = mask_from_logits(step.logits, footage.width, footage.height)
        found.append(DetectedObject.of(object, "", step.score, mask))
    return found
