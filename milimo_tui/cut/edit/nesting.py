"""Operations on compound clips: turn a range into a cut that one clip shows, and replace such a clip by the
clips of its cut.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import create_key_between
from milimo_tui.core.time import format_rate, format_timecode
from milimo_tui.cut.edit.paste import assign_tracks_by_index, copy_range, find_row_track
from milimo_tui.cut.edit.removals import lift_track_range
from milimo_tui.cut.edit.speeds import FASTEST, SLOWEST
from milimo_tui.cut.layout.lanes import create_next_track, is_range_empty
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.strips import has_buses_or_automation
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import (
    GAP,
    Clip,
    ClipSource,
    Cut,
    MediaLength,
    NewId,
    SourceKind,
    Track,
    TrackKind,
    create_trackless_clip,
    return_no_media_limit,
)
from milimo_tui.cut.values.effects import GAIN_RANGE_DB, NO_EFFECTS
from milimo_tui.cut.values.guards import require_unfrozen
from milimo_tui.cut.values.pieces import PieceRow, Pieces
from milimo_tui.cut.values.portions import ClipPortion, shorten_fades_to_fit
from milimo_tui.cut.values.timing import ENDLESS, get_source_span
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.fresh_clips import create_track_clip, put_clip_at
from milimo_tui.cut.working.laid_pieces import (
    PastedNames,
    conform_pieces,
    create_sequence_keys,
    fill_row_gaps,
    put_free_clip,
    put_pieces,
)


def nest_range(
    cut: Cut,
    start: int,
    end: int,
    *,
    name: str,
    new_id: NewId,
    tracks: Collection[str] = (),
    bounds: MediaLength = return_no_media_limit,
) -> tuple[Cut, Cut]:
    """Move frames [start, end) of tracks into a new cut, and show that cut as one compound clip in their
    place.

    `tracks` are ids; by default all unlocked tracks are used. Returns the changed cut and the new inner cut.
    The compound clip is put on the lowest track that has a picture in the range, or else on the first track
    with sound. No other clip moves. Clips at the edges of the range are split there, and transitions across
    an edge are removed.
    """
    require_unfrozen(cut)
    chosen = tuple(tracks) or tuple(track.id for track in cut.tracks if not track.locked)
    pieces = copy_range(cut, start, end, chosen)
    start, pieces = _trim_empty_time(start, pieces)
    inner = _create_inner_cut(cut, pieces, name, new_id)
    edit = CutEditor(cut, new_id, bounds)
    rows = [(edit.get_editable_track(find_row_track(cut, row).id), row) for row in pieces.rows]
    base = rows[0][0]
    connected = any(piece.connected for piece in rows[0][1].pieces)
    edit.split_linked_pairs((start, start + pieces.frames), [track for track, _ in rows])
    # A magnetic track closes gaps and moves the clips connected to it. So free tracks are cleared first,
    # while these clips are still in their old positions.
    for track, _ in sorted(rows, key=lambda each: each[0].magnetic):
        if track.magnetic and track is not base:
            lift_track_range(edit, track, start, start + pieces.frames)
        else:
            edit.clear_range(track, start, start + pieces.frames)
    clip = create_trackless_clip(ClipSource(SourceKind.CUT, inner.id), pieces.frames)
    put_clip_at(
        edit, base, start, create_track_clip(edit, base, clip, return_no_media_limit), connected=connected
    )
    return edit.finish_edit(), inner


def expand_compound_clip(
    cut: Cut, clip_id: str, inner: Cut, *, new_id: NewId, bounds: MediaLength = return_no_media_limit
) -> Cut:
    """Replace a compound clip by the clips of the cut `inner` that it shows.

    The clips of the lowest picture track go to the compound clip's track. Those of higher tracks go to the
    tracks above, or to new tracks if these have no space, so that the film looks the same. Hidden tracks are
    left out, and so are transitions that extend beyond the visible range. The new clips get the compound
    clip's level and opacity in addition to their own. They also get its speed if all edits are on whole
    frames at that speed; otherwise raises Refused.
    """
    edit = CutEditor(cut, new_id, bounds)
    placed = edit.get_editable_clip(clip_id)
    clip = placed.clip
    if clip.source != ClipSource(SourceKind.CUT, inner.id):
        raise Refused("that clip does not show a cut", "milimo cut nest makes a clip that does")
    _require_expandable_clip(clip, inner)
    low, high = (second * inner.rate for second in get_source_span(clip, cut.rate))
    if low.denominator != 1:
        raise Refused(
            f"the clip begins between two frames of “{inner.name}”", "trim its head to a whole frame first"
        )
    shown = [track.id for track in layout(inner).tracks if not track.hidden]
    end = min(-(-high.numerator // high.denominator), layout(inner).frames)
    pieces = _change_pieces_speed(copy_range(inner, int(low), end, shown), clip.effects.speed)
    _require_whole_frames(pieces, clip, inner, int(low), cut.rate)
    pieces = conform_pieces(pieces, cut.rate, bounds)
    track = edit.get_editable_track(clip.track)
    rows = [
        _apply_compound_levels(_mute_silent_row(inner, _limit_row_to_clip(row, clip), clip), clip)
        for row in pieces.rows
    ]
    own, others = _separate_own_row(rows, track)
    cut, targets = _assign_tracks(cut, track, others, placed.start, new_id)
    edit = CutEditor(cut, new_id, bounds)
    names = PastedNames(edit, pieces)
    # Clips that are connected to the compound clip, and markers on it, are moved to the new clips.
    parts = _build_expanded_portions(edit, track, own, placed, names)
    edit.replace_with_portions(placed, *parts)
    for part in parts if clip.anchor is not None else []:
        put_free_clip(edit, part.clip, placed.start + part.head, connected=True)
    for track_id, row in targets:
        for piece in row.pieces:
            fresh = names.create_clip(edit.get_editable_track(track_id), piece.clip)
            put_free_clip(edit, fresh, placed.start + piece.at, connected=piece.connected)
    names.add_transitions_and_markers_of(pieces)
    return edit.finish_edit()


def _trim_empty_time(start: int, pieces: Pieces) -> tuple[int, Pieces]:
    """Remove the empty time at the start and the end of copied clips. `start` is the frame of the outer cut
    at which `pieces` begins. Return the frame at which the first clip begins, and the shortened pieces.
    """
    head = min(piece.at for row in pieces.rows for piece in row.pieces)
    end = max(piece.end for row in pieces.rows for piece in row.pieces)
    rows = tuple(
        replace(row, pieces=tuple(piece._replace(at=piece.at - head) for piece in row.pieces))
        for row in pieces.rows
    )
    return start + head, replace(pieces, rows=rows, frames=end - head)


def _create_inner_cut(cut: Cut, pieces: Pieces, name: str, new_id: NewId) -> Cut:
    """Return a new cut that contains only the pieces. Its tracks have the settings of the original tracks."""
    made = new_cuts.create_cut(
        name,
        rate=cut.rate,
        width=cut.width,
        height=cut.height,
        sample_rate=cut.sample_rate,
        new_id=new_id,
    )
    lowest = {
        kind: min((row.index for row in pieces.rows if row.kind is kind), default=0) for kind in TrackKind
    }
    rows = tuple(replace(row, index=row.index - lowest[row.kind]) for row in pieces.rows)
    made, targets = assign_tracks_by_index(made, rows, new_id)
    edit = CutEditor(made, new_id)
    put_pieces(
        edit, pieces, [(edit.get_editable_track(each), row) for each, row in targets], 0, overwrite=True
    )
    made = edit.finish_edit()
    were = [find_row_track(cut, row) for row in pieces.rows]
    flags = {each: track for (each, _), track in zip(targets, were, strict=True)}
    tracks = tuple(
        _copy_track_settings(flags[each.id], each, were[0]) if each.id in flags else each
        for each in made.tracks
    )
    # Mark the inner cut as edited by the user, so that it does not follow changes of the storyboard as an
    # assembly does.
    return replace(made, tracks=tracks, hand_edited=True)


def _copy_track_settings(track: Track, inner: Track, base: Track) -> Track:
    """Return a track of the inner cut that is muted and hidden as the original track is.

    It also gets the original's level, pan and effects, unless the compound clip is put on that track, which
    is `base`. The level of `base` is heard on the complete compound clip, so it is subtracted. Buses, sends
    and automation stay in the outer cut.
    """
    inner = replace(inner, muted=track.muted, hidden=track.hidden)
    if track.id == base.id:
        return inner
    low, high = GAIN_RANGE_DB
    gain = min(high, max(low, track.gain_db - base.gain_db))
    return replace(inner, gain_db=gain, pan=track.pan, chain=track.chain)


def _change_pieces_speed(pieces: Pieces, speed: Fraction) -> Pieces:
    """Return copied clips that play faster by the factor `speed`. The frame rate of `pieces` and the speed of
    each clip are multiplied by this factor. Gaps, titles and freeze frames keep their speed.
    """
    if speed == 1:
        return pieces

    def faster(clip: Clip) -> Clip:
        if clip.source.kind in ENDLESS or not clip.effects.speed:
            return clip
        return replace(clip, effects=replace(clip.effects, speed=clip.effects.speed * speed))

    rows = tuple(
        replace(row, pieces=tuple(piece._replace(clip=faster(piece.clip)) for piece in row.pieces))
        for row in pieces.rows
    )
    return replace(pieces, rate=pieces.rate * speed, rows=rows)


def _require_whole_frames(pieces: Pieces, clip: Clip, inner: Cut, low: int, rate: Fraction) -> None:
    """Raise Refused if the speed of a compound clip can't be transferred to the clips of its cut `inner`.

    This is so if an edit would be between two frames, or if a clip would play slower or faster than allowed.
    `low` is the first frame of `inner` that the compound clip shows, and `rate` the frame rate of the outer
    cut.
    """
    speed = clip.effects.speed
    if speed == 1:
        return
    edges = {edge for row in pieces.rows for piece in row.pieces for edge in (piece.at, piece.end)}
    between_frames = [
        edge for edge in sorted(edges - {pieces.frames}) if (edge * rate / pieces.rate).denominator != 1
    ]
    if between_frames:
        at = format_timecode(low + between_frames[0], inner.rate)
        raise Refused(
            f"at a speed of {format_rate(speed)}× the edit at {at} in “{inner.name}” would fall "
            "between two frames",
            "give the compound clip another speed, or open it: milimo cut open",
        )
    speeds = [abs(each.effects.speed) for each in pieces.clips if each.effects.speed]
    if any(not SLOWEST <= each <= FASTEST for each in speeds):
        raise Refused(
            f"a clip of “{inner.name}” would play slower than {SLOWEST}× or faster than {FASTEST}×",
            "give the compound clip another speed, or open it: milimo cut open",
        )


def _require_expandable_clip(clip: Clip, inner: Cut) -> None:
    """Raise Refused if a compound clip has settings that can't be transferred to the clips of its cut.

    For example, if pictures are stacked, giving each of them an opacity would make the lower pictures
    visible.
    """
    seen = {track.id for track in inner.tracks if track.kind is TrackKind.VIDEO and not track.hidden}
    layers = len({each.track for each in inner.clips} & seen)
    loudest = max((each.gain_db for each in inner.clips), default=0.0)
    own = {
        "a freeze frame": not clip.effects.speed,
        "reversed playback": clip.effects.speed < 0,
        "effects": replace(clip.effects, speed=Fraction(1)) != NO_EFFECTS,
        f"a level of {clip.gain_db:+g} dB": clip.gain_db + loudest > GAIN_RANGE_DB[1],
        "an opacity": clip.opacity != 1 and layers > 1,
        "fades": bool(clip.fade_in or clip.fade_out),
        "buses or automation": has_buses_or_automation(inner),
    }
    names = " and ".join(what for what, has in own.items() if has)
    if names:
        raise Refused(
            f"the compound clip has {names}, which can't be transferred to its clips",
            "remove these settings first, or open the clip: milimo cut open",
        )


def _apply_compound_levels(row: PieceRow, clip: Clip) -> PieceRow:
    """Return a row of clips that have the compound clip's gain and opacity in addition to their own."""

    def levelled(each: Clip) -> Clip:
        gain = max(GAIN_RANGE_DB[0], each.gain_db + clip.gain_db)
        return (
            each if each.source == GAP else replace(each, gain_db=gain, opacity=each.opacity * clip.opacity)
        )

    return replace(row, pieces=tuple(each._replace(clip=levelled(each.clip)) for each in row.pieces))


