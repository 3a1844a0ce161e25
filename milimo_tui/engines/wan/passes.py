"""Sample and decode a take with Wan 2.2: noise to latents, then latents to frames.

The functions report progress, show previews, save checkpoints and can be cancelled. Imports torch: only for
workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor

from milimo_tui.core.errors import NotFinite
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.sampling import EncodedPrompt
from milimo_tui.engines.runtime.cancel import (
    allow_cancel_in_decode,
    make_step_callback,
    request_callback_tensors,
)
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.runtime.latent_preview import encode_latent_preview
from milimo_tui.engines.wan.loader import LoadedWan
from milimo_tui.engines.wan.plan import WanPlan

STAGE, DECODING = "painting", "decoding"
_LATENTS = "latents"


@dataclass(frozen=True, slots=True)
class BoundPictures:
    """The given first and last picture of a take. None means that no picture is given for that end."""

    begins: Image.Image | None = None
    ends: Image.Image | None = None

    def to_call_arguments(self) -> dict[str, Any]:
        """Return the pictures as arguments of the pipeline's call."""
        given = {"image": self.begins, "last_image": self.ends}
        return {name: picture for name, picture in given.items() if picture is not None}


def sample_wan_latents(
    loaded: LoadedWan,
    plan: WanPlan,
    words: EncodedPrompt,
    bounds: BoundPictures,
    seed: int,
    context: Context,
    signature: str = "",
) -> Tensor:
    """Return the latents of the take, shape (1, C, n, h, w).

    If an earlier attempt with the same `signature` saved finished latents, those are returned; an empty
    signature uses no checkpoint. Raises Failed, naming step and seed, if the model's result is NaN.
    """
    steps = plan.course.steps
    found = context.checkpoints.newest(STAGE, signature) if signature else None
    if found is not None:
        context.progress(STAGE, steps, steps)
        known: Tensor = load_file(found.path)[_LATENTS]
        return known
    begins = bounds.begins is not None
    pipe = loaded.pipeline(begins=begins)
    if begins:
        loaded.bring_decoder()
    names = request_callback_tensors(pipe, velocity="noise_pred")
    given: dict[str, Tensor] = {}
    if begins and pipe.config.expand_timesteps:
        pipe._callback_tensor_inputs = list(dict.fromkeys([*pipe._callback_tensor_inputs, "condition"]))
        names.append("condition")
    callback = make_step_callback(
        context,
        STAGE,
        steps,
        preview=lambda latents: _render_latent_preview(loaded, latents, given.get("condition")),
        check=_make_nan_check(steps, seed),
    )

    def at_step(pipeline: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if "condition" in tensors:
            given["condition"] = tensors["condition"]
        return callback(pipeline, index, timestep, tensors)

    context.progress(STAGE, 0, steps)
    made = pipe(
        **build_wan_arguments(plan, words),
        **bounds.to_call_arguments(),
        generator=make_cpu_generator(seed),
        callback_on_step_end=at_step,
        callback_on_step_end_tensor_inputs=names,
        output_type="latent",
    )
    loaded.pipe.maybe_free_model_hooks()
    latents: Tensor = made.frames.detach().to("cpu", torch.float32).contiguous()
    if signature:
        context.checkpoints.save(STAGE, signature, steps, partial(_save_latents, latents))
    return latents


def build_wan_arguments(plan: WanPlan, words: EncodedPrompt) -> dict[str, Any]:
    """Return the prompt, guidance and raster as arguments of the pipeline's call."""
    given: dict[str, Any] = {"prompt_embeds": words.prompt[0]}
    if words.against is not None:
        given["negative_prompt_embeds"] = words.against[0]
    if plan.later is not None:
        given["guidance_scale_2"] = plan.later
    return {
        **given,
        "guidance_scale": plan.course.guidance,
        "width": plan.fitted.width,
        "height": plan.fitted.height,
        "num_frames": plan.length.made,
        "num_inference_steps": plan.course.steps,
    }


def decode_wan_frames(
    loaded: LoadedWan, latents: Tensor, seed: int, context: Context
) -> Iterator[NDArray[np.uint8]]:
    """Yield the decoded frames, each (height, width, 3). Raises Failed, naming frame and seed, if the result
    is NaN.
    """
    loaded.bring_decoder()
    vae = loaded.pipe.vae
    config, where = vae.config, loaded.pipe._execution_device
    mean, spread = (
        torch.tensor(values).view(1, -1, 1, 1, 1).to(where, vae.dtype)
        for values in (config.latents_mean, config.latents_std)
    )
    with torch.no_grad(), allow_cancel_in_decode(vae, context, DECODING, latents.shape[2]):
        made = vae.decode(latents.to(where, vae.dtype) / (1.0 / spread) + mean, return_dict=False)[0]
    loaded.pipe.maybe_free_model_hooks()
    for frame in range(made.shape[2]):
        picture = made[0, :, frame].float()
        if not bool(torch.isfinite(picture).all()):
            raise _build_wan_nan_error(f"in frame {frame}", seed)
        scaled = (picture / 2 + 0.5).clamp_(0, 1).mul_(255).round_().to(torch.uint8)
        yield scaled.permute(1, 2, 0).cpu().numpy()


def _render_latent_preview(loaded: LoadedWan, latents: Tensor, first: Tensor | None) -> bytes:
    """Return a small encoded picture of latents (1, C, n, h, w) for the preview. `first` is the final first
    latent, which is known if a first picture is given.
    """
    if first is not None:
        latents = torch.cat([first[:, :, :1].to(latents), latents[:, :, 1:]], dim=2)
    frames, rows, columns = latents.shape[2:]
    tokens = latents[0].flatten(1).T
    return encode_latent_preview(tokens, loaded.projection, columns=columns, rows=rows, frames=frames)


def _make_nan_check(steps: int, seed: int) -> Callable[[int, Tensor], None]:
    def look(step: int, latents: Tensor) -> None:
        if not bool(torch.isfinite(latents).all()):
            raise _build_wan_nan_error(f"at step {step} of {steps}", seed)

    return look


def _build_wan_nan_error(where: str, seed: int) -> NotFinite:
    return NotFinite(
        f"Wan 2.2 produced values that are not numbers (NaN) {where}, seed {seed}",
        "try another seed or less guidance; milimo model verify checks the weights",
    )


def _save_latents(latents: Tensor, path: Path) -> None:
    save_file({_LATENTS: latents}, path)
