"""Convert the automation and sends of the mixer's strips to and from JSON, for the film's file, the
render plan and OpenTimelineIO. Functions that read raise Damaged for values that this version can't read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from milimo_tui.core.errors import Damaged
from milimo_tui.core.reasons import reason
from milimo_tui.cut.values.effects_text import keyframe_from_json, keyframe_to_json
from milimo_tui.cut.values.mixer import AUTOMATED, NO_AUTOMATION, Automation, Send

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
