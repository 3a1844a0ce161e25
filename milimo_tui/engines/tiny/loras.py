"""Tiny LoRAs: real names and shapes of the tiny models' own layers, random numbers, one safetensors file.

LTX-2's carry the makers' prefix `diffusion_model.`, FLUX.2's the one of diffusers. Imports torch; for workers
and tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from milimo_tui.engines.catalog.lora_names import MARKS
from milimo_tui.engines.tiny import ltx2
from milimo_tui.engines.tiny.families import LORA_FILE as FILE

RANK = 4
STRENGTH = 0.1  # of the random numbers: enough to change the picture, too little to blow it up


def _linear(model: Any) -> dict[str, tuple[int, int]]:
    """Every linear layer: its name, numbers in and out."""
    import torch

    return {
        name: (layer.in_features, layer.out_features)
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear)
    }


def write(
    path: Path,
    layers: Mapping[str, tuple[int, int]],
    prefix: str,
    notes: Mapping[str, str],
    strength: float = STRENGTH,
    more: Mapping[str, Any] | None = None,
) -> None:
    """A LoRA of rank 4 over those layers at `path`; `notes` are the file's own metadata, `more` are tensors
    beside the pairs.
    """
    import torch
    from safetensors.torch import save_file

    tensors = dict(more or {})
    for name, (inner, outer) in layers.items():
        tensors[f"{prefix}{name}.lora_A.weight"] = torch.randn(RANK, inner) * strength
        tensors[f"{prefix}{name}.lora_B.weight"] = torch.randn(outer, RANK) * strength
    path.parent.mkdir(parents=True, exist_ok=True)
    # One note at most: the library writes several in no fixed order, and the bytes would differ.
    save_file(tensors, path, metadata=dict(notes) or {"format": "pt"})


def _chosen(model: Callable[[], Any], wanted: Callable[[str], bool]) -> dict[str, tuple[int, int]]:
    import torch

    with torch.device("meta"):  # shapes are all we need
        return {name: sides for name, sides in _linear(model()).items() if wanted(name)}


def _is_block(name: str) -> bool:
    return name.startswith("transformer_blocks.")


def _is_attention(name: str) -> bool:
    return _is_block(name) and ".attn1." in name


def _ltx2(folder: Path, wanted: Callable[[str], bool], strength: float = STRENGTH, **notes: str) -> None:
    write(folder / FILE, _chosen(ltx2.transformer, wanted), "diffusion_model.", notes, strength)


def distilled(folder: Path) -> None:
    """Makes few steps do: over every layer of the blocks, as the makers' is."""
    _ltx2(folder, _is_block, STRENGTH / 2)


def camera(folder: Path) -> None:
    """A movement of the camera."""
    _ltx2(folder, _is_attention)


def style(folder: Path) -> None:
    """A look; over attention alone."""
    _ltx2(folder, _is_attention)


def control(folder: Path) -> None:
    """An IC-LoRA: the reference is given at full size."""
    _ltx2(folder, _is_attention, reference_downscale_factor="1")


def control_half(folder: Path) -> None:
    """An IC-LoRA whose reference is given at half size."""
    _ltx2(folder, _is_attention, reference_downscale_factor="2")


def style_23(folder: Path) -> None:
    """A look for LTX-2.3: also over its gates, which 2.0 has not."""
    layers = _chosen(lambda: ltx2.transformer(**ltx2.GENERATION_23), _is_attention)
    write(folder / FILE, layers, "diffusion_model.", {})


def subjects_23(folder: Path) -> None:
    """Pictures as a clip that is followed in context: a LoRA and nothing else."""
    layers = _chosen(lambda: ltx2.transformer(**ltx2.GENERATION_23), _is_attention)
    write(folder / FILE, layers, "diffusion_model.", {})


def subjects_25(folder: Path) -> None:
    """Pictures in slots: beside the LoRA marks of their numbers, 33 features through 256 to a latent."""
    import torch

    layers = _chosen(lambda: ltx2.transformer(**ltx2.GENERATION_25), _is_attention)
    sizes = {
        "net.0.weight": (256, 33),
        "net.0.bias": (256,),
        "net.2.weight": (128, 256),
        "net.2.bias": (128,),
    }
    marks = {name: torch.randn(size) * STRENGTH for name, size in sizes.items()}
    marks["frequencies"] = 2.0 ** torch.arange(16)
    more = {f"diffusion_model.{MARKS[0]}{name}": tensor for name, tensor in marks.items()}
    write(folder / FILE, layers, "diffusion_model.", {}, more=more)


def detailing(folder: Path) -> None:
    """DFR's: the first pass, at half the size, is the reference."""
    layers = _chosen(lambda: ltx2.transformer(**ltx2.GENERATION_25), _is_attention)
    write(folder / FILE, layers, "diffusion_model.", {"reference_downscale_factor": "2"})


def wan(folder: Path) -> None:
    """A look for Wan 2.2 TI2V, by its makers' names."""
    from milimo_tui.engines.tiny import wan as small

    layers = _chosen(lambda: small.transformer(**small.SMALL), lambda name: ".attn1.to_" in name)
    theirs = {f"{_self(name)}": sides for name, sides in layers.items()}
    write(folder / FILE, theirs, "diffusion_model.", {}, 3 * STRENGTH)


def _self(name: str) -> str:
    """A module of attention as Wan's makers call it."""
    return name.replace("attn1.to_out.0", "self_attn.o").replace("attn1.to_", "self_attn.")


def flux2(folder: Path) -> None:
    """A look for FLUX.2 klein."""
    from milimo_tui.engines.tiny import flux2 as klein

    write(folder / FILE, _chosen(klein.transformer, _is_block), "transformer.", {}, 3 * STRENGTH)
