"""Two passes over a film, so that it meets its bit rate with the bits where they are needed most.

The first one writes what it learns of every picture into a file that the second one reads. Both are one
encoder's over the whole film; x264 and x265 do this by themselves, told by their own options.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import av

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import Plan
from milimo_tui.media.encode.encoded_segment import Passed, encoding, packets_of
from milimo_tui.media.render.picture_files import whole_of

STAGE = "first pass"
_PARAMS = {"libx264": "x264-params", "libx265": "x265-params"}


@contextlib.contextmanager
def second_pass(
    plan: Plan,
    delivery: Delivery,
    progress: Callable[[int], None],
    show: Callable[[av.VideoFrame], None],
) -> Iterator[Delivery]:
    """Make the first pass; the delivery of the second, while its file is there.

    Raises Failed with clip and timecode for a source that is gone or damaged, OSError, and what is raised by
    `progress`, which is told the pictures that were looked at.
    """
    with tempfile.TemporaryDirectory(prefix="milimo-pass-") as folder:
        stats = Path(folder) / "stats"
        done = 0

        def made(picture: av.VideoFrame) -> None:
            nonlocal done
            done += 1
            show(picture)
            progress(done)

        with encoding():
            for _ in packets_of(plan, _with_pass_options(delivery, 1, stats), whole_of(plan), made, Passed()):
                pass
        yield _with_pass_options(delivery, 2, stats)


def _with_pass_options(delivery: Delivery, number: int, stats: Path) -> Delivery:
    picture = delivery.picture
    assert picture is not None
    words = (_PARAMS[picture.encoder], f"pass={number}:stats={stats}")
    return delivery.model_copy(
        update={"picture": picture.model_copy(update={"options": (*picture.options, words)})}
    )
