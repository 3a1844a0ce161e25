"""Run Z-Image as an engine, which makes pictures, and takes of one frame. Importing this module imports no
torch.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.engines.z_image.models import Z_IMAGE


class ZImage:
    """The Z-Image engine. Its weights stay in the model cache, which all engines of a worker share."""

    name = Z_IMAGE.name

    def load(self) -> None:
        """Do nothing. Weights are loaded when a job runs, because the job names them."""

    def unload(self) -> None:
        """Do nothing. The model cache drops weights itself when memory is needed."""

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Read the weights of the next picture while the current one is being made. Raises the same errors as
        `run`.
        """
        with pause_garbage_collection():
            from milimo_tui.engines.pictures.worker_weights import prefetch_family_weights

        prefetch_family_weights(self.name, spec, context)

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the pictures or still take of the spec, or run the reference check.

        Raises BadInput, Refused, Unavailable, OutOfMemory, Failed, Cancelled.
        """
        with pause_garbage_collection():
            from milimo_tui.engines.pictures import making, reference_check
            from milimo_tui.engines.z_image.pipeline import paths

        if isinstance(spec, CheckEngine):
            return reference_check.check_picture_reference(Z_IMAGE, paths, spec, context)
        if isinstance(spec, MakePicture):
            return making.make_family_pictures(Z_IMAGE, paths, spec, context)
        if isinstance(spec, MakeVideo):
            return making.make_still_take(Z_IMAGE, paths, spec, context)
        raise BadInput(f"Z-Image can't do “{spec.kind}”", "it makes pictures from words")
