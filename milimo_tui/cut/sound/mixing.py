"""Operations on the mixer of a cut: settings of strips, buses, sends and automation. No clip is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain as join
from itertools import count

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import create_key_between
from milimo_tui.cut.edit.clip_settings import require_valid_gain
from milimo_tui.cut.layout.strips import get_strip, iterate_outputs, list_tracks_and_buses, replace_strip
from milimo_tui.cut.values.cut import Cut, NewId
from milimo_tui.cut.values.guards import require_unfrozen
from milimo_tui.cut.values.keyframes import Curve, Easing, Keyframe
from milimo_tui.cut.values.mixer import AUTOMATED, MASTER_NAME, Bus, MixRole, MixStrip, Send, StripKind
from milimo_tui.cut.values.sound_effects import SoundChain, require_valid_chain

# The names of buses that are made for roles.
ROLE_NAMES = {
    MixRole.DIALOGUE: "Dialogue",
    MixRole.EFFECTS: "Effects",
    MixRole.AMBIENCE: "Ambience",
    MixRole.MUSIC: "Music",
}


def set_strip(
    cut: Cut,
    strip_id: str,
    *,
    gain_db: float | None = None,
    pan: float | None = None,
    muted: bool | None = None,
    solo: bool | None = None,
    role: MixRole | None = None,
    bus: str | None = None,
    chain: SoundChain | None = None,
) -> Cut:
    """Change the mixer settings of a track, a bus or the master. Arguments of None change nothing.

    The id of the master is the id of the cut. `pan` is −1 (left) to 1 (right). `bus` is the id of the bus to
    which the strip goes, and empty for the master.
    """
    require_unfrozen(cut)
    strip = get_strip(cut, strip_id)
    is_master = strip.kind is StripKind.MASTER
    if is_master and not all(each is None for each in (pan, muted, solo, role, bus)):
        raise Refused("the master has only a level, effects and automation", "set the other values on a bus")
    if gain_db is not None:
        require_valid_gain(gain_db)
    if pan is not None and not -1 <= pan <= 1:
        raise Refused("a pan must be between -1 (left) and 1 (right)", "0 is the middle")
    if chain is not None:
        require_valid_chain(chain)
    if bus:
        _require_possible_output(cut, strip, bus)
    changed = replace(
        strip,
        gain_db=strip.gain_db if gain_db is None else gain_db,
        pan=strip.pan if pan is None else pan,
        muted=strip.muted if muted is None else muted,
        solo=strip.solo if solo is None else solo,
        role=strip.role if role is None else role,
        bus=strip.bus if bus is None else bus,
        chain=strip.chain if chain is None else chain,
    )
    return replace_strip(cut, changed)


def add_bus(cut: Cut, name: str, *, new_id: NewId, role: MixRole = MixRole.NONE) -> Cut:
    """Add a bus after the other buses. It goes to the master."""
    require_unfrozen(cut)
    _require_bus_name(cut, name)
    order = create_key_between(max((bus.order for bus in cut.buses), default=None), None)
    bus = Bus(id=new_id("bus"), cut=cut.id, name=name.strip(), order=order, role=role)
    return replace(cut, buses=(*cut.buses, bus))


def rename_bus(cut: Cut, bus_id: str, name: str) -> Cut:
    """Change the name of a bus."""
    require_unfrozen(cut)
    strip = _get_bus_strip(cut, bus_id)
    if name.strip() == strip.name:
        return cut
    _require_bus_name(cut, name)
    return replace_strip(cut, replace(strip, name=name.strip()))


def remove_bus(cut: Cut, bus_id: str) -> Cut:
    """Remove a bus. The tracks and buses that went to it go to its output instead, and sends to it are
    removed.
    """
    require_unfrozen(cut)
    bus = _get_bus_strip(cut, bus_id)

    def redirect(each: MixStrip) -> MixStrip:
        sends = tuple(send for send in each.sends if send.bus != bus_id)
        return replace(each, bus=bus.bus if each.bus == bus_id else each.bus, sends=sends)

    cut = replace(cut, buses=tuple(each for each in cut.buses if each.id != bus_id))
    for each in list_tracks_and_buses(cut):
        cut = replace_strip(cut, redirect(get_strip(cut, each.id)))
    return cut


def set_send(
    cut: Cut, strip_id: str, bus_id: str, gain_db: float | None, *, before_fader: bool = False
) -> Cut:
    """Set the level of the send from a track or bus to a bus. A `gain_db` of None removes the send."""
    require_unfrozen(cut)
    strip = get_strip(cut, strip_id)
    if strip.kind is StripKind.MASTER:
        raise Refused("the master has no sends", "send a track or a bus")
    others = tuple(send for send in strip.sends if send.bus != bus_id)
    if gain_db is None:
        return replace_strip(cut, replace(strip, sends=others))
    require_valid_gain(gain_db)
    _require_possible_output(cut, strip, bus_id)
    return replace_strip(cut, replace(strip, sends=(*others, Send(bus_id, gain_db, before_fader))))


def set_automation_key(
    cut: Cut, strip_id: str, name: str, frame: int, value: float, easing: Easing = Easing.LINEAR
) -> Cut:
    """Set the key of an automated parameter at a frame of the cut. A key at that frame is replaced."""
    strip = get_strip(cut, strip_id)
    keys = {key.frame: key for key in strip.automation.get_curve(name)}
    keys[frame] = Keyframe(frame, value, easing)
    return set_automation(cut, strip_id, name, tuple(keys[each] for each in sorted(keys)))


def remove_automation_key(cut: Cut, strip_id: str, name: str, frame: int) -> Cut:
    """Remove the key of an automated parameter at a frame of the cut."""
    curve = get_strip(cut, strip_id).automation.get_curve(name)
    rest = tuple(key for key in curve if key.frame != frame)
    if rest == curve:
        raise Refused(f"there is no key of {name} at frame {frame}", "milimo mix show --json lists the keys")
    return set_automation(cut, strip_id, name, rest)


def set_automation(cut: Cut, strip_id: str, name: str, curve: Curve) -> Cut:
    """Set the complete curve of an automated parameter. An empty curve ends its automation."""
    require_unfrozen(cut)
    strip = get_strip(cut, strip_id)
    if name not in AUTOMATED:
        raise Refused(f"“{name}” can't be automated", f"automate one of: {', '.join(AUTOMATED)}")
    if strip.kind is StripKind.MASTER and name == "pan":
        raise Refused("the master has no pan", "automate the pan of a bus")
    low, high = AUTOMATED[name]
    if any(not low <= key.value <= high for key in curve):  # A value that is not a number is refused, too.
        unit = "" if name == "pan" else " dB"
        raise Refused(f"{name} must be between {low:g} and {high:g}{unit}", "for example --value 0")
    if any(key.frame < 0 for key in curve):
        raise Refused("nothing can be placed before the first frame", "give a frame of 0 or more")
    return replace_strip(cut, replace(strip, automation=strip.automation.replace_curve(name, curve)))


def add_role_buses(cut: Cut, roles: Sequence[MixRole], *, new_id: NewId) -> Cut:
    """Add a bus for each role that has none, and send the tracks of that role to it, unless they go to a bus
    already.
    """
    for role in roles:
        if role is MixRole.NONE:
            continue
        if all(bus.role is not role for bus in cut.buses):
            cut = add_bus(cut, _choose_free_name(cut, ROLE_NAMES[role]), new_id=new_id, role=role)
        bus = next(bus for bus in cut.buses if bus.role is role)
        for track in cut.tracks:
            if track.role is role and not track.bus:
                cut = set_strip(cut, track.id, bus=bus.id)
    return cut


def _get_bus_strip(cut: Cut, bus_id: str) -> MixStrip:
    strip = get_strip(cut, bus_id)
    if strip.kind is not StripKind.BUS:
        raise Refused(f"{strip.name} is not a bus", "milimo mix show lists the buses")
    return strip


def _require_possible_output(cut: Cut, strip: MixStrip, bus_id: str) -> None:
    """Raise Refused if a strip can't go to a bus, because the sound would go in a circle."""
    target = _get_bus_strip(cut, bus_id)
    reached, waiting = {bus_id}, [bus_id]
    while waiting:
        for bus in iterate_outputs(cut, waiting.pop()):
            fresh = {bus.id, *(send.bus for send in bus.sends)} - reached
            reached |= fresh
            waiting += fresh
    if strip.id in reached:
        raise Refused(
            f"{strip.name} can't go to {target.name}, because its sound would come back to it",
            "choose a bus that does not lead back to this bus",
        )


def _require_bus_name(cut: Cut, name: str) -> None:
    name = name.strip()
    if not name or len(name) > 60:
        raise Refused("a bus needs a name of 1 to 60 characters", "for example Dialogue")
    if name == MASTER_NAME or any(each.name == name for each in list_tracks_and_buses(cut)):
        raise Refused(f"there is a strip {name} already", "choose another name")


def _choose_free_name(cut: Cut, name: str) -> str:
    """Return a free name for a bus: the name, or with the word “bus” if a track has the name."""
    taken = {each.name for each in list_tracks_and_buses(cut)}
    names = join((name, f"{name} bus"), (f"{name} bus {number}" for number in count(2)))
    return next(each for each in names if each not in taken)
