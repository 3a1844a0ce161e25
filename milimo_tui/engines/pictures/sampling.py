"""One run of a family's pipeline: the prompt read, the steps told, shown and stopped at, the picture out.

For workers alone: imports torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from PIL import Image
from torch import Tensor

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.courses import Course
from milimo_tui.engines.pictures.reading import Read, Reads, read_text
from milimo_tui.engines.runtime.cancel import checking_in_blocks, looking_at, step_callback, wanted_tensors
from milimo_tui.engines.runtime.determinism import generator
from milimo_tui.engines.runtime.latent_preview import Projection, latent_preview

STAGE = "painting"


@dataclass(frozen=True, slots=True)
class Words:
    """A prompt as the model reads it, each a family's own tensors; no `against` where no second pass is."""

    prompt: tuple[Tensor, ...]
    against: tuple[Tensor, ...] | None


class Reading(Protocol):
    """A pipeline in memory: `reads` tells which weights in which form read a prompt, `read` has the texts
    that were read before it came.
    """

    @property
    def pipe(self) -> Any: ...

    @property
    def reads(self) -> tuple[str, str, str]: ...

    @property
    def read(self) -> Mapping[str, Read]: ...


class Called(Protocol):
    """What of the call of a family's pipeline is its own."""

    def arguments(self, words: Words, course: Course) -> dict[str, Any]:
        """The words and the guidance as its call takes them."""

    def tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        """Latents as they come at a step, of the first picture: (tokens, C) and how many there are in a line,
        0 where the raster has to say it.
        """


class Pipeline(Called, Protocol):
    """What of a family's pipeline is its own. `sees` are digests of the pictures that it looks at."""

    @property
    def sees(self) -> tuple[str, ...]: ...

    def load(self, folder: Any, options: dict[str, Any]) -> Any:
        """The pipeline of diffusers of that folder."""

    def transformer(self) -> Any:
        """The class of its transformer, which reads a single file."""

    def read(self, pipe: Any, text: str, device: Any) -> tuple[Tensor, ...]:
        """What its text encoder makes of a prompt."""

    def plain(self, prompt: str, course: Course) -> dict[str, Any]:
        """What a script that uses its class alone gives that call: the same, in letters."""

    def projection(self, vae: Any, device: Any) -> Projection:
        """What turns its latents into small pictures."""


def texts_of(prompt: str, course: Course) -> tuple[str, ...]:
    """Every text that is read for it, each once."""
    return tuple(dict.fromkeys((prompt, course.negative) if course.guided else (prompt,)))


def read_words(
    reads: Reads,
    loaded: Reading,
    prompt: str,
    course: Course,
    context: Context,
    sees: tuple[str, ...] = (),
) -> Words:
    """The prompt and, where a second pass is made, what it is guided away from; those known are not read.

    `sees` are digests of the pictures that are read beside them.
    """
    pipe = loaded.pipe

    def one(text: str) -> Read:
        if text in loaded.read:
            where = pipe._execution_device
            return tuple(tensor.to(where) for tensor in loaded.read[text])
        return read_text(pipe, text, (*loaded.reads, *sees), reads, context)

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
    pipeline: Called,
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
    steps: int | None = None,
    **inputs: Any,
) -> Image.Image:
    """One picture of `width` x `height`, which the family can make; `columns` are tokens in a line, `steps`
    those that are run, where not all of the course are; `inputs` what its call takes beside.

    Raises Failed, naming step and seed, when the model gives no numbers.
    """
    steps = course.steps if steps is None else steps

    def check(done: int, latents: Tensor) -> None:
        if done == steps and not bool(torch.isfinite(latents).all()):
            of = f" of {what}" if what else ""
            raise Failed(
                f"{title} gave no numbers (NaN){of} at step {done} of {steps}, seed {seed}",
                "another seed may do; milimo model verify looks whether the weights are whole",
            )

    def check_picture(decoded: Tensor) -> None:
        if not bool(torch.isfinite(decoded).all()):
            raise Failed(
                f"{title} decoded what is no number (NaN), seed {seed}",
                "milimo model verify looks whether the weights are whole",
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
    with (
        checking_in_blocks(pipe.vae.encoder, lambda: way.report(0, "looking at what is given")),
        checking_in_blocks(pipe.vae.decoder, lambda: way.report(steps, "decoding")),
        looking_at(pipe.vae.decoder, check_picture),
    ):
        made = pipe(
            **pipeline.arguments(words, course),
            width=width,
            height=height,
            num_inference_steps=course.steps,
            generator=generator(seed),
            callback_on_step_end=callback,
            callback_on_step_end_tensor_inputs=wanted_tensors(pipe, velocity="noise_pred"),
            output_type="pil",
            **inputs,
        )
    pipe.maybe_free_model_hooks()
    way.done += steps + 1
    way.report(0)
    picture: Image.Image = made.images[0]
    return picture
