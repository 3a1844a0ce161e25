"""The weights of Wan 2.2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from milimo_tui.engines.catalog.lora_names import LoraTarget
from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import DIFFUSERS_FOLDERS, MB, ModelRow

FOLDERS = (*DIFFUSERS_FOLDERS, "transformer_2/*")


def _make_pair_row(id: str, title: str, name: str, does: str, unlocks: str) -> ModelRow:
    """Return the row of a pair of 14B transformers. Each denoising step uses one of the two."""
    return ModelRow(
        id=id,
        title=title,
        family="wan",
        generation=name.lower(),
        does=does,
        bytes=126_300 * MB,
        memory_gb=76,
        hub=f"Wan-AI/Wan2.2-{name}-Diffusers",
        files=FOLDERS,
        licence="Apache-2.0",
        evidence="read",
        unlocks=(unlocks,),
        notes="its transformers are published in fp32: 114 of the 126 GB",
    )


def _make_wan_parts_row(generation: str, name: str, megabytes: int) -> ModelRow:
    """Return the row of the other parts of a pipeline whose transformer is in a separate file, such as
    GGUF.
    """
    return ModelRow(
        id=f"wan-2.2-{generation}-parts",
        title=f"Wan 2.2 {name.replace('-', ' ')} without its transformer",
        family="wan",
        generation=generation,
        role="parts",
        does="the parts that a single-file model lacks",
        bytes=megabytes * MB,
        memory_gb=0,
        hub=f"Wan-AI/Wan2.2-{name}-Diffusers",
        files=FOLDERS,
        without=tuple(
            f"{part}/{ending}"
            for part in ("transformer", "transformer_2")
            for ending in ("*.safetensors", "*.index.json")
        ),
        licence="Apache-2.0",
        evidence="calculated",
        unlocks=("takes by a transformer in a file of its own, as GGUF",),
    )


ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="wan-2.2-ti2v-5b",
        title="Wan 2.2 TI2V 5B",
        family="wan",
        generation="ti2v-5b",
        does="video without sound, from words or a picture",
        bytes=34_200 * MB,
        memory_gb=30,
        hub="Wan-AI/Wan2.2-TI2V-5B-Diffusers",
        files=FOLDERS,
        licence="Apache-2.0",
        evidence="read",
        unlocks=("takes without sound, by the engine wan", "a picture to video"),
        notes="its transformer is published in fp32: 20 of the 34 GB",
    ),
    _make_pair_row(
        "wan-2.2-t2v-a14b",
        "Wan 2.2 T2V A14B",
        "T2V-A14B",
        "video without sound, from words, finer",
        "takes without sound, of two transformers",
    ),
    _make_pair_row(
        "wan-2.2-i2v-a14b",
        "Wan 2.2 I2V A14B",
        "I2V-A14B",
        "video without sound, from a picture, finer",
        "a picture to video, of two transformers",
    ),
    _make_wan_parts_row("ti2v-5b", "TI2V-5B", 14_200),
    _make_wan_parts_row("t2v-a14b", "T2V-A14B", 12_000),
    _make_wan_parts_row("i2v-a14b", "I2V-A14B", 12_000),
)

SETUP = (
    FamilySetup(("wan-2.2-ti2v-5b",), "takes without sound, from words or a picture"),
    FamilySetup(("wan-2.2-t2v-a14b",), "finer takes from words, by a pair of 14B", chosen=False),
    FamilySetup(("wan-2.2-i2v-a14b",), "finer takes from a picture, by a pair of 14B", chosen=False),
)

# Maps the number of input channels of a transformer in a separate file to its generation (variant of Wan
# 2.2). `BASES` names the row of the other parts.
CHANNELS = {48: "ti2v-5b", 16: "t2v-a14b", 36: "i2v-a14b"}
BASES = {generation: f"wan-2.2-{generation}-parts" for generation in CHANNELS.values()}
# The name of the weight in the original code, and its name in diffusers.
TIME_PROJECTION_NAMES = ("time_projection.1.weight", "condition_embedder.time_proj.weight")

# The modules of a block: names in the original code, and names in diffusers.
BLOCK_MODULES = {
    "self_attn.q": "attn1.to_q",
    "self_attn.k": "attn1.to_k",
    "self_attn.v": "attn1.to_v",
    "self_attn.o": "attn1.to_out.0",
    "cross_attn.q": "attn2.to_q",
    "cross_attn.k": "attn2.to_k",
    "cross_attn.v": "attn2.to_v",
    "cross_attn.o": "attn2.to_out.0",
    "ffn.0": "ffn.net.0.proj",
    "ffn.2": "ffn.net.2",
}
_BLOCK = re.compile(r"(?:diffusion_model|base_model\.model)\.(blocks\.\d+)\.(.+)")
_KOHYA = re.compile(r"lora_unet_blocks_(\d+)_(.+)")  # module names that kohya's trainer writes


def find_wan_kind(index: Mapping[str, Any]) -> str:
    """Return the kind of a Wan pipeline by its index: `ti2v-5b`, `t2v-a14b` or `i2v-a14b`. Empty for any
    other pipeline.
    """
    if index.get("expand_timesteps"):
        return "ti2v-5b"
    if not index.get("boundary_ratio"):
        return ""  # a pipeline of Wan 2.1, which has one transformer and no boundary between two
    return {"WanPipeline": "t2v-a14b", "WanImageToVideoPipeline": "i2v-a14b"}.get(
        str(index.get("_class_name", "")), ""
    )


def _find_wan_generation(configs: Configs) -> str:
    return find_wan_kind(configs("model_index.json"))


def _find_wan_target(name: str) -> LoraTarget | None:
    """Return the modules of a Wan transformer that a name in a LoRA file refers to. None for an unknown
    name.
    """
    kohya = _KOHYA.fullmatch(name)
    if kohya is not None:
        module = next((one for one in BLOCK_MODULES if one.replace(".", "_") == kohya[2]), "")
        return LoraTarget("transformer", (f"blocks.{kohya[1]}.{BLOCK_MODULES[module]}",)) if module else None
    found = _BLOCK.fullmatch(name)
    if found is None:
        return None
    return LoraTarget("transformer", (f"{found[1]}.{BLOCK_MODULES.get(found[2], found[2])}",))


FAMILY = FamilyRow(
    name="wan",
    rows=ROWS,
    setups=SETUP,
    pipelines=("WanPipeline", "WanImageToVideoPipeline"),
    generation=_find_wan_generation,
    lora_target=_find_wan_target,
)
