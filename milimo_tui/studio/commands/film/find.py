"""`find`: search everything in the film by its words, or in every film of the home."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.studio.project.find_words import Query, kind_called, read_query, search
from milimo_tui.studio.project.findables import KINDS, Findable
from milimo_tui.studio.project.found_films import elsewhere, index_here
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class FindArgs(Args):
    words: tuple[str, ...] = arg(description="what to look for; line: ticket looks through lines alone")
    kind: str = arg("", description=f"one kind alone: {', '.join(KINDS)}")
    films: bool = arg(False, description="in your other films as well")
    limit: int = arg(50, ge=0, description="show so many at most (0: all)")


def _find(studio: Studio, args: FindArgs) -> Outcome:
    query = read_query(" ".join(args.words))
    if args.kind:
        kind = kind_called(args.kind)
        if not kind:
            near = ", ".join(KINDS)
            raise BadInput(f"nothing of the kind “{args.kind}” is looked for", f"kinds: {near}")
        query = Query(query.words, kind)
    if not query.words and not query.kind:
        raise BadInput("there is nothing to look for", "milimo find WORDS, or milimo find line: WORDS")
    found = [each for part in search(index_here(studio), query) for each in part]
    if args.films:
        found += [each for part in elsewhere(studio, query) for each in part]
    shown = found[: args.limit] if args.limit else found
    note = f"{plural(len(found), 'find')}, {len(shown)} shown" if len(shown) < len(found) else ""
    if not found:
        note = "nothing here" if args.films else _nowhere(studio, query)
    return Outcome(
        data=[_row(each) for each in shown], columns=_columns(shown), rows=lambda: _shown(shown), message=note
    )


def _nowhere(studio: Studio, query: Query) -> str:
    """Format the message for an empty result, with the number of results in other films."""
    there = sum(len(part) for part in elsewhere(studio, query))
    return (
        f"nothing here; {there} in other films: milimo find --films lists them" if there else "nothing here"
    )


def _row(each: Findable) -> dict[str, Any]:
    place = {"shot": each.shot, "cut": each.cut, "line": each.line, "film": each.film}
    frame = {"frame": each.frame} if each.frame is not None else {}
    about = {"id": each.id, "kind": each.kind, "name": each.name, "who": each.who, "text": each.words}
    return {**about, **{name: value for name, value in place.items() if value}, **frame}


def _columns(found: Iterable[Findable]) -> tuple[str, ...]:
    films = ("film",) if any(each.film for each in found) else ()
    return ("kind", "name", "who", "text", *films)


def _shown(found: Iterable[Findable]) -> list[dict[str, Any]]:
    return [
        {"kind": each.kind, "name": each.name, "who": each.who, "text": each.words, "film": each.film}
        for each in found
    ]


FIND = Command(
    "app.find",
    "Find",
    "anything of the film by its words",
    _find,
    FindArgs,
    cli="find",
    positional=("words",),
)
