"""Hooks for sound inputs that the pipelines can't pass to the transformer: noise levels by token, clean
pictures, a voice sample.

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

GAP = 0.04  # seconds between the end of the sample and the take's first sound, as in Lightricks' pipeline


def held_clean(held: Sequence[HeldSound]) -> Around:
    """Return a hook that marks the held latents of the sound as free of noise, so that the transformer leaves
    them unchanged. If the complete sound is held, its overall noise level is 0 too, by which the model weighs
    it against the picture (as Lightricks freeze a stream).
    """

    def noisy(sound: Tensor) -> Tensor:
        """Return (1, tokens, 1): 0 for held latents, 1 for the others."""
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
    """Return a hook that sets the pictures' overall noise level to 0: the pipeline itself holds all of them,
    token by token.
    """

    def told(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return args, {**named, "sigma": torch.zeros_like(named["sigma"])}

    return changing(told)


def unguided() -> Around:
    """Return a hook that removes guidance from a leading sound, as Lightricks do (ltx-pipelines,
    `a2vid_two_stage.py`). Where the picture gets the negative prompt, the sound keeps the positive prompt;
    and its attention is not perturbed where that of the picture is, while the pipelines would perturb both.
    """

    def told(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        names = ("audio_encoder_hidden_states", "audio_encoder_attention_mask")
        half = named[names[0]].shape[0] // 2  # without text guidance the batch has only one row
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
    """Return a hook that lets the transformer hear denormalised latents of a sample (1, c, m, M) before the
    take.

    This is how Lightricks pass a voice (ltx-pipelines, `dubit.py`) and how the ID-LoRA was trained (its
    authors' abstract, ComfyUI 13111): tokens without noise after those of the take, at negative times, whose
    output is dropped.
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
    """Return the times of tokens (1, 1, n, 2) in seconds, shifted so that the last ends a gap before 0."""
    return times - times[..., -1, 1].max() - GAP


def changing(told: Callable[..., Any], made: Callable[..., Any] | None = None) -> Around:
    """Return a context that changes the arguments of each transformer call with `told`, and its result with
    `made`.
    """

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
