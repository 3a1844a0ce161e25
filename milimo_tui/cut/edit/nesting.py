"""Operations on compound clips: nest a range as a cut of its own, and expand a compound clip again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import between
from milimo_tui.core.time import rate_name, timecode
from milimo_tui.cut.edit.clip_settings import GAIN_DB
from milimo_tui.cut.edit.paste import copy_range, targets_of, track_of
from milimo_tui.cut.edit.removals import lift_out
from milimo_tui.cut.edit.speeds import FASTEST, SLOWEST
from milimo_tui.cut.layout.lanes import has_room, next_track
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import (
    GAP,
    Clip,
    Cut,
    MediaLength,
    NewId,
    Source,
    SourceKind,
    Track,
    TrackKind,
    new_clip,
    unbounded,
)
from milimo_tui.cut.values.effects import NO_EFFECTS
from milimo_tui.cut.values.guards import require_open
from milimo_tui.cut.values.pieces import Pieces, Row
from milimo_tui.cut.values.portions import Part, fit_fades
from milimo_tui.cut.values.timing import ENDLESS, span
from milimo_tui.cut.working.editing import Editing
from milimo_tui.cut.working.fresh_clips import fresh_clip, put_at
from milimo_tui.cut.working.laid_pieces import Names, conformed, filled, lay, line_keys, put_free


def nest(
    cut: Cut,
    start: int,
    end: int,
    *,
    name: str,
    new_id: NewId,
    tracks: Collection[str] = (),
    bounds: MediaLength = unbounded,
) -> tuple[Cut, Cut]:
    """Turn frames [start, end) of tracks into a cut of its own, and show that cut as one clip in their place.

    `tracks` are ids; all unlocked tracks by default. Returns the cut with the compound clip, and the inner
    cut. The compound clip is on the lowest of the tracks with a picture in the range, or on the first with
    sound. Nothing else moves. Clips at the edges are cut there, and transitions across an edge are removed.
    """
    require_open(cut)
    chosen = tuple(tracks) or tuple(track.id for track in cut.tracks if not track.locked)
    pieces = copy_range(cut, start, end, chosen)
    start, pieces = _close(start, pieces)
    inner = _inner(cut, pieces, name, new_id)
    edit = Editing(cut, new_id, bounds)
    rows = [(edit.track(track_of(cut, row).id), row) for row in pieces.rows]
    base = rows[0][0]
    connected = any(piece.connected for piece in rows[0][1].pieces)
    edit.part_pairs((start, start + pieces.frames), [track for track, _ in rows])
    # Free tracks come first, while the clips connected to a magnetic track are still in their old positions.
    for track, _ in sorted(rows, key=lambda each: each[0].magnetic):
        if track.magnetic and track is not base:
            lift_out(edit, track, start, start + pieces.frames)
        else:
            edit.clear_range(track, start, start + pieces.frames)
    shown = new_clip(Source(SourceKind.CUT, inner.id), pieces.frames)
    put_at(edit, base, start, fresh_clip(edit, base, shown, unbounded), connected=connected)
    return edit.done(), inner


def un_nest(cut: Cut, clip_id: str, inner: Cut, *, new_id: NewId, bounds: MediaLength = unbounded) -> Cut:
    """Replace a compound clip by the clips that it shows of its cut.

    Its lowest picture row goes to the clip's track. Higher rows go to the tracks above, or to new tracks if
    these have no space, so that the film looks the same. Hidden tracks, and transitions that extend beyond
    the visible range, are left out. The clips take over the level and opacity of the compound clip, and its
    speed if every edit is on a whole frame at that speed.
    """
    edit = Editing(cut, new_id, bounds)
    placed = edit.placed(clip_id)
    clip = placed.clip
    if clip.source != Source(SourceKind.CUT, inner.id):
        raise Refused("that clip does not show a cut", "milimo cut nest makes one that does")
    _require_plain(clip, inner)
    low, high = (second * inner.rate for second in span(clip, cut.rate))
    if low.denominator != 1:
        raise Refused(
            f"the clip begins between two frames of “{inner.name}”", "trim its head to a whole frame first"
        )
    shown = [track.id for track in layout(inner).tracks if not track.hidden]
    end = min(-(-high.numerator // high.denominator), layout(inner).frames)
    pieces = _at_speed(copy_range(inner, int(low), end, shown), clip.effects.speed)
    _require_whole_frames(pieces, clip, inner, int(low), cut.rate)
    pieces = conformed(pieces, cut.rate, bounds)
    track = edit.track(clip.track)
    rows = [_levelled(_with_silence(inner, _within(row, clip), clip), clip) for row in pieces.rows]
    own, others = _own_row(rows, track)
    cut, targets = _room_for(cut, track, others, placed.start, new_id)
    edit = Editing(cut, new_id, bounds)
    names = Names(edit, pieces)
    # Clips connected to the compound clip, and its markers, move to the new clips.
    parts = _parts(edit, track, own, placed, names)
    edit.exchange(placed, *parts)
    for part in parts if clip.anchor is not None else []:
        put_free(edit, part.clip, placed.start + part.head, connected=True)
    for track_id, row in targets:
        for piece in row.pieces:
            fresh = names.fresh(edit.track(track_id), piece.clip)
            put_free(edit, fresh, placed.start + piece.at, connected=piece.connected)
    names.keep(pieces)
    return edit.done()


def _close(start: int, pieces: Pieces) -> tuple[int, Pieces]:
    """Return pieces without the empty time before the first clip and after the last, and the frame at which
    they begin.
    """
    head = min(piece.at for row in pieces.rows for piece in row.pieces)
    end = max(piece.end for row in pieces.rows for piece in row.pieces)
    rows = tuple(
        replace(row, pieces=tuple(piece._replace(at=piece.at - head) for piece in row.pieces))
        for row in pieces.rows
    )
    return start + head, replace(pieces, rows=rows, frames=end - head)


def _inner(cut: Cut, pieces: Pieces, name: str, new_id: NewId) -> Cut:
    """Return a cut that contains only the pieces, on tracks with the same muted and hidden flags."""
    made = new_cuts.new_cut(
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
    made, targets = targets_of(made, rows, new_id)
    edit = Editing(made, new_id)
    lay(edit, pieces, [(edit.track(each), row) for each, row in targets], 0, overwrite=True)
    made = edit.done()
    were = [track_of(cut, row) for row in pieces.rows]
    flags = {each: track for (each, _), track in zip(targets, were, strict=True)}
    tracks = tuple(
        replace(each, muted=flags[each.id].muted, hidden=flags[each.id].hidden) if each.id in flags else each
        for each in made.tracks
    )
    # The inner cut is no assembly and does not follow the storyboard.
    return replace(made, tracks=tracks, hand_edited=True)


def _at_speed(pieces: Pieces, speed: Fraction) -> Pieces:
    """Return pieces played at a speed: the same frames in less time, with each clip's own speed
    multiplied.
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
    """Raise Refused if the speed of a compound clip can't be given to its clips.

    An edit would be between two frames of the cut, or a clip would be too fast or too slow.
    """
    speed = clip.effects.speed
    if speed == 1:
        return
    edges = {edge for row in pieces.rows for piece in row.pieces for edge in (piece.at, piece.end)}
    between_frames = [
        edge for edge in sorted(edges - {pieces.frames}) if (edge * rate / pieces.rate).denominator != 1
    ]
    if between_frames:
        at = timecode(low + between_frames[0], inner.rate)
        raise Refused(
            f"at {rate_name(speed)}× the edit at {at} of “{inner.name}” would lie between two frames",
            "give the compound clip another speed, or open it: milimo cut open",
        )
    speeds = [abs(each.effects.speed) for each in pieces.clips if each.effects.speed]
    if any(not SLOWEST <= each <= FASTEST for each in speeds):
        raise Refused(
            f"a clip of “{inner.name}” would play at less than {SLOWEST} or more than {FASTEST}× its speed",
            "give the compound clip another speed, or open it: milimo cut open",
        )


