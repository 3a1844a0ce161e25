"""Module names in LoRA files and the corresponding modules of the model. Tables and pure functions.

Based on diffusers 0.42 (`loaders/lora_conversion_utils.py`): model authors and trainers name modules after
the original code, and diffusers names them after its own classes. The loader of diffusers drops names it does
not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Endings of the two matrices of a pair; `.alpha` scales the pair.
DOWN = ("lora_A", "lora_down", "lora.down")
TAIL = re.compile(
    r"\.(lora_A|lora_B|lora_down|lora_up|lora\.down|lora\.up)(?:\.default)?\.weight$|\.(alpha)$"
)

# Tensors of multi-subject LoRAs that number their reference pictures. They change no module of the model.
SLOT_EMBEDDINGS = ("reference_slot_embedding.", "reference_audio_slot_embedding.")


def is_slot_embedding(name: str) -> bool:
    """Return True if a tensor of a LoRA file is a slot embedding of a multi-subject LoRA."""
    return any(mark in name for mark in SLOT_EMBEDDINGS)


# The pipeline parts with which diffusers' own names begin, and the prefixes of kohya's trainers.
PLACES = ("transformer", "unet", "prior")
KOHYA = (
    ("lora_unet_", "unet"), ("lora_te_", "text_encoder"), ("lora_te1_", "text_encoder"),
    ("lora_te2_", "text_encoder_2"),
)  # fmt: skip

# LTX-2: pieces of names in Lightricks' code, and the same pieces in diffusers.
LTX2_PIECES = (
    ("audio_patchify_proj", "audio_proj_in"),
    ("patchify_proj", "proj_in"),
    ("av_ca_video_scale_shift_adaln_single", "av_cross_attn_video_scale_shift"),
    ("av_ca_a2v_gate_adaln_single", "av_cross_attn_video_a2v_gate"),
    ("av_ca_audio_scale_shift_adaln_single", "av_cross_attn_audio_scale_shift"),
    ("av_ca_v2a_gate_adaln_single", "av_cross_attn_audio_v2a_gate"),
    ("audio_prompt_adaln_single", "audio_prompt_adaln"),
    ("prompt_adaln_single", "prompt_adaln"),
    ("q_norm", "norm_q"),
    ("k_norm", "norm_k"),
)
LTX2_BEGINS = (("audio_adaln_single.", "audio_time_embed."), ("adaln_single.", "time_embed."))

# FLUX.2: modules inside and outside of blocks. A fused module is several modules in diffusers.
FLUX2_DOUBLE = {
    "img_attn.qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "txt_attn.qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
    "img_attn.proj": ("attn.to_out.0",),
    "txt_attn.proj": ("attn.to_add_out",),
    "img_mlp.0": ("ff.linear_in",),
    "img_mlp.2": ("ff.linear_out",),
    "txt_mlp.0": ("ff_context.linear_in",),
    "txt_mlp.2": ("ff_context.linear_out",),
}
FLUX2_SINGLE = {"linear1": ("attn.to_qkv_mlp_proj",), "linear2": ("attn.to_out",)}
FLUX2_REST = {
    "img_in": "x_embedder",
    "txt_in": "context_embedder",
    "time_in.in_layer": "time_guidance_embed.timestep_embedder.linear_1",
    "time_in.out_layer": "time_guidance_embed.timestep_embedder.linear_2",
    "guidance_in.in_layer": "time_guidance_embed.guidance_embedder.linear_1",
    "guidance_in.out_layer": "time_guidance_embed.guidance_embedder.linear_2",
    "final_layer.linear": "proj_out",
    "final_layer.adaLN_modulation.1": "norm_out.linear",
    "single_stream_modulation.lin": "single_stream_modulation.linear",
    "double_stream_modulation_img.lin": "double_stream_modulation_img.linear",
    "double_stream_modulation_txt.lin": "double_stream_modulation_txt.linear",
}
_BLOCK = re.compile(r"(double|single)_blocks\.(\d+)\.(.+)")
_KOHYA = re.compile(r"lora_unet_(double|single)_blocks_(\d+)_(.+)")


@dataclass(frozen=True, slots=True)
class LoraTarget:
    """Modules that one pair of matrices changes.

    `part` is the model's folder. If there are several modules, they share the rows of the pair (`fused`).
    """

    part: str
    modules: tuple[str, ...]

    @property
    def is_fused(self) -> bool:
        """True if several modules share the rows of one pair."""
        return len(self.modules) > 1


def find_diffusers_target(name: str) -> LoraTarget | None:
    """Return the target of a name that uses diffusers' own naming. None for any other name."""
    for part in ("transformer", "connectors"):
        if name.startswith(f"{part}."):
            return LoraTarget(part, (name.removeprefix(f"{part}."),))
    return None


def find_plain_target(name: str) -> LoraTarget | None:
    """Return the target in a model whose original code uses the same module names as diffusers. None for any
    other name.
    """
    for prefix in ("diffusion_model.", "base_model.model."):
        if name.startswith(prefix):
            return LoraTarget("transformer", (name.removeprefix(prefix),))
    return None


def find_ltx2_target(name: str) -> LoraTarget | None:
    """Return the target of an original LTX-2 name. None for any other name."""
    if name.startswith("text_embedding_projection."):
        rest = name.removeprefix("text_embedding_projection.")
        return LoraTarget("connectors", (rest.replace("aggregate_embed", "text_proj_in"),))
    if not name.startswith("diffusion_model."):
        return None
    own = name.removeprefix("diffusion_model.")
    for theirs, ours in LTX2_PIECES:
        own = own.replace(theirs, ours)
    for theirs, ours in LTX2_BEGINS:
        if own.startswith(theirs):
            own = ours + own.removeprefix(theirs)
    return LoraTarget("transformer", (own,))


def find_flux2_target(name: str) -> LoraTarget | None:
    """Return the target of an original or kohya FLUX.2 name. None for any other name."""
    kohya = _KOHYA.fullmatch(name)
    if kohya:
        return _find_flux2_block_target(kohya[1], kohya[2], kohya[3], "_")
    for prefix in ("diffusion_model.", "base_model.model."):
        if name.startswith(prefix):
            own = name.removeprefix(prefix)
            block = _BLOCK.fullmatch(own)
            if block:
                return _find_flux2_block_target(block[1], block[2], block[3], ".")
            return LoraTarget("transformer", (FLUX2_REST.get(own, own),))
    return None


def _find_flux2_block_target(kind: str, number: str, rest: str, joint: str) -> LoraTarget | None:
    table = FLUX2_DOUBLE if kind == "double" else FLUX2_SINGLE
    modules = next((ours for theirs, ours in table.items() if theirs.replace(".", joint) == rest), None)
    if modules is None:
        return None
    block = "transformer_blocks" if kind == "double" else "single_transformer_blocks"
    return LoraTarget("transformer", tuple(f"{block}.{number}.{module}" for module in modules))
