"""Decorators for plug-ins: functions of other Python packages that add commands, export formats and checks to
the studio.

Each decorator turns a function into an object for an entry point in the group `milimo.commands`,
`milimo.exports` or `milimo.checks`. The studio calls the function with the open film. If the function raises
an exception, the studio shows one message and continues. Errors of `milimo_tui.api` are shown with their own
text.
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
    """Turn a function into a command. The studio calls the function with the open film and the command's
    arguments.

    `args` is an `Args` class whose `arg` fields are the arguments; `positional` lists the arguments given
    without a flag. The command is `milimo plugin NAME`. It also appears in the command palette, on the `:`
    line and in help. If the function returns text, the text is shown. If it returns a list of rows, they are
    shown as a table. Any other value that JSON can hold becomes the command's data.
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
    """Turn a function that yields one sentence per problem into a check of the film.

    `milimo plugin check` runs all such checks. Its exit status is 1 if a check found a problem.
    """

    def made(look: Callable[[Film], Iterable[str]]) -> Check:
        return Check(name, title, lambda studio: look(Film(studio)))

    return made
