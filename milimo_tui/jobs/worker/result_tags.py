"""Adds facts to a job's result: the provenance that is written in each of its files, and the machine and
duration of the attempt.

The worker does this, because the supervisor opens no media files. The film stores the facts
(`studio.media.provenance`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.contract.provenance import MEASURED, machine, parse_provenance_marks
from milimo_tui.jobs.values.views import MADE, RUN
from milimo_tui.jobs.worker.job_preparation import PreparedWork
from milimo_tui.jobs.worker.verify import MEDIA


def add_result_tags(result: Result, outputs: Sequence[Output], seconds: float, ready: PreparedWork) -> Result:
    """Return a copy of the result with its verified outputs. If a file contains provenance (a record of how
    it was made), two facts are added. `made` maps the hash of each file to its provenance. `run` has the
    machine and the duration of the attempt.

    `seconds` is the duration of the attempt. `ready` describes what was prepared before the attempt began; if
    anything was prepared, it is added to the fact `measured`.
    """
    by_digest = {output.digest: tags for output in outputs if (tags := _read_output_tags(output))}
    if not by_digest:
        return result.model_copy(update={"outputs": tuple(outputs)})
    run: dict[str, Any] = {"seconds": round(seconds, 3), "machine": machine()}
    facts = {**result.facts, MADE: by_digest, RUN: run}
    if ready.what:
        preparation = {"what": list(ready.what), "seconds": round(ready.seconds, 3), "said": str(ready)}
        facts[MEASURED] = {**result.facts.get(MEASURED, {}), "beforehand": preparation}
    return result.model_copy(update={"outputs": tuple(outputs), "facts": facts})


def _read_output_tags(output: Output) -> dict[str, Any]:
    path = Path(output.path)
    if path.suffix.lower() not in MEDIA:
        return {}
    # This import loads av, which only media jobs need.
    from milimo_tui.media.files.tags import read_embedded_texts

    return parse_provenance_marks(read_embedded_texts(path))
