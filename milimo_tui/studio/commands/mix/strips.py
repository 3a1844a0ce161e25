"""Commands of the mixer: list and set strips (tracks, buses and the master), buses, sends and automation."""

from __future__ import annotations

from typing import Any, Literal

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.layout.strips import list_strips
from milimo_tui.cut.sound import mixing
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.keyframes import Easing
from milimo_tui.cut.values.mixer import (
    MASTER_NAME,
    MixRole,
    MixStrip,
    StripKind,
    automation_to_json,
    format_strip_gain,
    format_strip_pan,
)
from milimo_tui.cut.values.sound_effects_text import chain_to_json, describe_sound_chain
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    get_current_cut,
    parse_cut_frame,
    require_frame_in_cut,
)
from milimo_tui.studio.commands.cut.effects import parse_keyframes
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.names import check_name, find_by_name
from milimo_tui.studio.session.studio import Studio

RoleChoice = Literal["dialogue", "effects", "ambience", "music", "none"]
Automatable = Literal["volume", "ducking", "pan"]


def find_strip(cut: Cut, name: str) -> MixStrip:
    """Find a strip of the mixer by the name or id of its track or bus; `master` is the master. Raises
    NotFound, Ambiguous.
    """
    strip = find_by_name(
        name,
        "strips",
        list_strips(cut),
        lambda each: (each.id, f"({each.kind.value})"),
        lambda each: each.id == name,
        lambda each: each.name == name,
        lambda each: each.name.casefold() == name.casefold(),
    )
    if strip is None:
        names = ", ".join(each.name for each in list_strips(cut))
        raise NotFound(f"the mixer has no strip “{name}”", f"strips: {names}")
    return strip


def _find_bus(cut: Cut, name: str) -> MixStrip:
    strip = find_strip(cut, name)
    if strip.kind is not StripKind.BUS:
        raise Refused(f"{strip.name} is not a bus", "milimo mix bus add NAME makes one")
    return strip


def _show_mixer(studio: Studio, args: NoArgs) -> Outcome:
    cut = get_current_cut(studio)
    strips = list_strips(cut)
    names = {strip.id: strip.name for strip in strips}
    data = [_build_strip_json(strip, names) for strip in strips]
    return Outcome(
        data=data,
        columns=("strip", "role", "level", "pan", "to", "sends", "effects", "automated"),
        rows=lambda: [_build_strip_row(strip, names) for strip in strips],
    )


def _build_strip_json(strip: MixStrip, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": strip.id,
        "name": strip.name,
        "kind": strip.kind.value,
        "role": strip.role.value,
        "gain_db": strip.gain_db,
        "pan": strip.pan,
        "muted": strip.muted,
        "solo": strip.solo,
        "bus": names.get(strip.bus, ""),
        "sends": [
            {"bus": names[send.bus], "gain_db": send.gain_db, "before_fader": send.before_fader}
            for send in strip.sends
            if send.bus in names
        ],
        "chain": chain_to_json(strip.chain),
        "automation": automation_to_json(strip.automation),
    }


def _build_strip_row(strip: MixStrip, names: dict[str, str]) -> dict[str, str]:
    flags = " ".join(word for word, on in (("mute", strip.muted), ("solo", strip.solo)) if on)
    is_master = strip.kind is StripKind.MASTER
    sends = (
        f"{names[each.bus]} {format_strip_gain(each.gain_db)}" for each in strip.sends if each.bus in names
    )
    return {
        "strip": f"{strip.name} {flags}".strip(),
        "role": strip.role.value,
        "level": format_strip_gain(strip.gain_db),
        "pan": "" if is_master else format_strip_pan(strip.pan),
        "to": "" if is_master else names.get(strip.bus, MASTER_NAME),
        "sends": ", ".join(sends),
        "effects": describe_sound_chain(strip.chain),
        "automated": ", ".join(name for name, _ in strip.automation.curves),
    }


class StripArgs(Args):
    strip: str = arg(description="a track, a bus, or master", names="strip")


