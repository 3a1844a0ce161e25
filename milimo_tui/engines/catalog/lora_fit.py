"""Check that a LoRA fits a model: by both file headers, the model must have every module that the LoRA
changes.

A LoRA that does not fit is refused, and the message names the modules that do not fit. No module is skipped
silently.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.engines.catalog import own_pipelines
from milimo_tui.engines.catalog.families import find_lora_target
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.lora_names import DOWN, KOHYA, PLACES, TAIL, LoraTarget, is_slot_embedding
from milimo_tui.engines.catalog.own_pipelines import GENERIC_FAMILY
from milimo_tui.engines.catalog.safetensors_headers import SAFE, WeightsHeader, read_safetensors_header
from milimo_tui.engines.catalog.weight_hashes import hash_file
from milimo_tui.engines.catalog.weight_headers import read_weights_header

SHOWN = 3  # maximum number of module names in the message of a refusal; the message counts the others
FLOATS = ("F", "BF")  # prefixes of the type names of floating-point numbers; trained matrices have such types
HINT = "a LoRA fits one model: milimo model list --loras shows what each fits"

Shape = tuple[int, ...]


class LoraSizeMismatch(Refused):
    """A refusal of a LoRA whose modules all exist in the model, but in other sizes.

    The LoRA was then made for a similar model.
    """


@dataclass(frozen=True, slots=True)
class LoraPair:
    """The two matrices of a LoRA that change a module: `down` has the shape (rank, inner), `up` the shape
    (outer, rank).
    """

    name: str
    down: Shape
    up: Shape


@dataclass(frozen=True, slots=True)
class LoraFacts:
    """Properties of a LoRA file: its ranks, the number of modules it changes, and its metadata."""

    ranks: tuple[int, ...]
    modules: int
    notes: Mapping[str, str]

    @property
    def trigger(self) -> str:
        """The word that activates the LoRA. Empty if its trainer recorded none."""
        for key in ("modelspec.trigger_phrase", "ss_trigger_word", "trigger_word", "trigger"):
            if self.notes.get(key):
                return self.notes[key]
        return ""


def read_lora_facts(path: Path) -> LoraFacts:
    """Return the properties of a LoRA file.

    Raises BadInput for a pickle or a file that is not a LoRA, and Damaged for a truncated file.
    """
    header = read_safetensors_header(path)
    pairs = list_lora_pairs(path, header)
    return LoraFacts(tuple(sorted({pair.down[0] for pair in pairs})), len(pairs), header.metadata)


def list_lora_pairs(path: Path, header: WeightsHeader) -> tuple[LoraPair, ...]:
    """Return every pair of matrices in a LoRA file.

    Raises BadInput if the file has no matrix of a pair. Raises Refused for a tensor that can't belong to a
    pair, and for a matrix whose counterpart is missing. Also raises the errors of `check_lora_matrices`.
    """
    downs: dict[str, Shape] = {}
    ups: dict[str, Shape] = {}
    strange: list[str] = []
    for key, tensor in header.tensors.items():
        tail = TAIL.search(key)
        if is_slot_embedding(key):
            continue
        if tail is None:
            strange.append(key)
        elif tail[1]:
            (downs if tail[1] in DOWN else ups)[key[: tail.start()]] = tensor.shape
    if not downs and not ups:
        raise BadInput(
            f"{path.name} is not a LoRA: none of its {len(header.tensors)} tensors is half of a LoRA pair",
            f"a LoRA is a {SAFE} file with pairs of lora_A and lora_B, or lora_down and lora_up",
        )
    alone = [f"{name} (half of a pair)" for name in sorted(downs.keys() ^ ups.keys())]
    _raise_fit_error(
        path.name, [*strange, *alone], "holds what is no pair of a LoRA, which would be left out"
    )
    check_lora_matrices(path, header)
    return tuple(LoraPair(name, downs[name], ups[name]) for name in sorted(downs))


def check_lora_matrices(path: Path, header: WeightsHeader) -> None:
    """Raise Refused, with the names, if a LoRA file has tensors that can't belong to a LoRA:

    - empty tensors, and matrices that are not floating-point numbers
    - scales (`.alpha`) with more or less than one number
    - pairs whose matrices have different ranks
    """
    _raise_fit_error(
        path.name,
        [*_find_invalid_matrices(header), *_find_rank_conflicts(header)],
        "holds what can be no part of a LoRA",
    )


def _find_rank_conflicts(header: WeightsHeader) -> Iterable[str]:
    """Yield the names of modules whose two matrices have different ranks."""
    ranks: dict[str, set[int]] = {}
    for name, tensor in header.tensors.items():
        tail = TAIL.search(name)
        if tail and tail[1] and len(tensor.shape) > 1:
            rank = tensor.shape[0] if tail[1] in DOWN else tensor.shape[1]
            ranks.setdefault(name[: tail.start()], set()).add(rank)
    for name, found in ranks.items():
        if len(found) > 1:
            yield f"{name} (of ranks {' and '.join(map(str, sorted(found)))})"


def _find_invalid_matrices(header: WeightsHeader) -> list[str]:
    found: list[str] = []
    for name, tensor in header.tensors.items():
        if is_slot_embedding(name):
            continue
        scales = name.endswith(".alpha")
        count = math.prod(tensor.shape)
        if scales and count != 1:
            found.append(f"{name} ({count:,} numbers)")
        elif not scales and (count == 0 or len(tensor.shape) < 2 or not tensor.dtype.startswith(FLOATS)):
            found.append(f"{name} ({tensor.dtype}, {'×'.join(map(str, tensor.shape))})")
    return found


def check_lora_fit(path: Path, model: ResolvedWeights, name: str = "") -> LoraFacts:
    """Return the properties of a LoRA that fits the model.

    `name` is the user's name for the LoRA; the default is the file name. Raises Refused, with the names of
    the modules that the model does not have or has in other sizes. Also raises BadInput, Damaged and
    NotFound.
    """
    if not path.is_file():
        raise NotFound(
            f"the file of the LoRA {path.name} is missing",
            f"looked for {path}; milimo model list --loras lists the LoRAs",
        )
    header = read_safetensors_header(path)
    pairs = list_lora_pairs(path, header)
    name = name or path.name
    if model.family == GENERIC_FAMILY:
        _check_fit_of_generic_pipeline(pairs, model, name)
        return LoraFacts(tuple(sorted({pair.down[0] for pair in pairs})), len(pairs), header.metadata)
    there = read_lora_target_shapes(model)
    unknown: list[str] = []
    larger: list[str] = []
    for pair in pairs:
        target = find_lora_target(pair.name, model.family)
        shapes = [there.get(f"{target.part}.{module}") for module in target.modules] if target else [None]
        if target is None or None in shapes:
            unknown.append(pair.name)
        elif not _has_matching_sizes(pair, target, [shape for shape in shapes if shape is not None]):
            larger.append(f"{pair.name} ({_format_pair_size(pair)} on {'×'.join(map(str, shapes[0] or ()))})")
    _raise_fit_error(name, unknown, f"does not fit {model.id}: it changes what that model has not")
    _raise_fit_error(
        name, larger, f"does not fit {model.id}: its matrices have other sizes", LoraSizeMismatch
    )
    return LoraFacts(tuple(sorted({pair.down[0] for pair in pairs})), len(pairs), header.metadata)


def is_proven_to_fit(path: Path, model: ResolvedWeights) -> bool:
    """Return True if the file headers prove that a generic diffusers pipeline has every module of the LoRA.

    Headers prove nothing about a LoRA with module names that only diffusers can convert. The result is then
    False. Raises the errors of `check_lora_fit`.
    """
    check_lora_fit(path, model)
    shapes = _read_pipeline_shapes(model)
    flat = _index_by_underscore_name(shapes)
    return all(
        _find_pipeline_module(pair.name, shapes, flat)
        for pair in list_lora_pairs(path, read_safetensors_header(path))
    )


def _check_fit_of_generic_pipeline(pairs: tuple[LoraPair, ...], model: ResolvedWeights, name: str) -> None:
    """Check a LoRA against a pipeline of no known family, by the module names of diffusers and of kohya's
    trainers.

    Names in other schemes are not checked, because diffusers converts them while loading. Raises Refused if
    the pipeline can't load LoRAs or the LoRA does not fit.
    """
    call = own_pipelines.read_own_pipeline(model.path).call
    if not call.wears_loras:
        raise Refused(f"{model.id} can't use the LoRA {name}: {call.name} does not load LoRAs", HINT)
    shapes = _read_pipeline_shapes(model)
    flat = _index_by_underscore_name(shapes)
    unknown: list[str] = []
    larger: list[str] = []
    for pair in pairs:
        place = _find_pipeline_module(pair.name, shapes, flat)
        if place is None and pair.name.partition(".")[0] in PLACES:
            unknown.append(pair.name)
        elif place is not None:
            shape = shapes[place]
            target = LoraTarget(place.partition(".")[0], (place,))
            if not _has_matching_sizes(pair, target, [shape]):
                larger.append(f"{pair.name} ({_format_pair_size(pair)} on {'×'.join(map(str, shape))})")
    _raise_fit_error(name, unknown, f"does not fit {model.id}: it changes what that model has not")
    _raise_fit_error(
        name, larger, f"does not fit {model.id}: its matrices have other sizes", LoraSizeMismatch
    )


def _read_pipeline_shapes(model: ResolvedWeights) -> dict[str, Shape]:
    """Return the shape of every weight matrix of a pipeline. The keys have the form `part.module`."""
    found: dict[str, Shape] = {}
    for file in sorted(model.path.glob(f"*/*{SAFE}")):
        for name, tensor in read_safetensors_header(file).tensors.items():
            if name.endswith(".weight"):
                found[f"{file.parent.name}.{name.removesuffix('.weight')}"] = tensor.shape
    return found


def _index_by_underscore_name(there: Iterable[str]) -> dict[str, str]:
    """Return a mapping from names as kohya's trainers write them to the module names in `there`. Kohya's
    trainers write `_` for each dot.
    """
    return {name.replace(".", "_"): name for name in there}


def _find_pipeline_module(name: str, there: Mapping[str, Shape], flat: Mapping[str, str]) -> str | None:
    """Return the pipeline's module that a name in a LoRA file refers to. None for an unknown name.

    `there` maps diffusers' names to shapes. `flat` maps kohya's names, with `_` for each dot, to diffusers'
    names.
    """
    for own in (name, name.replace(".processor", ""), f"transformer.{_strip_original_prefix(name)}"):
        if own in there:
            return own
    for theirs, part in KOHYA:
        if name.startswith(theirs):
            return flat.get(f"{part}_{name.removeprefix(theirs)}")
    return None


def _strip_original_prefix(name: str) -> str:
    return name.removeprefix("diffusion_model.").removeprefix("base_model.model.")


def compute_current_digest(path: Path, known: str = "") -> str:
    """Return the SHA-256 of a LoRA file in its current state. The user may have retrained the LoRA under the
    same name, so a stored hash may be outdated.

    Raises Refused if `known` is given and differs from the hash, and NotFound if the file is missing.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        raise NotFound(f"the file of the LoRA {path.name} is missing", f"looked for {path}") from None
    found = _hash_lora_file(path, state.st_size, state.st_mtime_ns)
    if known and found != known:
        raise Refused(
            f"the file {path.name} has changed since it was added",
            f"use the new file (milimo model use {path}), or add it again: milimo shot lora add",
        )
    return found


