"""Copy clips out of a cut, paste copied clips, and copy a clip to another position. Each operation is one
edit over all tracks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.layout.lanes import create_next_track
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Cut, Marker, MediaLength, NewId, Track, TrackKind, return_no_media_limit
from milimo_tui.cut.values.guards import require_frame_range, require_unfrozen
from milimo_tui.cut.values.pieces import ClipPiece, PieceRow, Pieces
from milimo_tui.cut.values.portions import extract_clip_portion
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.laid_pieces import conform_pieces, put_pieces

_WORDS = {TrackKind.VIDEO: "picture", TrackKind.AUDIO: "sound"}


def paste_pieces(
    cut: Cut,
    pieces: Pieces,
    at: int,
    track: str,
    *,
    overwrite: bool = False,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
) -> Cut:
    """Paste copied clips at frame `at`. `pieces` holds the clips in rows, one row for each track they were
    copied from.

    `track` is the id of the target track. If it is a video track, it receives the lowest copied row of
    pictures, and the other rows of pictures go to tracks above at their old distances. The same applies to
    sound if it is an audio track. Rows of the other kind go to the tracks they were copied from. Missing
    tracks are added.

    Inserting moves later clips on every target track right by the complete length of the pieces. Overwriting
    replaces the frames under the pasted clips, and nothing moves. On a magnetic track, a frame after the end
    means the end of the track, and gap clips fill the time between separate clips. Pieces of another frame
    rate keep their exact seconds.
    """
    if at < 0:
        raise Refused("nothing can be placed before the first frame", "give a frame of 0 or more")
    require_unfrozen(cut)
    pieces = conform_pieces(pieces, cut.rate, bounds)
    cut, targets = _assign_paste_tracks(cut, pieces, track, new_id)
    edit = CutEditor(cut, new_id, bounds)
    base = edit.get_editable_track(track)
    if base.magnetic:
        at = min(at, edit.get_track_end(base))
    put_pieces(
        edit, pieces, [(edit.get_editable_track(each), row) for each, row in targets], at, overwrite=overwrite
    )
    return edit.finish_edit()


def duplicate_clip_to(
    cut: Cut,
    clip_id: str,
    at: int,
    *,
    track: str | None = None,
    overwrite: bool = False,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
) -> Cut:
    """Copy a clip and its linked clips to frame `at`, on the clip's own track or on another track of the same
    kind.
    """
    pieces = copy_clips(cut, [clip_id])
    clip = next(each for each in cut.clips if each.id == clip_id)
    kinds = {each.id: each.kind for each in cut.tracks}
    chosen = clip.track if track is None else track
    if kinds.get(chosen) is not kinds[clip.track]:
        raise Refused(
            f"the clip is a {_WORDS[kinds[clip.track]]}, which that track can't contain",
            f"choose another {kinds[clip.track].value} track",
        )
    return paste_pieces(cut, pieces, at, chosen, overwrite=overwrite, new_id=new_id, bounds=bounds)


def _assign_paste_tracks(
    cut: Cut, pieces: Pieces, track_id: str, new_id: NewId
) -> tuple[Cut, list[tuple[str, PieceRow]]]:
    """Return the cut with missing tracks added, and a pair of track id and row for each copied row. The row
    is pasted on that track. `track_id` is the track for the lowest row of that track's kind (picture or
    sound). Raises Refused.
    """
    track = next((each for each in cut.tracks if each.id == track_id), None)
    if track is None:
        raise Refused(f"there is no track {track_id} in the cut “{cut.name}”")
    same_kind = [row.index for row in pieces.rows if row.kind is track.kind]
    if not same_kind:
        other = pieces.rows[0].kind
        raise Refused(
            f"{track.name} is for {track.kind.value}, but no {_WORDS[track.kind]} was copied",
            f"choose {'an' if other is TrackKind.AUDIO else 'a'} {other.value} track",
        )
    by = _list_track_ids(cut, track.kind).index(track.id) - min(same_kind)
    rows = [replace(row, index=row.index + by) if row.kind is track.kind else row for row in pieces.rows]
    return assign_tracks_by_index(cut, rows, new_id)


def assign_tracks_by_index(
    cut: Cut, rows: Iterable[PieceRow], new_id: NewId
) -> tuple[Cut, list[tuple[str, PieceRow]]]:
    """Choose a track for each copied row by the row's `index`, which counts the tracks of its kind from 0.
    Return the cut with missing tracks added, and pairs of track id and row.
    """
    out = []
    for row in rows:
        while row.index >= len(_list_track_ids(cut, row.kind)):
            cut = replace(cut, tracks=(*cut.tracks, create_next_track(cut.tracks, cut.id, row.kind, new_id)))
        out.append((_list_track_ids(cut, row.kind)[row.index], row))
    return cut, out


def find_row_track(cut: Cut, row: PieceRow) -> Track:
    """Return the track of the cut from which a row was copied."""
    wanted = _list_track_ids(cut, row.kind)[row.index]
    return next(track for track in cut.tracks if track.id == wanted)


def _list_track_ids(cut: Cut, kind: TrackKind) -> list[str]:
    """Return the ids of all tracks of a kind, sorted by their order keys: video tracks from the bottom up,
    audio tracks from the top down.
    """
    same_kind = [track for track in cut.tracks if track.kind is kind]
    return [track.id for track in sorted(same_kind, key=lambda each: (each.order, each.id))]


def copy_range(cut: Cut, start: int, end: int, tracks: Collection[str] = ()) -> Pieces:
    """Copy frames [start, end) of tracks and return them as pieces. `tracks` are ids; by default all tracks
    are copied. Clips at the edges are cut off there.

    Transitions and markers on clips are copied if they are completely in the range. Copying from locked
    tracks and frozen cuts is allowed. Raises Refused if no clip is in the range.
    """
    require_frame_range(start, end)
    placed = layout(cut)
    chosen = [placed.get_track(each) for each in tracks] or list(placed.tracks)
    wanted = {track.id for track in chosen}
    rows = [
        (track, [each for each in placed.get_row(track.id) if each.start < end and each.end > start])
        for track in placed.tracks
        if track.id in wanted
    ]
    if not any(row for _, row in rows):
        raise Refused(
            "there is no clip in that range on those tracks", "widen the range or choose other tracks"
        )
    return _build_pieces(placed, rows, start, end)


def copy_clips(cut: Cut, clip_ids: Iterable[str]) -> Pieces:
    """Copy the clips with these ids, and the clips linked to them, and return them as pieces. The distances
    between the clips are preserved.
    """
    placed = layout(cut)
    named = set(clip_ids)
    unknown = named - {clip.id for clip in cut.clips}
    if unknown or not named:
        raise Refused(f"there is no clip {min(unknown, default='')} in the cut “{cut.name}”")
    links = {clip.link for clip in cut.clips if clip.id in named and clip.link}
    rows = [
        (
            track,
            [each for each in placed.get_row(track.id) if each.clip.id in named or each.clip.link in links],
        )
        for track in placed.tracks
    ]
    chosen = [each for _, row in rows for each in row]
    return _build_pieces(placed, rows, min(each.start for each in chosen), max(each.end for each in chosen))


def _build_pieces(
    cut_layout: Layout, rows: list[tuple[Track, list[PlacedClip]]], start: int, end: int
) -> Pieces:
    cut = cut_layout.cut
    ids_by_kind = {
        kind: [track.id for track in cut_layout.tracks if track.kind is kind]
        for kind in {track.kind for track in cut_layout.tracks}
    }
    out = tuple(
        PieceRow(
            track.kind, ids_by_kind[track.kind].index(track.id), _cut_row_to_range(row, start, end, cut.rate)
        )
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
        markers=tuple(_select_copied_markers(cut.markers, heads, lengths)),
    )


def _cut_row_to_range(row: list[PlacedClip], start: int, end: int, rate: Fraction) -> tuple[ClipPiece, ...]:
    out = []
    for each in row:
        head, tail = max(0, start - each.start), min(end, each.end) - each.start
        whole = (head, tail) == (0, each.clip.frames)
        clip = each.clip if whole else extract_clip_portion(each.clip, head, tail, rate)
        out.append(ClipPiece(max(each.start, start) - start, clip, each.clip.anchor is not None))
    return tuple(out)


def _select_copied_markers(
    markers: Iterable[Marker], heads: dict[str, int], lengths: dict[str, int]
) -> Iterable[Marker]:
    """Yield the markers on the copied parts of clips, with frames counted from the first copied frame of
    their clip.

    `heads` maps the id of a clip to its first copied frame, and `lengths` to the number of copied frames.
    """
    for marker in markers:
        if marker.clip in lengths and marker.clip is not None:
            frame = marker.frame - heads[marker.clip]
            if 0 <= frame < lengths[marker.clip]:
                yield replace(marker, frame=frame)
