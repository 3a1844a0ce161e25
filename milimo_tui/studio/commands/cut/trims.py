"""Commands that trim clips and move them among their neighbours (ripple, roll, slip, slide, extend, join,
swap), and commands that link or group clips.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.working.edges import Edge
from milimo_tui.cut.working.edges import get_edge_frame as frame_at
from milimo_tui.studio.commands.cut.current_cut import (
    SingleClipArgs,
    edit_cut,
    find_clip,
    find_track,
    get_clip_name,
    get_current_cut,
    make_current_media_length_lookup,
    make_cut_command,
    parse_cut_frame,
    parse_frame_shift,
)
from milimo_tui.studio.commands.cut.reach import save_measured_edit
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.take_batch import format_shot_numbers


class LinkedClipArgs(SingleClipArgs):
    alone: bool = arg(False, description="leave out the linked clips")


class ClipEdgeArgs(LinkedClipArgs):
    edge: Edge = arg(description="head or tail")
    by: int | str = arg(description="shift as frames or another time (12, -2s, 1:00); positive is later")


def _make_edge_shift_command(
    verb: str, change: Callable[..., Cut]
) -> Callable[[Studio, ClipEdgeArgs], Outcome]:
    """Create the function of a command that moves one edge of a clip by a number of frames."""

    def run(studio: Studio, args: ClipEdgeArgs) -> Outcome:
        clip, cut, bounds = (
            find_clip(studio, args.clip),
            get_current_cut(studio),
            make_current_media_length_lookup(studio),
        )
        name, wanted, edge = get_clip_name(studio, clip), parse_frame_shift(studio, args.by), args.edge
        moved = change(cut, clip.id, edge, wanted, new_id=new_id, bounds=bounds, linked=not args.alone)
        label = f"{verb} the {edge} of {name} by"
        return save_measured_edit(studio, cut, moved, clip, edge, wanted, lambda by: f"{label} {by:+d} f")

    return run


class ClipEdgeToArgs(LinkedClipArgs):
    edge: Edge = arg(description="head or tail")
    to: str = arg("", description="a timecode or frame (default: the playhead)")


def _make_edge_to_frame_command(
    verb: str, change: Callable[..., Cut]
) -> Callable[[Studio, ClipEdgeToArgs], Outcome]:
    """Create the function of a command that moves one edge of a clip to a frame of the cut."""

    def run(studio: Studio, args: ClipEdgeToArgs) -> Outcome:
        clip, cut, bounds = (
            find_clip(studio, args.clip),
            get_current_cut(studio),
            make_current_media_length_lookup(studio),
        )
        to, name, edge = parse_cut_frame(studio, args.to), get_clip_name(studio, clip), args.edge
        wanted = to - frame_at(layout(cut).get_placed(clip.id), edge)
        moved = change(cut, clip.id, edge, to, new_id=new_id, bounds=bounds, linked=not args.alone)
        label = f"{verb} the {edge} of {name} to"
        return save_measured_edit(
            studio,
            cut,
            moved,
            clip,
            edge,
            wanted,
            lambda by: f"{label} {format_timecode(to + by - wanted, cut.rate)}",
        )

    return run


class ClipShiftArgs(LinkedClipArgs):
    by: int | str = arg(description="shift as frames or another time (12, -2s, 1:00); positive is later")


def _make_clip_shift_command(
    verb: str, moving: Literal["place", "picture"], change: Callable[..., Cut]
) -> Callable[[Studio, ClipShiftArgs], Outcome]:
    """Create the function of a command that moves a clip by a number of frames. With `place` the clip itself
    is moved, and with `picture` only the source under the clip. `verb` names the edit in the history.
    """

    def run(studio: Studio, args: ClipShiftArgs) -> Outcome:
        clip, cut, bounds = (
            find_clip(studio, args.clip),
            get_current_cut(studio),
            make_current_media_length_lookup(studio),
        )
        name, wanted = get_clip_name(studio, clip), parse_frame_shift(studio, args.by)
        moved = change(cut, clip.id, wanted, new_id=new_id, bounds=bounds, linked=not args.alone)
        return save_measured_edit(
            studio, cut, moved, clip, moving, wanted, lambda by: f"{verb} {name} by {by:+d} f"
        )

    return run


def _ripple_delete_clip(studio: Studio, args: LinkedClipArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    return edit_cut(
        studio,
        f"delete {get_clip_name(studio, clip)} and close up",
        lambda cut: edits.ripple_delete_clip(cut, clip.id, new_id=new_id, linked=not args.alone),
    )


def _join_with_next_clip(studio: Studio, args: LinkedClipArgs) -> Outcome:
    clip, bounds = find_clip(studio, args.clip), make_current_media_length_lookup(studio)
    return edit_cut(
        studio,
        f"join {get_clip_name(studio, clip)} with the next clip",
        lambda cut: edits.join_with_next_clip(
            cut, clip.id, new_id=new_id, bounds=bounds, linked=not args.alone
        ),
    )


class ClipSwapArgs(SingleClipArgs):
    other: str = arg(description="the clip to swap with")


def _swap_clips(studio: Studio, args: ClipSwapArgs) -> Outcome:
    clip, other = find_clip(studio, args.clip), find_clip(studio, args.other)
    return edit_cut(
        studio,
        f"swap {get_clip_name(studio, clip)} and {get_clip_name(studio, other)}",
        lambda cut: edits.swap_clips(cut, clip.id, other.id, new_id=new_id),
    )


class SeveralClipsArgs(Args):
    clips: tuple[str, ...] = arg(description="some clips (ids, or 3B)")


def _make_tie_command(verb: str, change: Callable[..., Cut]) -> Callable[[Studio, SeveralClipsArgs], Outcome]:
    """Create the function of a command that links or groups clips. `change` makes the link or group, and
    `verb` names the edit in the history.
    """

    def run(studio: Studio, args: SeveralClipsArgs) -> Outcome:
        clips = [find_clip(studio, name) for name in args.clips]
        names = ", ".join(get_clip_name(studio, clip) for clip in clips)
        return edit_cut(
            studio, f"{verb} {names}", lambda cut: change(cut, [clip.id for clip in clips], new_id=new_id)
        )

    return run


class SoundDetachArgs(SingleClipArgs):
    track: str = arg("", description="an audio track (default: the first empty one)")


def _detach_sound(studio: Studio, args: SoundDetachArgs) -> Outcome:
    clip = find_clip(studio, args.clip)
    track = find_track(get_current_cut(studio), args.track).id if args.track else None
    return edit_cut(
        studio,
        f"detach the sound of {get_clip_name(studio, clip)}",
        lambda cut: edits.detach_sound(cut, clip.id, new_id=new_id, track=track),
    )


class UntieArgs(SingleClipArgs):
    also: tuple[str, ...] = arg((), description="more clips (ids, or 3B)")


def _make_untie_command(
    verb: str, tie: Literal["link", "group"], change: Callable[..., Cut]
) -> Callable[[Studio, UntieArgs], Outcome]:
    """Create the function of a command that dissolves the links (or groups) of the given clips. `tie` is the
    field of a clip that has the id of its link or group.
    """

    def run(studio: Studio, args: UntieArgs) -> Outcome:
        clips = [find_clip(studio, name) for name in (args.clip, *args.also)]
        tied = {getattr(clip, tie): clip for clip in reversed(clips) if getattr(clip, tie)}
        chosen = list(tied.values())[::-1] or clips[:1]

        def untie_clips(cut: Cut) -> Cut:
            for clip in chosen:
                cut = change(cut, clip.id, new_id=new_id)
            return cut

        return edit_cut(
            studio,
            f"{verb} {format_shot_numbers([get_clip_name(studio, clip) for clip in chosen])}",
            untie_clips,
        )

    return run


TRIMS: tuple[Command, ...] = (
    make_cut_command(
        "ripple",
        "Ripple-trim clip",
        "trim an edge of a clip; later clips move",
        _make_edge_shift_command("ripple", edits.ripple_trim),
        ClipEdgeArgs,
        "clip",
        "edge",
        "by",
    ),
    make_cut_command(
        "roll",
        "Roll edit",
        "move the edit point between two clips",
        _make_edge_shift_command("roll", edits.roll_edit),
        ClipEdgeArgs,
        "clip",
        "edge",
        "by",
    ),
    make_cut_command(
        "slip",
        "Slip clip",
        "move the source under a clip; its position stays the same",
        _make_clip_shift_command("slip", "picture", edits.slip_clip),
        ClipShiftArgs,
        "clip",
        "by",
    ),
    make_cut_command(
        "slide",
        "Slide clip",
        "move a clip between its neighbours, which are trimmed",
        _make_clip_shift_command("slide", "place", edits.slide_clip),
        ClipShiftArgs,
        "clip",
        "by",
    ),
    make_cut_command(
        "extend",
        "Extend edit",
        "move an edge of a clip to a frame; its neighbour is trimmed",
        _make_edge_to_frame_command("extend", edits.extend_clip),
        ClipEdgeToArgs,
        "clip",
        "edge",
        "to",
    ),
    make_cut_command(
        "trim_to",
        "Trim to a frame",
        "move an edge of a clip to a frame; the gap follows the track's setting",
        _make_edge_to_frame_command("trim", edits.trim_clip_to),
        ClipEdgeToArgs,
        "clip",
        "edge",
        "to",
    ),
    make_cut_command(
        "ripple_delete",
        "Ripple delete",
        "delete a clip and close the gap, on any track",
        _ripple_delete_clip,
        LinkedClipArgs,
        "clip",
    ),
    make_cut_command(
        "join",
        "Join clips",
        "join a clip with the next one, if the second continues the first",
        _join_with_next_clip,
        LinkedClipArgs,
        "clip",
    ),
    make_cut_command(
        "swap", "Swap clips", "swap the positions of two clips", _swap_clips, ClipSwapArgs, "clip", "other"
    ),
    make_cut_command(
        "link",
        "Link clips",
        "link clips, so that they stay in sync",
        _make_tie_command("link", edits.link_clips),
        SeveralClipsArgs,
        "clips",
    ),
    make_cut_command(
        "unlink",
        "Unlink clips",
        "unlink a clip from its linked clips",
        _make_untie_command("unlink", "link", edits.unlink_clips),
        UntieArgs,
        "clip",
        "also",
    ),
    make_cut_command(
        "group",
        "Group clips",
        "group clips, so that they are selected together",
        _make_tie_command("group", edits.group_clips),
        SeveralClipsArgs,
        "clips",
    ),
    make_cut_command(
        "ungroup",
        "Ungroup clips",
        "ungroup the group of a clip",
        _make_untie_command("ungroup", "group", edits.ungroup_clips),
        UntieArgs,
        "clip",
        "also",
    ),
    make_cut_command(
        "detach_sound",
        "Detach sound",
        "detach the sound of a clip as a linked clip",
        _detach_sound,
        SoundDetachArgs,
        "clip",
    ),
)
