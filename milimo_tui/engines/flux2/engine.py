"""The FLUX.2 engine. It passes each spec (pictures, inpainting, enlarging) to the module that does the work.

Importing this module does not import torch. A worker imports torch when it runs a job.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.picture_specs import Inpaint, InpaintClip, MakePicture, Upscale
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine


class Flux2:
    """The FLUX.2 engine. Its weights are in the worker's model cache, which all engines share."""

    name = "flux2"

    def load(self) -> None:
        """Do nothing: each job names the weights that it needs and loads them."""

    def unload(self) -> None:
        """Do nothing: the model cache frees weights when memory is needed."""

    def foresee(self, spec: Spec, context: Foresight) -> None:
        """Load the weights of the next picture job in advance. Raises the same errors as `run`."""
        with pause_garbage_collection():
            from milimo_tui.engines.pictures.worker_weights import prefetch_family_weights

        prefetch_family_weights(self.name, spec, context)

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the pictures or the clip that the spec describes. Raises BadInput, Refused, Unavailable,
        OutOfMemory, Failed, Cancelled.
        """
        with pause_garbage_collection():
            from milimo_tui.engines.flux2 import inpaint, inpaint_clip, pictures, reference_check, upscale

        if isinstance(spec, CheckEngine):
            return reference_check.check_flux2_reference(spec, context)
        if isinstance(spec, MakePicture):
            return pictures.make_flux2_pictures(spec, context)
        if isinstance(spec, MakeVideo):
            return pictures.make_still_take(spec, context)
        if isinstance(spec, Inpaint):
            return inpaint.inpaint_picture(spec, context)
        if isinstance(spec, InpaintClip):
            return inpaint_clip.inpaint_clip_range(spec, context)
        if isinstance(spec, Upscale):
            return upscale.enlarge_picture(spec, context)
        raise BadInput(f"FLUX.2 can't do “{spec.kind}”", "it makes, repaints and enlarges pictures")
