"""Adoption of weights: registering weights that are already on the disk, so that they are used from where
they are. Accepts diffusers and transformers folders, single files, LoRAs, and ComfyUI's model folder.

Nothing is copied. Weights that no engine can use are refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from milimo_tui.core.errors import BadInput, MilimoError, NotFound, Refused
from milimo_tui.core.format import format_bytes
from milimo_tui.engines.catalog import external_weights, families, lora_fit, model_lookup, own_pipelines
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, ResolvedWeights, WeightFile
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.safetensors_headers import (
    WeightsHeader,
    refuse_four_bits,
    refuse_pickle,
)
from milimo_tui.engines.catalog.weight_hashes import hash_file
from milimo_tui.engines.catalog.weight_headers import SINGLE_FILE_SUFFIXES, read_weights_header
from milimo_tui.engines.catalog.whole_folder import check_weights_folder, refuse_missing_config
from milimo_tui.engines.contract.profile import SingleFile
from milimo_tui.engines.registry import explanation


@cache
def _get_single_file_formats() -> dict[str, SingleFile]:
    """Return, by model family, the format of checkpoints that consist of a single file. Families without such
    a format are left out.
    """
    engines = explanation.list_recipe_engines()
    return {one.family: one.single for one in engines if one.single}


@cache
def _list_lora_families() -> tuple[str, ...]:
    """Return the model families that accept LoRAs: those whose engines make pictures or takes."""
    return tuple(one.family for one in explanation.list_recipe_engines() if one.trial is not None)


@dataclass(frozen=True, slots=True)
class AdoptionRequest:
    """The options that the user gave for an adoption. `generation` is the version of the model family. Empty
    options are detected from the files.
    """

    name: str = ""
    family: str = ""
    role: str = ""
    generation: str = ""


@dataclass(frozen=True, slots=True)
class AdoptedWeights:
    """Adopted weights, with a message for the user."""

    rows: tuple[InstalledWeights, ...]
    sentence: str


def is_weights_path(word: str) -> bool:
    """Return True if `word`, with which the user names weights, is a path and not an id."""
    return (
        "/" in word
        or word.startswith(("~", "."))
        or Path(word).suffix in (*SINGLE_FILE_SUFFIXES, ".bin", ".ckpt", ".pt")
    )


def adopt_pipeline(store: ModelStore, path: Path, request: AdoptionRequest) -> AdoptedWeights:
    """Adopt a folder as a diffusers pipeline for the generic engine, which runs any pipeline. The user may
    choose this even if Milimo has an engine for this model.

    Raises NotFound, and BadInput for a pipeline that the generic engine can't run.
    """
    if not path.is_dir():
        raise NotFound(f"there is no folder {path}", f"name a folder that contains {families.INDEX}")
    pipeline = own_pipelines.read_own_pipeline(path)
    check_weights_folder(path)
    id = _make_free_weights_id(store, request.name or path.name, path)
    row = InstalledWeights(id=id, family=own_pipelines.GENERIC_FAMILY, title=path.name)
    kept = store.register(external_weights.link_user_weights(row, path))
    store.select(kept.family, id)
    makes = "takes" if pipeline.call.makes_clips else "pictures"
    options = ", ".join(one.name for one in pipeline.call.options) or "none"
    return AdoptedWeights(
        (kept,),
        f"{own_pipelines.GENERIC_PREFIX}{id} makes {makes} by {pipeline.name}, untested; "
        f"{format_bytes(kept.bytes)} stay "
        f"where they are: {path}; options of its own: {options}",
    )


def adopt_weights(store: ModelStore, path: Path, request: AdoptionRequest) -> AdoptedWeights:
    """Adopt the weights at a path, which is a folder or a file. Raises NotFound, BadInput, Refused,
    Damaged.
    """
    if path.is_dir():
        if request.role == "lora" or path.suffix in SINGLE_FILE_SUFFIXES:
            raise BadInput(f"{path.name} is a folder, not a file of weights", "name the file inside it")
        return _adopt_folder(store, path, request)
    if not path.is_file():
        raise NotFound(
            f"there is nothing at {path}", "name a folder of weights, or a .safetensors or .gguf file"
        )
    refuse_pickle(path)
    header = read_weights_header(path)
    if request.role == "lora" or (not request.role and _is_lora_header(header)):
        return _adopt_lora(store, path, request)
    return _adopt_single_file(store, path, header, request)


def _adopt_folder(store: ModelStore, path: Path, request: AdoptionRequest) -> AdoptedWeights:
    family = families.find_family_of_folder(path)
    if not family:
        families.refuse_unknown_pipeline(path)
        return _adopt_comfyui_folder(store, path)
    if request.family and request.family != family:
        raise Refused(
            f"{path.name} belongs to {family}, not to {request.family}",
            f"run milimo model use {path} without --family",
        )
    if not external_weights.is_complete(path):
        raise BadInput(
            f"{path.name} is incomplete: files that its index lists are missing",
            "download them, for example with milimo model download",
        )
    check_weights_folder(path)
    id = _make_free_weights_id(store, request.name or path.name, path)
    generation = request.generation or families.find_generation_of_folder(path, family)
    role = families.find_role_of_folder(path, family)
    row = InstalledWeights(id=id, family=family, role=role, generation=generation, title=path.name)
    kept = store.register(external_weights.link_user_weights(row, path))
    if role != "model":
        return AdoptedWeights(
            (kept,), f"{id} is available for {role}; {format_bytes(kept.bytes)} stay where they are: {path}"
        )
    store.select(family, id)
    return AdoptedWeights(
        (kept,), f"{family} runs {id} from now on; {format_bytes(kept.bytes)} stay where they are: {path}"
    )


def _adopt_comfyui_folder(store: ModelStore, path: Path) -> AdoptedWeights:
    """Add a ComfyUI folder to the folders in which the store looks for weights, and return the weights found
    in the folder. Raises BadInput for an incomplete pipeline or model.
    """
    refuse_missing_config(path)
    before = {row.id for row in store.rows()}
    store.add_folder(path)
    new = tuple(row for row in store.rows() if row.id not in before)
    if new:
        names = ", ".join(f"{row.id} ({format_bytes(row.bytes)})" for row in new)
        return AdoptedWeights(new, f"found in {path}, used from there: {names}")
    return AdoptedWeights(
        (),
        f"no known weights are in {path} now; it is searched from now on",
    )


def _is_lora_header(header: WeightsHeader) -> bool:
    return any("lora_" in name or ".lora." in name for name in header.tensors)


def _adopt_lora(store: ModelStore, path: Path, request: AdoptionRequest) -> AdoptedWeights:
    """Adopt a LoRA. To find its model family, compare its tensors with the model that each family runs
    now.
    """
    facts = lora_fit.read_lora_facts(path)
    model = find_fitting_model(store, path, (request.family,) if request.family else ())
    if model is not None:
        generation = request.generation or model.generation
        return _register_lora(store, path, model.family, generation, request, facts, tiny=model.tiny)
    if not request.family:
        raise Refused(
            f"{path.name} can't be checked, because no model that takes LoRAs is installed",
            "milimo model download gets a model; or give --family ltx2 --generation 2.0",
        )
    return _register_lora(store, path, request.family, request.generation, request, facts, tiny=False)


def find_fitting_model(store: ModelStore, path: Path, families: Sequence[str] = ()) -> ResolvedWeights | None:
    """Return the weights that a LoRA fits, from the weights that each family uses and from other installed
    pipelines. Return None if no installed model accepts LoRAs.

    `families` limits the search; empty means all. Raises Refused if the LoRA fits none of the installed
    models; the message names the tensors that do not fit.
    """
    refused: list[Refused] = []
    for family in families or _list_lora_families():
        if family == own_pipelines.GENERIC_FAMILY or not store.has(family):
            continue
        model = store.resolve(family)
        try:
            lora_fit.check_lora_fit(path, model)
        except Refused as error:
            refused.append(error)
        else:
            return model
    for model in (
        _list_other_pipelines(store) if not families or own_pipelines.GENERIC_FAMILY in families else ()
    ):
        try:
            if lora_fit.is_proven_to_fit(path, model):
                return model
        except Refused as error:
            refused.append(error)
    # Report the error of the model that nearly fits: its layers have the same names but other sizes.
    if refused:
        raise next((error for error in refused if isinstance(error, lora_fit.LoraSizeMismatch)), refused[0])
    return None


def _list_other_pipelines(store: ModelStore) -> Iterator[ResolvedWeights]:
    """Yield the installed pipelines that belong to no known model family, in reverse order of their ids.
    Unreadable pipelines are skipped.
    """
    for row in reversed(store.rows()):
        if (row.family, row.role) == (own_pipelines.GENERIC_FAMILY, "model"):
            with suppress(MilimoError):
                found = store.resolve(row.family, model=row.id)
                own_pipelines.read_own_pipeline(found.path)
                yield found


def _register_lora(
    store: ModelStore,
    path: Path,
    family: str,
    generation: str,
    request: AdoptionRequest,
    facts: lora_fit.LoraFacts,
    *,
    tiny: bool,
) -> AdoptedWeights:
    row = InstalledWeights(
        id=_make_free_weights_id(store, request.name or path.stem, path),
        family=family,
        role="lora",
        generation=generation,
        title=path.stem,
        path=str(path),
        form="file",
        tiny=tiny,
        trigger=facts.trigger,
        files=(WeightFile(path.name, path.stat().st_size, hash_file(path)),),
    )
    kept = store.register(row)
    ranks = ", ".join(map(str, facts.ranks))
    call = f"; called by “{facts.trigger}”" if facts.trigger else ""
    return AdoptedWeights(
        (kept,),
        f"{kept.id} is a LoRA of {family} {generation} (rank {ranks}, {facts.modules} modules){call}: "
        f"milimo shot lora add SHOT {kept.id}",
    )


def _adopt_single_file(
    store: ModelStore, path: Path, header: WeightsHeader, request: AdoptionRequest
) -> AdoptedWeights:
    """Adopt a complete checkpoint in a single file. Only its transformer is used; the other components come
    from the folder of installed weights.
    """
    refuse_four_bits(path, header)
    known = _get_single_file_formats()
    family = request.family or next(
        (name for name, one in known.items() if _has_marked_tensor(header, one.marks)), ""
    )
    if request.family and family not in known:
        raise BadInput(
            f"{family} runs from a folder and not from one file: {path.name}",
            f"give its folder: milimo model use FOLDER; a single file may contain {' or '.join(known)}",
        )
    if family not in known:
        raise BadInput(
            f"{path.name} is not recognised: none of its {len(header.tensors)} tensors is known",
            f"say what it is: --family {' or '.join(known)}, --role model or lora",
        )
    if not _has_marked_tensor(header, known[family].marks):
        raise Refused(
            f"{path.name} is not {family}: it has none of that family's tensors",
            "run milimo model use FILE without --family",
        )
    single = known[family]
    generation = request.generation or single.generation_of(header.tensors)
    pair = single.pair(path, generation)
    if pair is not None:
        path = pair[0]
    row = InstalledWeights(
        id=_make_free_weights_id(store, request.name or path.stem, path),
        family=family,
        generation=generation,
        title=path.name,
        form="file",
        base=single.bases.get(generation, single.base),
    )
    kept = store.register(external_weights.link_user_weights(row, path, pair[1:] if pair else ()))
    # Check now that the other components are installed: this call raises an error with the command that gets
    # them.
    store.resolve(family, model=kept.id)
    store.select(family, kept.id)
    return AdoptedWeights(
        (kept,),
        f"{family} runs {kept.id} from now on; {format_bytes(kept.bytes)} stay where they are: {path}",
    )


def _has_marked_tensor(header: WeightsHeader, marks: tuple[str, ...]) -> bool:
    return any(mark in name for name in header.tensors for mark in marks)


def _make_free_weights_id(store: ModelStore, name: str, path: Path) -> str:
    """Return an id for weights, made from a name. If the id is taken, a number is added. Weights that were
    adopted before from the same path keep their id.
    """
    again = next((row.id for row in store.list_installed() if row.path == str(path)), "")
    if again:
        return again
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "weights"
    taken = {row.id for row in store.list_installed()} | {row.id for row in MODELS}
    id, number = plain[:80], 2
    while id in taken:
        id, number = f"{plain[:80]}-{number}", number + 1
    return model_lookup.check_model_id(id)
