"""The workload of a spec: the amount and kind of work, and the weights to be loaded. Used for scheduling and
for estimates.

The module is pure: it reads only the fields of the spec and no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from milimo_tui.engines.specs.file_specs import MakeThumbnails, RenderFilm
from milimo_tui.engines.specs.picture_specs import Inpaint, InpaintClip, MakePicture, Upscale
from milimo_tui.engines.specs.specs import SPEC, Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import FetchModel, VerifyModel

# Last part of a workload's kind for a film whose number of frames is unknown. The unit of such work is one
# complete film.
WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Workload:
    """An amount of work. Two units of the same `kind` take about the same time.

    - `kind` is a text of parts joined by `/`: the kind of job, the engine, and the parameters that affect the
      speed. It begins as in `make_video/animatic`.
    - `units` is the number of frames of a take or film, or the number of pictures; otherwise 1.
    - `affinity` names everything that must be in memory: the engine, its pipeline, the weights and the LoRAs.
    """

    kind: str
    units: float
    affinity: str


def compute_workload(spec: Spec | Mapping[str, Any]) -> Workload:
    """Return the workload of a spec, which may be a validated value or JSON. Raises pydantic's
    ValidationError if the JSON is no valid spec.
    """
    known: Spec = SPEC.validate_python(dict(spec)) if isinstance(spec, Mapping) else spec
    units = 1
    pace: list[str] = [known.kind, known.engine]
    needs: list[str] = [known.engine]
    if isinstance(known, MakeVideo | MakePicture | MakeThumbnails | RenderFilm) and known.width:
        pace.append(f"{known.width}x{known.height}")
    if isinstance(known, MakeVideo):
        units = known.all_frames
        if known.pipeline != "auto":
            pace.append(known.pipeline)
            needs.append(known.pipeline)
        pace += [word for word in (known.schedule, known.stages) if word != "auto"]
        pace += ["doubled"] if known.temporal_upscale else []
        pace += ["again"] if known.again else []
        pace += [f"{known.doubled.what} doubled"] if known.doubled else []
    if isinstance(known, MakeVideo | MakePicture):
        pace += [known.cache] if known.cache != "off" else []
        pace += ["measured"] if known.measured else []
    if not isinstance(known, FetchModel | VerifyModel) and (model := getattr(known, "model", "")):
        pace.append(model)
        needs.append(model)
    if isinstance(known, MakePicture):
        units = known.count
    if isinstance(known, Upscale):
        pace.append(f"x{known.factor}")
    if isinstance(known, MakeVideo | MakePicture | Inpaint | InpaintClip | Upscale):
        if known.steps is not None:
            pace.append(f"{known.steps} steps")
        needs += sorted(
            f"{lora.id}@{lora.strength:g}" if lora.strength != 1 else lora.id for lora in known.loras
        )
    if isinstance(known, RenderFilm):
        units = known.frames or 1
        pace += [known.preset] if known.frames else [known.preset, WHOLE]
    return Workload("/".join(pace), float(units), "/".join(needs))


def family(kind: str) -> str:
    """Return the first two parts of a workload's kind: the kind of job and the engine, such as
    `make_video/animatic`.
    """
    return "/".join(kind.split("/")[:2])


def parse_workload_pixels(kind: str) -> int:
    """Return the number of pixels of a frame, parsed from a workload's kind. 0 if the kind contains no
    picture size.
    """
    for part in kind.split("/")[2:]:
        width, by, height = part.partition("x")
        if by and width.isdigit() and height.isdigit():
            return int(width) * int(height)
    return 0
