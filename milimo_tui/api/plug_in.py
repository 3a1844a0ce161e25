"""Plug-ins: functions of other packages that add commands, exports and checks to the studio.

Each decorator in this module turns a function into an object for an entry point in the group
`milimo.commands`, `milimo.exports` or `milimo.checks`. The function receives the open film. An exception is
shown as one message (an error of `milimo_tui.api` unchanged), and the studio continues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from milimo_tui.api.film import Film
from milimo_tui.studio.registry.args import Args, NoArgs
from milimo_tui.studio.registry.plug_ins import GROUP, Check, Export
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio

A = TypeVar("A", bound=Args)
Made = Callable[[Callable[[Film, Any], Any]], Command]


def command(
    name: str, *, title: str, help: str, args: type[Args] = NoArgs, positional: tuple[str, ...] = ()
) -> Made:
    """Turn a function of the open film and its arguments (an `Args` class with `arg` fields) into a command.

    The command is `milimo plugin NAME` and appears in the palette, in `:` and in help. A returned text is
    shown. A returned list of rows is shown as a table. Any other JSON-able value is the command's data.
    `positional` lists arguments that are given without a flag.
    """

    def made(act: Callable[[Film, Any], Any]) -> Command:
        def run(studio: Studio, given: Any) -> Outcome:
            return _make_plug_in_outcome(act(Film(studio), given))

        return Command(
            f"{GROUP}.{name}",
            title,
            help,
            run,
            args,
            refuse_without_film,
            cli=f"{GROUP} {name}",
            positional=positional,
        )

    return made


def _make_plug_in_outcome(value: Any) -> Outcome:
    if isinstance(value, Outcome):
        return value
    if isinstance(value, str):
        return Outcome(data={"text": value}, text=value)
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return Outcome(data=value, columns=tuple(value[0]))
    return Outcome(data=value)


def export(suffix: str, *, title: str) -> Callable[[Callable[[Film], str | bytes]], Export]:
    """Turn a function that returns a file's text or bytes into an export.

    `milimo cut export FILE` uses the export for files with the suffix (`.csv`). The file is written
    completely or not at all.
    """

    def made(write: Callable[[Film], str | bytes]) -> Export:
        def run(studio: Studio) -> bytes:
            text = write(Film(studio))
            return text.encode() if isinstance(text, str) else bytes(text)

        return Export(suffix, title, run)

    return made


def check(name: str, *, title: str) -> Callable[[Callable[[Film], Iterable[str]]], Check]:
    """Turn a function that yields a sentence for each problem into a check.

    `milimo plugin check` runs the check, and exits with status 1 if there are problems.
    """

    def made(look: Callable[[Film], Iterable[str]]) -> Check:
        return Check(name, title, lambda studio: look(Film(studio)))

    return made
