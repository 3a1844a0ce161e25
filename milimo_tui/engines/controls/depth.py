"""Depth maps: grey pictures in which near is bright, with one scale for the complete clip. Imports torch, so
only workers use this module.

The models come from transformers and estimate relative depth: Depth Anything (Yang et al. 2024), and DPT
(Ranftl et al. 2021), whose hybrid version LTX-Desktop uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.core.errors import NotFinite
from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.media.picture.colour import Rgb

Near = NDArray[np.float32]  # array of (height, width) at the model's own resolution; larger values are nearer


class DepthModel:
    """A depth model with its image processor."""

    def __init__(self, model: Any, processor: Any) -> None:
        self.model = model
        self._processor = processor

    @torch.inference_mode()
    def estimate_nearness(self, picture: Rgb) -> Near:
        """Return the nearness of each pixel, on a scale that depends on the model. Larger values are nearer.
        Raises Failed if a value is not finite.
        """
        seen = self._processor(images=Image.fromarray(picture), return_tensors="pt").to(self.model.device)
        found = self.model(pixel_values=seen["pixel_values"]).predicted_depth[0]
        if getattr(self.model.config, "depth_estimation_type", "") == "metric":
            found = -found  # the model estimates metres, where larger is farther, so the sign is changed
        near = np.asarray(found.float().cpu().numpy(), np.float32)
        if not np.isfinite(near).all():
            raise NotFinite(
                "the depth model produced values that are not numbers (NaN)",
                "milimo model verify checks the weights",
            )
        return near


def load(found: ResolvedWeights) -> DepthModel:
    """Load the depth model of a folder to this worker's device."""
    from transformers import AutoImageProcessor, AutoModelForDepthEstimation

    quiet_libraries()
    model = AutoModelForDepthEstimation.from_pretrained(
        found.path, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    processor = AutoImageProcessor.from_pretrained(found.path, local_files_only=True)
    # Run the processor once, so that a missing package raises its error here and not in the middle of a clip.
    processor(images=Image.new("RGB", (64, 64)), return_tensors="pt")
    return DepthModel(model.eval().to(get_device()), processor)


class DepthFile:
    """A temporary file of the estimated depths of a clip's pictures. All maps of a clip share one scale,
    which is known only after every picture was estimated. Until then the depths are stored in this file.
    """

    def __init__(self, folder: Path) -> None:
        self._file = (folder / "depth.bin").open("w+b")
        self._shape = 0, 0
        self._low, self._high = np.inf, -np.inf

    def add_depth(self, near: Near) -> None:
        """Append the depth of the next picture. All pictures must have the same size. Raises DiskFull."""
        self._shape = near.shape[0], near.shape[1]
        self._low, self._high = min(self._low, float(near.min())), max(self._high, float(near.max()))
        try:
            self._file.write(near.tobytes())
        except OSError as error:
            raise explain_os_error(error, Path(self._file.name), "write") from error

    def iterate_depth_maps(self, width: int, height: int) -> Iterator[Rgb]:
        """Yield the maps in order: black is the farthest point of the complete clip, white the nearest."""
        self._file.seek(0)
        rows, columns = self._shape
        while data := self._file.read(rows * columns * 4):
            near = np.frombuffer(data, np.float32).reshape(rows, columns)
            yield draw_depth_map(near, self._low, self._high, width, height)

    def close(self) -> None:
        """Close and delete the file."""
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)


def draw_depth_map(near: Near, low: float, high: float, width: int, height: int) -> Rgb:
    """Return a depth map of `width` x `height`, scaled bilinearly. `low` becomes black and `high` white. The
    map is black if both are equal.
    """
    reach = high - low
    share = (near - low) / reach if reach > 1e-6 else np.zeros_like(near)
    image = Image.fromarray(share.astype(np.float32)).resize((width, height), Image.Resampling.BILINEAR)
    bright = np.clip(np.rint(np.asarray(image) * 255), 0, 255).astype(np.uint8)
    return np.repeat(bright[..., None], 3, axis=2)


def store_depths(model: DepthModel, pictures: Iterable[Rgb], into: DepthFile) -> Iterator[int]:
    """Estimate the depth of each picture and store it; yield the number of stored pictures."""
    for number, picture in enumerate(pictures, 1):
        into.add_depth(model.estimate_nearness(picture))
        yield number