class MixSetArgs(StripArgs):
    gain_db: float | None = arg(None, description="level in dB")
    louder: float | None = arg(None, description="change of the level in dB; negative is softer")
    pan: float | None = arg(None, ge=-1, le=1, description="position: -1 is left, 0 the middle, 1 right")
    mute: bool | None = arg(None, description="switch the sound off")
    solo: bool | None = arg(None, description="hear only this strip and other solo strips")
    role: RoleChoice | None = arg(None, description="role of the sound")
    bus: str | None = arg(None, description="the bus to which the sound goes, or master", names="bus")
    send: str = arg("", description="a bus that gets a copy of the sound", names="bus")
    send_db: float | None = arg(None, description="level of that copy in dB (default: 0)")
    before_fader: bool = arg(False, description="take that copy before the fader")
    unsend: str = arg("", description="a bus that gets no copy any more", names="bus")


def _set_mix_strip(studio: Studio, args: MixSetArgs) -> Outcome:
    cut = get_current_cut(studio)
    strip = find_strip(cut, args.strip)
    if args.louder is not None and args.gain_db is not None:
        raise BadInput("give a new level or a change of it, not both", "give --gain-db or --louder")
    if (args.send_db is not None or args.before_fader) and not args.send:
        raise BadInput("a level of a send needs its bus", "name it: --send BUS")
    gain = args.gain_db if args.louder is None else round(strip.gain_db + args.louder, 3)
    role = None if args.role is None else MixRole("" if args.role == "none" else args.role)
    bus = None
    if args.bus is not None:
        bus = "" if args.bus.casefold() == MASTER_NAME else _find_bus(cut, args.bus).id
    elif role and strip.kind is StripKind.TRACK and not strip.bus:
        bus = next((each.id for each in cut.buses if each.role is role), None)
    send = _find_bus(cut, args.send) if args.send else None
    unsend = _find_bus(cut, args.unsend) if args.unsend else None

    def change(before: Cut) -> Cut:
        after = mixing.set_strip(
            before,
            strip.id,
            gain_db=gain,
            pan=args.pan,
            muted=args.mute,
            solo=args.solo,
            role=role,
            bus=bus,
        )
        if send is not None:
            level = args.send_db or 0.0
            after = mixing.set_send(after, strip.id, send.id, level, before_fader=args.before_fader)
        return after if unsend is None else mixing.set_send(after, strip.id, unsend.id, None)

    words = [
        f"level {format_strip_gain(gain)}" if gain is not None else "",
        f"pan {format_strip_pan(args.pan)}" if args.pan is not None else "",
        "" if args.mute is None else "mute" if args.mute else "not muted",
        "" if args.solo is None else "solo" if args.solo else "not solo",
        f"role {args.role}" if args.role else "",
        f"to {args.bus}" if args.bus else "",
        f"send to {send.name} {format_strip_gain(args.send_db or 0.0)}" if send else "",
        f"no send to {unsend.name}" if unsend else "",
    ]
    return edit_cut(studio, f"{strip.name}: {', '.join(filter(None, words)) or 'as it was'}", change)


class BusAddArgs(Args):
    name: str = arg(description="name of the bus", one_line=True)
    role: RoleChoice = arg("none", description="role of the sound on the bus; its tracks then go to it")


def _add_mix_bus(studio: Studio, args: BusAddArgs) -> Outcome:
    role = MixRole("" if args.role == "none" else args.role)
    name = check_name(args.name, "a bus")

    def change(cut: Cut) -> Cut:
        after = mixing.add_bus(cut, name, new_id=new_id, role=role)
        return mixing.add_role_buses(after, [role], new_id=new_id)

    return edit_cut(studio, f"add the bus {name}", change)


class BusArgs(Args):
    bus: str = arg(description="a bus (its name or id)", names="bus")


class BusRenameArgs(BusArgs):
    name: str = arg(description="the new name", one_line=True)


