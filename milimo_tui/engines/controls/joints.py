"""Find the joints of the people in one picture, so that a user can edit them as skeletons. The same models
also make pose maps. Only workers run this module.
"""

from __future__ import annotations

import json
import os

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.controls.loading import convert_memory_errors, load_control_model
from milimo_tui.engines.controls.weights import list_needed_weights
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.control_specs import FindSkeleton
from milimo_tui.media.read.footage import Footage

STAGES = {"loading": 4.0, "looking": 1.0}


def find_joints(spec: FindSkeleton, context: Context) -> Result:
    """Find the joints of the people in the spec's picture, and write them to a JSON file. The job's output
    with the role `joints` is this file.

    Its contents are `{"width", "height", "people": [[[x, y, confidence] × 17] …]}`, the largest person first.
    Raises BadInput if no person is found, Unavailable, Damaged, OutOfMemory, Cancelled.
    """
    context.plan(STAGES)
    context.progress("loading", 0, 1)
    weights = list_needed_weights(open_worker_store(), "pose", spec.model)
    with Footage(get_input_path(spec.input)) as footage:
        picture = footage.frame(spec.frame if footage.is_clip else 0)
        name = footage.path.name
    with pause_garbage_collection():
        from milimo_tui.engines.controls import people

    pose = load_control_model(weights[0], people.load_pose_model, context)
    finder = load_control_model(weights[1], people.load_person_finder, context)
    context.progress("looking", 0, 1)
    with convert_memory_errors():
        boxes = finder.find_boxes(picture)
        boxes = boxes[(-boxes[:, 2] * boxes[:, 3]).argsort(kind="stable")]
        found = pose.find_pose_joints(picture, boxes)
    if not found:
        raise BadInput(f"no person is visible in {name}", "use a picture that shows one complete person")
    height, width = picture.shape[:2]
    value = {
        "width": width,
        "height": height,
        "people": [[[round(float(one), 3) for one in joint] for joint in joints] for joints in found],
    }
    path = context.workspace / "joints.json"
    try:
        with path.open("w", encoding="utf-8") as handle:
            json.dump(value, handle)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        raise explain_os_error(error, path, "write") from error
    context.progress("looking", 1, 1)
    facts = {"people": len(found), "model": weights[0].id, "tiny": any(one.tiny for one in weights)}
    return Result(outputs=(Output.of_file("joints", path, {"people": len(found)}),), facts=facts)
