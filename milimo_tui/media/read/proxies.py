"""Proxies: small copies of large clips with the same pictures at the same times.

The viewer decodes a proxy instead of the clip. A render never uses proxies.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError
from av.video.stream import VideoStream

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.streams import PictureFacts
from milimo_tui.media.files import cache as kept
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.media.picture import colour
from milimo_tui.media.picture.yuv import flip_frame, tag_bt709
from milimo_tui.media.read.decoder import Decoder, Timed
from milimo_tui.media.read.sequences import SequenceReader

VERSION = 2
KIND = "proxies"
SIDE = 960  # The longer side of a proxy in pixels.

# Options for fast encoding and fast seeking. The picture quality of a proxy matters little.
_OPTIONS = {"preset": "ultrafast", "crf": "24", "g": "12", "bf": "0", "x264-params": "log-level=none"}

# A callback that gets the number of finished pictures and the total number.
Watch = Callable[[int, int], None]


def locate_proxy(path: Path, cache: Path) -> Path:
    """Return the path of a clip's proxy in a cache folder."""
    return kept.locate_cached_file(cache, kept.identify_source(path), KIND, ".mp4", VERSION, side=SIDE)


def make_proxy(
    path: Path, facts: MediaFileFacts, cache: Path, watch: Watch = lambda done, total: None
) -> Path:
    """Return the path of a clip's proxy in the folder `cache`, and encode the proxy if it does not exist.
    `facts` are the facts of the clip.

    Raises BadInput for a file without pictures, the errors of reading the clip, DiskFull and ReadOnly.
    """
    picture = facts.streams.picture
    if picture is None:
        raise BadInput(f"{path.name} has no moving picture, so it needs no proxy")
    place = locate_proxy(path, cache)
    if place.exists():
        return place
    temporary = place.with_name(f".{place.name}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _encode_proxy(path, facts, picture, temporary, watch)
        os.replace(temporary, place)
    except OSError as error:
        raise explain_os_error(error, place, "keep") from error
    except FFmpegError as error:
        raise Failed(f"no proxy could be made of {path.name}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return place


def _encode_proxy(
    path: Path, facts: MediaFileFacts, picture: PictureFacts, target: Path, watch: Watch
) -> None:
    width, height = choose_proxy_size(picture)
    with (
        contextlib.closing(_ProxySource(path, facts)) as source,
        av.open(str(target), "w", format="mp4") as out,
    ):
        stream = out.add_stream("libx264", rate=picture.rate or 25, options=_OPTIONS)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, colour.PIXELS
        stream.codec_context.time_base = source.tick
        stream.set_display_rotation(picture.rotation)
        tag_bt709(stream.codec_context)
        for done, (seconds, frame) in enumerate(source.iterate_source_pictures(), 1):
            small = colour.conform_frame(frame, width, height)
            if picture.mirrored:
                small = flip_frame(small, across=True, down=False)
            small.pts, small.time_base = round_half_up(seconds / source.tick), source.tick
            small.duration, small.pict_type = 0, 0
            out.mux(stream.encode(small))
            watch(done, facts.frames or done)
        out.mux(stream.encode(None))


def choose_proxy_size(picture: PictureFacts) -> tuple[int, int]:
    """Return the width and height of a proxy in square pixels, before it is rotated for display."""
    width, height = picture.width * picture.aspect, Fraction(picture.height)
    scale = min(Fraction(1), SIDE / max(width, height))
    return max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2))


class _ProxySource:
    """The source from which a proxy is encoded. It yields each picture of a clip or image sequence with its
    start time.
    """

    def __init__(self, path: Path, facts: MediaFileFacts) -> None:
        self._frames, self._rate = facts.frames or 0, facts.rate
        self._decoder: Decoder | None = None
        self._sequence: SequenceReader | None = None
        if facts.streams.is_sequence and facts.rate is not None:
            self._sequence = SequenceReader(path, facts.rate, facts.streams.damaged)
            self.tick = 1 / facts.rate
        else:
            self._decoder = Decoder(path, facts.streams.damaged)
            self.tick = self._decoder.tick

    def iterate_source_pictures(self) -> Iterator[Timed]:
        if self._decoder is not None:
            yield from self._decoder.iterate_pictures()
        elif self._sequence is not None and self._rate is not None:
            for index in range(self._frames):
                yield index / self._rate, self._sequence.frame(index / self._rate)

    def close(self) -> None:
        for opened in (self._decoder, self._sequence):
            if opened is not None:
                opened.close()
