"""Heads: one head from its parts, in head units; a `Pen` carries them onto the canvas."""

from __future__ import annotations

from milimo_tui.engines.animatic.draw.ink import smooth
from milimo_tui.engines.animatic.draw.pens import BACK, Pen, Shade
from milimo_tui.engines.animatic.figures.cast import Appearance
from milimo_tui.engines.animatic.figures.faces import (
    SHADOW,
    SHADOW_BEHIND,
    beard,
    ear,
    face_line,
    features,
    glasses,
)
from milimo_tui.engines.animatic.figures.hair import back_of_head, hair_behind, hair_front, hat


def head(
    pen: Pen,
    appearance: Appearance,
    view: str,
    *,
    skin: Shade,
    hair: Shade,
    cloth: Shade,
    light_ahead: bool,
    mouth: int = 0,
    blink: bool = False,
    mood: str = "",
    detail: int = 2,
    nod: float = 0.0,
) -> None:
    """One head. `mouth` 0 shut, 1 half, 2 open; `detail` 0 shapes, 1 plain features, 2 all; `nod` shifts
    the features up (seen from below) or down, in head heights."""
    hair_behind(pen, appearance, view, hair)
    if view == BACK:
        back_of_head(pen, appearance, skin, hair)
        hat(pen, appearance, view, cloth, hair)
        return
    face = smooth(face_line(appearance, view))
    pen.fill(face, skin.base)
    with pen.canvas.clipped(pen.place(face)):
        shadow = SHADOW if not light_ahead else SHADOW_BEHIND
        if detail:
            pen.blob(shadow[view], skin.dark)
    if appearance.style != "bald" or detail:
        ear(pen, view, skin, detail)
    if detail:
        features(pen, appearance, view, skin, hair, mouth, blink, mood, detail, nod)
    beard(pen, appearance, view, hair, mouth)
    hair_front(pen, appearance, view, hair)
    if appearance.glasses and detail:
        glasses(pen, view)
    hat(pen, appearance, view, cloth, hair)
