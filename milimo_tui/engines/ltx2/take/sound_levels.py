"""Noise levels that the pipelines can't tell the transformer: of the sound by token, of pictures as a whole.

Imports torch; for workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.ltx2.take.pipelines import HeldSound
from milimo_tui.engines.ltx2.take.sampling import Around


def held_clean(held: Sequence[HeldSound]) -> Around:
    """Tell the transformer which latents of the sound have no noise in them, so that it leaves them as they
    are. Where that is all of it, the sound as a whole has none, by which the model weighs it against the
    picture (so the makers freeze a stream).
    """

    def noisy(sound: Tensor) -> Tensor:
        """(1, tokens, 1): 0 for latents that are held, 1 for the others."""
        levels = torch.ones((1, sound.shape[1], 1), device=sound.device)
        for one in held:
            levels[:, one.at : one.at + one.latents.shape[2]] = 0
        return levels

    def told(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        share = noisy(named["audio_hidden_states"])
        more = {
            "audio_timestep": named["audio_timestep"][:, None] * share[..., 0].to(named["audio_timestep"])
        }
        if not share.any():
            more["audio_sigma"] = torch.zeros_like(named["audio_sigma"])
        return args, {**named, **more}

    def made(_: Any, __: Any, velocities: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        picture, sound = velocities
        return picture, torch.where(noisy(sound) > 0, sound, torch.zeros_like(sound))

    return changing(told, made)


def pictures_clean() -> Around:
    """Tell the transformer that the pictures as a whole have no noise: all of them are held, token by token,
    by the pipeline itself.
    """

    def told(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return args, {**named, "sigma": torch.zeros_like(named["sigma"])}

    return changing(told)


def changing(told: Callable[..., Any], made: Callable[..., Any] | None = None) -> Around:
    """What changes each call of the transformer, and what it gives."""

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        transformer = pipeline.transformer
        hooks = [transformer.register_forward_pre_hook(told, with_kwargs=True)]
        if made is not None:
            hooks.append(transformer.register_forward_hook(made))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    return around
