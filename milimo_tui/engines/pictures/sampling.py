"""One run of a family's pipeline: the prompt read, the steps told, shown and stopped at, the picture out.

For workers alone: imports torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from PIL import Image
from torch import Tensor

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.courses import Course
from milimo_tui.engines.runtime.cancel import checking_in_blocks, step_callback, stoppable, wanted_tensors
from milimo_tui.engines.runtime.determinism import generator
from milimo_tui.engines.runtime.input_caches import key_of, remembered
from milimo_tui.engines.runtime.latent_preview import Projection, latent_preview

STAGE = "painting"


@dataclass(frozen=True, slots=True)
class Words:
    """A prompt as the model reads it, each a family's own tensors; no `against` where no second pass is."""

    prompt: tuple[Tensor, ...]
    against: tuple[Tensor, ...] | None


class Pipeline(Protocol):
    """What of a family's pipeline is its own."""

    def load(self, folder: Any, options: dict[str, Any]) -> Any:
        """The pipeline of diffusers of that folder."""

    def transformer(self) -> Any:
        """The class of its transformer, which reads a single file."""

    def read(self, pipe: Any, text: str, device: Any) -> tuple[Tensor, ...]:
        """What its text encoder makes of a prompt."""

    def arguments(self, words: Words, course: Course) -> dict[str, Any]:
        """The words and the guidance as its call takes them."""

    def projection(self, vae: Any, device: Any) -> Projection:
        """What turns its latents into small pictures."""

    def tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        """Latents as they come at a step, of the first picture: (tokens, C) and how many there are in a line,
        0 where the raster has to say it.
        """


def read_words(
    pipeline: Pipeline, pipe: Any, reads: tuple[str, ...], prompt: str, course: Course, context: Context
) -> Words:
    """The prompt and, where a second pass is made, what it is guided away from; those known are not read.

    `reads` tells which weights in which form read it.
    """
    where = pipe._execution_device

    def one(text: str) -> tuple[Tensor, ...]:
        def read() -> tuple[Tensor, ...]:
            with torch.no_grad(), stoppable(pipe.text_encoder, context, "reading the prompt"):
                return pipeline.read(pipe, text, where)

        return tuple(remembered().get(key_of("words", *reads, text), read, where))

    return Words(one(prompt), one(course.negative) if course.guided else None)


@dataclass(slots=True)
class Way:
    """How far a job of several runs is: `total` steps in all, the decoding of each run counted as one."""

    context: Context
    total: int
    done: int = 0

    def report(self, step: int, note: str = "") -> None:
        """Tell how far it is, at a step of this run."""
        self.context.progress(STAGE, min(self.done + step, self.total), self.total, note)


def run(
    pipeline: Pipeline,
    pipe: Any,
    projection: Projection,
    words: Words,
    course: Course,
    way: Way,
    *,
    title: str,
    columns: int,
    width: int,
    height: int,
    seed: int,
    what: str = "",
) -> Image.Image:
    """One picture of `width` x `height`, which the family can make; `columns` are tokens in a line.

    Raises Failed, naming step and seed, when the model gives no numbers.
    """
    steps = course.steps

    def check(done: int, latents: Tensor) -> None:
        if done == steps and not bool(torch.isfinite(latents).all()):
            of = f" of {what}" if what else ""
            raise Failed(
                f"{title} gave no numbers (NaN){of} at step {done} of {steps}, seed {seed}",
                "another seed may do; milimo model verify looks whether the weights are whole",
            )

    def preview(latents: Tensor) -> bytes:
        tokens, across = pipeline.tokens(latents)
        across = across or columns
        return latent_preview(tokens, projection, columns=across, rows=len(tokens) // across)

    callback = step_callback(
        way.context,
        STAGE,
        steps,
        tell=lambda done: way.report(done, what),
        preview=preview,
        check=check,
    )
    with checking_in_blocks(pipe.vae.decoder, lambda: way.report(steps, "decoding")):
        made = pipe(
            **pipeline.arguments(words, course),
            width=width,
            height=height,
            num_inference_steps=steps,
            generator=generator(seed),
            callback_on_step_end=callback,
            callback_on_step_end_tensor_inputs=wanted_tensors(pipe, velocity="noise_pred"),
            output_type="pil",
        )
    pipe.maybe_free_model_hooks()
    way.done += steps + 1
    way.report(0)
    picture: Image.Image = made.images[0]
    return picture
