"""Find the modules of a model that the names in a LoRA file refer to. Tables and pure functions.

Model authors and trainers name modules as in the original code, but diffusers names them after its own
classes. The loader of diffusers drops names that it does not know. The tables are based on diffusers 0.42
(`loaders/lora_conversion_utils.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Name endings of the two matrices of a pair. A tensor that ends with `.alpha` scales the pair.
DOWN = ("lora_A", "lora_down", "lora.down")
TAIL = re.compile(
    r"\.(lora_A|lora_B|lora_down|lora_up|lora\.down|lora\.up)(?:\.default)?\.weight$|\.(alpha)$"
)

# Prefixes of tensors with which LoRAs for several subjects number their reference pictures. They change no
# module of the model.
SLOT_EMBEDDINGS = ("reference_slot_embedding.", "reference_audio_slot_embedding.")


def is_slot_embedding(name: str) -> bool:
    """Return True if a tensor is an embedding of numbers for reference pictures or sounds. LoRAs for several
    subjects have such tensors, so that the model can tell the references apart.
    """
    return any(mark in name for mark in SLOT_EMBEDDINGS)


# Names in diffusers' scheme begin with one of these pipeline parts. Names by kohya's trainers begin with one
# of the prefixes, each of which stands for a part.
PLACES = ("transformer", "unet", "prior")
KOHYA = (
    ("lora_unet_", "unet"), ("lora_te_", "text_encoder"), ("lora_te1_", "text_encoder"),
    ("lora_te2_", "text_encoder_2"),
)  # fmt: skip

# Fragments of LTX-2 module names in Lightricks' code, and the same fragments in diffusers.
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

# FLUX.2 module names inside and outside of blocks. A fused module of the original code is several modules in
# diffusers.
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
    """The modules that one pair of matrices of a LoRA changes.

    `part` is the folder of the model's part. With `fused`, there are several modules, and each gets some rows
    of the pair's `up` matrix.
    """

    part: str
    modules: tuple[str, ...]

    @property
    def is_fused(self) -> bool:
        """True if several modules share the rows of one pair of matrices."""
        return len(self.modules) > 1


def find_diffusers_target(name: str) -> LoraTarget | None:
    """Return the modules that a name in diffusers' own scheme refers to. None for any other name."""
    for part in ("transformer", "connectors"):
        if name.startswith(f"{part}."):
            return LoraTarget(part, (name.removeprefix(f"{part}."),))
    return None


def find_plain_target(name: str) -> LoraTarget | None:
    """Return the modules that a name refers to in a model whose original code has the same module names as
    diffusers.

    None for any other name.
    """
    for prefix in ("diffusion_model.", "base_model.model."):
        if name.startswith(prefix):
            return LoraTarget("transformer", (name.removeprefix(prefix),))
    return None


def find_ltx2_target(name: str) -> LoraTarget | None:
    """Return the modules that a name from the original LTX-2 code refers to. None for any other name."""
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
    """Return the modules that a name from the original FLUX.2 code or a kohya trainer refers to. None for any
    other name.
    """
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
