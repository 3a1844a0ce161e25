"""Readers that return the picture of a video file at an exact source time, and keep the files open.

At t seconds a file shows the last picture that began at or before t. The first picture counts as second 0,
and the last picture stays on screen. A difference of one tick is tolerated, because containers round times to
a tick.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import OrderedDict, deque
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Protocol

import av
import numpy as np
from av.error import FFmpegError

from milimo_tui.core.errors import Failed
from milimo_tui.cut.plan.damage import UnhandledDamage
from milimo_tui.cut.plan.plan import Media
from milimo_tui.cut.values.streams import Spans
from milimo_tui.media.files.orientation import read_orientation
from milimo_tui.media.files.unreadable import make_unreadable_error
from milimo_tui.media.picture.colour import Rgb, to_rgb
from milimo_tui.media.read.animated_webp import PageReader, is_animated_webp
from milimo_tui.media.read.decoder import Decoder, Timed
from milimo_tui.media.read.sequences import SequenceReader
from milimo_tui.media.read.walks import ReverseReadBudget

# A picture up to this many seconds ahead is reached by decoding the pictures before it, which is faster than
# a seek.
_STRIDE = Fraction(1)
_LEAST_KEPT = 4

# The key of an open reader: path, lane (a name for the clip that reads the file), rate, inode and
# modification time of the file, and damaged spans.
_Key = tuple[str, str, str, int, int, Spans]


class PictureReader(Protocol):
    """The interface of readers of moving pictures: video files, animations and image sequences."""

    aspect: Fraction  # The pixel aspect ratio: width by height of a pixel.

    def frame(self, seconds: Fraction) -> av.VideoFrame:
        """Return the picture that is on screen at `seconds` of the source, as decoded. The caller must not
        write to it. Raises Failed.
        """
        ...

    def picture(self, seconds: Fraction) -> Rgb:
        """Return the picture that is on screen at `seconds` of the source as RGB, mirrored and turned as its
        file specifies, but not scaled. Raises Failed.
        """
        ...

    def close(self) -> None:
        """Close the files that the reader holds open."""


class FrameReader:
    """A reader for one video file. Reading backwards costs little more than reading forwards. Not
    thread-safe.
    """

    def __init__(self, path: Path, damaged: Spans = (), walks: ReverseReadBudget | None = None) -> None:
        """Open the file.

        At a time inside one of the `damaged` spans, the reader returns the last picture before the damage.
        `walks` is the memory budget for pictures that are cached for reading backwards. Raises NotFound,
        ReadOnly, or BadInput if the file contains no video.
        """
        self._path = path
        self._walks = walks or ReverseReadBudget()
        self._decoder = Decoder(path, damaged)
        self._shown: Timed | None = None
        self._next: Timed | None = None
        self._trouble = ""
        self._behind: deque[Timed] = deque()
        self._step = self._decoder.step
        self.aspect = self._decoder.aspect
        self._restart_decoding()

    def frame(self, seconds: Fraction) -> av.VideoFrame:
        """Return the picture that is on screen at `seconds` of the source, as decoded. The caller must not
        write to it.

        Raises Failed if the file is damaged at this time.
        """
        wanted = seconds
        cached = self._find_cached_picture(wanted)
        if cached is not None:
            return cached
        backwards = self._position_before(wanted)
        while self._next is not None and self._next[0] <= wanted:
            if backwards:
                self._behind.append(self._next)
            self._shown = self._next
            self._decode_next()
        # Before the start of the first picture, the first picture is shown.
        current = self._shown or self._next
        if self._trouble and (current is None or wanted >= current[0] + self._step):
            raise UnhandledDamage(f"{self._path.name} is damaged: {self._trouble}")
        if current is None:
            raise Failed(f"{self._path.name} has no picture that can be read")
        return current[1]

    def picture(self, seconds: Fraction) -> Rgb:
        """Return the picture that is on screen at `seconds` of the source as RGB, mirrored and turned as its
        file specifies, but not scaled. Raises Failed.
        """
        frame = self.frame(seconds)
        return np.ascontiguousarray(read_orientation(frame).apply(to_rgb(frame)))

    def read_neighbours(self, seconds: Fraction) -> tuple[av.VideoFrame, av.VideoFrame | None, float]:
        """Return the picture on screen at `seconds`, the next picture, and the position of `seconds` between
        the starts of the two pictures, 0…1.

        After the last picture, the next picture is None. Raises the same errors as `frame`.
        """
        shown = self.frame(seconds)
        pair = (self._shown, self._next)
        if self._behind and self._behind[0][0] <= seconds < self._behind[-1][0]:
            place = bisect_right(self._behind, seconds, key=lambda timed: timed[0])
            pair = (self._behind[place - 1], self._behind[place])
        first, second = pair
        if first is None or second is None or not first[0] <= seconds < second[0]:
            return shown, None, 0.0
        return shown, second[1], float((seconds - first[0]) / (second[0] - first[0]))

    def close(self) -> None:
        """Close the file and discard the cached pictures."""
        self.drop_pictures()
        self._walks.end_reverse_reading(self)
        self._decoder.close()

    def drop_pictures(self) -> None:
        """Discard the pictures that were cached for reading backwards."""
        self._behind.clear()

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _find_cached_picture(self, wanted: Fraction) -> av.VideoFrame | None:
        """Return the picture for a time from the cache for reading backwards, or None if it is not cached."""
        if not self._behind or not self._behind[0][0] <= wanted < self._behind[-1][0]:
            return None
        self._walks.mark_reader_used(self)
        return self._behind[bisect_right(self._behind, wanted, key=lambda timed: timed[0]) - 1][1]

    def _position_before(self, wanted: Fraction) -> bool:
        """Make sure that decoding from the current position reaches the time `wanted`; seek if necessary.

        Return True if the caller is reading backwards, so that the pictures decoded next should be cached.
        """
        if self._trouble:  # After damage, decoding can continue at the next key frame.
            self._jump_to(wanted)
            return False
        earliest = self._shown or self._next
        if earliest is not None and wanted >= earliest[0]:
            if self._next is not None and wanted > self._next[0] + _STRIDE:
                self._jump_to(wanted)
            return False
        backwards = earliest is not None and earliest[0] - wanted < _STRIDE
        if backwards and earliest is not None:
            share = self._walks.begin_reverse_reading(self)
            most = max(_LEAST_KEPT, share // max(1, _count_frame_bytes(earliest[1])))
            self._seek_before(max(Fraction(0), wanted - min(_STRIDE, self._step * (most // 2))))
            self._behind = deque(maxlen=most)
        else:
            self._jump_to(wanted)
        return backwards

    def _jump_to(self, wanted: Fraction) -> None:
        """Seek to a key frame at or before `wanted`. Also return this reader's share of the memory for
        reading backwards, because reading now continues elsewhere.
        """
        self._seek_before(wanted)
        self._walks.end_reverse_reading(self)

    def _restart_decoding(self) -> None:
        """Discard the current pictures and decode the first picture at the decoder's position."""
        self._shown = self._next = None
        self._trouble = ""
        self._behind.clear()
        self._pictures = self._decoder.iterate_pictures()
        self._decode_next()

    def _seek_before(self, wanted: Fraction) -> None:
        """Seek to a picture at or before `wanted`. If the file's index leads to a later picture, seek again
        to an earlier time.
        """
        back = Fraction(0)
        while True:
            if back > wanted:
                self._decoder.rewind()
                self._restart_decoding()
                return
            self._decoder.seek(wanted - back)
            self._restart_decoding()
            if self._next is not None and self._next[0] <= wanted:
                return
            back = back * 4 + 1

    def _decode_next(self) -> None:
        """Decode the next picture into `_next`, which becomes None at the end of the file and at damage."""
        self._next = None
        try:
            self._next = next(self._pictures, None)
        except (OSError, FFmpegError) as error:
            self._trouble = str(error.strerror or error)


