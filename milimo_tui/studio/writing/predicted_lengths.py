"""Lengths of shots that a video model predicts from their prompts. They are saved as suggestions for the
user.
"""

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
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import briefs

LENGTH_JOB_KIND = "tell_length"
TASK = "length"  # The value of `task` in a suggestion of a length. Suggestions of prompts have other values.
NOISE = "by tiny weights: noise"


def make_length_job(studio: Studio, story: Story, shot: Shot, model: str = "") -> JobRequest:
    """Return the job that predicts the length of a shot from its prompt. Raises BadInput for an empty prompt,
    Refused for a shot that shows another shot's take, Unavailable, NotFound.
    """
    number = story.numbers.get(shot.id, "")
    row = engine_registry.find_first_engine(LENGTH_JOB_KIND)
    if (first := FilmPerformances(story).find_take_maker(shot)).id != shot.id:
        raise shot_spec.make_shared_take_error(number, story.numbers.get(first.id, ""))
    prompt = briefs.compose_current_prompt(story, shot, row.name)
    if not prompt.strip():
        raise BadInput(
            f"{number} has no words from which to estimate a length",
            f"write a prompt: milimo shot set {number} --prompt …",
        )
    require_stack(row.title.partition(":")[0])
    engine_registry.profile(row.name).in_use(ModelStore(studio.home.models), model)
    spec = TellLength(engine=row.name, prompt=prompt, model=model)
    return JobRequest(
        spec=spec.model_dump(mode="json"),
        label=f"{number} length",
        project=str(studio.require_project().paths.root),
        shot=shot.id,
    )


def save_predicted_length(project: ProjectFile, job: DetailedJob, spec: TellLength, result: Result) -> None:
    """Save the length that a job has predicted as a suggestion. Saving the same job again changes nothing. Do
    nothing if the shot was deleted.
    """
    story = project.load_story()
    if job.shot not in {shot.id for shot in story.shots}:
        return
    project.facts.add_suggestion(
        Suggestion(
            id=new_id("suggestion"),
            shot=job.shot,
            job=job.id,
            task=TASK,
            text=format_predicted_length(float(result.facts["seconds"])),
            original=spec.prompt,
            family=spec.engine,
            engine=spec.engine,
            model=str(result.facts["model"]),
            note=NOISE if result.facts.get("tiny") else "",
            created=HOST.now(),
        )
    )


def format_predicted_length(seconds: float) -> str:
    """Return a length in seconds as the text that a suggestion stores, such as `4.50 s`."""
    return f"{seconds:.2f} s"


def get_suggested_frames(suggestion: Suggestion, rate: Fraction) -> int:
    """Return the length that a suggestion stores, in frames at `rate` and at least 1."""
    seconds = Fraction(suggestion.text.partition(" ")[0])
    return max(1, round(seconds * rate))
