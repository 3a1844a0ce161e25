"""Commands for edges, neighbours and ties of clips: ripple, roll, slip, slide, extend, join, swap, link,
group.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from milimo_tui.core.ids import new_id
from milimo_tui.core.time import timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.working.edges import Edge
from milimo_tui.cut.working.edges import frame_of as frame_at
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
)
from milimo_tui.studio.commands.cut.reach import keep_reach
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.take_batch import named


class AloneArgs(ClipArgs):
    alone: bool = arg(False, description="without the clips that are linked with it")


class EdgeArgs(AloneArgs):
    edge: Edge = arg(description="head or tail")
    by: int | str = arg(description="how far: frames or another time (12, -2s, 1:00); positive is later")


def _by_edge(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, EdgeArgs], Outcome]:
    """Return a command function that moves one edge of a clip by a number of frames."""

    def run(studio: Studio, args: EdgeArgs) -> Outcome:
        clip, cut, bounds = find_clip(studio, args.clip), current_cut(studio), current_media_lengths(studio)
        name, wanted, edge = name_of(studio, clip), frames_by(studio, args.by), args.edge
        moved = change(cut, clip.id, edge, wanted, new_id=new_id, bounds=bounds, linked=not args.alone)
        label = f"{verb} the {edge} of {name} by"
        return keep_reach(studio, cut, moved, clip, edge, wanted, lambda by: f"{label} {by:+d} f")

    return run


class EdgeToArgs(AloneArgs):
    edge: Edge = arg(description="head or tail")
    to: str = arg("", description="a timecode or frame (default: the playhead)")


def _edge_to(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, EdgeToArgs], Outcome]:
    """Return a command function that moves one edge of a clip to a frame of the cut."""

    def run(studio: Studio, args: EdgeToArgs) -> Outcome:
        clip, cut, bounds = find_clip(studio, args.clip), current_cut(studio), current_media_lengths(studio)
        to, name, edge = frame_of(studio, args.to), name_of(studio, clip), args.edge
        wanted = to - frame_at(layout(cut).placed(clip.id), edge)
        moved = change(cut, clip.id, edge, to, new_id=new_id, bounds=bounds, linked=not args.alone)
        label = f"{verb} the {edge} of {name} to"
        return keep_reach(
            studio,
            cut,
            moved,
            clip,
            edge,
            wanted,
            lambda by: f"{label} {timecode(to + by - wanted, cut.rate)}",
        )

    return run


class ByArgs(AloneArgs):
    by: int | str = arg(description="how far: frames or another time (12, -2s, 1:00); positive is later")


def _by(
    verb: str, moving: Literal["place", "picture"], change: Callable[..., Cut]
) -> Callable[[Studio, ByArgs], Outcome]:
    """Return a command function that moves a clip, or its source under it, by a number of frames."""

    def run(studio: Studio, args: ByArgs) -> Outcome:
        clip, cut, bounds = find_clip(studio, args.clip), current_cut(studio), current_media_lengths(studio)
        name, wanted = name_of(studio, clip), frames_by(studio, args.by)
        moved = change(cut, clip.id, wanted, new_id=new_id, bounds=bounds, linked=not args.alone)
        return keep_reach(studio, cut, moved, clip, moving, wanted, lambda by: f"{verb} {name} by {by:+d} f")

    return run


def _ripple_delete(studio: Studio, args: AloneArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    return edit_cut(
        studio,
        f"delete {name_of(studio, clip)} and close up",
        lambda cut: edits.ripple_delete(cut, clip.id, new_id=new_id, linked=not args.alone),
    )


def _join(studio: Studio, args: AloneArgs) -> Outcome:
    clip, bounds = find_clip(studio, args.clip), current_media_lengths(studio)
    return edit_cut(
        studio,
        f"join {name_of(studio, clip)} with the next clip",
        lambda cut: edits.join(cut, clip.id, new_id=new_id, bounds=bounds, linked=not args.alone),
    )


class SwapArgs(ClipArgs):
    other: str = arg(description="the clip that takes its place")


def _swap(studio: Studio, args: SwapArgs) -> Outcome:
    clip, other = find_clip(studio, args.clip), find_clip(studio, args.other)
    return edit_cut(
        studio,
        f"swap {name_of(studio, clip)} and {name_of(studio, other)}",
        lambda cut: edits.swap(cut, clip.id, other.id, new_id=new_id),
    )


class ClipsArgs(Args):
    clips: tuple[str, ...] = arg(description="some clips (ids, or 3B)")


def _bind(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, ClipsArgs], Outcome]:
    """Return a command function that links or groups clips."""

    def run(studio: Studio, args: ClipsArgs) -> Outcome:
        clips = [find_clip(studio, name) for name in args.clips]
        names = ", ".join(name_of(studio, clip) for clip in clips)
        return edit_cut(
            studio, f"{verb} {names}", lambda cut: change(cut, [clip.id for clip in clips], new_id=new_id)
        )

    return run


class DetachArgs(ClipArgs):
    track: str = arg("", description="an audio track (default: the first that is empty there)")


def _detach(studio: Studio, args: DetachArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    track = find_track(current_cut(studio), args.track).id if args.track else None
    return edit_cut(
        studio,
        f"detach the sound of {name_of(studio, clip)}",
        lambda cut: edits.detach_sound(cut, clip.id, new_id=new_id, track=track),
    )


class PartArgs(ClipArgs):
    also: tuple[str, ...] = arg((), description="more clips: what these are tied to parts, too")


def _part(
    verb: str, tie: Literal["link", "group"], change: Callable[..., Cut]
) -> Callable[[Studio, PartArgs], Outcome]:
    """Return a command function that unlinks or ungroups the clips that one clip, or several, are tied to."""

    def run(studio: Studio, args: PartArgs) -> Outcome:
        clips = [find_clip(studio, name) for name in (args.clip, *args.also)]
        tied = {getattr(clip, tie): clip for clip in reversed(clips) if getattr(clip, tie)}
        chosen = list(tied.values())[::-1] or clips[:1]

        def parted(cut: Cut) -> Cut:
            for clip in chosen:
                cut = change(cut, clip.id, new_id=new_id)
            return cut

        return edit_cut(studio, f"{verb} {named([name_of(studio, clip) for clip in chosen])}", parted)

    return run


TRIMS: tuple[Command, ...] = (
    cut_command(
        "ripple",
        "Ripple trim",
        "an edge; what follows moves along",
        _by_edge("ripple", edits.ripple),
        EdgeArgs,
        "clip",
        "edge",
        "by",
    ),
    cut_command(
        "roll",
        "Roll",
        "an edit point between two clips",
        _by_edge("roll", edits.roll),
        EdgeArgs,
        "clip",
        "edge",
        "by",
    ),
    cut_command(
        "slip",
        "Slip",
        "what a clip shows; it stays where it is",
        _by("slip", "picture", edits.slip),
        ByArgs,
        "clip",
        "by",
    ),
    cut_command(
        "slide",
        "Slide",
        "a clip between its neighbours",
        _by("slide", "place", edits.slide),
        ByArgs,
        "clip",
        "by",
    ),
    cut_command(
        "extend",
        "Extend edit",
        "an edge to a frame, its neighbour giving way",
        _edge_to("extend", edits.extend),
        EdgeToArgs,
        "clip",
        "edge",
        "to",
    ),
    cut_command(
        "trim_to",
        "Trim to",
        "an edge to a frame, the track's way",
        _edge_to("trim", edits.trim_to),
        EdgeToArgs,
        "clip",
        "edge",
        "to",
    ),
    cut_command(
        "ripple_delete", "Ripple delete", "a clip, closing up on any track", _ripple_delete, AloneArgs, "clip"
    ),
    cut_command("join", "Join", "a clip and the next one, where they go on", _join, AloneArgs, "clip"),
    cut_command("swap", "Swap", "the places of two clips", _swap, SwapArgs, "clip", "other"),
    cut_command("link", "Link", "clips, to keep in sync", _bind("link", edits.link), ClipsArgs, "clips"),
    cut_command(
        "unlink",
        "Unlink",
        "a clip's linked clips",
        _part("unlink", "link", edits.unlink),
        PartArgs,
        "clip",
        "also",
    ),
    cut_command("group", "Group", "clips, chosen together", _bind("group", edits.group), ClipsArgs, "clips"),
    cut_command(
        "ungroup",
        "Ungroup",
        "a clip's group",
        _part("ungroup", "group", edits.ungroup),
        PartArgs,
        "clip",
        "also",
    ),
    cut_command(
        "detach_sound", "Detach sound", "a clip's sound, as a linked clip", _detach, DetachArgs, "clip"
    ),
)
