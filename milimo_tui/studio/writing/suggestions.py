"""Suggestions of language models for shots. They are requested as jobs, saved next to the present text, and
accepted or declined by the user.

Accepting and declining are edits. A model's text never replaces other text automatically.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, NotFound, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST, explain_os_error
from milimo_tui.core.ids import new_id
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.worded_shots import ROLE, WordedShot
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.text_specs import PromptOrder, ShotBrief, Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.jobs.values.states import ENDED, JobState
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, AssetKind, SheetVerdict, Shot, Story
from milimo_tui.story.values.making import ChunkWords
from milimo_tui.story.values.suggestion import CONTINUE, PARAGRAPH, Suggestion, SuggestionState
from milimo_tui.story.values.text import fold
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.script.screenplays import get_script_mode
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import conditioning, shot_spec, written_prompts
from milimo_tui.studio.writing import briefs, predicted_lengths
from milimo_tui.studio.writing.text_engine_choice import choose_text_engine

PROMPTS = "prompts"  # The task of a job that writes the prompts of shots.


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRequest:
    """A request that a language model make a suggestion for one shot. If `engine` or `model` is empty, the
    setting is used.

    `task` says which text is wanted: `prompts` or `continue`. With `still`, the prompt is for a picture.
    `picture` is a picture that the model sees; None for none. If `seed` is
    None, a random seed is used.
    """

    shot: Shot
    task: str = PROMPTS
    still: bool = False
    engine: str = ""
    model: str = ""
    picture: Asset | None = None
    seed: int | None = None
    temperature: float = 0.7


# ------------------------------------------------------------------ requesting


def make_suggestion_job(studio: Studio, wanted: SuggestionRequest) -> JobRequest:
    """Return the job that writes a suggestion for a shot. Raises NotFound for an engine that can't write,
    Refused for a shot that can't have this suggestion, and Unavailable if the engine can't run here.
    """
    story = studio.take_snapshot().story
    shot, number = wanted.shot, story.numbers.get(wanted.shot.id, "")
    writer = choose_text_engine(studio, wanted.engine, wanted.model)
    performances = FilmPerformances(story)
    if (first := performances.find_take_maker(shot)).id != shot.id:
        raise shot_spec.make_shared_take_error(number, story.numbers.get(first.id, ""))
    seconds = float(performances.prepare_for_take(shot).frames / story.project.rate)
    parts = count_shot_chunks(story, shot)
    if wanted.task == CONTINUE and parts < 2:
        raise Refused(
            f"{number} is made in one piece, so it has no parts to write prompts for",
            "choose a longer shot: only long shots are made in parts",
        )
    file = studio.require_project()
    root = file.paths
    seed = shot_spec.draw_random_seed() if wanted.seed is None else wanted.seed
    continues = wanted.task == CONTINUE
    order = PromptOrder()
    if not continues:
        family = briefs.choose_guide_family(story, shot, still=wanted.still)
        order = briefs.make_prompt_order(story, [(shot, family)], get_script_mode(file), seed=seed)
    spec = Write.model_validate(
        {
            "engine": writer.engine,
            "task": wanted.task,
            "text": shot_spec.get_prompt(story, shot).text if continues else number,
            "order": order,
            "meant": shot_spec.describe_shot_meaning(story, shot) if continues else "",
            "image": str(render_plan.get_asset_path(root, wanted.picture)) if wanted.picture else None,
            "seconds": seconds,
            "parts": parts if continues else 1,
            "temperature": wanted.temperature,
            "seed": seed,
            "model": writer.model,
        }
    )
    return JobRequest(
        spec=spec.model_dump(mode="json"),
        label=f"{number} {'continuing prompts' if continues else 'prompt'}",
        project=str(root.root),
        shot=shot.id,
    )


def count_shot_chunks(story: Story, shot: Shot) -> int:
    """Return the number of parts into which the take of a shot is divided. A model can make only a limited
    number of frames at once, so a long take is made part by part.
    """
    maker = engine_registry.find_first_engine("make_video")
    return engine_registry.profile(maker.name).parts(FilmPerformances(story).prepare_for_take(shot).frames)


def find_first_picture(story: Story, shot: Shot) -> Asset | None:
    """Return the picture set as the first frame of a shot, even if it is a reference sheet that takes do not
    use. Return None if there is no such picture.
    """
    for one in conditioning.list_followed(story, shot):
        if one.frame == 0 and not one.control and not one.problem and one.asset is not None:
            return one.asset if one.asset.kind is AssetKind.PICTURE else None
    return None


# ------------------------------------------------------------------ saving


def is_shot_writing_job(job: DetailedJob, spec: Write) -> bool:
    """Return True if the text that a job writes consists of suggestions for shots. Other text jobs answer
    questions or break down the screenplay, for example.
    """
    return not spec.reading_job and (spec.task == PROMPTS or bool(job.shot and spec.task == CONTINUE))


def save_suggestion_answer(project: ProjectFile, job: DetailedJob, spec: Write, result: Result) -> None:
    """Save the suggestions in the answer of a job, and the model's decision whether a picture is a reference
    sheet. Saving the same job again changes nothing.

    Raises Damaged if the file with the answer is missing; the job is then repeated.
    """
    path = Path(next(output.path for output in result.outputs if output.role == "text"))
    answer = read_writing_answer(path)
    story = project.load_story()
    picture = _find_asset_by_path(project, story, spec.image)
    sheet = answer.get("sheet")
    if sheet and picture is not None:
        found = SheetVerdict(
            id=new_id("sheet"),
            asset=picture.id,
            is_sheet=bool(sheet["is_sheet"]),
            reason=sheet["reason"],
            by=answer["model"],
        )
        project.facts.note_sheet(found)
    if spec.task == PROMPTS:
        _save_shot_prompts(project, story, job, spec, answer, picture)
        return
    suggestion = Suggestion(
        id=new_id("suggestion"),
        shot=job.shot,
        job=job.id,
        task=spec.task,
        text=answer["text"],
        parts=tuple(answer["parts"]),
        original=spec.text,
        meant=spec.meant,
        engine=spec.engine,
        model=answer["model"],
        seed=spec.seed,
        picture=picture.id if picture else "",
        note="; ".join(answer["notes"]),
        created=HOST.now(),
    )
    project.facts.add_suggestion(suggestion)


def _save_shot_prompts(
    project: ProjectFile,
    story: Story,
    job: DetailedJob,
    spec: Write,
    answer: dict[str, Any],
    picture: Asset | None,
) -> None:
    """Save the prompt for each shot of an answer. Shots that were deleted in the meantime are skipped, and so
    are empty answers.
    """
    there = {shot.id for shot in story.shots}
    brief_of_shot = {brief.shot: brief for brief in spec.order.briefs}
    for one in answer["shots"]:
        brief = brief_of_shot[one["shot"]]
        if brief.shot in there and one["text"]:
            words = WordedShot(one["text"], tuple(one["notes"]), answer["model"])
            made = _make_written_suggestion(job, spec, brief, words)
            project.facts.add_suggestion(replace(made, picture=picture.id if picture else ""))


def _make_written_suggestion(
    job: DetailedJob, spec: Write, brief: ShotBrief, words: WordedShot
) -> Suggestion:
    """Return the suggestion that a job made for a shot. A text that is equal to the present prompt is stored
    as declined, because it gives the user nothing to decide.
    """
    same = fold(words.text) == fold(brief.text)
    return Suggestion(
        id=new_id("suggestion"),
        shot=brief.shot,
        job=job.id,
        state=SuggestionState.DECLINED if same else SuggestionState.OPEN,
        text=words.text,
        original=brief.text,
        meant=brief.meant,
        family=brief.family,
        engine=spec.engine,
        model=words.model,
        seed=brief.seed,
        note="; ".join(words.notes),
        created=HOST.now(),
    )


def save_partial_suggestions(studio: Studio, shots: Sequence[Shot]) -> int:
    """Save the suggestions for the given shots that running jobs have finished so far. Return their number.

    The user can accept or decline them at once. When such a job ends, it does not overwrite them.
    """
    client = studio.client_or_none()
    if client is None:
        return 0
    project, wanted = studio.require_project(), {shot.id for shot in shots}
    known = {(one.job, one.shot) for one in project.load_story().suggestions}
    taken = 0
    running = sorted(state.value for state in JobState if state not in ENDED)
    for view in client.list_jobs({"project": str(project.paths.root), "states": running}):
        parts = {str(part["facts"]["shot"]): part for part in view.parts if part["role"] == ROLE}
        new = [shot for shot in parts if shot in wanted and (view.id, shot) not in known]
        if not new:
            continue
        job = client.fetch_job(view.id)
        spec = Write.model_validate(job.spec)
        for brief in (brief for brief in spec.order.briefs if brief.shot in new):
            words = WordedShot.read(Path(parts[brief.shot]["path"]))
            if words is not None and words.text:
                made = _make_written_suggestion(job, spec, brief, words)
                taken += project.facts.add_suggestion(made)
    return taken


def read_writing_answer(path: Path) -> dict[str, Any]:
    """Return the content of the answer's file. Raises Damaged if it is missing."""
    try:
        value: dict[str, Any] = parse_untrusted_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Damaged(
            f"the answer {path} was removed before it was recorded",
            "Milimo asks the question again automatically",
        ) from None
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    return value


