"""Intake of transcripts: read the words or speakers that a job wrote, and store them with their file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.core.ids import new_id
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_json_object
from milimo_tui.cut.words.speakers import assign_speakers
from milimo_tui.cut.words.transcripts import SpokenWord, Transcript
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.specs.word_specs import FindSpeakers, Transcribe
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile


def save_transcript(project: ProjectFile, job: DetailedJob, spec: Transcribe, result: Result) -> None:
    """Store the transcript that a job made. Nothing is stored if its file was deleted from the film. Raises
    Damaged if the words can't be read.
    """
    story, _ = project.load_film()
    if not any(asset.id == spec.asset for asset in story.assets):
        return
    path = next(Path(output.path) for output in result.outputs if output.role == "transcript")
    try:
        made = parse_json_object(path.read_text("utf-8"))
        words = tuple(SpokenWord(int(start), int(end), str(text)) for start, end, text in made["words"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Damaged(f"the transcript of job {job.id} can't be read: {reason(error)}") from error
    project.facts.add_transcript(
        Transcript(
            id=new_id("transcript"),
            asset=spec.asset,
            job=job.id,
            stream=spec.stream,
            language=str(made.get("language", "")),
            engine=spec.engine,
            model=str(result.facts.get("model", "")),
            words=words,
            is_estimated=bool(made.get("estimated", False)),
        )
    )


def save_speakers(project: ProjectFile, job: DetailedJob, spec: FindSpeakers, result: Result) -> None:
    """Store the newest transcript of a file again, with the speakers that a job found. Nothing is stored if
    there is no transcript. Raises Damaged if the speakers can't be read.
    """
    old = next(
        (each for each in reversed(project.facts.list_transcripts(spec.asset)) if each.stream == spec.stream),
        None,
    )
    if old is None:
        return
    path = next(Path(output.path) for output in result.outputs if output.role == "speakers")
    try:
        rows = parse_json_object(path.read_text("utf-8"))["spans"]
        spans = [(int(start), int(end), f"Speaker {int(number)}") for start, end, number in rows]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Damaged(f"the speakers of job {job.id} can't be read: {reason(error)}") from error
    words = assign_speakers(old.words, spans)
    project.facts.add_transcript(replace(old, id=new_id("transcript"), job=job.id, words=words, created=0.0))
