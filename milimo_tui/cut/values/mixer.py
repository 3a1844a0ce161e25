"""The mixer of a cut: the roles of tracks, buses and sends, and the automation of levels.

The sound of a clip goes to its track. A track goes to a bus or to the master, and a bus goes to another bus
or to the master. Each of these is a strip of the mixer. In a strip, the sound first passes the effects, then
the fader and the pan. Curves count frames of the cut.

The functions at the end convert automation and sends to and from JSON, for the film's file, the render plan
and OpenTimelineIO.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from milimo_tui.core.errors import Damaged
from milimo_tui.core.reasons import reason
from milimo_tui.cut.values.effects import GAIN_RANGE_DB
from milimo_tui.cut.values.keyframes import Curve, keyframe_from_json, keyframe_to_json
from milimo_tui.cut.values.sound_effects import SoundChain

MASTER_NAME = "master"  # The name of the master strip. No bus has this name.
# The parameters of a strip that can be automated, with their lowest and highest value. Volume and ducking are
# added to the fader's gain, in dB. The automatic mix sets only the ducking. A pan curve replaces the constant
# pan: −1 is left and 1 is right.
AUTOMATED = {"volume": GAIN_RANGE_DB, "ducking": GAIN_RANGE_DB, "pan": (-1.0, 1.0)}


class MixRole(StrEnum):
    """The role of a track or bus in the mix. Empty means that no role was chosen."""

    NONE = ""
    DIALOGUE = "dialogue"
    EFFECTS = "effects"
    AMBIENCE = "ambience"
    MUSIC = "music"


class StripKind(StrEnum):
    """The kind of a strip of the mixer."""

    TRACK = "track"
    BUS = "bus"
    MASTER = "master"


@dataclass(frozen=True, slots=True)
class Send:
    """A second output of a strip: a copy of its sound that goes to another bus, such as a reverb. `bus` is
    the id of that bus.

    The copy is taken after the fader and the pan, or before both if `before_fader` is True.
    """

    bus: str
    gain_db: float = 0.0
    before_fader: bool = False


@dataclass(frozen=True, slots=True)
class Automation:
    """The curves of a strip, by the name of their parameter: `volume`, `ducking` and `pan`."""

    curves: tuple[tuple[str, Curve], ...] = ()

    def get_curve(self, name: str) -> Curve:
        """Return the curve of a parameter; empty if the parameter is not automated."""
        return next((curve for known, curve in self.curves if known == name), ())

    def replace_curve(self, name: str, curve: Curve) -> Automation:
        """Return the automation with another curve for a parameter. An empty curve removes it."""
        others = [each for each in self.curves if each[0] != name]
        return Automation(tuple(sorted([*others, *([(name, curve)] if curve else [])])))

    def remap_frames(self, to: Callable[[int], int]) -> Automation:
        """Return the automation with its keys at other frames. `to` returns the new frame for the frame of a
        key. If two keys end up on one frame, the later key stays.
        """
        curves = []
        for name, curve in self.curves:
            keys = {to(key.frame): key for key in curve}
            curves.append((name, tuple(replace(keys[frame], frame=frame) for frame in sorted(keys))))
        return Automation(tuple(curves))


NO_AUTOMATION = Automation()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus:
    """A bus of a cut: the sum of all tracks and buses that go to it. `bus` is the id of the bus to which this
    bus goes, and empty for the master.
    """

    id: str
    cut: str
    name: str
    order: str  # The order key among the buses of the cut.
    role: MixRole = MixRole.NONE
    gain_db: float = 0.0
    pan: float = 0.0
    muted: bool = False
    solo: bool = False
    bus: str = ""
    sends: tuple[Send, ...] = ()
    chain: SoundChain = ()
    automation: Automation = NO_AUTOMATION


@dataclass(frozen=True, slots=True, kw_only=True)
class MixStrip:
    """The mixer settings of a track, a bus or the master in one form. `id` is the id of the track or bus, and
    the id of the cut for the master.
    """

    id: str
    kind: StripKind
    name: str
    role: MixRole = MixRole.NONE
    gain_db: float = 0.0
    pan: float = 0.0
    muted: bool = False
    solo: bool = False
    bus: str = ""
    sends: tuple[Send, ...] = ()
    chain: SoundChain = ()
    automation: Automation = NO_AUTOMATION


# The exceptions that reading JSON can raise if this program did not write it.
_UNREADABLE = (TypeError, ValueError, IndexError, KeyError, AttributeError)


def automation_to_json(automation: Automation) -> dict[str, Any]:
    """Return automation as JSON: `{"volume": [[0, -6.0], [12, 0.0, "ease"]]}`."""
    return {name: [keyframe_to_json(key) for key in curve] for name, curve in automation.curves}


def automation_from_json(body: Mapping[str, Any]) -> Automation:
    """Return the automation that a JSON value describes."""
    if not body:
        return NO_AUTOMATION
    curves = []
    for name in sorted(body):
        if name not in AUTOMATED:
            raise Damaged(f"this version of Milimo can't automate “{name}”")
        try:
            curves.append((name, tuple(keyframe_from_json(key) for key in body[name])))
        except _UNREADABLE as error:
            raise Damaged(f"the automation of {name} can't be read: {reason(error)}") from error
    return Automation(tuple(curves))


def sends_to_json(sends: Iterable[Send]) -> list[list[Any]]:
    """Return sends as JSON: `[["bus_1", -6.0, false]]`."""
    return [[send.bus, send.gain_db, send.before_fader] for send in sends]


def sends_from_json(body: Iterable[Any]) -> tuple[Send, ...]:
    """Return the sends that a JSON value describes."""
    try:
        return tuple(Send(str(bus), float(gain), bool(before)) for bus, gain, before in body)
    except _UNREADABLE as error:
        raise Damaged(f"the sends of a strip can't be read: {reason(error)}") from error


def format_strip_gain(gain_db: float) -> str:
    """Return a gain as text: `0.0 dB`, `+3.0 dB`, `−6.5 dB`."""
    return f"{gain_db:+.1f} dB".replace("-", "−") if round(gain_db, 1) else "0.0 dB"


def format_strip_pan(pan: float) -> str:
    """Return a pan as text: `C` for the middle, `L50` and `R50` for half to a side."""
    share = round(abs(pan) * 100)
    return "C" if not share else f"{'L' if pan < 0 else 'R'}{share}"
