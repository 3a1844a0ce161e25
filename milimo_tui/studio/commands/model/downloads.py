"""Commands that download, verify and update weights as jobs, and that search the model repositories of their
authors.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, DiskFull, NotFound, Refused
from milimo_tui.core.format import format_bytes
from milimo_tui.core.host import HOST
from milimo_tui.engines.catalog import hub_token, model_lookup, own_pipelines
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, get_family_name
from milimo_tui.engines.catalog.model_catalog import MODELS, SEARCHED_OWNERS
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.recorded_listings import estimate_download, read_listings
from milimo_tui.engines.catalog.rows.model_row import HUB, ModelRow
from milimo_tui.engines.specs.weight_specs import FetchModel, VerifyModel
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.jobs.values.views import JobView
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.machine.model_stack import require_hub
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.take_queue import OPEN_JOB_STATES, PRODUCTIVE_STATES
from milimo_tui.studio.weights import hub, hub_access, inventory
from milimo_tui.studio.weights.setup_plan import DOWNLOAD_RESERVE

DOWNLOAD_HINT = "milimo job watch follows it, milimo job pause pauses it; a later download resumes"


def list_open_downloads(studio: Studio) -> list[JobView]:
    """Return the jobs that download or verify weights and have not ended. Return an empty list if no
    supervisor runs.
    """
    client = studio.client_or_none()
    if client is None:
        return []
    found = client.list_jobs({"states": OPEN_JOB_STATES, "lane": "fetch"})
    return [job for job in found if job.kind in (inventory.FETCH, inventory.VERIFY)]


def map_downloads_by_model(studio: Studio) -> dict[str, str]:
    """Return a dictionary that maps the id of each model that is being downloaded to the id of its job. Jobs
    that are being cancelled are left out.
    """
    downloads = (
        job
        for job in list_open_downloads(studio)
        if job.kind == inventory.FETCH and job.state in PRODUCTIVE_STATES
    )
    return {inventory.get_model_of_job(job): job.id for job in downloads}


class ModelDownloadArgs(Args):
    ids: tuple[str, ...] = arg(description="weights (milimo model list), or a repository OWNER/NAME")
    file: tuple[str, ...] = arg((), description="only these files of a repository")
    name: str = arg("", description="id for the weights of a repository", one_line=True)
    family: str = arg(
        "", description="family of a repository: ltx2, flux2, z-image, qwen-image, wan, sam3, local"
    )
    role: str = arg("", description="role of a repository: model or lora")
    generation: str = arg("", description="generation of a repository: 2.0, 2.3, klein …")
    revision: str = arg("", description="a commit or branch instead of the newest")
    again: bool = arg(False, description="check for missing or newer files of installed weights")
    detach: bool = arg(False, description="queue the work and return at once")


def _download_models(studio: Studio, args: ModelDownloadArgs) -> Outcome:
    require_hub("downloading")
    store = ModelStore(studio.home.models)
    specs = [_build_download_spec(args, id, store) for id in args.ids]
    return _queue_downloads(studio, specs, again=args.again or bool(args.revision), detach=args.detach)


def download_pipeline(studio: Studio, repository: str, name: str = "") -> Outcome:
    """Download a repository that has the layout of a diffusers pipeline. Only the files that such a pipeline
    reads are downloaded.

    The id of the new weights is `name` if it is given. Otherwise it is the repository's name, or owner and
    name if other weights already have this id. Raises BadInput if no such id is free.
    """
    require_hub("downloading")
    store = ModelStore(studio.home.models)
    likely = [name] if name else [repository.rpartition("/")[2].lower(), repository.replace("/", "-").lower()]
    id = next(
        (
            one
            for one in map(model_lookup.check_model_id, likely)
            if _is_id_free_for_repository(store, one, repository)
        ),
        "",
    )
    if not id:
        raise BadInput(
            f"{likely[-1]} is already the id of other weights",
            f"give another id: milimo model use {own_pipelines.GENERIC_PREFIX}{repository} --name ANOTHER",
        )
    spec = FetchModel(
        model=id,
        files=own_pipelines.GENERIC_FILES,
        endpoint=os.environ.get("HF_ENDPOINT", ""),
        hub=repository,
        family=own_pipelines.GENERIC_FAMILY,
        role="model",
    )
    return _queue_downloads(studio, [spec], again=False, detach=False)


def _is_id_free_for_repository(store: ModelStore, id: str, repository: str) -> bool:
    """Return True if no weights have the id `id`, or if it already belongs to a pipeline of that
    repository.
    """
    weights = store.find_local_weights(id)
    if weights is not None:
        return (weights.family, weights.hub) == (own_pipelines.GENERIC_FAMILY, repository)
    return model_lookup.find_model_row(id) is None


def _queue_downloads(studio: Studio, specs: Sequence[FetchModel], *, again: bool, detach: bool) -> Outcome:
    """Queue the downloads of weights that are neither installed nor being downloaded. All checks that may
    fail are made before the first job is queued.
    """
    store = ModelStore(studio.home.models)
    under_way = map_downloads_by_model(studio)
    models = [
        spec.model
        for spec in specs
        if not again and spec.model not in under_way and _is_model_usable(store, spec.model)
    ]
    wanted = [spec for spec in specs if spec.model not in models]
    if any(spec.model not in under_way for spec in wanted):
        hub_access.require_online(os.environ)
    known = [row for spec in wanted if (row := model_lookup.find_model_row(spec.model))]
    require_disk_space(store, known)
    hub_access.require_hub_access(studio, known)
    new = [build_download_request(spec) for spec in wanted if spec.model not in under_way]
    ids = [under_way[spec.model] for spec in wanted if spec.model in under_way]
    if new:
        lend_hub_tokens(studio, new)
        ids += studio.require_client().submit_jobs(new)
    here = (
        f"{', '.join(models)} is installed already; milimo model update checks for a newer one"
        if models
        else ""
    )
    if not ids:
        return Outcome(data={"jobs": [], "batch": None, "here": models}, message=here)
    message = f"queued {', '.join(spec.model for spec in wanted)}; {DOWNLOAD_HINT}"
    done = finish_queue_command(
        studio, ids, None, detach=detach, what="download", message=message, here=models
    )
    companion_notes = [line for row in known for line in format_missing_companions(store, row)]
    text = "\n".join(part for part in (*companion_notes, here) if part)
    fetched = "" if detach or done.exit_code else f"fetched {', '.join(spec.model for spec in wanted)}"
    return replace(done, text=text, message=fetched or done.message)


def _build_download_spec(args: ModelDownloadArgs, id: str, store: ModelStore) -> FetchModel:
    """Build the download spec for a model id or repository that the user typed. The id may be that of
    installed weights from a repository, whose damaged files are then downloaded again. Raises NotFound,
    BadInput.
    """
    endpoint = os.environ.get("HF_ENDPOINT", "")
    known = model_lookup.find_model_row(id)
    if known is not None:
        return FetchModel(model=id, files=args.file, revision=args.revision, endpoint=endpoint)
    installed = store.find_local_weights(id)
    if installed is not None and installed.hub:
        return _build_update_spec(installed, endpoint)
    if id.count("/") != 1:
        raise model_lookup.make_unknown_model_error(id)
    if not args.family:
        raise BadInput(
            f"{id} is not a known model; say what it is",
            f"milimo model download {id} --family ltx2 --role lora --file NAME.safetensors "
            "downloads it as a LoRA",
        )
    name = args.name or id.rpartition("/")[2].lower()
    return FetchModel(
        model=model_lookup.check_model_id(name),
        files=args.file,
        revision=args.revision,
        endpoint=endpoint,
        hub=id,
        family=get_family_name(args.family),
        role=args.role or "model",
        generation=args.generation,
    )


def _is_model_usable(store: ModelStore, id: str) -> bool:
    line = next((line for line in inventory.list_weights(store) if line.id == id), None)
    return line is not None and line.is_usable


def lend_hub_tokens(studio: Studio, requests: Sequence[JobRequest]) -> None:
    """Pass the hub token of the user's shell to the workers that download. A worker may have been started in
    an environment without the token.
    """
    for request in requests:
        hub_token.leave_token_for_download(studio.home, str(request.spec["model"]), os.environ)


def build_download_request(spec: FetchModel) -> JobRequest:
    """Build the job request that downloads one model."""
    return JobRequest(spec=spec.model_dump(mode="json"), label=f"download {spec.model}")


def require_disk_space(store: ModelStore, rows: list[ModelRow]) -> None:
    """Raise DiskFull if the missing files, with a reserve of a tenth, need more than the free disk space."""
    lines = {line.id: line for line in inventory.list_weights(store)}
    known = read_listings(store.folder)
    missing = sum(
        max(0, estimate_download(row, known).bytes - lines[row.id].unfinished)
        for row in rows
        if not lines[row.id].is_usable
    )
    free = HOST.get_free_bytes(store.folder)
    if missing * DOWNLOAD_RESERVE > free:
        raise DiskFull(
            f"the disk is too full: {format_bytes(int(missing * DOWNLOAD_RESERVE))} are "
            "needed with a reserve "
            f"of a tenth, {format_bytes(free)} are free at {store.folder}",
            "free space: milimo clean, or milimo model remove; or use another disk: --home",
        )


def format_missing_companions(store: ModelStore, row: ModelRow) -> list[str]:
    """Return a line for each model that these weights need and that is not installed."""
    return [
        f"{row.id} works with {need}, which is not installed: milimo model download {need}"
        for need in row.needs
        if store.find_local_weights(need) is None and not store.has(row.family, "model")
    ]


def _save_hub_token(studio: Studio, args: NoArgs) -> Outcome:
    """Ask the user for a hub token, without displaying it. The hub's own library stores the token."""
    require_hub("keeping a token")
    account = hub_access.ask_for_token(studio, "a token of the hub")
    if not account:
        raise Refused(
            "no token was given; nothing was changed",
            "run milimo model token in a terminal and enter one, or set HF_TOKEN",
        )
    kept = str(hub_token.find_token_file(os.environ))
    before = next(
        (f"; {name} in the environment overrides it" for name in hub_token.list_token_variables(os.environ)),
        "",
    )
    return Outcome(
        data={"account": account, "kept": kept}, message=f"a token of {account}, in {kept}{before}"
    )


