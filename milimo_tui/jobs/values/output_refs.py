"""Late-bound inputs: `{job, output}` inside a spec, resolved to a path when the job starts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from milimo_tui.core.errors import Failed


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"job", "output"}


def may_need(text: str) -> bool:
    """Whether a spec's JSON could name a job's output at all: most name none and need no second look."""
    return '"job"' in text and '"output"' in text


def needed(spec: Any) -> Iterator[str]:
    """The ids of jobs whose outputs a spec names."""
    if _is_reference(spec):
        yield str(spec["job"])
    elif isinstance(spec, dict):
        for value in spec.values():
            yield from needed(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from needed(value)


def resolve(spec: Any, outputs: Mapping[str, Mapping[str, str]]) -> Any:
    """The spec with every reference replaced by its path. Raises Failed when a job made no such output."""
    if _is_reference(spec):
        made = outputs.get(spec["job"], {})
        if spec["output"] not in made:
            raise Failed(
                f"it needs the {spec['output']} of job {spec['job']}, which made none",
                f"that job made: {', '.join(sorted(made)) or 'nothing'}",
            )
        return made[spec["output"]]
    if isinstance(spec, dict):
        return {key: resolve(value, outputs) for key, value in spec.items()}
    if isinstance(spec, list):
        return [resolve(value, outputs) for value in spec]
    return spec
