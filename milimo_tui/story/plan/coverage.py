"""The style of coverage of a scene (static, handheld, montage …), applied to the framing of each shot."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.story.plan.framing import Framing
from milimo_tui.story.values.shot_words import Coverage, Function, Movement, Rig, Size

NEXT_CLOSER_SIZE = {
    Size.MS: Size.MCU,
    Size.MCU: Size.CU,
    Size.CU: Size.ECU,
    Size.MLS: Size.MS,
    Size.FS: Size.MLS,
}


def apply_coverage(
    framing: Framing,
    coverage: Coverage,
    *,
    has_own_movement: bool = False,
    has_own_rig: bool = False,
    has_own_size: bool = False,
) -> Framing:
    """Return a framing adapted to the scene's style of coverage, for example a handheld camera. An argument
    `has_own_…` is True if the script itself asks for the movement, the rig (camera support) or the size; this
    value then stays unchanged.
    """
    if coverage is Coverage.STATIC and not has_own_movement:
        return replace(framing, movement=Movement.STATIC, rig=Rig.TRIPOD)
    if coverage is Coverage.HANDHELD and framing.function is not Function.INSERT and not has_own_rig:
        moved = framing.movement
        if not has_own_movement:
            moved = Movement.TRACK if framing.movement is Movement.TRACK else Movement.STATIC
        return replace(framing, movement=moved, rig=Rig.HANDHELD)
    if coverage is Coverage.MONTAGE and not has_own_size:
        return replace(framing, size=NEXT_CLOSER_SIZE.get(framing.size, framing.size))
    return framing
