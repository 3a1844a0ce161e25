"""`script read`: let a language model read the screenplay, and decide about what it read."""

from __future__ import annotations

import json
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.jobs.values.states import JobState
from milimo_tui.story.commit.accepted_reading import EVERYTHING, ReadingChoice
from milimo_tui.story.commit.reading_prompts import list_proposed_prompts
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import script_readings


class ScriptReadArgs(Args):
    engine: str = arg("", description="engine: auto, local, ollama or openai (default: setting text_engine)")
    model: str = arg("", description="model of the engine (default: the selected one)")
    scenes: str = arg("", description="only these scenes: 3-7 or 2,5,12A (default: all)", longest=1000)
    dry_run: bool = arg(False, description="only show the number of scenes and tokens")
    detach: bool = arg(False, description="queue the work and return at once")


def _read_script(studio: Studio, args: ScriptReadArgs) -> Outcome:
    plan = script_readings.plan_reading(studio, args.engine, args.model, args.scenes)
    data: dict[str, Any] = {
        "engine": plan.engine,
        "scenes": list(plan.scenes),
        "question_tokens": plan.question_tokens,
        "answer_tokens": plan.answer_tokens,
    }
    if args.dry_run:
        return Outcome(data=data, message=f"{plan.engine} would read {plan.size_text}")
    job, prompts_job = jobs = studio.require_client().submit_jobs(plan.requests)
    if args.detach:
        return Outcome(
            data={**data, "job": job, "prompts_job": prompts_job}, message=f"queued: {plan.size_text}"
        )
    ended = wait_with_progress(studio, plan.requests[0].label, jobs)
    check_job_done(ended[job])
    reading = script_readings.find_open_reading(studio.require_project())
    summary = summarize_reading(reading)
    if ended[prompts_job].state != JobState.DONE:
        summary += f"; the prompts are not written: milimo job retry {prompts_job} continues"
    return Outcome(data=build_reading_data(reading), message=summary)


def _show_reading(studio: Studio, args: NoArgs) -> Outcome:
    reading = script_readings.find_open_reading(studio.require_project())
    return Outcome(data=build_reading_data(reading), message=summarize_reading(reading))


class ReadingAcceptArgs(Args):
    scenes: str = arg("", description="only these scenes: 3-7 or 2,5,12A", longest=1000)
    people: tuple[str, ...] = arg((), description="only these people")


def _accept_reading(studio: Studio, args: ReadingAcceptArgs) -> Outcome:
    file = studio.require_project()
    reading = script_readings.find_open_reading(file)
    choice = EVERYTHING
    if args.scenes or args.people:
        # If only scenes or only people are named, nothing of the other kind is accepted.
        numbers = script_readings.list_scene_numbers(studio, args.scenes) if args.scenes else ()
        choice = ReadingChoice(frozenset(numbers), frozenset(args.people))
    done = screenplays.commit_script(studio, reading=reading, choice=choice)
    if choice == EVERYTHING:
        file.facts.set_reading_state(reading.id, SuggestionState.ACCEPTED)
    return Outcome(message=done.commit_summary)


def _decline_reading(studio: Studio, args: NoArgs) -> Outcome:
    file = studio.require_project()
    reading = script_readings.find_open_reading(file)
    file.facts.set_reading_state(reading.id, SuggestionState.DECLINED)
    return Outcome(message=f"the reading of {reading.reader} is declined; the film is unchanged")


def summarize_reading(reading: ScriptReading) -> str:
    """Return the size of a reading in words: people, scenes, facts that the script does not confirm."""
    film, scenes = json.loads(reading.film), json.loads(reading.scenes)
    unread = [scene["number"] for scene in scenes if not scene["breakdown"]]
    rejected = sum(len(scene["rejected"]) for scene in scenes)
    parts = [
        f"{reading.reader} read {format_count(len(scenes) - len(unread), 'scene')}",
        f"found {format_count(len(film.get('people', ())), 'person', 'people')}",
    ]
    if rejected:
        parts.append(f"{format_count(rejected, 'fact')} left out, because the script does not confirm them")
    if unread:
        parts.append(f"not read: {', '.join(unread)}")
    prompts = list_proposed_prompts(reading)
    faulty = [prompt.number for prompt in prompts if prompt.faults]
    if prompts:
        parts.append(f"wrote {format_count(len(prompts) - len(faulty), 'prompt')}")
    if faulty:
        parts.append(f"prompts left out, because they do not agree with the facts: {', '.join(faulty)}")
    return "; ".join((*parts, *reading.notes))


def build_reading_data(reading: ScriptReading) -> dict[str, Any]:
    """Return a reading as data for `--json`."""
    return {
        "reader": reading.reader,
        "engine": reading.engine,
        "state": reading.state.value,
        "people": json.loads(reading.film).get("people", []),
        "scenes": json.loads(reading.scenes),
        "prompts": [
            {
                "shot": prompt.number,
                "scene": prompt.scene,
                "family": prompt.family,
                "text": prompt.text,
                "faults": list(prompt.faults),
            }
            for prompt in list_proposed_prompts(reading)
        ],
        "notes": list(reading.notes),
    }


READ = Command(
    "script.read",
    "Read the screenplay",
    "let a language model read the screenplay: people, looks, places and beats",
    _read_script,
    ScriptReadArgs,
    enabled=refuse_without_film,
    cli="script read",
)
READING_COMMANDS = (
    READ,
    Command(
        "script.reading",
        "Show the reading",
        "show what a language model read in the screenplay",
        _show_reading,
        NoArgs,
        enabled=refuse_without_film,
        cli="script reading",
    ),
    Command(
        "script.accept_reading",
        "Accept the reading",
        "accept what a language model read, completely or only some scenes and people, as one edit",
        _accept_reading,
        ReadingAcceptArgs,
        enabled=refuse_without_film,
        cli="script accept",
    ),
    Command(
        "script.decline_reading",
        "Decline the reading",
        "decline what a language model read; the film stays as it is",
        _decline_reading,
        NoArgs,
        enabled=refuse_without_film,
        cli="script decline",
    ),
)
