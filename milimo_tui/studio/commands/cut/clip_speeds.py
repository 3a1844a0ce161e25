"""Commands for the speed of clips in the current cut: faster, slower, reversed, freeze frames and speed
ramps.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.keyframes import Easing, Keyframe
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    find_clip,
    find_track,
    get_clip_name,
    get_current_cut,
    make_current_media_length_lookup,
    make_cut_command,
    parse_cut_frame,
)
from milimo_tui.studio.commands.cut.effects import EffectClipArgs, parse_share
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class ClipSpeedArgs(EffectClipArgs):
    ONE_OF = ("speed", "reverse")

    speed: str = arg("", description="speed: 2, 1/2 or 50%; negative: backwards; 0: hold the first frame")
    reverse: bool = arg(False, description="play in the opposite direction")
    keep_length: bool = arg(False, description="keep the length and use another part of the source")


def _set_clip_speed(studio: Studio, args: ClipSpeedArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    if bool(args.speed) == args.reverse:
        raise BadInput("give either a speed or reverse", "for example speed=2, speed=50%, or reverse=true")
    bounds, on = make_current_media_length_lookup(studio), get_clip_name(studio, clip)
    if args.reverse:
        label = f"reverse {on}"
        return edit_cut(
            studio, label, lambda cut: edits.reverse_clip(cut, clip.id, new_id=new_id, bounds=bounds)
        )
    speed = parse_share(args.speed)
    # Clamped for the label only, because `1e400` does not fit into a float. `set_speed` refuses such a speed.
    shown_speed = float(max(Fraction(-1000), min(speed, Fraction(1000))))
    return edit_cut(
        studio,
        f"{on} at {shown_speed:g}×",
        lambda cut: edits.set_speed(
            cut, clip.id, speed, new_id=new_id, bounds=bounds, keep_length=args.keep_length
        ),
    )


class SpeedRampArgs(EffectClipArgs):
    keys: tuple[str, ...] = arg(
        (), description="FRAME:SPEED or FRAME:SPEED:EASING; frames of the clip at its current speed"
    )
    speed: str = arg("", description="factor for all keys, or a constant speed: 2, 1/2, 50%")
    keep_length: bool = arg(False, description="keep the length and use another part of the source")
    pitch: Literal["keep", "tape"] | None = arg(
        None, description="keep the pitch of the sound, or let it change as on tape"
    )
    between: Literal["blend", "nearest"] | None = arg(None, description="how in-between frames are made")


def _set_speed_ramp(studio: Studio, args: SpeedRampArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    bounds, on = make_current_media_length_lookup(studio), get_clip_name(studio, clip)
    keys = tuple(sorted((_parse_ramp_key(each) for each in args.keys), key=lambda key: key.frame))
    speed = parse_share(args.speed) if args.speed else None
    keeps_pitch = None if args.pitch is None else args.pitch == "keep"
    blended = None if args.between is None else args.between == "blend"
    timed = bool(keys or args.speed) or (args.pitch is None and args.between is None)

    def change(cut: Cut) -> Cut:
        if timed:
            cut = edits.set_speed_ramp(
                cut, clip.id, keys, new_id=new_id, bounds=bounds, speed=speed, keep_length=args.keep_length
            )
        return edits.set_time_quality(cut, clip.id, new_id=new_id, keeps_pitch=keeps_pitch, blended=blended)

    if keys:
        what = f"ramp {on} by {format_count(len(keys), 'key')}"
    elif timed:
        what = f"{on} at {float(speed or 1):g}× all along"
    else:
        words = {"keep": "its pitch kept", "tape": "as on tape", "blend": "blended", "nearest": "not blended"}
        what = f"{on}: {', '.join(words[each] for each in (args.pitch, args.between) if each)}"
    return edit_cut(studio, what, change)


def _parse_ramp_key(text: str) -> Keyframe:
    """Parse one keyframe of a speed ramp: frame, speed and easing, such as `25:200%:ease`. Raises
    BadInput.
    """
    frame, _, rest = text.partition(":")
    value, _, easing = rest.partition(":")
    try:
        ease = Easing(easing) if easing else Easing.BOTH
        return Keyframe(int(frame), float(parse_share(value)), ease)
    except ValueError:
        raise BadInput(
            f"“{text}” is not a keyframe of a speed ramp",
            f"for example 25:200% or 25:200%:{'|'.join(Easing)}",
        ) from None


class FreezeFrameArgs(Args):
    frames: int | None = arg(None, ge=1, description="length in frames (default: two seconds)")
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("V1", description="a track (its name or id)")


def _insert_freeze_frame(studio: Studio, args: FreezeFrameArgs) -> Outcome:
    cut = get_current_cut(studio)
    track, at, bounds = (
        find_track(cut, args.track),
        parse_cut_frame(studio, args.at),
        make_current_media_length_lookup(studio),
    )
    frames = args.frames or max(1, int(2 * cut.rate))
    return edit_cut(
        studio,
        f"hold {track.name} at {format_timecode(at, cut.rate)} for {frames} f",
        lambda cut: edits.insert_freeze_frame(cut, track.id, at, frames, new_id=new_id, bounds=bounds),
    )


SPEEDS: tuple[Command, ...] = (
    make_cut_command(
        "speed",
        "Set speed",
        "play a clip faster, slower or backwards, or hold one frame",
        _set_clip_speed,
        ClipSpeedArgs,
        "clip",
        "speed",
    ),
    make_cut_command(
        "ramp",
        "Set speed ramp",
        "change the speed of a clip along keyframes",
        _set_speed_ramp,
        SpeedRampArgs,
        "clip",
        "keys",
    ),
    make_cut_command(
        "freeze_frame", "Freeze frame", "hold a frame for a while", _insert_freeze_frame, FreezeFrameArgs
    ),
)