@lru_cache(maxsize=64)
def _hash_lora_file(path: Path, size: int, changed: int) -> str:
    """Return the hash of a file. `size` and `changed` (the modification time) only make the cache key
    unique.
    """
    return hash_file(path)


def read_lora_target_shapes(model: ResolvedWeights) -> dict[str, Shape]:
    """Return the shape of every matrix that a LoRA may change. These are the matrices of the transformer and
    the connectors.

    The keys have the form `part.module`.
    """
    folder = model.path if model.form in ("folder", "hub") else model.base
    files = sorted(folder.glob(f"connectors/*{SAFE}")) if folder else []
    found: dict[str, Shape] = {}
    if model.form in ("folder", "hub"):
        files += sorted(model.path.glob(f"transformer/*{SAFE}"))
    else:
        found |= _read_single_file_shapes(read_weights_header(model.path), model.family)
    for file in files:
        for name, tensor in read_safetensors_header(file).tensors.items():
            if name.endswith(".weight"):
                found[f"{file.parent.name}.{name.removesuffix('.weight')}"] = tensor.shape
    return found


def _read_single_file_shapes(header: WeightsHeader, family: str) -> dict[str, Shape]:
    """Return the shapes in a single-file checkpoint whose modules are named as in the authors' original
    code.
    """
    found: dict[str, Shape] = {}
    for name, tensor in header.tensors.items():
        module = name.removesuffix(".weight").removeprefix("model.")
        target = find_lora_target(
            module if module.startswith("diffusion_model.") else f"diffusion_model.{module}", family
        )
        if target is not None and name.endswith(".weight"):
            rows = tensor.shape[0] // len(target.modules) if tensor.shape else 0
            for one in target.modules:
                found[f"{target.part}.{one}"] = (rows, *tensor.shape[1:]) if target.is_fused else tensor.shape
    return found


def _has_matching_sizes(pair: LoraPair, target: LoraTarget, shapes: list[Shape]) -> bool:
    """Return True if the two matrices of a LoRA pair have the sizes of the modules that they change, and the
    same rank. `shapes` are the shapes of these modules.

    Packed (quantised) weights do not show their original shape. Any pair of matrices with the same number of
    dimensions is then accepted.
    """
    first = shapes[0]
    if len(first) != 2:
        return len(pair.down) == len(pair.up)
    if len(pair.down) != 2 or len(pair.up) != 2:
        return False
    outer = sum(shape[0] for shape in shapes) if target.is_fused else first[0]
    return pair.down[1] == first[1] and pair.up[0] == outer and pair.down[0] == pair.up[1]


def _format_pair_size(pair: LoraPair) -> str:
    return f"{pair.up[0]}×{pair.down[-1]}"


def _raise_fit_error(what: str, names: list[str], why: str, kind: type[Refused] = Refused) -> None:
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        raise kind(f"{what} {why}: {', '.join(names[:SHOWN])}{more}", HINT)
