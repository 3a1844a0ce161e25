"""The pipelines of diffusers by themselves, quantised as a recipe says: nothing of the engines is around
them, no recipe places anything, no prompt is remembered. What the transformer is handed and gives, call by
call, is held against what it is in an engine's run.
"""

from __future__ import annotations

import gc
import importlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

# Layers that no precision packs; the last two are UMT5's, of which a cast weight can't be read.
WIDE = ("norm", "embed", "lm_head", "patch_conv", "shared", "DenseReluDense.wo")
TRANSFORMERS = (
    "LTX2VideoTransformer3DModel",
    "Flux2Transformer2DModel",
    "WanTransformer3DModel",
    "QwenImageTransformer2DModel",
    "ZImageTransformer2DModel",
)


@dataclass
class Calls:
    """What a transformer was handed and gave, in the order of its calls."""

    tensors: list[tuple[Tensor, ...]] = field(default_factory=list)

    def differences(self, other: Calls) -> list[float]:
        """The largest of each call; infinite where a tensor has another shape, is one more, or no number."""
        if len(self.tensors) != len(other.tensors):
            return [float("inf")]
        pairs = zip(self.tensors, other.tensors, strict=True)
        return [max(map(_difference, ours, theirs)) for ours, theirs in pairs]


def _difference(ours: Tensor, theirs: Tensor) -> float:
    if ours.shape != theirs.shape or not bool(torch.isfinite(ours).all() & torch.isfinite(theirs).all()):
        return float("inf")
    return float((ours.double() - theirs.double()).abs().max()) if ours.numel() else 0.0


@contextmanager
def watched() -> Iterator[Calls]:
    """Every call of a family's transformer in this process, while open."""
    calls = Calls()

    def look(module: torch.nn.Module, first: Any, named: dict[str, Any], made: Any) -> None:
        if type(module).__name__ in TRANSFORMERS:
            given = (*first, named.get("hidden_states"), named.get("audio_hidden_states"))
            found = (*given, *(made if isinstance(made, tuple) else (made.sample,)))
            calls.tensors.append(tuple(_kept(one) for one in _tensors(found)))

    hook = torch.nn.modules.module.register_module_forward_hook(look, with_kwargs=True)
    try:
        yield calls
    finally:
        hook.remove()


def _kept(one: Tensor) -> Tensor:
    """The same numbers, where nothing that comes changes them."""
    return one.detach().to("cpu", torch.float32, copy=True)


def _tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    """The tensors among them; some models are handed a list of one for each picture."""
    for one in values:
        if isinstance(one, Tensor):
            yield one
        elif isinstance(one, list | tuple):
            yield from _tensors(one)


@dataclass(frozen=True)
class Bare:
    """A checkpoint's folder, how its large parts are held, a LoRA that is worn, and a transformer in GGUF:
    its tensors as diffusers reads them, by names that its loader knows; or other numbers, by its own names.
    `reads` is how what reads the words is held, where not as the rest.
    """

    folder: Path
    precision: str
    lora: Path | None = None
    gguf: Mapping[str, Tensor] | None = None
    state: Mapping[str, Tensor] | None = None
    reads: str = ""

    @property
    def dtype(self) -> torch.dtype:
        return torch.float32 if self.precision == "float32" else torch.bfloat16

    def pipeline(self, cls: Any, **more: Any) -> Any:
        """The pipeline of that class. LoRAs come first: what is cast to 8 bits is what they lie beside."""
        if self.gguf is not None:
            more["transformer"] = self._packed()
        if self.state is not None:
            more["transformer"] = self._of_numbers()
        if "int8" in (self.precision, self.reads):
            more["quantization_config"] = _in_whole_numbers(all_of_it=self.precision == "int8")
        made = cls.from_pretrained(self.folder, dtype=self.dtype, local_files_only=True, **more)
        made.set_progress_bar_config(disable=True)
        for part in made.components.values():
            if isinstance(part, torch.nn.Module):
                settle(part)
        if self.lora:
            made.load_lora_weights(str(self.lora.parent), weight_name=self.lora.name, local_files_only=True)
        if self.precision == "fp8":
            for part in (made.text_encoder, made.transformer, getattr(made, "transformer_2", None)):
                if part is not None:
                    in_eight_bits(part, self.dtype)
        return made

    @property
    def _class(self) -> Any:
        import diffusers

        return getattr(
            diffusers, json.loads((self.folder / "model_index.json").read_text())["transformer"][1]
        )

    def _of_numbers(self) -> Any:
        model = self._class.from_pretrained(self.folder, subfolder="transformer", dtype=self.dtype)
        model.load_state_dict(dict(self.state or {}))
        return model

    def _packed(self) -> Any:
        import diffusers

        return self._class.from_single_file(
            dict(self.gguf or {}), config=str(self.folder), subfolder="transformer", local_files_only=True,
            torch_dtype=self.dtype, quantization_config=diffusers.GGUFQuantizationConfig(self.dtype),
        )  # fmt: skip


def _in_whole_numbers(*, all_of_it: bool) -> Any:
    """As torchao holds layers in whole numbers of 8 bits, of all large parts or of what reads alone."""
    import diffusers
    import transformers
    from diffusers.quantizers import PipelineQuantizationConfig

    kind = importlib.import_module("torchao.quantization").Int8WeightOnlyConfig
    mapping: dict[str, Any] = {"text_encoder": transformers.TorchAoConfig(kind())}
    if all_of_it:
        mapping |= dict.fromkeys(("transformer", "transformer_2"), diffusers.TorchAoConfig(kind()))
    return PipelineQuantizationConfig(quant_mapping=mapping)


