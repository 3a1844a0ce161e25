"""Check which packages for running models are installed (the extra `models` of this distribution), and build
the command that installs them.
"""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path

from milimo_tui.core.errors import Unavailable

HUB = "huggingface_hub"
STACK = ("torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "safetensors", HUB)


def list_missing_packages() -> list[str]:
    """Return the packages of the extra `models` that are not installed, without importing them."""
    return [name for name in STACK if importlib.util.find_spec(name) is None]


def get_stack_command() -> str:
    """Return the command that adds the extra `models` to this environment."""
    checkout = Path(__file__).parents[3]
    if (checkout / "Makefile").is_file():
        return "make models"
    return f"{shlex.quote(sys.executable)} -P -m pip install 'milimo-tui[models]'"


def require_stack(action: str) -> None:
    """Check that the model stack is installed. `action` names the planned work in the message.

    Raises Unavailable with the install command if a package is missing.
    """
    missing = list_missing_packages()
    if missing:
        raise Unavailable(f"{action} needs {', '.join(missing)}, which is not installed", get_stack_command())


def require_hub(action: str) -> None:
    """Check that the Hugging Face Hub library is installed. `action` names the planned work in the message.

    Raises Unavailable with the install command if the library is missing.
    """
    if importlib.util.find_spec(HUB) is None:
        raise Unavailable(f"{action} needs {HUB}, which is not installed", get_stack_command())
