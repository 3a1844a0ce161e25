"""What a folder of weights is, by its own configurations: which family, which generation. Nothing is
loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.host import explain
from milimo_tui.core.untrusted_json import read_json

INDEX = "model_index.json"  # of a pipeline of diffusers
CONFIG = "config.json"  # of a model of transformers

# What the class of a pipeline begins with, and the `model_type` of a model, by family.
PIPELINES = {"ltx2": ("LTX2",), "flux2": ("Flux2Klein",)}
TYPES = {"sam3": ("sam3",), "gemma": ("gemma3",)}


def family_of(folder: Path) -> str:
    """The family of a folder that diffusers or transformers saved; empty for what is neither."""
    if (folder / INDEX).is_file():
        return _of_class(_read(folder / INDEX).get("_class_name", ""))
    if (folder / CONFIG).is_file():
        kind = str(_read(folder / CONFIG).get("model_type", ""))
        return next((family for family, begins in TYPES.items() if kind.startswith(begins)), "")
    return ""


def refuse_stranger(folder: Path) -> None:
    """Raises BadInput, with its name, for what diffusers or transformers saved and no engine here runs."""
    pipeline, model = _read(folder / INDEX), _read(folder / CONFIG)
    name = pipeline.get("_class_name") or model.get("model_type") or model.get("_class_name")
    if name:
        raise BadInput(
            f"{folder.name} is a {name}, which no engine here runs",
            f"families: {', '.join((*PIPELINES, *TYPES))}; milimo model list tells their weights",
        )


def check_family(index: Path, family: str, title: str) -> None:
    """Raises BadInput where the index of a pipeline is of another family."""
    cls = str(_read(index).get("_class_name", ""))
    if family in PIPELINES and _of_class(cls) != family:
        raise BadInput(
            f"{title} is no {family}: its pipeline is {cls or 'not named'}",
            f"pipelines of {family} begin with {' or '.join(PIPELINES[family])}",
        )


def generation_of(folder: Path, family: str) -> str:
    """The generation by the configurations' own flags; empty where they do not tell."""
    if family == "ltx2":
        encoder = _read(folder / "text_encoder" / CONFIG)
        if str(encoder.get("model_type", "")).startswith("gemma4"):
            return "2.5"
        return "2.3" if _read(folder / "transformer" / CONFIG).get("gated_attn") else "2.0"
    if family == "flux2":
        return "klein" if _read(folder / INDEX).get("is_distilled") else "klein-base"
    return "3" if family in TYPES else ""


def _of_class(name: str) -> str:
    return next((family for family, begins in PIPELINES.items() if name.startswith(begins)), "")


def _read(path: Path) -> dict[str, Any]:
    """A configuration; empty where there is none."""
    try:
        value = read_json(path.read_text())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise explain(error, path, "read") from error
    except ValueError as error:
        raise Damaged(f"{path} can't be read as JSON", "fetch the weights again") from error
    return value if isinstance(value, dict) else {}
