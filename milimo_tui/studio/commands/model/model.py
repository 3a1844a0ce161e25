"""Commands on weights: list installed and missing weights, choose, adopt and remove them, and show their disk
use.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, MilimoError, NotFound, Refused, Unavailable
from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.core.host import HOST, parse_user_path
from milimo_tui.engines.catalog import own_pipelines
from milimo_tui.engines.catalog.installed_weights import get_family_name
from milimo_tui.engines.catalog.model_catalog import MODELS, SETUPS
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.recorded_listings import (
    RecordedListing,
    estimate_download,
    make_hub_listing,
    read_listings,
    save_listings,
)
from milimo_tui.engines.registry import engine_registry
from milimo_tui.studio.commands.model import downloads
from milimo_tui.studio.commands.model.downloads import FETCHING, list_open_downloads
from milimo_tui.studio.commands.model.setup import SETUP
from milimo_tui.studio.commands.model.tiny import TINY
from milimo_tui.studio.machine.model_stack import get_stack_command, list_missing_packages
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import adoption, hub, inventory

# Maximum number of repositories in one request to the hub, which runs in its own process. For more
# repositories, several requests are sent.
HUBS_PER_REQUEST = 8


class ModelListArgs(Args):
    family: str = arg("", description="ltx2, wan, flux2, z-image, qwen-image, sam3, controls or local")
    here: bool = arg(False, description="only installed weights, and downloads that are running")
    loras: bool = arg(False, description="list LoRAs too")
    refresh: bool = arg(False, description="get sizes and hashes from the hub, and save them")


def _list_models(studio: Studio, args: ModelListArgs) -> Outcome:
    store, family = ModelStore(studio.home.models), get_family_name(args.family)
    refresh_note = _record_hub_listings(store, family) if args.refresh else ""
    rows = [line.as_json(store) for line in inventory.list_weights(store, list_open_downloads(studio))]
    if family:
        rows = [row for row in rows if row["family"] == family]
    if args.here:
        rows = [row for row in rows if row["state"] != "missing"]
    if not args.loras:
        rows = [row for row in rows if "lora" not in row["role"] or row["state"] != "missing"]
    return Outcome(
        data=rows,
        columns=("id", "does", "state", "gb", "memory_gb", "licence"),
        message="\n".join(
            line for line in (refresh_note, _format_stack_note(), _format_disk_note(store)) if line
        ),
    )


def _record_hub_listings(store: ModelStore, family: str) -> str:
    """Ask the hub for the files of the weights of a family, and record names, sizes and hashes. An empty
    `family` means all families. Return a summary that includes the failures.

    Raises NotFound for an unknown family, and Unavailable if no listing could be recorded.
    """
    hubs = sorted({row.hub for row in MODELS if not family or row.family == family})
    if not hubs:
        raise NotFound(f"there is no family “{family}”", f"families: {', '.join(SETUPS)}")
    today = time.strftime("%Y-%m-%d", time.gmtime(HOST.now()))
    failed: dict[str, str] = {}
    new: list[RecordedListing] = []
    for first in range(0, len(hubs), HUBS_PER_REQUEST):
        found = hub.ask_hub("listings", hubs=hubs[first : first + HUBS_PER_REQUEST])
        failed |= {name: entry["error"] for name, entry in found.items() if "error" in entry}
        new += [
            make_hub_listing(name, entry["commit"], today, entry["files"])
            for name, entry in found.items()
            if "error" not in entry
        ]
        if failed and not new:
            break  # The network is probably unavailable, so further requests would only cost time.
    if not new:
        raise Unavailable(f"nothing was recorded: {next(iter(failed.values()))}", "try again later")
    save_listings(store.folder, new)
    text = f"recorded what the hub lists of {format_count(len(new), 'repository', 'repositories')}"
    return "\n".join([text, *(f"not asked: {reason}" for reason in failed.values())])


def _format_stack_note() -> str:
    missing = list_missing_packages()
    return (
        f"the model stack is not installed ({', '.join(missing)}): {get_stack_command()}" if missing else ""
    )


def _format_disk_note(store: ModelStore) -> str:
    space = inventory.measure_weights_space(store)
    unfinished = (
        f", {format_bytes(space['unfinished'])} of unfinished downloads" if space["unfinished"] else ""
    )
    return (
        f"{format_bytes(space['installed'])} of weights here{unfinished}, {format_bytes(space['free'])} free"
    )


class ModelIdArgs(Args):
    id: str = arg(description="weights (milimo model list)")


def _show_model(studio: Studio, args: ModelIdArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    line = inventory.find_weights(store, args.id, list_open_downloads(studio))
    data = {**line.as_json(store), "files": _list_model_files(store, line)}
    return Outcome(data=data, text="\n".join(_format_model_details(store, line, data)))


def _list_model_files(store: ModelStore, line: inventory.WeightsLine) -> list[dict[str, Any]]:
    """Return the files of some weights: the installed files or, if the weights are not installed, the files
    that their repository lists. Each file has a name, its size in bytes and its digest. The digest is empty
    if it is not known yet.
    """
    if line.installed is not None:
        return [
            {"name": file.name, "bytes": file.bytes, "digest": file.digest} for file in line.installed.files
        ]
    if line.known is None:
        return []
    files = estimate_download(line.known, read_listings(store.folder)).files
    return [{"name": file.name, "bytes": file.bytes, "digest": file.sha256} for file in files]


GATE_NOTES = {
    "terms": "gated: its terms are accepted on its page, at once",
    "approval": "gated: its authors approve each request",
}


def _format_model_details(store: ModelStore, line: inventory.WeightsLine, data: dict[str, Any]) -> list[str]:
    """Format the facts about one row of weights as lines."""
    gate = GATE_NOTES.get(data["gate"], "")
    facts = {
        "weights": data["title"],
        "first": f"first choice: {data['recommended']}" if data["recommended"] else "",
        "for": f"{data['family']} {data['generation']}, {data['role'].replace('_', ' ')}",
        "state": data["state"] + (f": {data['problem']}" if data["problem"] else ""),
        "size": f"{format_bytes(data['bytes'] or int(data['gb'] * 1e9))} ({data['evidence']})",
        "memory": f"runs best with {data['memory_gb']} GB on the card" if data["memory_gb"] else "",
        "path": data["path"],
        "hash": data["digest"],
        "from": " at ".join(word for word in (data["page"], data["revision"][:12]) if word),
        "licence": ", ".join(word for word in (data["licence"], gate) if word)
        + ("" if data["commercial"] in (True, None) else "; not for commercial work"),
        "needs": ", ".join(f"{id} ({_describe_install_state(store, id)})" for id in data["needs"]),
        "unlocks": "; ".join(data["unlocks"]),
        "remark": data["notes"],
        "get it": "" if line.is_usable or line.job else f"milimo model download {line.id}",
    }
    return [f"{name:<9} {value}" for name, value in facts.items() if value]


def _describe_install_state(store: ModelStore, id: str) -> str:
    return "here" if store.find_local_weights(id) is not None else "missing"


class ModelUseArgs(Args):
    what: str = arg(description="weights: an id, a folder, a file, ComfyUI's folder, or diffusers:FOLDER")
    name: str = arg("", description="id for a file or folder (default: its name)", one_line=True)
    family: str = arg("", description="family of a file or folder, if it is not recognised")
    role: str = arg("", description="role of a file: model or lora")
    generation: str = arg("", description="generation of a file: 2.0, 2.3, klein …")


def _use_weights(studio: Studio, args: ModelUseArgs) -> Outcome:
    """Choose weights, and tell running workers."""
    chosen = _choose_weights(studio, args)
    client = studio.client_or_none()
    if client is not None:
        client.announce_changed_weights()
    return chosen


def _choose_weights(studio: Studio, args: ModelUseArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    if own_pipelines.is_generic_name(args.what):
        return _use_diffusers_pipeline(studio, store, args)
    path = parse_user_path(args.what)
    row = store.find_local_weights(args.what)
    # A name without a slash is a path if such a file or folder exists, and otherwise an id.
    if adoption.is_weights_path(args.what) or (row is None and path.exists()):
        request = adoption.AdoptionRequest(
            args.name, get_family_name(args.family), args.role, args.generation
        )
        adopted = adoption.adopt_weights(store, path.absolute(), request)
        return Outcome(data=[row.as_json() for row in adopted.rows], message=adopted.sentence)
    return _select_installed_model(store, args.what)


def _use_diffusers_pipeline(studio: Studio, store: ModelStore, args: ModelUseArgs) -> Outcome:
    """Select a diffusers pipeline as the model to use. The pipeline is given as a folder, as the id of an
    installed pipeline, or as a repository of the hub.
    """
    word = args.what.removeprefix(own_pipelines.GENERIC_PREFIX)
    path = parse_user_path(word)
    known = store.find_local_weights(word)
    if known is not None and known.family == own_pipelines.GENERIC_FAMILY:
        return _select_installed_model(store, word)
    if word.count("/") == 1 and not word.startswith((".", "~", "/")) and not path.exists():
        return downloads.download_pipeline(studio, word, args.name)
    request = adoption.AdoptionRequest(args.name)
    adopted = adoption.adopt_pipeline(store, path.absolute(), request)
    return Outcome(data=[row.as_json() for row in adopted.rows], message=adopted.sentence)


def _select_installed_model(store: ModelStore, id: str) -> Outcome:
    """Select installed weights, given by their id, as the weights that their family runs."""
    row = store.find_local_weights(id)
    if row is None:
        inventory.find_weights(store, id)  # Raises NotFound for an unknown id before the selection changes.
        raise NotFound(f"{id} is not downloaded", f"milimo model download {id} downloads it")
    store.check_files(row)
    if row.role != "model":
        raise Refused(
            f"{row.id} is a {row.role.replace('_', ' ')}, which is used with a model and can't be "
            "chosen alone",
            "milimo shot lora add SHOT ID adds a LoRA; other parts are found automatically",
        )
    kept = store.get(row.id) or store.register(row)
    store.select(row.family, row.id)
    noise = "; it is random numbers: all it makes is noise" if row.tiny else ""
    return Outcome(data=[kept.as_json()], message=f"{row.family} runs {row.id} from now on{noise}")


class ModelRemoveArgs(Args):
    ids: tuple[str, ...] = arg(description="weights (milimo model list)")
    yes: bool = arg(False, description="confirm the deletion")


def _remove_models(studio: Studio, args: ModelRemoveArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    jobs = list_open_downloads(studio)
    lines = [inventory.find_weights(store, id, jobs) for id in args.ids]
    own = sum(
        line.unfinished + (0 if _is_linked_model(line) else line.installed.bytes if line.installed else 0)
        for line in lines
    )
    if not args.yes and own:
        raise BadInput(
            f"removing {', '.join(args.ids)} frees {format_bytes(own)}, which would have to be "
            "downloaded again",
            f"milimo model remove {' '.join(args.ids)} --yes removes it",
        )
    needed = [
        f"{other.id} needs {line.id}"
        for line in lines
        for other in inventory.list_weights(store)
        if other.installed is not None and other.installed.base == line.id and other.id not in args.ids
    ]
    freed = {line.id: inventory.delete_weights(store, line.id, jobs) for line in lines}
    stays = [f"{line.id} is in another folder and stays there" for line in lines if _is_linked_model(line)]
    message = "; ".join(
        [f"removed {', '.join(freed)}: {format_bytes(sum(freed.values()))} free", *stays, *needed]
    )
    return Outcome(data=[{"id": id, "freed": count} for id, count in freed.items()], message=message)


def _is_linked_model(line: inventory.WeightsLine) -> bool:
    return bool(line.installed and Path(line.installed.path).is_absolute())


def _show_disk_use(studio: Studio, args: NoArgs) -> Outcome:
    """List the weights by their disk use, the largest first."""
    store = ModelStore(studio.home.models)
    rows: list[dict[str, Any]] = [
        {
            "id": line.id,
            "bytes": 0 if _is_linked_model(line) else line.installed.bytes if line.installed else 0,
            "unfinished": line.unfinished,
            "elsewhere": line.installed.bytes if line.installed and _is_linked_model(line) else 0,
        }
        for line in inventory.list_weights(store)
        if line.installed is not None or line.unfinished
    ]
    rows.sort(key=lambda row: -row["bytes"] - row["unfinished"])
    space = inventory.measure_weights_space(store)
    shown = [
        {key: format_bytes(value) if isinstance(value, int) else value for key, value in row.items()}
        for row in rows
    ]
    return Outcome(
        data={**space, "folder": str(store.folder), "models": rows},
        text="\n".join(f"{row['id']:<28}{row['bytes']:>10}{_format_extra_sizes(row)}" for row in shown),
        message=_format_disk_note(store),
    )


def _format_extra_sizes(row: dict[str, Any]) -> str:
    parts = [f"{row[key]} {key}" for key in ("unfinished", "elsewhere") if row[key] != "0 B"]
    return f"   {', '.join(parts)}" if parts else ""


def _list_chosen_models(studio: Studio, args: NoArgs) -> Outcome:
    """List for each family the weights that it runs, or the reason why it cannot run."""
    store = ModelStore(studio.home.models)
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    names = (row.name for row in engine_registry.ENGINES if row.makes)
    for family in dict.fromkeys([*SETUPS, *names]):
        try:
            found = inventory.find_running_weights(store, family)
        except MilimoError as error:
            why = f"{error.message}: {error.hint}"
            rows.append({"family": family, "model": "", "ready": False, "why": why, "tiny": False})
            lines += [f"{family:<7} {error.message}", f"{'':<7} {error.hint}"]
        else:
            rows.append({"family": family, "model": found.id, "ready": True, "why": "", "tiny": found.tiny})
            lines.append(f"{family:<7} runs {found.id}" + (": random numbers, noise" if found.tiny else ""))
    return Outcome(data=rows, text="\n".join(lines))


COMMANDS = (
    Command(
        "model.list",
        "List weights",
        "list weights: installed, missing, and their sizes",
        _list_models,
        ModelListArgs,
        cli="model list",
    ),
    Command(
        "model.show",
        "Show weights",
        "show the licence, size, needs and uses of weights",
        _show_model,
        ModelIdArgs,
        cli="model show",
        positional=("id",),
    ),
    Command(
        "model.ready",
        "Check readiness",
        "list the model families, and what is missing for each",
        _list_chosen_models,
        NoArgs,
        cli="model ready",
    ),
    SETUP,
    *FETCHING,
    Command(
        "model.use",
        "Use weights",
        "choose weights, or use weights from another folder without copying",
        _use_weights,
        ModelUseArgs,
        cli="model use",
        positional=("what",),
    ),
    Command(
        "model.remove",
        "Remove weights",
        "delete weights from the disk",
        _remove_models,
        ModelRemoveArgs,
        cli="model remove",
        positional=("ids",),
    ),
    Command(
        "model.disk",
        "Show disk use",
        "show the disk space of weights, and the free space",
        _show_disk_use,
        NoArgs,
        cli="model disk",
    ),
    TINY,
)
