"""`script read`: let a language model read the screenplay, and accept or decline the reading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path, write_file_atomically
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.story.breakdown.people import FilmBreakdown
from milimo_tui.story.breakdown.stored_json import convert_from_json
from milimo_tui.story.commit.accepted_reading import EVERYTHING, ReadingChoice
from milimo_tui.story.commit.reading_prompts import list_proposed_prompts
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.studio.commands.queue.printing import check_output_path
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.project.screen_next_step import find_reading_job
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import reading_files, screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import film_prompts, reading_changes, script_readings
from milimo_tui.studio.writing.text_engine_choice import find_ready_engine

# A comma between two ids of facts. A name in an id may have a comma too.
_FACT_COMMA = r",(?=\s*[^,:]+:(?:place|look|beat):)"


class ScriptReadArgs(Args):
    engine: str = arg(
        "", description="text engine: auto, local, ollama or openai (default: setting text_engine)"
    )
    model: str = arg("", description="model of the engine (default: the selected one)")
    scenes: str | None = arg(
        None, description="only these scenes: 3-7 or 2,5,12A (default: all)", longest=1000
    )
    from_: str = arg("", description="a file with a reading, instead of a language model")
    dry_run: bool = arg(False, description="only show the engine, the size of the reading and the time")
    detach: bool = arg(False, description="queue the work and return at once")


def _start_script_reading(studio: Studio, args: ScriptReadArgs) -> Outcome:
    if args.from_:
        reading = reading_files.read_user_reading(studio, args.from_)
        if args.dry_run:
            message = f"the file can be read, nothing is stored: {summarize_reading(reading)}"
            return Outcome(data=build_reading_data(reading), message=message)
        studio.require_project().facts.add_reading(reading, ())
        return _show_new_reading(studio, reading)
    plan = script_readings.plan_reading(studio, args.engine, args.model, args.scenes)
    data: dict[str, Any] = {
        "engine": plan.engine,
        "scenes": list(plan.scenes),
        "unread": list(plan.unread),
        "question_tokens": plan.question_tokens,
        "answer_tokens": plan.answer_tokens,
    }
    if args.dry_run:
        return Outcome(data=data, message=f"{plan.engine} would read {plan.size_text}")
    _refuse_second_reading(studio)
    if args.detach:
        job, prompts_job = studio.require_client().submit_jobs(plan.requests)
        return Outcome(
            data={**data, "job": job, "prompts_job": prompts_job}, message=f"queued: {plan.size_text}"
        )
    return _show_new_reading(studio, script_readings.make_reading(studio, plan, with_prompts=True))


def _show_new_reading(studio: Studio, reading: ScriptReading) -> Outcome:
    """Return the summary of a reading that was stored, and a note if nothing of it is new."""
    file = studio.require_project()
    is_known = script_readings.is_reading_settled(file, file.load_story(), reading)
    note = "; the film has all of this already" if is_known else ""
    return Outcome(data=build_reading_data(reading), message=f"{summarize_reading(reading)}{note}")


def _refuse_second_reading(studio: Studio) -> None:
    """Raise Refused if a job is reading, or will read, the screenplay of the open film."""
    folder = str(studio.require_project().paths.root)
    job = find_reading_job(studio.require_client().list_jobs({}), folder)
    if job is not None:
        raise Refused(
            "a language model is reading the script already",
            f"milimo job watch shows it, milimo job cancel {job.id} stops it",
        )


class PromptsWriteArgs(Args):
    family: str = arg(
        "", description="model family of the takes: ltx2, wan, flux2 … (default: that of the film)"
    )
    scenes: str | None = arg(
        None, description="only these scenes: 3-7 or 2,5,12A (default: all)", longest=1000
    )
    engine: str = arg(
        "", description="text engine: auto, local, ollama or openai (default: setting text_engine)"
    )
    model: str = arg("", description="model of the engine (default: the selected one)")
    detach: bool = arg(False, description="queue the work and return at once")


def _write_prompts(studio: Studio, args: PromptsWriteArgs) -> Outcome:
    request = film_prompts.make_film_prompt_job(studio, args.family, args.scenes, args.engine, args.model)
    [job] = studio.require_client().submit_jobs([request])
    if args.detach:
        return Outcome(data={"job": job}, message=f"queued: {request.label}")
    check_job_done(wait_with_progress(studio, request.label, [job])[job])
    story = studio.take_snapshot().story
    accepted, left = film_prompts.list_job_prompts(story, job)
    numbers = story.numbers
    faulty = [numbers.get(one.shot, "") for one in left]
    message = f"{format_count(len(accepted), 'shot')} with a new prompt"
    if faulty:
        message += f"; left out, because they do not agree with the facts: {', '.join(faulty)}"
    shots = [numbers.get(one.shot, "") for one in accepted]
    return Outcome(data={"job": job, "shots": shots, "left_out": faulty}, message=message)


class ReadingShowArgs(Args):
    export: str = arg("", description="write the reading to this file (JSON)")
    overwrite: bool = arg(False, description="replace an existing file")


def _show_reading(studio: Studio, args: ReadingShowArgs) -> Outcome:
    if args.export:
        path = parse_user_path(args.export).absolute()
        check_output_path(path, overwrite=args.overwrite)
        write_file_atomically(path, reading_files.export_newest_reading(studio).encode())
        return Outcome(data={"path": str(path)}, text=str(path))
    reading = script_readings.find_open_reading(studio.require_project())
    return Outcome(data=build_reading_data(reading), message=summarize_reading(reading))


class ReadingAcceptArgs(Args):
    scenes: str | None = arg(None, description="accept these scenes: 3-7 or 2,5,12A", longest=1000)
    people: tuple[str, ...] = arg((), description="accept these people: Oda,Tomas")
    facts: tuple[str, ...] = arg(
        (), description="accept these facts of the scenes (--dry-run --json has their ids)"
    )
    prompts: tuple[str, ...] = arg((), description="accept the prompts of these shots: 3A,3B")
    close: bool = arg(False, description="leave out the rest, so that the reading is not offered again")
    dry_run: bool = arg(False, description="only show what would change")


def _accept_reading(studio: Studio, args: ReadingAcceptArgs) -> Outcome:
    file = studio.require_project()
    reading = script_readings.find_open_reading(file)
    choice = _choose_items(studio, reading, args)
    if args.dry_run:
        return _list_changes(studio, reading, choice)
    is_complete = False

    def is_decided(story: Story) -> bool:
        nonlocal is_complete
        closes = choice == EVERYTHING or args.close
        is_complete = closes or script_readings.is_reading_settled(file, story, reading)
        return is_complete

    done = screenplays.commit_script(studio, reading=reading, choice=choice, is_decided=is_decided)
    what = done.commit_summary if done.accepted else "; ".join(("nothing new", *done.notes))
    outdated = _list_changed_scenes(studio, reading)
    notes = (*_list_unread_notes(reading), *_advise_second_reading(studio, outdated))
    return Outcome(
        data={"accepted": list(done.accepted), "waits": not is_complete, "outdated": outdated},
        message="; ".join((f"accepted: {what}", *notes)),
    )


def _list_changed_scenes(studio: Studio, reading: ScriptReading) -> list[str]:
    """Return the numbers of the scenes of a reading whose text has changed since."""
    file = studio.require_project()
    read = {str(scene["number"]) for scene in json.loads(reading.scenes)}
    mode = screenplays.get_script_mode(file)
    found = script_readings.list_outdated_scenes(file.load_story(), file.facts.list_readings(), mode)
    return [number for number in found if number in read]


def _advise_second_reading(studio: Studio, scenes: Sequence[str]) -> list[str]:
    """Return a sentence about the scenes that have changed since they were read; empty if there are none. The
    command that reads them again is named if a language model is ready.
    """
    if not scenes:
        return []
    sentence = script_readings.describe_outdated_scenes(scenes)
    if find_ready_engine(studio) is None:
        return [sentence]
    return [f"{sentence}: milimo script read --scenes {','.join(scenes)}"]


def _list_unread_notes(reading: ScriptReading) -> list[str]:
    """Return a note about the scenes that were not read; empty if all were."""
    unread = list(script_readings.list_unread_scenes(reading))
    order = [scene["number"] for scene in json.loads(reading.scenes)]
    if not unread:
        return []
    return [f"not read, so only their format is used: {script_readings.name_scenes(unread, order)}"]


def _choose_items(studio: Studio, reading: ScriptReading, args: ReadingAcceptArgs) -> ReadingChoice:
    """Return the named items of a reading. If only scenes, facts, people or prompts are named, nothing of the
    other kinds is accepted. A fact includes its scene, and a scene includes its prompts.
    """
    if args.scenes is None and not (args.people or args.facts or args.prompts):
        return EVERYTHING
    scenes = set() if args.scenes is None else set(script_readings.list_scene_numbers(studio, args.scenes))
    prompts = {one.number for one in list_proposed_prompts(reading) if one.scene in scenes and not one.faults}
    facts = _split_list(args.facts, _FACT_COMMA)
    return ReadingChoice(
        frozenset(scenes | {fact.partition(":")[0] for fact in facts}),
        frozenset(_split_names(reading, args.people)),
        frozenset(facts) if facts else None,
        frozenset(prompts | set(_split_list(args.prompts))),
    )


def _split_list(texts: Iterable[str], comma: str = ",") -> list[str]:
    """Return the items of an option that may be given several times, each time with several items."""
    return [item.strip() for text in texts for item in re.split(comma, text)]


def _split_names(reading: ScriptReading, texts: Iterable[str]) -> list[str]:
    """Return the names in texts such as `Oda,Tomas`. A text that is the name of a person of the reading is
    not split.
    """
    film = convert_from_json(FilmBreakdown, parse_untrusted_json(reading.film))
    names = ([text] if film.find_person(text) is not None else text.split(",") for text in texts)
    return [name.strip() for found in names for name in found]


def _list_changes(studio: Studio, reading: ScriptReading, choice: ReadingChoice) -> Outcome:
    """Return the changes that the chosen items of a reading would make. Nothing is written. Raises the errors
    of accepting them.
    """
    if choice != EVERYTHING:
        screenplays.prepare_commit(studio, asking=False, reading=reading, choice=choice)
    data = [
        {
            **asdict(change.effect),
            "items": list(change.items),
            "heading": change.is_heading,
            "accepted": change.is_accepted,
            "state": "accepted" if change.is_accepted else "",
            "reader": reading.reader,
        }
        for change in reading_changes.list_reading_changes(studio, reading)
        if choice == EVERYTHING or reading_changes.has_chosen_item(change, choice)
    ]
    columns = ("kind", "name", "state", "words")
    return Outcome(data=data, columns=columns, message=summarize_reading(reading))


def _decline_reading(studio: Studio, args: NoArgs) -> Outcome:
    file = studio.require_project()
    reading = script_readings.find_open_reading(file)
    declined = replace(reading, state=SuggestionState.DECLINED)
    label = f"decline the reading by {reading.reader}"
    file.write_edit(label, scope="project", actor=studio.actor, before=[reading], after=[declined])
    hint = undo_scope.get_undo_hint(studio)
    return Outcome(message=f"the reading by {reading.reader} is declined; {hint} brings it back")


def summarize_reading(reading: ScriptReading) -> str:
    """Return the size of a reading in words: people, scenes, facts that the script does not confirm."""
    film, scenes = json.loads(reading.film), json.loads(reading.scenes)
    unread = script_readings.list_unread_scenes(reading)
    rejected = sum(len(each.get("rejected", ())) for each in (*scenes, *film.get("people", ())))
    parts = [
        f"{reading.reader} read {format_count(len(scenes) - len(unread), 'scene')}",
        f"found {format_count(len(film.get('people', ())), 'person', 'people')}",
    ]
    if rejected:
        parts.append(f"left out {format_count(rejected, 'fact')} that the script does not confirm")
    if unread:
        parts.append(_describe_unread_scenes(unread, [scene["number"] for scene in scenes]))
    prompts = list_proposed_prompts(reading)
    faulty = [prompt.number for prompt in prompts if prompt.faults]
    if prompts:
        parts.append(f"wrote {format_count(len(prompts) - len(faulty), 'prompt')}")
    if faulty:
        parts.append(f"prompts left out, because they do not agree with the facts: {', '.join(faulty)}")
    # The reason why a reading stopped is also the problem of each scene after that.
    return "; ".join((*parts, *(note for note in reading.notes if note not in unread.values())))


def _describe_unread_scenes(unread: Mapping[str, str], order: Sequence[str]) -> str:
    """Return the scenes that were not read, with the reasons. Scenes with the same reason are one item."""
    by_problem: dict[str, list[str]] = {}
    for number, problem in unread.items():
        by_problem.setdefault(problem, []).append(number)
    parts = [
        f"{script_readings.name_scenes(numbers, order)}{f' ({problem})' if problem else ''}"
        for problem, numbers in by_problem.items()
    ]
    return f"not read: {', '.join(parts)}"


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
        "not_read": script_readings.list_unread_scenes(reading),
        "notes": list(reading.notes),
    }


READ = Command(
    "script.read",
    "Read the screenplay",
    "let a language model read the screenplay: people, looks, places and beats",
    _start_script_reading,
    ScriptReadArgs,
    enabled=refuse_without_film,
    cli="script read",
)
READING_COMMANDS = (
    READ,
    Command(
        "script.prompts",
        "Write the prompts",
        "let a language model write missing prompts, and use those without faults",
        _write_prompts,
        PromptsWriteArgs,
        enabled=refuse_without_film,
        cli="script prompts",
    ),
    Command(
        "script.reading",
        "Show the reading",
        "summarise the reading that waits, or export the newest reading to a file",
        _show_reading,
        ReadingShowArgs,
        enabled=refuse_without_film,
        cli="script reading",
    ),
    Command(
        "script.accept_reading",
        "Accept the reading",
        "accept a reading, or only the named scenes, people, facts or prompts",
        _accept_reading,
        ReadingAcceptArgs,
        enabled=refuse_without_film,
        cli="script accept",
    ),
    Command(
        "script.decline_reading",
        "Decline the reading",
        "decline the reading of a language model; the film does not change",
        _decline_reading,
        NoArgs,
        enabled=refuse_without_film,
        cli="script decline",
    ),
)