def _mute_silent_row(inner: Cut, row: PieceRow, clip: Clip) -> PieceRow:
    """Return a row of the inner cut's clips with all clips muted, if their track or the compound clip is not
    audible. Otherwise return the row unchanged.
    """
    track = find_row_track(inner, row)
    solo = any(each.solo for each in inner.tracks)
    if not (clip.muted or track.muted or (solo and not track.solo)):
        return row
    return replace(
        row, pieces=tuple(each._replace(clip=replace(each.clip, muted=True)) for each in row.pieces)
    )


def _limit_row_to_clip(row: PieceRow, clip: Clip) -> PieceRow:
    """Return a row cut off at the compound clip's length. Rounding to another frame rate may have made it
    longer.
    """
    pieces = [piece for piece in row.pieces if piece.at < clip.frames]
    return replace(
        row,
        pieces=tuple(
            piece._replace(
                clip=shorten_fades_to_fit(replace(piece.clip, frames=min(piece.end, clip.frames) - piece.at))
            )
            if piece.end > clip.frames
            else piece
            for piece in pieces
        ),
    )


def _separate_own_row(rows: list[PieceRow], track: Track) -> tuple[PieceRow, list[PieceRow]]:
    """Return the row of clips for the compound clip's own track, and the rows for other tracks. If that track
    is an audio track, rows of pictures are left out.
    """
    same_kind = [row for row in rows if row.kind is track.kind]
    own = same_kind[0] if same_kind else PieceRow(track.kind, 0, ())
    others = [row for row in rows if row is not own]
    if track.kind is TrackKind.AUDIO:
        others = [row for row in others if row.kind is TrackKind.AUDIO]
    return own, others


