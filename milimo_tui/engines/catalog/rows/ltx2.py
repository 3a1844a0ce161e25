"""The weights of LTX-2, and additional weights such as upsamplers and LoRAs."""

from __future__ import annotations

from milimo_tui.engines.catalog.lora_names import find_ltx2_target
from milimo_tui.engines.catalog.rows import ltx2_changes, ltx2_loras
from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.ltx2_loras import LTX_TERMS
from milimo_tui.engines.catalog.rows.model_row import GB, MB, ModelRow

# The folders to download from a diffusers repository, without its single files. Folders that the studio can't
# use are left out: the prompt enhancer of 2.5 alone would be 10 GB.
LTX_FOLDERS = (
    "model_index.json", "transformer/*", "vae/*", "audio_vae/*", "text_encoder/*", "tokenizer/*",
    "processor/*", "connectors/*", "duration_head/*", "vocoder/*", "scheduler/*", "audio_scheduler/*",
    "latent_upsampler/*", "LICENSE*", "*.md",
)  # fmt: skip
# The repository has the text encoder twice, with the file names of two libraries. transformers reads the
# other copy.
DUPLICATE_TEXT_ENCODER = ("text_encoder/diffusion_pytorch_model*",)

VIDEO = ("takes with sound, by the engine ltx2", "pictures to video, keyframes, clips continued")


def _make_checkpoint_row(id: str, title: str, name: str, does: str) -> ModelRow:
    """Return the row of a complete LTX-2.0 checkpoint in one file.

    Only the transformer of the file is used. The other parts come from the row `ltx-2-parts`.
    """
    return ModelRow(
        id=id,
        title=title,
        family="ltx2",
        generation="2.0",
        does=does,
        bytes=43_290 * MB,
        memory_gb=76,
        hub="Lightricks/LTX-2",
        files=(name,),
        form="file",
        base="ltx-2-parts",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2-parts",),
        unlocks=VIDEO,
        notes="for those who have it already; else the folder is smaller",
    )


