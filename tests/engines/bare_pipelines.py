"""Run the pipelines of diffusers directly, quantised as a recipe specifies, to compare them with the engines.

No recipe places the parts and no prompt is cached. The comparison covers each input and output of the
transformer, call by call.
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

# Layers that are not packed in any precision. The last two belong to UMT5, which can't read a cast weight
# there.
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
    """The inputs and outputs of a transformer, in the order of its calls."""

    tensors: list[tuple[Tensor, ...]] = field(default_factory=list)

    def differences(self, other: Calls) -> list[float]:
        """Return the largest difference of each call. Infinite if shapes or the number of tensors differ, or
        a value is not a number.
        """
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
    """Record each call of the known transformers in this process while the context is open."""
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
    """Return a copy of the tensor in float32 on the CPU, which later steps can't change."""
    return one.detach().to("cpu", torch.float32, copy=True)


def _tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    """Yield the tensors in `values`, including nested lists: some models take a list with one tensor per
    picture.
    """
    for one in values:
        if isinstance(one, Tensor):
            yield one
        elif isinstance(one, list | tuple):
            yield from _tensors(one)


@dataclass(frozen=True)
class Bare:
    """The settings of a direct run: the checkpoint's folder, the precision of its large parts, a LoRA, and
    other transformer weights.

    - `gguf` holds a transformer's tensors as diffusers reads them, under the names that its loader knows.
    - `state` holds other weights under the transformer's own names.
    - `reads` is the precision of the text encoder, if it differs from `precision`.
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
        """Return the pipeline of that class. LoRAs are loaded before layers are cast to 8 bits, because the
        cast must leave the LoRA layers out.
        """
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
    """Return the torchao configuration for 8-bit integers: of all large parts, or of the text encoder
    alone.
    """
    import diffusers
    import transformers
    from diffusers.quantizers import PipelineQuantizationConfig

    kind = importlib.import_module("torchao.quantization").Int8WeightOnlyConfig
    mapping: dict[str, Any] = {"text_encoder": transformers.TorchAoConfig(kind())}
    if all_of_it:
        mapping |= dict.fromkeys(("transformer", "transformer_2"), diffusers.TorchAoConfig(kind()))
    return PipelineQuantizationConfig(quant_mapping=mapping)


def settle(module: torch.nn.Module) -> None:
    """Copy tensors to memory that the CPU allocates itself. Sums over a memory-mapped file run in another
    order and round differently.
    """
    for tensor in (*module.parameters(), *module.buffers()):
        packed = hasattr(tensor, "quant_type") or hasattr(tensor, "__tensor_flatten__")
        if not packed:  # packed tensors stay in the memory into which they were read
            tensor.data = tensor.data.clone()


def in_eight_bits(module: torch.nn.Module, dtype: torch.dtype) -> None:
    """Store layers in 8-bit floats as diffusers does, and cast each layer to `dtype` while it computes."""
    from diffusers.hooks import apply_layerwise_casting

    own = getattr(module, "_skip_layerwise_casting_patterns", None) or ()
    apply_layerwise_casting(module, torch.float8_e4m3fn, dtype, (*own, *WIDE, "lora"))


@dataclass(frozen=True)
class Clip:
    """A request for a clip. `pictures` are the images to follow, by latent index. With an `upsampler` folder
    the clip is made in two stages, and only the second stage uses the LoRA.
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
    """Make a clip with `LTX2ConditionPipeline` in one or two stages, and return the calls of its
    transformer.
    """
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
    """Return latents of twice the width and height, by the upsampling pipeline of diffusers."""
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplePipeline, LTX2LatentUpsamplerModel

    inner = folder / "latent_upsampler"
    model = LTX2LatentUpsamplerModel.from_pretrained(inner, dtype=dtype, local_files_only=True)
    settle(model)
    upscale = LTX2LatentUpsamplePipeline(vae, model)
    upscale.set_progress_bar_config(disable=True)
    grown: Tensor = upscale(latents=latents.to(dtype), output_type="latent").frames
    return grown.float()


@dataclass(frozen=True)
class PictureCall:
    """A request for a picture. `painted` is a picture to be repainted completely; `seen` are reference
    pictures.
    """

    width: int
    height: int
    seed: int
    steps: int
    guidance: float
    strength: float = 1.0
    painted: Image.Image | None = None
    seen: tuple[Image.Image, ...] = ()


def picture(bare: Bare, still: PictureCall, prompt: str) -> tuple[Calls, Image.Image]:
    """Make a picture with the FLUX.2 pipeline that the checkpoint names. Return the transformer's calls and
    the picture.
    """
    import diffusers

    named = json.loads((bare.folder / "model_index.json").read_text())["_class_name"]
    pipe = bare.pipeline(diffusers.Flux2KleinInpaintPipeline if still.painted else getattr(diffusers, named))
    more: dict[str, Any] = {"image": list(still.seen)} if still.seen else {}
    if named != "Flux2KleinKVPipeline":  # this pipeline has no guidance
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
    """Call the pipeline of class `kind` with exactly these arguments, and return the calls of its
    transformer.
    """
    import diffusers

    pipe = bare.pipeline(getattr(diffusers, kind), **parts)
    with watched() as calls:
        pipe(**named, generator=torch.Generator("cpu").manual_seed(seed))
    return calls