def _find_asset_by_path(project: ProjectFile, story: Story, path: Any) -> Asset | None:
    if not isinstance(path, str):
        return None
    paths = project.paths
    return next((one for one in story.assets if str(render_plan.get_asset_path(paths, one)) == path), None)


# ------------------------------------------------------------------ finding, accepting, declining


def list_shot_suggestions(story: Story, shot: str) -> tuple[Suggestion, ...]:
    """Return every suggestion for a shot, the newest first."""
    return tuple(one for one in reversed(story.suggestions) if one.shot == shot)


def list_open_suggestions(story: Story, shot: str) -> tuple[Suggestion, ...]:
    """Return the suggestions for a shot that wait for a decision, the newest first."""
    return tuple(one for one in list_shot_suggestions(story, shot) if one.state is SuggestionState.OPEN)


def is_suggestion_outgrown(story: Story, shot: Shot, suggestion: Suggestion) -> bool:
    """Return True if the meaning of the shot has changed since the suggestion was requested.

    The meaning is a text of facts, which stays the same when a new version of the program words prompts
    differently. Old suggestions store no meaning; for them, the prompts are compared.
    """
    if suggestion.meant:
        made = FilmPerformances(story).prepare_for_take(shot) if suggestion.task == PARAGRAPH else shot
        return shot_spec.describe_shot_meaning(story, made) != suggestion.meant
    if suggestion.task == predicted_lengths.TASK:
        return briefs.compose_current_prompt(story, shot, suggestion.family) != suggestion.original
    if suggestion.task == CONTINUE:
        return shot_spec.get_prompt(story, shot).text != suggestion.original
    return (
        briefs.compose_current_prompt(story, shot, shot_spec.choose_engine(story, shot))
        != suggestion.original
    )


