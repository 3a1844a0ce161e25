"""Noise levels of the sound by token: the pipelines know one for the whole of it, the transformer takes each.

Imports torch; for workers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.ltx2.take.sampling import Around


def held_clean(count: int) -> Around:
    """Tell the transformer that the first `count` latents of the sound have no noise in them, so that it
    leaves them as they are.
    """

    def told(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        levels = named["audio_timestep"][:, None].repeat(1, named["audio_hidden_states"].shape[1])
        levels[:, :count] = 0
        return args, {**named, "audio_timestep": levels}

    def made(_: Any, __: Any, velocities: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        picture, sound = velocities
        return picture, torch.cat([torch.zeros_like(sound[:, :count]), sound[:, count:]], dim=1)

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        hooks = (
            pipeline.transformer.register_forward_pre_hook(told, with_kwargs=True),
            pipeline.transformer.register_forward_hook(made),
        )
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    return around
