"""Pictures that engines read and write: inputs of a spec as pixels, results as PNG files that say how they
were made. Pillow alone, so that supervisor and screens may import it.
"""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.host import explain, fsync_folder
from milimo_tui.engines.contract.engine import Output
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.media.files.facts import Facts
from milimo_tui.media.files.stills import open_still, read_still


def path_of(given: Input) -> Path:
    """Where an input lies; those of other jobs have been resolved when an engine gets them."""
    if not isinstance(given, str):
        raise Failed(f"the input waits for job {given.job}, which has not been resolved")
    return Path(given)


def read_picture(given: Input, what: str, *, least: int = 1) -> Image.Image:
    """An input as an upright RGB picture; what is clear in it is white.

    Raises NotFound, and BadInput for what is no picture, damaged, too large, or smaller than `least` pixels.
    """
    picture = read_still(path_of(given))
    if min(picture.size) < least:
        raise BadInput(
            f"{what} is {picture.width}×{picture.height} pixels: too small",
            f"sides of at least {least} pixels are needed",
        )
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def read_frame(given: Input, frame: int, what: str, *, least: int = 1) -> Image.Image:
    """`read_picture`, or of a clip its picture at that frame, negative from its end. Raises BadInput past it,
    too.
    """
    path = path_of(given)
    if open_still(path) is not None:
        return read_picture(given, what, least=least)
    from milimo_tui.media.read.footage import Footage  # av: in a worker

    with Footage(path) as footage:
        return Image.fromarray(footage.frame(frame + footage.frames if frame < 0 else frame))


def save_picture(picture: Image.Image, path: Path, notes: dict[str, str]) -> None:
    """A PNG with its metadata, on the disk when this returns. Raises DiskFull and ReadOnly."""
    info = PngInfo()
    for key, value in notes.items():
        info.add_itxt(key, value)
    try:
        with path.open("wb") as handle:
            picture.save(handle, "PNG", pnginfo=info, compress_level=4)
            handle.flush()
            os.fsync(handle.fileno())
        fsync_folder(path.parent)
    except OSError as error:
        raise explain(error, path, "write") from error


def written(role: str, path: Path, picture: Image.Image) -> Output:
    """A finished PNG as a result: its hash, and the facts that `media.read.probe` finds of it."""
    facts = Facts(kind="picture", width=picture.width, height=picture.height, video_codec="png")
    return Output.of_file(role, path, facts.as_json())
