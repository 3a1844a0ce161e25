"""Pictures of video files at exact source times, from files that are kept open.

The one rule of time: at t seconds a file shows the last picture that began at or before t (its first picture
counts as second 0, the last one is held). Containers round their times to a tick, so one tick is forgiven.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
from av.error import FFmpegError

from milimo_tui.core.errors import BadInput, Failed, MilimoError, NotFound
from milimo_tui.core.host import explain
from milimo_tui.media.colour import Rgb, to_rgb
from milimo_tui.media.stills import refuse_huge

# Ahead by less than this, decoding on beats a seek.
_STRIDE = Fraction(1)
_MANY_PIXELS = 1920 * 1080

Timed = tuple[Fraction, av.VideoFrame]  # when a picture begins, in seconds of the source


class FrameReader:
    """One open video file. Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises NotFound, ReadOnly, or BadInput when it holds no video."""
        self._path = path
        self._shown: Timed | None = None
        self._next: Timed | None = None
        self._trouble = ""
        self._open()
        self._tick = self._stream.time_base or Fraction(1, 90000)
        self._origin = (self._stream.start_time or 0) * self._tick
        self._step = 1 / (self._stream.average_rate or self._stream.guessed_rate or Fraction(25))
        self._slack = min(self._tick, self._step / 4)
        self.aspect = self._stream.sample_aspect_ratio or Fraction(1)
        self._start_over()

    def frame(self, seconds: Fraction) -> av.VideoFrame:
        """The picture on screen at that source time, as decoded; not to be written to.

        Raises Failed when the file is damaged there.
        """
        wanted = seconds + self._slack
        earliest = self._shown or self._next
        if earliest is None or wanted < earliest[0] or self._far(wanted):
            self._go_before(wanted)
        while self._next is not None and self._next[0] <= wanted:
            self._shown = self._next
            self._advance()
        current = self._shown or self._next  # the first picture also stands for what is before it
        if self._trouble and (current is None or wanted >= current[0] + self._step):
            raise Failed(f"{self._path.name} is damaged: {self._trouble}")
        if current is None:
            raise Failed(f"{self._path.name} has no picture that can be read")
        return current[1]

    def picture(self, seconds: Fraction) -> Rgb:
        """The picture at that source time as RGB, in its coded size. Raises Failed."""
        return to_rgb(self.frame(seconds))

    def close(self) -> None:
        self._container.close()

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        try:
            self._container = av.open(str(self._path))
        except (OSError, FFmpegError) as error:
            raise unreadable(self._path, error) from error
        if not self._container.streams.video:
            self._container.close()
            raise BadInput(f"{self._path.name} has no picture")
        self._stream = self._container.streams.video[0]
        refuse_huge(self._path.name, self._stream.width, self._stream.height)
        if self._stream.width * self._stream.height < _MANY_PIXELS:
            self._stream.codec_context.thread_count = 1  # films and viewers run readers side by side
        else:
            self._stream.thread_type = av.codec.context.ThreadType.AUTO

    def _start_over(self) -> None:
        """Forget the pictures at hand and decode the one where the file stands."""
        self._shown = self._next = None
        self._trouble = ""
        self._frames = self._container.decode(self._stream)
        self._advance()

    def _far(self, wanted: Fraction) -> bool:
        return self._next is not None and wanted > self._next[0] + _STRIDE

    def _go_before(self, wanted: Fraction) -> None:
        """Stand at or before `wanted`; where a container's index is poor, step further back and try again."""
        back = Fraction(0)
        while True:
            if back > wanted:
                self._container.close()
                self._open()
                self._start_over()
                return
            self._seek(wanted - back)
            if self._next is not None and self._next[0] <= wanted:
                return
            back = back * 4 + 1

    def _seek(self, seconds: Fraction) -> None:
        try:
            offset = math.floor((seconds + self._origin) / self._tick)
            self._container.seek(offset, stream=self._stream, backward=True)
        except (OSError, FFmpegError) as error:
            raise unreadable(self._path, error) from error
        self._start_over()

    def _advance(self) -> None:
        """Decode one picture further; `_next` is None at the end, and where the file is damaged."""
        last = self._shown
        self._next = None
        try:
            frame = next(self._frames, None)
        except (OSError, FFmpegError) as error:
            self._trouble = str(error.strerror or error)
            return
        if frame is None:
            return
        if frame.pts is not None:
            self._next = (frame.pts * self._tick - self._origin, frame)
        else:
            self._next = (last[0] + self._step if last else Fraction(0), frame)


class Readers:
    """A few open video files; the one unused for longest is closed when there are too many.

    `lane` tells apart uses that walk the same file at different times (two clips of one take).
    """

    def __init__(self, limit: int = 8) -> None:
        self._limit = limit
        self._open: OrderedDict[tuple[str, str, int, int], FrameReader] = OrderedDict()

    def get(self, path: Path, lane: str = "") -> FrameReader:
        """The reader of a file, opened when it is not. Errors as `FrameReader`."""
        try:
            stat = path.stat()
        except OSError as error:
            raise unreadable(path, error) from error
        key = (str(path), lane, stat.st_ino, stat.st_mtime_ns)
        reader = self._open.get(key)
        if reader is None:
            reader = self._open[key] = FrameReader(path)
            while len(self._open) > self._limit:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(key)
        return reader

    def drop(self, lane: str) -> None:
        """Close the readers of a lane that is done."""
        for key in [key for key in self._open if key[1] == lane]:
            self._open.pop(key).close()

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()


def unreadable(path: Path, error: OSError | FFmpegError) -> MilimoError:
    """Why a media file could not be opened, as one sentence with its name."""
    if isinstance(error, FileNotFoundError):
        return NotFound(f"{path.name}: there is no such file", f"looked for {path}")
    if isinstance(error, PermissionError):
        return explain(error, path, "read")
    return BadInput(f"{path.name} can't be read as picture or sound: {error.strerror or error}")
