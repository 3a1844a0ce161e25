"""Two-pass encoding, which meets the bit rate of a film and spends the bits where they are needed most.

The first pass writes statistics of every picture to a file, which the second pass reads. In both passes a
single encoder handles the entire film. x264 and x265 implement the method; this module only sets their
options.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import av

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.encode.encoded_segment import PassedCounter, encode_packets, translate_encoder_errors
from milimo_tui.media.render.picture_files import make_single_segment

STAGE = "first pass"
_PARAMS = {"libx264": "x264-params", "libx265": "x265-params"}


@contextlib.contextmanager
def run_first_pass(
    plan: RenderPlan,
    delivery: Delivery,
    progress: Callable[[int], None],
    show: Callable[[av.VideoFrame], None],
) -> Iterator[Delivery]:
    """Run the first pass, then yield the delivery with the options for the second pass. The statistics file
    is deleted at the end of the `with` block.

    `progress` gets the number of analysed pictures, `show` each picture. Raises Failed with clip and timecode
    for a missing or damaged source, OSError, and the exceptions of `progress`.
    """
    with tempfile.TemporaryDirectory(prefix="milimo-pass-") as folder:
        stats = Path(folder) / "stats"
        done = 0

        def made(picture: av.VideoFrame) -> None:
            nonlocal done
            done += 1
            show(picture)
            progress(done)

        with translate_encoder_errors():
            for _ in encode_packets(
                plan, _with_pass_options(delivery, 1, stats), make_single_segment(plan), made, PassedCounter()
            ):
                pass
        yield _with_pass_options(delivery, 2, stats)


def _with_pass_options(delivery: Delivery, number: int, stats: Path) -> Delivery:
    picture = delivery.picture
    assert picture is not None
    words = (_PARAMS[picture.encoder], f"pass={number}:stats={stats}")
    return delivery.model_copy(
        update={"picture": picture.model_copy(update={"options": (*picture.options, words)})}
    )
