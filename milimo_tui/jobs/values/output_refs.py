"""Late-bound inputs: a reference `{job, output}` in a spec stands for an output file of another job. The
reference is replaced by the file's path when the job starts. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from milimo_tui.core.errors import Failed


def _is_output_reference(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"job", "output"}


def can_reference_outputs(text: str) -> bool:
    """Return False if a spec's JSON text certainly contains no reference to another job's output.

    This test is fast and avoids parsing most specs.
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
    """Return a copy of the spec with every reference replaced by a path. `outputs` holds the paths by job id
    and role. Raises Failed if the job did not make the output.
    """
    if _is_output_reference(spec):
        made = outputs.get(spec["job"], {})
        if spec["output"] not in made:
            raise Failed(
                f"it needs the {spec['output']} of an earlier job, but that job did not make one",
                f"that job made: {', '.join(sorted(made)) or 'nothing'}",
            )
        return made[spec["output"]]
    if isinstance(spec, dict):
        return {key: resolve_outputs(value, outputs) for key, value in spec.items()}
    if isinstance(spec, list):
        return [resolve_outputs(value, outputs) for value in spec]
    return spec
