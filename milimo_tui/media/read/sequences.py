"""Image sequences as moving pictures: a reader by source time, stream facts, and packing into one file.

The number in a picture's name sets its time. If a number is missing, the picture before it stays on screen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.error import FFmpegError

from milimo_tui.core.errors import BadInput, Failed, MilimoError
from milimo_tui.core.host import explain_os_error
from milimo_tui.cut.plan.damage import UnhandledDamage
from milimo_tui.cut.values.streams import SEQUENCE, Spans, StreamFacts
from milimo_tui.media.files.allowed_formats import open_media
from milimo_tui.media.files.numbered_files import NumberedSequence, find_numbered_sequence
from milimo_tui.media.files.orientation import read_orientation
from milimo_tui.media.files.stills import refuse_huge_picture
from milimo_tui.media.files.stream_facts import read_stream_facts
from milimo_tui.media.files.unreadable import make_unreadable_error
from milimo_tui.media.picture.colour import Rgb, to_rgb
from milimo_tui.media.read.decoder import is_in_spans

PACKED = {
    "png": ".mov",
    "mjpeg": ".mov",
    "tiff": ".mov",
}  # Codecs whose pictures can be stored unchanged in one file, and the suffix of that file.
_KEPT = 4  # The number of decoded pictures that are cached.


class SequenceReader:
    """A reader for an image sequence at a frame rate. Not thread-safe."""

    aspect = Fraction(1)

    def __init__(self, path: Path, rate: Fraction, damaged: Spans = ()) -> None:
        """Find the pictures of the sequence. `path` is any picture of it, or a pattern such as
        `plate.%04d.png`.

        `rate` is in frames per second. In a `damaged` span the last picture before the damage is shown.
        Raises NotFound, BadInput.
        """
        self._run = find_numbered_sequence(path)
        self._good = [
            place
            for place, number in enumerate(self._run.numbers)
            if not is_in_spans(damaged, (number - self._run.numbers[0]) / rate)
        ] or list(range(len(self._run.paths)))
        self._rate = rate
        self._kept: OrderedDict[Path, av.VideoFrame] = OrderedDict()

    def frame(self, seconds: Fraction) -> av.VideoFrame:
        """Return the picture that is on screen at `seconds`, as decoded. Raises UnhandledDamage, or
        NotFound.
        """
        number = self._run.numbers[0] + max(0, (seconds * self._rate).__floor__())
        place = max(0, bisect_right(self._run.numbers, number) - 1)
        path = self._run.paths[self._good[max(0, bisect_right(self._good, place) - 1)]]
        if path not in self._kept:
            self._kept[path] = decode_sequence_picture(path)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[path]

    def picture(self, seconds: Fraction) -> Rgb:
        """Return the picture that is on screen at `seconds` as RGB, turned as its file specifies."""
        frame = self.frame(seconds)
        return np.ascontiguousarray(read_orientation(frame).apply(to_rgb(frame)))

    def close(self) -> None:
        """Discard the cached pictures."""
        self._kept.clear()

    def __enter__(self) -> SequenceReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_sequence_facts(run: NumberedSequence, rate: Fraction) -> StreamFacts:
    """Return the stream facts of a sequence, for which its first, middle and last picture are decoded.

    Raises BadInput if the sizes of these pictures differ or no picture can be read.
    """
    named, first = _read_first_readable(run)
    assert first.picture is not None
    size = (first.picture.width, first.picture.height)
    for path in {run.paths[len(run.paths) // 2], run.paths[-1]}:
        try:
            frame = decode_sequence_picture(path)
        except UnhandledDamage:  # A later search for damage finds every damaged picture.
            continue
        if (frame.width, frame.height) != size:
            raise BadInput(
                f"{path.name} is {frame.width}×{frame.height}, but {named.name} is {size[0]}×{size[1]}",
                "all pictures of a sequence must have one size",
            )
    update = {"rate": rate, "constant": True, "bit_rate": 0}
    return StreamFacts(
        container=SEQUENCE,
        seconds=run.frames / rate,
        frames=run.frames,
        picture=first.picture.model_copy(update=update),
        trouble=run.describe_missing_pictures(),
    )


def _read_first_readable(run: NumberedSequence) -> tuple[Path, StreamFacts]:
    """Return the first picture of a sequence that can be read, and its facts. If there is none, raise the
    error of the first picture.
    """
    trouble: MilimoError | None = None
    for path in run.paths:
        try:
            return path, read_stream_facts(path)
        except (BadInput, Failed) as error:
            trouble = trouble or error
        except (OSError, FFmpegError) as error:
            trouble = trouble or make_unreadable_error(path, error)
    assert trouble is not None
    raise trouble


def pack_sequence(run: NumberedSequence, rate: Fraction, folder: Path, stem: str) -> Path:
    """Copy the pictures of a sequence without change into one file, and return its path. For a missing number
    the picture before it is repeated.

    `stem` is the file's name without suffix. Raises BadInput for a picture format that the file cannot hold,
    Failed for an unreadable picture, DiskFull.
    """
    try:
        with open_media(run.first) as opened:
            template = opened.streams.video[0]
            suffix = PACKED.get(template.codec_context.name)
            if suffix is None:
                raise BadInput(
                    f"a sequence of {template.codec_context.name} pictures can't be copied into one file",
                    "link it instead: milimo asset add --link",
                )
            target = folder / f"{stem}{suffix}"
            with av.open(str(target), "w", options={"fflags": "+bitexact"}) as out:
                stream = out.add_stream_from_template(template)
                for index in range(run.frames):
                    place = bisect_right(run.numbers, run.numbers[0] + index) - 1
                    packet = _read_picture_packet(run.paths[place])
                    packet.stream = stream
                    packet.time_base, packet.duration = 1 / rate, 1
                    packet.pts = packet.dts = index
                    packet.is_keyframe = True
                    out.mux(packet)
    except FFmpegError as error:
        raise Failed(f"{run.name} could not be copied: {error.strerror or error}") from error
    except OSError as error:
        raise explain_os_error(error, folder, "keep") from error
    return target


def _read_picture_packet(path: Path) -> av.Packet[av.VideoStream]:
    try:
        with open_media(path) as container:
            for packet in container.demux(container.streams.video[0]):
                if packet.size:
                    return packet
    except FFmpegError as error:
        why = f"{path.name} can't be read as a picture: {error.strerror or error}"
        raise BadInput(why, "milimo asset add --link links the other pictures") from error
    raise Failed(f"{path.name} has no picture")


def decode_sequence_picture(path: Path) -> av.VideoFrame:
    """Decode one picture of a sequence.

    Raises NotFound, BadInput for a picture that is too large, and UnhandledDamage for a picture that cannot
    be decoded.
    """
    try:
        with open_media(path) as container:
            refuse_huge_picture(
                path.name, container.streams.video[0].width, container.streams.video[0].height
            )
            frame = next(container.decode(video=0), None)
    except FileNotFoundError as error:
        raise make_unreadable_error(path, error) from error
    except (OSError, FFmpegError, IndexError) as error:
        raise UnhandledDamage(f"{path.name} is damaged, or no picture") from error
    if frame is None:
        raise UnhandledDamage(f"{path.name} has no picture in it")
    return frame
