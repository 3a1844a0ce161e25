"""The command `find`: search all texts of the film, or of every film in the home."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.studio.project.find_words import FindQuery, find_item_kind, parse_find_query, search_items
from milimo_tui.studio.project.findables import FINDABLE_KINDS, Findable
from milimo_tui.studio.project.found_films import build_find_index, search_other_films
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class FilmFindArgs(Args):
    words: tuple[str, ...] = arg(description="words to search for; “line: ticket” searches only lines")
    kind: str = arg("", description=f"kind: {', '.join(FINDABLE_KINDS)}")
    films: bool = arg(False, description="also search your other films")
    limit: int = arg(50, ge=0, description="maximum number of results (0: all)")


def _find_in_films(studio: Studio, args: FilmFindArgs) -> Outcome:
    query = parse_find_query(" ".join(args.words))
    if args.kind:
        kind = find_item_kind(args.kind)
        if not kind:
            near = ", ".join(FINDABLE_KINDS)
            raise BadInput(f"“{args.kind}” is not a kind that can be searched", f"kinds: {near}")
        query = FindQuery(query.words, kind)
    if not query.words and not query.kind:
        raise BadInput("no search words are given", "milimo find WORDS, or milimo find line: WORDS")
    found = [each for part in search_items(build_find_index(studio), query) for each in part]
    if args.films:
        found += [each for part in search_other_films(studio, query) for each in part]
    shown = found[: args.limit] if args.limit else found
    note = f"{format_count(len(found), 'find')}, {len(shown)} shown" if len(shown) < len(found) else ""
    if not found:
        note = "nothing here" if args.films else _format_no_result(studio, query)
    return Outcome(
        data=[_build_find_row(each) for each in shown],
        columns=_choose_find_columns(shown),
        rows=lambda: _build_shown_find_rows(shown),
        message=note,
    )


def _format_no_result(studio: Studio, query: FindQuery) -> str:
    """Format the message for a search without results, with the number of results in other films."""
    there = sum(len(part) for part in search_other_films(studio, query))
    return (
        f"nothing here; {there} in other films: milimo find --films lists them" if there else "nothing here"
    )


def _build_find_row(each: Findable) -> dict[str, Any]:
    place = {"shot": each.shot, "cut": each.cut, "line": each.line, "film": each.film}
    frame = {"frame": each.frame} if each.frame is not None else {}
    about = {"id": each.id, "kind": each.kind, "name": each.name, "who": each.who, "text": each.shown_words}
    return {**about, **{name: value for name, value in place.items() if value}, **frame}


def _choose_find_columns(found: Iterable[Findable]) -> tuple[str, ...]:
    films = ("film",) if any(each.film for each in found) else ()
    return ("kind", "name", "who", "text", *films)


def _build_shown_find_rows(found: Iterable[Findable]) -> list[dict[str, Any]]:
    return [
        {"kind": each.kind, "name": each.name, "who": each.who, "text": each.shown_words, "film": each.film}
        for each in found
    ]


FIND = Command(
    "app.find",
    "Search the film",
    "search the film for words",
    _find_in_films,
    FilmFindArgs,
    cli="find",
    positional=("words",),
)
