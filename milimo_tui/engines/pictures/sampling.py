"""Run a family's pipeline: encode the prompt, report progress and previews at each step, allow cancellation,
and return the final picture.

For workers only: imports torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from PIL import Image
from torch import Tensor

from milimo_tui.core.errors import NotFinite
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.pictures.courses import SamplingCourse
from milimo_tui.engines.pictures.loaded_pipeline import CachedPipeline
from milimo_tui.engines.pictures.reading import Read, Reads, encode_text_cached
from milimo_tui.engines.runtime.cancel import (
    call_before_blocks,
    make_step_callback,
    observe_output,
    request_callback_tensors,
)
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.runtime.latent_preview import Projection, encode_latent_preview

STAGE = "painting"


@dataclass(frozen=True, slots=True)
class EncodedPrompt:
    """An encoded prompt, as the tensors that the family's pipeline uses. `against` is the encoded negative
    prompt; None without a second pass.
    """

    prompt: tuple[Tensor, ...]
    against: tuple[Tensor, ...] | None


class PipelineCallAdapter(Protocol):
    """The interface for calling a pipeline. Each family implements it, because the arguments and latents of
    the calls differ.
    """

    def arguments(self, words: EncodedPrompt, course: SamplingCourse) -> dict[str, Any]:
        """Return the encoded prompt and the guidance as keyword arguments for calling the pipeline."""

    def get_picture_tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        """Return the latents (tokens, C) of the first picture at a step, and the number of tokens in a row of
        the picture.

        The number is 0 if it must be derived from the picture's size.
        """


class FamilyPipeline(PipelineCallAdapter, Protocol):
    """The interface for loading and calling the pipeline of a picture family. `sees` are the digests of the
    reference pictures that are encoded together with the prompt.
    """

    @property
    def sees(self) -> tuple[str, ...]: ...

    def load(self, folder: Any, options: dict[str, Any]) -> Any:
        """Load the diffusers pipeline from a folder with these loading options."""

    def transformer(self) -> Any:
        """Return the class of the transformer, with which weights in a single file are loaded."""

    def read(self, pipe: Any, text: str, device: Any) -> tuple[Tensor, ...]:
        """Return the text encoder's embedding of a prompt."""

    def make_plain_arguments(self, prompt: str, course: SamplingCourse) -> dict[str, Any]:
        """Return keyword arguments for calling the pipeline, with the prompt as plain text and not as an
        embedding. The reference check uses them to call diffusers' own class like a script would.
        """

    def make_preview_projection(self, vae: Any, device: Any) -> Projection:
        """Return the projection that turns latents into small preview pictures."""


def list_prompts(prompt: str, course: SamplingCourse) -> tuple[str, ...]:
    """Return every text that is encoded for a picture, without duplicates."""
    return tuple(dict.fromkeys((prompt, course.negative) if course.has_second_pass else (prompt,)))


def encode_prompt_pair(
    reads: Reads,
    loaded: CachedPipeline,
    prompt: str,
    course: SamplingCourse,
    context: Context,
    sees: tuple[str, ...] = (),
) -> EncodedPrompt:
    """Return the encoded prompt, and also the encoded negative prompt if each step runs a second pass.
    Embeddings that are in the cache are reused.

    `sees` are the digests of pictures that are encoded together with the texts.
    """
    pipe = loaded.pipe

    def one(text: str) -> Read:
        if text in loaded.read:
            where = pipe._execution_device
            return tuple(tensor.to(where) for tensor in loaded.read[text])
        return encode_text_cached(pipe, text, (*loaded.encoder_key, *sees), reads, context)

    return EncodedPrompt(one(prompt), one(course.negative) if course.has_second_pass else None)


@dataclass(slots=True)
class RunProgress:
    """A counter that reports the progress of a job which runs the pipeline several times. `total` is the
    number of steps of all runs together. The decoding of a run counts as one more step.
    """

    context: Context
    total: int
    done: int = 0

    def report_step(self, step: int, note: str = "") -> None:
        """Report the progress after step `step` of the current run."""
        self.context.progress(STAGE, min(self.done + step, self.total), self.total, note)


def run(
    pipeline: PipelineCallAdapter,
    pipe: Any,
    projection: Projection,
    words: EncodedPrompt,
    course: SamplingCourse,
    progress: RunProgress,
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
    """Run the pipeline and return a picture of `width` x `height` pixels, which must be a size that the
    family can make.

    `columns` is the number of tokens in a row. `steps` is given if fewer steps run than `course` says. `what`
    names the picture in messages, and `inputs` are further arguments of the call. Raises Failed with step and
    seed if the model's output is not finite.
    """
    steps = course.steps if steps is None else steps

    def check(done: int, latents: Tensor) -> None:
        if done == steps and not bool(torch.isfinite(latents).all()):
            of = f" of {what}" if what else ""
            raise NotFinite(
                f"{title} produced values that are not numbers (NaN){of} at step {done} of {steps}, "
                f"seed {seed}",
                "try another seed; milimo model verify checks the weights",
            )

    def check_picture(decoded: Tensor) -> None:
        if not bool(torch.isfinite(decoded).all()):
            raise NotFinite(
                f"{title} decoded values that are not numbers (NaN), seed {seed}",
                "milimo model verify checks the weights",
            )

    def preview(latents: Tensor) -> bytes:
        tokens, across = pipeline.get_picture_tokens(latents)
        across = across or columns
        return encode_latent_preview(tokens, projection, columns=across, rows=len(tokens) // across)

    callback = make_step_callback(
        progress.context,
        STAGE,
        steps,
        report_step=lambda done: progress.report_step(done, what),
        preview=preview,
        check=check,
    )
    with (
        call_before_blocks(pipe.vae.encoder, lambda: progress.report_step(0, "looking at what is given")),
        call_before_blocks(pipe.vae.decoder, lambda: progress.report_step(steps, "decoding")),
        observe_output(pipe.vae.decoder, check_picture),
    ):
        made = pipe(
            **pipeline.arguments(words, course),
            width=width,
            height=height,
            num_inference_steps=course.steps,
            generator=make_cpu_generator(seed),
            callback_on_step_end=callback,
            callback_on_step_end_tensor_inputs=request_callback_tensors(pipe, velocity="noise_pred"),
            output_type="pil",
            **inputs,
        )
    pipe.maybe_free_model_hooks()
    progress.done += steps + 1
    progress.report_step(0)
    picture: Image.Image = made.images[0]
    return picture
