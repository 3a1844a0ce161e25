"""Functions that read the input pictures of a spec as pixels, and write resulting pictures as PNG files with
their provenance.

The module uses Pillow only, so that the supervisor and the screens may import it.
"""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.host import explain_os_error, fsync_folder
from milimo_tui.engines.contract.engine import Output
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.media.files.stills import open_still, read_still


def get_input_path(given: Input) -> Path:
    """Return the path of an input. The queue replaces outputs of other jobs by their paths before an engine
    receives the spec.
    """
    if not isinstance(given, str):
        raise Failed("an input comes from another job, which has not made it yet")
    return Path(given)


def read_input_picture(given: Input, what: str, *, least: int = 1) -> Image.Image:
    """Return an input as an upright RGB picture; transparent pixels become white. `what` names the input in
    messages.

    Raises NotFound for a missing file. Raises BadInput for a file that is no picture, is damaged, is too
    large, or has a side of fewer than `least` pixels.
    """
    picture = read_still(get_input_path(given))
    if min(picture.size) < least:
        raise BadInput(
            f"{what} is {picture.width}×{picture.height} pixels: too small",
            f"sides of at least {least} pixels are needed",
        )
    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def read_input_frame(given: Input, frame: int, what: str, *, least: int = 1) -> Image.Image:
    """Return an input picture as `read_input_picture` does, or one frame of a clip. A negative `frame` counts
    from the end. Also raises BadInput for a frame past the end.
    """
    path = get_input_path(given)
    if open_still(path) is not None:
        return read_input_picture(given, what, least=least)
    # Imported lazily: only a worker reads clips, and PyAV is slow to import.
    from milimo_tui.media.read.footage import Footage

    with Footage(path) as footage:
        return Image.fromarray(footage.frame(frame + footage.frames if frame < 0 else frame))


def save_png_picture(picture: Image.Image, path: Path, notes: dict[str, str]) -> None:
    """Write a PNG with its metadata, fsynced when this returns. Raises DiskFull and ReadOnly."""
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
        raise explain_os_error(error, path, "write") from error


def describe_png_output(role: str, path: Path, picture: Image.Image) -> Output:
    """Return the `Output` that describes a finished PNG. It has the file's hash, and the same facts that
    `media.read.probe` would find.
    """
    facts = MediaFileFacts(kind="picture", width=picture.width, height=picture.height, video_codec="png")
    return Output.of_file(role, path, facts.as_json())
