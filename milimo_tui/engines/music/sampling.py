"""Load a pipeline of diffusers that makes sound, and call it. Imports torch and diffusers, so only workers
use this module.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.music.families import SoundFamily
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.music_specs import MakeSound

# The lyrics by which ACE-Step makes music without a voice.
NO_VOICE = "[Instrumental]"
OnStep = Callable[[int], None]


def load_sound_pipeline(family: SoundFamily, found: ResolvedWeights) -> Any:
    """Load the pipeline of installed weights to this worker's device: in 32 bits on a CPU, in 16 on a GPU."""
    quiet_libraries()
    device = get_device()
    dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
    pipe = getattr(diffusers, family.pipeline).from_pretrained(
        found.path, dtype=dtype, local_files_only=True, use_safetensors=True
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe.to(device)


def get_pipeline_rate(pipe: Any) -> int:
    """Return the sample rate of the sound that a pipeline makes."""
    config = pipe.vae.config
    return int(getattr(config, "sampling_rate", None) or config.sample_rate)


def sample_sound(
    family: SoundFamily,
    pipe: Any,
    spec: MakeSound,
    seed: int,
    seconds: float,
    on_step: OnStep,
    source: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Return the sound that a pipeline makes, as floats of shape (channels, samples). It has at least
    `seconds` seconds. `source` is the existing sound from which it is made, at the rate of the pipeline.
    `on_step` is called after each sampling step and may raise to cancel.
    """

    def report(pipe: Any, step: int, time: Any, values: dict[str, Any]) -> dict[str, Any]:
        on_step(step + 1)
        return values

    # The generator computes on the CPU, so that a seed gives equal noise on every machine.
    chance = torch.Generator("cpu").manual_seed(seed)
    if source is None:
        arguments = _make_family_arguments(family, spec, pipe, seconds)
    else:
        pipe, arguments = _prepare_source_call(family, spec, pipe, seconds, torch.from_numpy(source))
        # The encoder of ACE-Step draws its latents with the generator of the process.
        torch.manual_seed(seed)
    made = pipe(
        prompt=spec.prompt,
        num_inference_steps=spec.steps or family.steps,
        generator=chance,
        output_type="pt",
        callback_on_step_end=report,
        **arguments,
    ).audios[0]
    return np.asarray(made.float().cpu().numpy(), np.float32)


def _make_family_arguments(family: SoundFamily, spec: MakeSound, pipe: Any, seconds: float) -> dict[str, Any]:
    negative = {"negative_prompt": spec.negative} if spec.negative else {}
    guidance = {"guidance_scale": family.guidance if spec.guidance is None else spec.guidance}
    match family.name:
        case "stable-audio":
            guided = spec.guidance is not None and spec.guidance > 1
            return {"duration": seconds, **guidance, **(negative if guided else {})}
        case "ace-step":
            return {"audio_duration": seconds, "lyrics": NO_VOICE, "bpm": spec.bpm, **guidance}
        case _:
            # The pipeline rounds the length down to its latents, so one more latent is requested.
            step = pipe.vae_scale_factor / pipe.sample_rate
            return {"audio_duration_s": min(family.most_seconds, seconds + step), **guidance, **negative}


def _prepare_source_call(
    family: SoundFamily, spec: MakeSound, pipe: Any, seconds: float, audio: torch.Tensor
) -> tuple[Any, dict[str, Any]]:
    """Return the pipeline that makes sound from an existing sound (channels, samples), and its arguments."""
    source = spec.source
    assert source is not None
    latents = _measure_latent_rate(pipe)
    # Pipelines round the end of a range down to their latents. Half a latent more gives the next latent.
    span = (
        (float(source.since), (math.ceil(float(source.until) * latents) + 0.5) / latents)
        if source.since is not None and source.until is not None
        else None
    )
    if family.name == "ace-step":
        arguments = {**_make_family_arguments(family, spec, pipe, seconds), "src_audio": audio}
        if span is None:
            return pipe, {**arguments, "task_type": "cover", "audio_cover_strength": 1 - source.strength}
        return pipe, {
            **arguments, "task_type": "repaint", "repainting_start": span[0], "repainting_end": span[1]
        }  # fmt: skip
    kind = (
        diffusers.StableAudio3AudioToAudioPipeline if span is None else diffusers.StableAudio3InpaintPipeline
    )
    pipe = kind(**pipe.components)
    pipe.set_progress_bar_config(disable=True)
    arguments = {"duration": seconds, "audio": audio[None]}
    if span is None:
        return pipe, {**arguments, "init_noise_level": source.strength}
    return pipe, {**arguments, "mask_start_seconds": span[0], "mask_end_seconds": span[1]}


def _measure_latent_rate(pipe: Any) -> float:
    """Return the number of latents per second of sound."""
    if hasattr(pipe, "latents_per_second"):
        return float(pipe.latents_per_second)
    return get_pipeline_rate(pipe) / float(pipe.vae.downsampling_ratio)
