"""What an engine of pictures says of its models, as one value: by it the rest of the room does the work.

No torch; what a pipeline needs in a worker is `sampling.Pipeline`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.host import explain
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.profile import Composer
from milimo_tui.engines.pictures.courses import Course, Variant, course, spared
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFamily:
    """`name` is that of the engine and of its weights, `title` what people call it.

    `variant` tells which kind weights in a folder are, `named` which kind those of that id are that are not
    here. `usual` is the size that their makers show, `trial` the smallest work that shows that all of
    it runs. `unit` is the pixels of a side of a token, `references` the most pictures that any of its weights
    look at.
    """

    name: str
    title: str
    limits: Limits
    unit: int
    sizes: Sizes
    composer: Composer
    guide: Guide
    usual_model: str
    usual: MakePicture
    trial: MakePicture
    variant: Callable[[Path], Variant]
    named: Callable[[str], Variant]
    least_steps: int = 1
    references: int = 0

    def course(self, variant: Variant, spec: MakePicture | MakeVideo) -> Course:
        """How the steps of that are run. Raises BadInput for fewer than its schedule can be made of."""
        run = spared(course(variant, spec.steps, spec.guidance, spec.negative), spec.cache, self.title)
        if run.steps < self.least_steps:
            raise BadInput(
                f"{self.title} can't make a picture in {run.steps} step",
                f"it takes {self.least_steps} or more",
            )
        return run


def folder_of(found: Found) -> Path:
    """The folder of all parts: of a single file the one that its other parts lie in."""
    return found.path if found.path.is_dir() or found.base is None else found.base


def config_of(path: Path) -> dict[str, Any]:
    """A configuration of a folder of weights. Raises Damaged for one that is not there or can't be read."""
    try:
        value = read_json(path.read_text())
    except FileNotFoundError:
        raise Damaged(f"{path} is not there", "milimo model verify looks at the weights") from None
    except OSError as error:
        raise explain(error, path, "read") from error
    except ValueError as error:
        raise Damaged(
            f"{path} is damaged: {reason(error)}", "milimo model download fetches it again"
        ) from error
    return value if isinstance(value, dict) else {}