def list_suggestion_faults(story: Story, shot: Shot, suggestion: Suggestion) -> tuple[str, ...]:
    """Return the statements of a suggested prompt that do not agree with the facts of its shot. Return an
    empty tuple for other suggestions: a length, or prompts of the parts of a shot.
    """
    if suggestion.task in (CONTINUE, predicted_lengths.TASK):
        return ()
    return briefs.find_prompt_faults(story, shot, suggestion.text, suggestion.family)


def repeats_present_prompt(suggestion: Suggestion) -> bool:
    """Return True if a suggestion was stored as declined because a model wrote the prompt that the shot had
    already.
    """
    is_declined = suggestion.task == PARAGRAPH and suggestion.state is SuggestionState.DECLINED
    return is_declined and fold(suggestion.text) == fold(suggestion.original)


def list_offered_suggestions(story: Story, shot: Shot, engine: str) -> tuple[Suggestion, ...]:
    """Return the suggestions for a shot that wait for a decision and that concern an engine, newest first. A
    prompt that a model wrote concerns only the engines whose prompt guide it follows.
    """
    family = written_prompts.choose_prompt_family(engine)
    found = list_open_suggestions(story, shot.id)
    return tuple(one for one in found if one.task != PARAGRAPH or one.family in ("", family))


def summarize_suggestion(suggestion: Suggestion) -> str:
    """Return the content of a suggestion in one line."""
    if suggestion.task == CONTINUE:
        return f"prompts for {format_count(len(suggestion.parts), 'part')}"
    return f"a length of {suggestion.text}" if suggestion.task == predicted_lengths.TASK else suggestion.text


def find_suggestion(story: Story, shot: Shot, name: str = "") -> Suggestion:
    """Return a suggestion for a shot by its id or number (1 is the oldest). Without `name`, return the newest
    suggestion that waits for the user's decision. Raises NotFound.
    """
    every = tuple(reversed(list_shot_suggestions(story, shot.id)))
    number = story.numbers.get(shot.id, shot.id)
    if name:
        for place, one in enumerate(every, 1):
            if name in (one.id, str(place)):
                return one
        raise NotFound(
            f"shot {number} has no suggestion “{name}”", f"milimo shot suggestions {number} lists them"
        )
    waiting = list_open_suggestions(story, shot.id)
    if not waiting:
        raise NotFound(f"shot {number} has no open suggestion", f"milimo shot enhance {number} asks for one")
    return waiting[0]


