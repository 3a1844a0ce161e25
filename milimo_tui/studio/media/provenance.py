"""How the film's files were made: noted when they are taken in, read again for people and for remakes.

The worker tells what each file says (`jobs.worker.result_tags`); files themselves are not opened here.
"""

from __future__ import annotations

import json
from typing import Any

from milimo_tui.core.ids import new_id
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.provenance import MEASURED
from milimo_tui.jobs.values.views import MADE, RUN
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Provenance
from milimo_tui.story.values.picked_takes import PIECE


def note(project: ProjectFile, job: str, result: Result) -> None:
    """Keep, for each file of a job that came into the film, what it says; may be repeated."""
    run = result.facts.get(RUN, {})
    measured = {name: result.facts[name] for name in (MEASURED,) if name in result.facts}
    for digest, made_by in result.facts.get(MADE, {}).items():
        made = Provenance(
            id=new_id("made"),
            job=job,
            asset="",  # found by the hash
            said=_json({**made_by, **measured}),
            machine=_json(run.get("machine", {})),
            seconds=float(run.get("seconds", 0.0)),
        )
        project.facts.add_provenance(digest, made)


def is_noise(result: Result, digest: str) -> bool:
    """Whether the file of that hash says that tiny weights, random numbers, made it."""
    made_by = result.facts.get(MADE, {}).get(digest, {})
    return bool((made_by.get("model") or {}).get("tiny"))


def provenance_of(project: ProjectFile, *, job: str = "", asset: str = "") -> dict[str, Any]:
    """What is known of how a file was made, by its job, its asset or both; the newest where it was made more
    than once. Empty for files from before this was kept, and for those that say nothing.
    """
    job = job.partition(PIECE)[0]
    found = [
        row
        for row in project.facts.provenance(job=job, asset=asset)
        if (job and row.job == job) or row.asset == asset
    ]
    if not found:
        return {}
    last = found[-1]
    return {
        **json.loads(last.said),
        "machine": json.loads(last.machine),
        "seconds": last.seconds,
        "created": last.created,
    }


def seam_lines(made_by: dict[str, Any]) -> list[str]:
    """Describe how the chunks of a take join, as it was measured when it was made; none of one go."""
    return [str(seam["said"]) for seam in made_by.get(MEASURED, {}).get("seams", ())]


def cache_lines(made_by: dict[str, Any]) -> list[str]:
    """Describe how far what a cache gave is from the same without it, where that was measured."""
    return [str(one["said"]) for one in made_by.get(MEASURED, {}).get("cache", ())]


def provenance_lines(made_by: dict[str, Any]) -> dict[str, str]:
    """Describe provenance for a person: value by label; empty where a file carries none."""
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
        "seams": "; ".join(seam_lines(made_by)),
        "cache": "; ".join(cache_lines(made_by)),
        "beforehand": made_by.get(MEASURED, {}).get("beforehand", {}).get("said", ""),
        "on": machine.get("card") or machine.get("system", ""),
        "took": f"{made_by['seconds']:.1f} s",
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
