"""Read generic pipelines: diffusers pipelines of no known family, which their index file describes.

The module finds the class of such a pipeline and checks that it can run. It reads only configurations and
file names. Nothing is imported or loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.format import add_indefinite_article
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.families import CONFIG, INDEX
from milimo_tui.engines.catalog.pipeline_calls import (
    PipelineCall,
    has_pipeline_module,
    is_diffusers_class,
    read_pipeline_call,
)
from milimo_tui.engines.catalog.safetensors_headers import SAFE

GENERIC_FAMILY = "diffusers"  # the family of generic pipelines, which is also the prefix of their names
GENERIC_PREFIX = f"{GENERIC_FAMILY}:"
LIBRARIES = ("diffusers", "transformers")
PIPELINE = "Pipeline"  # the suffix of pipeline class names
PICKLES = ("*.bin", "*.ckpt", "*.pt", "*.pth")
# Patterns of the files to download from a repository: the weights in 16 or 32 bits, but not the same weights
# twice.
GENERIC_FILES = (
    INDEX, "*/*.json", "*/*.txt", "*/*.model", "*/*.jinja", "*/diffusion_pytorch_model.safetensors",
    "*/diffusion_pytorch_model-*-of-*.safetensors", "*/model.safetensors", "*/model-*-of-*.safetensors",
    "LICENSE*", "*.md",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GenericPipeline:
    """A generic pipeline that can run: its call, and `step`, the number of frames that one latent frame
    covers.
    """

    call: PipelineCall
    step: int

    @property
    def name(self) -> str:
        """The name of the pipeline class."""
        return self.call.name


def is_generic_name(word: str) -> bool:
    """Return True if a name refers to a generic pipeline, such as `diffusers:/a/folder` or
    `diffusers:OWNER/NAME`.
    """
    return word.startswith(GENERIC_PREFIX)


MODULAR_INDEX = "modular_model_index.json"  # the index file of a modular pipeline


def read_own_pipeline(folder: Path) -> GenericPipeline:
    """Return the generic pipeline in a folder.

    Raises BadInput, with a sentence of explanation, for a pipeline that can't run. Also raises Damaged, and
    Unavailable if diffusers is not installed.
    """
    index = _read_pipeline_json(folder / INDEX, folder.name)
    call = _check_pipeline_index(index, folder.name)
    for name, _, cls in _iterate_index_parts(index):
        _check_part_files(folder, name, cls)
    return GenericPipeline(call, _read_frames_per_latent(folder) if call.makes_clips else 1)


def check_generic_index(path: Path, title: str) -> None:
    """Check the index of a pipeline before its weights are downloaded. Raises the errors of
    `read_own_pipeline`.
    """
    _check_pipeline_index(_read_pipeline_json(path, title), title)


def _check_pipeline_index(index: Mapping[str, Any], title: str) -> PipelineCall:
    call = _find_runnable_call(title, index)
    for name, library, cls in _iterate_index_parts(index):
        if library not in LIBRARIES and not has_pipeline_module(library):
            raise _make_own_code_error(title, library)
        if library == GENERIC_FAMILY and not is_diffusers_class(cls):
            raise BadInput(
                f"{title}: its {name} is {add_indefinite_article(cls)}, "
                "which the installed diffusers does not have",
                "a newer diffusers may have it: milimo doctor shows the installed version",
            )
        # A pipeline inside the pipeline reads files by its own rules, which allow pickles and code.
        if cls.endswith(PIPELINE):
            raise BadInput(
                f"{title}: its {name} is a custom pipeline, which Milimo does not run",
                "choose one whose parts are models: milimo model search",
            )
    return call


def _find_runnable_call(title: str, index: Mapping[str, Any]) -> PipelineCall:
    named = index.get("_class_name")
    # A list names a code module that is stored with the weights, and a class in that module
    if isinstance(named, list):
        raise _make_own_code_error(title, str(named[-1] if named else ""))
    if not named:
        raise BadInput(f"{title} does not name its pipeline class", f"its {INDEX} must name the class")
    call = read_pipeline_call(str(named))
    if call is None and is_diffusers_class(str(named)):
        raise _make_modular_error(title, str(named))
    if call is None:
        raise BadInput(
            f"{title} is {add_indefinite_article(named)}, which the installed diffusers does not have",
            "a newer diffusers may have it: milimo doctor shows the installed version",
        )
    if call.get("video") or not (call.makes_clips or call.makes_pictures):
        what = "changes clips" if call.get("video") else "makes neither pictures nor clips"
        raise BadInput(
            f"{title} is {add_indefinite_article(named)}, which {what}",
            "choose one that makes pictures or clips from a prompt",
        )
    return call


def _make_modular_error(title: str, named: str) -> BadInput:
    """Return the error for a class of diffusers that has no call of its own: a modular pipeline, whose blocks
    define what it does, or a class that is not a pipeline.
    """
    kind = "a modular pipeline" if "Modular" in named else "not a pipeline that can be called"
    return BadInput(
        f"Milimo does not run {title}: its class {named} is {kind}",
        "choose weights with an ordinary pipeline: milimo model search",
    )


def _make_own_code_error(title: str, what: str) -> BadInput:
    return BadInput(
        f"{title} contains its own code (“{what}”), which Milimo never runs",
        "choose weights whose class is part of diffusers",
    )


def _iterate_index_parts(index: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the library and the class of each part in a pipeline's index.

    A part that the pipeline does not have has null values in the index and is skipped.
    """
    for name, entry in index.items():
        if name.startswith("_") or not isinstance(entry, list) or len(entry) != 2:
            continue
        if entry[0] and entry[1]:
            yield name, str(entry[0]), str(entry[1])


def _check_part_files(folder: Path, name: str, cls: str) -> None:
    inner = folder / name
    if not inner.is_dir():
        raise BadInput(f"{folder.name} is incomplete: its {name} is missing", f"fetch it into {inner}")
    if not (inner / CONFIG).is_file() or any(inner.glob(f"*{SAFE}")):
        return
    if any(path for pattern in PICKLES for path in inner.glob(pattern)):
        raise BadInput(
            f"{folder.name}: its {name} is a pickle, which can run code when it is loaded: it is not used",
            "download the same weights as .safetensors",
        )
    if "Model" in cls or "Transformer" in cls or "Autoencoder" in cls:
        raise BadInput(f"{folder.name} is incomplete: its {name} has no weights", f"fetch them into {inner}")


def _read_frames_per_latent(folder: Path) -> int:
    """Return how many frames one latent frame covers, by the autoencoder's configuration.

    The default is 8, because it is a multiple of the usual numbers 4 and 2.
    """
    path = folder / "vae" / CONFIG
    config = _read_pipeline_json(path, folder.name) if path.is_file() else {}
    factors = (config.get(name) for name in ("temporal_compression_ratio", "scale_factor_temporal"))
    return next((int(one) for one in factors if isinstance(one, int | float) and one >= 1), 8)


def _read_pipeline_json(path: Path, title: str) -> Mapping[str, Any]:
    try:
        value = parse_untrusted_json(path.read_text())
    except FileNotFoundError:
        if path.name == INDEX and (modular := path.with_name(MODULAR_INDEX)).is_file():
            named = _read_pipeline_json(modular, title).get("_class_name")
            raise _make_modular_error(title, str(named or "ModularPipeline")) from None
        raise BadInput(
            f"{title} is not a pipeline of diffusers: it has no {path.name}",
            "name the folder that contains it",
        ) from None
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except ValueError as error:
        raise Damaged(f"{path} can't be read as JSON", "fetch the weights again") from error
    return value if isinstance(value, dict) else {}
