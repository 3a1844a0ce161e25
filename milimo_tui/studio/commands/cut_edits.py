"""Edits of the current cut: each command is one pure function of `cut`, written as one undoable edit."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from milimo_tui.core.errors import BadInput, Damaged, NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_ratio, seconds_of, timecode
from milimo_tui.cut import edits
from milimo_tui.cut.compound import shown_in
from milimo_tui.cut.effecting import require_effects
from milimo_tui.cut.effects import NO_EFFECTS, Effects
from milimo_tui.cut.effects_text import from_json
from milimo_tui.cut.layout import layout
from milimo_tui.cut.values import Clip, Cut, Source, SourceKind
from milimo_tui.story.values import AssetKind
from milimo_tui.studio import making
from milimo_tui.studio.args import Args, arg
from milimo_tui.studio.commands.asset import find_asset
from milimo_tui.studio.commands.cut_common import (
    bounds_now,
    current_cut,
    cut_command,
    edit_cut,
    find_clip,
    find_track,
    frame_of,
    name_of,
)
from milimo_tui.studio.registry import Command, Outcome
from milimo_tui.studio.studio import Studio

STILL_SECONDS = 4  # how long a picture is held when nobody says


class NewClip(Args):
    track: str = arg("V1", description="a track (its name or id)")
    at: str = arg("", description="where: a timecode or frame (default: the playhead)")
    shot: str = arg("", description="the shot it shows")
    asset: str = arg("", description="or the asset")
    other_cut: str = arg("", description="or another cut, as one clip")
    frames: int | None = arg(None, ge=1, description="its length (default: all of it)")
    source_in: str = arg("0/1", description="where in the source it begins, in seconds (n/d)")
    gain_db: float = arg(0.0, description="level of its sound in dB")
    opacity: float = arg(1.0, ge=0, le=1, description="0 to 1")
    fade_in: int = arg(0, ge=0, description="frames")
    fade_out: int = arg(0, ge=0, description="frames")
    connected: bool = arg(False, description="on a free track: hang it on what lies under it")
    effects: str = arg("", description="its effects as JSON, as milimo cut show --json tells them")


class Shown(Protocol):
    """Arguments that name what a clip shows."""

    @property
    def shot(self) -> str: ...
    @property
    def asset(self) -> str: ...
    @property
    def other_cut(self) -> str: ...


def source_of(studio: Studio, args: Shown, start: Fraction) -> tuple[Source, int]:
    """What is named, and how many frames of the cut it fills from a start in seconds.

    Raises BadInput, NotFound, Refused.
    """
    rate = current_cut(studio).rate
    if [bool(args.shot), bool(args.asset), bool(args.other_cut)].count(True) != 1:
        raise BadInput("a clip shows one shot, one asset or one cut", "give --shot 3B or --asset ID")
    if args.shot:
        shot = making.find_shot(studio.snapshot().story, args.shot)
        return Source(SourceKind.SHOT, shot.id), shot.frames
    if args.other_cut:
        return _compound(studio, args.other_cut, start)
    asset = find_asset(studio, args.asset)
    if asset.kind is AssetKind.LUT:
        raise BadInput(
            f"{asset.name or asset.id} is a LUT, which a clip wears", "milimo cut effect CLIP lut ID"
        )
    length = int((asset.seconds - start) * rate) if asset.seconds else int(STILL_SECONDS * rate)
    return Source(SourceKind.ASSET, asset.id), max(1, length)


def _compound(studio: Studio, name: str, start: Fraction) -> tuple[Source, int]:
    """Another cut as a source. Raises Refused where the current one would show itself."""
    cuts, cut = studio.snapshot().cuts, current_cut(studio)
    inner = next((each for each in cuts if name in (each.id, each.name)), None)
    if inner is None:
        raise NotFound(f"there is no cut “{name}”", f"cuts: {', '.join(each.name for each in cuts)}")
    if cut.id in shown_in(inner, cuts):
        raise Refused(f"“{inner.name}” shows “{cut.name}”, which can't show itself", "copy one of the two")
    seconds = seconds_of(layout(inner).frames, inner.rate)
    return Source(SourceKind.CUT, inner.id), max(1, int((seconds - start) * cut.rate))


def _effects(text: str) -> Effects:
    """Effects from their JSON. Raises BadInput, Refused."""
    if not text:
        return NO_EFFECTS
    try:
        effects = from_json(json.loads(text))
    except (ValueError, AttributeError, Damaged) as error:
        raise BadInput(
            f"these are no effects: {error}", "milimo cut show --json tells how they are written"
        ) from None
    require_effects(effects)
    return effects


def _new_clip(studio: Studio, args: NewClip) -> Clip:
    cut = current_cut(studio)
    start = parse_ratio(args.source_in)
    effects = _effects(args.effects)
    source, length = source_of(studio, args, start)
    if effects.speed:
        length = max(1, int(length / abs(effects.speed)))
    return Clip(
        id=new_id("clip"),
        cut=cut.id,
        track=find_track(cut, args.track).id,
        source=source,
        frames=args.frames or length,
        source_in=start,
        gain_db=args.gain_db,
        opacity=args.opacity,
        fade_in=args.fade_in,
        fade_out=args.fade_out,
        effects=effects,
    )


def _append(studio: Studio, args: NewClip) -> Outcome:
    clip = _new_clip(studio, args)
    bounds = bounds_now(studio)
    label = f"append {name_of(studio, clip)}"
    return edit_cut(
        studio, label, lambda cut: edits.append(cut, clip.track, clip, mint=new_id, bounds=bounds)
    )


def _at_a_frame(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, NewClip], Outcome]:
    """A command that puts a new clip at a frame."""

    def run(studio: Studio, args: NewClip) -> Outcome:
        clip, at = _new_clip(studio, args), frame_of(studio, args.at)
        bounds = bounds_now(studio)
        return edit_cut(
            studio,
            f"{verb} {name_of(studio, clip)} at {timecode(at, current_cut(studio).rate)}",
            lambda cut: change(
                cut, clip.track, at, clip, mint=new_id, bounds=bounds, connected=args.connected
            ),
        )

    return run


class ReplaceArgs(Args):
    clip: str = arg(description="a clip (its id, or 3B)")
    shot: str = arg("", description="the shot it shall show")
    asset: str = arg("", description="or the asset")
    other_cut: str = arg("", description="or another cut")


def _replace(studio: Studio, args: ReplaceArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    source, _ = source_of(studio, args, clip.source_in)
    bounds = bounds_now(studio)
    label = f"replace {name_of(studio, clip)} by {args.shot or args.asset or args.other_cut}"
    return edit_cut(
        studio, label, lambda cut: edits.replace_source(cut, clip.id, source, mint=new_id, bounds=bounds)
    )


class MoveArgs(Args):
    clip: str = arg(description="a clip (its id, or 3B)")
    by: int = arg(0, description="slots on V1, frames on free tracks; negative is earlier")
    track: str | None = arg(None, description="to this track")
    at: str = arg("", description="to this timecode or frame")


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
    clip: str = arg(description="a clip (its id, or 3B)")
    by: int = arg(description="frames; positive is later")


def _trim(edge: str, change: Callable[..., Cut]) -> Callable[[Studio, TrimArgs], Outcome]:
    """A command that moves one edge of a clip."""

    def run(studio: Studio, args: TrimArgs) -> Outcome:
        clip = find_clip(studio, args.clip)
        bounds = bounds_now(studio)
        return edit_cut(
            studio,
            f"trim the {edge} of {name_of(studio, clip)} by {args.by:+d} f",
            lambda cut: change(cut, clip.id, args.by, mint=new_id, bounds=bounds),
        )

    return run


class SplitArgs(Args):
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("", description="only this track (default: all)")


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
    clip: str = arg(description="a clip (its id, or 3B)")


def _on_clip(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, ClipArgs], Outcome]:
    """A command that does one thing to one clip."""

    def run(studio: Studio, args: ClipArgs) -> Outcome:
        clip = find_clip(studio, args.clip)
        return edit_cut(
            studio, f"{verb} {name_of(studio, clip)}", lambda cut: change(cut, clip.id, mint=new_id)
        )

    return run


class RangeArgs(Args):
    start: str = arg("", description="from this timecode or frame (default: mark in)")
    end: str = arg("", description="to this one, exclusive (default: mark out)")
    tracks: tuple[str, ...] = arg((), description="only these tracks (default: every unlocked one)")


def range_of(studio: Studio, start: str, end: str) -> tuple[int, int]:
    """The frames that are given, or marked. Raises BadInput."""
    cut = current_cut(studio)
    first = frame_of(studio, start) if start else cut.mark_in
    last = frame_of(studio, end) if end else cut.mark_out
    if first is None or last is None:
        raise BadInput("no range is marked", "mark in with i and out with o, or give start and end")
    return first, last


def _on_range(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, RangeArgs], Outcome]:
    """A command that does one thing to a range."""

    def run(studio: Studio, args: RangeArgs) -> Outcome:
        cut = current_cut(studio)
        start, end = range_of(studio, args.start, args.end)
        tracks = [find_track(cut, name).id for name in args.tracks]
        label = f"{verb} {timecode(start, cut.rate)} to {timecode(end, cut.rate)}"
        return edit_cut(studio, label, lambda cut: change(cut, start, end, mint=new_id, tracks=tracks))

    return run


class GapArgs(Args):
    frames: int = arg(ge=1, description="its length")
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("V1", description="a track")


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
        cut_command(id, title, help, _on_clip(title.split()[0].lower(), change), ClipArgs, "clip")
        for id, title, help, change in ON_CLIP
    ),
    cut_command(
        "lift_range", "Lift range", "a range, leaving gaps", _on_range("lift", edits.lift_range), RangeArgs
    ),
    cut_command("extract", "Extract", "a range, closing up", _on_range("extract", edits.extract), RangeArgs),
    cut_command("gap", "Gap", "an empty stretch", _gap, GapArgs),
)
