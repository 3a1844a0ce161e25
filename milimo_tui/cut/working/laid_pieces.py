"""Put copied pieces on tracks: new ids for their clips, conversion to another rate, and the rows one by one.

`cut.edit.paste` and `cut.edit.nesting` choose the position; this module does the work.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.order_keys import spread
from milimo_tui.core.time import half_up
from milimo_tui.cut.values.curves import stretched
from milimo_tui.cut.values.cut import GAP, Clip, MediaLength, Track, new_clip
from milimo_tui.cut.values.pieces import Piece, Pieces, Row
from milimo_tui.cut.values.portions import fit_fades
from milimo_tui.cut.values.timing import moved, not_before, room
from milimo_tui.cut.working.editing import Editing
from milimo_tui.cut.working.fresh_clips import fresh_clip
from milimo_tui.cut.working.shifts import follow_ripple, open_up


class Names:
    """New ids for pasted clips, and new names for their links and groups."""

    def __init__(self, edit: Editing, pieces: Pieces) -> None:
        self._edit = edit
        self._links = Counter(clip.link for clip in pieces.clips)
        self._groups = Counter(clip.group for clip in pieces.clips)
        self._bonds: dict[tuple[str, str], str] = {}
        self.of: dict[str, str] = {}  # id of a copied clip → id of the pasted clip

    def fresh(self, track: Track, clip: Clip) -> Clip:
        """Return a new clip for a track from a copied clip, without a position."""
        made = fresh_clip(self._edit, track, clip, self._edit.bounds)
        if clip.id:
            self.of[clip.id] = made.id
        link = self._bond("link", clip.link) if self._links[clip.link] > 1 else ""
        group = self._bond("group", clip.group) if self._groups[clip.group] > 1 else ""
        return replace(made, link=link, group=group)

    def keep(self, pieces: Pieces) -> None:
        """Add the transitions and markers of the pasted clips to the cut."""
        cut, new_id, of = self._edit.cut, self._edit.new_id, self.of
        self._edit.keep(
            transitions=[
                replace(each, id=new_id("transition"), cut=cut.id, left=of[each.left], right=of[each.right])
                for each in pieces.transitions
                if each.left in of and each.right in of
            ],
            markers=[
                replace(each, id=new_id("marker"), cut=cut.id, clip=of[each.clip], name="")
                for each in pieces.markers
                if each.clip in of
            ],
        )

    def _bond(self, kind: str, name: str) -> str:
        if not name:
            return ""
        return self._bonds.setdefault((kind, name), self._edit.new_id(kind))


def conformed(pieces: Pieces, rate: Fraction, bounds: MediaLength) -> Pieces:
    """Return pieces at another rate. Each edge is at the frame nearest to its exact second; pictures keep
    their times.

    Keys stay with their pictures. A clip never becomes longer than its media.
    """
    if pieces.rate == rate:
        return pieces
    ratio = rate / pieces.rate
    rows = tuple(
        replace(row, pieces=_apart([_conform(piece, pieces.rate, rate, bounds) for piece in row.pieces]))
        for row in pieces.rows
    )
    return replace(
        pieces,
        rate=rate,
        rows=rows,
        frames=max(1, half_up(pieces.frames * ratio), *(row.pieces[-1].end for row in rows)),
        transitions=tuple(
            replace(each, frames=max(1, half_up(each.frames * ratio))) for each in pieces.transitions
        ),
        markers=tuple(replace(each, frame=half_up(each.frame * ratio)) for each in pieces.markers),
    )


def _conform(piece: Piece, old: Fraction, new: Fraction, bounds: MediaLength) -> Piece:
    ratio, clip = new / old, piece.clip
    at = half_up(piece.at * ratio)
    late = (at - piece.at * ratio) / new  # seconds from the exact edge to the rounded edge
    changed = replace(
        clip,
        source_in=not_before(clip.source, clip.source_in + late * moved(clip.effects, 0, 1)),
        frames=max(1, half_up(piece.end * ratio) - at),
        fade_in=half_up(clip.fade_in * ratio),
        fade_out=half_up(clip.fade_out * ratio),
        effects=stretched(clip.effects, ratio),
    )
    more = room(changed, new, bounds)[1]
    if more is not None and more < 0:
        changed = replace(changed, frames=max(1, changed.frames + more))
    return piece._replace(at=at, clip=fit_fades(changed))


def _apart(row: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return a row without overlaps. At a lower rate a clip of one frame may push the next clip to a later
    frame.
    """
    out: list[Piece] = []
    for piece in row:
        at = max(piece.at, out[-1].end) if out else piece.at
        clip = fit_fades(replace(piece.clip, frames=max(1, piece.end - at)))
        out.append(piece._replace(at=at, clip=clip))
    return tuple(out)


