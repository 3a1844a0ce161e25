"""A film as a folder with one file per picture, numbered from 0, and a sound file.

Each file gets its name only when it is complete, so that an interrupted render can continue after the last
picture.
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

from milimo_tui.core.host import explain_os_error, fsync_folder, replace_file_atomically
from milimo_tui.cut.delivery.delivery import Delivery, PictureFormat
from milimo_tui.cut.delivery.render_methods import RenderMethod
from milimo_tui.cut.delivery.segments import PlanSegment
from milimo_tui.cut.plan.parts import extract_stretch_part
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode.encoded_segment import compose_pictures_ahead
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.render.film_file import FilmFile
from milimo_tui.media.render.soundtrack import encode_soundtrack

SOUND = "sound.wav"
_WAITING = 4  # The number of composed pictures per worker that may wait to be written.


def make_single_segment(plan: RenderPlan, first: int = 0) -> PlanSegment:
    """Return the plan from frame `first` to its end as a single segment."""
    left = (
        extract_stretch_part(each, plan.rate, max(first, each.start), each.start + each.frames)
        for each in plan.stretches
        if each.start + each.frames > first
    )
    return PlanSegment(first, plan.frames - first, tuple(left), RenderMethod.COMPOSITE)


def write_picture_folder(
    plan: RenderPlan,
    delivery: Delivery,
    folder: Path,
    progress: Callable[[int], None],
    show: Callable[[av.VideoFrame], None],
    workers: int,
) -> int:
    """Write the pictures and the sound of a film into a folder, which is created if necessary.

    Returns the number of pictures that needed no compositing. `progress` gets the number of written pictures,
    `show` each picture. Raises Failed with clip and timecode for a missing or damaged source, DiskFull,
    ReadOnly.
    """
    picture = delivery.picture
    assert picture is not None
    passed = 0
    try:
        folder.mkdir(exist_ok=True)
        first = _count_written_pictures(folder, delivery, plan.frames)
        with (
            contextlib.closing(
                compose_pictures_ahead(plan, make_single_segment(plan, first), picture.pixels)
            ) as pictures,
            ThreadPoolExecutor(workers, "picture files") as pool,
        ):
            writing: deque[Future[None]] = deque()
            for index, made in enumerate(pictures, start=first):
                path = folder / name_picture_file(index, delivery)
                writing.append(pool.submit(_write_picture_file, colour.to_rgb(made.frame), path, picture))
                if len(writing) > _WAITING * workers:
                    writing.popleft().result()
                passed += not made.composited
                show(made.frame)
                progress(index + 1)
            for each in writing:
                each.result()
        _write_sound_file(plan, delivery, folder)
        fsync_folder(folder)
    except OSError as error:
        raise explain_os_error(error, folder, "write") from error
    return passed


def name_picture_file(index: int, delivery: Delivery) -> str:
    """Return the file name of the picture with number `index`."""
    return f"{index:06d}{delivery.suffix}"


def _count_written_pictures(folder: Path, delivery: Delivery, frames: int) -> int:
    """Return the number of pictures that an earlier render wrote, counted from the first up to the first
    missing file.
    """
    names = {entry.name for entry in os.scandir(folder)}
    return next((index for index in range(frames) if name_picture_file(index, delivery) not in names), frames)


def _write_picture_file(pixels: Rgb, path: Path, picture: PictureFormat) -> None:
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


def _write_sound_file(plan: RenderPlan, delivery: Delivery, folder: Path) -> None:
    if delivery.sound is None:
        return
    alone = delivery.model_copy(
        update={"picture": None, "container": "wav", "suffix": ".wav", "chapters": ()}
    )
    with replace_file_atomically(folder / SOUND) as partial, FilmFile(plan, alone, partial) as film:
        track = encode_soundtrack(plan, alone, None)
        with contextlib.closing(track):
            film.set_sound_packets(track)
            film.finish_film()
