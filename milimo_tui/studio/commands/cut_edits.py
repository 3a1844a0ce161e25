"""Edits of the current cut: each command is one pure function of `cut`, written as one undoable edit."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_ratio, parse_timecode, timecode
from milimo_tui.cut import edits
from milimo_tui.cut.layout import layout
from milimo_tui.cut.values import Clip, Cut, Source, SourceKind, Track, TrackKind
from milimo_tui.story.values import AssetKind, Story
from milimo_tui.studio import making
from milimo_tui.studio.registry import Args, Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio


def current_cut(studio: Studio) -> Cut:
    """The cut that acts are about. Raises NotFound when the film has none."""
    cut = studio.snapshot().cut
    if cut is None:
        raise NotFound("the film has no cut yet", "milimo storyboard commit makes the first one")
    return cut


def media_bounds(story: Story) -> Callable[[Source], Fraction | None]:
    """How many seconds of media a source has; None for what can be held as long as asked."""
    assets = {asset.id: asset for asset in story.assets}
    shots = {shot.id: shot for shot in story.shots}
    takes = {take.id: take for take in story.takes}

    def seconds(source: Source) -> Fraction | None:
        if source.kind is SourceKind.SHOT:
            shot = shots.get(source.ref)
            take = takes.get(shot.take) if shot else None
            asset = assets.get(take.asset) if take else None
        else:
            asset = assets.get(source.ref)
        return asset.seconds if asset and asset.kind is not AssetKind.PICTURE else None

    return seconds


def edit_cut(studio: Studio, label: str, change: Callable[[Cut], Cut]) -> Outcome:
    """Run one change on the current cut as an undoable edit."""
    before = current_cut(studio)
    after = change(before)
    if after == before:
        return Outcome(data={"cut": before.id}, message="nothing changed")
    studio.project().edit(label, scope=before.id, actor=studio.actor, before=[before], after=[after])
    old = {clip.id for clip in before.clips}
    data = {
        "cut": before.id,
        "frames": layout(after).frames,
        "added": [clip.id for clip in after.clips if clip.id not in old],
    }
    return Outcome(data=data, message=label)


def find_track(cut: Cut, name: str) -> Track:
    """A track by id or name ("V1"). Raises NotFound."""
    for track in cut.tracks:
        if name in (track.id, track.name):
            return track
    raise NotFound(
        f"the cut has no track “{name}”", f"tracks: {', '.join(track.name for track in cut.tracks)}"
    )


def find_clip(studio: Studio, name: str) -> Clip:
    """A clip by id, or the first one that shows a shot ("3B"). Raises NotFound."""
    snapshot = studio.snapshot()
    cut = current_cut(studio)
    for clip in cut.clips:
        if clip.id == name:
            return clip
    shot = next((id for id, number in snapshot.story.numbers.items() if number == name.upper()), name)
    placed = layout(cut)
    shown = [clip for clip in cut.clips if clip.source.ref == shot]
    if not shown:
        raise NotFound(f"the cut has no clip “{name}”", "milimo cut show")
    return min(shown, key=lambda clip: placed.start_of(clip.id))


def name_of(studio: Studio, clip: Clip) -> str:
    """What people call a clip: its shot's number, its label, or what it is."""
    number = studio.snapshot().story.numbers.get(clip.source.ref, "")
    return number or clip.label or clip.source.kind.value


def frame_of(studio: Studio, text: str) -> int:
    """A frame from a timecode or number; an empty text is the playhead."""
    cut = current_cut(studio)
    return parse_timecode(text, cut.rate) if text else cut.playhead


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
        from milimo_tui.studio.commands.asset import find_asset

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


class SetArgs(Args):
    clip: str = Field(description="a clip (its id, or 3B)")
    gain_db: float | None = Field(None, ge=-96, le=24, description="level of its sound in dB")
    opacity: float | None = Field(None, ge=0, le=1, description="0 to 1")
    fade_in: int | None = Field(None, ge=0, description="frames")
    fade_out: int | None = Field(None, ge=0, description="frames")
    muted: bool | None = Field(None, description="without its sound")
    unmuted: bool | None = Field(None, description="with its sound again")
    label: str | None = Field(None, description="a name of its own")