def _require_plain(clip: Clip, inner: Cut) -> None:
    """Raise Refused if a compound clip has settings that its clips can't take over.

    For example, if pictures are stacked, an opacity of each would make the lower pictures visible.
    """
    seen = {track.id for track in inner.tracks if track.kind is TrackKind.VIDEO and not track.hidden}
    layers = len({each.track for each in inner.clips} & seen)
    loudest = max((each.gain_db for each in inner.clips), default=0.0)
    own = {
        "a freeze frame": not clip.effects.speed,
        "a way backwards": clip.effects.speed < 0,
        "effects": replace(clip.effects, speed=Fraction(1)) != NO_EFFECTS,
        f"a level of {clip.gain_db:+g} dB": clip.gain_db + loudest > GAIN_DB[1],
        "an opacity": clip.opacity != 1 and layers > 1,
        "fades": bool(clip.fade_in or clip.fade_out),
    }
    names = " and ".join(what for what, has in own.items() if has)
    if names:
        raise Refused(
            f"the compound clip has {names} of its own, which its clips can't carry",
            "take that back first, or open it: milimo cut open",
        )


def _levelled(row: Row, clip: Clip) -> Row:
    """Return a row whose clips have the compound clip's level and opacity in addition to their own."""

    def levelled(each: Clip) -> Clip:
        gain = max(GAIN_DB[0], each.gain_db + clip.gain_db)
        return (
            each if each.source == GAP else replace(each, gain_db=gain, opacity=each.opacity * clip.opacity)
        )

    return replace(row, pieces=tuple(each._replace(clip=levelled(each.clip)) for each in row.pieces))


