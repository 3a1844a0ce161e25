"""Edit commands of the current cut. Each command calls one pure function of `cut` and writes one undoable
edit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_rate, format_timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, Track
from milimo_tui.cut.working.edges import Edge
from milimo_tui.studio.commands.cut.current_cut import (
    SingleClipArgs,
    edit_cut,
    edit_cut_adding_clips,
    find_clip,
    find_track,
    get_clip_name,
    get_current_cut,
    get_source_name,
    make_current_media_length_lookup,
    make_cut_command,
    on_clip,
    parse_cut_frame,
    parse_frame_shift,
)
from milimo_tui.studio.commands.cut.reach import save_measured_edit
from milimo_tui.studio.commands.cut.sources import (
    NewClipArgs,
    build_new_clip,
    require_matching_track,
    resolve_source,
)
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.cuts.follow import make_cut_for_file
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


def _append_clip(studio: Studio, args: NewClipArgs) -> Outcome:
    first = _make_first_cut(studio, args)
    clip = build_new_clip(studio, args, first or get_current_cut(studio))
    bounds = make_current_media_length_lookup(studio)
    return _add_clip(
        studio,
        first,
        f"append {get_clip_name(studio, clip)}",
        lambda cut: edits.append_clip(cut, clip.track, clip, new_id=new_id, bounds=bounds),
    )


def _make_first_cut(studio: Studio, args: NewClipArgs) -> Cut | None:
    """Return a new cut for the file that the arguments name, if the film has neither a cut nor shots."""
    snapshot = studio.take_snapshot()
    if snapshot.cuts or snapshot.story.shots or not args.asset:
        return None
    return make_cut_for_file(snapshot.story.project, find_asset(studio, args.asset))


def _add_clip(studio: Studio, first: Cut | None, label: str, change: Callable[[Cut], Cut]) -> Outcome:
    """Apply `change`, which adds a clip, to the current cut. `first` is a cut that is added to the film
    before, as an edit of its own: if the user undoes the clip, the empty cut stays.
    """
    if first is None:
        return edit_cut_adding_clips(studio, label, change)
    change(first)  # An error is raised here, before anything is written.
    studio.require_project().write_edit(
        f"new cut “{first.name}”", scope="project", actor=studio.actor, before=[], after=[first]
    )
    studio.use_cut(first.id)
    outcome = edit_cut_adding_clips(studio, label, change)
    made = f"made the cut “{first.name}”, {first.width}×{first.height} at {format_rate(first.rate)} fps"
    return replace(outcome, message=f"{made}; {outcome.message}")


def _make_insert_command(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, NewClipArgs], Outcome]:
    """Create the function of a command that adds a new clip at a frame. `verb` names the edit in the
    history.
    """

    def run(studio: Studio, args: NewClipArgs) -> Outcome:
        first = _make_first_cut(studio, args)
        target = first or get_current_cut(studio)
        clip, at = build_new_clip(studio, args, target), parse_cut_frame(studio, args.at, target)
        bounds = make_current_media_length_lookup(studio)
        return _add_clip(
            studio,
            first,
            f"{verb} {get_clip_name(studio, clip)} at {format_timecode(at, target.rate)}",
            lambda cut: change(
                cut, clip.track, at, clip, new_id=new_id, bounds=bounds, connected=args.connected
            ),
        )

    return run


class ReplaceArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")
    shot: str = arg("", description="the shot to show")
    asset: str = arg("", description="or the asset to show")
    other_cut: str = arg("", description="or another cut to show")


def _replace_clip_source(studio: Studio, args: ReplaceArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    source, _ = resolve_source(studio, args, clip.source_in)
    require_matching_track(studio, source, find_track(get_current_cut(studio), clip.track))
    bounds = make_current_media_length_lookup(studio)
    given = args.shot or args.asset or args.other_cut
    label = f"replace {get_clip_name(studio, clip)} by {get_source_name(studio, given) or given}"
    return edit_cut(
        studio,
        label,
        lambda cut: edits.replace_clip_source(cut, clip.id, source, new_id=new_id, bounds=bounds),
    )


class ClipMoveArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")
    by: int = arg(0, description="shift in positions on V1, in frames on free tracks; negative is earlier")
    track: str | None = arg(None, description="the target track")
    at: str = arg("", description="the target timecode or frame")
    ripple: bool = arg(False, description="close the gap at the old position, and insert at the new one")
    alone: bool = arg(False, description="leave out the linked clips")


def _describe_clip_move(cut: Cut, home: Track, by: int, track: Track | None, at: int | None) -> str:
    """Describe how far and where a clip was moved: “2 slots later”, “25 f earlier”, “to V2 at 00:00:12:08”.

    `home` is the clip's track. `by` is the shift: a number of slots on a magnetic track, otherwise a number
    of frames. `track` and `at` are the target track and frame, or None.
    """
    if track is not None or at is not None:
        to = [f"to {track.name}"] if track is not None else []
        position = [f"{'at' if to else 'to'} {format_timecode(at, cut.rate)}"] if at is not None else []
        return " ".join([*to, *position])
    unit = f"slot{'' if abs(by) == 1 else 's'}" if home.magnetic else "f"
    return f"{abs(by)} {unit} {'later' if by > 0 else 'earlier'}"


def _move_clip(studio: Studio, args: ClipMoveArgs) -> Outcome:
    clip, cut = find_clip(studio, args.clip), get_current_cut(studio)
    at = parse_cut_frame(studio, args.at) if args.at else None
    to = find_track(cut, args.track) if args.track else None
    track = to.id if to is not None else None
    name, home = get_clip_name(studio, clip), find_track(cut, clip.track)
    moved = edits.move_clip(
        cut,
        clip.id,
        new_id=new_id,
        by=args.by,
        track=track,
        at=at,
        ripple=args.ripple,
        linked=not args.alone,
    )
    return save_measured_edit(
        studio,
        cut,
        moved,
        clip,
        "slot" if home.magnetic else "place",
        args.by if to is None and at is None else None,
        lambda by: f"move {name} {_describe_clip_move(cut, home, by, to, at)}",
    )


class TrimArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")
    by: int | str = arg(description="shift as frames or another time (12, -2s, 1:00); positive is later")
    alone: bool = arg(False, description="leave out the linked clips")


def _make_trim_command(edge: Edge, change: Callable[..., Cut]) -> Callable[[Studio, TrimArgs], Outcome]:
    """Create the function of a command that trims one edge of a clip by a number of frames."""

    def run(studio: Studio, args: TrimArgs) -> Outcome:
        clip, cut, bounds = (
            find_clip(studio, args.clip),
            get_current_cut(studio),
            make_current_media_length_lookup(studio),
        )
        name, wanted = get_clip_name(studio, clip), parse_frame_shift(studio, args.by)
        trimmed = change(cut, clip.id, wanted, new_id=new_id, bounds=bounds, linked=not args.alone)
        label = f"trim the {edge} of {name} by"
        return save_measured_edit(studio, cut, trimmed, clip, edge, wanted, lambda by: f"{label} {by:+d} f")

    return run


class ClipSplitArgs(Args):
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("", description="only this track (default: all)")
    alone: bool = arg(False, description="leave out the linked clips")


def _split_clips(studio: Studio, args: ClipSplitArgs) -> Outcome:
    cut = get_current_cut(studio)
    at = parse_cut_frame(studio, args.at)
    track = find_track(cut, args.track) if args.track else None
    clip = layout(cut).find_clip_at(track.id, at) if track else None
    what = get_clip_name(studio, clip.clip) if clip else "every track"
    return edit_cut(
        studio,
        f"split {what} at {format_timecode(at, cut.rate)}",
        lambda cut: edits.split_clips(
            cut, at, new_id=new_id, track=track.id if track else None, linked=not args.alone
        ),
    )


class ClipDeleteArgs(SingleClipArgs):
    alone: bool = arg(False, description="leave out the linked clips")


def _make_clip_removal_command(
    verb: str, change: Callable[..., Cut]
) -> Callable[[Studio, ClipDeleteArgs], Outcome]:
    """Create the function of a command that removes a clip. `verb` names the edit in the history."""

    def run(studio: Studio, args: ClipDeleteArgs) -> Outcome:
        clip = find_clip(studio, args.clip)
        return edit_cut(
            studio,
            f"{verb} {get_clip_name(studio, clip)}",
            lambda cut: change(cut, clip.id, new_id=new_id, linked=not args.alone),
        )

    return run


class CutRangeArgs(Args):
    start: str = arg("", description="start, a timecode or frame (default: mark in)")
    end: str = arg("", description="end, a timecode or frame, exclusive (default: mark out)")
    tracks: tuple[str, ...] = arg((), description="only these tracks (default: every unlocked one)")


def resolve_cut_range(studio: Studio, start: str, end: str) -> tuple[int, int]:
    """Return the first frame and the end (exclusive) of a range of the current cut.

    An empty `start` or `end` means the mark in or mark out of the cut. Raises BadInput if that mark is not
    set.
    """
    cut = get_current_cut(studio)
    first = parse_cut_frame(studio, start) if start else cut.mark_in
    last = parse_cut_frame(studio, end) if end else cut.mark_out
    if first is None or last is None:
        raise BadInput(
            "no range is marked", "{ui.mark_in|--start} marks its start, {ui.mark_out|--end} its end"
        )
    return first, last


def _on_range(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, CutRangeArgs], Outcome]:
    """Create the function of a command that applies `change` to a range of the cut."""

    def run(studio: Studio, args: CutRangeArgs) -> Outcome:
        cut = get_current_cut(studio)
        start, end = resolve_cut_range(studio, args.start, args.end)
        tracks = [find_track(cut, name).id for name in args.tracks]
        label = f"{verb} {format_timecode(start, cut.rate)} to {format_timecode(end, cut.rate)}"
        return edit_cut(studio, label, lambda cut: change(cut, start, end, new_id=new_id, tracks=tracks))

    return run


class GapArgs(Args):
    frames: int = arg(ge=1, description="length of the gap in frames")
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("V1", description="a track")


def _insert_gap(studio: Studio, args: GapArgs) -> Outcome:
    track, at = find_track(get_current_cut(studio), args.track), parse_cut_frame(studio, args.at)
    return edit_cut(
        studio,
        f"insert a gap of {args.frames} f",
        lambda cut: edits.insert_gap(cut, track.id, at, args.frames, new_id=new_id),
    )


CONNECT_COMMANDS = (
    ("connect", "Connect clip", "connect a clip to the clip below it", edits.connect_clip),
    ("disconnect", "Disconnect clip", "disconnect a clip from the clip below it", edits.disconnect_clip),
)


EDITS: tuple[Command, ...] = (
    make_cut_command("append", "Append clip", "add a clip at the end of a track", _append_clip, NewClipArgs),
    make_cut_command(
        "insert",
        "Insert clip",
        "insert a clip at a frame; later clips move",
        _make_insert_command("insert", edits.insert_clip),
        NewClipArgs,
    ),
    make_cut_command(
        "overwrite",
        "Overwrite with clip",
        "overwrite what is at a frame with a clip",
        _make_insert_command("overwrite with", edits.overwrite_clip),
        NewClipArgs,
    ),
    make_cut_command(
        "replace",
        "Replace clip",
        "replace the source of a clip and keep its trims",
        _replace_clip_source,
        ReplaceArgs,
        "clip",
    ),
    make_cut_command(
        "move",
        "Move clip",
        "move a clip by positions or frames, or to another track",
        _move_clip,
        ClipMoveArgs,
        "clip",
    ),
    make_cut_command(
        "trim_in",
        "Trim head",
        "move the first frame of a clip",
        _make_trim_command("head", edits.trim_clip_in),
        TrimArgs,
        "clip",
        "by",
    ),
    make_cut_command(
        "trim_out",
        "Trim tail",
        "move the last frame of a clip",
        _make_trim_command("tail", edits.trim_clip_out),
        TrimArgs,
        "clip",
        "by",
    ),
    make_cut_command("split", "Split clip", "split clips at a frame", _split_clips, ClipSplitArgs),
    *(
        make_cut_command(id, title, help, on_clip(title.split()[0].lower(), change), SingleClipArgs, "clip")
        for id, title, help, change in CONNECT_COMMANDS
    ),
    make_cut_command(
        "remove",
        "Delete clip",
        "delete a clip; the track's setting leaves or closes the gap",
        _make_clip_removal_command("delete", edits.delete_clip),
        ClipDeleteArgs,
        "clip",
    ),
    make_cut_command(
        "lift",
        "Lift clip",
        "delete a clip and leave a gap",
        _make_clip_removal_command("lift", edits.lift_clip),
        ClipDeleteArgs,
        "clip",
    ),
    make_cut_command(
        "lift_range",
        "Lift range",
        "delete a range and leave gaps",
        _on_range("lift", edits.lift_range),
        CutRangeArgs,
    ),
    make_cut_command(
        "extract",
        "Extract range",
        "delete a range and close the gap",
        _on_range("extract", edits.extract_range),
        CutRangeArgs,
    ),
    make_cut_command("gap", "Insert gap", "insert a gap", _insert_gap, GapArgs),
)
