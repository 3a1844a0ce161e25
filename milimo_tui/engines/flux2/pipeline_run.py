"""Run a FLUX.2 pipeline. The module builds those arguments of the pipeline call that differ from other
picture models. For workers only: imports torch and diffusers.
"""

from __future__ import annotations

from typing import Any

from PIL import Image
from torch import Tensor

from milimo_tui.engines.flux2.loader import LoadedFlux2
from milimo_tui.engines.flux2.variants import DEV, KLEIN_KV, UNIT
from milimo_tui.engines.pictures import sampling
from milimo_tui.engines.pictures.courses import SamplingCourse, WeightsVariant
from milimo_tui.engines.pictures.sampling import EncodedPrompt, RunProgress


class Flux2Call:
    """The arguments with which a FLUX.2 pipeline is called. They differ from those of other picture models in
    two respects: the prompt is passed as embeddings, and the latents have the shape (1, tokens, C).
    """

    def __init__(self, variant: WeightsVariant) -> None:
        self._variant = variant

    def arguments(self, words: EncodedPrompt, course: SamplingCourse) -> dict[str, Any]:
        given: dict[str, Any] = {"prompt": None, "prompt_embeds": words.prompt[0]}
        return given | make_guidance_arguments(
            self._variant, course, words.against[0] if words.against is not None else None
        )

    def get_picture_tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        return latents[0], 0


def make_guidance_arguments(
    variant: WeightsVariant, course: SamplingCourse, against: Tensor | None
) -> dict[str, Any]:
    """Return those arguments of the pipeline call that set the guidance. They depend on the variant of the
    weights: klein KV has no guidance, and dev takes the guidance scale as an input of the model, so it needs
    no second pass. `against` is the encoded negative prompt.
    """
    if variant == KLEIN_KV:
        return {}
    arguments = {"guidance_scale": course.guidance}
    return arguments if variant == DEV else arguments | {"negative_prompt_embeds": against}


def run(
    pipe: Any,
    loaded: LoadedFlux2,
    words: EncodedPrompt,
    course: SamplingCourse,
    progress: RunProgress,
    *,
    width: int,
    height: int,
    seed: int,
    steps: int,
    what: str = "",
    **inputs: Any,
) -> Image.Image:
    """Return a picture of `width` x `height` (multiples of 16), made by a pipeline whose models are in
    memory.

    `steps` is the number of steps that run. `what` names the picture in messages. Raises Failed with the step
    and seed if the model's output is not finite.
    """
    picture = sampling.run(
        Flux2Call(loaded.variant),
        pipe,
        loaded.projection,
        words,
        course,
        progress,
        title="FLUX.2",
        columns=width // UNIT,
        width=width,
        height=height,
        seed=seed,
        what=what,
        steps=steps,
        **inputs,
    )
    loaded.pipe.maybe_free_model_hooks()
    return picture
