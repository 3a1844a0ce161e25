"""What of Qwen-Image's pipeline is its own. For workers alone: imports torch and diffusers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import QwenImagePipeline, QwenImageTransformer2DModel
from torch import Tensor

from milimo_tui.engines.pictures.courses import Course
from milimo_tui.engines.pictures.sampling import Words
from milimo_tui.engines.runtime.latent_preview import Projection, qwen_projection

NOTHING = " "  # what its makers guide away from where nothing is named


class QwenImagePaths:
    """How the pipeline is loaded, given its words, and shown."""

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

    def projection(self, vae: Any, device: Any) -> Projection:
        return qwen_projection(vae, device)

    def tokens(self, latents: Tensor) -> tuple[Tensor, int]:
        return latents[0], 0


def _all_of(embedded: Tensor) -> Tensor:
    """A mask that leaves no token out."""
    return torch.ones(embedded.shape[:2], dtype=torch.long, device=embedded.device)
