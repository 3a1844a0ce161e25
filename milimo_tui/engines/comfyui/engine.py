"""The engine `comfyui`: it makes takes and pictures with a workflow on a server.

Importing this module does not import the media libraries.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.comfyui.shelf import FAMILY
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo


class ComfyUI:
    """The engine that runs ComfyUI workflows. It has no state between jobs."""

    name = FAMILY

    def load(self) -> None:
        """Do nothing. The server loads its own weights."""

    def unload(self) -> None:
        """Do nothing. The engine has no weights."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Make the take or the pictures of the spec. Raises BadInput, Refused, Unavailable, Failed, Damaged,
        Cancelled.
        """
        from milimo_tui.engines.comfyui import job  # imported lazily, because `job` imports media libraries

        if isinstance(spec, MakeVideo):
            return job.make_take(spec, context)
        if isinstance(spec, MakePicture):
            return job.make_pictures(spec, context)
        raise BadInput(f"a workflow of ComfyUI can't do “{spec.kind}”", "it makes takes or pictures")
