"""The file of a take, and the writer that every engine uses for it.

Pictures are near-lossless H.264, or lossless where pixels of another take must be preserved. They have a
constant rate, closed GOPs of at most 12 frames, and the pixel format yuv420p tagged as BT.709 limited. Sound
is PCM at 48 kHz in stereo with an exact number of samples. The container is `.mov`. Equal input gives equal
bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from numpy.typing import NDArray

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.time import frame_to_sample
from milimo_tui.media.files.atomic_file import AtomicFile
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.yuv import tag_bt709

GOP = 12
QUALITY = 12  # The constant quality (CRF) of x264; 12 is near-lossless.
SPEED = "ultrafast"
THREADS = 2  # The number of threads is fixed, because x264's output depends on it.
BLOCK = 4096  # The number of samples in a packet of sound.


class TakeWriter(AtomicFile):
    """A writer for one take of exactly `frames` pictures, with sound that ends with the last picture.

    Use the writer as a context manager: the file appears at `path` if the block ends without an error.
    `width` and `height` are even, `rate` is in frames per second. `lossless` preserves every level. Raises
    BadInput for pictures or sound of a wrong shape, Failed for fewer or more pictures than `frames`, DiskFull
    and ReadOnly from the disk.
    """

    def __init__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        rate: Fraction,
        frames: int,
        sample_rate: int = 48000,
        metadata: Mapping[str, str] | None = None,
        lossless: bool = False,
    ) -> None:
        if width % 2 or height % 2 or width < 2 or height < 2:
            raise BadInput(f"a picture of {width}×{height} can't be written", "use an even width and height")
        if frames < 1:
            raise BadInput("a take needs at least one frame")
        super().__init__(path)
        self._size = (width, height)
        self._frames, self._rate = frames, rate
        self._samples = frame_to_sample(frames, rate, sample_rate)
        self._sample_rate = sample_rate
        self._metadata = dict(metadata or {})
        self._quality = {"qp": "0"} if lossless else {"crf": str(QUALITY)}
        self._written = 0
        self._sounded = 0
        self._pending = np.zeros((2, 0), dtype=np.int16)

    def _open_container(self) -> None:
        self._container = av.open(
            str(self._partial),
            "w",
            format="mov",
            options={"movflags": "use_metadata_tags", "fflags": "+bitexact", "max_interleave_delta": "0"},
        )
        self._container.metadata.update(self._metadata)
        self._video = self._container.add_stream(
            "libx264",
            rate=self._rate,
            options={"preset": SPEED, **self._quality},
        )
        self._video.width, self._video.height = self._size
        self._video.pix_fmt = colour.PIXELS
        context = self._video.codec_context
        context.time_base = 1 / self._rate
        context.gop_size = GOP
        context.max_b_frames = 0
        context.thread_count = THREADS
        context.flags |= Flags.closed_gop | Flags.bitexact
        tag_bt709(context)
        self._audio = self._container.add_stream("pcm_s16le", rate=self._sample_rate, layout="stereo")
        self._audio.codec_context.flags |= Flags.bitexact

    def picture(self, rgb: Rgb) -> None:
        """Add the next picture: uint8 (height, width, 3), full range. The array may be reused afterwards."""
        if rgb.dtype != np.uint8 or rgb.shape != (self._size[1], self._size[0], 3):
            raise BadInput(
                f"a picture with shape {rgb.shape} and type {rgb.dtype} does not fit a take of {self._size}"
            )
        self.frame(colour.to_yuv(rgb))

    def frame(self, frame: av.VideoFrame) -> None:
        """Add the next picture as a yuv420p frame tagged BT.709 limited (see `colour`)."""
        if self._written >= self._frames:
            raise Failed(f"the take should have {self._frames} frames, but got more")
        frame.pts, frame.time_base, frame.duration = self._written, 1 / self._rate, 1
        frame.pict_type = 0
        self._written += 1
        try:
            self._container.mux(self._video.encode(frame))
        except OSError as error:
            raise explain_os_error(error, self._path, "write") from error

    def sound(self, samples: NDArray[np.float32]) -> None:
        """Add sound, float (2, n) in −1…1, after the previous sound; samples past the end of the pictures are
        cut off.
        """
        if samples.ndim != 2 or samples.shape[0] != 2:
            raise BadInput(f"sound of shape {samples.shape} is not stereo")
        scaled = np.rint(np.nan_to_num(samples) * 32768)
        whole = np.clip(scaled, -32768, 32767).astype(np.int16)
        self._pending = np.concatenate([self._pending, whole], axis=1)
        try:
            self._mux_pending_sound(BLOCK)
        except OSError as error:
            raise explain_os_error(error, self._path, "write") from error

    def _mux_pending_sound(self, least: int) -> None:
        """Write samples that are not written yet to the container, in packets of `BLOCK` samples. Continue as
        long as at least `least` samples remain. If `least` is `BLOCK`, the samples of an incomplete packet
        remain. If it is 1, all samples are written.
        """
        room = self._samples - self._sounded
        pending, position = self._pending[:, :room], 0
        while pending.shape[1] - position >= least:
            block = pending[:, position : position + BLOCK]
            packed = np.ascontiguousarray(block.T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="s16", layout="stereo")
            frame.sample_rate = self._sample_rate
            frame.pts, frame.time_base = self._sounded, Fraction(1, self._sample_rate)
            self._container.mux(self._audio.encode(frame))
            position += block.shape[1]
            self._sounded += block.shape[1]
        self._pending = pending[:, position:].copy()

    def _write_remainder(self) -> None:
        if self._written != self._frames:
            raise Failed(f"the take should have {self._frames} frames, but got {self._written}")
        missing = self._samples - self._sounded - self._pending.shape[1]
        if missing > 0:
            self._pending = np.pad(self._pending, ((0, 0), (0, missing)))
        self._mux_pending_sound(1)
        self._container.mux(self._video.encode(None))
        self._container.mux(self._audio.encode(None))


def write_take(
    path: Path,
    pictures: Iterable[Rgb],
    *,
    width: int,
    height: int,
    rate: Fraction,
    frames: int,
    sound: NDArray[np.float32] | None = None,
    sample_rate: int = 48000,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write a complete take from pictures and an optional sound, float (2, n). Raises the same errors as
    `TakeWriter`.
    """
    with TakeWriter(
        path,
        width=width,
        height=height,
        rate=rate,
        frames=frames,
        sample_rate=sample_rate,
        metadata=metadata,
    ) as writer:
        if sound is not None:
            writer.sound(sound)
        for picture in pictures:
            writer.picture(picture)
