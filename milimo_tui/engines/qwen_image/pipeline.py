"""The parts of Qwen-Image's pipeline that differ from other families. For workers only: imports torch and
diffusers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers import QwenImageEditPlusPipeline, QwenImagePipeline, QwenImageTransformer2DModel
from diffusers.pipelines.qwenimage.pipeline_qwenimage_edit_plus import (
    CONDITION_IMAGE_SIZE,
    calculate_dimensions,
)
from PIL import Image
from torch import Tensor

from milimo_tui.engines.pictures.courses import SamplingCourse
from milimo_tui.engines.pictures.sampling import EncodedPrompt, FamilyPipeline
from milimo_tui.engines.runtime.latent_preview import Projection, fit_qwen_projection

NOTHING = " "  # The authors use this as the negative prompt if none is given.


def paths(pictures: Sequence[Image.Image]) -> FamilyPipeline:
    """Return the object that loads and calls the pipeline: that of the edit pipeline if there are reference
    pictures, otherwise that of the text-to-picture pipeline.
    """
    return QwenImageEditCalls(pictures) if pictures else QwenImageCalls()


class QwenImageCalls:
    """The functions with which the shared picture code loads and calls the text-to-picture pipeline and makes
    its previews.
    """

    sees: tuple[str, ...] = ()

    def load(self, folder: Path, options: dict[str, Any]) -> Any:
        return QwenImagePipeline.from_pretrained(folder, **options)

    def transformer(self) -> Any:
        return QwenImageTransformer2DModel

    def read(self, pipe: Any, text: str, device: Any) -> tuple[Tensor, ...]:
        embedded, _ = pipe.encode_prompt(text or NOTHING, device=device)
        return (embedded,)

    def arguments(self, words: EncodedPrompt, course: SamplingCourse) -> dict[str, Any]:
        given = {"prompt_embeds": words.prompt[0], "prompt_embeds_mask": _make_full_mask(words.prompt[0])}
        if words.against is not None:
            away = words.against[0]
            given |= {"negative_prompt_embeds": away, "negative_prompt_embeds_mask": _make_full_mask(away)}
        return {**given, "true_cfg_scale": course.guidance}

    def make_plain_arguments(self, prompt: str, course: SamplingCourse) -> dict[str, Any]:
        away = {"negative_prompt": course.negative or NOTHING} if course.has_second_pass else {}
        return {"prompt": prompt, **away, "true_cfg_scale": course.guidance}

    def make_preview_projection(self, vae: Any, device: Any) -> Projection:
        return fit_qwen_projection(vae, device)

    def get_picture_tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        return latents[0], 0


class QwenImageEditCalls(QwenImageCalls):
    """The functions with which the shared picture code loads and calls the edit pipeline and makes its
    previews.

    The text encoder receives the reference pictures at a small size, and the autoencoder at a large size.
    """

    def __init__(self, pictures: Sequence[Image.Image]) -> None:
        self._pictures = list(pictures)
        self.sees = tuple(_hash_picture(picture) for picture in pictures)

    def load(self, folder: Path, options: dict[str, Any]) -> Any:
        return QwenImageEditPlusPipeline.from_pretrained(folder, **options)

    def read(self, pipe: Any, text: str, device: Any) -> tuple[Tensor, ...]:
        small = []
        for picture in self._pictures:
            width, height = calculate_dimensions(CONDITION_IMAGE_SIZE, picture.width / picture.height)
            small.append(pipe.image_processor.resize(picture, height, width))
        embedded, _ = pipe.encode_prompt(text or NOTHING, image=small, device=device)
        return (embedded,)

    def arguments(self, words: EncodedPrompt, course: SamplingCourse) -> dict[str, Any]:
        return {**super().arguments(words, course), "image": list(self._pictures)}

    def make_plain_arguments(self, prompt: str, course: SamplingCourse) -> dict[str, Any]:
        return {**super().make_plain_arguments(prompt, course), "image": list(self._pictures)}


def _hash_picture(picture: Image.Image) -> str:
    """Return the SHA-256 of a picture's size and pixels."""
    return hashlib.sha256(f"{picture.size}".encode() + picture.tobytes()).hexdigest()


def _make_full_mask(embedded: Tensor) -> Tensor:
    """Return an attention mask that includes every token."""
    return torch.ones(embedded.shape[:2], dtype=torch.long, device=embedded.device)
