"""The command `motion`. It sets how much of the screen may move: all animations, or only playback."""

from __future__ import annotations

from typing import Literal

from milimo_tui.core.config_file import write_settings
from milimo_tui.core.settings import find_overriding_origin
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class MotionArgs(Args):
    amount: Literal["", "full", "reduced"] = arg(
        "", description="full or reduced; without one, the current setting is shown"
    )


def _set_motion(studio: Studio, args: MotionArgs) -> Outcome:
    settings, origin = studio.read_home_settings()
    if not args.amount:
        return Outcome(data={"motion": settings.motion}, message=f"motion is {settings.motion}")
    write_settings({"motion": args.amount})
    overruled = find_overriding_origin(origin["motion"])
    message = f"motion is {args.amount}{f'; {overruled} overrides it here' if overruled else ''}"
    return Outcome(data={"motion": args.amount}, message=message, motion=args.amount)


MOTION = Command(
    "app.motion",
    "Set motion",
    "set motion to full, or to reduced: nothing moves except during playback",
    _set_motion,
    MotionArgs,
    cli="motion",
    positional=("amount",),
)
