"""Adoption of existing weights in place: diffusers and transformers folders, single files, LoRAs, ComfyUI's
folder.

Nothing is copied. Weights that do not fit are refused with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from milimo_tui.core.errors import BadInput, MilimoError, NotFound, Refused
from milimo_tui.core.format import bytes_text
from milimo_tui.engines.catalog import external_weights, families, lora_fit, model_lookup, own_pipelines
from milimo_tui.engines.catalog.installed_weights import Found, Installed, WeightFile
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.safetensors_headers import (
    Header,
    refuse_four_bits,
    refuse_pickle,
)
from milimo_tui.engines.catalog.weight_hashes import digest_of
from milimo_tui.engines.catalog.weight_headers import SINGLE, header_of
from milimo_tui.engines.catalog.whole_folder import check_folder, refuse_headless
from milimo_tui.engines.contract.profile import SingleFile
from milimo_tui.engines.registry import explanation


@cache
def _single_files() -> dict[str, SingleFile]:
    """Return the formats of full checkpoints in one file, by family."""
    told = explanation.with_ladders()
    return {one.family: one.single for one in told if one.single}


@cache
def _wearing() -> tuple[str, ...]:
    """Return the families whose weights take LoRAs: those of engines that make pictures or takes."""
    return tuple(one.family for one in explanation.with_ladders() if one.trial is not None)


@dataclass(frozen=True, slots=True)
class AdoptionRequest:
    """The user's options for an adoption; empty options are detected."""

    name: str = ""
    family: str = ""
    role: str = ""
    generation: str = ""


@dataclass(frozen=True, slots=True)
class Adopted:
    """Adopted weights, with a message for the user."""

    rows: tuple[Installed, ...]
    sentence: str


def is_path(word: str) -> bool:
    """Return True if the word is a path and not an id."""
    return (
        "/" in word or word.startswith(("~", ".")) or Path(word).suffix in (*SINGLE, ".bin", ".ckpt", ".pt")
    )


def adopt_pipeline(store: ModelStore, path: Path, request: AdoptionRequest) -> Adopted:
    """Adopt a folder as a diffusers pipeline that is run by the parameters of its call, even if an engine
    exists for it.

    Raises NotFound, and BadInput for a pipeline that can't be run.
    """
    if not path.is_dir():
        raise NotFound(f"there is no folder {path}", f"name one with a {families.INDEX} in it")
    pipeline = own_pipelines.read(path)
    check_folder(path)
    id = _free_id(store, request.name or path.name, path)
    row = Installed(id=id, family=own_pipelines.OTHERS, title=path.name)
    kept = store.register(external_weights.linked(row, path))
    store.select(kept.family, id)
    makes = "takes" if pipeline.call.makes_clips else "pictures"
    options = ", ".join(one.name for one in pipeline.call.options) or "none"
    return Adopted(
        (kept,),
        f"{own_pipelines.WORD}{id} makes {makes} by {pipeline.name}, unproved; {bytes_text(kept.bytes)} stay "
        f"where they are: {path}; options of its own: {options}",
    )


def adopt(store: ModelStore, path: Path, request: AdoptionRequest) -> Adopted:
    """Adopt the weights at a path. Raises NotFound, BadInput, Refused, Damaged."""
    if path.is_dir():
        if request.role == "lora" or path.suffix in SINGLE:
            raise BadInput(f"{path.name} is a folder, not a file of weights", "name the file that lies in it")
        return _folder(store, path, request)
    if not path.is_file():
        raise NotFound(
            f"there is nothing at {path}", "name a folder of weights, or a .safetensors or .gguf file"
        )
    refuse_pickle(path)
    header = header_of(path)
    if request.role == "lora" or (not request.role and _looks_like_lora(header)):
        return _lora(store, path, request)
    return _single(store, path, header, request)


def _folder(store: ModelStore, path: Path, request: AdoptionRequest) -> Adopted:
    family = families.family_of(path)
    if not family:
        families.refuse_stranger(path)
        return _comfyui(store, path)
    if request.family and request.family != family:
        raise Refused(f"{path.name} is {family}, not {request.family}", f"milimo model use {path}")
    if not external_weights.is_complete(path):
        raise BadInput(
            f"{path.name} is not whole: files that its own index names are missing",
            "fetch them, or let milimo model download do it",
        )
    check_folder(path)
    id = _free_id(store, request.name or path.name, path)
    generation = request.generation or families.generation_of(path, family)
    role = families.role_of(path, family)
    row = Installed(id=id, family=family, role=role, generation=generation, title=path.name)
    kept = store.register(external_weights.linked(row, path))
    if role != "model":
        return Adopted(
            (kept,), f"{id} is there for {role}; {bytes_text(kept.bytes)} stay where they are: {path}"
        )
    store.select(family, id)
    return Adopted(
        (kept,), f"{family} runs {id} from now on; {bytes_text(kept.bytes)} stay where they are: {path}"
    )


def _comfyui(store: ModelStore, path: Path) -> Adopted:
    """Add the folder to the searched folders. Raises BadInput for an incomplete pipeline or model."""
    refuse_headless(path)
    before = {row.id for row in store.rows()}
    store.add_folder(path)
    new = tuple(row for row in store.rows() if row.id not in before)
    if new:
        names = ", ".join(f"{row.id} ({bytes_text(row.bytes)})" for row in new)
        return Adopted(new, f"found in {path}, used where it lies: {names}")
    return Adopted(
        (),
        f"no known weights are in {path} now; it is looked through from now on",
    )


