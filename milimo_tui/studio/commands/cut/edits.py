"""Edit commands of the current cut. Each command calls one pure function of `cut` and writes one undoable
edit.
"""

from __future__ import annotations

from collections.abc import Callable

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, Track
from milimo_tui.cut.working.edges import Edge
from milimo_tui.studio.commands.cut.current_cut import (
    ClipArgs,
    current_cut,
    current_media_lengths,
    cut_command,
    edit_cut,
    find_clip,
    find_track,
    frame_of,
    frames_by,
    name_of,
    on_clip,
    put_in,
    source_name,
)
from milimo_tui.studio.commands.cut.reach import keep_reach
from milimo_tui.studio.commands.cut.sources import NewClip, new_clip_of, require_track, source_of
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


def _append(studio: Studio, args: NewClip) -> Outcome:
    clip = new_clip_of(studio, args)
    bounds = current_media_lengths(studio)
    label = f"append {name_of(studio, clip)}"
    return put_in(
        studio, label, lambda cut: edits.append(cut, clip.track, clip, new_id=new_id, bounds=bounds)
    )


def _at_a_frame(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, NewClip], Outcome]:
    """Return a command function that puts a new clip at a frame."""

    def run(studio: Studio, args: NewClip) -> Outcome:
        clip, at = new_clip_of(studio, args), frame_of(studio, args.at)
        bounds = current_media_lengths(studio)
        return put_in(
            studio,
            f"{verb} {name_of(studio, clip)} at {timecode(at, current_cut(studio).rate)}",
            lambda cut: change(
                cut, clip.track, at, clip, new_id=new_id, bounds=bounds, connected=args.connected
            ),
        )

    return run


class ReplaceArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")
    shot: str = arg("", description="the shot it shall show")
    asset: str = arg("", description="or the asset")
    other_cut: str = arg("", description="or another cut")


def _replace(studio: Studio, args: ReplaceArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    source, _ = source_of(studio, args, clip.source_in)
    require_track(studio, source, find_track(current_cut(studio), clip.track))
    bounds = current_media_lengths(studio)
    given = args.shot or args.asset or args.other_cut
    label = f"replace {name_of(studio, clip)} by {source_name(studio, given) or given}"
    return edit_cut(
        studio, label, lambda cut: edits.replace_source(cut, clip.id, source, new_id=new_id, bounds=bounds)
    )


class MoveArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")
    by: int = arg(0, description="slots on V1, frames on free tracks; negative is earlier")
    track: str | None = arg(None, description="to this track")
    at: str = arg("", description="to this timecode or frame")
    ripple: bool = arg(False, description="close up behind it, and make room where it lands")
    alone: bool = arg(False, description="without the clips that are linked with it")


def _whither(cut: Cut, home: Track, by: int, track: Track | None, at: int | None) -> str:
    """Describe the target of a clip move: “2 slots later”, “25 f earlier”, “to V2 at 00:00:12:08”."""
    if track is not None or at is not None:
        to = [f"to {track.name}"] if track is not None else []
        when = [f"{'at' if to else 'to'} {timecode(at, cut.rate)}"] if at is not None else []
        return " ".join([*to, *when])
    unit = f"slot{'' if abs(by) == 1 else 's'}" if home.magnetic else "f"
    return f"{abs(by)} {unit} {'later' if by > 0 else 'earlier'}"


def _move(studio: Studio, args: MoveArgs) -> Outcome:
    clip, cut = find_clip(studio, args.clip), current_cut(studio)
    at = frame_of(studio, args.at) if args.at else None
    to = find_track(cut, args.track) if args.track else None
    track = to.id if to is not None else None
    name, home = name_of(studio, clip), find_track(cut, clip.track)
    moved = edits.move(
        cut,
        clip.id,
        new_id=new_id,
        by=args.by,
        track=track,
        at=at,
        ripple=args.ripple,
        linked=not args.alone,
    )
    return keep_reach(
        studio,
        cut,
        moved,
        clip,
        "slot" if home.magnetic else "place",
        args.by if to is None and at is None else None,
        lambda by: f"move {name} {_whither(cut, home, by, to, at)}",
    )


class TrimArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")
    by: int | str = arg(description="how far: frames or another time (12, -2s, 1:00); positive is later")
    alone: bool = arg(False, description="without the clips that are linked with it")


def _trim(edge: Edge, change: Callable[..., Cut]) -> Callable[[Studio, TrimArgs], Outcome]:
    """Return a command function that moves one edge of a clip."""

    def run(studio: Studio, args: TrimArgs) -> Outcome:
        clip, cut, bounds = find_clip(studio, args.clip), current_cut(studio), current_media_lengths(studio)
        name, wanted = name_of(studio, clip), frames_by(studio, args.by)
        trimmed = change(cut, clip.id, wanted, new_id=new_id, bounds=bounds, linked=not args.alone)
        label = f"trim the {edge} of {name} by"
        return keep_reach(studio, cut, trimmed, clip, edge, wanted, lambda by: f"{label} {by:+d} f")

    return run


class SplitArgs(Args):
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("", description="only this track (default: all)")
    alone: bool = arg(False, description="without the clips that are linked with it")


def _split(studio: Studio, args: SplitArgs) -> Outcome:
    cut = current_cut(studio)
    at = frame_of(studio, args.at)
    track = find_track(cut, args.track) if args.track else None
    placed = layout(cut).at(track.id, at) if track else None
    what = name_of(studio, placed.clip) if placed else "every track"
    return edit_cut(
        studio,
        f"split {what} at {timecode(at, cut.rate)}",
        lambda cut: edits.split(
            cut, at, new_id=new_id, track=track.id if track else None, linked=not args.alone
        ),
    )


class TakenArgs(ClipArgs):
    alone: bool = arg(False, description="without the clips that are linked with it")


def _take_out(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, TakenArgs], Outcome]:
    """Return a command function that removes a clip."""

    def run(studio: Studio, args: TakenArgs) -> Outcome:
        clip = find_clip(studio, args.clip)
        return edit_cut(
            studio,
            f"{verb} {name_of(studio, clip)}",
            lambda cut: change(cut, clip.id, new_id=new_id, linked=not args.alone),
        )

    return run


