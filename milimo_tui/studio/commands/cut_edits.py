"""Edits of the current cut: each command is one pure function of `cut`, written as one undoable edit."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_ratio, timecode
from milimo_tui.cut import edits
from milimo_tui.cut.layout import layout
from milimo_tui.cut.values import Clip, Cut, Source, SourceKind
from milimo_tui.studio import making
from milimo_tui.studio.commands.asset import find_asset
from milimo_tui.studio.commands.cut_common import (
    current_cut,
    cut_command,
    edit_cut,
    find_clip,
    find_track,
    frame_of,
    media_bounds,
    name_of,
)
from milimo_tui.studio.registry import Args, Command, Outcome
from milimo_tui.studio.studio import Studio


class NewClip(Args):
    track: str = Field("V1", description="a track (its name or id)")
    at: str = Field("", description="where: a timecode or frame (default: the playhead)")
    shot: str = Field("", description="the shot it shows")
    asset: str = Field("", description="or the asset")
    frames: int | None = Field(None, ge=1, description="its length (default: all of it)")
    source_in: str = Field("0/1", description="where in the source it begins, in seconds (n/d)")
    gain_db: float = Field(0.0, description="level of its sound in dB")
    opacity: float = Field(1.0, ge=0, le=1, description="0 to 1")
    fade_in: int = Field(0, ge=0, description="frames")
    fade_out: int = Field(0, ge=0, description="frames")
    connected: bool = Field(False, description="on a free track: hang it on what lies under it")


def _new_clip(studio: Studio, args: NewClip) -> Clip:
    snapshot = studio.snapshot()
    cut = current_cut(studio)
    start = parse_ratio(args.source_in)
    if bool(args.shot) == bool(args.asset):
        raise BadInput("a clip shows one shot or one asset", "give --shot 3B or --asset ID")
    if args.shot:
        shot = making.find_shot(snapshot.story, args.shot)
        source, length = Source(SourceKind.SHOT, shot.id), shot.frames
    else:
        asset = find_asset(studio, args.asset)
        source = Source(SourceKind.ASSET, asset.id)
        length = int((asset.seconds - start) * cut.rate) if asset.seconds else int(4 * cut.rate)
    return Clip(
        id=new_id("clip"),
        cut=cut.id,
        track=find_track(cut, args.track).id,
        source=source,
        frames=args.frames or max(1, length),
        source_in=start,
        gain_db=args.gain_db,
        opacity=args.opacity,
        fade_in=args.fade_in,
        fade_out=args.fade_out,
    )


def _append(studio: Studio, args: NewClip) -> Outcome:
    clip = _new_clip(studio, args)
    bounds = media_bounds(studio.snapshot().story)
    label = f"append {name_of(studio, clip)}"
    return edit_cut(
        studio, label, lambda cut: edits.append(cut, clip.track, clip, mint=new_id, bounds=bounds)
    )


def _insert(studio: Studio, args: NewClip) -> Outcome:
    clip, at = _new_clip(studio, args), frame_of(studio, args.at)
    bounds = media_bounds(studio.snapshot().story)
    label = f"insert {name_of(studio, clip)} at {timecode(at, current_cut(studio).rate)}"
    return edit_cut(
        studio,
        label,
        lambda cut: edits.insert(
            cut, clip.track, at, clip, mint=new_id, bounds=bounds, connected=args.connected
        ),
    )


def _overwrite(studio: Studio, args: NewClip) -> Outcome:
    clip, at = _new_clip(studio, args), frame_of(studio, args.at)
    bounds = media_bounds(studio.snapshot().story)
    label = f"overwrite with {name_of(studio, clip)} at {timecode(at, current_cut(studio).rate)}"
    return edit_cut(
        studio,
        label,
        lambda cut: edits.overwrite(
            cut, clip.track, at, clip, mint=new_id, bounds=bounds, connected=args.connected
        ),
    )


class ReplaceArgs(Args):
    clip: str = Field(description="a clip (its id, or 3B)")
    shot: str = Field("", description="the shot it shall show")
    asset: str = Field("", description="or the asset")


def _replace(studio: Studio, args: ReplaceArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    new = _new_clip(studio, NewClip(shot=args.shot, asset=args.asset))
    bounds = media_bounds(studio.snapshot().story)
    label = f"replace {name_of(studio, clip)} by {name_of(studio, new)}"
    return edit_cut(
        studio, label, lambda cut: edits.replace_source(cut, clip.id, new.source, mint=new_id, bounds=bounds)
    )


class MoveArgs(Args):
    clip: str = Field(description="a clip (its id, or 3B)")
    by: int = Field(0, description="slots on V1, frames on free tracks; negative is earlier")
    track: str | None = Field(None, description="to this track")
    at: str = Field("", description="to this timecode or frame")


def _move(studio: Studio, args: MoveArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    at = frame_of(studio, args.at) if args.at else None
    track = find_track(current_cut(studio), args.track).id if args.track else None
    return edit_cut(
        studio,
        f"move {name_of(studio, clip)}",
        lambda cut: edits.move(cut, clip.id, mint=new_id, by=args.by, track=track, at=at),
    )


class TrimArgs(Args):
    clip: str = Field(description="a clip (its id, or 3B)")
    by: int = Field(description="frames; positive is later")


def _trim_in(studio: Studio, args: TrimArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    bounds = media_bounds(studio.snapshot().story)
    return edit_cut(
        studio,
        f"trim the head of {name_of(studio, clip)} by {args.by:+d} f",
        lambda cut: edits.trim_in(cut, clip.id, args.by, mint=new_id, bounds=bounds),
    )


def _trim_out(studio: Studio, args: TrimArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    bounds = media_bounds(studio.snapshot().story)
    return edit_cut(
        studio,
        f"trim the tail of {name_of(studio, clip)} by {args.by:+d} f",
        lambda cut: edits.trim_out(cut, clip.id, args.by, mint=new_id, bounds=bounds),
    )


class SplitArgs(Args):
    at: str = Field("", description="a timecode or frame (default: the playhead)")
    track: str = Field("", description="only this track (default: all)")


def _split(studio: Studio, args: SplitArgs) -> Outcome:
    cut = current_cut(studio)
    at = frame_of(studio, args.at)
    track = find_track(cut, args.track) if args.track else None
    placed = layout(cut).at(track.id, at) if track else None
    what = name_of(studio, placed.clip) if placed else "every track"
    return edit_cut(
        studio,
        f"split {what} at {timecode(at, cut.rate)}",
        lambda cut: edits.split(cut, at, mint=new_id, track=track.id if track else None),
    )


class ClipArgs(Args):
    clip: str = Field(description="a clip (its id, or 3B)")


def _on_clip(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, ClipArgs], Outcome]:
    """A command that does one thing to one clip."""

    def run(studio: Studio, args: ClipArgs) -> Outcome:
        clip = find_clip(studio, args.clip)
        return edit_cut(
            studio, f"{verb} {name_of(studio, clip)}", lambda cut: change(cut, clip.id, mint=new_id)
        )

    return run


class RangeArgs(Args):
    start: str = Field("", description="from this timecode or frame (default: mark in)")
    end: str = Field("", description="to this one, exclusive (default: mark out)")
    tracks: tuple[str, ...] = Field((), description="only these tracks (default: every unlocked one)")


def _on_range(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, RangeArgs], Outcome]:
    """A command that does one thing to a range."""

    def run(studio: Studio, args: RangeArgs) -> Outcome:
        cut = current_cut(studio)
        start = frame_of(studio, args.start) if args.start else cut.mark_in
        end = frame_of(studio, args.end) if args.end else cut.mark_out
        if start is None or end is None:
            raise BadInput("no range is marked", "mark in with i and out with o, or give start and end")
        tracks = [find_track(cut, name).id for name in args.tracks]
        label = f"{verb} {timecode(start, cut.rate)} to {timecode(end, cut.rate)}"
        return edit_cut(studio, label, lambda cut: change(cut, start, end, mint=new_id, tracks=tracks))

    return run


class GapArgs(Args):
    frames: int = Field(ge=1, description="its length")
    at: str = Field("", description="a timecode or frame (default: the playhead)")
    track: str = Field("V1", description="a track")


def _gap(studio: Studio, args: GapArgs) -> Outcome:
    track, at = find_track(current_cut(studio), args.track), frame_of(studio, args.at)
    return edit_cut(
        studio,
        f"insert a gap of {args.frames} f",
        lambda cut: edits.insert_gap(cut, track.id, at, args.frames, mint=new_id),
    )


ON_CLIP = (
    ("remove", "Delete clip", "a clip, the track's way", edits.delete),
    ("lift", "Lift clip", "a clip, leaving a gap", edits.lift),
    ("duplicate", "Duplicate clip", "a clip, behind itself", edits.duplicate),
    ("connect", "Connect clip", "hang a clip on what lies under it", edits.connect),
    ("disconnect", "Disconnect clip", "let a connected clip stand alone", edits.disconnect),
)


EDITS: tuple[Command, ...] = (
    cut_command("append", "Append", "a clip at a track's end", _append, NewClip),
    cut_command("insert", "Insert", "a clip at a frame; what follows moves on", _insert, NewClip),
    cut_command("overwrite", "Overwrite", "a clip over what is there", _overwrite, NewClip),
    cut_command("replace", "Replace", "what a clip shows, keeping its trims", _replace, ReplaceArgs, "clip"),
    cut_command("move", "Move", "a clip by slots or frames, or to a track", _move, MoveArgs, "clip"),
    cut_command("trim_in", "Trim head", "a clip's first frame", _trim_in, TrimArgs, "clip", "by"),
    cut_command("trim_out", "Trim tail", "a clip's last frame", _trim_out, TrimArgs, "clip", "by"),
    cut_command("split", "Split", "clips at a frame", _split, SplitArgs),
    *(
        cut_command(id, title, help, _on_clip(title.split()[0].lower(), change), ClipArgs, "clip")
        for id, title, help, change in ON_CLIP
    ),
    cut_command(
        "lift_range", "Lift range", "a range, leaving gaps", _on_range("lift", edits.lift_range), RangeArgs
    ),
    cut_command("extract", "Extract", "a range, closing up", _on_range("extract", edits.extract), RangeArgs),
    cut_command("gap", "Gap", "an empty stretch", _gap, GapArgs),
)
