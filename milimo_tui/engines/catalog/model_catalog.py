"""The registry of weights: what the studio can use once it is on disk, who publishes it, under which terms,
what it unlocks. Data only; every row says how sure it is.

Sources: the makers' cards and repositories, the code of diffusers 0.42, parameter counts on a meta device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HUB = "https://huggingface.co"  # where people read terms and make tokens; downloads follow HF_ENDPOINT
TOKENS = f"{HUB}/settings/tokens"

MAKERS = (
    "Lightricks",
    "black-forest-labs",
    "facebook",
    "google",
)  # whose repositories a search looks through

GB = 1_000_000_000
MB = 1_000_000

Gate = Literal["", "terms", "approval"]
Evidence = Literal["published", "calculated", "read", "guessed"]

# A repository that diffusers loads: these folders, whatever single files lie beside them.
LTX_FOLDERS = (
    "model_index.json", "transformer/*", "vae/*", "audio_vae/*", "text_encoder/*", "tokenizer/*",
    "processor/*", "connectors/*", "vocoder/*", "scheduler/*", "audio_scheduler/*", "latent_upsampler/*",
    "duration_head/*", "prompt_enhancer/*", "LICENSE*", "*.md",
)  # fmt: skip
# The makers' text encoder lies there twice, in two libraries' names; transformers reads the other.
TWICE = ("text_encoder/diffusion_pytorch_model*",)
FLUX_FOLDERS = (
    "model_index.json", "transformer/*", "vae/*", "text_encoder/*", "tokenizer/*", "scheduler/*", "LICENSE*",
    "*.md",
)  # fmt: skip
FLAT = ("*.json", "*.safetensors", "*.jinja", "*.txt", "tokenizer.model", "LICENSE*", "*.md")

LTX_TERMS = "LTX-2 Community"
FLUX_TERMS = "FLUX non-commercial"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """`id` is the folder under `models/`, `hub` the repository. `bytes` are those to download; `memory_gb` is
    what runs best on a card, unshrunk.

    `evidence` is about names and sizes: published (the makers' page), calculated (from parameter counts),
    read (in listings and code of others), guessed. `gate`: `terms` are accepted on the page at once,
    `approval` waits for the makers. `files` are the patterns of what is fetched (empty: all), `without` of
    what is left out; `inside` is the folder of the repository that is wanted alone. `needs` are rows it does
    not work without; `unlocks` what becomes possible. `form` `file`: one file whose other parts come from
    `base`. `control` is what an IC-LoRA follows.
    """

    id: str
    title: str
    family: str
    does: str
    bytes: int
    memory_gb: int
    hub: str
    licence: str
    evidence: Evidence
    role: str = "model"
    generation: str = ""
    gate: Gate = ""
    files: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unlocks: tuple[str, ...] = ()
    form: Literal["folder", "file"] = "folder"
    base: str = ""
    control: str = ""
    inside: str = ""
    commercial: bool = True
    notes: str = ""

    @property
    def page(self) -> str:
        """Where its terms are read and accepted."""
        return f"{HUB}/{self.hub}"


VIDEO = ("takes with sound: shot make --engine ltx2", "pictures to video, keyframes, clips continued")


def _ic_lora(id: str, control: str, title: str, name: str, size: int = 624 * MB) -> ModelRow:
    """A control of LTX-2.0, published in a repository of its own."""
    return ModelRow(
        id=id,
        title=f"LTX-2 IC-LoRA, {title}",
        family="ltx2",
        generation="2.0",
        role="ic_lora",
        control=control,
        does=f"control by {title}",
        bytes=size,
        memory_gb=0,
        hub=f"Lightricks/LTX-2-19b-IC-LoRA-{name}",
        files=(f"ltx-2-19b-ic-lora-{name.lower()}.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2",),
        unlocks=(f"takes that follow a clip's {title}",),
    )


def _file(id: str, title: str, name: str, does: str) -> ModelRow:
    """A whole checkpoint of LTX-2.0 in one file: its transformer is used, the rest is `ltx-2-parts`."""
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


def _camera(move: str, name: str) -> ModelRow:
    """A camera move of LTX-2.0 as a LoRA."""
    words = move.replace("-", " ")
    return ModelRow(
        id=f"ltx-2-camera-{move}",
        title=f"LTX-2 camera LoRA, {words}",
        family="ltx2",
        generation="2.0",
        role="camera_lora",
        does=f"camera move: {words}",
        bytes=327 * MB,
        memory_gb=0,
        hub=f"Lightricks/LTX-2-19b-LoRA-Camera-Control-{name}",
        files=(f"ltx-2-19b-lora-camera-control-{name.lower()}.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2",),
        unlocks=(f"takes whose camera does {words}",),
    )


def _klein(id: str, title: str, name: str, size: int, memory: int, *, free: bool, base: bool) -> ModelRow:
    return ModelRow(
        id=id,
        title=title,
        family="flux2",
        generation="klein-base" if base else "klein",
        does="pictures in 4 steps" if not base else "pictures in 50 steps, for LoRAs and guidance",
        bytes=size,
        memory_gb=memory,
        hub=f"black-forest-labs/FLUX.2-{name}",
        files=FLUX_FOLDERS,
        licence="Apache-2.0" if free else FLUX_TERMS,
        evidence="calculated",
        gate="" if free else "terms",
        commercial=free,
        unlocks=("pictures, boards, element sheets", "inpainting and upscaling"),
    )


MODELS: tuple[ModelRow, ...] = (
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
        without=TWICE,
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
        without=TWICE,
        licence=LTX_TERMS,
        evidence="read",
        unlocks=(*VIDEO, "the distilled schedule without a LoRA"),
        notes="a conversion that diffusers' own documentation names, not the makers' repository",
    ),
    ModelRow(
        id="ltx-2-parts",
        title="LTX-2 without its transformer",
        family="ltx2",
        generation="2.0",
        role="parts",
        does="what a single file needs beside it",
        bytes=31 * GB,
        memory_gb=0,
        hub="Lightricks/LTX-2",
        files=LTX_FOLDERS,
        without=(*TWICE, "transformer/*.safetensors", "transformer/*.index.json"),
        licence=LTX_TERMS,
        evidence="calculated",
        unlocks=("single files of LTX-2, as ComfyUI uses them",),
    ),
    _file("ltx-2-file", "LTX-2 19B, one file", "ltx-2-19b-dev.safetensors", "video with sound"),
    _file(
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
        does="8 steps instead of 40; second stage",
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
    _ic_lora("ltx-2-ic-depth", "depth", "depth", "Depth-Control"),
    _ic_lora("ltx-2-ic-canny", "canny", "edges", "Canny-Control"),
    _ic_lora("ltx-2-ic-pose", "pose", "pose", "Pose-Control"),
    _ic_lora("ltx-2-ic-detail", "detail", "detail", "Detailer", 2_600 * MB),
    _camera("dolly-in", "Dolly-In"),
    _camera("dolly-out", "Dolly-Out"),
    _camera("dolly-left", "Dolly-Left"),
    _camera("dolly-right", "Dolly-Right"),
    _camera("jib-up", "Jib-Up"),
    _camera("jib-down", "Jib-Down"),
    _camera("static", "Static"),
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
        without=TWICE,
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
        without=TWICE,
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
        does="8 steps instead of 30; second stage",
        bytes=7_700 * MB,
        memory_gb=0,
        hub="Lightricks/LTX-2.3",
        files=("ltx-2.3-22b-distilled-lora-384.safetensors",),
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
        bytes=996 * MB,
        memory_gb=0,
        hub="dg845/LTX-2.3-Spatial-Upsampler-Diffusers",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=("two-stage takes",),
        notes="a conversion by one of diffusers' authors",
    ),
    ModelRow(
        id="ltx-2.3-ic-union",
        title="LTX-2.3 IC-LoRA, union",
        family="ltx2",
        generation="2.3",
        role="ic_lora",
        control="depth canny pose",
        does="control by depth, edges or pose",
        bytes=654_465_352,
        memory_gb=0,
        hub="Lightricks/LTX-2.3-22b-IC-LoRA-Union-Control",
        files=("ltx-2.3-22b-ic-lora-union-control-ref0.5.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=("takes that follow a clip's depth, edges or pose",),
    ),
    ModelRow(
        id="ltx-2.3-ic-motion",
        title="LTX-2.3 IC-LoRA, motion track",
        family="ltx2",
        generation="2.3",
        role="ic_lora",
        control="motion",
        does="control by motion tracks",
        bytes=654 * MB,
        memory_gb=0,
        hub="Lightricks/LTX-2.3-22b-IC-LoRA-Motion-Track-Control",
        files=("ltx-2.3-22b-ic-lora-motion-track-control-ref0.5.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=("takes whose things move along drawn tracks",),
    ),
    ModelRow(
        id="ltx-2.5",
        title="LTX-2.5 22B",
        family="ltx2",
        generation="2.5",
        does="video with sound, its own encoder and decoder",
        bytes=71 * GB,
        memory_gb=80,
        hub="Lightricks/LTX-2.5-Diffusers",
        files=LTX_FOLDERS,
        without=(*TWICE, "transformer_full/*"),
        licence=LTX_TERMS,
        evidence="read",
        gate="terms",
        unlocks=VIDEO,
    ),
    _klein("flux2-klein-4b", "FLUX.2 klein 4B", "klein-4B", 16 * GB, 13, free=True, base=False),
    _klein("flux2-klein-base-4b", "FLUX.2 klein base 4B", "klein-base-4B", 16 * GB, 13, free=True, base=True),
    _klein("flux2-klein-9b", "FLUX.2 klein 9B", "klein-9B", 35 * GB, 36, free=False, base=False),
    _klein(
        "flux2-klein-base-9b", "FLUX.2 klein base 9B", "klein-base-9B", 35 * GB, 36, free=False, base=True
    ),
    ModelRow(
        id="sam3",
        title="SAM 3",
        family="sam3",
        generation="3",
        does="masks and tracking",
        bytes=3_450 * MB,
        memory_gb=8,
        hub="facebook/sam3",
        files=FLAT,
        licence="SAM",
        evidence="published",
        gate="approval",
        unlocks=("masks by words, clicks and boxes", "moving masks through clips"),
    ),
    ModelRow(
        id="gemma-3-12b",
        title="Gemma 3 12B",
        family="gemma",
        generation="3",
        does="prompts and breakdowns (shares LTX-2's text encoder)",
        bytes=24_400 * MB,
        memory_gb=26,
        hub="google/gemma-3-12b-it-qat-q4_0-unquantized",
        files=FLAT,
        licence="Gemma",
        evidence="calculated",
        gate="terms",
        unlocks=("prompts enhanced, with the picture", "screenplays broken down to shots"),
        notes="LTX-2 and LTX-2.3 bring it as their text encoder: with them it need not be fetched",
    ),
    ModelRow(
        id="gemma-3-4b",
        title="Gemma 3 4B",
        family="gemma",
        generation="3",
        does="prompts and breakdowns, smaller",
        bytes=8_600 * MB,
        memory_gb=10,
        hub="google/gemma-3-4b-it",
        files=FLAT,
        licence="Gemma",
        evidence="calculated",
        gate="terms",
        unlocks=("prompts enhanced, with the picture", "screenplays broken down to shots"),
    ),
)


# What is fetched to make a family run.
SETUPS: dict[str, tuple[str, ...]] = {
    "ltx2": ("ltx-2", "ltx-2-distilled-lora"),
    "flux2": ("flux2-klein-4b",),
    "sam3": ("sam3",),
    "gemma": ("gemma-3-12b",),
}