def _assign_tracks(
    cut: Cut, base: Track, rows: list[PieceRow], start: int, new_id: NewId
) -> tuple[Cut, list[tuple[str, PieceRow]]]:
    """Choose a track for each row. Return the cut with missing tracks added, and pairs of track id and row.

    Rows of pictures keep their order on tracks above `base`. A row of sound goes to any audio track with
    space at `start`.
    """
    out: list[tuple[str, PieceRow]] = []
    low = base
    for row in rows:
        placed = layout(cut)
        taken = {each for each, _ in out}
        free = [
            track
            for track in placed.tracks
            if track.kind is row.kind and track.id not in taken and _can_take_row(placed, track, row, start)
        ]
        if row.kind is TrackKind.VIDEO:
            above = [
                each
                for each in placed.tracks
                if each.kind is row.kind and _get_track_order(each) > _get_track_order(low)
            ]
            free = [each for each in above[:1] if each in free]
        if free:
            chosen = free[0]
        else:
            chosen = create_next_track(cut.tracks, cut.id, row.kind, new_id)
            if row.kind is TrackKind.VIDEO:
                high = above[0].order if above else None
                chosen = replace(chosen, order=create_key_between(low.order, high))
            cut = replace(cut, tracks=(*cut.tracks, chosen))
        if row.kind is TrackKind.VIDEO:
            low = chosen
        out.append((chosen.id, row))
    return cut, out


