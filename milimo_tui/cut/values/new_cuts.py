"""Create cuts: an empty cut, an editable copy, or a frozen copy. Pure.

A frozen copy is a version of the cut. The cuts that are nested in the cut are frozen with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, NewId, SourceKind, Track, TrackKind
from milimo_tui.cut.values.mixer import Send

INSIDE = " · "
"""The separator between the name of a nested cut and the name of its frozen parent: `Opening · v2`."""


def create_cut(
    name: str,
    *,
    new_id: NewId,
    rate: Fraction = Fraction(25),
    width: int = 768,
    height: int = 512,
    sample_rate: int = 48000,
) -> Cut:
    """Return an empty cut with the tracks V1 (magnetic), V2, A1 and A2.

    `rate` is in frames per second, `width` and `height` are in pixels, and `sample_rate` is in Hz.
    """
    cut_id = new_id("cut")
    low, high = create_spread_keys(2)
    tracks = [
        Track(id=new_id("track"), cut=cut_id, name=name, kind=kind, order=order, magnetic=name == "V1")
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


def duplicate_cut(cut: Cut, name: str, new_id: NewId) -> Cut:
    """Return an editable copy of a cut with the given name and new ids."""
    cut_id = new_id("cut")
    tracks = {track.id: new_id("track") for track in cut.tracks}
    buses = {bus.id: new_id("bus") for bus in cut.buses}
    clips = {clip.id: new_id("clip") for clip in cut.clips}
    markers = {marker.id: new_id("marker") for marker in cut.markers}
    caption_tracks = {track.id: new_id("captions") for track in cut.caption_tracks}
    return replace(
        cut,
        id=cut_id,
        name=name,
        frozen=False,
        tracks=tuple(
            replace(
                each,
                id=tracks[each.id],
                cut=cut_id,
                bus=buses.get(each.bus, ""),
                sends=_rename_sends(each.sends, buses),
            )
            for each in cut.tracks
        ),
        buses=tuple(
            replace(
                each,
                id=buses[each.id],
                cut=cut_id,
                bus=buses.get(each.bus, ""),
                sends=_rename_sends(each.sends, buses),
            )
            for each in cut.buses
        ),
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
                id=new_id("transition"),
                cut=cut_id,
                left=clips[each.left],
                right=clips[each.right],
            )
            for each in cut.transitions
        ),
        markers=tuple(
            replace(
                each,
                id=markers[each.id],
                cut=cut_id,
                clip=None if each.clip is None else clips[each.clip],
                parent=markers.get(each.parent, ""),
            )
            for each in cut.markers
        ),
        caption_tracks=tuple(
            replace(each, id=caption_tracks[each.id], cut=cut_id) for each in cut.caption_tracks
        ),
        captions=tuple(
            replace(each, id=new_id("caption"), cut=cut_id, track=caption_tracks[each.track])
            for each in cut.captions
        ),
    )


def _rename_sends(sends: tuple[Send, ...], buses: Mapping[str, str]) -> tuple[Send, ...]:
    """Return sends to the copies of their buses. `buses` maps the id of each bus to the id of its copy."""
    return tuple(replace(send, bus=buses[send.bus]) for send in sends if send.bus in buses)


def create_frozen_copies(
    cut: Cut, name: str, cuts: Mapping[str, Cut], new_id: NewId, free: Callable[[str], str]
) -> tuple[Cut, ...]:
    """Return a frozen copy of a cut, followed by frozen copies of those of its nested cuts that were not
    frozen already.

    `name` is the name of the copy of `cut`. `cuts` maps ids to all cuts of the film. `free` is a function
    that takes a name and returns a variant that no cut of the film has yet.
    """
    copies: dict[str, Cut] = {}

    def copy(each: Cut, called: str) -> Cut:
        twin = replace(duplicate_cut(each, called, new_id), frozen=True, waiting=())
        copies[each.id] = twin
        clips = tuple(shown(clip) for clip in twin.clips)
        copies[each.id] = replace(twin, clips=clips)
        return copies[each.id]

    def shown(clip: Clip) -> Clip:
        inner = cuts.get(clip.source.ref) if clip.source.kind is SourceKind.CUT else None
        if inner is None or inner.frozen:
            return clip
        twin = copies.get(inner.id) or copy(inner, free(f"{inner.name}{INSIDE}{name}"))
        return replace(clip, source=ClipSource(SourceKind.CUT, twin.id))

    copy(cut, name)
    return tuple(copies.values())


def get_base_cut_name(name: str) -> str:
    """Return the name of a cut without the suffix that freezing added: `Opening` for `Opening · v2`."""
    return name.partition(INSIDE)[0]