def settle(module: torch.nn.Module) -> None:
    """Tensors where a CPU allocates them itself: in a mapped file the order of a sum is another."""
    for tensor in (*module.parameters(), *module.buffers()):
        packed = hasattr(tensor, "quant_type") or hasattr(tensor, "__tensor_flatten__")
        if not packed:  # packed numbers lie where they were read to
            tensor.data = tensor.data.clone()


def in_eight_bits(module: torch.nn.Module, dtype: torch.dtype) -> None:
    """As diffusers holds layers in 8 bits and casts each up while it computes."""
    from diffusers.hooks import apply_layerwise_casting

    own = getattr(module, "_skip_layerwise_casting_patterns", None) or ()
    apply_layerwise_casting(module, torch.float8_e4m3fn, dtype, (*own, *WIDE, "lora"))


@dataclass(frozen=True)
class Clip:
    """A clip as it is asked for. `pictures` are followed, by latent; with an `upsampler` (its folder) it is
    made in two stages, of which the second alone wears the LoRA.
    """

    width: int
    height: int
    frames: int
    seed: int
    sigmas: tuple[float, ...]
    refine: tuple[float, ...]
    negative: str
    guidance: dict[str, float]
    unguided: dict[str, float]
    flags: dict[str, Any]
    pictures: tuple[tuple[int, Image.Image], ...] = ()
    upsampler: Path | None = None


def video(bare: Bare, clip: Clip, prompt: str) -> Calls:
    """A clip by `LTX2ConditionPipeline`, in one stage or in two, with what its transformer was handed."""
    from diffusers import FlowMatchEulerDiscreteScheduler, LTX2ConditionPipeline

    plain = FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False, shift_terminal=None)
    pipe = bare.pipeline(LTX2ConditionPipeline, scheduler=plain)
    scale = 2 if clip.upsampler else 1
    dice = torch.Generator("cpu").manual_seed(clip.seed)
    if clip.upsampler and bare.lora:
        pipe.disable_lora()
    with watched() as calls:
        first = pipe(
            **_asked(clip, prompt, dice, scale), **clip.guidance, sigmas=list(clip.sigmas),
            negative_prompt=clip.negative, noise_scale=clip.sigmas[0],
        )  # fmt: skip
        if clip.upsampler:
            grown = _grown(pipe.vae, clip.upsampler, first.frames, bare.dtype)
            if bare.lora:
                pipe.enable_lora()
            pipe(
                **_asked(clip, prompt, dice, 1), **clip.unguided, sigmas=list(clip.refine),
                noise_scale=clip.refine[0], latents=grown, audio_latents=first.audio,
            )  # fmt: skip
    del pipe
    gc.collect()
    return calls


def _asked(clip: Clip, prompt: str, dice: torch.Generator, scale: int) -> dict[str, Any]:
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

    followed = [LTX2VideoCondition(frames=picture, index=at) for at, picture in clip.pictures]
    return {
        "prompt": prompt,
        "conditions": followed or None,
        "width": clip.width // scale,
        "height": clip.height // scale,
        "num_frames": clip.frames,
        "frame_rate": 24.0,
        "generator": dice,
        "output_type": "latent",
        **clip.flags,
    }


def _grown(vae: Any, folder: Path, latents: Tensor, dtype: torch.dtype) -> Tensor:
    """Twice as wide and high, by the pipeline that diffusers has for it."""
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplePipeline, LTX2LatentUpsamplerModel

    inner = folder / "latent_upsampler"
    model = LTX2LatentUpsamplerModel.from_pretrained(inner, dtype=dtype, local_files_only=True)
    settle(model)
    upscale = LTX2LatentUpsamplePipeline(vae, model)
    upscale.set_progress_bar_config(disable=True)
    grown: Tensor = upscale(latents=latents.to(dtype), output_type="latent").frames
    return grown.float()


@dataclass(frozen=True)
class Still:
    """A picture as it is asked for; `painted` is one that is painted anew all over, `seen` are looked at."""

    width: int
    height: int
    seed: int
    steps: int
    guidance: float
    strength: float = 1.0
    painted: Image.Image | None = None
    seen: tuple[Image.Image, ...] = ()


def picture(bare: Bare, still: Still, prompt: str) -> tuple[Calls, Image.Image]:
    """A picture by the pipeline of FLUX.2 that the checkpoint names, with what its transformer was handed."""
    import diffusers

    named = json.loads((bare.folder / "model_index.json").read_text())["_class_name"]
    pipe = bare.pipeline(diffusers.Flux2KleinInpaintPipeline if still.painted else getattr(diffusers, named))
    more: dict[str, Any] = {"image": list(still.seen)} if still.seen else {}
    if named != "Flux2KleinKVPipeline":  # which knows no guidance
        more["guidance_scale"] = still.guidance
    if still.painted:
        white = Image.new("L", still.painted.size, 255)
        more |= {"image": still.painted, "mask_image": white, "strength": still.strength}
    with watched() as calls:
        made = pipe(
            prompt=prompt, width=still.width, height=still.height, num_inference_steps=still.steps,
            generator=torch.Generator("cpu").manual_seed(still.seed), **more,
        )  # fmt: skip
    found: Image.Image = made.images[0]
    return calls, found


def by_call(bare: Bare, kind: str, named: Mapping[str, Any], seed: int, **parts: Any) -> Calls:
    """What the transformer of that pipeline is handed and gives where its call is given just that."""
    import diffusers

    pipe = bare.pipeline(getattr(diffusers, kind), **parts)
    with watched() as calls:
        pipe(**named, generator=torch.Generator("cpu").manual_seed(seed))
    return calls
