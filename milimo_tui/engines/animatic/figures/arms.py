"""Arms: the positions of shoulders, elbows and wrists in each pose, and their sleeves and hands."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.engines.animatic.draw.colour import mix_colours
from milimo_tui.engines.animatic.draw.ink import Points, smooth_curve
from milimo_tui.engines.animatic.draw.pens import BACK, FRONT, PROFILE, QUARTER, Shade
from milimo_tui.engines.animatic.figures.body import Body
from milimo_tui.engines.animatic.figures.figure_drawings import BODIES


# A `line` of an arm holds three points: shoulder, elbow and wrist.
def draw_arm(body: Body, line: Points, tones: Shade, *, gloom: float) -> None:
    """Draw a sleeve and a hand. `line` holds the points of the arm from shoulder to wrist, `tones` the
    colours of the sleeve, and `gloom` the share of shadow on the arm (0 to 1).
    """
    bulk = body.appearance.build * (0.88 if body.appearance.woman or body.appearance.age == "child" else 1.0)
    skinned = body.appearance.garment == "dress"
    sleeve = body.skin if skinned else tones
    wrist, elbow = line[-1], line[-2]
    dx, dy = wrist[0] - elbow[0], wrist[1] - elbow[1]
    reach = max(0.01, (dx * dx + dy * dy) ** 0.5)
    tip = (wrist[0] + dx / reach * 0.085, wrist[1] + dy / reach * 0.085)
    body.pen.draw_stroke((wrist, tip), (0.064, 0.07), mix_colours(body.skin.base, body.skin.dark, gloom))
    slim = 0.72 if skinned else 1.0
    curve = smooth_curve(line, closed=False, steps=5)
    widths = _taper_sleeve(0.13 * bulk * slim, 0.086 * bulk * slim, len(curve))
    body.pen.draw_stroke(curve, widths, mix_colours(sleeve.base, sleeve.dark, gloom))
    if gloom < 0.9 and body.pixels > 12:
        # The sleeve's shadow starts below the shoulder, so that arm and coat look like one piece of cloth.
        side = -body.lit
        low = [(x + side * width * 0.28, y) for (x, y), width in zip(curve[3:], widths[3:], strict=True)]
        body.pen.draw_stroke(low, _taper_sleeve(0.05 * bulk, 0.036 * bulk, len(low), 0.1), sleeve.dark)
        if not skinned and body.pixels > 22:
            cuff = ((wrist[0] * 0.94 + elbow[0] * 0.06, wrist[1] * 0.94 + elbow[1] * 0.06), wrist)
            body.pen.draw_stroke(cuff, 0.086 * bulk, sleeve.dark)


def place_arms(
    body: Body, view: str, pose: str, down: float, lean: float
) -> tuple[Points | None, Points | None]:
    """Return the points of the far arm and of the near arm: shoulder, elbow and wrist. None for an arm that
    is not drawn.

    `view` is the side of the body that the camera sees. `down` is the number of metres by which the pose
    lowers the shoulders, and `lean` the number of metres by which they are shifted sideways.
    """
    y = 1.385 - down
    spread = {FRONT: 0.2, BACK: 0.2, QUARTER: 0.165, PROFILE: 0.01}[view] * (
        0.9 if body.appearance.woman else 1.0
    )
    far_x, near_x = (
        (spread + lean * 0.9, -spread + lean * 0.9) if view != PROFILE else (0.03 + lean, -0.01 + lean)
    )
    far: Points = ((far_x, y), (far_x + 0.045, y - 0.28), (far_x + 0.03, y - 0.52))
    near: Points = (
        (near_x, y),
        (near_x - (0.045 if view != PROFILE else 0.03), y - 0.28),
        (near_x + (-0.03 if view != PROFILE else 0.06), y - 0.52),
    )
    in_hand = body.actor.in_hand
    if pose == "crossed" or (pose == "lean" and body.actor.rest != "rail"):
        far = ((far_x, y), (far_x + 0.05, y - 0.24), (far_x - 0.16, y - 0.21))
        near = ((near_x, y), (near_x - 0.05, y - 0.25), (near_x + 0.28, y - 0.19))
    elif pose == "point":
        far = ((far_x, y), (far_x + 0.24, y - 0.06), (far_x + 0.5, y - 0.01))
    elif pose == "raise":
        far = ((far_x, y), (far_x + 0.17, y + 0.12), (far_x + 0.15, y + 0.42))
    elif pose == "lean" and body.actor.rest == "rail":
        far = ((far_x, y), (far_x + 0.1, y - 0.27), (far_x + 0.34, y - 0.31))
        near = ((near_x, y), (near_x + 0.04, y - 0.29), (near_x + 0.4, y - 0.31))
    elif pose == "bend":
        far = ((far_x, y), (far_x + 0.1, y - 0.25), (far_x + 0.3, y - 0.42))
        near = ((near_x, y), (near_x + 0.02, y - 0.28), (near_x + 0.2, y - 0.5))
    elif pose == "swim":
        far = ((far_x, y), (far_x + 0.12, y + 0.2), (far_x + 0.06, y + 0.48))
        near = ((near_x, y), (near_x + 0.2, y - 0.14), (near_x + 0.34, y + 0.1))
    elif pose == "run":
        swing = 1 if body.state.stride % 2 == 0 else -1
        forward: Points = ((near_x, y), (near_x - 0.02, y - 0.28), (near_x + 0.26, y - 0.22))
        backward: Points = ((near_x, y), (near_x - 0.22, y - 0.2), (near_x - 0.22, y - 0.46))
        near = backward if swing > 0 else forward
        far = tuple((x + far_x - near_x, h) for x, h in (forward if swing > 0 else backward))
    elif pose == "walk" and view in (QUARTER, PROFILE):
        step = (0.2, 0.1, -0.18, -0.06)[body.state.stride % 4]
        far = ((far_x, y), (far_x - step * 0.5, y - 0.28), (far_x - step + 0.05, y - 0.5))
        near = ((near_x, y), (near_x + step * 0.5 - 0.02, y - 0.28), (near_x + step + 0.05, y - 0.5))
    elif pose == "sit":
        far = ((far_x, y), (far_x + 0.06, y - 0.28), (far_x + 0.22, y - 0.38))
        near = ((near_x, y), (near_x - 0.05, y - 0.28), (near_x + 0.16, y - 0.42))
    if in_hand in (
        "umbrella",
        "phone",
        "glass",
        "cup",
        "letter",
        "book",
        "candle",
        "flower",
    ) and pose not in ("point", "raise"):
        lift = {"umbrella": -0.18, "phone": -0.16, "cup": -0.2, "glass": -0.2}.get(in_hand, -0.27)
        far = ((far_x, y), (far_x + 0.07, y - 0.29), (far_x + 0.17, y + lift))
    elif in_hand == "gun":
        far = ((far_x, y), (far_x + 0.24, y - 0.08), (far_x + 0.48, y - 0.02))
    if body.state.gesture and pose not in ("point", "raise", "run"):
        near = ((near_x, y), (near_x - 0.07, y - 0.27), (near_x + 0.15, y - 0.13))
    return far, near


def draw_limbs_behind(body: Body, view: str, pose: str, down: float, lean: float) -> None:
    """Draw the arm and the umbrella that are behind the trunk."""
    far, near = place_arms(body, view, pose, down, lean)
    if body.actor.in_hand == "umbrella" and far is not None:
        BODIES.find_drawing("open_umbrella")(body, far[-1])
    if view in (FRONT, BACK):
        return
    if far is not None:
        # An arm that holds an object is drawn later, over the trunk.
        draw_arm(body, far, body.coat, gloom=1.0)
    if view == PROFILE and near is None:
        return


def draw_limbs_before(body: Body, view: str, pose: str, down: float, lean: float) -> None:
    """Draw the arms, and the object in a hand, that are in front of the trunk."""
    far, near = place_arms(body, view, pose, down, lean)
    if far is not None and (
        view in (FRONT, BACK) or body.actor.in_hand or pose in ("crossed", "point", "lean")
    ):
        if view != BACK:
            BODIES.find_drawing("thing_in_hand")(body, far[-1], far[-2])
        draw_arm(body, far, body.coat, gloom=0.75 if body.lit < 0 else 0.25)
    if near is not None:
        draw_arm(body, near, body.coat, gloom=0.6 if body.lit > 0 else 0.0)


def _taper_sleeve(full: float, last: float, count: int, first: float = 0.72) -> Sequence[float]:
    """Return the widths at `count` points of an arm: narrow at the shoulder, widest above the elbow, slim at
    the wrist.
    """
    out = []
    for index in range(count):
        share = index / max(1, count - 1)
        swell = first + (1 - first) * min(1.0, share / 0.3)
        out.append((full + (last - full) * share) * swell)
    return out