class RangeArgs(Args):
    start: str = arg("", description="from this timecode or frame (default: mark in)")
    end: str = arg("", description="to this one, exclusive (default: mark out)")
    tracks: tuple[str, ...] = arg((), description="only these tracks (default: every unlocked one)")


def range_of(studio: Studio, start: str, end: str) -> tuple[int, int]:
    """Return the frames from `start` to `end`; an empty text means the cut's mark. Raises BadInput without a
    mark.
    """
    cut = current_cut(studio)
    first = frame_of(studio, start) if start else cut.mark_in
    last = frame_of(studio, end) if end else cut.mark_out
    if first is None or last is None:
        raise BadInput("no range is marked", "{ui.mark_in|--start} marks in, {ui.mark_out|--end} out")
    return first, last


def _on_range(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, RangeArgs], Outcome]:
    """Return a command function that applies `change` to a range."""

    def run(studio: Studio, args: RangeArgs) -> Outcome:
        cut = current_cut(studio)
        start, end = range_of(studio, args.start, args.end)
        tracks = [find_track(cut, name).id for name in args.tracks]
        label = f"{verb} {timecode(start, cut.rate)} to {timecode(end, cut.rate)}"
        return edit_cut(studio, label, lambda cut: change(cut, start, end, new_id=new_id, tracks=tracks))

    return run


class GapArgs(Args):
    frames: int = arg(ge=1, description="its length in frames")
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("V1", description="a track")


def _gap(studio: Studio, args: GapArgs) -> Outcome:
    track, at = find_track(current_cut(studio), args.track), frame_of(studio, args.at)
    return edit_cut(
        studio,
        f"insert a gap of {args.frames} f",
        lambda cut: edits.insert_gap(cut, track.id, at, args.frames, new_id=new_id),
    )


ON_CLIP = (
    ("connect", "Connect clip", "hang a clip on what lies under it", edits.connect),
    ("disconnect", "Disconnect clip", "let a connected clip stand alone", edits.disconnect),
)


EDITS: tuple[Command, ...] = (
    cut_command("append", "Append", "a clip at a track's end", _append, NewClip),
    cut_command(
        "insert",
        "Insert",
        "a clip at a frame; what follows moves on",
        _at_a_frame("insert", edits.insert),
        NewClip,
    ),
    cut_command(
        "overwrite",
        "Overwrite",
        "a clip over what is there",
        _at_a_frame("overwrite with", edits.overwrite),
        NewClip,
    ),
    cut_command("replace", "Replace", "what a clip shows, keeping its trims", _replace, ReplaceArgs, "clip"),
    cut_command("move", "Move", "a clip by slots or frames, or to a track", _move, MoveArgs, "clip"),
    cut_command(
        "trim_in", "Trim head", "a clip's first frame", _trim("head", edits.trim_in), TrimArgs, "clip", "by"
    ),
    cut_command(
        "trim_out", "Trim tail", "a clip's last frame", _trim("tail", edits.trim_out), TrimArgs, "clip", "by"
    ),
    cut_command("split", "Split", "clips at a frame", _split, SplitArgs),
    *(
        cut_command(id, title, help, on_clip(title.split()[0].lower(), change), ClipArgs, "clip")
        for id, title, help, change in ON_CLIP
    ),
    cut_command(
        "remove",
        "Delete clip",
        "a clip, the track's way",
        _take_out("delete", edits.delete),
        TakenArgs,
        "clip",
    ),
    cut_command(
        "lift", "Lift clip", "a clip, leaving a gap", _take_out("lift", edits.lift), TakenArgs, "clip"
    ),
    cut_command(
        "lift_range", "Lift range", "a range, leaving gaps", _on_range("lift", edits.lift_range), RangeArgs
    ),
    cut_command("extract", "Extract", "a range, closing up", _on_range("extract", edits.extract), RangeArgs),
    cut_command("gap", "Gap", "an empty stretch", _gap, GapArgs),
)
