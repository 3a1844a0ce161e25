"""Commands on disk space. They list files that can be deleted, with the time that it would take to make them
again, delete these files, and set quotas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.core.config_file import write_settings
from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.settings import HOME, find_overriding_origin
from milimo_tui.jobs.values.quotas import GB, parse_film_quotas
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.room.freeable import KINDS_OF_HOME, Freeable, FreeableKind
from milimo_tui.studio.room.freeing import free_items
from milimo_tui.studio.room.holdings import measure_disk_usage
from milimo_tui.studio.room.listing import list_freeable
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio

ROOM_COLUMNS = ("film", "kind", "things", "size", "again", "what")
MAX_QUOTA_GB = 1e6 - 1
ALL_KINDS = tuple(FreeableKind)


class RoomListArgs(Args):
    film: str = arg("", description="one film: its name, folder or id (default: all of this home)")
    days: float = arg(30.0, ge=0, description="past jobs that ended more than this many days ago")


def _find_films_to_measure(studio: Studio, name: str) -> list[ProjectPaths]:
    name = name or studio.wanted_project
    return [studio.find_project(name)] if name else studio.list_films()


def _list_room(studio: Studio, args: RoomListArgs) -> Outcome:
    films = _find_films_to_measure(studio, args.film)
    named = bool(args.film or studio.wanted_project)
    found = list_freeable(studio, films, _filter_kinds((), of_film=named), days=args.days)
    usage = measure_disk_usage(studio, films, with_home=not named)
    items = [item for item in found.items if item.film or not named]
    data = {
        "items": [item.as_json() for item in items],
        "held": [each.as_json() for each in usage],
        "problems": list(found.problems),
    }
    lines = [each.line for each in usage] + [each.problem for each in usage if each.problem]
    text = "\n".join([*lines, "", *_format_freeable_table(items), *found.problems]).strip()
    return Outcome(data=data, text=text, message="milimo room free KIND … frees what you choose")


def _filter_kinds(names: Sequence[FreeableKind], *, of_film: bool) -> list[FreeableKind]:
    return [kind for kind in (names or ALL_KINDS) if not (of_film and kind in KINDS_OF_HOME)]


def _format_freeable_table(items: Sequence[Freeable]) -> list[str]:
    rows = [item.row for item in items]
    if not rows:
        return ["nothing can be freed"]
    widths = {name: max(len(str(row[name])) for row in rows) for name in ROOM_COLUMNS}
    return ["  ".join(f"{row[name]!s:<{widths[name]}}" for name in ROOM_COLUMNS).rstrip() for row in rows]


class RoomFreeArgs(Args):
    kinds: tuple[FreeableKind, ...] = arg(description="kinds of files, as listed by milimo room list")
    film: str = arg("", description="only this film: its name, folder or id")
    days: float = arg(30.0, ge=0, description="past jobs that ended more than this many days ago")
    dry_run: bool = arg(False, description="only show what would be deleted, and the cost of remaking it")
    yes: bool = arg(False, description="delete without being asked")


def _free_room(studio: Studio, args: RoomFreeArgs) -> Outcome:
    named = bool(args.film or studio.wanted_project)
    kinds = list(dict.fromkeys(args.kinds))
    of_home = [kind for kind in kinds if kind not in _filter_kinds(kinds, of_film=named)]
    if of_home:
        raise BadInput(f"{of_home[0]} belong to this home, not to a film", "leave --film out")
    found = list_freeable(studio, _find_films_to_measure(studio, args.film), kinds, days=args.days)
    items = [item for item in found.items if item.film or not named]
    size = sum(item.bytes for item in items)
    data: dict[str, Any] = {"items": [item.as_json() for item in items], "bytes": size, "freed": 0}
    data["problems"] = list(found.problems)
    if not items:
        text = "\n".join(found.problems)
        return Outcome(data=data, text=text, message=f"there is nothing to free of {', '.join(kinds)}")
    listed = "\n".join(_format_freeable_table(items))
    if args.dry_run:
        return Outcome(data=data, text=listed, message=f"that would free {format_bytes(size)}")
    if not args.yes:
        if isinstance(studio.asks, NobodyToAsk):
            raise Refused(
                f"this would permanently delete {format_bytes(size)}",
                "--yes deletes them; --dry-run only lists them",
            )
        if not studio.asks.ask_for_consent(f"{listed}\nDelete for good {format_bytes(size)}?"):
            return Outcome(data=data, message="nothing was deleted")
    freed = free_items(studio, items, days=args.days)
    problems = [*found.problems, *freed.problems]
    data |= {"freed": freed.total, "problems": problems}
    many = format_count(len(items), "kind") if len(items) > 1 else items[0].kind.value
    message = f"freed {format_bytes(freed.total)} of {many}"
    return Outcome(data=data, text="\n".join(problems), message=message, exit_code=1 if freed.problems else 0)


class RoomQuotaArgs(Args):
    gb: float = arg(ge=0, le=MAX_QUOTA_GB, description="disk space in GB before jobs wait; 0: no limit")
    film: str = arg(
        "", description="set the quota of one film: its name, folder or id (default: of this home)"
    )
    each: bool = arg(False, description="quota of each film that has none of its own")


def _set_quota(studio: Studio, args: RoomQuotaArgs) -> Outcome:
    if args.film and args.each:
        raise BadInput("a quota is for one film or for each film, not both", "leave --film or --each out")
    home = studio.home.root
    if not args.film:
        name = "film_quota_gb" if args.each else "quota_gb"
        write_settings({name: args.gb}, file=HOME, home=home)
        return _report_quota_change(studio, name, args.gb, "each film" if args.each else "this home")
    folder = studio.find_project(args.film).root.name
    before = studio.read_home_settings()[0].film_quotas
    kept = [(each, most) for each, most in parse_film_quotas(before) if each != folder]
    pieces = [f"{folder}={args.gb:g}", *(f"{each}={most / GB:g}" for each, most in kept)]
    write_settings({"film_quotas": ", ".join(pieces)}, file=HOME, home=home)
    return _report_quota_change(studio, "film_quotas", args.gb, folder)


def _report_quota_change(studio: Studio, name: str, gb: float, owner: str) -> Outcome:
    """Report a new quota (`gb` in gigabytes), and the films that exceed their quotas. `owner` names
    the home or the film in the message. A running supervisor is notified.
    """
    over = find_overriding_origin(studio.read_home_settings()[1][name])
    late = f"; {over} overrides it here" if over not in ("", HOME) else ""
    usage = measure_disk_usage(studio, studio.list_films(), with_home=True)
    full = [each for each in usage if each.problem]
    client = studio.client_or_none()
    if client is not None:
        client.recount_room()
    message = f"{owner} may use {gb:g} GB" if gb else f"{owner} has no limit"
    data = {"setting": name, "gb": gb, "held": [each.as_json() for each in usage]}
    return Outcome(data=data, text="\n".join(each.problem for each in full), message=f"{message}{late}")


COMMANDS = (
    Command(
        "room.list",
        "Show disk space",
        "list what can be deleted to free disk space, and what remaking it would cost",
        _list_room,
        RoomListArgs,
        cli="room list",
    ),
    Command(
        "room.free",
        "Free disk space",
        "delete files of the named kinds to free disk space",
        _free_room,
        RoomFreeArgs,
        cli="room free",
        positional=("kinds",),
    ),
    Command(
        "room.quota",
        "Set quota",
        "set the disk space that this home or a film may use before its jobs wait",
        _set_quota,
        RoomQuotaArgs,
        cli="room quota",
        positional=("gb",),
    ),
)