def _with_silence(inner: Cut, row: Row, clip: Clip) -> Row:
    """Return a row whose clips are muted if their track or the compound clip is silent."""
    track = track_of(inner, row)
    solo = any(each.solo for each in inner.tracks)
    if not (clip.muted or track.muted or (solo and not track.solo)):
        return row
    return replace(
        row, pieces=tuple(each._replace(clip=replace(each.clip, muted=True)) for each in row.pieces)
    )


def _within(row: Row, clip: Clip) -> Row:
    """Return the part of a row inside the compound clip, in case rounding made the row longer."""
    kept = [piece for piece in row.pieces if piece.at < clip.frames]
    return replace(
        row,
        pieces=tuple(
            piece._replace(clip=fit_fades(replace(piece.clip, frames=min(piece.end, clip.frames) - piece.at)))
            if piece.end > clip.frames
            else piece
            for piece in kept
        ),
    )


def _own_row(rows: list[Row], track: Track) -> tuple[Row, list[Row]]:
    """Return the row for the compound clip's own track, and the rows for other tracks. A sound track gets
    only sound.
    """
    alike = [row for row in rows if row.kind is track.kind]
    own = alike[0] if alike else Row(track.kind, 0, ())
    others = [row for row in rows if row is not own]
    if track.kind is TrackKind.AUDIO:
        others = [row for row in others if row.kind is TrackKind.AUDIO]
    return own, others


def _room_for(
    cut: Cut, base: Track, rows: list[Row], start: int, new_id: NewId
) -> tuple[Cut, list[tuple[str, Row]]]:
    """Assign a track to each row: pictures in order above the base, sound wherever there is space. Adds
    missing tracks.
    """
    out: list[tuple[str, Row]] = []
    low = base
    for row in rows:
        placed = layout(cut)
        taken = {each for each, _ in out}
        free = [
            track
            for track in placed.tracks
            if track.kind is row.kind and track.id not in taken and _takes(placed, track, row, start)
        ]
        if row.kind is TrackKind.VIDEO:
            above = [each for each in placed.tracks if each.kind is row.kind and _key(each) > _key(low)]
            free = [each for each in above[:1] if each in free]
        if free:
            chosen = free[0]
        else:
            chosen = next_track(cut.tracks, cut.id, row.kind, new_id)
            if row.kind is TrackKind.VIDEO:
                high = above[0].order if above else None
                chosen = replace(chosen, order=between(low.order, high))
            cut = replace(cut, tracks=(*cut.tracks, chosen))
        if row.kind is TrackKind.VIDEO:
            low = chosen
        out.append((chosen.id, row))
    return cut, out


def _takes(placed: Layout, track: Track, row: Row, start: int) -> bool:
    """Return True if a track has space for a complete row and does not change its picture or sound."""
    if track.magnetic or track.locked or track.hidden or track.muted:
        return False
    line = placed.on(track.id)
    return all(has_room(line, start + piece.at, start + piece.end) for piece in row.pieces)


def _key(track: Track) -> tuple[str, str]:
    return track.order, track.id


def _parts(edit: Editing, track: Track, row: Row, placed: Placed, names: Names) -> list[Part]:
    """Return the clips of a row as portions that replace the compound clip."""
    if not track.magnetic:
        laid = [piece for piece in row.pieces if piece.clip.source != GAP]
        return [
            Part(replace(names.fresh(track, piece.clip), start=placed.start + piece.at), piece.at)
            for piece in laid
        ]
    clips = filled(row.pieces, 0, placed.clip.frames)
    parts, head = [], 0
    for clip, order in zip(clips, line_keys(edit, track, placed.start, len(clips)), strict=True):
        parts.append(Part(replace(names.fresh(track, clip), order=order), head))
        head += clip.frames
    return parts
