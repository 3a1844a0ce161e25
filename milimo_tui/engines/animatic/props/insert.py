"""The insert: the place out of focus, a surface, the thing, and a hand."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image

from milimo_tui.engines.animatic.draw.colour import rgb
from milimo_tui.engines.animatic.draw.ink import Box, Canvas
from milimo_tui.engines.animatic.draw.pens import Pen
from milimo_tui.engines.animatic.figures.cast import Appearance, appearance_of
from milimo_tui.engines.animatic.figures.people import shade, skin_shade
from milimo_tui.engines.animatic.props.large import bag, camera, door, radio, screen, umbrella
from milimo_tui.engines.animatic.props.paper import book, candle, cup, fish, fruit, glass, letter, photo
from milimo_tui.engines.animatic.props.small import (
    cigarette,
    coin,
    covered,
    feet,
    flower,
    gun,
    hands,
    key,
    knife,
    one_hand,
    phone,
    ring,
    watch,
)
from milimo_tui.engines.animatic.props.still_life import Still, surface
from milimo_tui.engines.animatic.stage.staging import Staging


def draw_insert(staging: Staging, backdrop: Image.Image, box: Box, scale: float, fine: int) -> Image.Image:
    """The insert's picture over `box`: the place out of focus, a surface, the thing, and a hand."""
    canvas = Canvas(box, scale, fine, backdrop=backdrop)
    palette = staging.palette
    people = staging.facts.characters
    appearance: Appearance | None = appearance_of(people[0]) if people else None
    skin = skin_shade(palette, appearance.skin if appearance else (214, 160, 124))
    sleeve = shade(palette, appearance.coat if appearance else (96, 104, 118))
    rng = random.Random(staging.scene_seed)
    wood = palette.own(rgb(rng.choice(("#8a5d38", "#6e4a34", "#a3764a", "#7c7468"))), 0.6, palette.face)
    if not staging.inside:
        wood = palette.own(rgb("#7d7a76"), 0.5)
    # Square to the frame, whatever the lens does to the room behind.
    pen = Pen(canvas, list)
    still = Still(pen, palette, skin, sleeve, wood, box, staging.aspect)
    if staging.thing not in ("door", "screen"):
        surface(still, rng)
    _THINGS[staging.thing](still)
    return canvas.finished()[0]


_THINGS: dict[str, Callable[[Still], None]] = {
    "phone": phone,
    "gun": gun,
    "knife": knife,
    "coin": coin,
    "key": key,
    "letter": letter,
    "photo": photo,
    "book": book,
    "watch": watch,
    "cup": cup,
    "glass": glass,
    "cigarette": cigarette,
    "ring": ring,
    "flower": flower,
    "candle": candle,
    "radio": radio,
    "screen": screen,
    "camera": camera,
    "bag": bag,
    "door": door,
    "umbrella": umbrella,
    "fish": fish,
    "fruit": fruit,
    "hand": one_hand,
    "hands": hands,
    "feet": feet,
    "unknown": covered,
}
THINGS = tuple(_THINGS)
