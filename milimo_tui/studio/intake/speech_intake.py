"""Intake of spoken lines: each becomes a take of its line. The preview of a voice goes to the film's cache.

Runs in the supervisor. Each step can safely be repeated.
"""

from __future__ import annotations

import json
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.host import HOST, make_folders
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_ratio
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.jobs.queue.killpoint import pass_kill_point
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import AssetKind
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.studio.intake.media_store import move_file, move_into_media
from milimo_tui.studio.media import provenance

SPEECH = "speech"  # The role of the output.
PREVIEWS = "voices"  # The folder of the cache with previews of voices.


def import_speech(project: ProjectFile, job: DetailedJob, spec: MakeSpeech, result: Result) -> dict[str, str]:
    """Add the line that a job spoke to the film, and return the current path of its file by its role."""
    output = next((each for each in result.outputs if each.role == SPEECH), None)
    if output is None:
        raise Failed(f"{spec.engine} spoke nothing", "read its log: milimo job log")
    if spec.line is None:
        return {SPEECH: str(_store_preview(project, output))}
    path, asset = move_into_media(
        project.paths, output, AssetKind.SOUND, name=f"{spec.line.character}, {spec.text[:60]}"
    )
    pass_kill_point("publishing:moved")
    take = LineTake(
        id=new_id("line"),
        shot=spec.line.shot,
        character=spec.line.character,
        text=spec.line.text,
        occurrence=spec.line.occurrence,
        place=spec.line.place,
        asset=asset.id,
        job=job.id,
        engine=spec.engine,
        spec=json.dumps(spec.model_dump(mode="json"), sort_keys=True),
        signature=spec.line.signature,
        seconds=parse_ratio(output.facts["seconds"]),
        seed=spec.seed,
        scratch=engine_registry.row(spec.engine).previs
        or provenance.is_made_by_tiny_weights(result, output.digest),
        words=json.dumps(result.facts.get("words", [])),
        note=" ".join(result.notes),
        created=HOST.now(),
    )
    project.facts.add_line_take(take, asset)
    pass_kill_point("publishing:inserted")
    return {SPEECH: str(path)}


def _store_preview(project: ProjectFile, output: Output) -> Path:
    source = Path(output.path)
    target = project.paths.cache / PREVIEWS / f"{output.digest}{source.suffix}"
    if not target.exists():
        make_folders(target.parent)
        move_file(source, target)
    return target
