"""Lengths of shots, predicted by a video model from their prompts, as suggestions that wait for the user."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.text_specs import TellLength
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.jobs.values.views import WholeJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import Shot, Story, Suggestion
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import briefs

KIND = "tell_length"
TASK = "length"  # Task of the suggestion.
NOISE = "by tiny weights: noise"


def request(studio: Studio, story: Story, shot: Shot, model: str = "") -> JobRequest:
    """Return the job that predicts a shot's length. Raises BadInput, Refused, Unavailable, NotFound."""
    number = story.numbers.get(shot.id, "")
    row = engine_registry.first(KIND)
    if (first := Performances(story).maker(shot)).id != shot.id:
        raise shot_spec.made_with(number, story.numbers.get(first.id, ""))
    prompt = briefs.worded_now(story, shot, row.name)
    if not prompt.strip():
        raise BadInput(f"{number} has no words to tell its length by", f"milimo shot set {number} --prompt …")
    require_stack(row.title.partition(":")[0])
    engine_registry.profile(row.name).in_use(ModelStore(studio.home.models), model)
    spec = TellLength(engine=row.name, prompt=prompt, model=model)
    return JobRequest(
        spec=spec.model_dump(mode="json"),
        label=f"{number} length",
        project=str(studio.project().paths.root),
        shot=shot.id,
    )


def take_in(project: ProjectFile, job: WholeJob, spec: TellLength, result: Result) -> None:
    """Save a predicted length, once for its job; skip shots that were deleted."""
    story = project.story()
    if job.shot not in {shot.id for shot in story.shots}:
        return
    project.facts.add_suggestion(
        Suggestion(
            id=new_id("suggestion"),
            shot=job.shot,
            job=job.id,
            task=TASK,
            text=said(float(result.facts["seconds"])),
            original=spec.prompt,
            family=spec.engine,
            engine=spec.engine,
            model=str(result.facts["model"]),
            note=NOISE if result.facts.get("tiny") else "",
            created=HOST.now(),
        )
    )


def said(seconds: float) -> str:
    """Return a length as the suggestion stores it."""
    return f"{seconds:.2f} s"


def frames_of(suggestion: Suggestion, rate: Fraction) -> int:
    """Return the suggested length in frames, at least 1."""
    seconds = Fraction(suggestion.text.partition(" ")[0])
    return max(1, round(seconds * rate))
