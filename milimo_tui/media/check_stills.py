"""Pictures of films that are no stream: a folder with a file a frame, a GIF, a WebP. Read by Pillow."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from milimo_tui.media.check_looks import Looker, as_looks, grey
from milimo_tui.media.check_pictures import Damage, Pictures

Tick = Callable[[int], None]
_NAMES = {"JPEG": "mjpeg"}


def look_at(folder: Path, suffix: str, tick: Tick) -> Pictures | None:
    """Every picture of a folder in the order of its names; None where it has none.

    A picture that can't be read is damage. Raises OSError where the folder can't be.
    """
    files = sorted(each for each in folder.iterdir() if each.suffix == suffix)
    looker, looks, damage = Looker(), [], []
    told = ("", 0, 0)
    for index, file in enumerate(files):
        try:
            with Image.open(file) as image:
                looks.append(looker.note(grey(np.asarray(image.convert("L")))))
                told = (_NAMES.get(image.format or "", (image.format or "").lower()), *image.size)
        except (OSError, SyntaxError, ValueError) as error:
            damage.append(Damage(Fraction(index), f"{file.name}: {error}"))
        tick(index + 1)
    if not files:
        return None
    return Pictures(*told, pixels="", rate=None, looks=as_looks(looks), damage=tuple(damage))


def look_at_clip(file: Path, tick: Tick) -> Pictures | None:
    """Every picture of a moving GIF or WebP. Raises OSError where it can't be read on."""
    looker, looks, times = Looker(), [], []
    seconds = Fraction(0)
    with Image.open(file) as image:
        for picture in ImageSequence.Iterator(image):
            looks.append(looker.note(grey(np.asarray(picture.convert("L")))))
            times.append(seconds)
            seconds += Fraction(int(picture.info.get("duration") or 0), 1000)
            tick(len(looks))
        codec, size = (image.format or "").lower(), image.size
    return Pictures(codec, *size, pixels="", rate=None, looks=as_looks(looks), times=tuple(times))
