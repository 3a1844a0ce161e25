"""Plug-ins: functions of others as commands, exports and checks of the studio.

Each of these decorators makes of a function what an entry point names: in the group `milimo.commands`,
`milimo.exports` or `milimo.checks`. The function gets the open film. What it raises is told as one sentence
(an error of `milimo_tui.api` as it is), and the studio goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from milimo_tui.api.film import Film
from milimo_tui.studio.registry.args import Args, NoArgs
from milimo_tui.studio.registry.plug_ins import GROUP, Check, Export
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.studio import Studio

A = TypeVar("A", bound=Args)
Made = Callable[[Callable[[Film, Any], Any]], Command]


def command(
    name: str, *, title: str, help: str, args: type[Args] = NoArgs, positional: tuple[str, ...] = ()
) -> Made:
    """Make a command of a function of the open film and its arguments (an `Args` with `arg` fields).

    It is `milimo plugin NAME`, and stands in the palette, `:` and help. A text that it returns is shown, a
    list of rows is a table, anything else that JSON can hold is its data. `positional` are arguments that are
    given without a flag.
    """

    def made(act: Callable[[Film, Any], Any]) -> Command:
        def run(studio: Studio, given: Any) -> Outcome:
            return _outcome(act(Film(studio), given))

        return Command(
            f"{GROUP}.{name}",
            title,
            help,
            run,
            args,
            needs_project,
            cli=f"{GROUP} {name}",
            positional=positional,
        )

    return made


def _outcome(value: Any) -> Outcome:
    if isinstance(value, Outcome):
        return value
    if isinstance(value, str):
        return Outcome(data={"text": value}, text=value)
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return Outcome(data=value, columns=tuple(value[0]))
    return Outcome(data=value)


def export(suffix: str, *, title: str) -> Callable[[Callable[[Film], str | bytes]], Export]:
    """Make an export of a function that gives a file's text or bytes: `milimo cut export FILE` with that
    suffix (`.csv`) writes it, whole or not at all.
    """

    def made(write: Callable[[Film], str | bytes]) -> Export:
        def run(studio: Studio) -> bytes:
            text = write(Film(studio))
            return text.encode() if isinstance(text, str) else bytes(text)

        return Export(suffix, title, run)

    return made


def check(name: str, *, title: str) -> Callable[[Callable[[Film], Iterable[str]]], Check]:
    """Make a check of a function that yields a sentence for each thing it finds: `milimo plugin check` runs
    it, and ends with 1 where something was found.
    """

    def made(look: Callable[[Film], Iterable[str]]) -> Check:
        return Check(name, title, lambda studio: look(Film(studio)))

    return made
