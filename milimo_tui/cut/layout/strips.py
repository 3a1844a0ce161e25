"""The strips of a cut's mixer in one form: find a strip, replace it, and find out which strips are heard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from milimo_tui.core.errors import NotFound
from milimo_tui.cut.values.cut import Cut, Track, TrackKind
from milimo_tui.cut.values.mixer import MASTER_NAME, NO_AUTOMATION, Bus, MixRole, MixStrip, StripKind

_SHARED = ("gain_db", "pan", "muted", "solo", "role", "bus", "sends", "chain", "automation")


def list_strips(cut: Cut) -> tuple[MixStrip, ...]:
    """Return the strips of a cut in the order of the mixer: audio tracks, video tracks, buses, master."""
    tracks = sorted(cut.tracks, key=lambda each: (each.kind is TrackKind.VIDEO, each.order, each.id))
    buses = sorted(cut.buses, key=lambda each: (each.order, each.id))
    return (
        *(_make_strip(track, StripKind.TRACK) for track in tracks),
        *(_make_strip(bus, StripKind.BUS) for bus in buses),
        get_master_strip(cut),
    )


def get_master_strip(cut: Cut) -> MixStrip:
    """Return the master strip of a cut. Its id is the id of the cut."""
    return MixStrip(
        id=cut.id,
        kind=StripKind.MASTER,
        name=MASTER_NAME,
        gain_db=cut.master_gain_db,
        chain=cut.master_chain,
        automation=cut.master_automation,
    )


def get_strip(cut: Cut, strip_id: str) -> MixStrip:
    """Return a strip by id. Raises NotFound."""
    found = next((each for each in list_strips(cut) if each.id == strip_id), None)
    if found is None:
        raise NotFound(f"there is no strip {strip_id} in the mixer", "milimo mix show lists the strips")
    return found


def replace_strip(cut: Cut, strip: MixStrip) -> Cut:
    """Return the cut with other settings for a strip. The same cut is returned if nothing changed."""
    if strip == get_strip(cut, strip.id):
        return cut
    values = {name: getattr(strip, name) for name in _SHARED}
    match strip.kind:
        case StripKind.MASTER:
            return replace(
                cut,
                master_gain_db=strip.gain_db,
                master_chain=strip.chain,
                master_automation=strip.automation,
            )
        case StripKind.BUS:
            buses = (
                replace(each, name=strip.name, **values) if each.id == strip.id else each
                for each in cut.buses
            )
            return replace(cut, buses=tuple(buses))
        case StripKind.TRACK:
            tracks = (replace(each, **values) if each.id == strip.id else each for each in cut.tracks)
            return replace(cut, tracks=tuple(tracks))


def _make_strip(each: Track | Bus, kind: StripKind) -> MixStrip:
    return MixStrip(id=each.id, kind=kind, name=each.name, **{name: getattr(each, name) for name in _SHARED})


def list_tracks_and_buses(cut: Cut) -> tuple[Track | Bus, ...]:
    """Return the tracks and buses of a cut, which are all strips except the master."""
    return (*cut.tracks, *cut.buses)


def has_mixer_settings(cut: Cut) -> bool:
    """Return True if a cut has buses, or a strip with settings that a gain of its clips can't replace."""
    return bool(
        cut.buses
        or cut.master_gain_db
        or cut.master_chain
        or cut.master_automation != NO_AUTOMATION
        or any(uses_mixer(track) for track in cut.tracks)
    )


def has_buses_or_automation(cut: Cut) -> bool:
    """Return True if the mix of a cut can't be expressed by levels, pans and effects of its tracks."""
    is_automated = any(strip.automation != NO_AUTOMATION for strip in list_strips(cut))
    return bool(cut.buses or cut.master_gain_db or cut.master_chain) or is_automated


def uses_mixer(track: Track) -> bool:
    """Return True if a track has mixer settings besides its gain, mute and solo."""
    return bool(
        track.role is not MixRole.NONE
        or track.bus
        or track.pan
        or track.sends
        or track.chain
        or track.automation != NO_AUTOMATION
    )


def iterate_outputs(cut: Cut, bus_id: str) -> Iterator[Bus]:
    """Yield the bus with this id, then the bus to which it goes, and so on up to the master.

    A bus that does not exist counts as the master. The way of sound that goes in a circle ends where the
    circle closes.
    """
    buses, seen = {bus.id: bus for bus in cut.buses}, set[str]()
    while bus_id in buses and bus_id not in seen:
        seen.add(bus_id)
        yield buses[bus_id]
        bus_id = buses[bus_id].bus


def find_audible_outputs(cut: Cut, strip: MixStrip) -> tuple[bool, tuple[bool, ...]]:
    """Return True if the main output of a track or bus is heard, and the same for each of its sends, given
    the solo switches of all strips.

    If any strip is solo, an output is heard if its track is solo, or a bus to which it leads.
    """
    solo = any(each.solo for each in list_tracks_and_buses(cut))
    if not solo or strip.solo or strip.kind is StripKind.BUS:
        return True, (True,) * len(strip.sends)

    def leads_to_solo(bus_id: str) -> bool:
        return any(bus.solo for bus in iterate_outputs(cut, bus_id))

    return leads_to_solo(strip.bus), tuple(leads_to_solo(send.bus) for send in strip.sends)
