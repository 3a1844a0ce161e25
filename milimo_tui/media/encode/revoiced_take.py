"""Replacement of the sound of a take, or of several consecutive takes. The pictures are copied without
encoding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags
from av.error import FFmpegError
from numpy.typing import NDArray

from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import replace_file_atomically
from milimo_tui.core.reasons import reason
from milimo_tui.core.time import frame_to_sample, round_half_up
from milimo_tui.media.encode.take_file import BLOCK
from milimo_tui.media.files.allowed_formats import open_media


def replace_take_sound(
    taken: Path,
    path: Path,
    sound: NDArray[np.float32],
    *,
    sample_rate: int,
    metadata: Mapping[str, str],
) -> None:
    """Write a take with the pictures of the take `taken` and new sound.

    `sound` is float (2, n). It is cut off at the end of the pictures or padded with silence. Raises Damaged
    if the pictures cannot be read, DiskFull and ReadOnly from the disk.
    """
    join_takes_with_sound({taken: None}, path, sound, sample_rate=sample_rate, metadata=metadata)


def join_takes_with_sound(
    takes: Mapping[Path, int | None],
    path: Path,
    sound: NDArray[np.float32],
    *,
    sample_rate: int,
    metadata: Mapping[str, str],
) -> None:
    """Write one take with the pictures of several takes in order, and one sound, float (2, n).

    `takes` maps each file to the number of pictures used from its start, or None for all. The takes must have
    the same codec and parameters (`can_join_takes`). Raises the same errors as `replace_take_sound`.
    """
    with replace_file_atomically(path) as partial:
        try:
            _mux_takes_and_sound(takes, partial, sound, sample_rate, metadata)
        except FFmpegError as error:
            if isinstance(error, OSError) and error.filename == str(partial):
                raise
            named = " and ".join(one.name for one in takes)
            raise Damaged(
                f"the pictures of {named} can't be read: {reason(error)}", "make a new take"
            ) from error


def can_join_takes(takes: Sequence[Path]) -> bool:
    """Return True if the pictures of the files can form one stream: equal codec, size, rate and
    parameters.
    """
    return len({_read_stream_parameters(one) for one in takes}) == 1


def _read_stream_parameters(path: Path) -> tuple[object, ...]:
    with open_media(path) as source:
        stream = source.streams.video[0]
        coder = stream.codec_context
        return coder.name, coder.width, coder.height, stream.average_rate, coder.extradata


def _mux_takes_and_sound(
    takes: Mapping[Path, int | None],
    partial: Path,
    sound: NDArray[np.float32],
    sample_rate: int,
    metadata: Mapping[str, str],
) -> None:
    options = {"movflags": "use_metadata_tags", "fflags": "+bitexact", "max_interleave_delta": "0"}
    with ExitStack() as opened, av.open(str(partial), "w", format="mov", options=options) as out:
        out.metadata.update(metadata)
        sources = [(opened.enter_context(open_media(one)), most) for one, most in takes.items()]
        pictures = sources[0][0].streams.video[0]
        rate = Fraction(pictures.average_rate or 25)
        video = out.add_stream_from_template(pictures)
        audio = out.add_stream("pcm_s16le", rate=sample_rate, layout="stereo")
        audio.codec_context.flags |= Flags.bitexact
        frames = 0
        for source, most in sources:
            first = frames
            later = first / rate
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is None:
                    continue
                if frames - first == most:
                    break
                frames += 1
                ticks = round_half_up(later / packet.time_base)
                packet.dts += ticks
                packet.pts = None if packet.pts is None else packet.pts + ticks
                packet.stream = video
                out.mux(packet)
        count = frame_to_sample(frames, rate, sample_rate)
        whole = np.clip(np.rint(np.nan_to_num(sound[:, :count]) * 32768), -32768, 32767).astype(np.int16)
        whole = np.pad(whole, ((0, 0), (0, count - whole.shape[1])))
        for position in range(0, count, BLOCK):
            block = np.ascontiguousarray(whole[:, position : position + BLOCK].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            frame.sample_rate = sample_rate
            frame.pts, frame.time_base = position, Fraction(1, sample_rate)
            out.mux(audio.encode(frame))
        out.mux(audio.encode(None))
