"""Figures: whole people, through the lens, on their marks; and as a camera overhead sees them."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.colour import mix_colours
from milimo_tui.engines.animatic.draw.ink import (
    Canvas,
    Point,
    Points,
    make_ellipse,
    outline_stroke,
    smooth_curve,
)
from milimo_tui.engines.animatic.draw.lens import Lens
from milimo_tui.engines.animatic.draw.palette import Palette
from milimo_tui.engines.animatic.figures.body_drawing import BodyDrawing
from milimo_tui.engines.animatic.figures.people import Actor, ActorState, make_shade, make_skin_shade


def draw_actor(
    canvas: Canvas,
    lens: Lens,
    actor: Actor,
    palette: Palette,
    state: ActorState,
    *,
    light_left: bool,
    nod: float = 0.0,
) -> None:
    """Draw one person through the lens. `nod` is that of `figure_drawings.Head`."""
    BodyDrawing(canvas, lens, actor, palette, state, light_left=light_left, nod=nod).draw_body()


def draw_from_above(canvas: Canvas, lens: Lens, actor: Actor, palette: Palette) -> None:
    """Draw one person as an overhead camera sees them: hat or hair, shoulders, a long shadow, the feet."""
    appearance = actor.appearance
    skin, hair, coat = (
        make_skin_shade(palette, appearance.skin),
        make_shade(palette, appearance.hair),
        make_shade(palette, appearance.coat),
    )
    x, z, sign = actor.x, actor.z, actor.facing or 1
    high = actor.top

    def level(points: Points, height: float) -> list[Point]:
        return lens.project_polygon([(x + px, height, z + pz) for px, pz in points])

    canvas.fill_polygon(
        level(outline_stroke(((0.0, 0.0), (0.75, 0.28)), (0.42, 0.3)), 0.0), palette.tone(0.04), 0.4
    )
    shoe = make_shade(palette, (38, 32, 34)).base
    for side in (-0.1, 0.1):
        canvas.fill_polygon(level(make_ellipse((sign * 0.14, side), 0.14, 0.06), 0.05), shoe)
    if actor.pose == "sit":
        for side in (-0.11, 0.11):
            canvas.fill_polygon(
                level(outline_stroke(((0.0, side), (sign * 0.42, side)), (0.18, 0.15)), 0.5),
                make_shade(palette, appearance.trousers).base,
            )
    shoulders = smooth_curve(
        ((-0.15, -0.24), (0.1, -0.25), (0.15, -0.12), (0.16, 0.12), (0.1, 0.25), (-0.15, 0.24), (-0.19, 0.0))
    )
    shoulders = [(px * sign, pz) for px, pz in shoulders]
    canvas.fill_polygon(level(shoulders, high - 0.32), coat.base)
    with canvas.keep_within(level(shoulders, high - 0.32)):
        canvas.fill_polygon(
            level(((-0.3, -0.4), (0.3, -0.4), (0.3, -0.04), (-0.3, -0.1)), high - 0.32), coat.dark
        )
    for side in (-0.24, 0.24):
        reach = 0.3 if actor.in_hand or actor.pose in ("sit", "point") else 0.12
        canvas.fill_polygon(
            level(outline_stroke(((0.0, side), (sign * reach, side * 0.85)), (0.12, 0.09)), high - 0.42),
            coat.dark,
        )
        canvas.fill_polygon(
            level(make_ellipse((sign * (reach + 0.05), side * 0.82), 0.05, 0.045), high - 0.44), skin.base
        )
    if appearance.style in ("long", "bob", "tail"):
        canvas.fill_polygon(level(make_ellipse((-sign * 0.1, 0.0), 0.12, 0.14), high - 0.12), hair.dark)
    nose = [(sign * 0.13, -0.03), (sign * 0.175, 0.0), (sign * 0.13, 0.03)]
    canvas.fill_polygon(level(nose, high - 0.1), skin.base)
    crown = skin if appearance.style == "bald" else hair
    if appearance.hat:
        if appearance.hat == "fedora":
            canvas.fill_polygon(level(make_ellipse((0.0, 0.0), 0.23, 0.21), high), coat.dark)
        canvas.fill_polygon(
            level(make_ellipse((0.0, 0.0), 0.15, 0.135), high + 0.06), mix_colours(coat.base, coat.dark, 0.4)
        )
        return
    canvas.fill_polygon(level(make_ellipse((0.0, 0.0), 0.145, 0.115), high), crown.base)
    canvas.fill_polygon(
        level(make_ellipse((-0.02 * sign, 0.03), 0.075, 0.05), high + 0.02),
        mix_colours(crown.base, crown.rim, 0.4),
    )
