"""Sound that belongs to a picture: other programs cut it as clips of its own, here it is the picture's.

A sound clip that is its picture's, from the same place of the same file at the same time, becomes the
picture's own again; a picture whose sound the file does not have falls silent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.cut.layout import layout
from milimo_tui.cut.values import Clip, Cut, SourceKind, TrackKind
from milimo_tui.interchange.bundle import Arrival


def with_own_sound(arrival: Arrival, *, strict: bool) -> Arrival:
    """An arrival whose pictures have their sound back. `strict`: the file would have it, so that a picture
    without is silent; else only one whose file is heard elsewhere.
    """
    bundle = arrival.bundle
    cuts = {id: _joined(cut, strict) for id, cut in bundle.cuts.items()}
    return replace(arrival, bundle=replace(bundle, cut=_joined(bundle.cut, strict), cuts=cuts))


def _joined(cut: Cut, strict: bool) -> Cut:
    laid_out = layout(cut)
    sounds: dict[Any, list[Clip]] = {}
    for track in laid_out.tracks:
        if track.kind is TrackKind.AUDIO:
            for placed in laid_out.on(track.id):
                sounds.setdefault(_key(placed.start, placed.clip), []).append(placed.clip)
    if not sounds:
        return cut
    heard = {clip.source for clips in sounds.values() for clip in clips}
    changed: dict[str, Clip] = {}
    gone: set[str] = set()
    for track in laid_out.tracks:
        if track.kind is TrackKind.AUDIO:
            continue
        for placed in laid_out.on(track.id):
            clip = placed.clip
            own = sounds.get(_key(placed.start, clip), [])
            if own:
                changed[clip.id] = replace(clip, gain_db=own[0].gain_db, muted=own[0].muted)
                gone |= {each.id for each in own}
            elif clip.source.kind is SourceKind.ASSET and (strict or clip.source in heard):
                changed[clip.id] = replace(clip, muted=True)
    return _without(cut, gone, changed)


def _key(start: int, clip: Clip) -> Any:
    return clip.source, start, clip.frames, clip.source_in, clip.effects.speed


def _without(cut: Cut, gone: set[str], changed: dict[str, Clip]) -> Cut:
    """The cut without some clips, and without the tracks that they leave empty."""
    clips = tuple(changed.get(clip.id, clip) for clip in cut.clips if clip.id not in gone)
    left = {clip.track for clip in clips}
    emptied = {clip.track for clip in cut.clips if clip.id in gone} - left
    return replace(
        cut,
        clips=clips,
        tracks=tuple(track for track in cut.tracks if track.id not in emptied),
        transitions=tuple(each for each in cut.transitions if not {each.left, each.right} & gone),
        markers=tuple(each for each in cut.markers if each.clip not in gone),
    )
