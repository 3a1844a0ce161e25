"""`model setup`: room, licence, token, downloads as jobs, a test take; without a card what to rent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import NotFound, Refused, Unavailable
from milimo_tui.core.format import bytes_text
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.model_catalog import SETUPS
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.weight_specs import FetchModel
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.commands.model.downloads import GO_ON, check_room, downloads_by_model, lend, request_of
from milimo_tui.studio.machine.gpu_rental import durations, rent
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.queue.waiting import sentence, wait_shown
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import hub, hub_access, inventory
from milimo_tui.studio.weights.readiness import has_gpu

TEST_PROMPT = "A lighthouse at dusk, waves on the rocks, slow push in, the sound of the sea."


class SetupArgs(Args):
    family: str = arg(description="ltx2, flux2, z-image, qwen-image, wan, sam3 or gemma")
    model: str = arg("", description="these weights instead of the usual ones")
    yes: bool = arg(False, description="the licence has been read and is agreed to")
    anyway: bool = arg(False, description="fetch them though no GPU is here")
    no_test: bool = arg(False, description="without a test take at the end")
    detach: bool = arg(False, description="queue and return")


def _setup(studio: Studio, args: SetupArgs) -> Outcome:
    """Whatever can be refused is refused before anything is queued."""
    usual = SETUPS.get(args.family)
    if usual is None:
        raise NotFound(f"there is no “{args.family}” to set up", f"families: {', '.join(SETUPS)}")
    rows = [model_lookup.row(args.model)] if args.model else [model_lookup.row(id) for id in usual]
    card = has_gpu(studio)
    if not card and not args.anyway:
        return rent(args.family, rows)
    require_stack(f"setting up {args.family}")
    store = ModelStore(studio.home.models)
    missing = [] if _borrows(store, args) else [row for row in rows if not _usable(store, row.id)]
    check_room(store, missing)
    if missing and not args.yes and not studio.asks.agree(_licences(missing)):
        raise Refused(
            f"nothing is fetched before the licence is agreed to: {_licences(missing)}",
            f"milimo model setup {args.family} --yes",
        )
    who = _account(studio, missing)
    return carry_out(studio, args, store, missing, who, test=card and not args.no_test)


def _borrows(store: ModelStore, args: SetupArgs) -> bool:
    """Whether weights of another family serve this one, so that nothing is to be fetched."""
    if args.model or not engine_registry.profile(args.family).describe().borrows:
        return False
    try:
        return not inventory.runs(store, args.family).tiny
    except Unavailable:
        return False


def _usable(store: ModelStore, id: str) -> bool:
    return inventory.line_of(store, id).usable


def _licences(rows: Sequence[ModelRow]) -> str:
    parts = [
        f"{row.title}: {row.licence}, {row.page}" + ("" if row.commercial else " (not for commercial work)")
        for row in rows
    ]
    return f"{'; '.join(parts)}. Agreed?"


def _account(studio: Studio, rows: Sequence[ModelRow]) -> str:
    """Whose token opens the gates of these weights; empty where none has a gate. Raises Unavailable."""
    account = hub_access.admit(studio, rows)
    if account or not any(row.gate for row in rows):
        return account
    return str(hub.ask_hub("who")["name"])


def carry_out(
    studio: Studio, args: SetupArgs, store: ModelStore, missing: Sequence[ModelRow], who: str, *, test: bool
) -> Outcome:
    """Queue what is missing as one batch, the test last; wait for it unless detached."""
    under_way = downloads_by_model(studio)
    batch = BatchRequest(label=f"Set up {args.family}")
    endpoint = os.environ.get("HF_ENDPOINT", "")
    requests = [
        _in(request_of(FetchModel(model=row.id, endpoint=endpoint)), batch)
        for row in missing
        if row.id not in under_way
    ]
    client = studio.client()
    fetched = [under_way[row.id] for row in missing if row.id in under_way]
    if requests:
        lend(studio, requests)
        fetched += client.submit(requests, batches=[batch])
    ids = list(fetched)
    trial = _test_spec(args.family) if test else None
    if trial is not None:
        job = JobRequest(spec=trial, label=f"test of {args.family}", depends_on=fetched, batch="")
        ids += client.submit([job])
    total = sum(row.bytes for row in missing)
    data: dict[str, Any] = {
        "family": args.family,
        "models": [row.id for row in missing],
        "bytes": total,
        "jobs": ids,
        "batch": batch.id if requests else None,
        "account": who,
    }
    if not ids:
        return Outcome(data=data, message=f"{args.family} is ready: {_runs(store, args.family)}")
    message = f"{bytes_text(total)} to fetch: {durations(total)}. {GO_ON}" if total else GO_ON
    if args.detach:
        return Outcome(data=data, message=message)
    jobs = wait_shown(studio, f"set up {args.family}", ids, come_back=GO_ON)
    data["ended"] = [{"id": id, "state": jobs[id].state, "error": jobs[id].error or None} for id in ids]
    bad = [job for job in jobs.values() if job.state != "done"]
    if bad:
        return Outcome(data=data, text="\n".join(_failed(job) for job in bad), exit_code=1)
    data["take"] = _made(client.job(ids[-1])) if trial is not None else None
    shown = f"; the test take: {data['take']}" if data["take"] else ""
    return Outcome(data=data, message=f"{args.family} is ready: {_runs(store, args.family)}{shown}")


def _in(request: JobRequest, batch: BatchRequest) -> JobRequest:
    return replace(request, batch=batch.id)


def _runs(store: ModelStore, family: str) -> str:
    return f"it runs {inventory.runs(store, family).id}"


def _failed(job: JobView) -> str:
    return f"{sentence(job)}\n  {job.hint}".rstrip()


def _made(job: JobView) -> str:
    """The file that the test made."""
    outputs = job.outputs or {}
    found = outputs.get("take") or outputs.get("picture") or outputs.get("board") or ""
    return str(Path(found)) if found else ""


def _test_spec(family: str) -> dict[str, Any] | None:
    """The smallest work that shows that all of it runs."""
    trial = engine_registry.profile(family).describe().trial
    return trial.model_copy(update={"prompt": TEST_PROMPT}).model_dump(mode="json") if trial else None


SETUP = Command(
    "model.setup",
    "Set up",
    "room, licence, token, downloads and a test take; or what to rent",
    _setup,
    SetupArgs,
    cli="model setup",
    positional=("family",),
)
