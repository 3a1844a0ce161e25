"""Commands on weights: list what is installed or missing, choose, adopt and remove weights, and show disk
use.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, MilimoError, NotFound, Refused, Unavailable
from milimo_tui.core.format import bytes_text, plural
from milimo_tui.core.host import HOST, named_path
from milimo_tui.engines.catalog import own_pipelines
from milimo_tui.engines.catalog.model_catalog import MODELS, SETUPS
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.recorded_listings import (
    Recorded,
    expected,
    listings,
    record,
    told_by_hub,
)
from milimo_tui.engines.registry import engine_registry
from milimo_tui.studio.commands.model import downloads
from milimo_tui.studio.commands.model.downloads import FETCHING, open_jobs
from milimo_tui.studio.commands.model.setup import SETUP
from milimo_tui.studio.commands.model.tiny import TINY
from milimo_tui.studio.machine.model_stack import stack_command, stack_missing
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import adoption, hub, inventory

AT_ONCE = 8  # Number of repositories that one hub process asks about.


class ListArgs(Args):
    family: str = arg("", description="ltx2, wan, flux2, z-image, qwen-image, sam3, controls or gemma")
    here: bool = arg(False, description="only what is installed, or being fetched")
    loras: bool = arg(False, description="LoRAs too")
    refresh: bool = arg(False, description="ask the hub for sizes and hashes, and keep its answers")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    asked = _refresh(store, args.family) if args.refresh else ""
    rows = [line.as_json(store) for line in inventory.lines(store, open_jobs(studio))]
    if args.family:
        rows = [row for row in rows if row["family"] == args.family]
    if args.here:
        rows = [row for row in rows if row["state"] != "missing"]
    if not args.loras:
        rows = [row for row in rows if "lora" not in row["role"] or row["state"] != "missing"]
    return Outcome(
        data=rows,
        columns=("id", "does", "state", "gb", "memory_gb", "licence"),
        message="\n".join(line for line in (asked, _stack_note(), _room_note(store)) if line),
    )


def _refresh(store: ModelStore, family: str) -> str:
    """Record the hub's file listings for one family or for all; return a summary with the failures.

    Raises NotFound for an unknown family, Unavailable if no listing could be recorded.
    """
    hubs = sorted({row.hub for row in MODELS if not family or row.family == family})
    if not hubs:
        raise NotFound(f"there is no family “{family}”", f"families: {', '.join(SETUPS)}")
    today = time.strftime("%Y-%m-%d", time.gmtime(HOST.now()))
    failed: dict[str, str] = {}
    new: list[Recorded] = []
    for first in range(0, len(hubs), AT_ONCE):
        found = hub.ask_hub("listings", hubs=hubs[first : first + AT_ONCE])
        failed |= {name: entry["error"] for name, entry in found.items() if "error" in entry}
        new += [
            told_by_hub(name, entry["commit"], today, entry["files"])
            for name, entry in found.items()
            if "error" not in entry
        ]
        if failed and not new:
            break  # The network is probably down; further requests would only wait for nothing.
    if not new:
        raise Unavailable(f"nothing was recorded: {next(iter(failed.values()))}", "try again in a while")
    record(store.folder, new)
    kept = f"recorded what the hub lists of {plural(len(new), 'repository', 'repositories')}"
    return "\n".join([kept, *(f"not asked: {reason}" for reason in failed.values())])


def _stack_note() -> str:
    missing = stack_missing()
    return f"the model stack is not installed ({', '.join(missing)}): {stack_command()}" if missing else ""


def _room_note(store: ModelStore) -> str:
    room = inventory.room(store)
    unfinished = f", {bytes_text(room['unfinished'])} of unfinished downloads" if room["unfinished"] else ""
    return f"{bytes_text(room['installed'])} of weights here{unfinished}, {bytes_text(room['free'])} free"


class OneArgs(Args):
    id: str = arg(description="weights (milimo model list)")


def _show(studio: Studio, args: OneArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    line = inventory.line_of(store, args.id, open_jobs(studio))
    data = {**line.as_json(store), "files": _files(store, line)}
    return Outcome(data=data, text="\n".join(_detail_lines(store, line, data)))


def _files(store: ModelStore, line: inventory.Line) -> list[dict[str, Any]]:
    """Return the installed files, else the files in the repository's listing. An empty digest is not known
    yet.
    """
    if line.here is not None:
        return [{"name": file.name, "bytes": file.bytes, "digest": file.digest} for file in line.here.files]
    if line.known is None:
        return []
    told = expected(line.known, listings(store.folder)).files
    return [{"name": file.name, "bytes": file.bytes, "digest": file.sha256} for file in told]


GATES = {
    "terms": "gated: its terms are accepted on its page, at once",
    "approval": "gated: its makers let in whom they choose",
}


def _detail_lines(store: ModelStore, line: inventory.Line, data: dict[str, Any]) -> list[str]:
    """Format the facts about one row of weights as lines."""
    gate = GATES.get(data["gate"], "")
    facts = {
        "weights": data["title"],
        "first": f"to begin with: {data['recommended']}" if data["recommended"] else "",
        "for": f"{data['family']} {data['generation']}, {data['role'].replace('_', ' ')}",
        "state": data["state"] + (f": {data['problem']}" if data["problem"] else ""),
        "size": f"{bytes_text(data['bytes'] or int(data['gb'] * 1e9))} ({data['evidence']})",
        "memory": f"runs best with {data['memory_gb']} GB on the card" if data["memory_gb"] else "",
        "lies in": data["path"],
        "hash": data["digest"],
        "from": " at ".join(word for word in (data["page"], data["revision"][:12]) if word),
        "licence": ", ".join(word for word in (data["licence"], gate) if word)
        + ("" if data["commercial"] in (True, None) else "; not for commercial work"),
        "needs": ", ".join(f"{id} ({_state(store, id)})" for id in data["needs"]),
        "unlocks": "; ".join(data["unlocks"]),
        "remark": data["notes"],
        "get it": "" if line.usable or line.job else f"milimo model download {line.id}",
    }
    return [f"{name:<9} {value}" for name, value in facts.items() if value]


def _state(store: ModelStore, id: str) -> str:
    return "here" if store.find(id) is not None else "missing"


class UseArgs(Args):
    what: str = arg(description="weights: an id, a folder, a file, ComfyUI's folder, or diffusers:FOLDER")
    name: str = arg("", description="the id a file or folder gets (default: its name)")
    family: str = arg("", description="what a file or folder is, where that can't be told")
    role: str = arg("", description="of a file: model or lora")
    generation: str = arg("", description="of a file: 2.0, 2.3, klein …")


def _use(studio: Studio, args: UseArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    if own_pipelines.is_meant(args.what):
        return _use_pipeline(studio, store, args)
    path = named_path(args.what)
    row = store.find(args.what)
    # A file or folder name without a slash counts as a path if it exists.
    if adoption.is_path(args.what) or (row is None and path.exists()):
        request = adoption.AdoptionRequest(args.name, args.family, args.role, args.generation)
        adopted = adoption.adopt(store, path.absolute(), request)
        return Outcome(data=[row.as_json() for row in adopted.rows], message=adopted.sentence)
    return _choose(store, args.what)


def _use_pipeline(studio: Studio, store: ModelStore, args: UseArgs) -> Outcome:
    """Use a diffusers pipeline: a folder, an installed pipeline by its id, or a repository of the hub."""
    word = args.what.removeprefix(own_pipelines.WORD)
    path = named_path(word)
    known = store.find(word)
    if known is not None and known.family == own_pipelines.OTHERS:
        return _choose(store, word)
    if word.count("/") == 1 and not word.startswith((".", "~", "/")) and not path.exists():
        return downloads.fetch_pipeline(studio, word, args.name)
    request = adoption.AdoptionRequest(args.name)
    adopted = adoption.adopt_pipeline(store, path.absolute(), request)
    return Outcome(data=[row.as_json() for row in adopted.rows], message=adopted.sentence)


def _choose(store: ModelStore, id: str) -> Outcome:
    """Select installed weights by their id as the weights that their family runs."""
    row = store.find(id)
    if row is None:
        inventory.line_of(store, id)  # Raises NotFound for an unknown id.
        raise NotFound(f"{id} is not here", f"milimo model download {id}")
    store.check(row)
    if row.role != "model":
        raise Refused(
            f"{row.id} is a {row.role.replace('_', ' ')}: it is used by what names it",
            "milimo shot lora add SHOT ID puts a LoRA on; others are found by themselves",
        )
    kept = store.get(row.id) or store.register(row)
    store.select(row.family, row.id)
    noise = "; it is random numbers: all it makes is noise" if row.tiny else ""
    return Outcome(data=[kept.as_json()], message=f"{row.family} runs {row.id} from now on{noise}")


class RemoveArgs(Args):
    ids: tuple[str, ...] = arg(description="weights (milimo model list)")
    yes: bool = arg(False, description="really")


def _remove(studio: Studio, args: RemoveArgs) -> Outcome:
    store = ModelStore(studio.home.models)
    jobs = open_jobs(studio)
    lines = [inventory.line_of(store, id, jobs) for id in args.ids]
    own = sum(
        line.unfinished + (0 if _is_linked(line) else line.here.bytes if line.here else 0) for line in lines
    )
    if not args.yes and own:
        raise BadInput(
            f"removing {', '.join(args.ids)} frees {bytes_text(own)}, which would have to be fetched again",
            f"milimo model remove {' '.join(args.ids)} --yes",
        )
    needed = [
        f"{other.id} needs {line.id}"
        for line in lines
        for other in inventory.lines(store)
        if other.here is not None and other.here.base == line.id and other.id not in args.ids
    ]
    freed = {line.id: inventory.remove(store, line.id, jobs) for line in lines}
    stays = [f"{line.id} lies elsewhere and stays there" for line in lines if _is_linked(line)]
    message = "; ".join(
        [f"removed {', '.join(freed)}: {bytes_text(sum(freed.values()))} free", *stays, *needed]
    )
    return Outcome(data=[{"id": id, "freed": count} for id, count in freed.items()], message=message)


def _is_linked(line: inventory.Line) -> bool:
    return bool(line.here and Path(line.here.path).is_absolute())


def _disk(studio: Studio, args: NoArgs) -> Outcome:
    """List the weights by the disk space that they use, the largest first."""
    store = ModelStore(studio.home.models)
    rows: list[dict[str, Any]] = [
        {
            "id": line.id,
            "bytes": 0 if _is_linked(line) else line.here.bytes if line.here else 0,
            "unfinished": line.unfinished,
            "elsewhere": line.here.bytes if line.here and _is_linked(line) else 0,
        }
        for line in inventory.lines(store)
        if line.here is not None or line.unfinished
    ]
    rows.sort(key=lambda row: -row["bytes"] - row["unfinished"])
    room = inventory.room(store)
    shown = [
        {key: bytes_text(value) if isinstance(value, int) else value for key, value in row.items()}
        for row in rows
    ]
    return Outcome(
        data={**room, "folder": str(store.folder), "models": rows},
        text="\n".join(f"{row['id']:<28}{row['bytes']:>10}{_beside(row)}" for row in shown),
        message=_room_note(store),
    )


def _beside(row: dict[str, Any]) -> str:
    parts = [f"{row[key]} {key}" for key in ("unfinished", "elsewhere") if row[key] != "0 B"]
    return f"   {', '.join(parts)}" if parts else ""


def _chosen(studio: Studio, args: NoArgs) -> Outcome:
    """List the weights that each family runs, or the reason why the family can't run."""
    store = ModelStore(studio.home.models)
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    made = (row.name for row in engine_registry.ENGINES if row.makes)
    for family in dict.fromkeys([*SETUPS, *made]):
        try:
            found = inventory.runs(store, family)
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
        "model.list", "Models", "what is installed, missing, and how large", _list, ListArgs, cli="model list"
    ),
    Command(
        "model.show",
        "Weights",
        "one row: licence, size, needs, what it unlocks",
        _show,
        OneArgs,
        cli="model show",
        positional=("id",),
    ),
    Command("model.ready", "Ready?", "what each family runs, or lacks", _chosen, NoArgs, cli="model ready"),
    SETUP,
    *FETCHING,
    Command(
        "model.use",
        "Use weights",
        "choose them, or use those that lie elsewhere without copying",
        _use,
        UseArgs,
        cli="model use",
        positional=("what",),
    ),
    Command(
        "model.remove",
        "Remove weights",
        "take them off the disk",
        _remove,
        RemoveArgs,
        cli="model remove",
        positional=("ids",),
    ),
    Command("model.disk", "Disk use", "what weights take, and what is free", _disk, NoArgs, cli="model disk"),
    TINY,
)
