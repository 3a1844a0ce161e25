"""Inputs that do not exist yet when a job is queued: a reference `{job, output}` in a spec stands for an
output file of another job. The reference is replaced by the file's path when the job starts. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from milimo_tui.core.errors import Failed


def _is_output_reference(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"job", "output"}


def can_reference_outputs(text: str) -> bool:
    """Return False if the JSON text of a spec certainly contains no reference to an output of another job.
    True means that the text must be parsed to find out.

    This test is fast, so most specs need not be parsed.
    """
    return '"job"' in text and '"output"' in text


def find_referenced_jobs(spec: Any) -> Iterator[str]:
    """Yield the ids of the jobs whose outputs a spec refers to."""
    if _is_output_reference(spec):
        yield str(spec["job"])
    elif isinstance(spec, dict):
        for value in spec.values():
            yield from find_referenced_jobs(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from find_referenced_jobs(value)


def resolve_outputs(spec: Any, outputs: Mapping[str, Mapping[str, str]]) -> Any:
    """Return a copy of the spec in which each reference to another job's output is replaced by the path of
    the file. `outputs` maps job ids to the paths of the job's output files by role, the name of an output
    such as `take`. Raises Failed if a job did not make the output.
    """
    if _is_output_reference(spec):
        made = outputs.get(spec["job"], {})
        if spec["output"] not in made:
            raise Failed(
                f"the job needs the {spec['output']} of an earlier job, but the earlier job did not make one",
                f"the earlier job made: {', '.join(sorted(made)) or 'nothing'}",
            )
        return made[spec["output"]]
    if isinstance(spec, dict):
        return {key: resolve_outputs(value, outputs) for key, value in spec.items()}
    if isinstance(spec, list):
        return [resolve_outputs(value, outputs) for value in spec]
    return spec
