"""A voice that goes along: tokens of its sound behind those of the take's, before its time, without noise.

As the makers lead one along (ltx-pipelines, `dubit.py`) and the ID-LoRA was trained (its authors' abstract,
and ComfyUI 13111): the model hears it at negative times and gives nothing for it.
Imports torch; for workers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.ltx2.take.sampling import Around
from milimo_tui.engines.ltx2.take.sound_levels import changing

GAP = 0.04  # seconds between the end of the sample and the take's first sound, as the makers have it


def heard_before(sample: Tensor) -> Around:
    """Have the transformer hear latents of a sample (1, c, m, M), denormalised, before the take."""

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        tokens: Tensor = pipeline._as_sampled(sample)
        count = tokens.shape[1]
        times = pipeline.transformer.audio_rope.prepare_audio_coords(1, count, tokens.device)
        times = before_start(times)

        def told(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
            sound, level = named["audio_hidden_states"], named["audio_timestep"]
            each = sound.shape[0]
            by_token = level[:, None].expand(each, sound.shape[1]) if level.ndim == 1 else level
            coords = named["audio_coords"]
            return args, {
                **named,
                "audio_hidden_states": torch.cat([sound, tokens.to(sound).expand(each, -1, -1)], dim=1),
                "audio_timestep": torch.cat([by_token, by_token.new_zeros((each, count))], dim=1),
                "audio_coords": torch.cat([coords, times.to(coords).expand(each, -1, -1, -1)], dim=2),
                "audio_num_frames": named["audio_num_frames"] + count,
            }

        def made(_: Any, __: Any, velocities: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
            picture, sound = velocities
            return picture, sound[:, :-count]

        with changing(told, made)(pipeline):
            yield

    return around


def before_start(times: Tensor) -> Tensor:
    """Times of tokens (1, 1, n, 2) in seconds, moved so that the last ends a gap before 0."""
    return times - times[..., -1, 1].max() - GAP
