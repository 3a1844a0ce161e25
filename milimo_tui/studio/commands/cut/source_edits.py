"""Commands that edit from a source: three- and four-point edits, match frame, and another take in a clip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_time, ratio_text, seconds_of, timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.other_takes import fit_text
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Clip, Cut, Source, SourceKind, TrackKind
from milimo_tui.cut.values.timing import source_at
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Story, Take
from milimo_tui.studio.commands.cut.current_cut import (
    current_cut,
    current_media_lengths,
    cut_command,
    edit_cut,
    find_clip,
    find_track,
    frame_of,
    media_lengths,
    put_in,
    source_name,
)
from milimo_tui.studio.commands.cut.edits import range_of
from milimo_tui.studio.commands.cut.sources import require_track, source_of
from milimo_tui.studio.commands.shot.takes import find_take, maker_of, require_kept
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import conditioning


class SourceArgs(Args):
    """Arguments that name the source and the track: the fields that three-point edits and fit to fill
    share.
    """

    ONE_OF = ("shot", "asset", "other_cut")

    shot: str = arg("", description="the shot it shows")
    asset: str = arg("", description="or the asset")
    other_cut: str = arg("", description="or another cut, as one clip")
    track: str = arg("V1", description="a track (its name or id)")
    connected: bool = arg(False, description="on a free track: hang it on what lies under it")


class PointArgs(SourceArgs):
    start: str = arg("", description="record in: a timecode or frame (default: mark in, else the playhead)")
    end: str = arg("", description="record out, exclusive (default: mark out)")
    source_in: str = arg("", description="source in: a time of the source (50, 2.5s, 00:02)")
    source_out: str = arg("", description="source out, exclusive")
    how: Literal["insert", "overwrite"] = arg("insert", description="insert: what follows moves on")


def _three_point(studio: Studio, args: PointArgs) -> Outcome:
    cut, track = current_cut(studio), find_track(current_cut(studio), args.track)
    typed = args.source_in, args.source_out
    low, high = (parse_time(each, cut.rate) if each else None for each in typed)
    source, length = source_of(studio, args, low or Fraction(0))
    require_track(studio, source, track)
    start = frame_of(studio, args.start) if args.start else None
    end = frame_of(studio, args.end) if args.end else None
    if low is None or high is None:  # The marks decide, unless both source points are given.
        start = cut.mark_in if start is None else start
        end = cut.mark_out if end is None else end
    if start is None and end is None:
        start = cut.playhead if cut.mark_in is None else cut.mark_in
    # Points that are still missing default to the source's start and its end.
    given = [start, end, low, high]
    if given.count(None) > 1 and low is None:
        low = Fraction(0)
    if [start, end, low, high].count(None) > 1 and high is None:
        high = (low or Fraction(0)) + seconds_of(length, cut.rate)
    fits = None not in (start, end, low, high)
    label = f"{'fit' if fits else args.how} {_called(studio, args)} on {track.name}"
    points = Points(start, end, low, high)
    return _put(
        studio, label, args, edits.new_clip(source, length), points, overwrite=args.how == "overwrite"
    )


@dataclass(frozen=True, slots=True)
class Points:
    """In and out points: frames in the cut, seconds in the source."""

    start: int | None
    end: int | None
    source_in: Fraction | None
    source_out: Fraction | None


def _put(
    studio: Studio, label: str, args: SourceArgs, clip: Clip, points: Points, *, overwrite: bool
) -> Outcome:
    bounds = current_media_lengths(studio)
    return put_in(
        studio,
        label,
        lambda cut: edits.three_point(
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


class FillArgs(SourceArgs):
    start: str = arg("", description="from this timecode or frame (default: mark in)")
    end: str = arg("", description="to this one, exclusive (default: mark out)")
    source_in: str = arg("0/1", description="the part of the source: from this time (50, 2.5s, 00:02)")
    source_out: str = arg("", description="to there (default: its end)")


def _fit_to_fill(studio: Studio, args: FillArgs) -> Outcome:
    cut, track = current_cut(studio), find_track(current_cut(studio), args.track)
    start, end = range_of(studio, args.start, args.end)
    low = parse_time(args.source_in or "0", cut.rate)
    source, length = source_of(studio, args, low)
    require_track(studio, source, track)
    high = parse_time(args.source_out, cut.rate) if args.source_out else low + seconds_of(length, cut.rate)
    label = f"fit {_called(studio, args)} into {timecode(start, cut.rate)} to {timecode(end, cut.rate)}"
    points = Points(start, end, low, high)
    done = _put(studio, label, args, edits.new_clip(source, length), points, overwrite=True)
    speed = (high - low) * cut.rate / (end - start)
    return replace(
        done,
        data={**done.data, "speed": ratio_text(speed)},
        message=f"{done.message}, at {float(speed):.3g}×",
    )


def _called(studio: Studio, args: SourceArgs) -> str:
    given = args.shot or args.asset or args.other_cut
    return source_name(studio, given) or given


class MatchArgs(Args):
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    track: str = arg("", description="on this track (default: the topmost that shows something)")


def _match(studio: Studio, args: MatchArgs) -> Outcome:
    """Report the source that is shown at a frame, and the time in that source."""
    cut, frame = current_cut(studio), frame_of(studio, args.at)
    placed = _shown_at(cut, frame, args.track)
    clip = placed.clip
    second = source_at(clip, frame - placed.start, cut.rate)
    snapshot = studio.snapshot()
    shot = next((each for each in snapshot.story.shots if each.id == clip.source.ref), None)
    take = Performances(snapshot.story).shown(shot) if shot else None
    data: dict[str, Any] = {
        "clip": clip.id,
        "kind": clip.source.kind.value,
        "shot": shot.id if shot else None,
        "take": take.id if take else None,
        "asset": clip.source.ref if clip.source.kind is SourceKind.ASSET else None,
        "cut": clip.source.ref if clip.source.kind is SourceKind.CUT else None,
        "seconds": ratio_text(second),
        "speed": ratio_text(clip.effects.speed),
    }
    inner = {each.id: each.name for each in snapshot.cuts}
    number = snapshot.story.numbers.get(clip.source.ref, "")
    name = number or inner.get(clip.source.ref, "") or clip.label or clip.source.ref
    return Outcome(data=data, message=f"{name} at {float(second):.3f} s of it")


def _shown_at(cut: Cut, frame: int, track: str) -> Placed:
    """Return the clip that a track, or the topmost visible picture track, has at a frame. Raises NotFound."""
    placed = layout(cut)
    if track:
        chosen = [find_track(cut, track)]
    else:
        chosen = [
            each for each in reversed(placed.tracks) if each.kind is TrackKind.VIDEO and not each.hidden
        ]
    for each in chosen:
        found = placed.at(each.id, frame)
        if found is not None and found.clip.source.kind not in (SourceKind.GAP, SourceKind.TITLE):
            return found
    raise NotFound(
        f"nothing that has a source is shown at {timecode(frame, cut.rate)}", "move over a clip first"
    )


class TakeArgs(Args):
    clip: str = arg(description="a clip that shows a shot (its id, or 3B)")
    take: str = arg(description="a take's id or its number from 1")
    fit: bool = arg(False, description="where it is too short: another part of it, or slower")
    alone: bool = arg(False, description="in this clip alone; the shot keeps its pick")


def _take(studio: Studio, args: TakeArgs) -> Outcome:
    clip, before = find_clip(studio, args.clip), current_cut(studio)
    if clip.source.kind is not SourceKind.SHOT:
        raise BadInput("that clip does not show a shot", "milimo cut replace shows something else in it")
    snapshot = studio.snapshot()
    state = maker_of(studio, clip.source.ref)  # A shot within a performance shows the take of another shot.
    take = find_take(state, args.take)
    require_kept(studio, state, take)
    place = state.takes.index(take) + 1
    label = f"show take {place} of {state.number}"
    if args.alone:
        source, bounds = Source(SourceKind.ASSET, take.asset), current_media_lengths(studio)
        head = conditioning.head_of(snapshot.story, _part_of(snapshot.story, clip, take))
        done = edit_cut(
            studio,
            f"{label} in one clip",
            lambda cut: edits.show_take(
                cut, clip.id, source, new_id=new_id, bounds=bounds, fit=args.fit, later=head
            ),
        )
        return _with_words(studio, done, before)
    picked = picked_takes.by_a_person(state.shot, take.id)
    shots = tuple(picked if each.id == picked.id else each for each in snapshot.story.shots)
    bounds = media_lengths(replace(snapshot.story, shots=shots), snapshot.cuts)
    after, performances = before, Performances(snapshot.story)
    showing = {shot.id for shot in snapshot.story.shots if performances.maker(shot).id == picked.id}
    for each in before.clips:
        if each.source.kind is SourceKind.SHOT and each.source.ref in showing:
            after = edits.show_take(after, each.id, each.source, new_id=new_id, bounds=bounds, fit=args.fit)
    if (picked, after) == (state.shot, before):
        return Outcome(data={"cut": before.id, "take": take.id}, message="it is shown already")
    studio.project().edit(
        label, scope=before.id, actor=studio.actor, before=[state.shot, before], after=[picked, after]
    )
    studio.project().facts.see([take.job])  # A user who chooses a take has looked at it.
    done = Outcome(data={"cut": before.id, "take": take.id, "shot": picked.id}, message=label)
    return _with_words(studio, done, before)


def _part_of(story: Story, clip: Clip, take: Take) -> Take:
    """Return a take as a clip of a shot shows it: the shot's own part of a performance."""
    shot = next(shot for shot in story.shots if shot.id == clip.source.ref)
    return Performances(story).as_shown(shot, take)


def _with_words(studio: Studio, done: Outcome, before: Cut) -> Outcome:
    """Add a sentence for each clip that was fitted to a take."""
    old = {clip.id: clip for clip in before.clips}
    said = [
        words
        for clip in current_cut(studio).clips
        if clip.id in old and (words := fit_text(old[clip.id], clip, before.rate))
    ]
    if not said:
        return done
    return replace(done, data={**done.data, "fitted": said}, message=f"{done.message}: {'; '.join(said)}")


POINTS: tuple[Command, ...] = (
    cut_command(
        "three_point",
        "Three-point edit",
        "a source by any three of in and out, here and there",
        _three_point,
        PointArgs,
    ),
    cut_command(
        "fit_to_fill",
        "Fit to fill",
        "a source over a range, at the speed that fills it",
        _fit_to_fill,
        FillArgs,
    ),
    cut_command("match", "Match frame", "the source shown at a frame, and when in it", _match, MatchArgs),
    cut_command("take", "Show take", "another take in a clip", _take, TakeArgs, "clip", "take"),
)
