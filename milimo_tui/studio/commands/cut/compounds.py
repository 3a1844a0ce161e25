"""Commands for compound clips, which show another cut (the inner cut). They nest a range as a compound clip,
open its inner cut and return, and replace a compound clip by the clips of its inner cut.
"""

from __future__ import annotations

from collections.abc import Iterable

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    find_clip,
    find_track,
    get_current_cut,
    make_current_media_length_lookup,
    make_cut_command,
    require_single_clip,
)
from milimo_tui.studio.commands.cut.edits import resolve_cut_range
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio

# Key of a value in the film's file: it maps the id of an inner cut to the id of the cut from which it was
# opened.
OPENED_FROM_KEY = "opened"


class NestArgs(Args):
    start: str = arg("", description="start, a timecode or frame (default: mark in)")
    end: str = arg("", description="end, a timecode or frame, exclusive (default: mark out)")
    tracks: tuple[str, ...] = arg((), description="only these tracks (default: every unlocked one)")
    name: str = arg("", description="the new cut's name (default: Nest 1, Nest 2 …)", one_line=True)


def _nest_range(studio: Studio, args: NestArgs) -> Outcome:
    before, cuts = get_current_cut(studio), studio.take_snapshot().cuts
    start, end = resolve_cut_range(studio, args.start, args.end)
    names = {cut.name for cut in cuts}
    name = check_name(args.name, "a cut") if args.name else _find_free_nest_name(names)
    if name in names:
        raise BadInput(f"a cut “{name}” already exists", "choose another name")
    tracks = [find_track(before, each).id for each in args.tracks]
    outer, inner = edits.nest_range(
        before,
        start,
        end,
        tracks=tracks,
        name=name,
        new_id=new_id,
        bounds=make_current_media_length_lookup(studio),
    )
    label = f"nest {format_timecode(start, before.rate)} to {format_timecode(end, before.rate)} as “{name}”"
    studio.require_project().write_edit(
        label, scope=before.id, actor=studio.actor, before=[before], after=[outer, inner]
    )
    [clip] = [each for each in outer.clips if each.source.ref == inner.id]
    data = {"cut": outer.id, "inner": inner.id, "clip": clip.id, "frames": layout(outer).frames}
    return Outcome(data=data, message=f"{label}; milimo cut open “{name}” opens it")


def _find_free_nest_name(names: Iterable[str]) -> str:
    taken, number = set(names), 1
    while f"Nest {number}" in taken:
        number += 1
    return f"Nest {number}"


class CompoundClipArgs(Args):
    clip: str = arg(description="a compound clip (its id, or its cut's name)")


def _find_compound_clip(studio: Studio, name: str) -> tuple[Clip, Cut]:
    """Find a compound clip by its id or by the name of its inner cut. Return the clip and the inner cut.

    Raises NotFound, Ambiguous, and BadInput if the clip does not show a cut.
    """
    cut, cuts = get_current_cut(studio), {each.id: each for each in studio.take_snapshot().cuts}
    named = [each.id for each in cuts.values() if each.name == name]
    clips = [clip for clip in cut.clips if clip.source.kind is SourceKind.CUT and clip.source.ref in named]
    clip = require_single_clip(cut, name, clips) if clips else find_clip(studio, name)
    if clip.source.kind is not SourceKind.CUT:
        raise BadInput("this clip does not show another cut", "milimo cut nest makes a clip that does")
    if clip.source.ref not in cuts:
        hint = "milimo bin list shows it, milimo bin restore brings it back"
        raise NotFound("the nested cut was deleted", hint)
    return clip, cuts[clip.source.ref]


def _expand_compound_clip(studio: Studio, args: CompoundClipArgs) -> Outcome:
    clip, inner = _find_compound_clip(studio, args.clip)
    bounds = make_current_media_length_lookup(studio)
    return edit_cut(
        studio,
        f"put the clips of “{inner.name}” in its place",
        lambda cut: edits.expand_compound_clip(cut, clip.id, inner, new_id=new_id, bounds=bounds),
    )


def _open_compound_clip(studio: Studio, args: CompoundClipArgs) -> Outcome:
    outer = get_current_cut(studio)
    _, inner = _find_compound_clip(studio, args.clip)
    project = studio.require_project()
    project.ui.set(OPENED_FROM_KEY, {**(project.ui.get(OPENED_FROM_KEY) or {}), inner.id: outer.id})
    studio.use_cut(inner.id)
    data = {"id": inner.id, "name": inner.name, "from": outer.id}
    return Outcome(data=data, message=f"now in “{inner.name}”; milimo cut back leads to “{outer.name}”")


def _return_to_outer_cut(studio: Studio, args: NoArgs) -> Outcome:
    inner, cuts = get_current_cut(studio), studio.take_snapshot().cuts
    opened_from = (studio.require_project().ui.get(OPENED_FROM_KEY) or {}).get(inner.id)
    showing = [cut for cut in cuts if any(clip.source.ref == inner.id for clip in cut.clips)]
    outer = next((cut for cut in cuts if cut.id == opened_from), showing[0] if len(showing) == 1 else None)
    if outer is None:
        raise Refused(f"“{inner.name}” was not opened from another cut", "milimo cut use NAME opens any cut")
    studio.use_cut(outer.id)
    return Outcome(data={"id": outer.id, "name": outer.name}, message=f"back in “{outer.name}”")


NESTS: tuple[Command, ...] = (
    make_cut_command(
        "nest", "Nest clips", "make a cut from a range and show it as one clip", _nest_range, NestArgs
    ),
    make_cut_command(
        "un_nest",
        "Expand compound clip",
        "replace a compound clip by its clips",
        _expand_compound_clip,
        CompoundClipArgs,
        "clip",
    ),
    make_cut_command(
        "open",
        "Open compound clip",
        "open the cut of a compound clip",
        _open_compound_clip,
        CompoundClipArgs,
        "clip",
    ),
    make_cut_command(
        "back",
        "Leave compound clip",
        "go back to the cut that contains the opened compound clip",
        _return_to_outer_cut,
        NoArgs,
    ),
)
