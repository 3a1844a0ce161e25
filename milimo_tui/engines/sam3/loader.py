"""Load SAM 3 for a job. The worker's model cache retains the model between jobs.

Imports torch: only for workers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import compute_loaded_bytes, list_part_files, weigh
from milimo_tui.engines.runtime.cancel import call_before_blocks, release_on_error
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.runtime.recipe_run import key, running
from milimo_tui.engines.sam3 import model
from milimo_tui.engines.sam3.model import Sam
from milimo_tui.engines.sam3.profile import FAMILY
from milimo_tui.engines.sam3.sizes import SIZES
from milimo_tui.media.read.footage import Footage


def find_sam3_weights(wanted: str) -> ResolvedWeights:
    """Return the weights to load; `wanted` is their id, or empty for the selected weights.

    Raises Unavailable, with the command that downloads the weights, if they are missing; Damaged if they
    can't be read.
    """
    return open_worker_store().resolve(FAMILY, model=wanted)


@contextmanager
def open_sam3_for_job(found: ResolvedWeights, footage: Footage, context: Context) -> Iterator[Sam]:
    """Yield the loaded model, which stays in memory while the job runs.

    If an earlier attempt ran out of memory, the job runs at a fallback level. Then the tracker's state of the
    objects is held in main memory instead of GPU memory.
    """
    digest = found.identity
    request = Request(FAMILY, weigh(found, SIZES), SIZES.work, width=footage.width, height=footage.height)
    with running(context, request, digest) as choice:
        recipe = choice.recipe
        context.progress("loading", 0, 1, found.id)
        sam = get_model_cache().pipeline(
            key(digest, choice, "model"),
            lambda: model.load(found, recipe, get_device()),
            context,
            compute_loaded_bytes(list_part_files(found.path), recipe, packed=True),
            move=None if recipe.placed else model.move_sam3,
        )
        sam.state_device = model.CPU if context.rung else sam.device
        context.progress("loading", 1, 1, found.id)
        sam.eye.encoded = sam.eye.reused = 0
        with release_on_error():
            yield sam


class StepReporter:
    """A reporter of a job's progress. Each report also checks if the job was cancelled. The large encoder
    triggers a check before each of its layers, so that the job stops within one frame.
    """

    def __init__(self, sam: Sam, context: Context, stage: str, total: int) -> None:
        self._context = context
        self._at = stage, 0, total, ""
        self.stops = call_before_blocks(sam.eye.backbone, self.check_stop)

    def report(self, stage: str, done: int, total: int, note: str = "") -> None:
        """Report the progress. Raises Cancelled when the job must stop."""
        self._at = stage, done, total, note
        self.check_stop()

    def check_stop(self) -> None:
        """Report the last progress again, so that a pending cancellation is noticed. Raises Cancelled when
        the job must stop.
        """
        self._context.progress(*self._at)