def _make_ltx25_file_row(
    id: str,
    title: str,
    name: str,
    size: int,
    *,
    does: str,
    unlocks: tuple[str, ...],
    role: str = "model",
    needs: str = "ltx-2.5",
    memory: int = 0,
) -> ModelRow:
    """Return the row of a part of LTX-2.5 in a separate file. A transformer uses the other parts in the row's
    base folder.

    `size` is in bytes, `memory` in GB.
    """
    return ModelRow(
        id=id,
        title=title,
        family="ltx2",
        generation="2.5",
        role=role,
        does=does,
        bytes=size,
        memory_gb=memory,
        hub="Lightricks/LTX-2.5",
        files=(name,),
        form="file",
        base="ltx-2.5" if role == "model" else "",
        licence=LTX_TERMS,
        evidence="read",
        gate="terms",
        needs=(needs,),
        unlocks=unlocks,
    )


ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="ltx-2.5",
        title="LTX-2.5 22B",
        family="ltx2",
        generation="2.5",
        does="video with sound, its own encoder and decoder",
        bytes=71_920_097_868,
        memory_gb=80,
        hub="Lightricks/LTX-2.5-Diffusers",
        files=(*LTX_FOLDERS, "diffusion_decoder/*"),
        without=(*DUPLICATE_TEXT_ENCODER, "transformer_full/*"),
        licence=LTX_TERMS,
        evidence="read",
        gate="terms",
        unlocks=VIDEO,
        notes="distilled, as Lightricks recommends; its latent upsampler and both decoders come with it",
    ),
    _make_ltx25_file_row(
        "ltx-2.5-full",
        "LTX-2.5 22B full, one file",
        "diffusion_models/ltx-2.5-22b-dev-transformer-bf16.safetensors",
        42_018_190_584,
        does="video with sound, 30 guided steps",
        unlocks=(*VIDEO, "the full schedule: guidance, negative prompts"),
        memory=80,
    ),
    _make_ltx25_file_row(
        "ltx-2.5-distilled-lora",
        "LTX-2.5 distilled LoRA",
        "loras/ltx-2.5-22b-distilled-lora-450-bf16.safetensors",
        8_899_889_568,
        role="distilled_lora",
        does="8 steps instead of 30; also for the second stage",
        unlocks=("the distilled schedule on LTX-2.5 full", "the second of two stages on LTX-2.5 full"),
        needs="ltx-2.5-full",
    ),
    _make_ltx25_file_row(
        "ltx-2.5-upsampler",
        "LTX-2.5 latent upsampler ×2",
        "latent_upscale_models/ltx-2.5-latent-spatial-upscaler-x2-bf16-1.0.safetensors",
        995_778_752,
        role="upsampler",
        does="two stages: half size, then ×2",
        unlocks=("two-stage takes of LTX-2.5 full",),
        needs="ltx-2.5-full",
    ),
    _make_ltx25_file_row(
        "ltx-2.5-temporal-upsampler",
        "LTX-2.5 temporal upsampler ×2",
        "latent_upscale_models/ltx-2.5-latent-temporal-upscaler-x2-bf16-1.0.safetensors",
        261_944_000,
        role="temporal_upsampler",
        does="twice the frames from the same latents",
        unlocks=("temporal upscaling",),
    ),
    ModelRow(
        id="ltx-2",
        title="LTX-2 19B",
        family="ltx2",
        generation="2.0",
        does="video with sound",
        bytes=69 * GB,
        memory_gb=76,
        hub="Lightricks/LTX-2",
        files=LTX_FOLDERS,
        without=DUPLICATE_TEXT_ENCODER,
        licence=LTX_TERMS,
        evidence="calculated",
        unlocks=(*VIDEO, "two stages: its latent upsampler comes with it"),
    ),
    ModelRow(
        id="ltx-2-distilled",
        title="LTX-2 19B distilled",
        family="ltx2",
        generation="2.0",
        does="video with sound in 8 steps",
        bytes=68 * GB,
        memory_gb=76,
        hub="rootonchair/LTX-2-19b-distilled",
        files=LTX_FOLDERS,
        without=DUPLICATE_TEXT_ENCODER,
        licence=LTX_TERMS,
        evidence="read",
        unlocks=(*VIDEO, "the distilled schedule without a LoRA"),
        notes="a conversion that diffusers' own documentation names, not Lightricks' repository",
    ),
    ModelRow(
        id="ltx-2-parts",
        title="LTX-2 without its transformer",
        family="ltx2",
        generation="2.0",
        role="parts",
        does="the parts that a single-file model lacks",
        bytes=31 * GB,
        memory_gb=0,
        hub="Lightricks/LTX-2",
        files=LTX_FOLDERS,
        without=(*DUPLICATE_TEXT_ENCODER, "transformer/*.safetensors", "transformer/*.index.json"),
        licence=LTX_TERMS,
        evidence="calculated",
        unlocks=("single files of LTX-2, as ComfyUI uses them",),
    ),
    _make_checkpoint_row(
        "ltx-2-file", "LTX-2 19B, one file", "ltx-2-19b-dev.safetensors", "video with sound"
    ),
    _make_checkpoint_row(
        "ltx-2-distilled-file",
        "LTX-2 19B distilled, one file",
        "ltx-2-19b-distilled.safetensors",
        "video with sound in 8 steps",
    ),
    ModelRow(
        id="ltx-2-distilled-lora",
        title="LTX-2 distilled LoRA",
        family="ltx2",
        generation="2.0",
        role="distilled_lora",
        does="8 steps instead of 40; also for the second stage",
        bytes=7_670 * MB,
        memory_gb=0,
        hub="Lightricks/LTX-2",
        files=("ltx-2-19b-distilled-lora-384.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="published",
        needs=("ltx-2",),
        unlocks=("the distilled schedule on LTX-2", "the second of two stages on LTX-2"),
    ),
    ModelRow(
        id="ltx-2-upsampler",
        title="LTX-2 latent upsampler ×2",
        family="ltx2",
        generation="2.0",
        role="upsampler",
        does="two stages: half size, then ×2",
        bytes=996 * MB,
        memory_gb=0,
        hub="Lightricks/LTX-2",
        files=("latent_upsampler/*",),
        inside="latent_upsampler",
        licence=LTX_TERMS,
        evidence="published",
        needs=("ltx-2",),
        unlocks=("two-stage takes",),
    ),
    ModelRow(
        id="ltx-2-temporal-upsampler",
        title="LTX-2 temporal upsampler ×2",
        family="ltx2",
        generation="2.0",
        role="temporal_upsampler",
        does="twice the frames from the same latents",
        bytes=262 * MB,
        memory_gb=0,
        hub="Lightricks/LTX-2",
        files=("ltx-2-temporal-upscaler-x2-1.0.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="published",
        needs=("ltx-2",),
        unlocks=("temporal upscaling",),
    ),
    *ltx2_loras.CONTROLS,
    *ltx2_loras.CAMERAS,
    ModelRow(
        id="ltx-2.3",
        title="LTX-2.3 22B",
        family="ltx2",
        generation="2.3",
        does="video with sound at 48 kHz, finer",
        bytes=107 * GB,
        memory_gb=80,
        hub="diffusers/LTX-2.3-Diffusers",
        files=LTX_FOLDERS,
        without=DUPLICATE_TEXT_ENCODER,
        licence=LTX_TERMS,
        evidence="read",
        unlocks=VIDEO,
        notes="its text encoder is published in fp32: 49 of the 107 GB",
    ),
    ModelRow(
        id="ltx-2.3-distilled",
        title="LTX-2.3 22B distilled",
        family="ltx2",
        generation="2.3",
        does="video with sound at 48 kHz in 8 steps",
        bytes=95 * GB,
        memory_gb=72,
        hub="diffusers/LTX-2.3-Distilled-Diffusers",
        files=LTX_FOLDERS,
        without=DUPLICATE_TEXT_ENCODER,
        licence=LTX_TERMS,
        evidence="read",
        unlocks=(*VIDEO, "the distilled schedule without a LoRA"),
    ),
    ModelRow(
        id="ltx-2.3-distilled-lora",
        title="LTX-2.3 distilled LoRA",
        family="ltx2",
        generation="2.3",
        role="distilled_lora",
        does="8 steps instead of 30; also for the second stage",
        bytes=7_605_507_256,
        memory_gb=0,
        hub="Lightricks/LTX-2.3",
        files=("ltx-2.3-22b-distilled-lora-384-1.1.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3",),
        unlocks=("the distilled schedule on LTX-2.3", "the second of two stages on LTX-2.3"),
    ),
    ModelRow(
        id="ltx-2.3-upsampler",
        title="LTX-2.3 latent upsampler ×2",
        family="ltx2",
        generation="2.3",
        role="upsampler",
        does="two stages: half size, then ×2",
        bytes=995_743_560,
        memory_gb=0,
        hub="Lightricks/LTX-2.3",
        files=("ltx-2.3-spatial-upscaler-x2-1.1.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=("two-stage takes",),
    ),
    ModelRow(
        id="ltx-2.3-temporal-upsampler",
        title="LTX-2.3 temporal upsampler ×2",
        family="ltx2",
        generation="2.3",
        role="temporal_upsampler",
        does="twice the frames from the same latents",
        bytes=261_944_000,
        memory_gb=0,
        hub="Lightricks/LTX-2.3",
        files=("ltx-2.3-temporal-upscaler-x2-1.0.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=("temporal upscaling",),
    ),
    ModelRow(
        id="ltx-2.3-distilled-1.1",
        title="LTX-2.3 22B distilled 1.1, one file",
        family="ltx2",
        generation="2.3",
        does="video with sound at 48 kHz in 8 steps",
        bytes=46_149_345_334,
        memory_gb=72,
        hub="Lightricks/LTX-2.3",
        files=("ltx-2.3-22b-distilled-1.1.safetensors",),
        form="file",
        base="ltx-2.3-distilled",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=(*VIDEO, "the distilled schedule without a LoRA"),
        notes="Lightricks' newer transformer; the companion folder has the other parts",
    ),
    *ltx2_loras.LATER,
    *ltx2_changes.ROWS,
    ltx2_loras.DETAILING,
    *ltx2_loras.SUBJECTS,
)

# The order follows Lightricks' recommendation: version 2.5 before older versions, and for 2.5 the distilled
# schedule before the full schedule.
SETUP = (
    FamilySetup(("ltx-2.5",), "distilled, as Lightricks recommends: 8 steps and 3, one pass each"),
    FamilySetup(
        ("ltx-2.5", "ltx-2.5-full", "ltx-2.5-distilled-lora", "ltx-2.5-upsampler"),
        "the full schedule as well: 30 guided steps, negative prompts, more detail",
        runs="ltx-2.5-full",
        schedule="full",
        chosen=False,
    ),
    FamilySetup(
        ("ltx-2.3-distilled", "ltx-2.3-upsampler"),
        "controls by depth, edges, pose and motion, lip sync, voices: their LoRAs are made for 2.3",
        chosen=False,
    ),
    FamilySetup(
        ("ltx-2-distilled",),
        "the smallest; camera LoRAs and the detailer are made for 2.0",
    ),
)


def _find_ltx2_generation(configs: Configs) -> str:
    if str(configs("text_encoder/config.json").get("model_type", "")).startswith("gemma4"):
        return "2.5"
    return "2.3" if configs("transformer/config.json").get("gated_attn") else "2.0"


FAMILY = FamilyRow(
    name="ltx2",
    rows=ROWS,
    setups=SETUP,
    pipelines=("LTX2",),
    generation=_find_ltx2_generation,
    lora_target=find_ltx2_target,
)