def _count_frame_bytes(frame: av.VideoFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)


def open_picture_reader(
    path: Path, rate: Fraction | None = None, damaged: Spans = (), walks: ReverseReadBudget | None = None
) -> PictureReader:
    """Open the reader that suits a file.

    With `rate`, in frames per second, `path` is one picture of an image sequence. Raises the same errors as
    `FrameReader`.
    """
    if rate is not None:
        return SequenceReader(path, rate, damaged)
    return PageReader(path) if is_animated_webp(path) else FrameReader(path, damaged, walks)


class ReaderPool:
    """A pool of open readers of media files. If there are more than `limit` readers, the least recently used
    reader is closed.

    If two clips show the same take, each of them reads the file at its own time and therefore has its own
    reader. The parameter `lane` of the methods names the clip. `walks` is the memory budget for pictures that
    are cached for reading backwards; pools of the same thread may share it.
    """

    def __init__(self, limit: int = 8, walks: ReverseReadBudget | None = None) -> None:
        self._limit = limit
        self.walks = walks or ReverseReadBudget()
        self._open: OrderedDict[_Key, PictureReader] = OrderedDict()
        self._used: dict[_Key, float] = {}  # The monotonic time at which each reader was last used.

    def of(self, media: Media, lane: str = "") -> PictureReader:
        """Return the reader for a video or image sequence of a render plan (`media` of kind `video` or
        `sequence`). `lane` names the clip that reads. Raises the same errors as `get`.
        """
        rate = media.rate if media.kind == "sequence" else None
        return self.get(Path(media.path), lane, rate, media.facts.damaged)

    def get(
        self, path: Path, lane: str = "", rate: Fraction | None = None, damaged: Spans = ()
    ) -> PictureReader:
        """Return the reader of a file, and open it if necessary.

        `lane` names the clip that reads the file, because each clip has its own reader. With `rate`, in
        frames per second, `path` is the first picture of an image sequence. Raises the same errors as
        `FrameReader`.
        """
        try:
            stat = path.stat()
        except OSError as error:
            raise make_unreadable_error(path, error) from error
        key = (str(path), lane, str(rate), stat.st_ino, stat.st_mtime_ns, damaged)
        reader = self._open.get(key)
        if reader is None:
            reader = self._open[key] = open_picture_reader(path, rate, damaged, self.walks)
            while len(self._open) > self._limit:
                self._close_reader(next(iter(self._open)))
        self._open.move_to_end(key)
        self._used[key] = time.monotonic()
        return reader

    def close_idle_readers(self, seconds: float) -> bool:
        """Close readers that were unused for `seconds`. Of the other readers, discard the pictures that were
        cached for reading backwards and not used for `seconds`.

        Return True if any reader is still open.
        """
        now = time.monotonic()
        for key in [key for key, used in self._used.items() if now - used >= seconds]:
            self._close_reader(key)
        self.walks.release_idle_readers(seconds)
        return bool(self._open)

    def close(self) -> None:
        """Close all readers."""
        for key in list(self._open):
            self._close_reader(key)

    def _close_reader(self, key: _Key) -> None:
        self._used.pop(key, None)
        self._open.pop(key).close()
