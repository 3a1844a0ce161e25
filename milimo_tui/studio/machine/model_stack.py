"""The model stack: the packages of the extra `models`, and how they are added to this environment."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path

from milimo_tui.core.errors import Unavailable

HUB = "huggingface_hub"
STACK = ("torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "safetensors", HUB)


def stack_missing() -> list[str]:
    """Packages of the extra `models` that are not installed; found without importing them."""
    return [name for name in STACK if importlib.util.find_spec(name) is None]


def stack_command() -> str:
    """The command that adds the extra `models` to this very environment."""
    checkout = Path(__file__).parents[3]
    if (checkout / "Makefile").is_file():
        return "make models"
    return f"{shlex.quote(sys.executable)} -m pip install 'milimo-tui[models]'"


def require_stack(doing: str) -> None:
    """Raises Unavailable, with the command, where a package of it is missing."""
    missing = stack_missing()
    if missing:
        raise Unavailable(f"{doing} needs {', '.join(missing)}, not installed here", stack_command())


def require_hub(doing: str) -> None:
    """Raises Unavailable, with the command, where the hub's own library is missing."""
    if importlib.util.find_spec(HUB) is None:
        raise Unavailable(f"{doing} needs {HUB}, not installed here", stack_command())
