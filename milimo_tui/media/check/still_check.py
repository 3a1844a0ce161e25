"""The check of films that are not a video stream: a folder with one file per frame, an animated GIF, or an
animated WebP. Pillow reads the files.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from milimo_tui.core.reasons import reason
from milimo_tui.core.time import round_half_up
from milimo_tui.media.check.measures import MEASURE, FrameMeter, join_measure_records, sample_grey
from milimo_tui.media.check.picture_check import CheckedPictures, Damage
from milimo_tui.media.files.allowed_formats import open_picture

Tick = Callable[[int], None]
# The palette of a GIF may contain no grey darker than this level. The level is subtracted from the luma, so
# that such a grey counts as black.
_NEAR_BLACK = np.float32(24)
_NAMES = {"JPEG": "mjpeg"}


def check_picture_folder(folder: Path, suffix: str, rate: Fraction, tick: Tick) -> CheckedPictures | None:
    """Measure every picture of a folder, in the order of the file names, at `rate` pictures a second. Return
    None if the folder has no files with the suffix.

    An unreadable picture is recorded as damage, and counts as equal to the readable picture before it, or to
    the first readable picture. Raises OSError if the folder cannot be read.
    """
    files = sorted(each for each in folder.iterdir() if each.suffix == suffix)
    meter, damage = FrameMeter(), []
    measures: list[np.void] = []
    header = ("", 0, 0)
    for index, file in enumerate(files):
        try:
            with open_picture(file) as image:
                measures.append(meter.measure_samples(sample_grey(np.asarray(image.convert("L")))))
                header = (_NAMES.get(image.format or "", (image.format or "").lower()), *image.size)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            damage.append(Damage(index / rate, f"{file.name}: {reason(error)}"))
            measures += measures[-1:]
        tick(index + 1)
    if not files:
        return None
    first = measures[:1] or [np.zeros(1, MEASURE)[0]]
    measures = first * (len(files) - len(measures)) + measures
    return CheckedPictures(
        *header, pixels="", rate=None, measures=join_measure_records(measures), damage=tuple(damage)
    )


def check_animated_file(file: Path, rate: Fraction, tick: Tick) -> CheckedPictures | None:
    """Measure every frame of an animated GIF or WebP. A picture that is shown for several frame durations (at
    `rate` frames a second) counts as several frames.

    Raises OSError if the file cannot be read to its end.
    """
    meter = FrameMeter()
    measures: list[np.void] = []
    seconds = Fraction(0)
    with open_picture(file) as image:
        codec, size = (image.format or "").lower(), image.size
        for picture in ImageSequence.Iterator(image):
            shown = sample_grey(np.asarray(picture.convert("L"))) - (_NEAR_BLACK if codec == "gif" else 0)
            seconds += Fraction(int(picture.info.get("duration") or 0), 1000)
            while len(measures) < round_half_up(seconds * rate):
                measures.append(meter.measure_samples(shown))
            tick(len(measures))
    return CheckedPictures(codec, *size, pixels="", rate=None, measures=join_measure_records(measures))
