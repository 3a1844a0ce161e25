"""Figures: whole people, through the lens, on their marks; and as a camera overhead sees them."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix
from milimo_tui.engines.animatic.draw.ink import Canvas, Point, Points, ellipse, ribbon, smooth
from milimo_tui.engines.animatic.draw.lens import Lens
from milimo_tui.engines.animatic.draw.palette import Palette
from milimo_tui.engines.animatic.figures.body_drawing import BodyDrawing
from milimo_tui.engines.animatic.figures.people import Actor, State, shade, skin_shade


def draw_actor(
    canvas: Canvas,
    lens: Lens,
    actor: Actor,
    palette: Palette,
    state: State,
    *,
    light_left: bool,
    nod: float = 0.0,
) -> None:
    """One person, through the lens. `nod` as in `heads.head`."""
    BodyDrawing(canvas, lens, actor, palette, state, light_left=light_left, nod=nod).draw()


def draw_from_above(canvas: Canvas, lens: Lens, actor: Actor, palette: Palette) -> None:
    """One person as a camera overhead sees them: hat or hair, shoulders, a long shadow, the feet ahead."""
    appearance = actor.appearance
    skin, hair, coat = (
        skin_shade(palette, appearance.skin),
        shade(palette, appearance.hair),
        shade(palette, appearance.coat),
    )
    x, z, sign = actor.x, actor.z, actor.facing or 1
    high = actor.top

    def level(points: Points, height: float) -> list[Point]:
        return lens.polygon([(x + px, height, z + pz) for px, pz in points])

    canvas.fill(level(ribbon(((0.0, 0.0), (0.75, 0.28)), (0.42, 0.3)), 0.0), palette.tone(0.04), 0.4)
    shoe = shade(palette, (38, 32, 34)).base
    for side in (-0.1, 0.1):
        canvas.fill(level(ellipse((sign * 0.14, side), 0.14, 0.06), 0.05), shoe)
    if actor.pose == "sit":
        for side in (-0.11, 0.11):
            canvas.fill(
                level(ribbon(((0.0, side), (sign * 0.42, side)), (0.18, 0.15)), 0.5),
                shade(palette, appearance.trousers).base,
            )
    shoulders = smooth(
        ((-0.15, -0.24), (0.1, -0.25), (0.15, -0.12), (0.16, 0.12), (0.1, 0.25), (-0.15, 0.24), (-0.19, 0.0))
    )
    shoulders = [(px * sign, pz) for px, pz in shoulders]
    canvas.fill(level(shoulders, high - 0.32), coat.base)
    with canvas.clipped(level(shoulders, high - 0.32)):
        canvas.fill(level(((-0.3, -0.4), (0.3, -0.4), (0.3, -0.04), (-0.3, -0.1)), high - 0.32), coat.dark)
    for side in (-0.24, 0.24):
        reach = 0.3 if actor.in_hand or actor.pose in ("sit", "point") else 0.12
        canvas.fill(
            level(ribbon(((0.0, side), (sign * reach, side * 0.85)), (0.12, 0.09)), high - 0.42), coat.dark
        )
        canvas.fill(level(ellipse((sign * (reach + 0.05), side * 0.82), 0.05, 0.045), high - 0.44), skin.base)
    if appearance.style in ("long", "bob", "tail"):
        canvas.fill(level(ellipse((-sign * 0.1, 0.0), 0.12, 0.14), high - 0.12), hair.dark)
    nose = [(sign * 0.13, -0.03), (sign * 0.175, 0.0), (sign * 0.13, 0.03)]
    canvas.fill(level(nose, high - 0.1), skin.base)
    crown = skin if appearance.style == "bald" else hair
    if appearance.hat:
        if appearance.hat == "fedora":
            canvas.fill(level(ellipse((0.0, 0.0), 0.23, 0.21), high), coat.dark)
        canvas.fill(level(ellipse((0.0, 0.0), 0.15, 0.135), high + 0.06), mix(coat.base, coat.dark, 0.4))
        return
    canvas.fill(level(ellipse((0.0, 0.0), 0.145, 0.115), high), crown.base)
    canvas.fill(
        level(ellipse((-0.02 * sign, 0.03), 0.075, 0.05), high + 0.02), mix(crown.base, crown.rim, 0.4)
    )
