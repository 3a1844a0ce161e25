"""Read the old take of a retake: its planes, colours and sound samples, exactly as they were written.

Preserved pixels are copied plane by plane and never converted to RGB.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import frame_to_sample
from milimo_tui.media.picture import colour, yuv
from milimo_tui.media.picture.plane_replacement import Frame
from milimo_tui.media.read.frames import FrameReader
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.resample import resample
from milimo_tui.media.sound.sound_file import SoundFile

Pixels = NDArray[np.uint8]  # (frames, height, width, 3)


class OldTake:
    """An open take file. `size` is its width and height, `rate` its frames per second."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises NotFound, and BadInput for a file without moving pictures."""
        facts = probe(path)
        if facts.kind != "video" or not facts.frames or not facts.rate:
            raise BadInput(f"{path.name} is not a take: it has no frames", "milimo shot takes lists them")
        self.path, self.frames, self.rate = path, facts.frames, facts.rate
        self.size = (facts.width or 0, facts.height or 0)
        self._has_sound = bool(facts.channels)
        self._reader = FrameReader(path)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def read_frame_planes(self, number: int) -> Frame:
        """Return a copy of frame `number` in the plane format of takes. Raises Failed if the frame is
        damaged.
        """
        seen = self._reader.frame(Fraction(number) / self.rate)
        return yuv.copy_frame(colour.conform_frame(seen, *self.size))

    def read_rgb_pictures(
        self, first: int, last: int, frames: int, raster: tuple[int, int], place: tuple[int, int]
    ) -> Pixels:
        """Return the frames [first, last) as RGB pictures of size `raster` (width, height), which may be
        larger than the take.

        `place` (left, top) is the position of the frame in its picture. The area around the frame is filled
        by repeating its edge pixels. The last frame is repeated until there are `frames` pictures.
        """
        out = np.empty((frames, raster[1], raster[0], 3), np.uint8)
        columns, rows = (
            np.clip(np.arange(wanted) - offset, 0, side - 1)
            for wanted, offset, side in zip(raster, place, self.size, strict=True)
        )
        for number in range(first, last):
            out[number - first] = colour.to_rgb(self.read_frame_planes(number))[rows][:, columns]
        out[last - first :] = out[last - first - 1]
        return out

    def read_range_sound(self, first: int, last: int, sample_rate: int) -> NDArray[np.float32]:
        """Return the sound (2, n) of frames [first, last) at `sample_rate`. The file's samples are returned
        unchanged if the file has this rate, else resampled. Return silence if the file has no sound.
        """
        begin, end = (frame_to_sample(frame, self.rate, sample_rate) for frame in (first, last))
        if not self._has_sound:
            return np.zeros((2, end - begin), np.float32)
        file = SoundFile(self.path)
        try:
            if file.sample_rate == sample_rate:
                return file.read(begin, end - begin)
            start, stop = (frame_to_sample(frame, self.rate, file.sample_rate) for frame in (first, last))
            found = resample(file.read(start, stop - start + 1), file.sample_rate, sample_rate)
        finally:
            file.close()
        found = found[:, : end - begin]
        return np.pad(found, ((0, 0), (0, end - begin - found.shape[1])))