def _looks_like_lora(header: Header) -> bool:
    return any("lora_" in name or ".lora." in name for name in header.tensors)


def _lora(store: ModelStore, path: Path, request: AdoptionRequest) -> Adopted:
    """Adopt a LoRA. Its family is found by comparing its tensors with the model that each family runs."""
    facts = lora_fit.facts(path)
    model = fitted(store, path, (request.family,) if request.family else ())
    if model is not None:
        generation = request.generation or model.generation
        return _kept(store, path, model.family, generation, request, facts, tiny=model.tiny)
    if not request.family:
        raise Refused(
            f"{path.name} can't be held against any model: none that takes LoRAs is here",
            "milimo model download one first, or say --family ltx2 --generation 2.0",
        )
    return _kept(store, path, request.family, request.generation, request, facts, tiny=False)


def fitted(store: ModelStore, path: Path, families: Sequence[str] = ()) -> Found | None:
    """Return the weights in use that a LoRA fits; None if no installed model takes LoRAs.

    Raises Refused, naming the tensors that do not fit, if it fits none of the installed models.
    """
    refused: list[Refused] = []
    for family in families or _wearing():
        if family == own_pipelines.OTHERS or not store.has(family):
            continue
        model = store.resolve(family)
        try:
            lora_fit.check_fit(path, model)
        except Refused as error:
            refused.append(error)
        else:
            return model
    for model in _others(store) if not families or own_pipelines.OTHERS in families else ():
        try:
            if lora_fit.is_known_to_fit(path, model):
                return model
        except Refused as error:
            refused.append(error)
    if refused:  # Report the reason of the model that nearly fits.
        raise next((error for error in refused if isinstance(error, lora_fit.OtherSizes)), refused[0])
    return None


def _others(store: ModelStore) -> Iterator[Found]:
    """Yield the installed pipelines without a family, in reverse order of names. Unreadable pipelines are
    skipped.
    """
    for row in reversed(store.rows()):
        if (row.family, row.role) == (own_pipelines.OTHERS, "model"):
            with suppress(MilimoError):
                found = store.resolve(row.family, model=row.id)
                own_pipelines.read(found.path)
                yield found


def _kept(
    store: ModelStore,
    path: Path,
    family: str,
    generation: str,
    request: AdoptionRequest,
    facts: lora_fit.LoraFacts,
    *,
    tiny: bool,
) -> Adopted:
    row = Installed(
        id=_free_id(store, request.name or path.stem, path),
        family=family,
        role="lora",
        generation=generation,
        title=path.stem,
        path=str(path),
        form="file",
        tiny=tiny,
        trigger=facts.trigger,
        files=(WeightFile(path.name, path.stat().st_size, digest_of(path)),),
    )
    kept = store.register(row)
    ranks = ", ".join(map(str, facts.ranks))
    call = f"; called by “{facts.trigger}”" if facts.trigger else ""
    return Adopted(
        (kept,),
        f"{kept.id} is a LoRA of {family} {generation} (rank {ranks}, {facts.modules} modules){call}: "
        f"milimo shot lora add SHOT {kept.id}",
    )


def _single(store: ModelStore, path: Path, header: Header, request: AdoptionRequest) -> Adopted:
    """Adopt a full checkpoint in one file: its transformer is used, the other parts come from a folder."""
    refuse_four_bits(path, header)
    known = _single_files()
    family = request.family or next((name for name, one in known.items() if _has(header, one.marks)), "")
    if request.family and family not in known:
        raise BadInput(
            f"{family} is run from a folder, not from one file: {path.name}",
            f"one file may hold {' or '.join(known)}; a folder: milimo model use FOLDER",
        )
    if family not in known:
        raise BadInput(
            f"it can't be told what {path.name} is: none of its {len(header.tensors)} tensors is known",
            f"say it: --family {' or '.join(known)}, --role model or lora",
        )
    if not _has(header, known[family].marks):
        raise Refused(f"{path.name} is no {family}: it has none of its tensors", "milimo model use FILE")
    single = known[family]
    generation = request.generation or single.generation_of(header.tensors)
    pair = single.pair(path, generation)
    if pair is not None:
        path = pair[0]
    row = Installed(
        id=_free_id(store, request.name or path.stem, path),
        family=family,
        generation=generation,
        title=path.name,
        form="file",
        base=single.bases.get(generation, single.base),
    )
    kept = store.register(external_weights.linked(row, path, pair[1:] if pair else ()))
    store.resolve(family, model=kept.id)  # Raises an error with the command if its other parts are missing.
    store.select(family, kept.id)
    return Adopted(
        (kept,), f"{family} runs {kept.id} from now on; {bytes_text(kept.bytes)} stay where they are: {path}"
    )


def _has(header: Header, marks: tuple[str, ...]) -> bool:
    return any(mark in name for name in header.tensors for mark in marks)


def _free_id(store: ModelStore, name: str, path: Path) -> str:
    """Return an id made from a name. A taken id gets a number; weights that are adopted again keep their
    id.
    """
    again = next((row.id for row in store.installed() if row.path == str(path)), "")
    if again:
        return again
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "weights"
    taken = {row.id for row in store.installed()} | {row.id for row in MODELS}
    id, number = plain[:80], 2
    while id in taken:
        id, number = f"{plain[:80]}-{number}", number + 1
    return model_lookup.safe_id(id)
