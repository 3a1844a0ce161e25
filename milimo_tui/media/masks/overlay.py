"""Display of a mask drawing over its picture, at the size in which the picture is shown.

Each object has its own colour, stripes, edge and number. The cursor's cross and the line that the user is
drawing are shown too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pydantic import ValidationError

from milimo_tui.core.errors import BadInput
from milimo_tui.media.masks.acts import Spot
from milimo_tui.media.masks.drawing import MASK_COLOURS
from milimo_tui.media.masks.drawn import MaskRenderer
from milimo_tui.media.masks.overlay_values import MaskLook, MaskOverlay
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.mattes import FULL, Mask, find_mask_box, grow_mask

_STRIPE = 6  # Distance between two stripes in pixels of the picture shown.
_SHARE, _STRIPED = 0.35, 0.6  # Opacity of an object's colour between its stripes and on them, 0…1.
# A label: column and row of a pixel of the picture shown, and the text at that pixel.
Labelled = tuple[int, int, str]
Boxes = dict[str, list[int]]
# A function that crops and scales a picture of the full raster to the picture shown.
Through = Callable[[Rgb], Rgb]


def parse_overlay(value: object) -> MaskOverlay:
    """Parse the overlay in a request to the viewer. Raises BadInput if it is not valid."""
    try:
        return MaskOverlay.model_validate(value)
    except ValidationError as error:
        raise BadInput(f"that mask can't be shown: {error.errors()[0]['msg']}"[:200]) from None


def draw_mask_overlay(
    picture: Rgb,
    overlay: MaskOverlay,
    drawn: MaskRenderer,
    through: Through,
    at: Callable[[Spot], tuple[int, int]],
    thick: int,
) -> tuple[Rgb, list[Labelled], Boxes]:
    """Draw the overlay on a picture. Return the picture, the labels of the overlay, and the box around each
    object.

    - Labels are the numbers of objects, the signs of clicks and the cursor's cross.
    - Boxes are in pixels of the full raster, without their right and bottom edges.
    - `through` converts a picture of the full raster to the displayed picture, which may be zoomed. `at`
      converts a position on the raster to a pixel of the displayed picture.
    - `thick` is the width of an edge in pixels.
    """
    labels: list[Labelled] = []
    boxes: Boxes = {}
    out = picture.astype(np.float32)
    whole = np.zeros(picture.shape[:2], np.uint8)
    for one in overlay.drawing.objects:
        acts = one.acts_at(overlay.frame)
        if overlay.doing is not None and one.number == overlay.hand:
            acts = (*acts, overlay.doing)
        raster = drawn.render_mask(acts)
        around = find_mask_box(raster)
        if around is not None:
            boxes[str(one.number)] = [around[0], around[1], around[2] + 1, around[3] + 1]
        mask = _scale_mask_to_view(raster, through)
        key = one.key(overlay.frame)
        labels += [(*at(click.at), "+" if click.belongs else "−") for click in (key.clicks if key else ())]
        found = find_mask_box(mask)
        if one.on:
            whole = np.maximum(whole, mask)
        if found is None or overlay.look is MaskLook.ALONE:
            continue
        ink = np.array(MASK_COLOURS.get(one.colour, MASK_COLOURS["white"]), np.float32)
        if one.on and overlay.look is MaskLook.FILLED:
            share = np.where(_make_stripes(mask.shape, one.number), _STRIPED, _SHARE) * (mask / FULL)
            out += (ink - out) * share[..., None].astype(np.float32)
        edge = _find_mask_edge(mask, thick if one.on or one.number == overlay.hand else max(1, thick // 2))
        out[edge] = ink if one.on else ink * 0.5
        labels.append((found[0], found[1], str(one.number)))
    if overlay.look is MaskLook.ALONE:
        out[:] = whole[..., None]
    image = Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))
    if len(overlay.path) > 1:
        spots = [at(spot) for spot in overlay.path]
        ImageDraw.Draw(image).line(spots, fill=(255, 255, 255), width=max(1, thick // 2))
    if overlay.cross is not None:
        labels.append((*at(overlay.cross), "┼"))
    return np.array(image), labels, boxes


def _scale_mask_to_view(mask: Mask, through: Through) -> Mask:
    """Crop and scale a mask of the full raster in the same way as the picture shown."""
    return through(np.repeat(mask[..., None], 3, axis=2))[..., 0]


def _find_mask_edge(mask: Mask, thick: int) -> NDArray[np.bool_]:
    """Return the pixels within `thick` pixels inside the edge of a mask.

    Where a mask reaches the edge of the picture, the picture's edge counts as the mask's edge.
    """
    inside = np.where(mask > FULL // 2, np.uint8(FULL), np.uint8(0))
    rim = np.pad(inside, thick)
    inner: NDArray[np.bool_] = grow_mask(rim, -thick)[thick:-thick, thick:-thick] == 0
    return inner & (inside > 0)


def _make_stripes(shape: tuple[int, ...], number: int) -> NDArray[np.bool_]:
    """Return which pixels are on a stripe of the pattern for an object's number.

    Numbers 1 to 4 have rising, falling, horizontal and vertical stripes. Higher numbers repeat the directions
    with wider spacing.
    """
    down, across = np.mgrid[: shape[0], : shape[1]]
    step = _STRIPE + 3 * ((number - 1) // 4)
    distance = (down + across, down - across, down, across)[(number - 1) % 4]
    striped: NDArray[np.bool_] = (distance % step) < 2
    return striped
