"""Rejoin pictures with their sound. Other programs use separate sound clips for sound that is part of a
picture clip here.

A sound clip becomes its picture's own sound if both show the same time range of the same file at the same
time in the cut. Its markers move to the picture clip. A sound clip with transitions of its own stays a clip.
A picture clip whose sound clip is missing is muted.
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
    """Return the imported cut, in which each sound clip that belongs to a picture clip has become the own
    sound of that picture clip.

    `strict` is True for formats that always list the sound. In such a format, a picture clip without a sound
    clip has no sound and is muted. In other formats, it is muted only if another clip plays the sound of the
    same file.
    """
    bundle = arrival.bundle
    # Nested cuts come before the cuts that contain them. If a nested cut has no sound, the clips that show it
    # have none either.
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
    removed: dict[str, str] = {}  # Maps the id of a sound clip that is removed to the id of its picture clip.
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
                removed |= {each.id: clip.id for each in own}
            elif _may_have_sound(bundle, clip) and (strict or media_key(clip) in sounding):
                changed[clip.id] = replace(clip, muted=True)
    return _remove_joined_sounds(cut, removed, changed)


def _may_have_sound(bundle: CutBundle, clip: Clip) -> bool:
    """Return True if a picture clip may have sound: it shows a media file, or a nested cut with a clip that
    may have sound. A freeze frame has no sound.
    """
    kind = clip.source.kind
    inside = bundle.cuts[clip.source.ref].clips if kind is SourceKind.CUT else ()
    found = kind is SourceKind.ASSET or any(
        _may_have_sound(bundle, each) and not each.muted for each in inside
    )
    return found and clip.effects.speed != 0


def _list_edge_transitions(cut: Cut) -> dict[str, set[tuple[str, int]]]:
    """Return the transitions at the edges of each clip, by clip id. Each is a pair of the edge (`head` or
    `tail`) and the length in frames.
    """
    out: dict[str, set[tuple[str, int]]] = {clip.id: set() for clip in cut.clips}
    for each in cut.transitions:
        out[each.left].add(("tail", each.frames))
        out[each.right].add(("head", each.frames))
    return out


def _get_position_and_speed(clip: PlacedClip) -> tuple[int, int, Fraction]:
    """Return the start frame, the end frame and the speed of a clip in the cut. Speed 1 is normal."""
    return clip.start, clip.end, clip.clip.effects.speed


def _get_rounding_tolerance(clip: Clip) -> Fraction:
    """Return the number of frames by which the source start of a sound clip may differ from that of its
    picture clip.

    The number is 0 unless the speed is changed. The file formats then round both starts, and a picture in a
    dissolve starts earlier than its sound.
    """
    speed = abs(clip.effects.speed)
    return Fraction(0) if speed in (0, 1) else max(Fraction(1), speed)


def _remove_joined_sounds(cut: Cut, removed: dict[str, str], changed: dict[str, Clip]) -> Cut:
    """Return the cut without the sound clips in `removed`, a dict of their ids and the ids of their picture
    clips. Their markers move to the picture clips, and tracks that became empty are removed. `changed`
    contains the new version of each changed clip, by id.

    If only one clip of a link remains, its link is removed.
    """
    clips = tuple(changed.get(clip.id, clip) for clip in cut.clips if clip.id not in removed)
    links = Counter(clip.link for clip in clips)
    clips = tuple(replace(clip, link="") if links[clip.link] == 1 else clip for clip in clips)
    left = {clip.track for clip in clips}
    emptied = {clip.track for clip in cut.clips if clip.id in removed} - left
    known = {(each.clip, each.frame, each.text) for each in cut.markers}
    return replace(
        cut,
        clips=clips,
        tracks=tuple(track for track in cut.tracks if track.id not in emptied),
        transitions=tuple(each for each in cut.transitions if not {each.left, each.right} & removed.keys()),
        markers=tuple(
            replace(each, clip=removed.get(each.clip or "", each.clip))
            for each in cut.markers
            if each.clip not in removed or (removed[each.clip], each.frame, each.text) not in known
        ),
    )
