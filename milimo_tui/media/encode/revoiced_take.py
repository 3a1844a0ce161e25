"""Another sound over the pictures of a take: they are copied as they are, bit by bit."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from av.error import FFmpegError
from numpy.typing import NDArray

from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import atomic_path
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import sample_at
from milimo_tui.media.encode.take_file import BLOCK


def with_sound(
    taken: Path,
    path: Path,
    sound: NDArray[np.float32],
    *,
    sample_rate: int,
    metadata: Mapping[str, str],
) -> None:
    """Write a take of the pictures of one and a float (2, n) sound, cut or filled with silence to their end.

    Raises Damaged for a file whose pictures can't be read, DiskFull and ReadOnly from the disk.
    """
    with atomic_path(path) as partial:
        try:
            _written(taken, partial, sound, sample_rate, metadata)
        except FFmpegError as error:
            if isinstance(error, OSError) and error.filename == str(partial):
                raise
            raise Damaged(
                f"the pictures of {taken.name} can't be read: {reason(error)}", "make a new take"
            ) from error


def _written(
    taken: Path, partial: Path, sound: NDArray[np.float32], sample_rate: int, metadata: Mapping[str, str]
) -> None:
    options = {"movflags": "use_metadata_tags", "fflags": "+bitexact", "max_interleave_delta": "0"}
    with av.open(str(taken)) as source, av.open(str(partial), "w", format="mov", options=options) as out:
        out.metadata.update(metadata)
        pictures = source.streams.video[0]
        video = out.add_stream_from_template(pictures)
        audio = out.add_stream("pcm_s16le", rate=sample_rate, layout="stereo")
        audio.codec_context.flags |= Flags.bitexact
        frames = 0
        for packet in source.demux(pictures):
            if packet.dts is None:
                continue
            frames += 1
            packet.stream = video
            out.mux(packet)
        rate = pictures.average_rate or Fraction(25)
        count = sample_at(frames, Fraction(rate), sample_rate)
        whole = np.clip(np.rint(np.nan_to_num(sound[:, :count]) * 32768), -32768, 32767).astype(np.int16)
        whole = np.pad(whole, ((0, 0), (0, count - whole.shape[1])))
        for position in range(0, count, BLOCK):
            block = np.ascontiguousarray(whole[:, position : position + BLOCK].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            frame.sample_rate = sample_rate
            frame.pts, frame.time_base = position, Fraction(1, sample_rate)
            out.mux(audio.encode(frame))
        out.mux(audio.encode(None))
