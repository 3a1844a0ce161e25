"""Commands for clip levels, markers, tracks, the playhead and the marked range of a cut."""

from __future__ import annotations

from functools import reduce
from typing import Any, Literal

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.notes.marker_colours import parse_marker_colour
from milimo_tui.cut.values.cut import Clip, TrackKind
from milimo_tui.cut.values.effects import GAIN_RANGE_DB
from milimo_tui.cut.values.sound_choice import MOST_STREAMS, parse_channels
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    find_clip,
    find_track,
    get_clip_name,
    get_current_cut,
    make_cut_command,
    parse_cut_frame,
)
from milimo_tui.studio.commands.cut.sources import require_clip_sound
from milimo_tui.studio.registry.args import ANY, Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.lookup import find_asset_by_name
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.words.transcripts import find_heard_file, require_heard_file


class ClipSetArgs(Args):
    ONE_OF = ANY

    clip: str = arg(description="a clip (its id, 3B, or its name)")
    gain_db: float | None = arg(
        None, ge=GAIN_RANGE_DB[0], le=GAIN_RANGE_DB[1], description="level of the sound in dB"
    )
    opacity: float | None = arg(None, ge=0, le=1, description="opacity, from 0 to 1")
    fade_in: int | None = arg(None, ge=0, description="length of the fade in frames")
    fade_out: int | None = arg(None, ge=0, description="length of the fade in frames")
    muted: bool | None = arg(None, description="mute the sound")
    unmuted: bool | None = arg(None, description="unmute the sound")
    label: str | None = arg(
        None, description="own name, shown instead of the name of the source", one_line=True
    )
    stream: int | None = arg(None, ge=1, le=MOST_STREAMS, description="sound stream of the file, from 1")
    channels: str | None = arg(None, description="channels that are heard: 1, or 3,4 for a pair, or all")
    all_clips: bool = arg(False, description="change all clips of the cut that play the same file")


def _set_clip_fields(studio: Studio, args: ClipSetArgs) -> Outcome:
    clips = _list_clips_to_set(studio, args)
    given: dict[str, Any] = args.given("clip", "unmuted", "all_clips")
    if args.unmuted:
        given["muted"] = False
    if args.channels is not None:
        given["channels"] = parse_channels(args.channels)
    elif args.stream is not None:
        given["channels"] = ()
    if "channels" in given:
        for clip in clips:
            require_clip_sound(studio, clip, args.stream or clip.stream, given["channels"])
    if not given:
        raise BadInput("nothing to set", "for example --stream 2")
    name = get_clip_name(studio, clips[0])
    whose = f"{format_count(len(clips), 'clip')} of {name}" if args.all_clips else name
    return edit_cut(
        studio,
        f"set {', '.join(given)} of {whose}",
        lambda cut: reduce(lambda done, clip: edits.set_clip(done, clip.id, **given), clips, cut),
    )


def _list_clips_to_set(studio: Studio, args: ClipSetArgs) -> list[Clip]:
    """Return the clip that the arguments name; with `all_clips`, all clips that play the same file. The file
    can then be named instead of a clip. Raises NotFound, Ambiguous, Refused.
    """
    if not args.all_clips:
        return [find_clip(studio, args.clip)]
    story = studio.take_snapshot().story
    asset = find_asset_by_name(story.assets, args.clip)
    if asset is None:
        asset = require_heard_file(story, find_clip(studio, args.clip), args.clip).asset
    heard = [(clip, find_heard_file(story, clip.source)) for clip in get_current_cut(studio).clips]
    clips = [clip for clip, file in heard if file is not None and file.asset == asset]
    if not clips:
        raise NotFound(f"the cut has no clip of {asset.name}", "milimo cut show lists the clips")
    return clips


class MarkerArgs(Args):
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    text: str = arg("", description="text of the marker", one_line=True)
    name: str = arg("", description="one letter, for a named mark", one_line=True)
    clip: str | None = arg(None, description="a clip to attach the marker to, so that both move together")
    colour: str = arg("", description="red, orange, yellow, green, cyan, blue … or #rrggbb")


def _add_marker(studio: Studio, args: MarkerArgs) -> Outcome:
    at = parse_cut_frame(studio, args.at)
    clip = find_clip(studio, args.clip).id if args.clip else None
    colour = parse_marker_colour(args.colour)
    if clip:
        at = _convert_to_clip_frame(studio, clip, at)
    return edit_cut(
        studio,
        f"mark {args.name}" if args.name else f"marker “{args.text}”" if args.text else "marker",
        lambda cut: edits.add_marker(
            cut, at, new_id=new_id, clip=clip, text=args.text, colour=colour, name=args.name
        ),
    )


def _convert_to_clip_frame(studio: Studio, clip: str, at: int) -> int:
    """Convert a frame of the cut to a frame of the clip. Raises Refused if that frame does not show the
    clip.
    """
    cut = get_current_cut(studio)
    on = layout(cut).get_placed(clip)
    if not on.start <= at < on.end:
        first, last = format_timecode(on.start, cut.rate), format_timecode(on.end - 1, cut.rate)
        raise Refused(
            f"{get_clip_name(studio, on.clip)} has no frame at {format_timecode(at, cut.rate)}",
            f"mark one of its frames: at={first} to {last}",
        )
    return at - on.start


class MarkerIdArgs(Args):
    marker: str = arg(description="a marker's id")


def _delete_marker(studio: Studio, args: MarkerIdArgs) -> Outcome:
    return edit_cut(studio, "delete a marker", lambda cut: edits.remove_marker(cut, args.marker))


