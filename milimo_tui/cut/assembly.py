"""Cuts from the storyboard: a new cut, the first assembly, and how a cut follows the screenplay later.

A cut starts as the shots' order and follows it until it is edited by hand; from then on it belongs to the
editor, who is told what to place and what is gone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.order import spread
from milimo_tui.core.time import frames_of, seconds_of
from milimo_tui.cut.editing import Editing, Part, find_track, fit_fades
from milimo_tui.cut.layout import layout
from milimo_tui.cut.values import Clip, Cut, Mint, Source, SourceKind, Track, TrackKind

ShotLength = tuple[str, int]
"""A shot's id and its length in frames."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A cut after the shots changed: what the editor has to place (shot ids, in film order), and the clips
    (ids, in film order) whose shot is gone.
    """

    cut: Cut
    to_place: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def new_cut(
    name: str,
    *,
    mint: Mint,
    rate: Fraction = Fraction(25),
    width: int = 768,
    height: int = 512,
    sample_rate: int = 48000,
) -> Cut:
    """An empty cut with V1 (magnetic), V2, A1 and A2. `rate` in frames per second, sides in pixels."""
    cut_id = mint("cut")
    low, high = spread(2)
    tracks = [
        Track(id=mint("track"), cut=cut_id, name=name, kind=kind, order=order, magnetic=name == "V1")
        for name, kind, order in (
            ("V1", TrackKind.VIDEO, low),
            ("V2", TrackKind.VIDEO, high),
            ("A1", TrackKind.AUDIO, low),
            ("A2", TrackKind.AUDIO, high),
        )
    ]
    return Cut(
        id=cut_id,
        name=name,
        rate=rate,
        width=width,
        height=height,
        sample_rate=sample_rate,
        tracks=tuple(tracks),
    )


def duplicate(cut: Cut, name: str, mint: Mint) -> Cut:
    """The same cut under new ids and another name, open to editing."""
    cut_id = mint("cut")
    tracks = {track.id: mint("track") for track in cut.tracks}
    clips = {clip.id: mint("clip") for clip in cut.clips}
    return replace(
        cut,
        id=cut_id,
        name=name,
        frozen=False,
        tracks=tuple(replace(each, id=tracks[each.id], cut=cut_id) for each in cut.tracks),
        clips=tuple(
            replace(
                each,
                id=clips[each.id],
                cut=cut_id,
                track=tracks[each.track],
                anchor=None if each.anchor is None else clips[each.anchor],
            )
            for each in cut.clips
        ),
        transitions=tuple(
            replace(
                each,
                id=mint("transition"),
                cut=cut_id,
                left=clips[each.left],
                right=clips[each.right],
            )
            for each in cut.transitions
        ),
        markers=tuple(
            replace(
                each,
                id=mint("marker"),
                cut=cut_id,
                clip=None if each.clip is None else clips[each.clip],
            )
            for each in cut.markers
        ),
    )


def assemble(cut: Cut, shots: Sequence[ShotLength], mint: Mint, *, rate: Fraction | None = None) -> Cut:
    """Lay shots end to end on an empty V1. `rate` is that of the shots' frames, the cut's by default.

    Raises Refused when there are clips on V1 already, or when it is locked.
    """
    line = _story_line(cut)
    if line is None:
        raise Refused(f"the cut “{cut.name}” has no magnetic video track", "make a new cut")
    track = find_track(cut, line.id)
    edit = Editing(cut, mint)
    if edit.now.on(track.id):
        raise Refused(f"{track.name} of “{cut.name}” has clips already", "make a new cut for a new assembly")
    for (shot, frames), order in zip(shots, spread(len(shots)), strict=True):
        edit.put(_shot_clip(cut, track, shot, _conform(frames, rate, cut), order, mint))
    return edit.done(by_hand=False)


def follow(cut: Cut, shots: Sequence[ShotLength], mint: Mint, *, rate: Fraction | None = None) -> Follow:
    """Bring a cut up to date with the shots of the film, given in film order without parked ones.

    A cut that is not edited by hand takes their order and lengths: new shots land after their neighbour, and
    clips of shots that are gone leave V1. A hand-edited, frozen or locked one stays as it is. Either way the
    result says which shots no clip shows, and which clips show a shot that is gone (a frozen cut has
    neither: it is a record).
    """
    if cut.frozen:
        return Follow(cut)
    track = _story_line(cut)
    if track is not None and not track.locked and not cut.hand_edited:
        cut = _conform_track(
            cut, track, [(shot, _conform(frames, rate, cut)) for shot, frames in shots], mint
        )
    live = {shot for shot, _ in shots}
    shown = {clip.source.ref for clip in cut.clips if clip.source.kind is SourceKind.SHOT}
    positions = layout(cut)
    gone = [
        (placed.start, placed.clip.id)
        for each in positions.tracks
        for placed in positions.on(each.id)
        if placed.clip.source.kind is SourceKind.SHOT and placed.clip.source.ref not in live
    ]
    return Follow(
        cut,
        to_place=tuple(shot for shot, _ in shots if shot not in shown),
        gone=tuple(clip_id for _, clip_id in sorted(gone)),
    )


def _story_line(cut: Cut) -> Track | None:
    """V1: the lowest magnetic video track."""
    lines = [track for track in cut.tracks if track.magnetic and track.kind is TrackKind.VIDEO]
    return min(lines, key=lambda track: (track.order, track.id), default=None)


def _conform(frames: int, rate: Fraction | None, cut: Cut) -> int:
    """A length at the shots' rate as frames of the cut, through exact seconds."""
    if rate is None or rate == cut.rate:
        return max(1, frames)
    return max(1, frames_of(seconds_of(frames, rate), cut.rate))


