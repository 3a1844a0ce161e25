"""Camera moves: the path of each kind of move, and the area of a layer that fills the frame during the
move.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from milimo_tui.engines.animatic.draw.ink import FrameBox
from milimo_tui.engines.animatic.stage.staging import StagedShot


@dataclass(frozen=True, slots=True)
class CameraPose:
    """The camera relative to its position at rest.

    Its travel is in metres to the right, up and towards the subject. Its pan is in frame units, as a shift of
    the picture. `focus` goes from 0 (the subject) to 1 (the background).
    """

    right: float = 0.0
    up: float = 0.0
    into: float = 0.0
    pan: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0
    focus: float = 0.0


Path = Callable[[float], CameraPose]  # a function from seconds since the shot's first frame to a pose

# Moves in which near and far objects shift differently. Other moves turn or zoom, so all depths shift alike.
PARALLAX = frozenset(
    ("dolly in", "dolly out", "dolly left", "dolly right", "track", "crane up", "crane down", "arc")
)
BEYOND = 0.5  # share of the shot's length for which a move continues into the handles
_SWAY = {"handheld": 0.0052, "steadicam": 0.002, "aerial": 0.0026, "underwater": 0.006}


def ease_motion(share: float) -> float:
    """Return the share of a move that is done after a share of its time, with a soft start and end like a
    fluid head.

    Outside the shot (below 0 and above 1) the move continues at a constant speed.
    """
    inside = min(1.0, max(0.0, share))
    return 0.35 * share + 0.65 * inside * inside * (3 - 2 * inside)


def plan_path(staging: StagedShot, seconds: float) -> Path:
    """Return the camera's path over a shot of `seconds` seconds."""
    facts = staging.facts
    amount = min(1.0, max(0.4, seconds / 4.0))
    sway = _SWAY.get(facts.rig, 0.0005)
    if facts.function == "POV":
        sway = max(sway, 0.0045)
    shake = _shake_camera(staging.shot_seed, sway, slow=facts.rig == "underwater")

    def find_pose_at(time: float) -> CameraPose:
        share = time / seconds if seconds > 0 else 0.0
        pose = _find_travel(staging, amount, min(1 + BEYOND, max(-BEYOND, share)))
        if facts.rig == "aerial":
            pose = replace(
                pose, into=pose.into + staging.distance * 0.06 * ease_motion(time / max(seconds, 0.01))
            )
        dx, dy = shake(time)
        return replace(pose, pan=(pose.pan[0] + dx, pose.pan[1] + dy))

    return find_pose_at


def _find_travel(staging: StagedShot, amount: float, share: float) -> CameraPose:
    """Return the camera pose after a share of the move. `amount` scales the size of the move, up to 1."""
    movement, distance = staging.facts.movement, staging.distance
    facing = next((actor.facing for actor in staging.actors), 1)
    # Metres of camera travel that shift the subject by one frame height
    frame = distance / staging.lens.focal
    e = ease_motion(share)
    if movement in ("pan left", "pan right"):
        side = 1 if movement == "pan right" else -1
        return CameraPose(pan=(side * staging.aspect * amount * (-0.2 + 0.24 * e), 0.0))
    if movement in ("tilt up", "tilt down"):
        side = -1 if movement == "tilt up" else 1
        return CameraPose(pan=(0.0, side * amount * (-0.2 + 0.22 * e)))
    if movement in ("dolly in", "dolly out"):
        near = e if movement == "dolly in" else 1 - e
        return _travel_towards(CameraPose(into=distance * 0.2 * amount * near), staging)
    if movement in ("dolly left", "dolly right"):
        side = 1 if movement == "dolly right" else -1
        return CameraPose(right=side * frame * amount * (0.3 * e - 0.18))
    if movement in ("zoom in", "zoom out"):
        near = e if movement == "zoom in" else 1 - e
        return _travel_towards(CameraPose(zoom=1 + 0.24 * amount * near), staging)
    if movement == "track":
        right = frame * facing * amount * (0.56 * share - 0.28)
        return _keep_on_subject(CameraPose(right=right), staging)
    if movement == "arc":
        return _keep_on_subject(
            CameraPose(right=frame * amount * (0.36 * e - 0.18), into=distance * 0.05 * e), staging
        )
    if movement in ("crane up", "crane down"):
        rise = e if movement == "crane up" else 1 - e
        up = frame * amount * 0.34 * (rise - 0.35)
        return CameraPose(up=up, pan=(0.0, 0.55 * up / frame), zoom=1 + 0.05 * (1 - rise))
    if movement == "rack":
        return CameraPose(zoom=1 + 0.015 * share, focus=_rack_focus(share))
    return CameraPose(zoom=1 + 0.009 * share * amount)


