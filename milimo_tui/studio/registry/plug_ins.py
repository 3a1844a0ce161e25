"""What distributions beside the studio add to it, by entry points: commands, exports and checks of films.

One that can't be imported, is something else or has a name that is taken is left out and told of
(`milimo plugin list`, doctor); one that breaks while it runs is a sentence. The studio goes on.
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
from milimo_tui.studio.registry.registry import Command, Outcome

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from milimo_tui.studio.session.studio import Studio

GROUP = "plugin"  # of their commands: `plugin.NAME`, on the command line `milimo plugin NAME`
COMMANDS, EXPORTS, CHECKS = "milimo.commands", "milimo.exports", "milimo.checks"  # groups of entry points
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
OWN = ("list", "check")  # acts of `milimo plugin` that are the studio's
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Export:
    """A file that `cut export` can write of the open film: its suffix, what it is, its bytes."""

    suffix: str
    title: str
    write: Callable[[Studio], bytes]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that `plugin check` looks for in the open film; each sentence is what it found."""

    name: str
    title: str
    look: Callable[[Studio], Iterable[str]]


@dataclass(frozen=True, slots=True)
class PlugIn:
    """One entry point: what it adds, of which distribution, and why it is left out (empty: it is not)."""

    kind: str
    name: str
    distribution: str
    title: str = ""
    value: Command | Export | Check | None = None
    problem: str = ""


@cache
def found() -> tuple[PlugIn, ...]:
    """Return every plug-in that is installed, in order of their names; read once a process."""
    from importlib.metadata import entry_points  # slow to import: most processes never look

    known = entry_points()
    out: list[PlugIn] = []
    for group in (COMMANDS, EXPORTS, CHECKS):
        taken: set[str] = set(OWN)
        for entry in sorted(known.select(group=group), key=lambda one: (one.name, one.value)):
            plug_in = _read(group, entry, taken)
            if plug_in.problem:
                log.warning("the plug-in %s is left out: %s", plug_in.name, plug_in.problem)
            out.append(plug_in)
    return tuple(out)


def _read(group: str, entry: EntryPoint, taken: set[str]) -> PlugIn:
    kind = group.rpartition(".")[2].removesuffix("s")
    blank = PlugIn(kind, entry.name, entry.dist.name if entry.dist else "")
    try:
        value = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001  of others: the studio works without it
        return replace(blank, problem=f"{entry.value} can't be imported: {told(error)}")
    name = _name_of(group, value)
    if not name:
        return replace(blank, problem=f"{entry.value} is no {kind} of milimo_tui.api")
    if name in taken:
        return replace(blank, problem=f"there is a {kind} {name} already")
    taken.add(name)
    if isinstance(value, Command):
        value = replace(value, run=partial(_run, value))
    return replace(blank, name=name, title=value.title, value=value)


def _name_of(group: str, value: object) -> str:
    """Return the name of what an entry point names; empty where that is not what the group holds."""
    if group == COMMANDS and isinstance(value, Command):
        name = value.id.removeprefix(f"{GROUP}.")
        return name if value.id == f"{GROUP}.{name}" and NAME.fullmatch(name) else ""
    if group == EXPORTS and isinstance(value, Export):
        return value.suffix if re.fullmatch(r"\.[a-z0-9]{1,16}", value.suffix) else ""
    if group == CHECKS and isinstance(value, Check):
        return value.name if NAME.fullmatch(value.name) else ""
    return ""


def told(error: BaseException) -> str:
    """Return an error of a stranger's code as one line: `ValueError: …`."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:160]}" if words else type(error).__name__


def guarded(name: str, work: Callable[[], T]) -> T:
    """Return what a plug-in's function returns. Its own MilimoError stays; what else it raises is Failed."""
    try:
        return work()
    except MilimoError:
        raise
    except (Exception, SystemExit) as error:  # of others: a sentence, and the studio goes on
        log.info("the plug-in %s broke", name, exc_info=error)
        raise Failed(
            f"the plug-in {name} broke: {told(error)}", "milimo plugin list says whose it is"
        ) from None


def _run(entry: Command, studio: Studio, args: Any) -> Outcome:
    name = entry.id.removeprefix(f"{GROUP}.")
    outcome = guarded(name, lambda: entry.run(studio, args))
    if not isinstance(outcome, Outcome):
        raise Failed(f"the plug-in {name} gave back {type(outcome).__name__}, which is no outcome")
    try:
        json.dumps(outcome.data)
    except (TypeError, ValueError) as error:
        raise Failed(f"the plug-in {name} gave back what JSON can't hold: {told(error)}") from None
    return outcome


def commands() -> tuple[Command, ...]:
    """Return the commands of plug-ins."""
    return tuple(one.value for one in found() if isinstance(one.value, Command))


def export_for(suffix: str) -> Export | None:
    """Return the export of a plug-in that writes files of a suffix; None where there is none."""
    return next((one.value for one in found() if isinstance(one.value, Export) and one.name == suffix), None)


def checks() -> Iterator[Check]:
    """Yield the checks of plug-ins."""
    yield from (one.value for one in found() if isinstance(one.value, Check))