def _rename_mix_bus(studio: Studio, args: BusRenameArgs) -> Outcome:
    bus = _find_bus(get_current_cut(studio), args.bus)
    name = check_name(args.name, "a bus")
    return edit_cut(studio, f"rename {bus.name} to {name}", lambda cut: mixing.rename_bus(cut, bus.id, name))


def _delete_mix_bus(studio: Studio, args: BusArgs) -> Outcome:
    bus = _find_bus(get_current_cut(studio), args.bus)
    return edit_cut(studio, f"delete the bus {bus.name}", lambda cut: mixing.remove_bus(cut, bus.id))


class AutomateArgs(StripArgs):
    parameter: Automatable = arg("volume", description="volume, ducking or pan")
    value: float | None = arg(None, description="volume or ducking in dB, or pan from -1 to 1")
    at: int | str = arg("", description="a timecode or frame (default: the playhead)")
    easing: Easing = arg(Easing.LINEAR, description="course to the next key")
    delete: bool = arg(False, description="delete the key at that frame")
    keys: tuple[str, ...] | None = arg(
        None, description="all keys, instead of the present ones: FRAME:VALUE or FRAME:VALUE:EASING"
    )
    clear: bool = arg(False, description="delete all keys")


def _automate_strip(studio: Studio, args: AutomateArgs) -> Outcome:
    cut = get_current_cut(studio)
    strip = find_strip(cut, args.strip)
    if sum((args.value is not None, args.delete, bool(args.keys), args.clear)) != 1:
        raise BadInput("give a value, --keys, --delete or --clear", "for example --value -6")
    name = args.parameter
    if args.clear or args.keys:
        keys = {key.frame: key for key in parse_keyframes(args.keys or ())}
        curve = tuple(keys[frame] for frame in sorted(keys))
        require_frame_in_cut(cut, max(keys, default=0))
        count = f"{len(curve)} key{'s' * (len(curve) != 1)} of {name}"
        label = f"{strip.name}: {count if curve else f'{name} not automated'}"
        return edit_cut(studio, label, lambda each: mixing.set_automation(each, strip.id, name, curve))
    frame = parse_cut_frame(studio, str(args.at))
    if args.value is None:
        return edit_cut(
            studio,
            f"{strip.name}: no key of {name} at {format_timecode(frame, cut.rate)}",
            lambda each: mixing.remove_automation_key(each, strip.id, name, frame),
        )
    require_frame_in_cut(cut, frame)
    value = args.value
    words = format_strip_pan(value) if name == "pan" else format_strip_gain(value)
    return edit_cut(
        studio,
        f"{strip.name}: {name} {words} at {format_timecode(frame, cut.rate)}",
        lambda each: mixing.set_automation_key(each, strip.id, name, frame, value, args.easing),
    )


def _make_mix_command(id: str, title: str, help: str, run: Any, args: Any, *positional: str) -> Command:
    words = f"mix {id.replace('_', ' ')}"
    return Command(f"mix.{id}", title, help, run, args, refuse_without_film, cli=words, positional=positional)


STRIP_COMMANDS: tuple[Command, ...] = (
    _make_mix_command("show", "Show mixer", "list the strips of the mixer", _show_mixer, NoArgs),
    _make_mix_command(
        "set", "Set mixer strip", "set level, pan, mute, solo, role, bus and sends", _set_mix_strip,
        MixSetArgs, "strip",
    ),
    _make_mix_command(
        "automate", "Automate mixer strip", "set or delete keys of volume, ducking or pan", _automate_strip,
        AutomateArgs, "strip", "parameter",
    ),
    _make_mix_command("bus_add", "Add bus", "add a bus", _add_mix_bus, BusAddArgs, "name"),
    _make_mix_command(
        "bus_rename", "Rename bus", "rename a bus", _rename_mix_bus, BusRenameArgs, "bus", "name"
    ),
    _make_mix_command("bus_delete", "Delete bus", "delete a bus", _delete_mix_bus, BusArgs, "bus"),
)  # fmt: skip