def lay(
    edit: Editing, pieces: Pieces, rows: Sequence[tuple[Track, Row]], at: int, *, overwrite: bool
) -> None:
    """Put rows of pieces on tracks at a frame, with their transitions and markers. Their rate must be the
    cut's rate.
    """
    names = Names(edit, pieces)
    if overwrite:
        _part_what_is_covered(edit, rows, at)
    else:
        open_up(edit, [track for track, _ in rows], at, pieces.frames)
    # Free tracks come first, while the clips connected to a magnetic track are still in their old positions.
    for track, row in sorted(rows, key=lambda each: each[0].magnetic):
        if track.magnetic:
            _on_magnetic(edit, track, row, pieces.frames, at, names, overwrite=overwrite)
        else:
            _on_free(edit, track, row, at, names, overwrite=overwrite)
    if not overwrite:
        follow_ripple(edit, at, pieces.frames, {track.id for track, _ in rows})
    names.keep(pieces)


def _part_what_is_covered(edit: Editing, rows: Sequence[tuple[Track, Row]], at: int) -> None:
    """Give the remaining parts of linked clips before and after the pieces a link each."""
    edges: dict[int, list[Track]] = {}
    for track, row in rows:
        laid = row.pieces if track.magnetic else [piece for piece in row.pieces if piece.clip.source != GAP]
        for run in _runs(laid):
            for edge in (run[0].at, run[-1].end):
                edges.setdefault(at + edge, []).append(track)
    for frame, tracks in edges.items():
        edit.part_pairs([frame], tracks)


def _on_free(edit: Editing, track: Track, row: Row, at: int, names: Names, *, overwrite: bool) -> None:
    """Put the pieces of a row on a free track."""
    laid = [piece for piece in row.pieces if piece.clip.source != GAP]
    if overwrite:
        for run in _runs(laid):
            edit.clear_range(track, at + run[0].at, at + run[-1].end)
    for piece in laid:
        put_free(edit, names.fresh(track, piece.clip), at + piece.at, connected=piece.connected)


def _on_magnetic(
    edit: Editing, track: Track, row: Row, frames: int, at: int, names: Names, *, overwrite: bool
) -> None:
    """Put the pieces of a row on a magnetic track, with gaps between pieces that do not touch."""
    if not overwrite:
        end = edit.end_of(track)
        line = filled(row.pieces, -max(0, at - end), frames if at < end else 0)
        _put_line(edit, track, min(at, end), line, names)
        return
    for run in _runs(row.pieces):
        first, end = at + run[0].at, edit.end_of(track)
        edit.clear_range(track, first, at + run[-1].end)
        line = filled(run, run[0].at - max(0, first - end), 0)
        _put_line(edit, track, min(first, end), line, names)


def put_free(edit: Editing, clip: Clip, at: int, *, connected: bool) -> None:
    """Put a clip at a frame of its free track. If `connected`, connect it to the clip that a magnetic track
    has there.
    """
    line = next((track.id for track in edit.cut.tracks if track.magnetic), None) if connected else None
    if line is None:
        edit.put(replace(clip, start=at))
    else:
        edit.connect_at(clip, at, line)


def _runs(row: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces of a row in groups of pieces that touch."""
    out: list[list[Piece]] = []
    for piece in row:
        if out and out[-1][-1].end == piece.at:
            out[-1].append(piece)
        else:
            out.append([piece])
    return out


def filled(row: Iterable[Piece], start: int, end: int) -> list[Clip]:
    """Return the clips of a row from a frame on, with gap clips for its holes, up to at least frame `end`."""
    out = []
    for piece in row:
        if piece.at > start:
            out.append(new_clip(GAP, piece.at - start))
        out.append(piece.clip)
        start = piece.end
    if end > start:
        out.append(new_clip(GAP, end - start))
    return out


def _put_line(edit: Editing, track: Track, at: int, clips: Sequence[Clip], names: Names) -> None:
    """Put clips one after the other at an edit point of a magnetic track."""
    for clip, order in zip(clips, line_keys(edit, track, at, len(clips)), strict=True):
        edit.put(replace(names.fresh(track, clip), order=order))


def line_keys(edit: Editing, track: Track, at: int, count: int) -> list[str]:
    """Return `count` ascending order keys for clips at an edit point of a magnetic track."""
    if not count:
        return []
    first = edit.key_at(track, at)
    row = edit.now.on(track.id)
    index = bisect_left(row, at, key=lambda placed: placed.start)
    return [first, *spread(count - 1, first, row[index].clip.order if index < len(row) else None)]
