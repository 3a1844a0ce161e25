"""Sound that belongs to a picture: other programs cut it as clips of its own, here it is the picture's.

A sound clip that is its picture's, from the same place of the same file at the same time, becomes the
picture's own again, with its markers; one with transitions of its own stays a clip. A picture whose sound the
file does not have falls silent.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind, TrackKind
from milimo_tui.interchange.values.bundle import Arrival, Bundle


def with_own_sound(arrival: Arrival, *, strict: bool) -> Arrival:
    """An arrival whose pictures have their sound back. `strict`: the file would have it, so that a picture
    without is silent; else only one whose file is heard elsewhere.
    """
    bundle = arrival.bundle
    for cut in bundle.inside():  # the innermost first: whether it is heard decides about what shows it
        joined = _joined(bundle, cut, strict)
        if cut.id == bundle.cut.id:
            bundle = replace(bundle, cut=joined)
        else:
            bundle = replace(bundle, cuts={**bundle.cuts, cut.id: joined})
    return replace(arrival, bundle=bundle)


def _joined(bundle: Bundle, cut: Cut, strict: bool) -> Cut:
    def of(clip: Clip) -> str:
        """What two clips of one file have in common; one without a file has its name alone."""
        medium = bundle.medium(clip)
        return clip.source.ref if clip.source.kind is SourceKind.CUT else medium.path or medium.name

    laid_out = layout(cut)
    sounds: dict[Any, list[Clip]] = {}
    for track in laid_out.tracks:
        if track.kind is TrackKind.AUDIO:
            for placed in laid_out.on(track.id):
                sounds.setdefault((of(placed.clip), *_place(placed)), []).append(placed.clip)
    if not sounds and not strict:
        return cut
    sounding = {of(clip) for clips in sounds.values() for clip in clips}
    joins = _joins(cut)
    changed: dict[str, Clip] = {}
    gone: dict[str, str] = {}  # sound → the picture whose own it is
    for track in laid_out.tracks:
        if track.kind is TrackKind.AUDIO:
            continue
        for placed in laid_out.on(track.id):
            clip = placed.clip
            under = sounds.get((of(clip), *_place(placed)), [])
            own = [
                each
                for each in under
                if abs(each.source_in - clip.source_in) * cut.rate <= _rounding(clip)
                and joins[each.id] in (set(), joins[clip.id])
            ]
            if own:
                changed[clip.id] = replace(clip, gain_db=own[0].gain_db, muted=own[0].muted)
                gone |= {each.id: clip.id for each in own}
            elif _has_sound(bundle, clip) and (strict or of(clip) in sounding):
                changed[clip.id] = replace(clip, muted=True)
    return _without(cut, gone, changed)


def _has_sound(bundle: Bundle, clip: Clip) -> bool:
    """Whether a picture may be heard: a file; a cut, where something in it is; what is held is not."""
    kind = clip.source.kind
    inside = bundle.cuts[clip.source.ref].clips if kind is SourceKind.CUT else ()
    found = kind is SourceKind.ASSET or any(_has_sound(bundle, each) and not each.muted for each in inside)
    return found and clip.effects.speed != 0


def _joins(cut: Cut) -> dict[str, set[tuple[str, int]]]:
    """The transitions at the edges of every clip (id), by their lengths."""
    out: dict[str, set[tuple[str, int]]] = {clip.id: set() for clip in cut.clips}
    for each in cut.transitions:
        out[each.left].add(("tail", each.frames))
        out[each.right].add(("head", each.frames))
    return out


def _place(placed: Placed) -> tuple[int, int, Fraction]:
    """When a clip is there, and how fast it plays."""
    return placed.start, placed.end, placed.clip.effects.speed


def _rounding(clip: Clip) -> Fraction:
    """Frames by which the source times of a picture and its sound may differ: at a speed the formats round
    where each of the two begins, a picture in a dissolve earlier than its sound.
    """
    speed = abs(clip.effects.speed)
    return Fraction(0) if speed in (0, 1) else max(Fraction(1), speed)


def _without(cut: Cut, gone: dict[str, str], changed: dict[str, Clip]) -> Cut:
    """The cut without some sounds, whose markers go to their pictures, and without the tracks left empty.

    What is left alone in its link is linked no more.
    """
    clips = tuple(changed.get(clip.id, clip) for clip in cut.clips if clip.id not in gone)
    links = Counter(clip.link for clip in clips)
    clips = tuple(replace(clip, link="") if links[clip.link] == 1 else clip for clip in clips)
    left = {clip.track for clip in clips}
    emptied = {clip.track for clip in cut.clips if clip.id in gone} - left
    known = {(each.clip, each.frame, each.text) for each in cut.markers}
    return replace(
        cut,
        clips=clips,
        tracks=tuple(track for track in cut.tracks if track.id not in emptied),
        transitions=tuple(each for each in cut.transitions if not {each.left, each.right} & gone.keys()),
        markers=tuple(
            replace(each, clip=gone.get(each.clip or "", each.clip))
            for each in cut.markers
            if each.clip not in gone or (gone[each.clip], each.frame, each.text) not in known
        ),
    )
