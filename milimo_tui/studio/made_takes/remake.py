"""Making a take again: the same order to the same weights, then frames and samples compared.

What was another this time is said; on the same machine nothing is, and both are equal.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.provenance import input_paths
from milimo_tui.engines.contract.provenance_diff import differences
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.media.files.compare_media import compare_apart
from milimo_tui.story.values.film import Story, Take
from milimo_tui.story.values.picked_takes import job_of
from milimo_tui.studio.made_takes import measured
from milimo_tui.studio.media import provenance
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.weights import readiness

CAMERA = "camera-"  # in the ids of LoRAs of a camera's movement


def request(studio: Studio, state: ShotState, take: Take) -> JobRequest:
    """The take's own order once more, to the weights and by the recipe that made it, whatever is chosen now.

    Raises BadInput naming an input that is gone, Unavailable where the weights can't run here.
    """
    project = studio.project()
    spec = render_plan.brought_home(json.loads(take.spec), project.paths)
    for path in input_paths(SPEC.validate_python(spec)):
        if not Path(path).is_file():
            raise BadInput(
                f"{Path(path).name}, which the take was made from, is gone",
                f"it lay at {path}; milimo shot make {state.number} makes a new take",
            )
    maker = spec["engine"]  # of new sound for a take somebody else than who made its pictures
    if spec.get("over"):
        spec["stands_for"] = take.signature
    if engine_registry.find(maker) is None:
        raise shot_spec.engine_gone(maker, state.number)
    if engine_registry.row(maker).lane == "gpu":
        made_by = provenance.provenance_of(project, job=take.job)
        spec |= {
            "model": (made_by.get("model") or {}).get("id") or spec["model"],
            "recipe": made_by.get("recipe", {}).get("name", ""),
            "stands_for": take.signature,
            "among": 1,
        }
        if not any(CAMERA in id for id in made_by.get("also", {})):
            spec["camera_lora"] = "off"  # there was none then, whatever has come meanwhile
        readiness.require(studio, maker, spec["model"])
    return JobRequest(
        spec=spec,
        label=f"{_of(state, take)} remake",
        project=str(project.paths.root),
        shot=state.shot.id,
        with_shots=tuple(shot for shot in measured.shots_of_go(take) if shot != state.shot.id),
    )


def _of(state: ShotState, take: Take) -> str:
    """What is made: the shot's take, or the whole go that it is a piece of."""
    shots = measured.shots_of_go(take)
    return f"{measured.go_words(state.story, shots)}," if shots else state.number


def compared(studio: Studio, take: Take, job: str) -> dict[str, Any]:
    """How the take that a job made stands to the one it makes again: `equal`, hashes, what differs in the
    files, and what `changed` of all that decides them.
    """
    project, story = studio.project(), studio.snapshot().story
    made = job + take.job.removeprefix(job_of(take))  # of a scene in one go the same piece
    again = next(other for other in story.takes if other.job == made)
    found = asdict(compare_apart(_file(studio, story, take), _file(studio, story, again)))
    then, now = (provenance.provenance_of(project, job=one.job) for one in (take, again))
    return {
        "take": take.id,
        "remade": again.id,
        **found,
        "changed": list(differences(then, now)),
        "deterministic": bool(json.loads(again.spec).get("deterministic")),
    }


def _file(studio: Studio, story: Story, take: Take) -> Path:
    asset = next(asset for asset in story.assets if asset.id == take.asset)
    return render_plan.asset_path(studio.project().paths, asset)


def comparison_text(number: str, found: dict[str, Any]) -> tuple[str, str]:
    """The comparison for a person: what differs and what changed, line by line, and the verdict."""
    lines = list(found["differences"])
    if found["changed"]:
        lines += ["what is not as it was:", *(f"  {line}" for line in found["changed"])]
    elif not found["equal"] and not found["deterministic"]:
        lines.append(
            "nothing is known to have changed; the same bits are sure only with deterministic kernels: "
            f"milimo shot set {number} --deterministic on"
        )
    if found["equal"]:
        return "\n".join(lines), f"{number}: equal, {found['frames']} frames and {found['samples']:,} samples"
    return "\n".join(lines), f"{number}: not equal"
