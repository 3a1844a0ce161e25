"""The command `model setup`: choose weights for this card, check disk space, licence and token, download the
weights as jobs, and make a test take.

Without a card, the command recommends a card to rent.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import NotFound, Refused, Unavailable
from milimo_tui.core.format import format_bytes, format_duration
from milimo_tui.core.host import HOST
from milimo_tui.engines.catalog.installed_weights import get_family_name
from milimo_tui.engines.catalog.model_catalog import SETUPS
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.recorded_listings import estimate_download, read_listings
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.recipes.processor import describe_processor
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.recipes.values import Card
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.specs.weight_specs import FetchModel
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.commands.model.downloads import (
    DOWNLOAD_HINT,
    build_download_request,
    lend_hub_tokens,
    map_downloads_by_model,
    require_disk_space,
)
from milimo_tui.studio.machine import gpu_cards
from milimo_tui.studio.machine.gpu_rental import advise_rental, format_download_times
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.queue.waiting import make_job_error, wait_with_progress
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import hub, hub_access, inventory
from milimo_tui.studio.weights.setup_plan import SetupPlan, SetupTarget, build_setup_json, plan_setup
from milimo_tui.studio.weights.setup_words import format_setup_plan
from milimo_tui.studio.writing.text_engine_choice import find_ready_engine

ASSUMED_CARD_GB = 80.0  # Memory in GB of the card that is assumed if this machine has no card.
LANGUAGE_FAMILY = engine_registry.find_first_engine("write").name
CPU_MODEL_GB = 8.0  # Main memory in GB that a language model may take on a machine without a card.
TEST_PROMPT = "A lighthouse at dusk, waves on the rocks, slow push in, the sound of the sea."


class ModelSetupArgs(Args):
    family: str = arg("", description="ltx2, flux2, z-image, qwen-image, wan, sam3 or local; empty: list all")
    model: str = arg("", description="id of weights, instead of those that suit the card")
    card: float | None = arg(None, ge=1, le=1000, description="memory in GB of another card")
    ram: float | None = arg(None, ge=1, le=8000, description="main memory of that machine in GB")
    disk: float | None = arg(None, ge=0, le=1_000_000, description="free disk space of that machine in GB")
    dry_run: bool = arg(False, description="only show what would be downloaded")
    yes: bool = arg(False, description="confirm that you have read and accept the licence")
    anyway: bool = arg(False, description="download although no GPU is here")
    no_test: bool = arg(False, description="skip the test take")
    detach: bool = arg(False, description="queue the work and return at once")


def _set_up_family(studio: Studio, args: ModelSetupArgs) -> Outcome:
    """Set up a family of models. All checks that may fail come before the first job is queued."""
    args = replace(args, family=get_family_name(args.family))
    if args.family and args.family not in SETUPS:
        raise NotFound(f"“{args.family}” can't be set up", f"families: {', '.join(SETUPS)}")
    store = ModelStore(studio.home.models)
    found = gpu_cards.find_card(studio) if args.card is None else None
    target = _choose_target_machine(store, args, found)
    if not args.family:
        return _list_family_plans(studio, store, args, target)
    known = read_listings(store.folder)
    plan = plan_setup(args.family, _get_family_target(args, target, args.family, found), known, args.model)
    runs_here = found is not None or (plan.target.card.kind == "cpu" and plan.chosen.run is not None)
    if not runs_here and args.card is None and not args.anyway and not args.dry_run:
        chosen = plan.chosen
        return advise_rental(args.family, chosen.setup.model, chosen.rows, known, named=bool(args.model))
    if args.dry_run or (args.card is not None and not args.anyway):
        return Outcome(
            data=build_setup_json(plan),
            text="\n".join(format_setup_plan(plan)),
            message=_format_setup_hint(args),
        )
    require_stack(f"setting up {args.family}")
    missing = [] if _borrows_other_weights(store, args) else [row for row, _ in plan.chosen.coming]
    require_disk_space(store, missing)
    if missing and not args.yes and not studio.asks.ask_for_consent(_format_licence_question(plan, missing)):
        raise Refused(
            f"the licence must be accepted before anything is downloaded: {_format_licences(missing)}",
            f"{_format_setup_command(args)} --yes accepts it; --dry-run shows the downloads",
        )
    account = _find_hub_account(studio, missing)
    return run_setup_jobs(studio, args, store, missing, account, test=found is not None and not args.no_test)


def _choose_target_machine(store: ModelStore, args: ModelSetupArgs, found: Card | None) -> SetupTarget:
    """Return the machine for which the setup is planned: a machine with the card that the arguments give, or
    else this machine. If the arguments give no card and this machine has none, a machine with a large card is
    assumed. `found` is this machine's card, or None.
    """
    if args.card is None and found is None:
        card = explanation.make_assumed_card(ASSUMED_CARD_GB, args.ram or 0.0)
        card = replace(card, name=f"{card.name}, as no GPU was found here")
    elif args.card is not None:
        card = explanation.make_assumed_card(args.card, args.ram or 0.0)
    else:
        assert found is not None
        card = (
            replace(found, host_gb=explanation.make_assumed_card(0, args.ram).host_gb) if args.ram else found
        )
    if args.disk is not None:
        disk: int | None = round(args.disk * 1e9)
    else:
        disk = HOST.get_free_bytes(store.folder) if args.card is None else None
    # The card is that of another machine, so the installed weights of this machine do not count.
    if args.card is not None:
        return SetupTarget(card, disk)
    here = [line.id for line in inventory.list_weights(store) if line.is_usable]
    return SetupTarget(card, disk, find_recipe_packages(), here)


def _get_family_target(
    args: ModelSetupArgs, target: SetupTarget, family: str, found: Card | None
) -> SetupTarget:
    """Return the machine for which a family is planned. A small language model runs on the CPU of a machine
    without a card; the memory that it may take is limited, so that other programs have enough.
    """
    if family != LANGUAGE_FAMILY or found is not None or args.card is not None:
        return target
    card = describe_processor()
    return replace(target, card=replace(card, free_gb=min(card.free_gb, CPU_MODEL_GB)))


def _list_family_plans(
    studio: Studio, store: ModelStore, args: ModelSetupArgs, target: SetupTarget
) -> Outcome:
    """List for each family of models what the card can run, one line for each family. If no language model is
    ready, the message offers one.
    """
    if args.model:
        raise NotFound(
            f"which family does {args.model} belong to?",
            f"name the family: milimo model setup FAMILY --model {args.model}",
        )
    known = read_listings(store.folder)
    found = gpu_cards.find_card(studio) if args.card is None else None
    plans = [plan_setup(family, _get_family_target(args, target, family, found), known) for family in SETUPS]
    lines = [f"on {target.card.name}:", *(_format_family_plan(plan) for plan in plans)]
    return Outcome(
        data=[build_setup_json(plan) for plan in plans],
        text="\n".join(lines),
        message=_format_list_message(studio, args, plans),
    )


def _format_list_message(studio: Studio, args: ModelSetupArgs, plans: Sequence[SetupPlan]) -> str:
    """Return the next steps after the list of families."""
    message = "milimo model setup FAMILY shows its files, and sets it up"
    plan = next(plan for plan in plans if plan.family == LANGUAGE_FAMILY)
    if args.card is not None or plan.chosen.run is None or find_ready_engine(studio) is not None:
        return message
    size = format_bytes(plan.chosen.bytes)
    return (
        f"{message}\nno language model is ready to read scripts: milimo model setup {LANGUAGE_FAMILY} "
        f"installs {plan.chosen.setup.model} ({size})"
    )


def _format_family_plan(plan: SetupPlan) -> str:
    chosen = plan.chosen
    run = chosen.run
    if run is None:
        return f"  {plan.family:<11}{'':>9}  {plan.why}"
    size = "here" if not chosen.coming else format_bytes(chosen.bytes)
    cost = f"{explanation.size(run.request)} in about {format_duration(max(1.0, run.seconds))}"
    return f"  {plan.family:<11}{size:>9}  {chosen.setup.model}: {cost}"


def _format_setup_hint(args: ModelSetupArgs) -> str:
    if args.card is not None:
        return f"nothing is downloaded for another card; on that machine: {_format_setup_command(args)}"
    return f"nothing was downloaded; {_format_setup_command(args)} downloads it"


def _format_setup_command(args: ModelSetupArgs) -> str:
    model = f" --model {args.model}" if args.model else ""
    return f"milimo model setup {args.family}{model}"


def _format_licence_question(plan: SetupPlan, missing: Sequence[ModelRow]) -> str:
    """Format the plan for a terminal. Its last line asks the user to accept the licences."""
    return "\n".join([*format_setup_plan(plan), _format_licences(missing)])


def _borrows_other_weights(store: ModelStore, args: ModelSetupArgs) -> bool:
    """Return True if this family can use installed weights of another family, so that nothing has to be
    downloaded.
    """
    if args.model or not engine_registry.profile(args.family).describe().borrows:
        return False
    try:
        return not inventory.find_running_weights(store, args.family).tiny
    except Unavailable:
        return False


def _format_licences(rows: Sequence[ModelRow]) -> str:
    parts = [
        f"{row.title}: {row.licence}, {row.page}" + ("" if row.commercial else " (not for commercial work)")
        for row in rows
    ]
    return f"{'; '.join(parts)}. Agreed?"


def _find_hub_account(studio: Studio, rows: Sequence[ModelRow]) -> str:
    """Return the hub account whose token gives access to the gated weights. Return an empty string if no
    weights are gated. Raises Unavailable.
    """
    account = hub_access.require_hub_access(studio, rows)
    if account or not any(row.gate for row in rows):
        return account
    return str(hub.ask_hub("who")["name"])


def run_setup_jobs(
    studio: Studio,
    args: ModelSetupArgs,
    store: ModelStore,
    missing: Sequence[ModelRow],
    account: str,
    *,
    test: bool,
) -> Outcome:
    """Queue the missing downloads and the test take as one batch, the test take last. Wait for the jobs
    unless the arguments say `detach`.
    """
    under_way = map_downloads_by_model(studio)
    batch = BatchRequest(label=f"Set up {args.family}")
    endpoint = os.environ.get("HF_ENDPOINT", "")
    requests = [
        _put_into_batch(build_download_request(FetchModel(model=row.id, endpoint=endpoint)), batch)
        for row in missing
        if row.id not in under_way
    ]
    client = studio.require_client()
    fetched = [under_way[row.id] for row in missing if row.id in under_way]
    if requests:
        hub_access.require_online(os.environ)
        lend_hub_tokens(studio, requests)
        fetched += client.submit_jobs(requests, batches=[batch])
    ids = list(fetched)
    trial = _build_test_spec(args.family) if test else None
    if trial is not None:
        job = JobRequest(spec=trial, label=f"test of {args.family}", depends_on=fetched, batch="")
        ids += client.submit_jobs([job])
    known = read_listings(store.folder)
    total = sum(estimate_download(row, known).bytes for row in missing)
    data: dict[str, Any] = {
        "family": args.family,
        "models": [row.id for row in missing],
        "bytes": total,
        "jobs": ids,
        "batch": batch.id if requests else None,
        "account": account,
    }
    if not ids:
        return Outcome(
            data=data, message=f"{args.family} is ready: {_describe_running_model(store, args.family)}"
        )
    message = (
        f"{format_bytes(total)} to fetch: {format_download_times(total)}. {DOWNLOAD_HINT}"
        if total
        else DOWNLOAD_HINT
    )
    if args.detach:
        return Outcome(data=data, message=message)
    jobs = wait_with_progress(studio, f"set up {args.family}", ids, come_back=DOWNLOAD_HINT)
    data["ended"] = [{"id": id, "state": jobs[id].state, "error": jobs[id].error or None} for id in ids]
    bad = [job for job in jobs.values() if job.state != "done"]
    if bad:
        return Outcome(data=data, failures=tuple(map(make_job_error, bad)), exit_code=1)
    data["take"] = _get_test_output(client.fetch_job(ids[-1])) if trial is not None else None
    text = f"; the test take: {data['take']}" if data["take"] else ""
    return Outcome(
        data=data, message=f"{args.family} is ready: {_describe_running_model(store, args.family)}{text}"
    )


def _put_into_batch(request: JobRequest, batch: BatchRequest) -> JobRequest:
    return replace(request, batch=batch.id)


def _describe_running_model(store: ModelStore, family: str) -> str:
    return f"it runs {inventory.find_running_weights(store, family).id}"


def _get_test_output(job: JobView) -> str:
    """Return the path of the file that the test take made, or an empty string if there is none."""
    outputs = job.outputs or {}
    found = outputs.get("take") or outputs.get("picture") or outputs.get("board") or ""
    return str(Path(found)) if found else ""


def _build_test_spec(family: str) -> dict[str, Any] | None:
    """Return the smallest job that proves that a family runs, as a spec. Return None if the engine of the
    family has no such job.
    """
    trial = engine_registry.profile(family).describe().trial
    return trial.model_copy(update={"prompt": TEST_PROMPT}).model_dump(mode="json") if trial else None


SETUP = Command(
    "model.setup",
    "Plan setup",
    "choose, download and test weights for this card, or show which card to rent",
    _set_up_family,
    ModelSetupArgs,
    cli="model setup",
    positional=("family",),
)
