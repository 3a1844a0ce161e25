"""Provide small cuts for the tests, their shown frames, and a check of the rules that each cut must keep."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from fractions import Fraction
from itertools import pairwise
from operator import attrgetter

from milimo_tui.core.changes import Row, Scalar, diff_rows
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.transition_spans import place_transitions
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import (
    Available,
    Clip,
    ClipSource,
    Cut,
    Marker,
    MediaLength,
    NewId,
    SourceKind,
    Track,
    Transition,
)
from milimo_tui.cut.values.effects import RAMP, Effects

Shown = tuple[str, Fraction, tuple[object, ...]] | None
"""The content of a track at a frame: the source id, the source time and the effect values; None for a gap."""


def minter() -> NewId:
    counter = itertools.count(1)
    return lambda prefix: f"{prefix}{next(counter):04d}"


def shot(name: str) -> ClipSource:
    return ClipSource(SourceKind.SHOT, name)


TAKEN = "taken"
"""The name of a shot whose take has a handle before its first frame. All other names are those of assets."""


def asset(name: str) -> ClipSource:
    return ClipSource(SourceKind.SHOT if name == TAKEN else SourceKind.ASSET, name)


def piece(name: str, frames: int, source_in: Fraction = Fraction(0)) -> Clip:
    """Return a clip of an asset that is not on a track yet."""
    return edits.create_trackless_clip(asset(name), frames, source_in, label=name)


def track_of(cut: Cut, name: str) -> Track:
    return next(track for track in cut.tracks if track.name == name)


def clip_of(cut: Cut, label: str) -> Clip:
    """Return the earliest clip with that label."""
    placed = layout(cut)
    return min(
        (clip for clip in cut.clips if clip.label == label), key=lambda clip: placed.get_start(clip.id)
    )


def film(new_id: NewId, v1: str = "", *, rate: Fraction = Fraction(25)) -> Cut:
    """Return a cut whose V1 is given as labels and frames, such as `A:10 B:20`. Each clip starts 10 seconds
    into its asset.
    """
    cut = new_cuts.create_cut("Test", rate=rate, new_id=new_id)
    for word in v1.split():
        label, frames = word.split(":")
        cut = edits.append_clip(
            cut, track_of(cut, "V1").id, piece(label, int(frames), Fraction(10)), new_id=new_id
        )
    return replace(cut, hand_edited=False)


def on(
    cut: Cut, track: str, at: int, label: str, frames: int, *, new_id: NewId, connected: bool = False
) -> Cut:
    """Overwrite a stretch of a track with a new clip of `frames` frames at frame `at`."""
    return edits.overwrite_clip(
        cut,
        track_of(cut, track).id,
        at,
        piece(label, frames, Fraction(10)),
        new_id=new_id,
        connected=connected,
    )


def draw(cut: Cut, track: str) -> str:
    """Return a track as text: `A 0-10, gap 10-15, B 15-35`. A `~` marks a connected clip."""
    words = []
    for placed in layout(cut).get_row(track_of(cut, track).id):
        name = "gap" if placed.clip.source.kind is SourceKind.GAP else placed.clip.label
        mark = "~" if placed.clip.anchor is not None else ""
        words.append(f"{name}{mark} {placed.start}-{placed.end}")
    return ", ".join(words)


def shown(layout: Layout, track_id: str, frame: int) -> Shown:
    """Return the content that a track shows at a frame, or None in a gap. Searches all clips, independently
    of the layout's look-up.
    """
    found = [each for each in layout.get_row(track_id) if each.start <= frame < each.end]
    if not found or found[0].clip.source.kind is SourceKind.GAP:
        return None
    return shown_of(found[0].clip, frame - found[0].start, layout.cut.rate)


def shown_of(clip: Clip, frame: int, rate: Fraction) -> Shown:
    """Return the content that a clip shows at a frame counted from its start: source, source time and
    effects.
    """
    effects = clip.effects
    look = tuple((name, effects.get_value_at(name, frame)) for name, _ in effects.curves)
    choices = replace(effects, curves=(), speed=Fraction(1))
    return clip.source.ref, clip.source_in + Fraction(frame) / rate * speed_of(clip), (look, choices)


def speed_of(clip: Clip) -> Fraction:
    """Return the source seconds that a clip plays per second. Ramps in these cuts have one value."""
    return clip.effects.speed * Fraction(str(clip.effects.get_value_at(RAMP, 0)))


def seen(layout: Layout, track_id: str, frame: int) -> list[Clip]:
    """Return the clips that a track shows at a frame: two in a transition, otherwise one, and none in a
    gap.
    """
    for join in place_transitions(layout).tail.values():
        if join.left.clip.track == track_id and join.start <= frame < join.end:
            return [
                each.clip for each in (join.left, join.right) if each.clip.source.kind is not SourceKind.GAP
            ]
    found = layout.find_clip_at(track_id, frame)
    return [found.clip] if found is not None and found.clip.source.kind is not SourceKind.GAP else []


def strip(cut: Cut, track_id: str, frames: int) -> list[Shown]:
    """Return the content that a track shows at each of the first `frames` frames."""
    placed = layout(cut)
    return [shown(placed, track_id, frame) for frame in range(frames)]


def rows(cut: Cut) -> dict[str, Row]:
    """Return clips, tracks, transitions and markers as flat rows by id, as the database stores them."""
    return {value.id: _row(value) for value in _parts(cut)}


def _row(value: Clip | Track | Transition | Marker) -> Row:
    """Return the columns of a value. Each effect has a separate column, so that an effect changed in place is
    detected.
    """
    names, columns = _COLUMNS[type(value)]
    row = dict(zip(names, columns(value), strict=True))
    if isinstance(value, Clip):
        row |= zip(_EFFECTS[0], _EFFECTS[1](value.effects), strict=True)
    return row


def _columns(kind: type) -> tuple[tuple[str, ...], Callable[[object], tuple[Scalar, ...]]]:
    """Return the field names of a value type, and a function that reads all fields at once."""
    names = tuple(each.name for each in fields(kind))
    return names, attrgetter(*names)


_COLUMNS = {kind: _columns(kind) for kind in (Clip, Track, Transition, Marker)}
_EFFECTS = _columns(Effects)


def changed_clips(before: Cut, after: Cut) -> set[str]:
    """Return the ids of the clips that an edit added, changed or removed."""
    old = {clip.id: clip for clip in before.clips}
    new = {clip.id: clip for clip in after.clips}
    return {each for each in old.keys() | new.keys() if old.get(each) != new.get(each)}


def take_back(before: Cut, after: Cut) -> Mapping[str, Row]:
    """Return the rows of `after` with the edit undone in the same way as the store undoes edits."""
    table: dict[str, Row] = dict(rows(after))
    for change in [done.get_inverse() for done in reversed(diff_rows("row", rows(before), rows(after)))]:
        if change.after is None:
            del table[change.id]
        else:
            table[change.id] = {**(table.get(change.id) or {}), **change.after}
    return table


def lasting(seconds: Fraction | int, head: Fraction | int = 0) -> MediaLength:
    """Return media bounds in which each source has `seconds` seconds, of which the first `head` are a
    handle.
    """
    return lambda _: Available.from_duration(Fraction(seconds), Fraction(head))


def broken_rules(cut: Cut, bounds: MediaLength = edits.return_no_media_limit) -> list[str]:
    """Return a sentence for each rule of the cut that is broken. Empty for a sound cut."""
    out = [
        f"{name} appears {count} times"
        for name, count in Counter(part.id for part in _parts(cut)).items()
        if count > 1
    ]
    magnetic = {track.id for track in cut.tracks if track.magnetic}
    by_id = {clip.id: clip for clip in cut.clips}
    for clip in cut.clips:
        out += [f"{clip.id} {sentence}" for sentence in _broken_by(clip, by_id, magnetic, cut, bounds)]
    placed = layout(cut)
    for track in cut.tracks:
        row = placed.get_row(track.id)
        out += [
            f"{b.clip.id} overlaps {a.clip.id} on {track.name}" for a, b in pairwise(row) if b.start < a.end
        ]
        if track.magnetic:
            out += [f"a hole before {b.clip.id}" for a, b in pairwise(row) if b.start != a.end]
            if row and row[0].start:
                out.append(f"{track.name} begins at {row[0].start}")
    for marker in cut.markers:
        if marker.clip is not None and marker.clip not in by_id:
            out.append(f"{marker.id} marks a clip that is not there")
    for each in cut.transitions:
        if each.left not in by_id or each.right not in by_id:
            out.append(f"{each.id} joins clips that are not there")
        elif placed.get_end(each.left) != placed.get_start(each.right):
            out.append(f"{each.id} joins clips that do not meet")
    return out + _broken_by_transitions(cut, placed) + _broken_by_links(cut)


def sync(cut: Cut, bounds: MediaLength) -> dict[tuple[str, str], Fraction]:
    """Return the offset between the clips of each link, in frames of source time, by pairs of clip ids.

    Only clips whose media has a beginning and an end have such an offset.
    """
    placed = layout(cut)
    zero = {
        clip.id: placed.get_start(clip.id) - clip.source_in * cut.rate / speed_of(clip)
        for clip in cut.clips
        if clip.link and clip.effects.speed and bounds(clip.source) is not None
    }
    links = [(clip.link, clip.id) for clip in cut.clips if clip.id in zero]
    return {(a, b): zero[b] - zero[a] for one, a in links for other, b in links if one == other and a < b}


def _broken_by_links(cut: Cut) -> list[str]:
    """Return sentences for links with only one clip, with two clips on magnetic tracks, or whose clips are
    not connected as a unit.
    """
    tracks, by_id = {track.id: track for track in cut.tracks}, {clip.id: clip for clip in cut.clips}
    links: dict[str, list[Clip]] = {}
    for clip in cut.clips:
        links.setdefault(clip.link, []).append(clip)
    links.pop("", None)
    out = []
    for name, clips in links.items():
        held = [clip for clip in clips if tracks[clip.track].magnetic]
        roots = {clip.anchor for clip in clips if clip not in held}
        inside = [c for c in clips if c.anchor and 0 <= (c.offset or 0) < by_id[c.anchor].frames]
        if len(clips) < 2 or len(held) > 1 or len(roots) > 1:
            out.append(f"{name} links {len(clips)} clips, {len(held)} held, hung on {len(roots)}")
        elif held and roots != {held[0].id}:
            out.append(f"{name} does not hang on {held[0].id}")
        elif not held and roots != {None} and not inside:
            out.append(f"{name} hangs beside its anchor")
    return out


def _broken_by_transitions(cut: Cut, layout: Layout) -> list[str]:
    """Return sentences for transitions without frames, or that use the same frames of a clip."""
    out = [f"{each.id} has {each.frames} frames" for each in cut.transitions if each.frames < 1]
    inside: dict[str, int] = {}
    for each in cut.transitions:
        for clip_id, frames in ((each.left, each.frames // 2), (each.right, (each.frames + 1) // 2)):
            inside[clip_id] = inside.get(clip_id, 0) + frames
    for clip_id, frames in inside.items():
        if frames > layout.get_placed(clip_id).clip.frames:
            out.append(f"{clip_id} is under {frames} frames of transitions")
    return out


def _parts(cut: Cut) -> list[Clip | Track | Transition | Marker]:
    return [*cut.clips, *cut.tracks, *cut.transitions, *cut.markers]


def _broken_by(
    clip: Clip, by_id: Mapping[str, Clip], magnetic: set[str], cut: Cut, bounds: MediaLength
) -> list[str]:
    out = []
    places = (clip.order is not None, clip.start is not None, clip.anchor is not None)
    if places != ((True, False, False) if clip.track in magnetic else (False, *places[1:])):
        out.append(f"has a place of the wrong kind: {places}")
    if sum(places) != 1 or (clip.anchor is None) != (clip.offset is None):
        out.append(f"has not one place: {places}")
    if clip.frames < 1 or type(clip.frames) is not int:
        out.append(f"is {clip.frames} frames long")
    if clip.start is not None and (clip.start < 0 or type(clip.start) is not int):
        out.append(f"starts at {clip.start}")
    if clip.anchor is not None:
        anchor = by_id.get(clip.anchor)
        if anchor is None or anchor.track not in magnetic:
            out.append("hangs on nothing")
        elif clip.offset is None or not (clip.link or 0 <= clip.offset < anchor.frames):
            out.append(f"hangs beside its anchor, at {clip.offset} of {anchor.frames}")
    if clip.source.kind is SourceKind.GAP and clip.track not in magnetic:
        out.append("is a gap on a free track")
    media = None if clip.source.kind is SourceKind.GAP else bounds(clip.source)
    shown_seconds = [
        clip.source_in + Fraction(frame) / cut.rate * speed_of(clip) for frame in (0, clip.frames - 1)
    ]
    picture = abs(speed_of(clip)) / cut.rate  # duration of one frame in seconds of the source
    is_early = clip.source_in < 0 and clip.source.kind is not SourceKind.SHOT
    if is_early or (
        media is not None and (min(shown_seconds) < media.start or max(shown_seconds) + picture > media.end)
    ):
        out.append(f"shows {clip.source_in} and {clip.frames} frames of {media}")
    if min(clip.fade_in, clip.fade_out) < 0 or clip.fade_in + clip.fade_out > clip.frames:
        out.append("fades longer than it is")
    return out
