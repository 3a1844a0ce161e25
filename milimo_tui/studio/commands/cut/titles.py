"""Commands for titles in the current cut: add, change and style them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.compare.cut_text import shorten_title
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.clip_effects import require_valid_title
from milimo_tui.cut.edit.title_clips import TitleTiming
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind
from milimo_tui.cut.values.effects import Title, TitleAlign, TitlePlace
from milimo_tui.cut.values.title_styles import STYLES, TitleStyle, change_title_style
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    find_clip,
    find_track,
    get_current_cut,
    make_cut_command,
    parse_cut_frame,
)
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

TITLE_SECONDS = 4  # Default length in seconds of a title that has no style.
_TITLE_FIELDS = frozenset(field.name for field in fields(Title)) - {"text", "style"}


class TitleArgs(Args):
    ONE_OF = ("text",)
    HEADINGS = (
        "Title: text clip style",
        "Position in the cut: track at frames fade insert free",
        "Letters: font size lines colour outline background fills",
        "Position in the picture: align place x y roll",
    )

    text: str | None = arg(None, description="text of the title; \\n begins a new line")
    clip: str = arg("", description="a title clip to change, instead of adding one")
    style: str = arg("", description="lower third, card, credits roll or subtitle")
    track: str = arg("", description="a track, by name or id (default: the first with room above V1)")
    at: str = arg("", description="position: a timecode or frame (default: the playhead)")
    frames: int | None = arg(
        None, ge=1, description="length in frames (default: length of the style, else 4 s)"
    )
    fade: int | None = arg(None, ge=0, description="length of the fades in frames")
    insert: bool = arg(False, description="move later clips instead of covering them")
    free: bool = arg(False, description="do not connect the title to the clip below")
    size: float | None = arg(None, description="size of the letters: 0.06 is 6 % of the picture's height")
    lines: float | None = arg(None, description="size of later lines: 0.5 is half of the first line")
    font: str | None = arg(None, description="font family")
    colour: str | None = arg(None, description="colour of the letters, #rrggbb")
    background: str | None = arg(None, description="colour behind the text, #rrggbb; empty: transparent")
    outline: str | None = arg(None, description="colour of the outline, #rrggbb; empty: none")
    fills: bool | None = arg(None, description="let the background fill the picture")
    roll: bool | None = arg(None, description="roll from bottom to top")
    align: TitleAlign | None = arg(None, description="alignment of the lines")
    place: TitlePlace | None = arg(None, description="vertical position")
    x: float | None = arg(None, description="horizontal shift, in widths of the picture")
    y: float | None = arg(None, description="vertical shift, in heights of the picture")


def _set_title(studio: Studio, args: TitleArgs) -> Outcome:
    given = {name: value for name, value in args.given().items() if name in _TITLE_FIELDS}
    if args.text is not None:
        given["text"] = args.text.replace("\\n", "\n")
    style = _find_title_style(args.style)
    if args.clip:
        clip = find_clip(studio, args.clip)
        if clip.effects.title is None:
            raise Refused("this clip is not a title", "milimo cut title WORDS adds a title to a track")
        return _change_title(studio, args, clip, style, given)
    if args.text is None:
        raise BadInput("a title needs text", "milimo cut title 'The End'")
    return _add_title(studio, args, replace(style.title, **given) if style else Title(**given), style)


def _change_title(
    studio: Studio, args: TitleArgs, clip: Clip, style: TitleStyle | None, given: dict[str, Any]
) -> Outcome:
    assert clip.effects.title is not None
    title = replace(change_title_style(clip.effects.title, style) if style else clip.effects.title, **given)
    old = clip.effects.title
    others = {name: value for name, value in given.items() if getattr(old, name) != value}
    if style is not None and style.name != old.style:
        others = {"style": style.name}
    others |= {name: value for name, value in (("frames", args.frames),) if value not in (None, clip.frames)}
    words = ", ".join(f"{name} {value or 'none'}" for name, value in others.items() if name != "text")
    label = f"title “{shorten_title(title)}”" + (f": {words}" if words else "")
    return edit_cut(
        studio,
        label,
        lambda cut: edits.change_title_clip(cut, clip.id, title, _build_title_placing(args), new_id=new_id),
    )


def _build_title_placing(args: TitleArgs) -> TitleTiming:
    return TitleTiming(args.frames, args.fade, args.x, args.y)


def _add_title(studio: Studio, args: TitleArgs, title: Title, style: TitleStyle | None) -> Outcome:
    require_valid_title(title)
    cut = get_current_cut(studio)
    at = parse_cut_frame(studio, args.at)
    track = find_track(cut, args.track).id if args.track else ""
    frames = args.frames or (
        style.get_length(cut.rate, count_frames_left_of_clip(cut, at))
        if style
        else max(1, int(TITLE_SECONDS * cut.rate))
    )
    fade = args.fade if args.fade is not None or style is None else style.get_fade_length(cut.rate, frames)
    standing = replace(_build_title_placing(args), frames=frames, fade=fade)

    def put(cut: Cut) -> Cut:
        return edits.put_title_clip(
            cut,
            at,
            title,
            standing,
            new_id=new_id,
            track_id=track,
            ripple=args.insert,
            connected=not args.free,
        )

    return edit_cut(studio, f"title “{shorten_title(title)}” at {format_timecode(at, cut.rate)}", put)


def count_frames_left_of_clip(cut: Cut, at: int) -> int | None:
    """Return the number of frames from frame `at` to the end of the clip that is on track V1 at this frame.
    Return None if V1 has no clip there.
    """
    placed = layout(cut)
    main = next((track for track in placed.tracks if track.magnetic), None)
    under = placed.find_clip_at(main.id, at) if main is not None else None
    return under.end - at if under is not None and under.clip.source.kind is not SourceKind.GAP else None


def _find_title_style(name: str) -> TitleStyle | None:
    """Find a title style by its name or the beginning of its name. Return None for an empty name. Raises
    BadInput for an unknown name.
    """
    if not name:
        return None
    found = [style for style in STYLES.values() if style.name.startswith(name.strip().casefold())]
    if len(found) != 1:
        raise BadInput(f"there is no title style “{name}”", f"styles: {', '.join(STYLES)}")
    return found[0]


TITLES: tuple[Command, ...] = (
    make_cut_command(
        "title", "Add title", "add a title to a track, or change one", _set_title, TitleArgs, "text"
    ),
)
