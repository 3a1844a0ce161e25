"""One run of a FLUX.2 pipeline: the steps told, shown and stopped at, the picture out.

For workers alone: imports torch and diffusers.
"""

from __future__ import annotations

from typing import Any

import torch
from PIL import Image

from milimo_tui.core.errors import Failed
from milimo_tui.engines.flux2.loader import Loaded
from milimo_tui.engines.flux2.variants import UNIT
from milimo_tui.engines.pictures.courses import Course
from milimo_tui.engines.pictures.sampling import STAGE, Way, Words
from milimo_tui.engines.runtime.cancel import checking_in_blocks, step_callback, wanted_tensors
from milimo_tui.engines.runtime.determinism import generator
from milimo_tui.engines.runtime.latent_preview import previewer


def run(
    pipe: Any,
    loaded: Loaded,
    words: Words,
    course: Course,
    way: Way,
    *,
    width: int,
    height: int,
    seed: int,
    steps: int,
    what: str = "",
    **inputs: Any,
) -> Image.Image:
    """One picture of `width` x `height` (multiples of 16); `steps` are those that are run.

    Raises Failed, naming step and seed, when the model gives no numbers.
    """

    def check(done: int, latents: torch.Tensor) -> None:
        if done == steps and not bool(torch.isfinite(latents).all()):
            raise no_numbers(done, steps, seed, what)

    callback = step_callback(
        way.context,
        STAGE,
        steps,
        tell=lambda done: way.report(done, what),
        preview=previewer(loaded.projection, columns=width // UNIT, rows=height // UNIT),
        check=check,
    )
    with (
        checking_in_blocks(pipe.vae.encoder, lambda: way.report(0, "looking at what is given")),
        checking_in_blocks(pipe.vae.decoder, lambda: way.report(steps, "decoding")),
    ):
        made = pipe(
            prompt=None,
            prompt_embeds=words.prompt[0],
            negative_prompt_embeds=words.against[0] if words.against is not None else None,
            width=width,
            height=height,
            num_inference_steps=course.steps,
            guidance_scale=course.guidance,
            generator=generator(seed),
            callback_on_step_end=callback,
            callback_on_step_end_tensor_inputs=wanted_tensors(pipe, velocity="noise_pred"),
            output_type="pil",
            **inputs,
        )
    loaded.pipe.maybe_free_model_hooks()
    way.done += steps + 1
    way.report(0)
    picture: Image.Image = made.images[0]
    return picture


def no_numbers(step: int, steps: int, seed: int, what: str) -> Failed:
    """The error for NaN or infinity in the latents."""
    of = f" of {what}" if what else ""
    return Failed(
        f"FLUX.2 gave no numbers (NaN){of} at step {step} of {steps}, seed {seed}",
        "another seed may do; milimo model verify looks whether the weights are whole",
    )