def accept_suggestion(studio: Studio, shot: Shot, suggestion: Suggestion) -> Shot:
    """Set the content of a suggestion in the shot, as one edit: its prompt, its length, or the prompts of its
    parts. Return the changed shot.
    """
    story = studio.take_snapshot().story
    label = f"accept the suggestion for {story.numbers.get(shot.id, shot.id)}"
    file = studio.require_project()
    after = write_acceptance(file, studio.actor, story, [(shot, suggestion)], label)
    return next(value for value in after if isinstance(value, Shot))


def write_acceptance(
    project: ProjectFile,
    actor: str,
    story: Story,
    accepted: Sequence[tuple[Shot, Suggestion]],
    label: str,
) -> list[Shot | Suggestion]:
    """Accept suggestions for shots, as one edit of `actor` with a label. Return the changed values."""
    changes = [list_acceptance_changes(story, shot, suggestion) for shot, suggestion in accepted]
    before = [value for values, _ in changes for value in values]
    after = [value for _, values in changes for value in values]
    project.write_edit(label, scope="project", actor=actor, before=before, after=after)
    return after


def list_acceptance_changes(
    story: Story, shot: Shot, suggestion: Suggestion
) -> tuple[list[Shot | Suggestion], list[Shot | Suggestion]]:
    """Return the values before and after a suggestion is accepted.

    A prompt that agrees with the facts of the shot replaces the user's own prompt, and the prompts that were
    accepted earlier for the same models. Any other prompt becomes the user's own prompt, because the user
    insists on it.
    """
    changed = _apply_suggestion(story, shot, suggestion)
    replaced = [
        one
        for one in written_prompts.list_written_prompts(story, shot.id, suggestion.family)
        if suggestion.task == PARAGRAPH and one.state is SuggestionState.ACCEPTED and one != suggestion
    ]
    return (
        [shot, suggestion, *replaced],
        [
            changed,
            replace(suggestion, state=SuggestionState.ACCEPTED),
            *(replace(one, state=SuggestionState.DECLINED) for one in replaced),
        ],
    )


def decline_suggestions(studio: Studio, shot: Shot, suggestions: Sequence[Suggestion]) -> None:
    """Mark suggestions as declined, as one edit. The shot does not change."""
    number = studio.take_snapshot().story.numbers.get(shot.id, shot.id)
    declined = [replace(one, state=SuggestionState.DECLINED) for one in suggestions]
    studio.require_project().write_edit(
        f"decline the suggestion for {number}",
        scope="project",
        actor=studio.actor,
        before=list(suggestions),
        after=declined,
    )


def _apply_suggestion(story: Story, shot: Shot, suggestion: Suggestion) -> Shot:
    if suggestion.task == predicted_lengths.TASK:
        return replace(shot, frames=predicted_lengths.get_suggested_frames(suggestion, story.project.rate))
    if suggestion.task != CONTINUE:
        agrees = suggestion.task == PARAGRAPH and not is_suggestion_outgrown(story, shot, suggestion)
        agrees = agrees and not list_suggestion_faults(story, shot, suggestion)
        return replace(shot, prompt=None if agrees else suggestion.text)
    style = next((part.text for part in shot_spec.get_prompt(story, shot).parts if part.role == "style"), "")
    words = ["", *(f"{style} {part}".strip() for part in suggestion.parts[1:])]
    seeds = [chunk.seed for chunk in shot.chunks] + [None] * len(words)
    chunks = tuple(ChunkWords(word, seed) for word, seed in zip(words, seeds, strict=False))
    return replace(shot, chunks=chunks)


# ------------------------------------------------------------------ reference sheets


def find_sheet_verdict(story: Story, asset: str) -> SheetVerdict | None:
    """Return the decision whether a picture (an id) is a reference sheet. Return None if there is none."""
    return next((one for one in story.sheets if one.asset == asset), None)


def set_sheet_verdict(studio: Studio, asset: Asset, *, is_sheet: bool) -> None:
    """Record the user's decision whether a picture is a reference sheet, as an edit. It takes precedence over
    a model's decision. Raises BadInput if the asset is not a picture.
    """
    if asset.kind is not AssetKind.PICTURE:
        raise BadInput(f"{asset.name} is not a picture", "name a still picture as the reference sheet")
    known = find_sheet_verdict(studio.take_snapshot().story, asset.id)
    verdict = SheetVerdict(
        id=known.id if known else new_id("sheet"),
        asset=asset.id,
        is_sheet=is_sheet,
        reason="set by you",
        by="you",
    )
    what = "is a reference sheet" if is_sheet else "is a frame"
    studio.require_project().write_edit(
        f"{asset.name} {what}",
        scope="project",
        actor=studio.actor,
        before=[known] if known else [],
        after=[verdict],
    )
