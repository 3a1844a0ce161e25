"""Make a take again from the same spec with the same weights, and compare its frames and sound samples with
the original.

The comparison names every condition that differs from the first time. On the same machine no condition
differs, and the takes are equal.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.untrusted_json import parse_json_object, read_stored_object
from milimo_tui.engines.contract.provenance import list_input_paths
from milimo_tui.engines.contract.provenance_diff import describe_provenance_differences
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.media.files.compare_media import compare_in_subprocess
from milimo_tui.story.values.film import Story, Take
from milimo_tui.story.values.picked_takes import get_take_job
from milimo_tui.studio.made_takes import measured
from milimo_tui.studio.media import provenance
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.weights import readiness

NO_SPEC = "{}"  # The stored spec of a take for which there is no record.
CAMERA = "camera-"  # A text that occurs in the id of every LoRA for camera movements.


def make_remake_request(studio: Studio, state: ShotState, take: Take) -> JobRequest:
    """Return a job request that repeats the take's own spec, with the weights and recipe that made the take.

    The current choice of model is ignored. Raises BadInput with the name of a missing input, and Unavailable
    if the weights can't run here.
    """
    project = studio.require_project()
    assets = studio.take_snapshot().story.assets
    spec = render_plan.update_media_paths(read_take_spec(take, state.number), project.paths, assets)
    for path in list_input_paths(SPEC.validate_python(spec)):
        if not Path(path).is_file():
            raise BadInput(
                f"the take was made from {Path(path).name}, which is missing",
                f"the file was at {path}; milimo shot make {state.number} makes a new take",
            )
    # Use the engine of the spec and not of the take. If a take only got new sound, `take.engine` is the
    # engine that made the pictures.
    maker = spec["engine"]
    if spec.get("over"):
        spec["stands_for"] = take.signature
    if engine_registry.find_engine(maker) is None:
        raise shot_spec.make_missing_engine_error(maker, state.number)
    if engine_registry.row(maker).lane == "gpu":
        made_by = provenance.read_provenance(project, job=take.job)
        spec |= {
            "model": (made_by.get("model") or {}).get("id") or spec["model"],
            "recipe": made_by.get("recipe", {}).get("name", ""),
            "stands_for": take.signature,
            "among": 1,
        }
        if not any(CAMERA in id for id in made_by.get("also", {})):
            # A camera LoRA that was installed later must not be used.
            spec["camera_lora"] = "off"
        readiness.require_runnable_weights(studio, maker, spec["model"])
    return JobRequest(
        spec=spec,
        label=f"{_name_remade_take(state, take)} remake",
        project=str(project.paths.root),
        shot=state.shot.id,
        with_shots=tuple(shot for shot in measured.list_shots_in_one_go(take) if shot != state.shot.id),
    )


def read_take_spec(take: Take, number: str) -> dict[str, Any]:
    """Return the spec that a take was made from, as JSON values that are known to be a valid spec. `number`
    is the number of its shot.

    Raises Damaged for a spec that can't be read, and BadInput for a take without a spec.
    """
    hint = f"milimo shot make {number} makes a new take"
    if take.spec == NO_SPEC:
        raise BadInput(f"there is no record of how this take of {number} was made", hint)
    try:
        spec = parse_json_object(take.spec)
        SPEC.validate_python(spec)
    except ValueError as error:  # A ValidationError is a ValueError, but its text is not for users.
        raise Damaged(f"the record of how this take of {number} was made can't be read", hint) from error
    return spec


def _name_remade_take(state: ShotState, take: Take) -> str:
    """Return the name of the remade material: the shot's number, or the shots of the one-go scene that the
    take belongs to.
    """
    shots = measured.list_shots_in_one_go(take)
    return f"{measured.describe_one_go(state.story, shots)}," if shots else state.number


def compare_remade_take(studio: Studio, take: Take, job: str) -> dict[str, Any]:
    """Compare the take that the job `job` made with the original `take`.

    The result has `equal` (True if the files have no differences), the hashes, and the differences between
    the files. Its list `changed` names everything that differs in how the two takes were made, such as the
    versions of libraries.
    """
    project, story = studio.require_project(), studio.take_snapshot().story
    # The job of a one-go scene makes one piece for each shot. Compare the piece with the same number as the
    # original.
    made = job + take.job.removeprefix(get_take_job(take))
    again = next(other for other in story.takes if other.job == made)
    found = asdict(
        compare_in_subprocess(_get_take_path(studio, story, take), _get_take_path(studio, story, again))
    )
    then, now = (provenance.read_provenance(project, job=one.job) for one in (take, again))
    return {
        "take": take.id,
        "remade": again.id,
        **found,
        "changed": list(describe_provenance_differences(then, now)),
        "deterministic": bool(read_stored_object(again.spec).get("deterministic")),
    }


def _get_take_path(studio: Studio, story: Story, take: Take) -> Path:
    asset = next(asset for asset in story.assets if asset.id == take.asset)
    return render_plan.get_asset_path(studio.require_project().paths, asset)


def format_comparison(number: str, found: dict[str, Any]) -> tuple[str, str]:
    """Return a comparison as two texts. The first has the differences and changes, one on each line. The
    second is the verdict, such as that both takes are equal. `number` is the number of the shot.
    """
    lines = list(found["differences"])
    if found["changed"]:
        lines += ["changed since then:", *(f"  {line}" for line in found["changed"])]
    elif not found["equal"] and not found["deterministic"]:
        lines.append(
            "no known difference; identical bits are certain only with deterministic kernels: "
            f"milimo shot set {number} --deterministic on"
        )
    if found["equal"]:
        return "\n".join(lines), f"{number}: equal, {found['frames']} frames and {found['samples']:,} samples"
    return "\n".join(lines), f"{number}: not equal"
