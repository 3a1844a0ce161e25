"""Test the memory of filter graphs: a graph holds pictures, so graphs that are no longer used must be
closed.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import psutil

from milimo_tui.core.host import trim_memory
from milimo_tui.media.picture import filter_graphs
from milimo_tui.media.picture.filter_graphs import make_filter
from milimo_tui.media.picture.yuv import get_plane_views

ROOT = Path(__file__).parents[3]
CHAINS = 12


def megabytes() -> float:
    gc.collect()
    trim_memory()
    return float(psutil.Process().memory_full_info().uss / 1e6)


def weigh() -> None:
    """Draw with many filter graphs and close them, and check the memory of the process at each point."""
    frame = av.VideoFrame(768, 512, "yuv420p")
    for view in get_plane_views(frame):
        view[:] = np.arange(view.shape[1], dtype=np.uint8)

    def drawn(number: int) -> av.VideoFrame:
        deep = make_filter("format", pix_fmts="gbrp16le")
        return filter_graphs.run(
            frame, make_filter("scale", w=700 - number, h=500), deep, make_filter("scale", w=400, h=300)
        )

    first = drawn(0).to_ndarray()
    filter_graphs.close_idle_graphs(0)
    before = megabytes()
    for number in range(CHAINS):
        drawn(number)
    held = megabytes()
    assert held > before + 2 * CHAINS
    assert filter_graphs.close_idle_graphs(60), "they were used a moment ago"
    assert not filter_graphs.close_idle_graphs(0)
    assert megabytes() < before + (held - before) / 4
    assert np.array_equal(drawn(0).to_ndarray(), first)


def test_idle_filter_graphs_are_released_with_their_pictures() -> None:
    """The test runs in a new process. A process that used a gigabyte before would have room for all graphs
    and show no growth.
    """
    words = f"from {__name__} import weigh; weigh()"
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
