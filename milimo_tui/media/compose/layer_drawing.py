"""Draws a layer: its picture is converted to the working format, blurred, matted, flipped, placed on the
raster and graded.

A picture that does not move is scaled once, from its own pixels, to whole (even) pixels of the raster. A
picture that moves, is rotated, or is enlarged far beyond the raster is placed at fractions of a pixel by
`media.compose.warp`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import av
import numpy as np
from PIL import Image

from milimo_tui.media.compose import warp
from milimo_tui.media.compose.effect_values import EffectValues, Rect, locate_picture
from milimo_tui.media.compose.film_grain import apply_vignette_and_grain
from milimo_tui.media.compose.grade import apply_grade
from milimo_tui.media.compose.layers import PlacedImage, SourcePicture
from milimo_tui.media.picture import colour, filter_graphs
from milimo_tui.media.picture.alpha import (
    Shares,
    change_premultiplied,
    conform_with_alpha,
    extract_alpha,
    has_alpha,
)
from milimo_tui.media.picture.yuv import (
    Alpha,
    PlanarFormat,
    Plane,
    flip_frame,
    get_plane_views,
    make_yuv_frame,
)

# A picture that would be larger than this many times the raster's width or height is warped instead of
# scaled.
_LARGE = 2
_LEAST_SIGMA = 0.15  # A blur with a smaller sigma, in pixels, is invisible and is skipped.


Hold = Callable[[Hashable, Callable[[], Alpha]], Alpha]


@dataclass(frozen=True, slots=True)
class LayerMatte:
    """A matte for a picture: `levels` says how much of each part is visible. It has the orientation of the
    upright picture and may have any size.
    """

    levels: Alpha
    inverted: bool
    # A cache for the scaled and feathered matte. Only set for a matte that does not move.
    hold: Hold | None = None


def place_image(
    picture: SourcePicture,
    values: EffectValues,
    matte: LayerMatte | None,
    raster: tuple[int, int],
    kind: PlanarFormat,
) -> PlacedImage | None:
    """Return a layer's picture, with all effects applied, as an image at its position on the raster. None if
    no part of it is on the raster. `matte` restricts the visible part of the picture.
    """
    where = locate_picture(values.placing, picture.size, raster)
    if picture.at is not None:
        where = Rect(*picture.at, *picture.size)
    if values.is_plain and matte is None and not has_alpha(picture.frame):
        frame = _conform_upright(picture, _round_to_even(where.width), _round_to_even(where.height), kind)
        return PlacedImage(frame, round(where.left), round(where.top), plain=True)
    rests = not values.placing.moves and not values.placing.degrees
    rests = rests and where.width <= _LARGE * raster[0] and where.height <= _LARGE * raster[1]
    size = (
        (_round_to_even(where.width), _round_to_even(where.height))
        if rests
        else _choose_source_size(picture, values, where)
    )
    frame, alpha = _conform_with_alpha(picture, size, kind)
    frame, alpha = _apply_blur_matte_flip(frame, alpha, values, matte, where, raster, kind)
    made = (_place_on_whole_pixels if rests else _place_on_fractions)(
        frame, alpha, values, where, raster, kind
    )
    if made is None:
        return None
    over = apply_vignette_and_grain(
        apply_grade(made.frame, kind, values.grade),
        kind,
        (made.x, made.y),
        raster,
        vignette=values.vignette,
        grain=values.grain,
        moment=values.moment,
    )
    return replace(made, frame=over)


def trim_clear_edges(image: PlacedImage | None, kind: PlanarFormat) -> PlacedImage | None:
    """Crop the transparent borders of an image. This saves time if the image is drawn in many frames. None if
    the image is completely transparent.
    """
    if image is None or image.alpha is None:
        return image
    rows, columns = np.flatnonzero(image.alpha.any(axis=1)), np.flatnonzero(image.alpha.any(axis=0))
    if not len(rows):
        return None
    top, left = int(rows[0]) // 2 * 2, int(columns[0]) // 2 * 2
    bottom = min(int(rows[-1]) // 2 * 2 + 2, image.frame.height)
    right = min(int(columns[-1]) // 2 * 2 + 2, image.frame.width)
    frame = make_yuv_frame(kind, _crop_planes(kind, get_plane_views(image.frame), left, top, right, bottom))
    return PlacedImage(
        frame, image.x + left, image.y + top, np.ascontiguousarray(image.alpha[top:bottom, left:right])
    )


def _round_to_even(value: float) -> int:
    return max(2, 2 * round(value / 2))


def _choose_source_size(picture: SourcePicture, values: EffectValues, where: Rect) -> tuple[int, int]:
    """Return the width and height to which a picture is converted before it is warped. This is usually the
    picture's own size. A rotated picture is converted to at most its size on the raster.
    """
    wide, high = picture.frame.width, picture.frame.height
    if picture.orientation.is_sideways:
        wide, high = high, wide
    if values.placing.degrees:
        wide, high = min(wide, int(where.width) + 2), min(high, int(where.height) + 2)
    return _round_to_even(wide), _round_to_even(high)


def _conform_upright(picture: SourcePicture, width: int, height: int, kind: PlanarFormat) -> av.VideoFrame:
    """Return the picture in the working format and at the given size, mirrored and rotated upright as its
    file specifies.
    """
    orientation = picture.orientation
    sides = (height, width) if orientation.is_sideways else (width, height)
    frame = colour.conform_frame(picture.frame, *sides, kind.name)
    if not orientation.is_sideways:
        # Turned by 180°, a picture is mirrored in both directions.
        down = orientation.turns == 2
        across = orientation.mirrored != down
        return flip_frame(frame, across, down) if across or down else frame
    if orientation.mirrored:
        frame = flip_frame(frame, across=True, down=False)
    direction = "cclock" if orientation.turns == 1 else "clock"
    return filter_graphs.run(frame, filter_graphs.make_filter("transpose", dir=direction))


def _conform_with_alpha(
    picture: SourcePicture, size: tuple[int, int], kind: PlanarFormat
) -> tuple[av.VideoFrame, Alpha | None]:
    if not has_alpha(picture.frame):
        return _conform_upright(picture, *size, kind), None
    fine = "yuv444p" if kind.depth == 8 else f"yuv444p{kind.depth}le"
    own = picture.frame
    whole = get_plane_views(colour.conform_frame(own, own.width, own.height, fine))
    alpha = extract_alpha(own)
    upright = picture.orientation.apply
    return conform_with_alpha(kind, tuple(upright(plane) for plane in whole), upright(alpha), *size)


def _apply_blur_matte_flip(
    frame: av.VideoFrame,
    alpha: Alpha | None,
    values: EffectValues,
    matte: LayerMatte | None,
    where: Rect,
    raster: tuple[int, int],
    kind: PlanarFormat,
) -> tuple[av.VideoFrame, Alpha | None]:
    """Apply blur, matte and flip to a picture before it is placed on the raster. Return the picture and its
    alpha (None if opaque). `where` is the picture's rectangle on the raster, which sets the strength of the
    blur in pixels.
    """
    per_x, per_y = raster[1] * frame.width / where.width, raster[1] * frame.height / where.height
    if values.blur:
        frame, alpha = blur_picture(frame, alpha, values.blur * per_x, values.blur * per_y, kind)
    if matte is not None:
        matte_key = values.feather * per_x, values.feather * per_y, (frame.width, frame.height)
        seen = (
            matte.hold(matte_key, lambda: _draw_matte(matte, *matte_key))
            if matte.hold
            else _draw_matte(matte, *matte_key)
        )
        alpha = seen if alpha is None else _multiply_alphas(alpha, seen)
    if values.flip_h or values.flip_v:
        frame = flip_frame(frame, values.flip_h, values.flip_v)
        if alpha is not None:
            alpha = alpha[:: -1 if values.flip_v else 1, :: -1 if values.flip_h else 1]
    return frame, alpha


def _multiply_alphas(one: Alpha, other: Alpha) -> Alpha:
    return ((one.astype(np.uint16) * other + 127) // 255).astype(np.uint8)


def _draw_matte(matte: LayerMatte, across: float, down: float, size: tuple[int, int]) -> Alpha:
    levels = matte.levels
    if levels.shape != size[::-1]:
        levels = np.asarray(Image.fromarray(levels).resize(size, Image.Resampling.BICUBIC), dtype=np.uint8)
    if max(across, down) > _LEAST_SIGMA:
        grey = av.VideoFrame.from_ndarray(np.ascontiguousarray(levels), format="gray")
        levels = get_plane_views(filter_graphs.run(grey, _make_blur_filter(across, down)))[0]
    return 255 - levels if matte.inverted else levels


def _make_blur_filter(across: float, down: float, planes: int = 1) -> filter_graphs.Filter:
    """Return a Gaussian blur filter. `across` and `down` are its sigmas in pixels. `planes` is a bit mask of
    the planes that are blurred.
    """
    return filter_graphs.make_filter(
        "gblur", sigma=f"{across:.2f}", sigmaV=f"{down:.2f}", steps=_GAUSS_STEPS, planes=planes
    )


# The number of passes of FFmpeg's filter gblur. The result of a single pass is far from a Gaussian.
_GAUSS_STEPS = 3


def blur_picture(
    frame: av.VideoFrame, alpha: Alpha | None, across: float, down: float, kind: PlanarFormat
) -> tuple[av.VideoFrame, Alpha | None]:
    """Blur a picture and its alpha. `across` and `down` are the sigmas in pixels of the picture. Pixels at
    the edge are repeated outwards.
    """
    if max(across, down) < _LEAST_SIGMA:
        return frame, alpha
    if alpha is None:
        chroma = _make_blur_filter(across / (1 << kind.across), down / (1 << kind.down), planes=6)
        return filter_graphs.run(frame, _make_blur_filter(across, down), chroma), None

    def change(plane: Shares, index: int) -> Shares:
        shrink = kind.get_subsampling(index)
        floats = av.VideoFrame.from_ndarray(np.ascontiguousarray(plane), format="grayf32le")
        soft = filter_graphs.run(
            floats, _make_blur_filter(across / (1 << shrink[0]), down / (1 << shrink[1]))
        )
        levels: Shares = np.array(soft.to_ndarray(), dtype=np.float32)
        return levels

    planes, soft = change_premultiplied(kind, get_plane_views(frame), alpha, change)
    return make_yuv_frame(kind, planes), soft


def _place_on_whole_pixels(
    frame: av.VideoFrame,
    alpha: Alpha | None,
    values: EffectValues,
    where: Rect,
    raster: tuple[int, int],
    kind: PlanarFormat,
) -> PlacedImage | None:
    """Place a picture on whole pixels of the raster. The picture is cropped to even pixels and to the raster;
    None if nothing is left.
    """
    placing = values.placing
    x, y = int(where.left // 2) * 2, int(where.top // 2) * 2
    left, right = (
        _compute_even_part(placing.left, frame.width),
        frame.width - _compute_even_part(placing.right, frame.width),
    )
    top, bottom = (
        _compute_even_part(placing.top, frame.height),
        frame.height - _compute_even_part(placing.bottom, frame.height),
    )
    left, right = max(left, -x), min(right, raster[0] - x)
    top, bottom = max(top, -y), min(bottom, raster[1] - y)
    if right <= left or bottom <= top:
        return None
    if (right - left, bottom - top) != (frame.width, frame.height):
        frame = make_yuv_frame(kind, _crop_planes(kind, get_plane_views(frame), left, top, right, bottom))
        alpha = None if alpha is None else alpha[top:bottom, left:right]
    return PlacedImage(frame, x + left, y + top, alpha)


def _compute_even_part(share: float, side: int) -> int:
    return 2 * round(share * side / 2)


def _crop_planes(
    kind: PlanarFormat, planes: Sequence[Plane], left: int, top: int, right: int, bottom: int
) -> list[Plane]:
    out = []
    for index, plane in enumerate(planes):
        across, down = kind.get_subsampling(index)
        out.append(plane[top >> down : bottom >> down, left >> across : right >> across])
    return out


def _place_on_fractions(
    frame: av.VideoFrame,
    alpha: Alpha | None,
    values: EffectValues,
    where: Rect,
    raster: tuple[int, int],
    kind: PlanarFormat,
) -> PlacedImage | None:
    """Place a picture at fractions of a pixel, by warping it onto the raster. None if no part of it is on the
    raster.
    """
    warped = warp.warp_onto_raster(kind, get_plane_views(frame), alpha, where, values.placing, raster)
    if warped is None:
        return None
    planes, covered, x, y = warped
    whole = bool((covered == 255).all())
    return PlacedImage(make_yuv_frame(kind, planes), x, y, None if whole else covered)