class TrackAddArgs(Args):
    kind: TrackKind = arg(TrackKind.VIDEO, description="video or audio")
    name: str = arg("", description="name (default: the next V or A)", one_line=True)


def _add_track(studio: Studio, args: TrackAddArgs) -> Outcome:
    name = check_name(args.name, "a track") if args.name else ""
    a_track = "an audio track" if args.kind is TrackKind.AUDIO else "a video track"
    return edit_cut(
        studio,
        f"add {name or a_track}",
        lambda cut: edits.add_track(cut, args.kind, new_id=new_id, name=name),
    )


class CutTrackArgs(Args):
    track: str = arg(description="a track (its name or id)")


def _delete_track(studio: Studio, args: CutTrackArgs) -> Outcome:
    track = find_track(get_current_cut(studio), args.track)
    return edit_cut(studio, f"delete {track.name}", lambda cut: edits.remove_track(cut, track.id))


TrackFlag = Literal["muted", "solo", "locked", "hidden", "sync_lock"]


class TrackSetArgs(CutTrackArgs):
    name: str | None = arg(None, description="the new name", one_line=True)
    height: int | None = arg(None, ge=1, le=12, description="height in rows on the screen")
    gain_db: float | None = arg(None, description="level in dB")
    louder: float | None = arg(None, description="change of the level in dB; negative is softer")
    toggle: TrackFlag | None = arg(None, description="track switches to toggle")
    on: tuple[TrackFlag, ...] = arg((), description="track switches to turn on")
    off: tuple[TrackFlag, ...] = arg((), description="track switches to turn off")


def _set_track_fields(studio: Studio, args: TrackSetArgs) -> Outcome:
    track = find_track(get_current_cut(studio), args.track)
    given: dict[str, Any] = args.given("track", "toggle", "on", "off", "louder")
    if args.name is not None:
        given["name"] = check_name(args.name, "a track")
    named = [*([args.toggle] if args.toggle else []), *args.on, *args.off]
    if len(set(named)) < len(named):
        raise BadInput("a track switch is named twice", "give each once: toggle, on or off")
    if args.louder is not None:
        if args.gain_db is not None:
            raise BadInput("give a new level or a change of it, not both", "give --gain-db or --louder")
        given["gain_db"] = round(track.gain_db + args.louder, 3)
    if args.toggle:
        given[args.toggle] = not getattr(track, args.toggle)
    given.update({**dict.fromkeys(args.on, True), **dict.fromkeys(args.off, False)})
    changes = ", ".join(_describe_track_setting(key, value) for key, value in given.items())
    return edit_cut(
        studio, f"{track.name}: {changes or 'as it was'}", lambda cut: edits.set_track(cut, track.id, **given)
    )


def _describe_track_setting(name: str, value: Any) -> str:
    """Describe the new value of a track's setting: `locked`, `not locked`, `height 3`, `level −3 dB`."""
    if name == "gain_db":
        return f"level {value:+g} dB".replace("-", "−") if value else "level 0 dB"
    words = name.replace("_", " ")
    return f"{words} {value}" if not isinstance(value, bool) else words if value else f"not {words}"


class PlayheadArgs(Args):
    frame: int | str = arg(description="a timecode or frame")


def _save_playhead(studio: Studio, args: PlayheadArgs) -> Outcome:
    cut = get_current_cut(studio)
    frame = parse_cut_frame(studio, str(args.frame))
    studio.require_project().facts.set_cut_state(cut.id, playhead=frame)
    return Outcome(data={"cut": cut.id, "playhead": frame})


class MarksArgs(Args):
    mark_in: int | str | None = arg(None, description="first frame of the range, as a timecode or frame")
    mark_out: int | str | None = arg(None, description="the frame after the last frame of the range")


def _save_range_marks(studio: Studio, args: MarksArgs) -> Outcome:
    first, last = (
        None if mark is None else parse_cut_frame(studio, str(mark)) for mark in (args.mark_in, args.mark_out)
    )
    if first is not None and last is not None and last <= first:
        raise Refused("the range would end before it starts", "mark the end after the start")
    cut = get_current_cut(studio)
    studio.require_project().facts.set_cut_state(cut.id, mark_in=first, mark_out=last)
    return Outcome(data={"cut": cut.id, "mark_in": first, "mark_out": last})


MARKS: tuple[Command, ...] = (
    make_cut_command(
        "set",
        "Set clip",
        "set level, opacity, fades or sound stream of a clip, or of all of a file",
        _set_clip_fields,
        ClipSetArgs,
        "clip",
    ),
    make_cut_command("marker", "Add marker", "add a marker or a named mark", _add_marker, MarkerArgs),
    make_cut_command("unmark", "Delete marker", "delete a marker", _delete_marker, MarkerIdArgs, "marker"),
    make_cut_command("track_add", "Add track", "add a video or audio track", _add_track, TrackAddArgs),
    make_cut_command(
        "track_delete", "Delete track", "delete an empty track", _delete_track, CutTrackArgs, "track"
    ),
    make_cut_command(
        "track_set",
        "Set track",
        "set the name, height, level or switches of a track",
        _set_track_fields,
        TrackSetArgs,
        "track",
    ),
    Command(
        "cut.playhead",
        "Move playhead",
        "save the position of the playhead",
        _save_playhead,
        PlayheadArgs,
        refuse_without_film,
    ),
    Command(
        "cut.marks",
        "Set in and out",
        "set or clear the in and out marks",
        _save_range_marks,
        MarksArgs,
        refuse_without_film,
    ),
)
