"""What of sound the pipelines can't tell the transformer: noise levels by token, of pictures as a whole, a
voice that goes along.

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

GAP = 0.04  # seconds between the end of the sample and the take's first sound, as the makers have it


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


def unguided() -> Around:
    """Have a sound that leads be guided by nothing, as the makers do (ltx-pipelines, `a2vid_two_stage.py`):
    where the picture is told what it is guided away from, the sound keeps the words that are followed; and
    its attention stays whole where that of the picture is perturbed, which the pipelines do to both.
    """

    def told(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        names = ("audio_encoder_hidden_states", "audio_encoder_attention_mask")
        half = named[names[0]].shape[0] // 2  # without text guidance there is one
        more = {name: torch.cat([named[name][half:], named[name][half:]]) for name in names} if half else {}
        return args, {**named, **more}

    def whole(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        if "perturbation_mask" in named:
            named = {**named, "perturbation_mask": None, "all_perturbed": False}
        return args, named

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        blocks = pipeline.transformer.transformer_blocks
        hooks = [block.audio_attn1.register_forward_pre_hook(whole, with_kwargs=True) for block in blocks]
        try:
            with changing(told)(pipeline):
                yield
        finally:
            for hook in hooks:
                hook.remove()

    return around


def heard_before(sample: Tensor) -> Around:
    """Have the transformer hear latents of a sample (1, c, m, M), denormalised, before the take.

    As the makers lead a voice along (ltx-pipelines, `dubit.py`) and the ID-LoRA was trained (its authors'
    abstract, ComfyUI 13111): tokens without noise behind those of the take, at negative times, for which
    nothing is given back.
    """

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
