"""One run of a FLUX.2 pipeline, as every family of pictures is run: what of its call is its own.

For workers alone: imports torch and diffusers.
"""

from __future__ import annotations

from typing import Any

from PIL import Image
from torch import Tensor

from milimo_tui.engines.flux2.loader import Loaded
from milimo_tui.engines.flux2.variants import DEV, KEEPING, UNIT
from milimo_tui.engines.pictures import sampling
from milimo_tui.engines.pictures.courses import Course, Variant
from milimo_tui.engines.pictures.sampling import Way, Words


class Flux2Call:
    """How it is handed words, and shows its latents: (1, tokens, C) as they come."""

    def __init__(self, variant: Variant) -> None:
        self._variant = variant

    def arguments(self, words: Words, course: Course) -> dict[str, Any]:
        given: dict[str, Any] = {"prompt": None, "prompt_embeds": words.prompt[0]}
        return given | guidance_of(
            self._variant, course, words.against[0] if words.against is not None else None
        )

    def tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        return latents[0], 0


def guidance_of(variant: Variant, course: Course, against: Tensor | None) -> dict[str, Any]:
    """What the call of that kind takes of guidance: klein KV knows none, dev no second pass."""
    if variant == KEEPING:
        return {}
    told = {"guidance_scale": course.guidance}
    return told if variant == DEV else told | {"negative_prompt_embeds": against}


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
    """One picture of `width` x `height` (multiples of 16) by a pipeline of the modules in memory; `steps` are
    those that are run. Raises Failed, naming step and seed, when the model gives no numbers.
    """
    picture = sampling.run(
        Flux2Call(loaded.variant),
        pipe,
        loaded.projection,
        words,
        course,
        way,
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