def _set(studio: Studio, args: SetArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    given: dict[str, Any] = args.model_dump(exclude_none=True, exclude={"clip", "unmuted"})
    if args.unmuted:
        given["muted"] = False
    return edit_cut(
        studio,
        f"set {', '.join(given) or 'nothing'} of {name_of(studio, clip)}",
        lambda cut: edits.set_clip(cut, clip.id, **given),
    )


class PlayheadArgs(Args):
    frame: int = Field(ge=0, description="a frame")


def _playhead(studio: Studio, args: PlayheadArgs) -> Outcome:
    cut = current_cut(studio)
    studio.project().set_cut_state(cut.id, playhead=args.frame)
    return Outcome(data={"cut": cut.id, "playhead": args.frame})


class MarksArgs(Args):
    mark_in: int | None = Field(None, ge=0, description="first frame of the range")
    mark_out: int | None = Field(None, ge=0, description="the frame after its last")


def _marks(studio: Studio, args: MarksArgs) -> Outcome:
    if args.mark_in is not None and args.mark_out is not None and args.mark_out <= args.mark_in:
        raise Refused("the range would end before it begins", "mark out behind mark in")
    cut = current_cut(studio)
    studio.project().set_cut_state(cut.id, mark_in=args.mark_in, mark_out=args.mark_out)
    return Outcome(data={"cut": cut.id, "mark_in": args.mark_in, "mark_out": args.mark_out})


class MarkerArgs(Args):
    at: str = Field("", description="a timecode or frame (default: the playhead)")
    text: str = Field("", description="what it says")
    name: str = Field("", description="one letter, for a named mark")
    clip: str | None = Field(None, description="on this clip, so that it moves along")
    colour: str = Field("", description="its colour")


def _marker(studio: Studio, args: MarkerArgs) -> Outcome:
    at = frame_of(studio, args.at)
    clip = find_clip(studio, args.clip).id if args.clip else None
    return edit_cut(
        studio,
        f"mark {args.name}" if args.name else f"marker “{args.text}”" if args.text else "marker",
        lambda cut: edits.add_marker(
            cut, at, mint=new_id, clip=clip, text=args.text, colour=args.colour, name=args.name
        ),
    )


class MarkerIdArgs(Args):
    marker: str = Field(description="a marker's id")


def _unmark(studio: Studio, args: MarkerIdArgs) -> Outcome:
    return edit_cut(studio, "delete a marker", lambda cut: edits.remove_marker(cut, args.marker))


class TrackAddArgs(Args):
    kind: TrackKind = Field(TrackKind.VIDEO, description="video or audio")
    name: str = Field("", description="its name (default: the next V or A)")


def _track_add(studio: Studio, args: TrackAddArgs) -> Outcome:
    return edit_cut(
        studio,
        f"add {args.name or f'a {args.kind.value} track'}",
        lambda cut: edits.add_track(cut, args.kind, mint=new_id, name=args.name),
    )


class TrackArgs(Args):
    track: str = Field(description="a track (its name or id)")


def _track_delete(studio: Studio, args: TrackArgs) -> Outcome:
    track = find_track(current_cut(studio), args.track)
    return edit_cut(studio, f"delete {track.name}", lambda cut: edits.remove_track(cut, track.id))


class TrackSetArgs(TrackArgs):
    name: str | None = Field(None, description="its name")
    height: int | None = Field(None, ge=1, le=12, description="rows on the screen")
    toggle: Literal["muted", "solo", "locked", "hidden"] | None = Field(None, description="what to turn over")


def _track_set(studio: Studio, args: TrackSetArgs) -> Outcome:
    track = find_track(current_cut(studio), args.track)
    given: dict[str, Any] = args.model_dump(exclude_none=True, exclude={"track", "toggle"})
    if args.toggle:
        given[args.toggle] = not getattr(track, args.toggle)
    told = ", ".join(key if value is True else f"{key} {value}" for key, value in given.items())
    return edit_cut(
        studio, f"{track.name}: {told or 'as it was'}", lambda cut: edits.set_track(cut, track.id, **given)
    )


ON_CLIP = (
    ("delete", "Delete clip", "a clip, the track's way", edits.delete),
    ("lift", "Lift clip", "a clip, leaving a gap", edits.lift),
    ("duplicate", "Duplicate clip", "a clip, behind itself", edits.duplicate),
    ("connect", "Connect clip", "hang a clip on what lies under it", edits.connect),
    ("disconnect", "Disconnect clip", "let a connected clip stand alone", edits.disconnect),
)


def _edit(id: str, title: str, help: str, run: Any, args: Any, *positional: str) -> Command:
    words = f"cut {id.replace('_', '-')}"
    return Command(f"cut.{id}", title, help, run, args, needs_project, cli=words, positional=positional)


EDITS: tuple[Command, ...] = (
    _edit("append", "Append", "a clip at a track's end", _append, NewClip),
    _edit("insert", "Insert", "a clip at a frame; what follows moves on", _insert, NewClip),
    _edit("overwrite", "Overwrite", "a clip over what is there", _overwrite, NewClip),
    _edit("replace", "Replace", "what a clip shows, keeping its trims", _replace, ReplaceArgs, "clip"),
    _edit("move", "Move", "a clip by slots or frames, or to a track", _move, MoveArgs, "clip"),
    _edit("trim_in", "Trim head", "a clip's first frame", _trim_in, TrimArgs, "clip", "by"),
    _edit("trim_out", "Trim tail", "a clip's last frame", _trim_out, TrimArgs, "clip", "by"),
    _edit("split", "Split", "clips at a frame", _split, SplitArgs),
    *(
        _edit(id, title, help, _on_clip(title.split()[0].lower(), change), ClipArgs, "clip")
        for id, title, help, change in ON_CLIP
    ),
    _edit(
        "lift_range", "Lift range", "a range, leaving gaps", _on_range("lift", edits.lift_range), RangeArgs
    ),
    _edit("extract", "Extract", "a range, closing up", _on_range("extract", edits.extract), RangeArgs),
    _edit("gap", "Gap", "an empty stretch", _gap, GapArgs),
    _edit("set", "Set clip", "level, opacity and fades of a clip", _set, SetArgs, "clip"),
    _edit("marker", "Marker", "a marker or named mark", _marker, MarkerArgs),
    _edit("unmark", "Delete marker", "a marker", _unmark, MarkerIdArgs, "marker"),
    _edit("track_add", "Add track", "a video or audio track", _track_add, TrackAddArgs),
    _edit("track_delete", "Delete track", "an empty track", _track_delete, TrackArgs, "track"),
    _edit(
        "track_set", "Set track", "name, height, mute, solo, lock, hide", _track_set, TrackSetArgs, "track"
    ),
    Command("cut.playhead", "Playhead", "keep where the playhead is", _playhead, PlayheadArgs, needs_project),
    Command("cut.marks", "Marks", "keep or clear in and out", _marks, MarksArgs, needs_project),
)
