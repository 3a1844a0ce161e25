"""Pieces: clips taken out of a cut together with their time, on one track or many; what copying gives.

Values alone. `cut.edit.paste` makes them, `cut.edit.paste` and `cut.edit.nesting` put them down again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.values.cut import Clip, Marker, TrackKind, Transition


class Piece(NamedTuple):
    """A clip and the frame at which it begins, counted from the start of the pieces.

    `connected`: on a free track it hung on what lay under it, and shall do so where it is put.
    """

    at: int
    clip: Clip
    connected: bool = False

    @property
    def end(self) -> int:
        return self.at + self.clip.frames


@dataclass(frozen=True, slots=True)
class Row:
    """What lay on one track, by frames; `index` is the track's place among those of its kind, from 0."""

    kind: TrackKind
    index: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Rows of clips over `frames` frames at `rate`, with what joins and marks them.

    The clips keep the ids they had, only as names for each other: whoever puts them down makes new ones.
    """

    frames: int
    rate: Fraction
    rows: tuple[Row, ...]
    transitions: tuple[Transition, ...] = ()
    markers: tuple[Marker, ...] = ()

    @property
    def clips(self) -> tuple[Clip, ...]:
        """All clips, row by row."""
        return tuple(piece.clip for row in self.rows for piece in row.pieces)


def connected(pieces: Pieces) -> Pieces:
    """The pieces with every picture to hang on what will lie under it, where its track is not magnetic."""
    rows = (
        row
        if row.kind is not TrackKind.VIDEO
        else replace(row, pieces=tuple(piece._replace(connected=True) for piece in row.pieces))
        for row in pieces.rows
    )
    return replace(pieces, rows=tuple(rows))
