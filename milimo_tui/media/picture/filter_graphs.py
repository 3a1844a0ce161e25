"""Chains of libavfilter's filters, kept open for the next frame of the same kind. One picture in, one out.

Each thread has its own; a chain is told by its filters and by the frames it takes.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from fractions import Fraction

import av
from av.error import FFmpegError
from av.filter import Graph

from milimo_tui.core.errors import Failed

Filter = tuple[str, tuple[tuple[str, str], ...]]  # its name and options

_KEPT = 48


class _Local(threading.local):
    def __init__(self) -> None:
        self.graphs: OrderedDict[tuple[object, ...], Graph] = OrderedDict()
        self.used: dict[tuple[object, ...], float] = {}  # when each had a frame last


_local = _Local()


def filtered(name: str, **options: object) -> Filter:
    """One link of a chain."""
    return name, tuple((option, str(value)) for option, value in options.items())


def run(frame: av.VideoFrame, *chain: Filter, stamp: object = None) -> av.VideoFrame:
    """The frame after the chain; the one given stays as it is. Raises Failed when a filter refuses.

    `stamp` tells apart what a filter reads from a file: with another one the chain is built anew.
    """
    key = (stamp, frame.format.name, frame.width, frame.height, frame.colorspace, frame.color_range, chain)
    graphs = _local.graphs
    try:
        graph = graphs.get(key)
        if graph is None:
            graph = graphs[key] = _built(frame, chain)
            while len(graphs) > _KEPT:
                _local.used.pop(graphs.popitem(last=False)[0], None)
        graphs.move_to_end(key)
        _local.used[key] = time.monotonic()
        graph.vpush(frame)
        out = graph.vpull()
    except (FFmpegError, OSError) as error:
        graphs.pop(key, None)
        _local.used.pop(key, None)
        names = ", ".join(name for name, _ in chain)
        raise Failed(f"a picture could not be drawn ({names}): {error.strerror or error}") from error
    assert isinstance(out, av.VideoFrame)
    return out


def rest(seconds: float) -> bool:
    """Let go of this thread's chains that had no frame for so long, each with pictures of its own; return
    whether any is left.
    """
    now = time.monotonic()
    for key in [key for key, used in _local.used.items() if now - used >= seconds]:
        del _local.used[key]
        _local.graphs.pop(key, None)
    return bool(_local.graphs)


def _built(frame: av.VideoFrame, chain: tuple[Filter, ...]) -> Graph:
    graph = Graph()
    graph.threads = 1  # films are made in several places at once already
    last = graph.add(
        "buffer",
        width=str(frame.width),
        height=str(frame.height),
        pix_fmt=frame.format.name,
        time_base=str(frame.time_base or Fraction(1, 25)),
        colorspace=str(int(frame.colorspace)),
        range=str(int(frame.color_range)),
    )
    for name, options in chain:
        link = graph.add(name, **dict(options))
        last.link_to(link)
        last = link
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph
