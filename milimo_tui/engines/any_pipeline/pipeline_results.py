"""Extract pictures and sound from the result of any pipeline. Imports torch, so only workers import this
module.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.core.errors import Failed
from milimo_tui.engines.any_pipeline.pipeline_call import build_pipeline_nan_error
from milimo_tui.engines.any_pipeline.plan import PipelineCallPlan

PICTURES = ("frames", "images", "videos", "video", "sample")  # fields of the result that may hold pictures
SOUND = ("audio", "audios")
RATES = (("vocoder", "output_sampling_rate"), ("audio_vae", "sample_rate"), ("vocoder", "sampling_rate"))


def extract_pictures(made: Any, plan: PipelineCallPlan, seed: int) -> list[NDArray[np.uint8]]:
    """Return the pictures of a result as arrays of shape (height, width, 3), rounded as diffusers does.

    Raises Failed if the result has no pictures, or pictures that are NaN.
    """
    value = next((one for name in PICTURES if (one := getattr(made, name, None)) is not None), None)
    pictures = _list_result_pictures(value, clip=plan.pipeline.call.makes_clips)
    if not pictures:
        raise Failed(f"{plan.pipeline.name} returned no pictures", "its class may make something else")
    return [_convert_to_rgb_array(one, plan, seed, number) for number, one in enumerate(pictures)]


def extract_sound(made: Any, pipe: Any) -> tuple[NDArray[np.float32], int] | None:
    """Return the sound of a result, of shape (2, samples), and its sample rate in Hz.

    Return None if the result has no sound, or no part of the pipeline specifies the sample rate.
    """
    value = next((one for name in SOUND if (one := getattr(made, name, None)) is not None), None)
    rate = next((one for part, name in RATES if (one := _read_config_number(pipe, part, name))), 0)
    if value is None or not rate:
        return None
    samples = np.asarray(_convert_tensor_to_numpy(value), dtype=np.float32)
    while samples.ndim > 2:
        samples = samples[0]
    samples = np.atleast_2d(samples)
    stereo = samples[:2] if samples.shape[0] > 1 else np.repeat(samples, 2, axis=0)
    return np.nan_to_num(stereo), rate


def _read_config_number(pipe: Any, part: str, name: str) -> int:
    config = getattr(getattr(pipe, part, None), "config", None)
    return int(getattr(config, name, 0) or 0)


def _convert_tensor_to_numpy(value: Any) -> Any:
    return value.detach().float().cpu().numpy() if isinstance(value, torch.Tensor) else value


def _list_result_pictures(value: Any, *, clip: bool) -> list[Any]:
    """Return the pictures of the first clip, or all pictures of a result without clips."""
    value = _convert_tensor_to_numpy(value)
    if value is None:
        return []
    if isinstance(value, np.ndarray):
        return list(value[0]) if value.ndim == 5 else list(value) if value.ndim == 4 else [value]
    rows = list(value)
    if (
        clip
        and rows
        and (isinstance(rows[0], list | tuple) or getattr(_convert_tensor_to_numpy(rows[0]), "ndim", 0) == 4)
    ):
        rows = list(_convert_tensor_to_numpy(rows[0]))
    return rows


def _convert_to_rgb_array(one: Any, plan: PipelineCallPlan, seed: int, number: int) -> NDArray[np.uint8]:
    if isinstance(one, Image.Image):
        return np.asarray(one.convert("RGB"), dtype=np.uint8)
    values = np.asarray(_convert_tensor_to_numpy(one))
    if values.ndim == 2:
        values = values[..., None]
    if values.shape[-1] not in (1, 3, 4) and values.shape[0] in (1, 3, 4):
        values = values.transpose(1, 2, 0)
    if values.dtype != np.uint8:
        if not bool(np.isfinite(values).all()):
            raise build_pipeline_nan_error(plan, f"in picture {number + 1}", seed)
        values = (values.clip(0, 1) * 255).round().astype(np.uint8)
    return np.repeat(values, 3, axis=-1) if values.shape[-1] == 1 else values[..., :3]
