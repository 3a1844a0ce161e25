"""The viewer's answers about media files that are viewed closely: stills, and frames of films."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np

from milimo_tui.core.errors import MilimoError
from milimo_tui.media.compose.cropped_picture import cropped_picture
from milimo_tui.media.compose.film_crop import FilmCrop
from milimo_tui.media.compose.layers import Picture
from milimo_tui.media.files.stills import open_still, to_array
from milimo_tui.media.masks.drawn import Drawn
from milimo_tui.media.masks.overlay import read_overlay
from milimo_tui.media.masks.overlay_values import Overlay
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.alpha import alpha_of, has_alpha
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.yuv import Alpha, working
from milimo_tui.media.read.frames import Readers
from milimo_tui.media.read.walks import Walks
from milimo_tui.media.scopes.viewed import Facts, Subject, viewed
from milimo_tui.media.scopes.viewing import read_viewing
from milimo_tui.media.sound.loudness_course import Course, LoudnessCourse
from milimo_tui.media.sound.sound_file import SoundFile
from milimo_tui.media.viewer.preview import FINE, MOST_OPEN, Size, seconds_of
from milimo_tui.media.viewer.viewed_frames import LOUDNESS_SECONDS


class ViewedFiles:
    """Draws pictures of files as requests specify. One thread at a time."""

    def __init__(self, walks: Walks) -> None:
        """Create the viewer. `walks` is the thread's memory budget for reading backwards."""
        self._readers = Readers(MOST_OPEN, walks)
        self._drawn: Drawn | None = None  # for the newest mask
        self._sound: tuple[Path, SoundFile, LoudnessCourse] | None = None  # for the newest file

    def picture(
        self,
        request: dict[str, Any],
        path: Path,
        seconds: Fraction,
        size: Size,
        rate: Fraction | None,
        crop: FilmCrop | None = None,
    ) -> tuple[Rgb, Facts]:
        """Return a file's picture with the request's `viewing`, and its facts; with `crop`, the part that the
        film shows.

        `beside` in the request specifies the file and second to compare with, `mask` the overlay. Raises
        NotFound, BadInput or Failed.
        """
        asked, frame = read_viewing(request.get("viewing", {})), self._frame(path, seconds, rate, crop)
        beside = request.get("beside")
        other = (
            (Path(beside["path"]), seconds_of(beside["seconds"]), None, asked_crop(beside))
            if beside
            else None
        )
        subject = Subject(
            frame,
            partial(self._frame, *other) if other else None,
            partial(self._alpha, path, seconds, rate, frame),
            partial(self._course, path, seconds),
            self._over(request),
        )
        drawn, facts = viewed(asked, subject, *size.fit(frame.width, frame.height), size.room)
        return size.framed(drawn), facts

    def _over(self, request: Mapping[str, Any]) -> tuple[Overlay, Drawn] | None:
        """Return the mask overlay of a request and its renderer, which stays open for the next request."""
        if not request.get("mask"):
            return None
        overlay = read_overlay(request["mask"])
        size = overlay.drawing.width, overlay.drawing.height
        if self._drawn is None or (self._drawn.width, self._drawn.height) != size:
            self._close_drawn()
            self._drawn = Drawn(*size)
        return overlay, self._drawn

    def _close_drawn(self) -> None:
        if self._drawn is not None:
            self._drawn.close()
            self._drawn = None

    def rest(self, seconds: float) -> bool:
        """Close films that were unused for `seconds`; return True if any is still open."""
        return self._readers.rest(seconds)

    def close(self) -> None:
        """Close all files and the mask renderer."""
        self._readers.close()
        self._close_drawn()
        if self._sound is not None:
            self._sound[1].close()
            self._sound = None

    def _frame(
        self, path: Path, seconds: Fraction, rate: Fraction | None, crop: FilmCrop | None
    ) -> av.VideoFrame:
        """Return a file's picture, upright, with square pixels, as planar YUV with even sides; with `crop`,
        the full raster.
        """
        frame = self._whole(path, seconds, rate)
        if crop is None:
            return frame
        pixels = working(frame.format.name)
        shown = crop.on(frame.width, frame.height)
        return cropped_picture(Picture(frame), shown, crop.width, crop.height, pixels)

    def _whole(self, path: Path, seconds: Fraction, rate: Fraction | None) -> av.VideoFrame:
        image = open_still(path) if rate is None else None
        if image is not None:
            return colour.to_yuv(_even(to_array(image.convert("RGB"))), FINE)
        reader = self._readers.get(path, rate=rate)
        frame = reader.frame(seconds)
        turns = round(frame.rotation / 90) % 4
        if turns or reader.aspect != 1 or colour.is_rgb(frame.format):
            wide = max(2, round(frame.width * reader.aspect))
            return colour.to_yuv(_even(np.rot90(colour.to_rgb(frame, wide, frame.height), turns)), FINE)
        width, height = max(2, frame.width & ~1), max(2, frame.height & ~1)
        return colour.conform(frame, width, height, working(frame.format.name))

    def _alpha(self, path: Path, seconds: Fraction, rate: Fraction | None, frame: av.VideoFrame) -> Alpha:
        """Return the file's own alpha in the size of its frame; a file without alpha is opaque."""
        image = open_still(path) if rate is None else None
        if image is not None:
            levels = to_array(image.getchannel("A")) if image.mode == "RGBA" else None
        else:
            decoded = self._readers.get(path, rate=rate).frame(seconds)
            levels = alpha_of(decoded) if has_alpha(decoded) else None
        whole = np.full((frame.height, frame.width), 255, np.uint8)
        if levels is None or levels.shape[0] < frame.height or levels.shape[1] < frame.width:
            return whole
        return levels[: frame.height, : frame.width]

    def _course(self, path: Path, seconds: Fraction) -> Course:
        """Return the loudness up to a second of the file; empty for a file without sound."""
        if self._sound is None or self._sound[0] != path:
            try:
                file = SoundFile(path)
            except MilimoError:  # a file without sound can still be viewed
                return np.empty((0, 2), np.float32)
            if self._sound is not None:
                self._sound[1].close()
            end = file.sample_rate * 24 * 3600
            self._sound = path, file, LoudnessCourse(file.read, file.sample_rate, end)
        _, file, course = self._sound
        return course.before(round(seconds * file.sample_rate), LOUDNESS_SECONDS)


def asked_crop(request: Mapping[str, Any]) -> FilmCrop | None:
    """Return the crop of a request, or of its comparison; None for the complete picture."""
    return FilmCrop(**request["crop"]) if request.get("crop") else None


def _even(picture: Rgb) -> Rgb:
    """Return a picture without an odd last row or column; a single row or column is doubled."""
    height, width = picture.shape[:2]
    doubled = np.repeat(np.repeat(picture, 1 + (height == 1), axis=0), 1 + (width == 1), axis=1)
    return np.ascontiguousarray(doubled[: max(2, height & ~1), : max(2, width & ~1)])
