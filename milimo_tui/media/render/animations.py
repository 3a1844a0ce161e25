"""Short films as animations for web pages, without sound: GIF with a palette chosen for the film, or WebP.

Each picture is encoded as a difference from the previous picture, so one encoder must handle all pictures.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.error import BlockingIOError as Waiting
from av.error import EOFError as Ended
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.stream import VideoStream
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.delivery.delivery import Container, Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode import encoders, formats
from milimo_tui.media.encode.encoded_segment import compose_pictures_ahead, translate_encoder_errors
from milimo_tui.media.picture import colour
from milimo_tui.media.render.picture_files import make_single_segment

MOST_SECONDS = 120
_TICKS = {Container.GIF: 100, Container.WEBP: 1000}  # Clock ticks per second of each file format.
_PALETTE = "video_size=16x16:pix_fmt=bgra:time_base=1/25:pixel_aspect=1/1"


def write_animation(
    plan: RenderPlan,
    delivery: Delivery,
    path: Path,
    progress: Callable[[int], None],
    show: Callable[[av.VideoFrame], None],
) -> int:
    """Write a film as GIF or WebP. Return the number of pictures that needed no compositing.

    For a GIF the pictures are composed twice, because its palette is chosen from all pictures first.
    `progress` gets the number of finished frames, `show` each picture. Raises BadInput for a film that is too
    long, Failed with clip and timecode for a missing or damaged source, and OSError.
    """
    if plan.frames > MOST_SECONDS * plan.rate:
        raise BadInput(
            f"{float(plan.frames / plan.rate):.0f} s are too long for {delivery.preset}",
            f"give --range IN:OUT of at most {MOST_SECONDS} s, or another --preset",
        )
    walk = _AnimationPictures(plan, delivery, progress, show)
    with translate_encoder_errors(), contextlib.closing(formats.open_container(delivery, path)) as container:
        stream = container.add_stream(delivery.picture.encoder if delivery.picture else "gif", rate=plan.rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = plan.width, plan.height
        stream.pix_fmt = "pal8" if delivery.container is Container.GIF else "bgra"
        stream.codec_context.time_base = Fraction(1, _TICKS[delivery.container])
        if delivery.picture is not None:
            stream.codec_context.options = encoders.make_encoder_options(delivery.picture, plan.width)
        frames = _dither_pictures(walk) if delivery.container is Container.GIF else walk.iterate_rgb("bgra")
        for index, frame in enumerate(frames):
            tick = stream.codec_context.time_base
            frame.pts = round_half_up(index / plan.rate / tick)
            frame.time_base = tick
            frame.duration = round_half_up((index + 1) / plan.rate / tick) - frame.pts
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    if delivery.container is Container.WEBP:
        _extend_webp_duration(path, round_half_up(plan.frames / plan.rate * _TICKS[Container.WEBP]))
    return walk.passed


class _AnimationPictures:
    """The composed pictures of a film as RGB frames. The object can be iterated several times, because a GIF
    needs one pass for its palette and one for its pictures.
    """

    def __init__(
        self,
        plan: RenderPlan,
        delivery: Delivery,
        progress: Callable[[int], None],
        show: Callable[[av.VideoFrame], None],
    ) -> None:
        self.plan, self.passed = plan, 0
        self._progress, self._show = progress, show
        self._walks = 2 if delivery.container is Container.GIF else 1
        self._made = 0

    def iterate_rgb(self, pixels: str) -> Iterator[av.VideoFrame]:
        passed = 0
        with contextlib.closing(
            compose_pictures_ahead(self.plan, make_single_segment(self.plan), "yuv444p")
        ) as pictures:
            for index, made in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(colour.to_rgb(made.frame), format="rgb24")
                frame = frame.reformat(format=pixels) if pixels != "rgb24" else frame
                frame.pts, frame.time_base = index, 1 / self.plan.rate
                passed += not made.composited
                self._show(made.frame)
                self._made += 1
                self._progress(self._made // self._walks)
                yield frame
        self.passed = passed


def _dither_pictures(walk: _AnimationPictures) -> Iterator[av.VideoFrame]:
    """Yield the pictures dithered to one palette of 256 colours for the complete film. Moving areas have the
    most influence on the palette.
    """
    palette = _choose_palette(walk)
    graph = Graph()
    graph.threads = 1
    pictures, colours = graph.add("buffer", _describe_buffer(walk.plan)), graph.add("buffer", _PALETTE)
    use, sink = graph.add("paletteuse", "dither=sierra2_4a:diff_mode=rectangle"), graph.add("buffersink")
    pictures.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    for frame in walk.iterate_rgb("rgb24"):
        pictures.push(frame)
        yield from _pull_sink_frames(sink)
    pictures.push(None)
    yield from _pull_sink_frames(sink)


def _choose_palette(walk: _AnimationPictures) -> av.VideoFrame:
    graph = Graph()
    graph.threads = 1
    pictures, choose, sink = (
        graph.add("buffer", _describe_buffer(walk.plan)),
        graph.add("palettegen", "stats_mode=diff"),
        graph.add("buffersink"),
    )
    pictures.link_to(choose)
    choose.link_to(sink)
    graph.configure()
    for frame in walk.iterate_rgb("rgb24"):
        pictures.push(frame)
    pictures.push(None)
    [palette] = _pull_sink_frames(sink)
    palette.pts, palette.time_base = 0, Fraction(1, 25)
    return palette


def _pull_sink_frames(sink: FilterContext) -> Iterator[av.VideoFrame]:
    """Yield the frames that a filter graph can output at present."""
    while True:
        try:
            frame = sink.pull()
        except (Waiting, Ended):
            return
        assert isinstance(frame, av.VideoFrame)
        yield frame


def _describe_buffer(plan: RenderPlan) -> str:
    tick = 1 / plan.rate
    return (
        f"video_size={plan.width}x{plan.height}:pix_fmt=rgb24"
        f":time_base={tick.numerator}/{tick.denominator}:pixel_aspect=1/1"
    )


def _extend_webp_duration(path: Path, milliseconds: int) -> None:
    """Extend the last picture of a WebP, so that the animation lasts exactly `milliseconds`.

    The encoder writes a film of one picture as a still, which is converted to an animation. Raises OSError.
    """
    data = bytearray(path.read_bytes())
    at, delay, last, still = 12, 0, 0, b""
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if data[at : at + 4] == b"ANMF":
            last = at + 20
            delay += _parse_little_endian(data[last : last + 3])
        elif bytes(data[at : at + 4]) in (b"ALPH", b"VP8 ", b"VP8L"):
            still += data[at:end]
        at = end
    if last:
        data[last : last + 3] = _to_uint24(_parse_little_endian(data[last : last + 3]) + milliseconds - delay)
    elif still:
        data = _make_single_page_animation(path, still, milliseconds)
    path.write_bytes(data)


def _make_single_page_animation(path: Path, still: bytes, milliseconds: int) -> bytearray:
    """Return an animated WebP with one picture that lasts `milliseconds`. `still` are the image chunks of the
    still WebP at `path`.
    """
    with Image.open(path) as image:
        sides = _to_uint24(image.width - 1) + _to_uint24(image.height - 1)
    frame = bytes(6) + sides + _to_uint24(milliseconds) + b"\0" + still
    head = _make_riff_chunk(b"VP8X", b"\x12\0\0\0" + sides) + _make_riff_chunk(
        b"ANIM", bytes(6)
    )  # The header's flags say that the file is animated and has alpha. It repeats endlessly.
    return bytearray(_make_riff_chunk(b"RIFF", b"WEBP" + head + _make_riff_chunk(b"ANMF", frame)))


def _make_riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def _to_uint24(value: int) -> bytes:
    return value.to_bytes(3, "little")


def _parse_little_endian(data: bytes | bytearray) -> int:
    return int.from_bytes(data, "little")
