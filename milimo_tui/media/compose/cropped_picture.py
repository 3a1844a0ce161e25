"""Draws a single picture as a clip of the film would show it, cropped and placed on the raster by the same
code as a render.
"""

from __future__ import annotations

import av

from milimo_tui.media.compose.compositing import DrawnLayer, FilmCanvas
from milimo_tui.media.compose.effect_values import EffectValues, PicturePlacing
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.compose.layer_drawing import place_image
from milimo_tui.media.compose.layers import SourcePicture
from milimo_tui.media.picture.yuv import parse_planar_format


def draw_cropped_picture(
    picture: SourcePicture, crop: FilmCrop, width: int, height: int, pixels: str
) -> av.VideoFrame:
    """Draw a picture with a crop on a raster of `width` × `height`. Return the frame in the planar YUV format
    `pixels`. An odd width or height is increased by one.
    """
    kind, raster = parse_planar_format(pixels), (width + width % 2, height + height % 2)
    values = EffectValues(PicturePlacing(crop.x, crop.y, crop.scale, crop.scale))
    image = place_image(picture, values, None, raster, kind)
    return (
        FilmCanvas.create_black(kind, raster)
        .with_layer(DrawnLayer(image) if image is not None else None)
        .frame
    )