def _shot_clip(cut: Cut, track: Track, shot: str, frames: int, order: str, mint: Mint) -> Clip:
    source = Source(SourceKind.SHOT, shot)
    return Clip(id=mint("clip"), cut=cut.id, track=track.id, source=source, frames=frames, order=order)


def _conform_track(cut: Cut, track: Track, shots: Sequence[ShotLength], mint: Mint) -> Cut:
    """Bring V1 to the order and lengths of the shots; only what differs is written."""
    edit = Editing(cut, mint)
    wanted = dict(shots)
    clip_of: dict[str, Clip] = {}
    for placed in edit.before.on(track.id):
        clip, shot = placed.clip, placed.clip.source.ref
        if clip.source.kind is not SourceKind.SHOT or shot in clip_of:
            continue
        if shot not in wanted:
            edit.exchange(placed)
            continue
        clip_of[shot] = clip
        if clip.frames != wanted[shot]:
            clip_of[shot] = fit_fades(replace(clip, frames=wanted[shot]))
            edit.exchange(placed, Part(clip_of[shot], 0))
    for shot, order in _orders(
        [(shot, clip_of[shot].order if shot in clip_of else None) for shot, _ in shots]
    ):
        if shot not in clip_of:
            edit.put(_shot_clip(cut, track, shot, wanted[shot], order, mint))
        elif clip_of[shot].order != order:
            edit.put(replace(clip_of[shot], order=order))
    return edit.done(by_hand=False)


def _orders(shots: Sequence[tuple[str, str | None]]) -> list[tuple[str, str]]:
    """Ascending order keys for shots in their wanted order; as many as can keep the key they have do."""
    keeps = _longest_rise([key for _, key in shots])
    out: list[tuple[str, str]] = []
    index = 0
    while index < len(shots):
        shot, key = shots[index]
        if index in keeps and key is not None:
            out.append((shot, key))
            index += 1
            continue
        end = next((each for each in range(index, len(shots)) if each in keeps), len(shots))
        low = out[-1][1] if out else None
        high = shots[end][1] if end < len(shots) else None
        fresh = spread(end - index, low, high)
        out.extend((name, order) for (name, _), order in zip(shots[index:end], fresh, strict=True))
        index = end
    return out


def _longest_rise(keys: Sequence[str | None]) -> set[int]:
    """Indexes of a longest strictly rising run of keys, gaps allowed."""
    tails: list[str] = []
    ends: list[int] = []
    before: list[int | None] = []
    for index, key in enumerate(keys):
        if key is None:
            before.append(None)
            continue
        place = bisect_left(tails, key)
        tails[place : place + 1] = [key]
        before.append(ends[place - 1] if place else None)
        ends[place : place + 1] = [index]
    out: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        out.add(last)
        last = before[last]
    return out
