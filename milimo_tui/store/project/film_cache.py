"""Cache the values of a film. An update reads only the rows that have changed according to the history.

A cut of 30,000 clips is read completely once. After an edit or undo by any terminal, only the few changed
rows are read. The cache only reads. The caller provides a read transaction, and calls the cache from one
thread at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from milimo_tui.cut.values.captions import order_caption
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.rows import film_queries
from milimo_tui.store.rows.mapping import BUS, CAPTION, CAPTION_TRACK, CLIP, CUT, MARKER, TRACK, TRANSITION
from milimo_tui.store.sqlite.value_table import Table
from milimo_tui.story.values.film import Story

MANY = 2000  # above this number of changed rows, reading all cuts completely is faster
_AT_ONCE = 500  # largest number of ids in one query
_Order = Callable[[Any], Any] | None
# The tables of the parts of a cut: for each, the `Table`, the field of `Cut` that holds its values, and the
# sort key of these values (None if they have no order).
_PARTS: dict[str, tuple[Table[Any], str, _Order]] = {
    "track": (TRACK, "tracks", lambda track: (track.order, track.id)),
    "bus": (BUS, "buses", lambda bus: (bus.order, bus.id)),
    "clip": (CLIP, "clips", None),
    "transition": (TRANSITION, "transitions", None),
    "marker": (MARKER, "markers", lambda marker: (marker.frame, marker.id)),
    "caption_track": (CAPTION_TRACK, "caption_tracks", lambda track: (track.order, track.id)),
    "caption": (CAPTION, "captions", order_caption),
}
_OF_CUTS = {"cut", *_PARTS}

Touched = dict[str, set[str]]  # maps a table to the ids of its changed rows


class FilmCache:
    """A cache of the film's values. `read` updates the cache and returns the same objects for values that
    have not changed.
    """

    def __init__(self, many: int = MANY) -> None:
        self._many = many
        self._story: Story | None = None
        self._known: dict[str, _CachedCut] = {}

    def read(self, connection: sqlite3.Connection) -> tuple[Story, tuple[Cut, ...]]:
        """Return the story and every cut in a consistent state."""
        try:
            return self._read_current(connection)
        except BaseException:
            self._story = None  # A partially updated cache would be wrong, so it is discarded.
            raise

    def _read_current(self, connection: sqlite3.Connection) -> tuple[Story, tuple[Cut, ...]]:
        now, known = film_queries.select_revision(connection), self._story
        if known is None:
            self._story = film_queries.select_story(connection)
            return self._story, self._update_cuts(connection, None)
        moments, touched = (
            _find_touched_rows(connection, known.revision) if known.revision != now else (0, {})
        )
        if moments != now - known.revision or touched.keys() - _OF_CUTS:
            known = film_queries.select_story(connection)
        elif moments:
            known = replace(known, revision=now)
        self._story = known
        return known, self._update_cuts(connection, touched)

    def _update_cuts(self, connection: sqlite3.Connection, touched: Touched | None) -> tuple[Cut, ...]:
        if touched is None or sum(map(len, touched.values())) > self._many:
            self._known = {cut.id: _CachedCut(cut) for cut in film_queries.select_cuts(connection)}
        else:
            self._update_touched_rows(connection, touched)
        rows = film_queries.select_live_cut_rows(connection)
        # A cut may be new or restored from the bin. The cache does not have it, so it is read completely.
        self._known = {
            id: self._known.get(id) or _CachedCut(film_queries.select_cut(connection, id)) for id, *_ in rows
        }
        return tuple(self._known[row[0]].build_cut(row) for row in rows)

    def _update_touched_rows(self, connection: sqlite3.Connection, touched: Touched) -> None:
        """Read the changed rows from the database and replace their cached values. `touched` has the ids of
        the changed rows by table.
        """
        for name in touched.keys() & _PARTS.keys():
            table = _PARTS[name][0]
            there = {
                value.id: value for value in _select_values_by_id(connection, table, sorted(touched[name]))
            }
            for cut, parts in self._known.items():
                mine = {id: value for id, value in there.items() if value.cut == cut}
                parts.update_part_rows(name, mine, touched[name] - there.keys())


class _CachedCut:
    """The cached parts of one cut (such as tracks, buses, clips and captions) by table and id, and the cut
    that was last built from them.
    """

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._rows: dict[str, dict[str, Any]] = {
            name: {value.id: value for value in getattr(cut, field)} for name, (_, field, _) in _PARTS.items()
        }

    def update_part_rows(self, name: str, there: dict[str, Any], removed_ids: Iterable[str]) -> None:
        """Update the cached parts of the cut that are stored in the table `name`. `there` has new and changed
        parts by id. Parts whose ids are in `removed_ids` are removed.
        """
        rows = self._rows[name]
        known = [id for id in removed_ids if id in rows]
        if not there and not known:
            return
        for id in known:
            del rows[id]
        rows.update(there)
        _, field, order = _PARTS[name]
        values = rows.values() if order is None else sorted(rows.values(), key=order)
        self._cut = replace(self._cut, **{field: tuple(values)})  # type: ignore[arg-type]

    def build_cut(self, row: tuple[Any, ...]) -> Cut:
        """Return the cut with its current parts. `row` is the current row of the cut. If nothing has changed,
        the same object is returned.
        """
        parts = {field: getattr(self._cut, field) for _, field, _ in _PARTS.values()}
        cut: Cut = CUT.decode(row, **parts)
        if cut != self._cut:
            self._cut = cut
        return self._cut


def _find_touched_rows(connection: sqlite3.Connection, revision: int) -> tuple[int, Touched]:
    """Return the rows that were changed by edits or undos after the revision `revision`, and how many later
    revisions are explained by these edits and undos.
    """
    moments: set[int] = set()
    out: Touched = defaultdict(set)
    for moved, changes in connection.execute("SELECT moved, changes FROM edit WHERE moved > ?", (revision,)):
        moments.add(moved)
        for table, id, *_ in json.loads(changes):
            out[table].add(id)
    return len(moments), out


def _select_values_by_id(connection: sqlite3.Connection, table: Table[Any], ids: list[str]) -> Iterator[Any]:
    for at in range(0, len(ids), _AT_ONCE):
        some = ids[at : at + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        yield from film_queries.select_values(
            connection, table, f"WHERE id IN ({marks}) ORDER BY rowid", some
        )
