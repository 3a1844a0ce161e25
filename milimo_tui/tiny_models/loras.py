"""Tiny LoRAs with random numbers. Their tensors have the names and shapes that fit the layers of the tiny
models; each is a single safetensors file.

LoRAs for LTX-2 use the authors' prefix `diffusion_model.`, and LoRAs for FLUX.2 the prefix of diffusers.
Imports torch, so it is only for workers and tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from milimo_tui.engines.catalog.lora_names import SLOT_EMBEDDINGS
from milimo_tui.tiny_models import ltx2
from milimo_tui.tiny_models.families import LORA_FILE as FILE

RANK = 4
# Scale of the random numbers in a LoRA. It is large enough to change the picture, and small enough not to
# overflow.
STRENGTH = 0.1


def _list_linear_layers(model: Any) -> dict[str, tuple[int, int]]:
    """Return the name of every linear layer of a model, with its numbers of inputs and outputs."""
    import torch

    return {
        name: (layer.in_features, layer.out_features)
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear)
    }


def write_lora_file(
    path: Path,
    layers: Mapping[str, tuple[int, int]],
    prefix: str,
    notes: Mapping[str, str],
    strength: float = STRENGTH,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write a LoRA of rank 4 for the given layers to `path`. `layers` maps names to numbers of inputs and
    outputs.

    `notes` is the metadata of the file. `more` are tensors to be stored in addition to the pairs of the LoRA.
    """
    import torch
    from safetensors.torch import save_file

    tensors = dict(more or {})
    for name, (inner, outer) in layers.items():
        tensors[f"{prefix}{name}.lora_A.weight"] = torch.randn(RANK, inner) * strength
        tensors[f"{prefix}{name}.lora_B.weight"] = torch.randn(outer, RANK) * strength
    path.parent.mkdir(parents=True, exist_ok=True)
    # Callers pass at most one note: the library writes several notes in random order, and then the bytes
    # would differ between two builds.
    save_file(tensors, path, metadata=dict(notes) or {"format": "pt"})


def _select_linear_layers(
    model: Callable[[], Any], wanted: Callable[[str], bool]
) -> dict[str, tuple[int, int]]:
    import torch

    with torch.device("meta"):  # Only the shapes are needed, so no memory is allocated.
        return {name: sides for name, sides in _list_linear_layers(model()).items() if wanted(name)}


def _is_block(name: str) -> bool:
    return name.startswith("transformer_blocks.")


def _is_attention(name: str) -> bool:
    return _is_block(name) and ".attn1." in name


def _write_ltx2_lora(
    folder: Path, wanted: Callable[[str], bool], strength: float = STRENGTH, **notes: str
) -> None:
    write_lora_file(
        folder / FILE, _select_linear_layers(ltx2.transformer, wanted), "diffusion_model.", notes, strength
    )


def distilled(folder: Path) -> None:
    """Write a LoRA that reduces the number of steps. It covers every layer of the blocks, as the authors'
    LoRA does.
    """
    _write_ltx2_lora(folder, _is_block, STRENGTH / 2)


def camera(folder: Path) -> None:
    """Write a LoRA of a camera movement."""
    _write_ltx2_lora(folder, _is_attention)


def style(folder: Path) -> None:
    """Write a style LoRA over the attention layers only."""
    _write_ltx2_lora(folder, _is_attention)


def control(folder: Path) -> None:
    """Write an IC-LoRA (in-context LoRA) that uses its reference clip at full size."""
    _write_ltx2_lora(folder, _is_attention, reference_downscale_factor="1")


def control_half(folder: Path) -> None:
    """Write an IC-LoRA (in-context LoRA) that uses its reference clip at half the size of the take."""
    _write_ltx2_lora(folder, _is_attention, reference_downscale_factor="2")


def style_23(folder: Path) -> None:
    """Write a style LoRA for LTX-2.3, which also covers the gates that 2.0 does not have."""
    layers = _select_linear_layers(lambda: ltx2.transformer(**ltx2.GENERATION_23), _is_attention)
    write_lora_file(folder / FILE, layers, "diffusion_model.", {})


def subjects_23(folder: Path) -> None:
    """Write a LoRA for subject pictures in LTX-2.3. The pictures are sent as an in-context clip, so the file
    contains only the LoRA.
    """
    layers = _select_linear_layers(lambda: ltx2.transformer(**ltx2.GENERATION_23), _is_attention)
    write_lora_file(folder / FILE, layers, "diffusion_model.", {})


def subjects_25(folder: Path) -> None:
    """Write a LoRA for subject pictures in LTX-2.5, where each picture has a numbered slot.

    In addition to the LoRA, the file contains a small network that turns a slot number into a latent: 33
    features, 256 hidden values, 128 channels.
    """
    import torch

    layers = _select_linear_layers(lambda: ltx2.transformer(**ltx2.GENERATION_25), _is_attention)
    sizes = {
        "net.0.weight": (256, 33),
        "net.0.bias": (256,),
        "net.2.weight": (128, 256),
        "net.2.bias": (128,),
    }
    marks = {name: torch.randn(size) * STRENGTH for name, size in sizes.items()}
    marks["frequencies"] = 2.0 ** torch.arange(16)
    more = {f"diffusion_model.{SLOT_EMBEDDINGS[0]}{name}": tensor for name, tensor in marks.items()}
    write_lora_file(folder / FILE, layers, "diffusion_model.", {}, more=more)


def detailing(folder: Path) -> None:
    """Write the detailing LoRA of LTX-2.5, which DFR (Lightricks' diffusion fidelity rendering) uses in its
    second pass. Its reference is the first pass, at half size.
    """
    layers = _select_linear_layers(lambda: ltx2.transformer(**ltx2.GENERATION_25), _is_attention)
    write_lora_file(folder / FILE, layers, "diffusion_model.", {"reference_downscale_factor": "2"})


def wan(folder: Path) -> None:
    """Write a style LoRA for Wan 2.2 TI2V with the authors' layer names."""
    from milimo_tui.tiny_models import wan as small

    layers = _select_linear_layers(
        lambda: small.transformer(**small.SMALL), lambda name: ".attn1.to_" in name
    )
    theirs = {f"{_convert_to_wan_layer_name(name)}": sides for name, sides in layers.items()}
    write_lora_file(folder / FILE, theirs, "diffusion_model.", {}, 3 * STRENGTH)


def _convert_to_wan_layer_name(name: str) -> str:
    """Return the authors' name of an attention layer of Wan for its name in diffusers."""
    return name.replace("attn1.to_out.0", "self_attn.o").replace("attn1.to_", "self_attn.")


def flux2(folder: Path) -> None:
    """Write a style LoRA for FLUX.2 klein."""
    from milimo_tui.tiny_models import flux2 as klein

    write_lora_file(
        folder / FILE, _select_linear_layers(klein.transformer, _is_block), "transformer.", {}, 3 * STRENGTH
    )
