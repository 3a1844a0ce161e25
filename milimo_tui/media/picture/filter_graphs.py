"""Chains of libavfilter filters with one input and one output, which stay open for the next frame of the same
kind.

Each thread has its own chains. A chain is identified by its filters and by the format, size and colour of its
input frames.
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

# The name of a filter, and its options as pairs of name and value.
Filter = tuple[str, tuple[tuple[str, str], ...]]

_KEPT = 48


class _ThreadGraphs(threading.local):
    def __init__(self) -> None:
        self.graphs: OrderedDict[tuple[object, ...], Graph] = OrderedDict()
        # The monotonic time at which each graph got its last frame.
        self.used: dict[tuple[object, ...], float] = {}


_local = _ThreadGraphs()


def make_filter(name: str, **options: object) -> Filter:
    """Return a filter with its options, for use in `run`."""
    return name, tuple((option, str(value)) for option, value in options.items())


def run(frame: av.VideoFrame, *chain: Filter, stamp: object = None) -> av.VideoFrame:
    """Pass a frame through a chain of filters and return the resulting frame. The given frame is not changed.
    Raises Failed if a filter fails.

    `stamp` identifies the version of a file that a filter reads. The chain is built again when the stamp
    changes.
    """
    key = (stamp, frame.format.name, frame.width, frame.height, frame.colorspace, frame.color_range, chain)
    graphs = _local.graphs
    try:
        graph = graphs.get(key)
        if graph is None:
            graph = graphs[key] = _build_graph(frame, chain)
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


def close_idle_graphs(seconds: float) -> bool:
    """Close this thread's chains that got no frame for `seconds`, because each chain holds pictures in
    memory. Return True if any chain is still open.
    """
    now = time.monotonic()
    for key in [key for key, used in _local.used.items() if now - used >= seconds]:
        del _local.used[key]
        _local.graphs.pop(key, None)
    return bool(_local.graphs)


def _build_graph(frame: av.VideoFrame, chain: tuple[Filter, ...]) -> Graph:
    graph = Graph()
    # Films and segments are already processed in parallel, so each graph needs only one thread.
    graph.threads = 1
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
