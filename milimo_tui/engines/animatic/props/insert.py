"""Draw insert shots: a prop and a hand on a table, with the place out of focus."""

from __future__ import annotations

import random

from PIL import Image

from milimo_tui.engines.animatic.draw.colour import parse_colour
from milimo_tui.engines.animatic.draw.ink import FrameBox, InkCanvas
from milimo_tui.engines.animatic.draw.pens import InkPen
from milimo_tui.engines.animatic.figures.cast import CastLook, describe_appearance
from milimo_tui.engines.animatic.figures.people import make_shade, make_skin_shade
from milimo_tui.engines.animatic.props.still_life import PROPS, StillLife
from milimo_tui.engines.animatic.stage.staging import StagedShot


def draw_insert(
    staging: StagedShot, backdrop: Image.Image, box: FrameBox, scale: float, fine: int
) -> Image.Image:
    """Return the picture of an insert over the area `box`: the place out of focus, a table, the prop and a
    hand.

    `backdrop` is the sharp picture of the place. `box` is in frame units, `scale` in pixels per frame height.
    """
    canvas = InkCanvas(box, scale, fine, backdrop=backdrop)
    palette = staging.palette
    people = staging.facts.characters
    appearance: CastLook | None = describe_appearance(people[0]) if people else None
    skin = make_skin_shade(palette, appearance.skin if appearance else (214, 160, 124))
    sleeve = make_shade(palette, appearance.coat if appearance else (96, 104, 118))
    rng = random.Random(staging.scene_seed)
    wood = palette.light_colour(
        parse_colour(rng.choice(("#8a5d38", "#6e4a34", "#a3764a", "#7c7468"))), 0.6, palette.face
    )
    if not staging.inside:
        wood = palette.light_colour(parse_colour("#7d7a76"), 0.5)
    # The prop is drawn in frame units, so the lens that draws the background does not distort it.
    pen = InkPen(canvas, list)
    still = StillLife(pen, rng, palette, skin, sleeve, wood, box, staging.aspect)
    if staging.thing not in ("door", "screen"):
        PROPS.find_drawing("table_top")(still)
    PROPS.find_drawing(staging.thing)(still)
    return canvas.reduce_picture()[0]
