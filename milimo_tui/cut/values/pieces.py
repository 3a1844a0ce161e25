"""Pieces: clips copied from a cut together with their times, from one track or several.

Values only. `cut.edit.paste` creates them; `cut.edit.paste` and `cut.edit.nesting` put them on tracks again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.values.cut import Clip, Marker, TrackKind, Transition


class ClipPiece(NamedTuple):
    """A copied clip and the frame at which it begins, counted from the start of the pieces.

    `connected` means that the clip was connected to a clip below it on a free track, and is to be connected
    again.
    """

    at: int
    clip: Clip
    connected: bool = False

    @property
    def end(self) -> int:
        """The frame after the clip's last frame, counted from the start of the pieces."""
        return self.at + self.clip.frames


@dataclass(frozen=True, slots=True)
class PieceRow:
    """The copied clips of one track in order of time. `index` is the track's position among tracks of its
    kind, from 0.
    """

    kind: TrackKind
    index: int
    pieces: tuple[ClipPiece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Copied rows of clips over `frames` frames at `rate`, with their transitions and markers.

    The clips keep their old ids only to refer to each other. Pasting gives them new ids.
    """

    frames: int
    rate: Fraction
    rows: tuple[PieceRow, ...]
    transitions: tuple[Transition, ...] = ()
    markers: tuple[Marker, ...] = ()

    @property
    def clips(self) -> tuple[Clip, ...]:
        """All clips, row by row."""
        return tuple(piece.clip for row in self.rows for piece in row.pieces)


def connect_pieces(pieces: Pieces) -> Pieces:
    """Return pieces whose video clips are to be connected to the clips below them, unless their track is
    magnetic.
    """
    rows = (
        row
        if row.kind is not TrackKind.VIDEO
        else replace(row, pieces=tuple(piece._replace(connected=True) for piece in row.pieces))
        for row in pieces.rows
    )
    return replace(pieces, rows=tuple(rows))
