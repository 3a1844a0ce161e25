"""The check that a LoRA fits a model: every module that the LoRA changes must exist in the model, by both
file headers.

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

SHOWN = 3  # names listed in a refusal
FLOATS = ("F", "BF")  # beginnings of the type names of trained matrices
HINT = "a LoRA fits one model: milimo model list --loras shows what each fits"

Shape = tuple[int, ...]


class LoraSizeMismatch(Refused):
    """The refusal of a LoRA whose modules all exist in the model but have other sizes: the model is of a
    similar kind.
    """


@dataclass(frozen=True, slots=True)
class LoraPair:
    """The two matrices that change a module: `down` is (rank, inner) and `up` is (outer, rank)."""

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
        """The word that activates the LoRA, if its trainer recorded one. Empty otherwise."""
        for key in ("modelspec.trigger_phrase", "ss_trigger_word", "trigger_word", "trigger"):
            if self.notes.get(key):
                return self.notes[key]
        return ""


def read_lora_facts(path: Path) -> LoraFacts:
    """Return the properties of a LoRA file. Raises BadInput for a pickle or a file that is no LoRA, Damaged
    for a truncated file.
    """
    header = read_safetensors_header(path)
    pairs = list_lora_pairs(path, header)
    return LoraFacts(tuple(sorted({pair.down[0] for pair in pairs})), len(pairs), header.metadata)


def list_lora_pairs(path: Path, header: WeightsHeader) -> tuple[LoraPair, ...]:
    """Return every matrix pair of a LoRA file. Raises BadInput for a tensor that is no half of a pair, and
    for a single half.
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
    """Raise Refused for tensors that cannot belong to a LoRA.

    These are tensors of integers, empty tensors, a pair's scale with more than one number, and the halves of
    one pair with different ranks.
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

    `name` is the user's name for the LoRA; the default is the file name. Raises Refused with the names of the
    modules that the model does not have or has in other sizes; also BadInput, Damaged and NotFound.
    """
    if not path.is_file():
        raise NotFound(
            f"the file of the LoRA {path.name} is missing", f"looked for {path}; milimo model list --loras"
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
    """Return True if the headers prove for every module that a generic diffusers pipeline has the module.

    The headers prove nothing about names that only diffusers can convert. Raises as `check_lora_fit`.
    """
    check_lora_fit(path, model)
    there = _read_pipeline_shapes(model)
    flat = _index_by_underscore_name(there)
    return all(
        _find_pipeline_module(pair.name, there, flat)
        for pair in list_lora_pairs(path, read_safetensors_header(path))
    )


def _check_fit_of_generic_pipeline(pairs: tuple[LoraPair, ...], model: ResolvedWeights, name: str) -> None:
    """Check a LoRA against a pipeline of no known family, by the names of diffusers and of kohya's trainers.

    Other naming schemes are left to diffusers, which converts the names while loading. Raises Refused.
    """
    call = own_pipelines.read_own_pipeline(model.path).call
    if not call.wears_loras:
        raise Refused(f"{model.id} can't use the LoRA {name}: {call.name} does not load LoRAs", HINT)
    there = _read_pipeline_shapes(model)
    flat = _index_by_underscore_name(there)
    unknown: list[str] = []
    larger: list[str] = []
    for pair in pairs:
        place = _find_pipeline_module(pair.name, there, flat)
        if place is None and pair.name.partition(".")[0] in PLACES:
            unknown.append(pair.name)
        elif place is not None:
            shape = there[place]
            target = LoraTarget(place.partition(".")[0], (place,))
            if not _has_matching_sizes(pair, target, [shape]):
                larger.append(f"{pair.name} ({_format_pair_size(pair)} on {'×'.join(map(str, shape))})")
    _raise_fit_error(name, unknown, f"does not fit {model.id}: it changes what that model has not")
    _raise_fit_error(
        name, larger, f"does not fit {model.id}: its matrices have other sizes", LoraSizeMismatch
    )


def _read_pipeline_shapes(model: ResolvedWeights) -> dict[str, Shape]:
    """Return the shape of every weight matrix of a pipeline, as `part.module`."""
    found: dict[str, Shape] = {}
    for file in sorted(model.path.glob(f"*/*{SAFE}")):
        for name, tensor in read_safetensors_header(file).tensors.items():
            if name.endswith(".weight"):
                found[f"{file.parent.name}.{name.removesuffix('.weight')}"] = tensor.shape
    return found


def _index_by_underscore_name(there: Iterable[str]) -> dict[str, str]:
    """Return modules by their names with `_` for each dot, as kohya's trainers write them."""
    return {name.replace(".", "_"): name for name in there}


def _find_pipeline_module(name: str, there: Mapping[str, Shape], flat: Mapping[str, str]) -> str | None:
    """Return the module that a name refers to, by diffusers' own names or by kohya's names (`flat`, with `_`
    for each dot).
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
    """Return the SHA-256 of a LoRA file as it is now; the user may have retrained it under the same name.

    Raises Refused if the hash differs from `known`, and NotFound.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        raise NotFound(f"the file of the LoRA {path.name} is missing", f"looked for {path}") from None
    found = _hash_lora_file(path, state.st_size, state.st_mtime_ns)
    if known and found != known:
        raise Refused(
            f"the file {path.name} has changed since it was added",
            f"to use the new file: milimo model use {path}, or add it again with shot lora add",
        )
    return found


@lru_cache(maxsize=64)
def _hash_lora_file(path: Path, size: int, changed: int) -> str:
    """Return the hash of a file. `size` and `changed` (the modification time) are part of the cache key
    only.
    """
    return hash_file(path)


def read_lora_target_shapes(model: ResolvedWeights) -> dict[str, Shape]:
    """Return the shape of every matrix that a LoRA may change, as `part.module`: the transformer and the
    connectors.
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
    """Return the shapes of a checkpoint that uses the module names of the model's authors."""
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
    """Return True if the inner size, the outer size and the rank agree. Packed weights have lost their shape
    and always pass.
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
