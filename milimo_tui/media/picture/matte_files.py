"""Writing of masks as files: a still mask as a grey PNG, a moving mask as a grey `.mov` of PNG pictures.

PNG preserves every grey level exactly, which H.264 with limited range does not. Editing programs can read PNG
in QuickTime files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.host import explain_os_error, fsync_folder
from milimo_tui.media.files.atomic_file import AtomicFile
from milimo_tui.media.picture.mattes import Mask

_GREY = "gray"
# The compression level of PNG. Masks have large flat areas, so a higher level takes time for little gain.
_LEVEL = 2


def write_mask(path: Path, mask: Mask, notes: Mapping[str, str]) -> None:
    """Write a still mask as an 8-bit grey PNG and sync it to the disk. `notes` are stored as text chunks.
    Raises DiskFull and ReadOnly.
    """
    info = PngInfo()
    for key, value in notes.items():
        info.add_itxt(key, value)
    try:
        with path.open("wb") as handle:
            Image.fromarray(mask, mode="L").save(handle, "PNG", pnginfo=info, compress_level=_LEVEL)
            handle.flush()
            os.fsync(handle.fileno())
        fsync_folder(path.parent)
    except OSError as error:
        raise explain_os_error(error, path, "write") from error


class MatteWriter(AtomicFile):
    """A writer for one moving mask: exactly `frames` grey pictures at `rate` frames per second, without
    sound.

    Use the writer as a context manager: the file appears at `path` if the block ends without an error. Width
    and height may be any size from one pixel. Equal masks give equal bytes. Raises Failed for fewer or more
    pictures than `frames`, DiskFull and ReadOnly from the disk.
    """

    def __init__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        rate: Fraction,
        frames: int,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        if frames < 1:
            raise BadInput("a moving mask needs at least one frame")
        super().__init__(path)
        self._size, self._rate, self._frames = (width, height), rate, frames
        self._metadata = dict(metadata or {})
        self._written = 0

    def add_mask_picture(self, mask: Mask) -> None:
        """Add the next mask, uint8 (height, width)."""
        if mask.dtype != np.uint8 or mask.shape != (self._size[1], self._size[0]):
            raise BadInput(
                f"a mask with shape {mask.shape} and type {mask.dtype} does not fit a moving mask "
                f"of {self._size}"
            )
        if self._written >= self._frames:
            raise Failed(f"the mask should have {self._frames} frames, but got more")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(mask), format=_GREY)
        frame.pts, frame.time_base, frame.duration = self._written, 1 / self._rate, 1
        self._written += 1
        try:
            self._container.mux(self._stream.encode(frame))
        except OSError as error:
            raise explain_os_error(error, self._path, "write") from error

    def _open_container(self) -> None:
        self._container = av.open(
            str(self._partial),
            "w",
            format="mov",
            options={"movflags": "use_metadata_tags", "fflags": "+bitexact"},
        )
        self._container.metadata.update(self._metadata)
        options = {"compression_level": str(_LEVEL), "pred": "up"}
        self._stream = self._container.add_stream("png", rate=self._rate, options=options)
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = _GREY
        context = self._stream.codec_context
        context.time_base = 1 / self._rate
        context.thread_count = 1
        context.flags |= Flags.bitexact

    def _write_remainder(self) -> None:
        if self._written != self._frames:
            raise Failed(f"the mask should have {self._frames} frames, but got {self._written}")
        self._container.mux(self._stream.encode(None))
