"""The likeness of a frame to reference pictures of the people and things in it, measured as the cosine of two
image embeddings.

The embeddings come from DINOv2 (Oquab et al. 2023), run by transformers. The value may only be used to sort
takes and not to reject a take: a face that is turned away also differs from its picture. Imports torch, so
only workers use this module.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.still_files import read_input_frame, read_input_picture
from milimo_tui.engines.controls.loading import convert_memory_errors, load_control_model
from milimo_tui.engines.controls.weights import find_control_weights
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.control_specs import CompareTake

STAGE = "comparing"
# A crop has half the width and height of the frame. Crops are compared as well as the complete frame, because
# a person seldom fills the frame.
LEAST_CROP = 2
Embedded = NDArray[np.float32]  # an embedding, normalised to length 1


class LikenessModel:
    """The image embedding model DINOv2 with its image processor. The worker caches it between jobs that
    compare takes with reference pictures.
    """

    def __init__(self, model: Any, processor: Any) -> None:
        self._model, self._processor = model, processor

    @torch.inference_mode()
    def embed_picture(self, picture: Image.Image) -> Embedded:
        """Return the embedding of a picture: the model's class token, normalised to length 1."""
        seen = self._processor(images=picture, return_tensors="pt").to(self._model.device)
        token = self._model(pixel_values=seen["pixel_values"]).last_hidden_state[0, 0].float().cpu().numpy()
        return np.asarray(token / max(float(np.linalg.norm(token)), 1e-12), np.float32)


def load(found: ResolvedWeights) -> LikenessModel:
    """Load the embedding model from the folder of its installed weights to this worker's device."""
    from transformers import AutoImageProcessor, AutoModel

    quiet_libraries()
    model = AutoModel.from_pretrained(
        found.path, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    processor = AutoImageProcessor.from_pretrained(found.path, local_files_only=True)
    return LikenessModel(model.eval().to(get_device()), processor)


def compare_take_with_pictures(spec: CompareTake, context: Context) -> Result:
    """Compare a frame of a take with the reference picture of each element, and write the results to a JSON
    file. The file maps each element to its likeness, from −1 to 1. It becomes the job's output with the role
    `likeness`.

    Raises NotFound, BadInput, Unavailable, Damaged, OutOfMemory, Cancelled.
    """
    if not spec.pictures:
        raise BadInput(
            "there is no picture to compare the take with", "milimo element reference add adds one"
        )
    found = find_control_weights(open_worker_store(), "likeness", spec.model)
    frame = read_input_frame(spec.input, spec.frame, "the take")
    model = load_control_model(found, load, context)
    total = len(spec.pictures) + 1
    with convert_memory_errors():
        parts = [model.embed_picture(part) for part in crop_views(frame)]
        context.progress(STAGE, 1, total)
        by_element: dict[str, float] = {}
        for done, one in enumerate(spec.pictures, start=2):
            theirs = model.embed_picture(read_input_picture(one.image, one.name))
            mine = parts[:1] if one.is_place else parts
            by_element[one.element] = round(max(float(part @ theirs) for part in mine), 4)
            context.progress(STAGE, done, total)
    path = context.workspace / "likeness.json"
    path.write_text(json.dumps(by_element, sort_keys=True))
    facts = {"likeness": by_element, "model": found.id, "tiny": found.tiny}
    return Result(outputs=(Output.of_file("likeness", path, {}),), facts=facts)


def crop_views(frame: Image.Image) -> list[Image.Image]:
    """Return the complete frame and nine crops of it. A crop has half the frame's width and height, and
    neighbouring crops overlap by half.
    """
    width, height = frame.width // LEAST_CROP, frame.height // LEAST_CROP
    out = [frame]
    for down in range(3):
        for across in range(3):
            left, top = across * width // 2, down * height // 2
            out.append(frame.crop((left, top, left + max(1, width), top + max(1, height))))
    return out
