"""What clips of the current cut look and sound like: effects, keyframes, speed, transitions, titles."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_ratio, ratio_text, timecode
from milimo_tui.cut.compare.cut_text import short
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.clip_effects import CHOICES, require_title
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut, Source, SourceKind
from milimo_tui.cut.values.effects import NO_EFFECTS, PARAMS, Blend, Easing, Effects, Key, OnDamage, Title
from milimo_tui.story.values.film import AssetKind
from milimo_tui.studio.commands.cut.current_cut import (
    current_cut,
    current_media_lengths,
    cut_command,
    edit_cut,
    find_clip,
    find_track,
    frame_of,
    name_of,
)
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.pictures import masks
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

TITLE_SECONDS = 4  # how long a title stands when nobody says
YES = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


class ClipArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")


def _effects(studio: Studio, args: ClipArgs) -> Outcome:
    """Every effect there is, with what the clip has of it."""
    effects = find_clip(studio, args.clip).effects
    rows: list[dict[str, Any]] = []
    for param in PARAMS.values():
        curve = effects.curve(param.name)
        keys = [[key.frame, key.value, key.easing.value] for key in curve]
        value = curve[0].value if len(curve) == 1 else None if curve else param.default
        rows.append(
            {
                "id": param.name,
                "title": param.title,
                "value": value,
                "keys": keys if len(curve) > 1 else [],
                "set": bool(curve),
                "default": param.default,
                "low": param.low,
                "high": param.high,
                "unit": param.unit,
            }
        )
    for name in (*CHOICES, "speed"):
        value, default = getattr(effects, name), getattr(NO_EFFECTS, name)
        row = {"value": _plain(value), "set": value != default, "default": _plain(default)}
        rows.append({"id": name, "title": name.replace("_", " "), "keys": [], **row})
    return Outcome(data=rows, columns=("id", "value", "keys", "default", "unit"))


def _plain(value: Any) -> Any:
    return ratio_text(value) if isinstance(value, Fraction) else value


class EffectArgs(ClipArgs):
    name: str = arg(description="which effect: scale, blur, blend, lut … (milimo cut effects CLIP tells all)")
    value: str = arg(
        description="a number; yes or no; a mode; hold or black; a LUT or mask by name (empty: none)"
    )


def _effect(studio: Studio, args: EffectArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    label = f"{args.name} {args.value or 'none'} on {name_of(studio, clip)}"
    if args.name in CHOICES:
        given = {args.name: _choice(studio, args.name, args.value)}
        return edit_cut(studio, label, lambda cut: edits.set_choices(cut, clip.id, **given))
    number = _number(args.name, args.value)
    return edit_cut(studio, label, lambda cut: edits.set_number(cut, clip.id, args.name, number))


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"“{text}” is not a number, and {name} is one") from None


def _choice(studio: Studio, name: str, text: str) -> Any:
    if name == "blend":
        if text not in list(Blend):
            raise BadInput(f"there is no blend mode “{text}”", f"there are: {', '.join(Blend)}")
        return Blend(text)
    if name == "damaged":
        if text not in list(OnDamage):
            raise BadInput(f"a clip can't do “{text}” where it is damaged", f"it can: {', '.join(OnDamage)}")
        return OnDamage(text)
    if name == "lut":
        return _lut(studio, text)
    if name == "matte":
        return masks.find(studio, text).id if text else ""
    if text.lower() not in YES:
        raise BadInput(f"{name} is yes or no, not “{text}”")
    return YES[text.lower()]


def _lut(studio: Studio, name: str) -> str:
    if not name:
        return ""
    asset = find_asset(studio, name)
    if asset.kind is not AssetKind.LUT:
        raise BadInput(f"{asset.name or asset.id} is not a LUT", "milimo asset add FILE.cube brings one in")
    return asset.id


class KeyArgs(ClipArgs):
    name: str = arg(description="a number: opacity, scale, x, volume …")
    at: str = arg("", description="a timecode or frame of the cut (default: the playhead)")
    frame: int | None = arg(None, ge=0, description="or a frame of the clip, from 0")
    value: float | None = arg(None, description="its value there (default: what it is there)")
    easing: Easing | None = arg(None, description="how it goes on to the next key")
    remove: bool = arg(False, description="take the key away instead")


def _keyframe(studio: Studio, args: KeyArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    frame = args.frame
    if frame is None:
        frame = frame_of(studio, args.at) - layout(current_cut(studio)).start_of(clip.id)
    name, on = args.name, name_of(studio, clip)
    if args.remove:
        label = f"take a key of {name} from {on}"
        return edit_cut(studio, label, lambda cut: edits.remove_key(cut, clip.id, name, frame))
    value_text = "" if args.value is None else f" {args.value:g}"
    return edit_cut(
        studio,
        f"key {name}{value_text} at frame {frame} of {on}",
        lambda cut: edits.set_key(cut, clip.id, name, frame, args.value, args.easing),
    )


class ClearArgs(ClipArgs):
    names: tuple[str, ...] = arg((), description="only these (default: all but speed and words)")


def _clear(studio: Studio, args: ClearArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    label = f"clear {', '.join(args.names) or 'the effects'} of {name_of(studio, clip)}"
    return edit_cut(studio, label, lambda cut: edits.clear_effects(cut, clip.id, args.names))


class SpeedArgs(ClipArgs):
    ONE_OF = ("speed", "reverse")

    speed: str = arg("", description="2, 1/2 or 50%; below 0 backwards; 0 holds the first picture")
    reverse: bool = arg(False, description="the same the other way round")
    keep_length: bool = arg(False, description="keep its frames and show another part of its media")


def _speed(studio: Studio, args: SpeedArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    if bool(args.speed) == args.reverse:
        raise BadInput("give a speed, or reverse", "for example speed=2, speed=50%, or reverse=true")
    bounds, on = current_media_lengths(studio), name_of(studio, clip)
    if args.reverse:
        label = f"reverse {on}"
        return edit_cut(studio, label, lambda cut: edits.reverse(cut, clip.id, new_id=new_id, bounds=bounds))
    speed = _speed_of(args.speed)
    return edit_cut(
        studio,
        f"{on} at {float(speed):g}×",
        lambda cut: edits.set_speed(
            cut, clip.id, speed, new_id=new_id, bounds=bounds, keep_length=args.keep_length
        ),
    )


def _speed_of(text: str) -> Fraction:
    bare = text.strip().removesuffix("×").removesuffix("x")
    if bare.endswith("%"):
        return parse_ratio(bare[:-1]) / 100
    return parse_ratio(bare)


class RampArgs(ClipArgs):
    keys: tuple[str, ...] = arg((), description="FRAME:SPEED or FRAME:SPEED:EASING, by frames it has now")
    speed: str = arg("", description="what the keys multiply, or the speed all along: 2, 1/2, 50%")
    keep_length: bool = arg(False, description="keep its frames and show another part of its media")
    pitch: Literal["keep", "tape"] | None = arg(None, description="sound as high as it was, or as on tape")
    between: Literal["blend", "nearest"] | None = arg(None, description="what is between two pictures")


def _ramp(studio: Studio, args: RampArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    bounds, on = current_media_lengths(studio), name_of(studio, clip)
    keys = tuple(sorted((_ramp_key(each) for each in args.keys), key=lambda key: key.frame))
    speed = _speed_of(args.speed) if args.speed else None
    quality = {
        "keeps_pitch": None if args.pitch is None else args.pitch == "keep",
        "blended": None if args.between is None else args.between == "blend",
    }
    timed = bool(keys or args.speed) or args.pitch is args.between is None

    def change(cut: Cut) -> Cut:
        if timed:
            cut = edits.set_ramp(
                cut, clip.id, keys, new_id=new_id, bounds=bounds, speed=speed, keep_length=args.keep_length
            )
        return edits.set_time_quality(cut, clip.id, new_id=new_id, **quality)

    if keys:
        what = f"ramp {on} by {len(keys)} keys"
    elif timed:
        what = f"{on} at {float(speed or 1):g}× all along"
    else:
        words = {"keep": "its pitch kept", "tape": "as on tape", "blend": "blended", "nearest": "not blended"}
        what = f"{on}: {', '.join(words[each] for each in (args.pitch, args.between) if each)}"
    return edit_cut(studio, what, change)


def _ramp_key(text: str) -> Key:
    """A key as `25:200%:ease` says it. Raises BadInput."""
    frame, _, rest = text.partition(":")
    value, _, easing = rest.partition(":")
    try:
        way = Easing(easing) if easing else Easing.BOTH
        return Key(int(frame), float(_speed_of(value)), way)
    except ValueError:
        raise BadInput(
            f"“{text}” is no key of a ramp", f"for example 25:200% or 25:200%:{'|'.join(Easing)}"
        ) from None


class FreezeArgs(Args):
    frames: int | None = arg(None, ge=1, description="for how many frames (default: two seconds)")
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("V1", description="a track (its name or id)")


def _freeze_frame(studio: Studio, args: FreezeArgs) -> Outcome:
    cut = current_cut(studio)
    track, at, bounds = find_track(cut, args.track), frame_of(studio, args.at), current_media_lengths(studio)
    frames = args.frames or max(1, int(2 * cut.rate))
    return edit_cut(
        studio,
        f"hold {track.name} at {timecode(at, cut.rate)} for {frames} f",
        lambda cut: edits.freeze_frame(cut, track.id, at, frames, new_id=new_id, bounds=bounds),
    )


class EdgeArgs(ClipArgs):
    edge: Literal["head", "tail"] = arg("tail", description="at its head or its tail")


class TransitionArgs(EdgeArgs):
    kind: Literal["dissolve", "dip", "wipe", "push"] | None = arg(
        None, description="what it is (default: a dissolve)"
    )
    frames: int | None = arg(
        None, ge=1, description="its length in frames (default: half a second, or what fits)"
    )
    direction: Literal["left", "right", "up", "down"] | None = arg(
        None, description="where a wipe's edge or a push goes"
    )
    colour: str | None = arg(None, description="what a dip goes through, #rrggbb")
    softness: float | None = arg(None, ge=0, le=1, description="of a wipe's edge, as a share of the picture")
    overlap: bool = arg(False, description="trim the clips for the media it lacks beyond the edit")


def _transition(studio: Studio, args: TransitionArgs) -> Outcome:
    clip, bounds = find_clip(studio, args.clip), current_media_lengths(studio)
    given = args.given("clip", "edge")
    return edit_cut(
        studio,
        f"{args.kind or 'transition'} at the {args.edge} of {name_of(studio, clip)}",
        lambda cut: edits.set_transition(cut, clip.id, new_id=new_id, edge=args.edge, bounds=bounds, **given),
    )


def _transition_remove(studio: Studio, args: EdgeArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    return edit_cut(
        studio,
        f"cut hard at the {args.edge} of {name_of(studio, clip)}",
        lambda cut: edits.remove_transition(cut, clip.id, edge=args.edge),
    )


class TitleArgs(Args):
    ONE_OF = ("text",)

    text: str | None = arg(None, description="its words; \\n begins a new line")
    clip: str = arg("", description="change this title instead of making one")
    track: str = arg("V2", description="a track (its name or id)")
    at: str = arg("", description="where: a timecode or frame (default: the playhead)")
    frames: int | None = arg(None, ge=1, description="its length in frames (default: four seconds)")
    insert: bool = arg(False, description="what follows moves on, instead of being covered")
    free: bool = arg(False, description="let it stand alone instead of hanging on what lies under it")
    size: float | None = arg(None, description="its letters as a share of the picture's height")
    font: str | None = arg(None, description="a font's family")
    colour: str | None = arg(None, description="of the letters, #rrggbb")
    background: str | None = arg(None, description="behind the words, #rrggbb; empty: clear")
    align: Literal["left", "centre", "right"] | None = arg(None, description="how its lines are set")
    place: Literal["top", "middle", "bottom"] | None = arg(None, description="where it stands")


def _title(studio: Studio, args: TitleArgs) -> Outcome:
    given = args.given("clip", "track", "at", "frames", "insert", "free")
    if args.text is not None:
        given["text"] = args.text.replace("\\n", "\n")
    if args.clip:
        clip = find_clip(studio, args.clip)
        if clip.effects.title is None:
            raise Refused("that clip is not a title", "milimo cut title --text WORDS puts one on a track")
        title = replace(clip.effects.title, **given)
        others = ", ".join(f"{name} {value or 'none'}" for name, value in given.items() if name != "text")
        label = f"title “{short(title)}”" + (f": {others}" if others else "")
        return edit_cut(studio, label, lambda cut: edits.set_title(cut, clip.id, title))
    if args.text is None:
        raise BadInput("a title needs words", "milimo cut title --text “The End”")
    return _new_title(studio, args, Title(**given))


def _new_title(studio: Studio, args: TitleArgs, title: Title) -> Outcome:
    require_title(title)
    cut = current_cut(studio)
    track, at = find_track(cut, args.track), frame_of(studio, args.at)
    frames = args.frames or max(1, int(TITLE_SECONDS * cut.rate))
    pattern = replace(edits.new_clip(Source(SourceKind.TITLE), frames), effects=Effects(title=title))
    change = edits.insert if args.insert else edits.overwrite

    def put(cut: Cut) -> Cut:
        return change(cut, track.id, at, pattern, new_id=new_id, connected=not args.free)

    return edit_cut(studio, f"title “{short(title)}” at {timecode(at, cut.rate)}", put)


EFFECTS: tuple[Command, ...] = (
    cut_command("effects", "Effects", "every effect, and what a clip has of it", _effects, ClipArgs, "clip"),
    cut_command("effect", "Effect", "set one effect of a clip", _effect, EffectArgs, "clip", "name", "value"),
    cut_command("keyframe", "Keyframe", "a number's value at a frame", _keyframe, KeyArgs, "clip", "name"),
    cut_command("clear_effects", "Clear effects", "take effects from a clip", _clear, ClearArgs, "clip"),
    cut_command("speed", "Speed", "faster, slower, backwards or held", _speed, SpeedArgs, "clip", "speed"),
    cut_command("ramp", "Speed ramp", "speeds that change, at keys", _ramp, RampArgs, "clip", "keys"),
    cut_command("freeze_frame", "Freeze frame", "hold a picture for a while", _freeze_frame, FreezeArgs),
    cut_command(
        "transition", "Transition", "between a clip and its neighbour", _transition, TransitionArgs, "clip"
    ),
    cut_command(
        "transition_remove", "Cut hard", "take a transition away", _transition_remove, EdgeArgs, "clip"
    ),
    cut_command("title", "Title", "words on a track", _title, TitleArgs, "text"),
)
