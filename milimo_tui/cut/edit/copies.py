"""Copying out of a cut: a range of some tracks, or some clips. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.guards import require_range
from milimo_tui.cut.layout import Layout, layout
from milimo_tui.cut.pieces import Piece, Pieces, Row
from milimo_tui.cut.portions import portion
from milimo_tui.cut.rows import Placed
from milimo_tui.cut.values import Cut, Marker, Track


def copy_range(cut: Cut, start: int, end: int, tracks: Collection[str] = ()) -> Pieces:
    """Frames [start, end) of tracks (ids; all by default) as pieces; clips at the edges are cut there.

    Transitions and the markers of clips come along where all of them lies in the range. Locked tracks and
    frozen cuts can be copied from. Raises Refused when no clip lies there.
    """
    require_range(start, end)
    placed = layout(cut)
    chosen = [placed.track(each) for each in tracks] or list(placed.tracks)
    wanted = {track.id for track in chosen}
    rows = [
        (track, [each for each in placed.on(track.id) if each.start < end and each.end > start])
        for track in placed.tracks
        if track.id in wanted
    ]
    if not any(row for _, row in rows):
        raise Refused("no clip lies in that range on those tracks", "widen the range or choose other tracks")
    return _pieces(placed, rows, start, end)


def copy_clips(cut: Cut, clip_ids: Iterable[str]) -> Pieces:
    """Some clips (ids), and those linked with them, as pieces with their places to each other."""
    placed = layout(cut)
    named = set(clip_ids)
    unknown = named - {clip.id for clip in cut.clips}
    if unknown or not named:
        raise Refused(f"there is no clip {min(unknown, default='')} in the cut “{cut.name}”")
    links = {clip.link for clip in cut.clips if clip.id in named and clip.link}
    rows = [
        (track, [each for each in placed.on(track.id) if each.clip.id in named or each.clip.link in links])
        for track in placed.tracks
    ]
    chosen = [each for _, row in rows for each in row]
    return _pieces(placed, rows, min(each.start for each in chosen), max(each.end for each in chosen))


def _pieces(placed: Layout, rows: list[tuple[Track, list[Placed]]], start: int, end: int) -> Pieces:
    cut = placed.cut
    alike = {
        kind: [track.id for track in placed.tracks if track.kind is kind]
        for kind in {track.kind for track in placed.tracks}
    }
    out = tuple(
        Row(track.kind, alike[track.kind].index(track.id), _cut_out(row, start, end, cut.rate))
        for track, row in rows
        if row
    )
    heads = {each.clip.id: max(0, start - each.start) for _, row in rows for each in row}
    lengths = {piece.clip.id: piece.clip.frames for row in out for piece in row.pieces}
    ends = {each.clip.id: each.end for _, row in rows for each in row}
    return Pieces(
        frames=end - start,
        rate=cut.rate,
        rows=out,
        transitions=tuple(
            each
            for each in cut.transitions
            if each.left in lengths and each.right in lengths and start < ends[each.left] < end
        ),
        markers=tuple(_markers(cut.markers, heads, lengths)),
    )


def _cut_out(row: list[Placed], start: int, end: int, rate: Fraction) -> tuple[Piece, ...]:
    out = []
    for each in row:
        head, tail = max(0, start - each.start), min(end, each.end) - each.start
        whole = (head, tail) == (0, each.clip.frames)
        clip = each.clip if whole else portion(each.clip, head, tail, rate)
        out.append(Piece(max(each.start, start) - start, clip, each.clip.anchor is not None))
    return tuple(out)


def _markers(markers: Iterable[Marker], heads: dict[str, int], lengths: dict[str, int]) -> Iterable[Marker]:
    """The markers of clips that lie on frames that were copied, counted from the copy's first."""
    for marker in markers:
        if marker.clip in lengths and marker.clip is not None:
            frame = marker.frame - heads[marker.clip]
            if 0 <= frame < lengths[marker.clip]:
                yield replace(marker, frame=frame)