def _can_take_row(cut_layout: Layout, track: Track, row: PieceRow, start: int) -> bool:
    """Return True if a track has space for all clips of a row, placed at frame `start`, and would show or
    play them. Hidden, muted and locked tracks do not qualify.
    """
    if track.magnetic or track.locked or track.hidden or track.muted:
        return False
    line = cut_layout.get_row(track.id)
    return all(is_range_empty(line, start + piece.at, start + piece.end) for piece in row.pieces)


def _get_track_order(track: Track) -> tuple[str, str]:
    return track.order, track.id


def _build_expanded_portions(
    edit: CutEditor, track: Track, row: PieceRow, placed: PlacedClip, names: PastedNames
) -> list[ClipPortion]:
    """Return the clips of a row as portions, with which `replace_with_portions` replaces the compound
    clip.
    """
    if not track.magnetic:
        pieces = [piece for piece in row.pieces if piece.clip.source != GAP]
        return [
            ClipPortion(
                replace(names.create_clip(track, piece.clip), start=placed.start + piece.at), piece.at
            )
            for piece in pieces
        ]
    clips = fill_row_gaps(row.pieces, 0, placed.clip.frames)
    parts, head = [], 0
    for clip, order in zip(clips, create_sequence_keys(edit, track, placed.start, len(clips)), strict=True):
        parts.append(ClipPortion(replace(names.create_clip(track, clip), order=order), head))
        head += clip.frames
    return parts
