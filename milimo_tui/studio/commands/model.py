"""Models: what is installed, what is missing, how large it is."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path
from typing import Any

from milimo_tui.engines.models import MODELS
from milimo_tui.studio.args import NoArgs
from milimo_tui.studio.registry import Command, Outcome
from milimo_tui.studio.studio import Studio

STACK = ("torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "safetensors")


def stack_missing() -> list[str]:
    """Packages of the extra `models` that are not installed; found without importing them."""
    return [name for name in STACK if importlib.util.find_spec(name) is None]


def stack_command() -> str:
    """The command that adds the extra `models` to this very environment."""
    checkout = Path(__file__).parents[3]
    if (checkout / "Makefile").is_file():
        return "make models"
    return f"{shlex.quote(sys.executable)} -m pip install 'milimo-tui[models]'"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def _list(studio: Studio, args: NoArgs) -> Outcome:
    rows: list[dict[str, Any]] = []
    for model in MODELS:
        here = _size(studio.home.models / model.id)
        rows.append(
            {
                "id": model.id,
                "title": model.title,
                "family": model.family,
                "does": model.does,
                "gb": round(model.bytes / 1e9, 1),
                "memory_gb": model.memory_gb,
                "installed": here > 0,
                "bytes": here,
                "state": "on disk" if here else "missing",
                "hub": model.hub,
                "licence": model.licence,
                "evidence": model.evidence,
            }
        )
    missing = stack_missing()
    note = f"the model stack is not installed ({', '.join(missing)}): {stack_command()}" if missing else ""
    return Outcome(data=rows, columns=("id", "does", "state", "gb", "memory_gb", "licence"), message=note)


COMMANDS = (
    Command(
        "model.list", "Models", "what is installed, missing, and how large", _list, NoArgs, cli="model list"
    ),
)
