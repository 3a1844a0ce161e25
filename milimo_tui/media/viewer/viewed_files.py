"""Answer requests for a media file that is examined: a still or video frame with scopes, with a mask overlay,
or compared with another file.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np

from milimo_tui.core.errors import MilimoError
from milimo_tui.media.compose.cropped_picture import draw_cropped_picture
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.compose.layers import SourcePicture
from milimo_tui.media.files.cache import identify_source
from milimo_tui.media.files.orientation import UPRIGHT, read_orientation
from milimo_tui.media.files.stills import image_to_array, open_still
from milimo_tui.media.loudness.loudness_course import LoudnessHistory, LoudnessPairs
from milimo_tui.media.masks.drawn import MaskRenderer
from milimo_tui.media.masks.overlay import parse_overlay
from milimo_tui.media.masks.overlay_values import MaskOverlay
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.alpha import extract_alpha, has_alpha
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.yuv import Alpha, choose_working_format
from milimo_tui.media.read.frames import ReaderPool
from milimo_tui.media.read.walks import ReverseReadBudget
from milimo_tui.media.scopes.viewed import Facts, ViewSubject, draw_view
from milimo_tui.media.scopes.viewing import parse_viewing
from milimo_tui.media.sound.sound_file import SoundFile
from milimo_tui.media.viewer.preview import FINE, MOST_OPEN, ViewSize, parse_source_seconds
from milimo_tui.media.viewer.viewed_frames import LOUDNESS_SECONDS


class FileViewer:
    """A drawer of files with the scopes, overlays and comparisons that a request asks for. Only one thread at
    a time may use it.
    """

    def __init__(self, walks: ReverseReadBudget) -> None:
        """Create the drawer. `walks` is the memory budget of its thread for reading video backwards."""
        self._readers = ReaderPool(MOST_OPEN, walks)
        self._drawn: MaskRenderer | None = None  # the renderer for masks of the newest picture size
        # The file whose loudness was measured last, as named by `identify_source`
        self._sound: tuple[str, SoundFile, LoudnessHistory] | None = None

    def picture(
        self,
        request: dict[str, Any],
        path: Path,
        seconds: Fraction,
        size: ViewSize,
        rate: Fraction | None,
        crop: FilmCrop | None = None,
    ) -> tuple[Rgb, Facts]:
        """Return a picture of a file, and numbers about the picture (see `draw_view`).

        `seconds` is the time in the file, and `rate` the frame rate of an image sequence. With `crop`, only
        the part that the film shows is drawn. In the request, `viewing` has the scopes and other settings of
        the view, `beside` the file and time to compare with, and `mask` the mask overlay. Raises NotFound,
        BadInput or Failed.
        """
        viewing, frame = (
            parse_viewing(request.get("viewing", {})),
            self._read_view_frame(path, seconds, rate, crop),
        )
        beside = request.get("beside")
        other = (
            (Path(beside["path"]), parse_source_seconds(beside["seconds"]), None, parse_crop(beside))
            if beside
            else None
        )
        subject = ViewSubject(
            frame,
            partial(self._read_view_frame, *other) if other else None,
            partial(self._read_file_alpha, path, seconds, rate, frame),
            partial(self._measure_file_loudness, path, seconds),
            self._get_mask_overlay(request),
        )
        drawn, facts = draw_view(viewing, subject, *size.fit(frame.width, frame.height), size.room)
        return size.add_bars(drawn), facts

    def _get_mask_overlay(self, request: Mapping[str, Any]) -> tuple[MaskOverlay, MaskRenderer] | None:
        """Return the mask overlay that a request asks for, and the renderer of its masks. Return None if the
        request has no mask. The renderer is reused for later requests.
        """
        if not request.get("mask"):
            return None
        overlay = parse_overlay(request["mask"])
        size = overlay.drawing.width, overlay.drawing.height
        if self._drawn is None or (self._drawn.width, self._drawn.height) != size:
            self._close_mask_renderer()
            self._drawn = MaskRenderer(*size)
        return overlay, self._drawn

    def _close_mask_renderer(self) -> None:
        if self._drawn is not None:
            self._drawn.close()
            self._drawn = None

    def close_idle_view_files(self, seconds: float) -> bool:
        """Close video files that were unused for `seconds`. Return True if any file is still open."""
        return self._readers.close_idle_readers(seconds)

    def close(self) -> None:
        """Close all video and sound files, and the mask renderer."""
        self._readers.close()
        self._close_mask_renderer()
        if self._sound is not None:
            self._sound[1].close()
            self._sound = None

    def _read_view_frame(
        self, path: Path, seconds: Fraction, rate: Fraction | None, crop: FilmCrop | None
    ) -> av.VideoFrame:
        """Return the picture of a file at `seconds` as planar YUV: upright, with square pixels and an even
        width and height.

        With `crop`, the result is the picture as the film shows it: the full raster, filled with the visible
        part of the file.
        """
        frame = self._read_full_frame(path, seconds, rate)
        if crop is None:
            return frame
        pixels = choose_working_format(frame.format.name)
        shown = crop.on(frame.width, frame.height)
        return draw_cropped_picture(SourcePicture(frame), shown, crop.width, crop.height, pixels)

    def _read_full_frame(self, path: Path, seconds: Fraction, rate: Fraction | None) -> av.VideoFrame:
        image = open_still(path) if rate is None else None
        if image is not None:
            return colour.to_yuv(_make_sides_even(image_to_array(image.convert("RGB"))), FINE)
        reader = self._readers.get(path, rate=rate)
        frame = reader.frame(seconds)
        orientation = read_orientation(frame)
        if orientation != UPRIGHT or reader.aspect != 1 or colour.is_rgb(frame.format):
            wide = max(2, round(frame.width * reader.aspect))
            return colour.to_yuv(
                _make_sides_even(orientation.apply(colour.to_rgb(frame, wide, frame.height))), FINE
            )
        width, height = max(2, frame.width & ~1), max(2, frame.height & ~1)
        return colour.conform_frame(frame, width, height, choose_working_format(frame.format.name))

    def _read_file_alpha(
        self, path: Path, seconds: Fraction, rate: Fraction | None, frame: av.VideoFrame
    ) -> Alpha:
        """Return the file's own alpha channel in the size of `frame`. A file without alpha is opaque (255
        everywhere).
        """
        image = open_still(path) if rate is None else None
        if image is not None:
            levels = image_to_array(image.getchannel("A")) if image.mode == "RGBA" else None
        else:
            decoded = self._readers.get(path, rate=rate).frame(seconds)
            upright = read_orientation(decoded).apply
            levels = upright(extract_alpha(decoded)) if has_alpha(decoded) else None
        whole = np.full((frame.height, frame.width), 255, np.uint8)
        if levels is None or levels.shape[0] < frame.height or levels.shape[1] < frame.width:
            return whole
        return levels[: frame.height, : frame.width]

    def _measure_file_loudness(self, path: Path, seconds: Fraction) -> LoudnessPairs:
        """Return the loudness of a file up to the time `seconds`, for the loudness graph. The result is empty
        for a file without sound.
        """
        try:
            file, course = self._open_measured_sound(path)
        except MilimoError:  # a file without sound can still be viewed
            return np.empty((0, 2), np.float32)
        return course.get_pairs_before(round(seconds * file.sample_rate), LOUDNESS_SECONDS)

    def _open_measured_sound(self, path: Path) -> tuple[SoundFile, LoudnessHistory]:
        """Return the sound of a file with its measured loudness, which stay open until another file is
        measured or the file is replaced. Raises the errors of `SoundFile`.
        """
        source = identify_source(path)
        if self._sound is None or self._sound[0] != source:
            file = SoundFile(path)
            if self._sound is not None:
                self._sound[1].close()
            end = file.sample_rate * 24 * 3600
            self._sound = source, file, LoudnessHistory(file.read, file.sample_rate, end)
        return self._sound[1:]


def parse_crop(request: Mapping[str, Any]) -> FilmCrop | None:
    """Return the `crop` of a request, or None if the request asks for the complete picture. The file to
    compare with (`beside`) has a crop of its own, which is parsed in the same way.
    """
    return FilmCrop(**request["crop"]) if request.get("crop") else None


def _make_sides_even(picture: Rgb) -> Rgb:
    """Return a picture with even width and height. An odd last row or column is removed. If there is only one
    row or column, it is doubled.
    """
    height, width = picture.shape[:2]
    doubled = np.repeat(np.repeat(picture, 1 + (height == 1), axis=0), 1 + (width == 1), axis=1)
    return np.ascontiguousarray(doubled[: max(2, height & ~1), : max(2, width & ~1)])
