"""Values for copied clips and their times, from one track or several.

`cut.edit.paste` creates these values. `cut.edit.paste` and `cut.edit.nesting` insert the clips on tracks
again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.cut.values.cut import Clip, Marker, TrackKind, Transition


class ClipPiece(NamedTuple):
    """A copied clip and the frame at which it begins. Frame 0 is the start of everything that was copied.

    `connected` means that the clip was connected to a clip below it. Pasting connects the new clip again.
    """

    at: int
    clip: Clip
    connected: bool = False

    @property
    def end(self) -> int:
        """The frame after the clip's last frame. Frame 0 is the start of everything that was copied."""
        return self.at + self.clip.frames


@dataclass(frozen=True, slots=True)
class PieceRow:
    """The copied clips of one track in order of time.

    `index` is the track's position among the tracks of its kind (picture or sound), from 0.
    """

    kind: TrackKind
    index: int
    pieces: tuple[ClipPiece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Everything that was copied: rows of clips over `frames` frames at `rate`, with their transitions and
    markers.

    The clips keep their old ids so that transitions and markers can refer to them. Pasting gives the clips
    new ids.
    """

    frames: int
    rate: Fraction
    rows: tuple[PieceRow, ...]
    transitions: tuple[Transition, ...] = ()
    markers: tuple[Marker, ...] = ()

    @property
    def clips(self) -> tuple[Clip, ...]:
        """All copied clips, row by row."""
        return tuple(piece.clip for row in self.rows for piece in row.pieces)


def connect_pieces(pieces: Pieces) -> Pieces:
    """Return copied clips with their video clips marked for connection. When they are pasted on a free track,
    each of these clips is connected to the clip below it. On a magnetic track the mark has no effect.
    """
    rows = (
        row
        if row.kind is not TrackKind.VIDEO
        else replace(row, pieces=tuple(piece._replace(connected=True) for piece in row.pieces))
        for row in pieces.rows
    )
    return replace(pieces, rows=tuple(rows))
