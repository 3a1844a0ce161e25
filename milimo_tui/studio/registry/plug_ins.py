"""Load plug-ins. A plug-in is a command, an export format or a film check that another Python distribution
adds to the studio through an entry point.

A plug-in is left out if it can't be imported, has the wrong type, or has a name that is taken. `milimo plugin
list` and the doctor report such plug-ins. If a plug-in fails while it runs, the user gets an error message,
and the studio continues.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from milimo_tui.core.errors import Failed, MilimoError
from milimo_tui.core.format import add_indefinite_article
from milimo_tui.studio.registry.registry import Command, Outcome

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from milimo_tui.studio.session.studio import Studio

# The group of plug-in commands. Their ids are `plugin.NAME`, and the user types `milimo plugin NAME`.
GROUP = "plugin"
# The groups of entry points in which plug-ins register.
COMMANDS, EXPORTS, CHECKS = "milimo.commands", "milimo.exports", "milimo.checks"
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
# Actions of `milimo plugin` that belong to the studio, so that no plug-in may use these names.
OWN = ("list", "check")
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Export:
    """A file format that a plug-in adds to `cut export`. `write` returns the file's bytes for the open
    film.
    """

    suffix: str
    title: str
    write: Callable[[Studio], bytes]


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the film that a plug-in adds to `plugin check`. Its function `look` yields a sentence for
    each problem that it finds in the open film.
    """

    name: str
    title: str
    look: Callable[[Studio], Iterable[str]]


@dataclass(frozen=True, slots=True)
class PlugIn:
    """A plug-in that was found through its entry point: its kind, the distribution that contains it, and the
    object that it provides.

    `problem` says why the plug-in is left out; empty if it is usable.
    """

    kind: str
    name: str
    distribution: str
    title: str = ""
    value: Command | Export | Check | None = None
    problem: str = ""


@cache
def load_plug_ins() -> tuple[PlugIn, ...]:
    """Return every installed plug-in, in order of name. The plug-ins are loaded once in each process; later
    calls return the same result.
    """
    # Imported here because the module is slow to import and rarely needed.
    from importlib.metadata import entry_points

    known = entry_points()
    out: list[PlugIn] = []
    for group in (COMMANDS, EXPORTS, CHECKS):
        taken: set[str] = set(OWN)
        for entry in sorted(known.select(group=group), key=lambda one: (one.name, one.value)):
            plug_in = _load_plug_in(group, entry, taken)
            if plug_in.problem:
                log.warning("the plug-in %s is left out: %s", plug_in.name, plug_in.problem)
            out.append(plug_in)
    return tuple(out)


def _load_plug_in(group: str, entry: EntryPoint, taken: set[str]) -> PlugIn:
    kind = group.rpartition(".")[2].removesuffix("s")
    blank = PlugIn(kind, entry.name, entry.dist.name if entry.dist else "")
    try:
        value = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  foreign code may raise anything
        return replace(blank, problem=f"{entry.value} can't be imported: {format_foreign_error(error)}")
    name = _get_plug_in_name(group, value)
    if not name:
        return replace(
            blank, problem=f"{entry.value} is not {add_indefinite_article(kind)} of milimo_tui.api"
        )
    if name in taken:
        return replace(blank, problem=f"there is {add_indefinite_article(kind)} {name} already")
    taken.add(name)
    if isinstance(value, Command):
        value = replace(value, run=partial(_run_plug_in_command, value))
    return replace(blank, name=name, title=value.title, value=value)


def _get_plug_in_name(group: str, value: object) -> str:
    """Return the name of the command, export or check that an entry point provides; empty if its type or name
    is wrong.
    """
    if group == COMMANDS and isinstance(value, Command):
        name = value.id.removeprefix(f"{GROUP}.")
        return name if value.id == f"{GROUP}.{name}" and NAME.fullmatch(name) else ""
    if group == EXPORTS and isinstance(value, Export):
        return value.suffix if re.fullmatch(r"\.[a-z0-9]{1,16}", value.suffix) else ""
    if group == CHECKS and isinstance(value, Check):
        return value.name if NAME.fullmatch(value.name) else ""
    return ""


def format_foreign_error(error: BaseException) -> str:
    """Return an error of a plug-in's code as one line, such as `ValueError: …`."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:160]}" if words else type(error).__name__


def call_plug_in(name: str, work: Callable[[], T]) -> T:
    """Call a function of the plug-in `name` and return its result.

    A MilimoError from the plug-in is passed on. Any other error is raised as Failed.
    """
    try:
        return work()
    except MilimoError:
        raise
    except (Exception, SystemExit) as error:  # Any error of a plug-in becomes a message.
        log.info("the plug-in %s broke", name, exc_info=error)
        raise Failed(
            f"the plug-in {name} failed: {format_foreign_error(error)}",
            "milimo plugin list shows who made it",
        ) from None


def _run_plug_in_command(entry: Command, studio: Studio, args: Any) -> Outcome:
    name = entry.id.removeprefix(f"{GROUP}.")
    outcome = call_plug_in(name, lambda: entry.run(studio, args))
    if not isinstance(outcome, Outcome):
        raise Failed(f"the plug-in {name} returned {type(outcome).__name__} instead of an outcome")
    try:
        json.dumps(outcome.data)
    except (TypeError, ValueError) as error:
        raise Failed(
            f"the plug-in {name} returned a value that JSON can't store: {format_foreign_error(error)}"
        ) from None
    return outcome


def list_plug_in_commands() -> tuple[Command, ...]:
    """Return the commands of plug-ins."""
    return tuple(one.value for one in load_plug_ins() if isinstance(one.value, Command))


def find_plug_in_export(suffix: str) -> Export | None:
    """Return the plug-in export that writes files with a suffix; None if there is none."""
    return next(
        (one.value for one in load_plug_ins() if isinstance(one.value, Export) and one.name == suffix), None
    )


def iterate_plug_in_checks() -> Iterator[Check]:
    """Yield the checks of plug-ins."""
    yield from (one.value for one in load_plug_ins() if isinstance(one.value, Check))
