"""A film as a folder: one file per picture, numbered from 0, and the sound next to them.

Each file gets its name only when it is complete, so an interrupted render continues after the last file.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import av
from PIL import Image

from milimo_tui.core.host import atomic_path, explain, fsync_folder
from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat
from milimo_tui.cut.delivery.segments import Segment
from milimo_tui.cut.delivery.ways import Way
from milimo_tui.cut.plan.parts import part
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.encode.encoded_segment import pictures_of
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.render.film_file import FilmFile
from milimo_tui.media.render.soundtrack import soundtrack

SOUND = "sound.wav"
_WAITING = 4  # pictures that may wait to be written, per worker


def whole_of(plan: Plan, first: int = 0) -> Segment:
    """Return a plan from a frame on as a single segment."""
    left = (
        part(each, plan.rate, max(first, each.start), each.start + each.frames)
        for each in plan.stretches
        if each.start + each.frames > first
    )
    return Segment(first, plan.frames - first, tuple(left), Way.COMPOSITE)


def write_pictures(
    plan: Plan,
    delivery: Delivery,
    folder: Path,
    progress: Callable[[int], None],
    show: Callable[[av.VideoFrame], None],
    workers: int,
) -> int:
    """Write a film's pictures and sound into a folder, which is made if necessary.

    Returns the number of pictures passed on as they were decoded. `progress` gets the number of written
    pictures. Raises Failed with clip and timecode for a missing or damaged source, DiskFull, ReadOnly.
    """
    picture = delivery.picture
    assert picture is not None
    passed = 0
    try:
        folder.mkdir(exist_ok=True)
        first = _written(folder, delivery, plan.frames)
        with (
            contextlib.closing(pictures_of(plan, whole_of(plan, first), picture.pixels)) as pictures,
            ThreadPoolExecutor(workers, "picture files") as pool,
        ):
            writing: deque[Future[None]] = deque()
            for index, made in enumerate(pictures, start=first):
                path = folder / name_of(index, delivery)
                writing.append(pool.submit(_write, colour.to_rgb(made.frame), path, picture))
                if len(writing) > _WAITING * workers:
                    writing.popleft().result()
                passed += not made.composited
                show(made.frame)
                progress(index + 1)
            for each in writing:
                each.result()
        _write_sound(plan, delivery, folder)
        fsync_folder(folder)
    except OSError as error:
        raise explain(error, folder, "write") from error
    return passed


def name_of(index: int, delivery: Delivery) -> str:
    """Return the file name of a picture."""
    return f"{index:06d}{delivery.suffix}"


def _written(folder: Path, delivery: Delivery, frames: int) -> int:
    """Return the number of pictures that exist already, without a gap from the first."""
    there = {entry.name for entry in os.scandir(folder)}
    return next((index for index in range(frames) if name_of(index, delivery) not in there), frames)


def _write(pixels: Rgb, path: Path, picture: PictureFormat) -> None:
    partial = path.with_name(f".{path.name}.part")
    image = Image.fromarray(pixels)
    with partial.open("wb") as handle:
        if picture.codec == "jpeg":
            image.save(handle, "JPEG", quality=picture.quality or 95, subsampling=0)
        else:
            image.save(handle, "PNG", compress_level=3)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(partial, path)


def _write_sound(plan: Plan, delivery: Delivery, folder: Path) -> None:
    if delivery.sound is None:
        return
    alone = delivery.model_copy(
        update={"picture": None, "container": "wav", "suffix": ".wav", "chapters": ()}
    )
    with atomic_path(folder / SOUND) as partial, FilmFile(plan, alone, partial) as film:
        track = soundtrack(plan, alone, None)
        with contextlib.closing(track):
            film.sounds_like(track)
            film.finish()
