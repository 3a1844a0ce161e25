"""The description of a picture engine's models as one value, on which the rest of the package works.

No torch; the needs of a pipeline in a worker are in `sampling.Pipeline`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.fitting import Limits
from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.profile import Composer
from milimo_tui.engines.pictures.courses import SamplingCourse, WeightsVariant, add_step_cache, plan_course
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.video_specs import MakeVideo


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFamily:
    """A family of picture models.

    `name` is the name of the engine and of its weights, `title` the name for people. `variant` returns the
    variant of the weights in a folder, `named` that of weights that are not installed, by id. `usual` is the
    size that the authors show, `trial` the smallest job that exercises everything. `unit` is the side of a
    token in pixels, `references` the largest number of pictures that any of the weights take.
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
    variant: Callable[[Path], WeightsVariant]
    named: Callable[[str], WeightsVariant]
    least_steps: int = 1
    references: int = 0

    def plan_family_course(self, variant: WeightsVariant, spec: MakePicture | MakeVideo) -> SamplingCourse:
        """Return the course of a spec. Raises BadInput for fewer steps than the schedule needs."""
        run = add_step_cache(
            plan_course(variant, spec.steps, spec.guidance, spec.negative), spec.cache, self.title
        )
        if run.steps < self.least_steps:
            raise BadInput(
                f"{self.title} can't make a picture in {run.steps} step",
                f"it takes {self.least_steps} or more",
            )
        return run


def get_parts_folder(found: ResolvedWeights) -> Path:
    """Return the folder of all parts. For a single file, the folder of its other parts."""
    return found.path if found.path.is_dir() or found.base is None else found.base


def read_weights_config(path: Path) -> dict[str, Any]:
    """Return a configuration in a folder of weights. Raises Damaged if it is missing or unreadable."""
    try:
        value = parse_untrusted_json(path.read_text())
    except FileNotFoundError:
        raise Damaged(f"{path} is not there", "milimo model verify checks the weights") from None
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except ValueError as error:
        raise Damaged(
            f"{path} is damaged: {reason(error)}", "milimo model download downloads it again"
        ) from error
    return value if isinstance(value, dict) else {}
