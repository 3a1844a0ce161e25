"""Provide the parts of Z-Image's pipeline that differ from other families.

Only for workers: imports torch and diffusers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from diffusers import ZImagePipeline, ZImageTransformer2DModel
from PIL import Image
from torch import Tensor

from milimo_tui.engines.pictures.courses import SamplingCourse
from milimo_tui.engines.pictures.sampling import EncodedPrompt, FamilyPipeline
from milimo_tui.engines.runtime.latent_preview import Projection, fit_image_projection


def paths(pictures: Sequence[Image.Image]) -> FamilyPipeline:
    """Return the functions with which the shared picture code loads and calls Z-Image. `pictures` is ignored,
    because Z-Image uses no input pictures.
    """
    return ZImageCalls()


class ZImageCalls:
    """The functions with which the shared picture code uses Z-Image. They load the pipeline, encode a prompt,
    and build the arguments of the pipeline's call and the previews.
    """

    sees: tuple[str, ...] = ()

    def load(self, folder: Path, options: dict[str, Any]) -> Any:
        return ZImagePipeline.from_pretrained(folder, **options)

    def transformer(self) -> Any:
        return ZImageTransformer2DModel

    def read(self, pipe: Any, text: str, device: Any) -> tuple[Tensor, ...]:
        embedded, _ = pipe.encode_prompt(text, device=device, do_classifier_free_guidance=False)
        return (embedded[0],)

    def arguments(self, words: EncodedPrompt, course: SamplingCourse) -> dict[str, Any]:
        return {
            "prompt_embeds": list(words.prompt),
            "negative_prompt_embeds": list(words.against or ()),
            "guidance_scale": course.guidance,
        }

    def make_plain_arguments(self, prompt: str, course: SamplingCourse) -> dict[str, Any]:
        away = {"negative_prompt": course.negative} if course.has_second_pass else {}
        return {"prompt": prompt, **away, "guidance_scale": course.guidance}

    def make_preview_projection(self, vae: Any, device: Any) -> Projection:
        return fit_image_projection(vae, device)

    def get_picture_tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        return latents[0].flatten(1).T, latents.shape[-1]
