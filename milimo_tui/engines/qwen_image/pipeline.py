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

from milimo_tui.engines.pictures.courses import Course
from milimo_tui.engines.pictures.sampling import Pipeline, Words
from milimo_tui.engines.runtime.latent_preview import Projection, qwen_projection

NOTHING = " "  # the authors' negative prompt where none is given


def paths(pictures: Sequence[Image.Image]) -> Pipeline:
    """Return the pipeline for words alone, or for words and reference pictures."""
    return QwenImageEditPaths(pictures) if pictures else QwenImagePaths()


class QwenImagePaths:
    """Loading, calling and previewing of the text-to-picture pipeline."""

    sees: tuple[str, ...] = ()

    def load(self, folder: Path, options: dict[str, Any]) -> Any:
        return QwenImagePipeline.from_pretrained(folder, **options)

    def transformer(self) -> Any:
        return QwenImageTransformer2DModel

    def read(self, pipe: Any, text: str, device: Any) -> tuple[Tensor, ...]:
        embedded, _ = pipe.encode_prompt(text or NOTHING, device=device)
        return (embedded,)

    def arguments(self, words: Words, course: Course) -> dict[str, Any]:
        given = {"prompt_embeds": words.prompt[0], "prompt_embeds_mask": _all_of(words.prompt[0])}
        if words.against is not None:
            away = words.against[0]
            given |= {"negative_prompt_embeds": away, "negative_prompt_embeds_mask": _all_of(away)}
        return {**given, "true_cfg_scale": course.guidance}

    def plain(self, prompt: str, course: Course) -> dict[str, Any]:
        away = {"negative_prompt": course.negative or NOTHING} if course.guided else {}
        return {"prompt": prompt, **away, "true_cfg_scale": course.guidance}

    def projection(self, vae: Any, device: Any) -> Projection:
        return qwen_projection(vae, device)

    def tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        return latents[0], 0


class QwenImageEditPaths(QwenImagePaths):
    """Loading, calling and previewing of the edit pipeline.

    The text encoder receives the pictures at a small size, and the autoencoder at a large size.
    """

    def __init__(self, pictures: Sequence[Image.Image]) -> None:
        self._pictures = list(pictures)
        self.sees = tuple(_digest(picture) for picture in pictures)

    def load(self, folder: Path, options: dict[str, Any]) -> Any:
        return QwenImageEditPlusPipeline.from_pretrained(folder, **options)

    def read(self, pipe: Any, text: str, device: Any) -> tuple[Tensor, ...]:
        small = []
        for picture in self._pictures:
            width, height = calculate_dimensions(CONDITION_IMAGE_SIZE, picture.width / picture.height)
            small.append(pipe.image_processor.resize(picture, height, width))
        embedded, _ = pipe.encode_prompt(text or NOTHING, image=small, device=device)
        return (embedded,)

    def arguments(self, words: Words, course: Course) -> dict[str, Any]:
        return {**super().arguments(words, course), "image": list(self._pictures)}

    def plain(self, prompt: str, course: Course) -> dict[str, Any]:
        return {**super().plain(prompt, course), "image": list(self._pictures)}


def _digest(picture: Image.Image) -> str:
    """Return the SHA-256 of a picture's size and pixels."""
    return hashlib.sha256(f"{picture.size}".encode() + picture.tobytes()).hexdigest()


def _all_of(embedded: Tensor) -> Tensor:
    """Return an attention mask that includes every token."""
    return torch.ones(embedded.shape[:2], dtype=torch.long, device=embedded.device)
