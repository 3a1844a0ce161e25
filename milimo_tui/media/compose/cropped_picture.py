"""A single picture, cropped as a clip of the film shows it: placed on the raster by the same steps as a
render.
"""

from __future__ import annotations

import av

from milimo_tui.media.compose.compositing import Canvas, DrawnLayer
from milimo_tui.media.compose.effect_values import EffectValues, Placing
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.compose.layer_drawing import place_image
from milimo_tui.media.compose.layers import Picture
from milimo_tui.media.picture.yuv import planar


def cropped_picture(picture: Picture, crop: FilmCrop, width: int, height: int, pixels: str) -> av.VideoFrame:
    """Return a cropped picture on a raster of the given size in a planar YUV format. An odd side is enlarged
    by one.
    """
    kind, raster = planar(pixels), (width + width % 2, height + height % 2)
    values = EffectValues(Placing(crop.x, crop.y, crop.scale, crop.scale))
    image = place_image(picture, values, None, raster, kind)
    return Canvas.black(kind, raster).with_layer(DrawnLayer(image) if image is not None else None).frame
