"""The Qwen-Image engine, which makes pictures and shots of one frame. Importing the module imports no
torch.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.qwen_image.models import QWEN_IMAGE
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine


class QwenImage:
    """The Qwen-Image engine. Its weights are held in the worker's model cache, which all engines share."""

    name = QWEN_IMAGE.name

    def load(self) -> None:
        """Do nothing, because the weights are only known when a job names them."""

    def unload(self) -> None:
        """Do nothing: the model cache frees weights when memory is needed."""

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Prefetch the weights of the next picture. Raises the same errors as `run`."""
        with pause_garbage_collection():
            from milimo_tui.engines.pictures.worker_weights import prefetch_family_weights

        prefetch_family_weights(self.name, spec, context)

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the pictures or the shot of one frame that the spec describes. Raises BadInput, Refused,
        Unavailable, OutOfMemory, Failed, Cancelled.
        """
        with pause_garbage_collection():
            from milimo_tui.engines.pictures import making, reference_check
            from milimo_tui.engines.qwen_image.pipeline import paths

        if isinstance(spec, CheckEngine):
            return reference_check.check_picture_reference(QWEN_IMAGE, paths, spec, context)
        if isinstance(spec, MakePicture):
            return making.make_family_pictures(QWEN_IMAGE, paths, spec, context)
        if isinstance(spec, MakeVideo):
            return making.make_still_take(QWEN_IMAGE, paths, spec, context)
        raise BadInput(f"Qwen-Image can't do “{spec.kind}”", "it makes pictures from words or pictures")
