"""A picture by itself as a clip of the film shows it: laid on the raster by the same steps as a render."""

from __future__ import annotations

import av

from milimo_tui.media.compose.compositing import Canvas, DrawnLayer
from milimo_tui.media.compose.effect_values import EffectValues, Placing
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.compose.layer_drawing import place_image
from milimo_tui.media.compose.layers import Picture
from milimo_tui.media.picture.yuv import planar


def cropped_picture(picture: Picture, crop: FilmCrop, width: int, height: int, pixels: str) -> av.VideoFrame:
    """Return a picture as it is cropped, on a raster of that size in a planar YUV format; a side that is odd
    is one more.
    """
    kind, raster = planar(pixels), (width + width % 2, height + height % 2)
    values = EffectValues(Placing(crop.x, crop.y, crop.scale, crop.scale))
    image = place_image(picture, values, None, raster, kind)
    return Canvas.black(kind, raster).with_layer(DrawnLayer(image) if image is not None else None).frame