def _travel_towards(pose: CameraPose, staging: StagedShot) -> CameraPose:
    """Return a pose whose approach is aimed at the subject's eyes, so that the head stays in the frame."""
    if not staging.actors or staging.overhead:
        return pose
    main = staging.actors[0]
    x, y = staging.lens.project_point((main.x, main.top - 0.12, main.z))
    grown = staging.distance / max(0.2, staging.distance - pose.into) * pose.zoom - 1
    return replace(pose, pan=(0.5 * x * grown, max(-0.4, min(0.25, y)) * grown))


def _keep_on_subject(pose: CameraPose, staging: StagedShot) -> CameraPose:
    """Return a pose with the same travel, turned so that the subject stays at its position in the frame."""
    near = max(0.2, staging.distance - pose.into)
    return replace(pose, pan=(pose.pan[0] - staging.lens.focal * pose.right / near, pose.pan[1]))


def _rack_focus(share: float) -> float:
    """Return the focus (0 for the subject, 1 for the background) after a share of the shot from 0 to 1. In
    the middle third of the shot, the focus moves from the background to the subject.
    """
    return 1 - ease_motion(min(1.0, max(0.0, (share - 0.3) / 0.3)))


def _shake_camera(seed: int, size: float, *, slow: bool) -> Callable[[float], tuple[float, float]]:
    """Return the shake of a handheld camera as a function of time: three slow sines in each direction.

    The sum of the sines practically never repeats.
    """
    rng = random.Random(seed ^ 0x5EED)
    base = 0.45 if slow else 1.0
    waves = [
        [
            (base * (0.19 + 0.55 * index + 0.12 * rng.random()), rng.random() * math.tau, 1.0 / (1 + index))
            for index in range(3)
        ]
        for _ in range(2)
    ]

    def find_pose_at(time: float) -> tuple[float, float]:
        x, y = (
            sum(math.sin(math.tau * rate * time + phase) * share for rate, phase, share in axis)
            for axis in waves
        )
        return (size * x * 0.8, size * y * 0.6)

    return find_pose_at


def find_window(pose: CameraPose, depth: float, focal: float, aspect: float) -> FrameBox:
    """Return the area of a layer at a depth in metres that fills the frame at a pose.

    The area is in frame units of the camera at rest.
    """
    near = max(0.15, depth - pose.into)
    scale = near / depth / pose.zoom
    x = pose.pan[0] * scale + focal * pose.right / depth
    y = pose.pan[1] * scale - focal * pose.up / depth
    return FrameBox(x - aspect / 2 * scale, y - 0.5 * scale, x + aspect / 2 * scale, y + 0.5 * scale)


def find_reach(poses: list[CameraPose], depths: list[float], focal: float, aspect: float) -> FrameBox:
    """Return the smallest box that contains what the camera sees at all poses and depths."""
    windows = [find_window(pose, depth, focal, aspect) for pose in poses for depth in depths]
    return FrameBox(
        min(box.left for box in windows),
        min(box.top for box in windows),
        max(box.right for box in windows),
        max(box.bottom for box in windows),
    )