class ModelVerifyArgs(Args):
    ids: tuple[str, ...] = arg((), description="weights (default: all installed ones, except tiny)")
    detach: bool = arg(False, description="queue the work and return at once")


def _verify_models(studio: Studio, args: ModelVerifyArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    ids = list(args.ids) or [row.id for row in store.rows() if not row.tiny]
    for id in ids:
        if store.find_local_weights(id) is None:
            inventory.find_weights(store, id)  # Raises NotFound for an unknown id before anything is queued.
            raise NotFound(f"{id} is not downloaded", f"milimo model download {id} downloads it")
    if not ids:
        return Outcome(data={"jobs": [], "batch": None}, message="no weights are installed")
    requests = [
        JobRequest(spec=VerifyModel(model=id).model_dump(mode="json"), label=f"verify {id}") for id in ids
    ]
    jobs = studio.require_client().submit_jobs(requests)
    done = finish_queue_command(studio, jobs, None, detach=args.detach, what="check", models=ids)
    whole = "" if args.detach or done.exit_code else f"undamaged, by size and hash: {', '.join(ids)}"
    return replace(done, message=whole or done.message)


class ModelUpdateArgs(Args):
    ids: tuple[str, ...] = arg((), description="weights (default: all from the hub)")
    download: bool = arg(False, description="download newer weights")
    detach: bool = arg(False, description="queue the work and return at once")


def _update_models(studio: Studio, args: ModelUpdateArgs) -> Outcome:
    """Compare the installed commits of weights with the newest commits of their repositories. Dates of files
    can't be compared, because they only tell when a file was copied to this machine.
    """
    store = ModelStore(studio.home.models)
    rows = [row for row in store.rows() if row.hub and row.revision and (not args.ids or row.id in args.ids)]
    for id in args.ids:
        inventory.find_weights(store, id)
    newest = hub.ask_hub("newest", hubs=sorted({row.hub for row in rows})) if rows else {}
    data = [
        {
            "id": row.id,
            "hub": row.hub,
            "revision": row.revision[:12],
            "newest": newest[row.hub].get("commit", "")[:12],
            "changed": (newest[row.hub].get("changed") or "")[:10],
            "newer": bool(newest[row.hub].get("commit")) and newest[row.hub]["commit"] != row.revision,
            "problem": newest[row.hub].get("error", ""),
        }
        for row in rows
    ]
    newer = [row["id"] for row in data if row["newer"]]
    if newer and args.download:
        endpoint = os.environ.get("HF_ENDPOINT", "")
        specs = [_build_update_spec(row, endpoint) for row in rows if row.id in newer]
        return _queue_downloads(studio, specs, again=True, detach=args.detach)
    message = (
        f"newer: {', '.join(newer)}; milimo model update --download fetches what changed" if newer else ""
    )
    return Outcome(
        data=data,
        columns=("id", "revision", "newest", "changed", "newer", "problem"),
        message=message or ("all are up to date" if data else "no weights here are from the hub"),
    )


def _build_update_spec(row: InstalledWeights, endpoint: str) -> FetchModel:
    """Build the spec that downloads the newest version of installed weights. The user's own choices, such as
    the files, are preserved.
    """
    names = tuple(file.name for file in row.files) if row.form == "file" else ()
    own = model_lookup.find_model_row(row.id) is None
    return FetchModel(
        model=row.id,
        endpoint=endpoint,
        files=names if own else (),
        hub=row.hub if own else "",
        family=row.family if own else "",
        role=row.role if own else "",
        generation=row.generation if own else "",
    )


class ModelSearchArgs(Args):
    words: tuple[str, ...] = arg((), description="words in the name of a repository")
    author: str = arg(
        "", description=f"an author on the hub (default: {', '.join(SEARCHED_OWNERS)}); “any” for all authors"
    )
    limit: int = arg(20, ge=1, le=100, description="maximum number of results")


def _search_models(studio: Studio, args: ModelSearchArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    authors = ("",) if args.author == "any" else (args.author,) if args.author else SEARCHED_OWNERS
    found = hub.ask_hub("search", words=" ".join(args.words), authors=authors, limit=args.limit)
    data = [{**row, **_find_known_models(store, row["hub"]), "page": f"{HUB}/{row['hub']}"} for row in found]
    return Outcome(
        data=data,
        columns=("hub", "id", "state", "downloads", "gated", "changed"),
        message="" if data else "the hub has nothing with that name",
    )


def _find_known_models(store: ModelStore, repository: str) -> dict[str, Any]:
    """Return the models of the registry that come from a repository, each with its state on this machine,
    such as installed.
    """
    ids = [row.id for row in MODELS if row.hub.lower() == repository.lower()]
    ids += [
        row.id
        for row in store.list_installed()
        if row.hub.lower() == repository.lower() and row.id not in ids
    ]
    states = {line.state for line in inventory.list_weights(store) if line.id in ids}
    state = next(iter(sorted(states - {"missing"})), "missing") if ids else "not known here"
    return {"id": ", ".join(ids), "state": state}


FETCHING = (
    Command(
        "model.download",
        "Download weights",
        "download and verify weights; an interrupted download resumes",
        _download_models,
        ModelDownloadArgs,
        cli="model download",
        positional=("ids",),
    ),
    Command(
        "model.token",
        "Set token",
        "enter a token for gated weights; it is not shown",
        _save_hub_token,
        cli="model token",
    ),
    Command(
        "model.verify",
        "Verify weights",
        "compare the hash of every file of weights with the recorded hash",
        _verify_models,
        ModelVerifyArgs,
        cli="model verify",
        positional=("ids",),
    ),
    Command(
        "model.update",
        "Update weights",
        "check for newer weights of the same models",
        _update_models,
        ModelUpdateArgs,
        cli="model update",
        positional=("ids",),
    ),
    Command(
        "model.search",
        "Search weights",
        "search the repositories of the models' authors",
        _search_models,
        ModelSearchArgs,
        cli="model search",
        positional=("words",),
    ),
)
