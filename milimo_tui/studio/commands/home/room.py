"""Commands on disk space: list what can be freed and what remaking would cost, free it, and set quotas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.core.config_file import write_settings
from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import bytes_text, plural
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.settings import HOME, overruling
from milimo_tui.jobs.values.quotas import GB, film_quotas
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.room.freeable import OF_HOME, Freeable, Kind
from milimo_tui.studio.room.freeing import free
from milimo_tui.studio.room.holdings import holdings
from milimo_tui.studio.room.listing import list_room
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio

COLUMNS = ("film", "kind", "things", "size", "again", "what")
MOST_GB = 1e6 - 1
LISTED = tuple(Kind)


class RoomArgs(Args):
    film: str = arg("", description="one film: its name, folder or id (default: all, and what is of none)")
    days: float = arg(30.0, ge=0, description="past jobs are those that ended longer ago than so many days")


def _films(studio: Studio, name: str) -> list[ProjectPaths]:
    name = name or studio.wanted_project
    return [studio.find_project(name)] if name else studio.films()


def _room(studio: Studio, args: RoomArgs) -> Outcome:
    films = _films(studio, args.film)
    named = bool(args.film or studio.wanted_project)
    found = list_room(studio, films, _kinds((), of_film=named), days=args.days)
    held = holdings(studio, films, with_home=not named)
    items = [item for item in found.items if item.film or not named]
    data = {
        "items": [item.as_json() for item in items],
        "held": [each.as_json() for each in held],
        "problems": list(found.problems),
    }
    lines = [each.line for each in held] + [each.problem for each in held if each.problem]
    text = "\n".join([*lines, "", *_table(items), *found.problems]).strip()
    return Outcome(data=data, text=text, message="milimo room free KIND … frees what you choose")


def _kinds(names: Sequence[Kind], *, of_film: bool) -> list[Kind]:
    return [kind for kind in (names or LISTED) if not (of_film and kind in OF_HOME)]


def _table(items: Sequence[Freeable]) -> list[str]:
    rows = [item.row for item in items]
    if not rows:
        return ["nothing can be freed"]
    widths = {name: max(len(str(row[name])) for row in rows) for name in COLUMNS}
    return ["  ".join(f"{row[name]!s:<{widths[name]}}" for name in COLUMNS).rstrip() for row in rows]


class FreeArgs(Args):
    kinds: tuple[Kind, ...] = arg(description="what is freed, by the names of its list (milimo room)")
    film: str = arg("", description="of one film alone: its name, folder or id")
    days: float = arg(30.0, ge=0, description="past jobs are those that ended longer ago than so many days")
    dry_run: bool = arg(False, description="only what would go, and what making it again would cost")
    yes: bool = arg(False, description="delete without being asked")


def _free(studio: Studio, args: FreeArgs) -> Outcome:
    named = bool(args.film or studio.wanted_project)
    kinds = list(dict.fromkeys(args.kinds))
    of_home = [kind for kind in kinds if kind not in _kinds(kinds, of_film=named)]
    if of_home:
        raise BadInput(f"{of_home[0]} are of this home and no film's", "leave --film out")
    found = list_room(studio, _films(studio, args.film), kinds, days=args.days)
    items = [item for item in found.items if item.film or not named]
    size = sum(item.bytes for item in items)
    data: dict[str, Any] = {"items": [item.as_json() for item in items], "bytes": size, "freed": 0}
    data["problems"] = list(found.problems)
    if not items:
        text = "\n".join(found.problems)
        return Outcome(data=data, text=text, message=f"there is nothing to free of {', '.join(kinds)}")
    listed = "\n".join(_table(items))
    if args.dry_run:
        return Outcome(data=data, text=listed, message=f"that would free {bytes_text(size)}")
    if not args.yes:
        if isinstance(studio.asks, NobodyToAsk):
            raise Refused(f"this would delete for good {bytes_text(size)}", "--yes does, --dry-run tells")
        if not studio.asks.agree(f"{listed}\nDelete for good {bytes_text(size)}?"):
            return Outcome(data=data, message="nothing was deleted")
    freed = free(studio, items, days=args.days)
    problems = [*found.problems, *freed.problems]
    data |= {"freed": freed.total, "problems": problems}
    many = plural(len(items), "kind") if len(items) > 1 else items[0].kind.value
    message = f"freed {bytes_text(freed.total)} of {many}"
    return Outcome(data=data, text="\n".join(problems), message=message, exit_code=1 if freed.problems else 0)


class QuotaArgs(Args):
    gb: float = arg(ge=0, le=MOST_GB, description="GB that may be held before jobs wait; 0: no limit")
    film: str = arg("", description="of one film: its name, folder or id (default: all of this home)")
    each: bool = arg(False, description="of each film that has none of its own")


def _quota(studio: Studio, args: QuotaArgs) -> Outcome:
    if args.film and args.each:
        raise BadInput("a quota is of one film, or of each", "leave --film or --each out")
    home = studio.home.root
    if not args.film:
        name = "film_quota_gb" if args.each else "quota_gb"
        write_settings({name: args.gb}, file=HOME, home=home)
        return _set(studio, name, args.gb, "each film" if args.each else "this home")
    folder = studio.find_project(args.film).root.name
    before = studio.read_settings()[0].film_quotas
    kept = [(each, most) for each, most in film_quotas(before) if each != folder]
    pieces = [f"{folder}={args.gb:g}", *(f"{each}={most / GB:g}" for each, most in kept)]
    write_settings({"film_quotas": ", ".join(pieces)}, file=HOME, home=home)
    return _set(studio, "film_quotas", args.gb, folder)


def _set(studio: Studio, name: str, gb: float, whose: str) -> Outcome:
    """Report the new quota and the films that exceed their quotas. A running supervisor is notified."""
    over = overruling(studio.read_settings()[1][name])
    late = f"; {over} overrules it here" if over not in ("", HOME) else ""
    held = holdings(studio, studio.films(), with_home=True)
    full = [each for each in held if each.problem]
    client = studio.client_or_none()
    if client is not None:
        client.quotas_changed()
    message = f"{whose} may hold {gb:g} GB" if gb else f"{whose} may hold as much as there is"
    data = {"setting": name, "gb": gb, "held": [each.as_json() for each in held]}
    return Outcome(data=data, text="\n".join(each.problem for each in full), message=f"{message}{late}")


COMMANDS = (
    Command(
        "room.list",
        "Room",
        "what can be freed, its size, what making it again would cost",
        _room,
        RoomArgs,
        cli="room list",
    ),
    Command(
        "room.free",
        "Free room",
        "delete things of the kinds that are named",
        _free,
        FreeArgs,
        cli="room free",
        positional=("kinds",),
    ),
    Command(
        "room.quota",
        "Quota",
        "how much this home, or a film, may hold before its jobs wait",
        _quota,
        QuotaArgs,
        cli="room quota",
        positional=("gb",),
    ),
)
