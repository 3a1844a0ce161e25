"""Commands that edit a source into the cut (three- and four-point edits), and the command that chooses
another take for a clip.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_ratio, format_timecode, frames_to_seconds, parse_time
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.other_takes import describe_take_fit
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Story, Take
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    edit_cut_adding_clips,
    find_clip,
    find_track,
    get_current_cut,
    get_source_name,
    make_current_media_length_lookup,
    make_cut_command,
    make_media_length_lookup,
    parse_cut_frame,
)
from milimo_tui.studio.commands.cut.edits import resolve_cut_range
from milimo_tui.studio.commands.cut.sources import require_matching_track, resolve_source
from milimo_tui.studio.commands.shot.takes import find_take, find_take_owner, require_not_rejected
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import conditioning


class EditSourceArgs(Args):
    """The source and the track of an edit: arguments that three-point edits and fit to fill have in
    common.
    """

    ONE_OF = ("shot", "asset", "other_cut")

    shot: str = arg("", description="the shot to show")
    asset: str = arg("", description="or the asset to show")
    other_cut: str = arg("", description="or another cut, as one clip")
    track: str = arg("V1", description="a track (its name or id)")
    connected: bool = arg(False, description="on a free track: connect it to the clip below")


class ThreePointArgs(EditSourceArgs):
    start: str = arg("", description="record in: a timecode or frame (default: mark in, else the playhead)")
    end: str = arg("", description="record out, exclusive (default: mark out)")
    source_in: str = arg("", description="source in: a time of the source (50, 2.5s, 00:02)")
    source_out: str = arg("", description="source out, exclusive")
    how: Literal["insert", "overwrite"] = arg(
        "insert", description="insert: later clips move; overwrite: they are covered"
    )


def _make_three_point_edit(studio: Studio, args: ThreePointArgs) -> Outcome:
    cut, track = get_current_cut(studio), find_track(get_current_cut(studio), args.track)
    typed = args.source_in, args.source_out
    low, high = (parse_time(each, cut.rate) if each else None for each in typed)
    source, length = resolve_source(studio, args, low or Fraction(0), track.kind)
    require_matching_track(studio, source, track)
    start = parse_cut_frame(studio, args.start) if args.start else None
    end = parse_cut_frame(studio, args.end) if args.end else None
    # If both source points are given, they alone decide the length. Otherwise the marks of the cut are used.
    if low is None or high is None:
        start = cut.mark_in if start is None else start
        end = cut.mark_out if end is None else end
    if start is None and end is None:
        start = cut.playhead if cut.mark_in is None else cut.mark_in
    # At most one of the four points may be missing. If more are missing, the source's start and end are used
    # for its in and out point.
    given = [start, end, low, high]
    if given.count(None) > 1 and low is None:
        low = Fraction(0)
    if [start, end, low, high].count(None) > 1 and high is None:
        high = (low or Fraction(0)) + frames_to_seconds(length, cut.rate)
    fits = None not in (start, end, low, high)
    label = f"{'fit' if fits else args.how} {_describe_given_source(studio, args)} on {track.name}"
    points = EditPoints(start, end, low, high)
    return _write_source_edit(
        studio,
        label,
        args,
        edits.create_trackless_clip(source, length),
        points,
        overwrite=args.how == "overwrite",
    )


@dataclass(frozen=True, slots=True)
class EditPoints:
    """The in and out points of a three- or four-point edit. `start` and `end` are frames of the cut. The
    other two points are seconds of the source. A point that is not given is None.
    """

    start: int | None
    end: int | None
    source_in: Fraction | None
    source_out: Fraction | None


def _write_source_edit(
    studio: Studio, label: str, args: EditSourceArgs, clip: Clip, points: EditPoints, *, overwrite: bool
) -> Outcome:
    bounds = make_current_media_length_lookup(studio)
    return edit_cut_adding_clips(
        studio,
        label,
        lambda cut: edits.edit_by_points(
            cut,
            find_track(cut, args.track).id,
            clip,
            start=points.start,
            end=points.end,
            source_in=points.source_in,
            source_out=points.source_out,
            overwrite=overwrite,
            new_id=new_id,
            bounds=bounds,
            connected=args.connected,
        ),
    )


class FitToFillArgs(EditSourceArgs):
    start: str = arg("", description="start, a timecode or frame (default: mark in)")
    end: str = arg("", description="end, a timecode or frame, exclusive (default: mark out)")
    source_in: str = arg("0/1", description="start in the source: a time (50, 2.5s, 00:02)")
    source_out: str = arg("", description="end in the source (default: its end)")


def _fit_source_to_range(studio: Studio, args: FitToFillArgs) -> Outcome:
    cut, track = get_current_cut(studio), find_track(get_current_cut(studio), args.track)
    start, end = resolve_cut_range(studio, args.start, args.end)
    low = parse_time(args.source_in or "0", cut.rate)
    source, length = resolve_source(studio, args, low, track.kind)
    require_matching_track(studio, source, track)
    high = (
        parse_time(args.source_out, cut.rate)
        if args.source_out
        else low + frames_to_seconds(length, cut.rate)
    )
    label = (
        f"fit {_describe_given_source(studio, args)} into {format_timecode(start, cut.rate)} to "
        f"{format_timecode(end, cut.rate)}"
    )
    points = EditPoints(start, end, low, high)
    done = _write_source_edit(
        studio, label, args, edits.create_trackless_clip(source, length), points, overwrite=True
    )
    speed = (high - low) * cut.rate / (end - start)
    return replace(
        done,
        data={**done.data, "speed": format_ratio(speed)},
        message=f"{done.message}, at {float(speed):.3g}×",
    )


def _describe_given_source(studio: Studio, args: EditSourceArgs) -> str:
    given = args.shot or args.asset or args.other_cut
    return get_source_name(studio, given) or given


class ClipTakeArgs(Args):
    clip: str = arg(description="a clip that shows a shot (its id, or 3B)")
    take: str = arg(description="a take's id or its number from 1")
    fit: bool = arg(False, description="if the take is too short: use another part, or slow it down")
    alone: bool = arg(False, description="only in this clip; the shot keeps its pick")


def _show_take_in_clip(studio: Studio, args: ClipTakeArgs) -> Outcome:
    clip, before = find_clip(studio, args.clip), get_current_cut(studio)
    if clip.source.kind is not SourceKind.SHOT:
        raise BadInput("this clip does not show a shot", "milimo cut replace puts another source into it")
    snapshot = studio.take_snapshot()
    state = find_take_owner(
        studio,
        clip.source.ref,
        # A closer shot of a performance shows the take of another shot, so the take is searched among the
        # takes
        # of that other shot.
    )
    take = find_take(state, args.take)
    require_not_rejected(studio, state, take)
    place = state.takes.index(take) + 1
    label = f"show take {place} of {state.number}"
    if args.alone:
        source, bounds = ClipSource(SourceKind.ASSET, take.asset), make_current_media_length_lookup(studio)
        head = conditioning.get_head_of_take(
            snapshot.story, _get_performance_part(snapshot.story, clip, take)
        )
        done = edit_cut(
            studio,
            f"{label} in one clip",
            lambda cut: edits.replace_clip_take(
                cut, clip.id, source, new_id=new_id, bounds=bounds, fit=args.fit, later=head
            ),
        )
        return _add_fit_messages(studio, done, before)
    picked = picked_takes.set_user_pick(state.shot, take.id)
    shots = tuple(picked if each.id == picked.id else each for each in snapshot.story.shots)
    bounds = make_media_length_lookup(replace(snapshot.story, shots=shots), snapshot.cuts)
    after, performances = before, FilmPerformances(snapshot.story)
    showing = {shot.id for shot in snapshot.story.shots if performances.find_take_maker(shot).id == picked.id}
    for each in before.clips:
        if each.source.kind is SourceKind.SHOT and each.source.ref in showing:
            after = edits.replace_clip_take(
                after, each.id, each.source, new_id=new_id, bounds=bounds, fit=args.fit
            )
    if (picked, after) == (state.shot, before):
        return Outcome(data={"cut": before.id, "take": take.id}, message="it is shown already")
    studio.require_project().write_edit(
        label, scope=before.id, actor=studio.actor, before=[state.shot, before], after=[picked, after]
    )
    # A user who chooses a take has looked at it, so its job counts as seen.
    studio.require_project().facts.set_jobs_seen([take.job])
    done = Outcome(data={"cut": before.id, "take": take.id, "shot": picked.id}, message=label)
    return _add_fit_messages(studio, done, before)


def _get_performance_part(story: Story, clip: Clip, take: Take) -> Take:
    """Return a copy of `take` in which only the part for the clip's shot is shown. In a performance, several
    shots share one take. The frames that belong to the other shots then count as handles.
    """
    shot = next(shot for shot in story.shots if shot.id == clip.source.ref)
    return FilmPerformances(story).trim_take_to_shot(shot, take)


def _add_fit_messages(studio: Studio, done: Outcome, before: Cut) -> Outcome:
    """Add a message for each clip whose length was adapted to its take."""
    old = {clip.id: clip for clip in before.clips}
    messages = [
        words
        for clip in get_current_cut(studio).clips
        if clip.id in old and (words := describe_take_fit(old[clip.id], clip, before.rate))
    ]
    if not messages:
        return done
    return replace(
        done, data={**done.data, "fitted": messages}, message=f"{done.message}: {'; '.join(messages)}"
    )


POINTS: tuple[Command, ...] = (
    make_cut_command(
        "three_point",
        "Edit by three points",
        "insert a source by three of four points: in and out, of source and cut",
        _make_three_point_edit,
        ThreePointArgs,
    ),
    make_cut_command(
        "fit_to_fill",
        "Fit to fill",
        "put a source over a range, at the speed that fills it",
        _fit_source_to_range,
        FitToFillArgs,
    ),
    make_cut_command(
        "take", "Switch take", "show another take in a clip", _show_take_in_clip, ClipTakeArgs, "clip", "take"
    ),
)
