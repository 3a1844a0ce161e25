"""Rejoining of pictures and their sound: other programs have separate clips for sound that belongs to a
picture clip here.

A sound clip from the same place of the same file, at the same time as its picture, becomes the picture's own
sound again, with its markers. A sound clip with transitions of its own stays a clip. A picture whose sound is
not in the file is muted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind, TrackKind
from milimo_tui.interchange.values.bundle import CutArrival, CutBundle


def rejoin_linked_sound(arrival: CutArrival, *, strict: bool) -> CutArrival:
    """Return an arrival whose pictures have their sound again.

    With `strict`, the format always lists the sound, so that a picture without a sound clip is muted.
    Otherwise a picture is only muted if its file is heard elsewhere.
    """
    bundle = arrival.bundle
    # Innermost cuts come first, because a clip of a nested cut has sound only if the nested cut has.
    for cut in bundle.iterate_nested_cuts():
        joined = _rejoin_sounds_of_cut(bundle, cut, strict)
        if cut.id == bundle.cut.id:
            bundle = replace(bundle, cut=joined)
        else:
            bundle = replace(bundle, cuts={**bundle.cuts, cut.id: joined})
    return replace(arrival, bundle=bundle)


def _rejoin_sounds_of_cut(bundle: CutBundle, cut: Cut, strict: bool) -> Cut:
    def media_key(clip: Clip) -> str:
        """Return the key that clips of the same file share. A clip without a file has its name as the key."""
        medium = bundle.get_medium(clip)
        return clip.source.ref if clip.source.kind is SourceKind.CUT else medium.path or medium.name

    laid_out = layout(cut)
    sounds: dict[Any, list[Clip]] = {}
    for track in laid_out.tracks:
        if track.kind is TrackKind.AUDIO:
            for placed in laid_out.get_row(track.id):
                sounds.setdefault((media_key(placed.clip), *_get_position_and_speed(placed)), []).append(
                    placed.clip
                )
    if not sounds and not strict:
        return cut
    sounding = {media_key(clip) for clips in sounds.values() for clip in clips}
    joins = _list_edge_transitions(cut)
    changed: dict[str, Clip] = {}
    gone: dict[str, str] = {}  # Maps a sound clip to the picture clip that it belongs to.
    for track in laid_out.tracks:
        if track.kind is TrackKind.AUDIO:
            continue
        for placed in laid_out.get_row(track.id):
            clip = placed.clip
            under = sounds.get((media_key(clip), *_get_position_and_speed(placed)), [])
            own = [
                each
                for each in under
                if abs(each.source_in - clip.source_in) * cut.rate <= _get_rounding_tolerance(clip)
                and joins[each.id] in (set(), joins[clip.id])
            ]
            if own:
                changed[clip.id] = replace(clip, gain_db=own[0].gain_db, muted=own[0].muted)
                gone |= {each.id: clip.id for each in own}
            elif _may_have_sound(bundle, clip) and (strict or media_key(clip) in sounding):
                changed[clip.id] = replace(clip, muted=True)
    return _remove_joined_sounds(cut, gone, changed)


def _may_have_sound(bundle: CutBundle, clip: Clip) -> bool:
    """Return True if a picture clip may have sound: a file, or a cut with such a clip. A freeze frame has
    none.
    """
    kind = clip.source.kind
    inside = bundle.cuts[clip.source.ref].clips if kind is SourceKind.CUT else ()
    found = kind is SourceKind.ASSET or any(
        _may_have_sound(bundle, each) and not each.muted for each in inside
    )
    return found and clip.effects.speed != 0


def _list_edge_transitions(cut: Cut) -> dict[str, set[tuple[str, int]]]:
    """Return the transitions at the edges of every clip (by id), with their lengths."""
    out: dict[str, set[tuple[str, int]]] = {clip.id: set() for clip in cut.clips}
    for each in cut.transitions:
        out[each.left].add(("tail", each.frames))
        out[each.right].add(("head", each.frames))
    return out


def _get_position_and_speed(placed: PlacedClip) -> tuple[int, int, Fraction]:
    """Return the start, end and speed of a clip."""
    return placed.start, placed.end, placed.clip.effects.speed


def _get_rounding_tolerance(clip: Clip) -> Fraction:
    """Return how many frames the source times of a picture and its sound may differ.

    For a clip with a speed, the formats round both starts, and a picture in a dissolve starts earlier than
    its sound.
    """
    speed = abs(clip.effects.speed)
    return Fraction(0) if speed in (0, 1) else max(Fraction(1), speed)


def _remove_joined_sounds(cut: Cut, gone: dict[str, str], changed: dict[str, Clip]) -> Cut:
    """Return the cut without some sounds. Their markers move to their pictures, and emptied tracks are
    removed.

    A clip that remains alone in its link is unlinked.
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
