"""Put copied clips on tracks: give them new ids, convert them to the cut's frame rate and insert them track
by track.

`cut.edit.paste` and `cut.edit.nesting` choose the position. This module does the work.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.curves import stretch_curves
from milimo_tui.cut.values.cut import GAP, Clip, MediaLength, Track, create_trackless_clip
from milimo_tui.cut.values.pieces import ClipPiece, PieceRow, Pieces
from milimo_tui.cut.values.portions import shorten_fades_to_fit
from milimo_tui.cut.values.timing import compute_source_frames, count_spare_frames, limit_source_start
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.fresh_clips import create_track_clip
from milimo_tui.cut.working.shifts import follow_sync_locks, open_gap


class PastedNames:
    """A creator of pasted clips, which gives new ids to the copied clips, their links and their groups. It
    stores the new id for each old id, so that clips that were linked or grouped in the copy are linked or
    grouped again.
    """

    def __init__(self, edit: CutEditor, pieces: Pieces) -> None:
        self._edit = edit
        self._links = Counter(clip.link for clip in pieces.clips)
        self._groups = Counter(clip.group for clip in pieces.clips)
        self._bonds: dict[tuple[str, str], str] = {}
        self.of: dict[str, str] = {}  # maps the id of a copied clip to the id of its pasted clip

    def create_clip(self, track: Track, clip: Clip) -> Clip:
        """Return a new clip for a track from a copied clip, without a position."""
        made = create_track_clip(self._edit, track, clip, self._edit.bounds)
        if clip.id:
            self.of[clip.id] = made.id
        link = self._get_new_name("link", clip.link) if self._links[clip.link] > 1 else ""
        group = self._get_new_name("group", clip.group) if self._groups[clip.group] > 1 else ""
        return replace(made, link=link, group=group)

    def add_transitions_and_markers_of(self, pieces: Pieces) -> None:
        """Add the transitions and markers of the copied clips to the cut, attached to the pasted clips."""
        cut, new_id, of = self._edit.cut, self._edit.new_id, self.of
        self._edit.add_transitions_and_markers(
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

    def _get_new_name(self, kind: str, name: str) -> str:
        if not name:
            return ""
        return self._bonds.setdefault((kind, name), self._edit.new_id(kind))


def conform_pieces(pieces: Pieces, rate: Fraction, bounds: MediaLength) -> Pieces:
    """Return copied clips converted to the frame rate `rate`.

    Each edge moves to the frame nearest to its exact time. Pictures keep their times and keyframes stay on
    their pictures. A clip never becomes longer than its media.
    """
    if pieces.rate == rate:
        return pieces
    ratio = rate / pieces.rate
    rows = tuple(
        replace(
            row,
            pieces=_remove_piece_overlaps(
                [_conform_piece(piece, pieces.rate, rate, bounds) for piece in row.pieces]
            ),
        )
        for row in pieces.rows
    )
    return replace(
        pieces,
        rate=rate,
        rows=rows,
        frames=max(1, round_half_up(pieces.frames * ratio), *(row.pieces[-1].end for row in rows)),
        transitions=tuple(
            replace(each, frames=max(1, round_half_up(each.frames * ratio))) for each in pieces.transitions
        ),
        markers=tuple(replace(each, frame=round_half_up(each.frame * ratio)) for each in pieces.markers),
    )


def _conform_piece(piece: ClipPiece, old: Fraction, new: Fraction, bounds: MediaLength) -> ClipPiece:
    ratio, clip = new / old, piece.clip
    at = round_half_up(piece.at * ratio)
    # Seconds from the exact time of the clip's start to its rounded time
    late = (at - piece.at * ratio) / new
    changed = replace(
        clip,
        source_in=limit_source_start(
            clip.source, clip.source_in + late * compute_source_frames(clip.effects, 0, 1)
        ),
        frames=max(1, round_half_up(piece.end * ratio) - at),
        fade_in=round_half_up(clip.fade_in * ratio),
        fade_out=round_half_up(clip.fade_out * ratio),
        effects=stretch_curves(clip.effects, ratio),
    )
    more = count_spare_frames(changed, new, bounds)[1]
    if more is not None and more < 0:
        changed = replace(changed, frames=max(1, changed.frames + more))
    return piece._replace(at=at, clip=shorten_fades_to_fit(changed))


def _remove_piece_overlaps(row: Sequence[ClipPiece]) -> tuple[ClipPiece, ...]:
    """Return a row of copied clips without overlaps. A clip that overlaps the clip before it begins later.

    Overlaps arise when the row is converted to a lower frame rate, because each clip keeps at least one
    frame.
    """
    out: list[ClipPiece] = []
    for piece in row:
        at = max(piece.at, out[-1].end) if out else piece.at
        clip = shorten_fades_to_fit(replace(piece.clip, frames=max(1, piece.end - at)))
        out.append(piece._replace(at=at, clip=clip))
    return tuple(out)


def put_pieces(
    edit: CutEditor, pieces: Pieces, rows: Sequence[tuple[Track, PieceRow]], at: int, *, overwrite: bool
) -> None:
    """Put rows of copied clips on tracks at frame `at`, with their transitions and markers.

    The pieces must have the cut's frame rate. With `overwrite`, clips at these frames are replaced.
    """
    names = PastedNames(edit, pieces)
    if overwrite:
        _split_links_around_pieces(edit, rows, at)
    else:
        open_gap(edit, [track for track, _ in rows], at, pieces.frames)
    # Free tracks are filled first: the clips that are connected to a magnetic track still have their old
    # positions then.
    for track, row in sorted(rows, key=lambda each: each[0].magnetic):
        if track.magnetic:
            _on_magnetic(edit, track, row, pieces.frames, at, names, overwrite=overwrite)
        else:
            _on_free(edit, track, row, at, names, overwrite=overwrite)
    if not overwrite:
        follow_sync_locks(edit, at, pieces.frames, {track.id for track, _ in rows})
    names.add_transitions_and_markers_of(pieces)


def _split_links_around_pieces(edit: CutEditor, rows: Sequence[tuple[Track, PieceRow]], at: int) -> None:
    """Split links at the edges of the ranges that pasted clips will cover. A linked clip at such an edge is
    split, if all clips of its link at that frame are on the target tracks. The parts before the edge keep
    their link, and the parts after it get a new link.
    """
    edges: dict[int, list[Track]] = {}
    for track, row in rows:
        pieces = row.pieces if track.magnetic else [piece for piece in row.pieces if piece.clip.source != GAP]
        for run in _group_adjacent_pieces(pieces):
            for edge in (run[0].at, run[-1].end):
                edges.setdefault(at + edge, []).append(track)
    for frame, tracks in edges.items():
        edit.split_linked_pairs([frame], tracks)


def _on_free(
    edit: CutEditor, track: Track, row: PieceRow, at: int, names: PastedNames, *, overwrite: bool
) -> None:
    """Put a row of copied clips on a free track at frame `at`."""
    pieces = [piece for piece in row.pieces if piece.clip.source != GAP]
    if overwrite:
        for run in _group_adjacent_pieces(pieces):
            edit.clear_range(track, at + run[0].at, at + run[-1].end)
    for piece in pieces:
        put_free_clip(edit, names.create_clip(track, piece.clip), at + piece.at, connected=piece.connected)


def _on_magnetic(
    edit: CutEditor, track: Track, row: PieceRow, frames: int, at: int, names: PastedNames, *, overwrite: bool
) -> None:
    """Put a row of copied clips on a magnetic track at frame `at`. Gaps separate clips that do not touch."""
    if not overwrite:
        end = edit.get_track_end(track)
        line = fill_row_gaps(row.pieces, -max(0, at - end), frames if at < end else 0)
        _put_in_sequence(edit, track, min(at, end), line, names)
        return
    for run in _group_adjacent_pieces(row.pieces):
        first, end = at + run[0].at, edit.get_track_end(track)
        edit.clear_range(track, first, at + run[-1].end)
        line = fill_row_gaps(run, run[0].at - max(0, first - end), 0)
        _put_in_sequence(edit, track, min(first, end), line, names)


def put_free_clip(edit: CutEditor, clip: Clip, at: int, *, connected: bool) -> None:
    """Put a clip at a frame of its free track. If `connected`, connect it to the clip that a magnetic track
    has there.
    """
    line = next((track.id for track in edit.cut.tracks if track.magnetic), None) if connected else None
    if line is None:
        edit.put(replace(clip, start=at))
    else:
        edit.connect_at(clip, at, line)


def _group_adjacent_pieces(row: Sequence[ClipPiece]) -> list[list[ClipPiece]]:
    """Return the copied clips of a row in groups. The clips of a group touch each other."""
    out: list[list[ClipPiece]] = []
    for piece in row:
        if out and out[-1][-1].end == piece.at:
            out[-1].append(piece)
        else:
            out.append([piece])
    return out


def fill_row_gaps(row: Iterable[ClipPiece], start: int, end: int) -> list[Clip]:
    """Return the clips of a row from frame `start` to at least frame `end`, with gap clips where the row is
    empty.
    """
    out = []
    for piece in row:
        if piece.at > start:
            out.append(create_trackless_clip(GAP, piece.at - start))
        out.append(piece.clip)
        start = piece.end
    if end > start:
        out.append(create_trackless_clip(GAP, end - start))
    return out


def _put_in_sequence(
    edit: CutEditor, track: Track, at: int, clips: Sequence[Clip], names: PastedNames
) -> None:
    """Insert clips one after the other at frame `at` of a magnetic track, which must be the edge of a
    clip.
    """
    for clip, order in zip(clips, create_sequence_keys(edit, track, at, len(clips)), strict=True):
        edit.put(replace(names.create_clip(track, clip), order=order))


def create_sequence_keys(edit: CutEditor, track: Track, at: int, count: int) -> list[str]:
    """Return `count` ascending order keys for clips that are inserted at frame `at` of a magnetic track.

    The frame must be the edge of a clip or the end of the track.
    """
    if not count:
        return []
    first = edit.key_at(track, at)
    row = edit.current_layout.get_row(track.id)
    index = bisect_left(row, at, key=lambda placed: placed.start)
    return [first, *create_spread_keys(count - 1, first, row[index].clip.order if index < len(row) else None)]
