"""Job specs in the form in which the queue stores them: validated, as JSON text, with their dependencies and
their amount of work.

Pure. Changes to a spec are JSON merge patches (RFC 7396).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import add_indefinite_article
from milimo_tui.engines.contract.workload import Workload, compute_workload
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.jobs.values.output_refs import can_reference_outputs, find_referenced_jobs


@dataclass(frozen=True, slots=True)
class CheckedSpec:
    """A job's spec after validation, as JSON text with all defaults filled in. `needs` are the ids of the
    jobs whose outputs the spec uses.
    """

    text: str
    kind: str
    engine: str
    needs: tuple[str, ...]
    work: Workload


def check_job_spec(spec: Mapping[str, Any]) -> CheckedSpec:
    """Validate a job's spec and fill in its defaults. Raises BadInput, with the position of the error in the
    message.
    """
    try:
        known = SPEC.validate_python(dict(spec))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "spec"
        raise BadInput(f"bad spec: {where}: {first['msg']}") from None
    text = SPEC.dump_json(known).decode()
    needs = (
        tuple(dict.fromkeys(find_referenced_jobs(json.loads(text)))) if can_reference_outputs(text) else ()
    )
    return CheckedSpec(text, known.kind, known.engine, needs, compute_workload(known))


def patch_job_spec(spec: str, patch: Mapping[str, Any]) -> CheckedSpec:
    """Apply a JSON merge patch to a stored spec, and validate the result. Raises BadInput for an invalid
    result, and Refused if the patch changes the kind of work.
    """
    before = json.loads(spec)
    try:
        after = check_job_spec(apply_merge_patch(before, patch))
    except RecursionError:
        raise BadInput("bad spec: the change is nested too deeply") from None
    if after.kind != before["kind"]:
        raise Refused(
            f"{add_indefinite_article(before['kind'])} job can't become"
            f" {add_indefinite_article(after.kind)} job",
            "submit a new job",
        )
    return after


def apply_merge_patch(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch: objects are merged, null removes a key, anything else replaces the value."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = apply_merge_patch(result.get(key), value)
    return result
