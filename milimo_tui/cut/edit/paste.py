"""Copy clips out of a cut, paste pieces and duplicate clips to a position. One edit for any number of
tracks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.lanes import next_track
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Cut, Marker, MediaLength, NewId, Track, TrackKind, unbounded
from milimo_tui.cut.values.guards import require_open, require_range
from milimo_tui.cut.values.pieces import Piece, Pieces, Row
from milimo_tui.cut.values.portions import portion
from milimo_tui.cut.working.editing import Editing
from milimo_tui.cut.working.laid_pieces import conformed, lay

_WORDS = {TrackKind.VIDEO: "picture", TrackKind.AUDIO: "sound"}


def paste(
    cut: Cut,
    pieces: Pieces,
    at: int,
    track: str,
    *,
    overwrite: bool = False,
    new_id: NewId,
    bounds: MediaLength = unbounded,
) -> Cut:
    """Put pieces at a frame.

    The lowest row of the track's kind goes on the track, other rows of that kind keep their distance to it,
    and rows of the other kind go to the tracks they came from. Missing tracks are added.

    Inserting adds all the time of the pieces: later clips on every target track move right. Overwriting
    replaces what is below the clips, and nothing moves. After the end of a magnetic track the pieces are put
    at its end; gaps fill the space between separate clips. Pieces of another rate keep their exact seconds.
    """
    if at < 0:
        raise Refused("nothing can lie before the first frame", "give a frame of 0 or more")
    require_open(cut)
    pieces = conformed(pieces, cut.rate, bounds)
    cut, targets = _targets(cut, pieces, track, new_id)
    edit = Editing(cut, new_id, bounds)
    base = edit.track(track)
    if base.magnetic:
        at = min(at, edit.end_of(base))
    lay(edit, pieces, [(edit.track(each), row) for each, row in targets], at, overwrite=overwrite)
    return edit.done()


def duplicate_to(
    cut: Cut,
    clip_id: str,
    at: int,
    *,
    track: str | None = None,
    overwrite: bool = False,
    new_id: NewId,
    bounds: MediaLength = unbounded,
) -> Cut:
    """Copy a clip and its linked clips to a frame of its track or of another track of its kind."""
    pieces = copy_clips(cut, [clip_id])
    clip = next(each for each in cut.clips if each.id == clip_id)
    kinds = {each.id: each.kind for each in cut.tracks}
    chosen = clip.track if track is None else track
    if kinds.get(chosen) is not kinds[clip.track]:
        raise Refused(
            f"the clip is {_WORDS[kinds[clip.track]]}, and that track takes none",
            f"choose another {kinds[clip.track].value} track",
        )
    return paste(cut, pieces, at, chosen, overwrite=overwrite, new_id=new_id, bounds=bounds)


def _targets(cut: Cut, pieces: Pieces, track_id: str, new_id: NewId) -> tuple[Cut, list[tuple[str, Row]]]:
    """Return the track of each row, and the cut with missing tracks added. Raises Refused, NotFound."""
    track = next((each for each in cut.tracks if each.id == track_id), None)
    if track is None:
        raise Refused(f"there is no track {track_id} in the cut “{cut.name}”")
    alike = [row.index for row in pieces.rows if row.kind is track.kind]
    if not alike:
        other = pieces.rows[0].kind
        raise Refused(
            f"{track.name} takes {track.kind.value}, and what was copied is {_WORDS[other]} alone",
            f"choose {'an' if other is TrackKind.AUDIO else 'a'} {other.value} track",
        )
    by = _order(cut, track.kind).index(track.id) - min(alike)
    rows = [replace(row, index=row.index + by) if row.kind is track.kind else row for row in pieces.rows]
    return targets_of(cut, rows, new_id)


def targets_of(cut: Cut, rows: Iterable[Row], new_id: NewId) -> tuple[Cut, list[tuple[str, Row]]]:
    """Return the cut with missing tracks added, and the track of each row by its index."""
    out = []
    for row in rows:
        while row.index >= len(_order(cut, row.kind)):
            cut = replace(cut, tracks=(*cut.tracks, next_track(cut.tracks, cut.id, row.kind, new_id)))
        out.append((_order(cut, row.kind)[row.index], row))
    return cut, out


def track_of(cut: Cut, row: Row) -> Track:
    """Return the track that a row of the cut's own pieces came from."""
    wanted = _order(cut, row.kind)[row.index]
    return next(track for track in cut.tracks if track.id == wanted)


def _order(cut: Cut, kind: TrackKind) -> list[str]:
    """Return the ids of all tracks of a kind, in order."""
    alike = [track for track in cut.tracks if track.kind is kind]
    return [track.id for track in sorted(alike, key=lambda each: (each.order, each.id))]


def copy_range(cut: Cut, start: int, end: int, tracks: Collection[str] = ()) -> Pieces:
    """Return frames [start, end) of tracks (ids; all by default) as pieces. Clips at the edges are cut there.

    Transitions and markers of clips are included if they are completely in the range. Locked tracks and
    frozen cuts can be copied from. Raises Refused if no clip is in the range.
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
    """Return clips (ids) and the clips linked with them as pieces, with their relative positions."""
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
    """Yield the markers on copied frames of clips, counted from the first copied frame."""
    for marker in markers:
        if marker.clip in lengths and marker.clip is not None:
            frame = marker.frame - heads[marker.clip]
            if 0 <= frame < lengths[marker.clip]:
                yield replace(marker, frame=frame)
