"""Commands on watched folders. The supervisor imports scripts, media and workflows from a watched folder into
a film.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

WATCH_COLUMNS = ("id", "folder", "film", "taken", "failed", "problem")


class WatchAddArgs(Args):
    folder: str = arg(description="a folder; its present and future files are imported", longest=4096)
    film: str = arg("", description="the film: its name, folder or id (default: the current one)")


def _add_watched_folder(studio: Studio, args: WatchAddArgs) -> Outcome:
    folder = _check_watched_folder(studio, args.folder)
    paths = studio.find_project(args.film) if args.film else studio.require_project().paths
    there = sum(1 for entry in os.scandir(folder) if entry.is_file() and not entry.name.startswith("."))
    id = studio.require_client().watch_folder(str(folder), str(paths.root))["id"]
    now = f"; {format_count(there, 'file')} there now" if there else ""
    data = {"id": id, "folder": str(folder), "film": paths.root.name, "there": there}
    return Outcome(data=data, message=f"new files in {folder.name} go into {paths.root.name}{now}")


def _check_watched_folder(studio: Studio, name: str) -> Path:
    """Return the absolute path of a folder, after checking that the supervisor can watch it. Raises BadInput,
    NotFound.
    """
    path = parse_user_path(name).absolute()
    if not path.exists():
        raise NotFound(f"there is no folder {path}", "create it first with mkdir")
    if not path.is_dir():
        raise BadInput(f"{path} is not a folder", "name the folder in which new files appear")
    real, home = path.resolve(), studio.home.root.resolve()
    if real == home or home in real.parents or real in home.parents:
        raise BadInput(
            f"{path} contains this studio home or is inside it, so Milimo would import its own files",
            "name a folder outside this home",
        )
    if not os.access(real, os.R_OK | os.X_OK):
        raise BadInput(f"{path} can't be read", f"give yourself permission to read it: chmod u+rx {path}")
    return real


def _list_watched_folders(studio: Studio, args: NoArgs) -> Outcome:
    client = studio.get_client_if_used()
    rows = [_build_watched_folder_row(each) for each in client.list_watched_folders()] if client else []
    if not rows:
        return Outcome(data=[], message="no folder is watched; milimo watch add FOLDER watches one")
    failed = [
        f"{file['name']}: {file['problem']}" for row in rows for file in row["files"] if file["problem"]
    ]
    return Outcome(data=rows, columns=WATCH_COLUMNS, rows=lambda: rows, message="\n".join(failed))


def _build_watched_folder_row(watched: dict[str, Any]) -> dict[str, Any]:
    files = watched["files"]
    failed = sum(1 for file in files if file["problem"])
    return {
        "id": watched["id"],
        "folder": watched["folder"],
        "film": Path(watched["project"]).name,
        "taken": len(files) - failed,
        "failed": failed,
        "problem": watched["problem"],
        "files": files,
    }


class WatchRemoveArgs(Args):
    folder: str = arg(description="a watched folder, or its id (milimo watch list)", longest=4096)


def _remove_watched_folder(studio: Studio, args: WatchRemoveArgs) -> Outcome:
    client = studio.get_client_if_used()
    watched = client.list_watched_folders() if client else []
    path = str(parse_user_path(args.folder).absolute())
    names = (args.folder, path, os.path.realpath(path))
    matching = [each for each in watched if each["id"] in names or each["folder"] in names]
    if client is None or not matching:
        there = ", ".join(each["folder"] for each in watched) or "none"
        raise NotFound(f"{args.folder} is not watched", f"watched folders: {there}")
    for each in matching:
        client.unwatch_folder(each["id"])
    return Outcome(
        data=[each["id"] for each in matching],
        message=f"{matching[0]['folder']} is no longer watched; its files stay",
    )


COMMANDS = (
    Command(
        "watch.add",
        "Watch a folder",
        "import new scripts, media and workflows of a folder into a film",
        _add_watched_folder,
        WatchAddArgs,
        cli="watch add",
        positional=("folder",),
    ),
    Command(
        "watch.list",
        "List watched folders",
        "list the watched folders, and which of their files were imported",
        _list_watched_folders,
        NoArgs,
        cli="watch list",
    ),
    Command(
        "watch.remove",
        "Stop watching a folder",
        "stop watching a folder; imported files stay",
        _remove_watched_folder,
        WatchRemoveArgs,
        cli="watch remove",
        positional=("folder",),
    ),
)
