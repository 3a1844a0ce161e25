"""Operations that put copied pieces down: paste, and duplicate to a place. One edit, on as many tracks as
the pieces have rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.copies import copy_clips
from milimo_tui.cut.edit.editing import Editing
from milimo_tui.cut.edit.laid_pieces import conformed, end_of, lay
from milimo_tui.cut.guards import require_open
from milimo_tui.cut.lanes import next_track
from milimo_tui.cut.pieces import Pieces, Row
from milimo_tui.cut.values import Bounds, Cut, Mint, Track, TrackKind, unbounded

_WORDS = {TrackKind.VIDEO: "picture", TrackKind.AUDIO: "sound"}


def paste(
    cut: Cut,
    pieces: Pieces,
    at: int,
    track: str,
    *,
    overwrite: bool = False,
    mint: Mint,
    bounds: Bounds = unbounded,
) -> Cut:
    """Put pieces down at a frame: their lowest row of the track's kind on that track, the others as far from
    it as they were, rows of the other kind on the tracks they came from. Tracks that are not there are added.

    Inserted, all their time comes in: what lies behind moves right on every track they fall on. Overwriting,
    they cover what lies under their clips and nothing moves. Past the end of a magnetic track they land at
    its end; between clips that were apart it gets gaps. Of another rate, they keep their exact seconds.
    """
    if at < 0:
        raise Refused("nothing can lie before the first frame", "give a frame of 0 or more")
    require_open(cut)
    pieces = conformed(pieces, cut.rate, bounds)
    cut, targets = _targets(cut, pieces, track, mint)
    edit = Editing(cut, mint, bounds)
    base = edit.track(track)
    if base.magnetic:
        at = min(at, end_of(edit, base))
    lay(edit, pieces, [(edit.track(each), row) for each, row in targets], at, overwrite=overwrite)
    return edit.done()


def duplicate_to(
    cut: Cut,
    clip_id: str,
    at: int,
    *,
    track: str | None = None,
    overwrite: bool = False,
    mint: Mint,
    bounds: Bounds = unbounded,
) -> Cut:
    """Copy a clip, and what is linked with it, to a frame of its track or of another of its kind."""
    pieces = copy_clips(cut, [clip_id])
    clip = next(each for each in cut.clips if each.id == clip_id)
    kinds = {each.id: each.kind for each in cut.tracks}
    chosen = clip.track if track is None else track
    if kinds.get(chosen) is not kinds[clip.track]:
        raise Refused(
            f"the clip is {_WORDS[kinds[clip.track]]}, and that track takes none",
            f"choose another {kinds[clip.track].value} track",
        )
    return paste(cut, pieces, at, chosen, overwrite=overwrite, mint=mint, bounds=bounds)


def _targets(cut: Cut, pieces: Pieces, track_id: str, mint: Mint) -> tuple[Cut, list[tuple[str, Row]]]:
    """Each row's track; those that the cut lacks are added to it. Raises Refused, NotFound."""
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
    return targets_of(cut, rows, mint)


def targets_of(cut: Cut, rows: Iterable[Row], mint: Mint) -> tuple[Cut, list[tuple[str, Row]]]:
    """The track of each row by its index, and the cut with those that it lacked."""
    out = []
    for row in rows:
        while row.index >= len(_order(cut, row.kind)):
            cut = replace(cut, tracks=(*cut.tracks, next_track(cut.tracks, cut.id, row.kind, mint)))
        out.append((_order(cut, row.kind)[row.index], row))
    return cut, out


def track_of(cut: Cut, row: Row) -> Track:
    """The track that a row of a cut's own pieces came from."""
    wanted = _order(cut, row.kind)[row.index]
    return next(track for track in cut.tracks if track.id == wanted)


def _order(cut: Cut, kind: TrackKind) -> list[str]:
    """The ids of a kind's tracks in their order."""
    alike = [track for track in cut.tracks if track.kind is kind]
    return [track.id for track in sorted(alike, key=lambda each: (each.order, each.id))]
