"""Make hooks for sound inputs that the pipelines can't pass to the transformer: a noise level for each token,
pictures without noise, and a voice sample.

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

GAP = 0.04  # seconds from the end of the voice sample to the take's first sound, as in Lightricks' pipeline


def mark_held_sound_clean(sounds: Sequence[HeldSound]) -> Around:
    """Return a hook that marks the held sound latents as free of noise, so that the transformer leaves them
    unchanged.

    If the complete sound is held, its overall noise level is also set to 0. The model uses this level to
    weigh the sound against the picture. Lightricks freeze a sound in the same manner.
    """

    def mark_noisy_tokens(sound: Tensor) -> Tensor:
        """Return a tensor (1, tokens, 1) for the sound tokens: 0 for held tokens, 1 for tokens that are
        generated.
        """
        levels = torch.ones((1, sound.shape[1], 1), device=sound.device)
        for one in sounds:
            levels[:, one.at : one.at + one.latents.shape[2]] = 0
        return levels

    def set_clean_levels(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        share = mark_noisy_tokens(named["audio_hidden_states"])
        more = {
            "audio_timestep": named["audio_timestep"][:, None] * share[..., 0].to(named["audio_timestep"])
        }
        if not share.any():
            more["audio_sigma"] = torch.zeros_like(named["audio_sigma"])
        return args, {**named, **more}

    def zero_held_velocity(_: Any, __: Any, velocities: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        picture, sound = velocities
        return picture, torch.where(mark_noisy_tokens(sound) > 0, sound, torch.zeros_like(sound))

    return hook_transformer_calls(set_clean_levels, zero_held_velocity)


def mark_pictures_clean() -> Around:
    """Return a hook that sets the overall noise level of the pictures to 0. A take whose pictures all stay
    unchanged needs this hook, because the pipeline marks only the single tokens of the pictures as free of
    noise.
    """

    def clear_picture_sigma(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return args, {**named, "sigma": torch.zeros_like(named["sigma"])}

    return hook_transformer_calls(clear_picture_sigma)


def disable_sound_guidance() -> Around:
    """Return a hook that applies guidance to the picture but not to a leading sound, as Lightricks do
    (ltx-pipelines, `a2vid_two_stage.py`).

    In the row with the negative prompt, the sound keeps the positive prompt. In the row in which guidance
    perturbs attention, only the picture's attention is perturbed, while the pipelines would perturb both.
    """

    def copy_positive_prompt(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        names = ("audio_encoder_hidden_states", "audio_encoder_attention_mask")
        # With text guidance the batch has two halves. Without it, the batch has one row, so `half` is 0.
        half = named[names[0]].shape[0] // 2
        more = {name: torch.cat([named[name][half:], named[name][half:]]) for name in names} if half else {}
        return args, {**named, **more}

    def drop_perturbation(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        if "perturbation_mask" in named:
            named = {**named, "perturbation_mask": None, "all_perturbed": False}
        return args, named

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        blocks = pipeline.transformer.transformer_blocks
        hooks = [
            block.audio_attn1.register_forward_pre_hook(drop_perturbation, with_kwargs=True)
            for block in blocks
        ]
        try:
            with hook_transformer_calls(copy_positive_prompt)(pipeline):
                yield
        finally:
            for hook in hooks:
                hook.remove()

    return around


def prepend_voice_sample(sample: Tensor) -> Around:
    """Return a hook that gives the transformer a voice sample, as denormalised latents (1, c, m, M), at a
    time before the take.

    The sample's tokens are free of noise, follow the tokens of the take, and have negative times. Their
    output is dropped. Lightricks pass a voice in this manner (ltx-pipelines, `dubit.py`), and the ID-LoRA was
    trained with it (its authors' abstract, ComfyUI 13111).
    """

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        tokens: Tensor = pipeline._as_sampled(sample)
        count = tokens.shape[1]
        times = pipeline.transformer.audio_rope.prepare_audio_coords(1, count, tokens.device)
        times = shift_before_start(times)

        def append_sample_tokens(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
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

        def drop_sample_output(_: Any, __: Any, velocities: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
            picture, sound = velocities
            return picture, sound[:, :-count]

        with hook_transformer_calls(append_sample_tokens, drop_sample_output)(pipeline):
            yield

    return around


def shift_before_start(times: Tensor) -> Tensor:
    """Return the times of the sample's tokens (1, 1, n, 2) in seconds, shifted so that the last token ends
    `GAP` seconds before 0.
    """
    return times - times[..., -1, 1].max() - GAP


def hook_transformer_calls(
    change_arguments: Callable[..., Any], change_result: Callable[..., Any] | None = None
) -> Around:
    """Return a hook that changes each transformer call: `change_arguments` changes the arguments before the
    call, and `change_result` changes the result. Without `change_result` the result stays unchanged.
    """

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        transformer = pipeline.transformer
        hooks = [transformer.register_forward_pre_hook(change_arguments, with_kwargs=True)]
        if change_result is not None:
            hooks.append(transformer.register_forward_hook(change_result))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    return around
