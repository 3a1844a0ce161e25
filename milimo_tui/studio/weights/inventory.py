"""Inventory of weights for display: all weights that the program knows and all that are installed, each with
its state.

Reads manifests, file sizes and the state of jobs. Loads, downloads and hashes nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Conflict, Damaged, NotFound
from milimo_tui.core.format import format_bytes
from milimo_tui.core.host import HOST
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_catalog import MODELS, SETUPS
from milimo_tui.engines.catalog.model_store import MANIFEST, ModelStore, count_partial_bytes
from milimo_tui.engines.catalog.recorded_listings import ExpectedDownload, estimate_download, read_listings
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.values.views import JobView

FETCH, VERIFY = "fetch_model", "verify_model"
PLACE_NAMES = {"hub": "in the hub's cache", "comfyui": "in ComfyUI"}

Job = JobView


@dataclass(frozen=True, slots=True)
class WeightsLine:
    """An entry of the inventory: weights that the program knows, that are installed, or both.

    `known` is None for weights that the user added, and `installed` is None for weights that are not
    installed. `unfinished` is the number of bytes of an interrupted download.
    """

    id: str
    known: ModelRow | None
    installed: InstalledWeights | None
    selected: bool
    problem: str
    unfinished: int
    job: Job | None

    @property
    def is_usable(self) -> bool:
        """True if the weights are installed and undamaged."""
        return self.installed is not None and not self.problem

    @property
    def state(self) -> str:
        """The state as a phrase for lists, such as “in use” or “missing”."""
        if self.job is not None:
            return _describe_job_state(self.job)
        if self.problem:
            return "damaged"
        if self.installed is not None:
            place = _describe_weights_place(self.installed)
            return ("in use" if self.selected else "installed") + (f", {place}" if place else "")
        if self.unfinished:
            return f"unfinished, {format_bytes(self.unfinished)} kept"
        return "missing"

    def as_json(self, store: ModelStore) -> dict[str, Any]:
        """Return the object that `model list --json` prints for these weights."""
        known, here = self.known, self.installed
        bytes_there = here.bytes if here else 0
        estimate = estimate_download(known, read_listings(store.folder)) if known else None
        wanted = estimate.bytes if estimate else bytes_there
        return {
            "id": self.id,
            "title": (known.title if known else here.title if here else "") or self.id,
            "family": known.family if known else here.family if here else "",
            "role": known.role if known else here.role if here else "",
            "generation": known.generation if known else here.generation if here else "",
            "does": known.does if known else "random numbers: noise" if here and here.tiny else "",
            "gb": round(wanted / 1e9, 1),
            "memory_gb": known.memory_gb if known else 0,
            "installed": self.is_usable,
            "selected": self.selected,
            "tiny": bool(here and here.tiny),
            "bytes": bytes_there,
            "unfinished": self.unfinished,
            "state": self.state,
            "problem": self.problem,
            "path": str(store.path(here)) if here else "",
            "form": here.form if here else "",
            "digest": here.digest if here else "",
            "revision": here.revision if here else "",
            "hub": known.hub if known else here.hub if here else "",
            "page": known.page if known else "",
            "licence": known.licence if known else here.licence if here else "",
            "gate": known.gate if known else "",
            "commercial": known.commercial if known else None,
            "needs": list(known.needs) if known else [here.base] if here and here.base else [],
            "unlocks": list(known.unlocks) if known else [],
            "control": known.control if known else here.control if here else "",
            "notes": known.notes if known else "",
            "recommended": RECOMMENDED.get(self.id, ""),
            "evidence": _describe_size_evidence(known, estimate) if known and estimate else "measured",
            "job": self.job.id if self.job else None,
            "progress": self.job.progress if self.job else None,
            "note": str(self.job.live.get("note") or "") if self.job else "",
        }


# The id of each family's recommended model, mapped to the reason to choose it. The first setup of a family is
# the recommended one.
RECOMMENDED = {setups[0].model: setups[0].brings for setups in SETUPS.values()}


def _describe_size_evidence(known: ModelRow, download: ExpectedDownload) -> str:
    """Return a word for the evidence behind the download size of known weights. This is `listed` if the hub's
    own file list gives the size, and `read` if a file list made by others gives it. In all other cases, it is
    the kind of evidence that the registry names.
    """
    if download.known == "listed":
        return "listed" if download.by == "hub" else "read"
    return known.evidence


def _describe_job_state(job: Job) -> str:
    act = "downloading" if job.kind == FETCH else "verifying"
    share = job.progress
    if job.state != "running":
        return f"{act}: {job.state}"
    return f"{act} {share:.0%}" if share is not None else act


def _describe_weights_place(row: InstalledWeights) -> str:
    if row.form in PLACE_NAMES:
        return PLACE_NAMES[row.form]
    return "elsewhere" if Path(row.path).is_absolute() else ""


def list_weights(store: ModelStore, jobs: Sequence[Job] = ()) -> list[WeightsLine]:
    """Return an inventory entry for each set of weights. First come the known weights in the order of the
    registry, then weights that the user added, then the tiny weights for tests, then other weights that a job
    downloads or verifies.

    `jobs` are the unfinished jobs.
    """
    here = {row.id: row for row in store.rows()}
    chosen = store.read_selection()
    by_model = {get_model_of_job(job): job for job in jobs if job.kind in (FETCH, VERIFY)}
    ids = [row.id for row in MODELS]
    ids += sorted(here.keys() - set(ids), key=lambda id: (here[id].tiny, here[id].family, id))
    ids += sorted(by_model.keys() - set(ids) - {""})
    return [
        WeightsLine(
            id,
            model_lookup.find_model_row(id),
            here.get(id),
            id in here and chosen.get(here[id].family) == id,
            _find_weights_problem(store, here[id]) if id in here else "",
            count_partial_bytes(store.folder / id),
            by_model.get(id),
        )
        for id in ids
    ]


def find_weights(store: ModelStore, id: str, jobs: Sequence[Job] = ()) -> WeightsLine:
    """Return the inventory entry of the weights with this id. `jobs` are the unfinished jobs. Raises
    NotFound.
    """
    found = next((one for one in list_weights(store, jobs) if one.id == id), None)
    if found is None:
        raise model_lookup.make_unknown_model_error(id)
    return found


def _find_weights_problem(store: ModelStore, row: InstalledWeights) -> str:
    try:
        store.check_files(row)
    except Damaged as error:
        return error.message
    return ""


def get_model_of_job(job: Job) -> str:
    """Return the id of the weights that a job downloads or verifies, which is the last word of the job's
    label.
    """
    return job.label.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class RunningWeights:
    """The weights that the engine of a family uses now. `tiny` is True for weights with random numbers, which
    only serve tests.
    """

    id: str
    tiny: bool


def find_running_weights(store: ModelStore, family: str) -> RunningWeights:
    """Return the weights that the engine of a family uses now. For the family `local`, this can be the text
    encoder that is part of LTX-2.

    Raises Unavailable, with the command that downloads weights, and Damaged.
    """
    used = engine_registry.profile(family).in_use(store)
    return RunningWeights(used.id, used.tiny)


def delete_weights(store: ModelStore, id: str, jobs: Sequence[Job] = ()) -> int:
    """Delete the weights with this id and return the freed bytes. Files outside the home are not deleted.

    Raises NotFound, and Conflict while a job downloads or verifies the weights.
    """
    line = find_weights(store, id, jobs)
    if line.job is not None:
        raise Conflict(f"{id} is {line.state}", f"milimo job cancel {line.job.id} cancels the job")
    folder = store.folder / model_lookup.check_model_id(id)
    if not folder.is_dir():
        where = f": it is {line.state}" if line.installed else ""
        raise NotFound(
            f"{id} takes no space here{where}", "milimo model disk shows the disk space of all weights"
        )
    freed = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    store.forget(id)
    shutil.rmtree(folder)
    return freed


def measure_weights_space(store: ModelStore) -> dict[str, int]:
    """Return the bytes that weights use in this home, that unfinished downloads use, and that are free on its
    disk.
    """
    own = [row for row in store.list_installed() if not Path(row.path).is_absolute()]
    unfinished = 0
    if store.folder.is_dir():
        unfinished = sum(count_partial_bytes(folder) for folder in store.folder.iterdir() if folder.is_dir())
    return {
        "installed": sum(row.bytes for row in own),
        "unfinished": unfinished,
        "free": HOST.get_free_bytes(store.folder),
    }
