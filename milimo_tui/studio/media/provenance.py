"""Store and read the provenance of the film's files. The provenance of a file is the record of how it was
made. It is stored when a job's results are moved into the film, and read for display and remakes.

The worker reports the tags of each file (`jobs.worker.result_tags`), so no file is opened here.
"""

from __future__ import annotations

import json
from typing import Any

from milimo_tui.core.ids import new_id
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.provenance import MEASURED
from milimo_tui.jobs.values.views import MADE, RUN
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Provenance
from milimo_tui.story.values.picked_takes import PIECE

# The types of fields of a record that this program reads.
_KINDS: dict[str, Any] = {
    **dict.fromkeys(("spec", "also", "recipe", "versions", "of_one_go", MEASURED), dict),
    "model": dict | None,
    "inputs": list,
}


def record_provenance(project: ProjectFile, job: str, result: Result) -> None:
    """Store the provenance of each file that a job made and that was imported into the film. A second call
    for the same job changes nothing.
    """
    run = result.facts.get(RUN, {})
    measured = {name: result.facts[name] for name in (MEASURED,) if name in result.facts}
    for digest, made_by in result.facts.get(MADE, {}).items():
        provenance = Provenance(
            id=new_id("made"),
            job=job,
            asset="",  # `add_provenance` finds the asset by the file's hash and fills in its id.
            said=_dump_provenance_json({**made_by, **measured}),
            machine=_dump_provenance_json(run.get("machine", {})),
            seconds=float(run.get("seconds", 0.0)),
        )
        project.facts.add_provenance(digest, provenance)


def is_made_by_tiny_weights(result: Result, digest: str) -> bool:
    """Return True if, according to its provenance, the file with that hash was made by tiny (random) test
    weights.
    """
    made_by = result.facts.get(MADE, {}).get(digest, {})
    return bool((made_by.get("model") or {}).get("tiny"))


def read_provenance(project: ProjectFile, *, job: str = "", asset: str = "") -> dict[str, Any]:
    """Return the provenance of a file, found by the job that made it, by its asset, or by both. If the same
    file was made several times, the newest record is returned.

    The result is empty for a file that was imported before provenance was stored, and for a file without
    tags.
    """
    job = job.partition(PIECE)[0]
    found = [
        row
        for row in project.facts.list_provenance(job=job, asset=asset)
        if (job and row.job == job) or row.asset == asset
    ]
    if not found:
        return {}
    last = found[-1]
    return {
        **parse_provenance_record(last.said),
        "machine": read_stored_object(last.machine),
        "seconds": last.seconds,
        "created": last.created,
    }


def parse_provenance_record(text: str) -> dict[str, Any]:
    """Return the fields of a stored provenance record. Fields of a wrong type, in a damaged row, are left
    out.
    """
    record = read_stored_object(text)
    return {name: value for name, value in record.items() if isinstance(value, _KINDS.get(name, object))}


def describe_seams(made_by: dict[str, Any]) -> list[str]:
    """Return sentences on how the parts of a take join, as measured when it was made; empty for a take made
    in one part.

    `made_by` is the provenance of the take.
    """
    return [str(seam["said"]) for seam in made_by.get(MEASURED, {}).get("seams", ())]


def describe_cache_difference(made_by: dict[str, Any]) -> list[str]:
    """Return sentences on how a take made with a step cache differs from the take without it; empty if not
    measured.
    """
    return [str(one["said"]) for one in made_by.get(MEASURED, {}).get("cache", ())]


def describe_provenance(made_by: dict[str, Any]) -> dict[str, str]:
    """Return the provenance of a file for display, as a dictionary of labels and values. It is empty if the
    file has no provenance.
    """
    if not made_by:
        return {}
    model, recipe = made_by.get("model") or {}, made_by.get("recipe", {})
    noise = "tiny weights: noise" if model.get("tiny") else ""
    weights = (model.get("id", ""), noise, model.get("digest", "")[:12])
    versions = (f"{name} {version}" for name, version in made_by.get("versions", {}).items())
    machine = made_by.get("machine", {})
    return {
        "made by": made_by.get("engine", ""),
        "weights": " · ".join(filter(None, weights)),
        "seed": str(made_by.get("seed", "")),
        "recipe": " · ".join(
            str(recipe[name]) for name in ("name", "precision", "offload") if recipe.get(name)
        ),
        "prompt": made_by.get("spec", {}).get("prompt", ""),
        "inputs": ", ".join(hash[:12] for hash in made_by.get("inputs", ())),
        "versions": ", ".join(versions),
        "seams": "; ".join(describe_seams(made_by)),
        "cache": "; ".join(describe_cache_difference(made_by)),
        "beforehand": made_by.get(MEASURED, {}).get("beforehand", {}).get("said", ""),
        "on": machine.get("card") or machine.get("system", ""),
        "took": f"{made_by['seconds']:.1f} s",
    }


def _dump_provenance_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
