"""Load the parts of speech models from their folders. Imports torch: only for workers."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import torch

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.memory import get_device


def load_network(kind: Any, folder: str | Path, *, dtype: torch.dtype | None = None) -> Any:
    """Load a network of transformers to this worker's device, ready for inference. `dtype` is by default 32
    bits on a CPU and 16 bits on a card.
    """
    device = get_device()
    wanted = dtype or (torch.float32 if device.type == "cpu" else torch.bfloat16)
    network = kind.from_pretrained(folder, local_files_only=True, use_safetensors=True, dtype=wanted)
    return network.eval().to(device)


def require_codec_folder(found: ResolvedWeights, codec: ResolvedWeights | None, row: str) -> Path:
    """Return the folder of the audio tokenizer that a model needs. `row` is its id in the catalog. Raises
    Unavailable.
    """
    if codec is None:
        raise Unavailable(f"{found.id} needs its audio tokenizer", f"milimo model download {row} installs it")
    return codec.path


def require_torchaudio() -> None:
    """Raise Unavailable if `torchaudio` is not installed. The audio tokenizer of Higgs Audio 2 needs it."""
    if importlib.util.find_spec("torchaudio") is None:
        raise Unavailable(
            "Higgs Audio 2 needs the package torchaudio", "pip install 'milimo-tui[higgs]' installs it"
        )


def read_chat_template(folder: str | Path, tokenizer: Any) -> str | None:
    """Return the template that joins words and sounds to one text, or None if the model has none."""
    file = Path(folder) / "chat_template.jinja"
    return file.read_text("utf-8") if file.is_file() else tokenizer.chat_template
