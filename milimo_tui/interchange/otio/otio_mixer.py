"""The mixer of a cut in the metadata of an OTIO timeline: settings of tracks, buses and the master.

OTIO has no mixer of its own. Values that can't be read get their defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from milimo_tui.core.errors import Damaged
from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.cut.values.cut import Cut, Track
from milimo_tui.cut.values.effects import GAIN_RANGE_DB
from milimo_tui.cut.values.mixer import (
    AUTOMATED,
    NO_AUTOMATION,
    Automation,
    Bus,
    MixRole,
    automation_from_json,
    automation_to_json,
    sends_from_json,
    sends_to_json,
)
from milimo_tui.cut.values.sound_effects import SoundChain
from milimo_tui.cut.values.sound_effects_text import chain_from_json, chain_to_json
from milimo_tui.interchange.otio.otio_facts import read_flag_field, read_number_field, read_text_field

S = TypeVar("S", Track, Bus)
MAX_BUSES = 1000


def make_strip_metadata(strip: Track | Bus) -> dict[str, Any]:
    """Return the mixer settings of a track or bus that differ from their defaults."""
    values: dict[str, Any] = {
        "role": strip.role.value,
        "bus": strip.bus,
        "pan": strip.pan,
        "sends": sends_to_json(strip.sends),
        "chain": chain_to_json(strip.chain),
        "automation": automation_to_json(strip.automation),
    }
    return {name: value for name, value in values.items() if value}


def make_mixer_metadata(cut: Cut) -> dict[str, Any]:
    """Return the buses and the master of a cut as metadata; empty if there are none."""
    buses = [
        {
            "id": bus.id,
            "name": bus.name,
            "gain_db": bus.gain_db,
            "muted": bus.muted,
            "solo": bus.solo,
            **make_strip_metadata(bus),
        }
        for bus in cut.buses
    ]
    values: dict[str, Any] = {
        "buses": buses,
        "master_gain_db": cut.master_gain_db,
        "master_chain": chain_to_json(cut.master_chain),
        "master_automation": automation_to_json(cut.master_automation),
    }
    return {name: value for name, value in values.items() if value}


def add_mixer_from_metadata(cut: Cut, metadata: Mapping[str, Any], mint: Callable[[str], str]) -> Cut:
    """Return a cut with the buses and the master that its metadata describes. The outputs and sends of its
    tracks, which name buses by their ids in the file, are connected to these buses.
    """
    found = metadata.get("buses")
    bodies = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    by_id = {read_text_field(body, "id"): body for body in bodies[:MAX_BUSES]}
    ids = {old: mint("bus") for old in by_id}
    buses = tuple(
        Bus(
            id=ids[old],
            cut=cut.id,
            name=read_text_field(body, "name") or f"Bus {number}",
            order=order,
            gain_db=read_number_field(body, "gain_db", *GAIN_RANGE_DB, 0.0),
            muted=read_flag_field(body, "muted"),
            solo=read_flag_field(body, "solo"),
            **read_strip_fields(body),
        )
        for number, ((old, body), order) in enumerate(
            zip(by_id.items(), create_spread_keys(len(by_id)), strict=True), 1
        )
    )
    return replace(
        cut,
        tracks=tuple(_connect_strip(track, ids) for track in cut.tracks),
        buses=tuple(_connect_strip(bus, ids) for bus in buses),
        master_gain_db=read_number_field(metadata, "master_gain_db", *GAIN_RANGE_DB, 0.0),
        master_chain=_read_strip_chain(metadata, "master_chain"),
        master_automation=_read_automation(metadata, "master_automation"),
    )


def read_strip_fields(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mixer settings of a track or bus from its metadata, as keyword arguments of its class. Buses
    have their ids in the file.
    """
    try:
        sends = sends_from_json(metadata.get("sends") or ())
    except Damaged:
        sends = ()
    low, high = GAIN_RANGE_DB
    role = read_text_field(metadata, "role")
    return {
        "role": MixRole(role) if role in list(MixRole) else MixRole.NONE,
        "bus": read_text_field(metadata, "bus"),
        "pan": read_number_field(metadata, "pan", -1.0, 1.0, 0.0),
        "sends": tuple(replace(send, gain_db=min(high, max(low, send.gain_db))) for send in sends),
        "chain": _read_strip_chain(metadata, "chain"),
        "automation": _read_automation(metadata, "automation"),
    }


def _connect_strip(strip: S, ids: Mapping[str, str]) -> S:
    sends = tuple(replace(send, bus=ids[send.bus]) for send in strip.sends if send.bus in ids)
    return replace(strip, bus=ids.get(strip.bus, ""), sends=sends)


def _read_strip_chain(metadata: Mapping[str, Any], name: str) -> SoundChain:
    try:
        return chain_from_json(metadata.get(name) or [])
    except Damaged:
        return ()


def _read_automation(metadata: Mapping[str, Any], name: str) -> Automation:
    body = metadata.get(name)
    try:
        found = automation_from_json(body) if isinstance(body, dict) else NO_AUTOMATION
    except Damaged:
        return NO_AUTOMATION
    frames = [[key.frame for key in curve] for _, curve in found.curves]
    is_valid = all(
        AUTOMATED[parameter][0] <= key.value <= AUTOMATED[parameter][1] and 0 <= key.frame < 10**8
        for parameter, curve in found.curves
        for key in curve
    )
    is_ascending = all(each and each == sorted(set(each)) for each in frames)
    return found if is_valid and is_ascending else NO_AUTOMATION
