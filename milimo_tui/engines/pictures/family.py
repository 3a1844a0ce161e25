"""Describe the models of a picture engine as one value, which the rest of the package uses.

No torch: the pipeline functions that a worker needs are in `sampling.FamilyPipeline`.
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

    - `name` is the name of the engine and of its weights, and `title` is the name shown to people.
    - `variant` returns the variant of the weights in a folder.
    - `named` returns the variant of published weights by their id, for weights that are not installed.
    - `usual` is a picture in the size that the authors recommend.
    - `trial` is the smallest job that exercises everything.
    - `unit` is the side of a token in pixels.
    - `references` is the largest number of input pictures that any of the weights accept.
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
        """Return the sampling settings for a spec. Raises BadInput for fewer steps than the schedule
        needs.
        """
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
    """Return the folder that contains the parts of the model, such as its text encoder. If the weights are
    only the transformer in a single file, this is the folder of the base weights.
    """
    return found.path if found.path.is_dir() or found.base is None else found.base


def read_weights_config(path: Path) -> dict[str, Any]:
    """Return the contents of a JSON configuration file. Raises Damaged if it is missing or unreadable."""
    try:
        value = parse_untrusted_json(path.read_text())
    except FileNotFoundError:
        raise Damaged(f"{path} is not there", "milimo model verify checks the weights") from None
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except ValueError as error:
        raise Damaged(
            f"{path} is damaged: {reason(error)}", "download the weights again with milimo model download"
        ) from error
    return value if isinstance(value, dict) else {}
