"""Provide small workflows in ComfyUI's API export format."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

Nodes = dict[str, dict[str, Any]]


def _node(cls: str, title: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": cls, "inputs": inputs, "_meta": {"title": title}}


PICTURE: Nodes = {
    "3": _node(
        "KSampler", "Sampler", seed=7, steps=4, cfg=6.5, sampler_name="euler", denoise=1.0,
        model=["4", 0], positive=["6", 0], negative=["7", 0], latent_image=["5", 0],
    ),
    "4": _node("CheckpointLoaderSimple", "Loader", ckpt_name="small.safetensors"),
    "5": _node("EmptyLatentImage", "Latents", width=512, height=512, batch_size=1),
    "6": _node("CLIPTextEncode", "Positive", text="a lamp", clip=["4", 1]),
    "7": _node("CLIPTextEncode", "Negative", text="blurred", clip=["4", 1]),
    "8": _node("VAEDecode", "Decode", samples=["3", 0], vae=["4", 2]),
    "9": _node("SaveImage", "Save", images=["8", 0], filename_prefix="films/night/lamp"),
}  # fmt: skip


def picture() -> Nodes:
    """Return a text-to-image workflow."""
    return copy.deepcopy(PICTURE)


def clip() -> Nodes:
    """Return a workflow that makes a clip from a first picture and a prompt, with a control map."""
    nodes = picture()
    nodes["5"] = _node(
        "WanImageToVideo", "Latents", width=512, height=512, length=17, batch_size=1,
        positive=["6", 0], negative=["7", 0], vae=["4", 2], start_image=["10", 0],
    )  # fmt: skip
    nodes["10"] = _node("LoadImage", "First", image="example.png")
    nodes["11"] = _node("LoadVideo", "Map", file="example.mp4")
    nodes["12"] = _node("CreateVideo", "Film", images=["8", 0], fps=24.0)
    nodes["9"] = _node(
        "SaveVideo", "Save", video=["12", 0], filename_prefix="films/night/lamp", format="auto", codec="auto"
    )
    return nodes


def written(nodes: Nodes, path: Path) -> Path:
    path.write_text(json.dumps(nodes))
    return path
