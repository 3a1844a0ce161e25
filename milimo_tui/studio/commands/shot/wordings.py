"""Commands for prompts that language models write: `shot enhance`, `shot continue`, and commands on their
suggestions.

`shot length` asks a model for the length of a shot. `shot sheet` shows or sets whether the first picture of a
shot is a reference sheet, which can't be a first frame.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story
from milimo_tui.story.values.suggestion import CONTINUE, PARAGRAPH, Suggestion
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.shot.shot_rows import ShotIdArgs
from milimo_tui.studio.media import imports
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, written_prompts
from milimo_tui.studio.writing import briefs, predicted_lengths, suggestions
from milimo_tui.studio.writing.acceptance import require_acceptable
from milimo_tui.studio.writing.suggestions import SuggestionRequest


class PromptWriteArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    engine: str = arg("", description="engine: auto, local, ollama or openai (default: setting text_engine)")
    model: str = arg("", description="model of the engine (default: the selected one)")
    picture: bool = arg(False, description="send the first picture of the shot too")
    show: str = arg("", description="send this picture instead: a file, or an asset's id or name")
    seed: int | None = arg(
        None, ge=0, le=2**32 - 1, description="seed; the same seed gives the same words (default: a new one)"
    )
    accept: bool = arg(False, description="accept the suggestion as the prompt at once (undo reverts it)")
    force: bool = arg(False, description="also accept an answer that does not fit the shot")
    detach: bool = arg(False, description="queue the work and return at once")


class ShotEnhanceArgs(PromptWriteArgs):
    still: bool = arg(False, description="write a prompt for a picture (board) instead of a clip")


def _enhance_prompt(studio: Studio, args: ShotEnhanceArgs) -> Outcome:
    return _queue_prompt_writing(studio, args, suggestions.PROMPTS, still=args.still)


def _continue_prompt(studio: Studio, args: PromptWriteArgs) -> Outcome:
    return _queue_prompt_writing(studio, args, CONTINUE)


def _queue_prompt_writing(
    studio: Studio, args: PromptWriteArgs, task: str, *, still: bool = False
) -> Outcome:
    if args.accept and args.detach:
        raise BadInput("a result can't be accepted without waiting for it", "leave out --accept or --detach")
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    wanted = SuggestionRequest(
        shot=shot,
        task=task,
        still=still,
        engine=args.engine,
        model=args.model,
        picture=_find_picture_to_show(studio, story, shot, args),
        seed=args.seed,
    )
    request = suggestions.make_suggestion_job(studio, wanted)
    [job] = studio.require_client().submit_jobs([request])
    if args.detach:
        return Outcome(data={"job": job}, message=f"queued: {request.label}")
    check_job_done(wait_with_progress(studio, request.label, [job])[job])
    story = studio.take_snapshot().story
    made = next((one for one in story.suggestions if one.job == job), None)
    if made is None:
        raise Failed(
            f"the model wrote no prompt for {story.numbers.get(shot.id, args.id)}; the prompt is unchanged",
            f"milimo job show {job} has the reason",
        )
    accepted = False
    if suggestions.repeats_present_prompt(made):
        number = story.numbers.get(shot.id, args.id)
        return Outcome(
            data={**build_suggestion_row(story, shot, made), "job": job, "accepted": accepted},
            message=f"{made.model} wrote the present prompt of {number} again, so there is no suggestion",
        )
    if args.accept:
        shot = shot_spec.find_shot(story, shot.id)
        require_acceptable(story, shot, made, force=args.force)
        shot = suggestions.accept_suggestion(studio, shot, made)
        story = studio.take_snapshot().story
        [made] = [one for one in story.suggestions if one.job == job]
        accepted = True
    row = build_suggestion_row(story, shot, made)
    return Outcome(
        data={**row, "job": job, "accepted": accepted}, text="\n".join(_format_one_suggestion(row))
    )


def _find_picture_to_show(studio: Studio, story: Story, shot: Shot, args: PromptWriteArgs) -> Asset | None:
    """Return the picture that is sent to the language model with the shot; None if the user did not ask for
    one.

    The picture is the file or asset of `--show`, or with `--picture` the picture with which the shot starts.
    Raises BadInput if there is no such picture.
    """
    if args.show:
        path = parse_user_path(args.show)
        asset = (
            imports.add_media(studio, path, link=False) if path.is_file() else find_asset(studio, args.show)
        )
        if asset.kind is not AssetKind.PICTURE:
            raise BadInput(f"{asset.name} is not a picture", "name a still picture")
        return asset
    if not args.picture:
        return None
    found = suggestions.find_first_picture(story, shot)
    if found is None:
        raise BadInput(
            f"shot {args.id} does not start with a picture",
            f"milimo shot condition add {args.id} FILE adds one; or give --show FILE",
        )
    return found


def build_suggestion_row(story: Story, shot: Shot, one: Suggestion) -> dict[str, Any]:
    """Return the data of a suggestion for lists and `--json`.

    If the picture that was sent to the model is a reference sheet, the value `sheet` gives the reason for
    this judgement.
    """
    sheet = suggestions.find_sheet_verdict(story, one.picture) if one.picture else None
    place = [other.id for other in reversed(suggestions.list_shot_suggestions(story, shot.id))].index(
        one.id
    ) + 1
    return {
        "id": one.id,
        "place": place,
        "shot": shot.id,
        "number": story.numbers.get(shot.id, ""),
        "task": one.task,
        "text": one.text,
        "parts": list(one.parts),
        "original": one.original,
        "engine": one.engine,
        "model": one.model,
        "seed": one.seed,
        "picture": one.picture or None,
        "sheet": sheet.reason or "it is not a frame of a film" if sheet and sheet.is_sheet else None,
        "note": one.note or None,
        "faults": list(suggestions.list_suggestion_faults(story, shot, one)),
        "state": one.state.value,
        "outgrown": suggestions.is_suggestion_outgrown(story, shot, one) and one.state.value == "open",
        "created": one.created,
    }


def _format_one_suggestion(row: dict[str, Any]) -> list[str]:
    """Return lines that compare a suggestion with the original prompt."""
    lines = [f"{row['number']}  by {row['model']} ({row['engine']}), seed {row['seed']}"]
    if row["task"] == CONTINUE:
        lines += [f"  part {at:<4}{part}" for at, part in enumerate(row["parts"], 1)]
    elif row["task"] == predicted_lengths.TASK:
        lines.append(f"  suggested {row['text']}, predicted from its text")
    else:
        lines += [f"  now       {row['original']}", f"  suggested {row['text']}"]
    if row["sheet"]:
        lines.append(
            f"  the picture is a reference sheet ({row['sheet']}): takes do not begin with it; "
            f"milimo shot sheet {row['number']} --use lets takes begin with it anyway"
        )
    lines += [f"  but       {fault}" for fault in row["faults"]]
    if row["note"]:
        lines.append(f"  note      {row['note']}")
    if row["state"] == "open":
        lines.append(f"  milimo shot accept {row['number']} accepts it, shot decline declines it")
    else:
        lines.append(f"  {row['state']}; undo reverts that")
    return lines


def _list_suggestions(studio: Studio, args: ShotIdArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    rows = [
        build_suggestion_row(story, shot, one)
        for one in reversed(suggestions.list_shot_suggestions(story, shot.id))
    ]
    shown = [{**row, "text": clean_one_line(row["text"], 80)} for row in rows]
    return Outcome(
        data=rows,
        columns=("place", "state", "task", "model", "text"),
        rows=lambda: shown,
        message="" if rows else f"no model has written for {args.id} yet: milimo shot enhance {args.id}",
    )


class ShotLengthArgs(Args):
    ids: tuple[str, ...] = arg(description="shots (3B or ids)")
    model: str = arg("", description="weights that can estimate durations (default: the selected ones)")
    accept: bool = arg(False, description="set the suggested lengths at once (undo reverts it)")
    detach: bool = arg(False, description="queue the work and return at once")


def _suggest_lengths(studio: Studio, args: ShotLengthArgs) -> Outcome:
    if args.accept and args.detach:
        raise BadInput("a result can't be accepted without waiting for it", "leave out --accept or --detach")
    story = studio.take_snapshot().story
    shots = [shot_spec.find_shot(story, id) for id in args.ids]
    requests = [predicted_lengths.make_length_job(studio, story, shot, args.model) for shot in shots]
    jobs = studio.require_client().submit_jobs(requests)
    done = finish_queue_command(
        studio, jobs, None, detach=args.detach, what="length", made=format_count(len(jobs), "length")
    )
    if args.detach or done.exit_code:
        return done
    rows = []
    for shot, job in zip(shots, jobs, strict=True):
        story = studio.take_snapshot().story
        [made] = [one for one in story.suggestions if one.job == job]
        if args.accept:
            suggestions.accept_suggestion(studio, shot_spec.find_shot(story, shot.id), made)
            story = studio.take_snapshot().story
            [made] = [one for one in story.suggestions if one.job == job]
        row = build_suggestion_row(story, shot_spec.find_shot(story, shot.id), made)
        rows.append({**row, "frames": predicted_lengths.get_suggested_frames(made, story.project.rate)})
    lines = [line for row in rows for line in _format_one_suggestion(row)]
    return Outcome(data={**done.data, "lengths": rows}, text="\n".join(lines))


class SuggestionArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    suggestion: str = arg(
        "", description="the suggestion: its number from 1, or its id (default: the newest open one)"
    )


def _load_written_suggestions(studio: Studio, id: str) -> tuple[Story, Shot]:
    """Return the story and a shot, after saving the suggestions that a running job has already written for
    the shot.
    """
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, id)
    return (
        studio.take_snapshot().story if suggestions.save_partial_suggestions(studio, [shot]) else story
    ), shot


class SuggestionAcceptArgs(SuggestionArgs):
    force: bool = arg(False, description="also accept an answer that does not fit the shot")


def _accept_suggestion(studio: Studio, args: SuggestionAcceptArgs) -> Outcome:
    story, shot = _load_written_suggestions(studio, args.id)
    one = suggestions.find_suggestion(story, shot, args.suggestion)
    require_acceptable(story, shot, one, force=args.force)
    number = story.numbers.get(shot.id, args.id)
    changed = suggestions.accept_suggestion(studio, shot, one)
    now = f"is {one.text} long now" if one.task == predicted_lengths.TASK else "uses it now"
    if one.task == PARAGRAPH and one.family not in ("", briefs.choose_guide_family(story, shot)):
        now += f" for {one.family}"
    old = "its text has changed since; " if suggestions.is_suggestion_outgrown(story, shot, one) else ""
    return Outcome(
        data={"shot": shot.id, "suggestion": one.id, "prompt": changed.prompt},
        message=f"{number} {now}; {old}{undo_scope.get_undo_hint(studio)} reverts it",
    )


class SuggestionDeclineArgs(SuggestionArgs):
    all: bool = arg(False, description="all open suggestions of this shot")


def _decline_suggestions(studio: Studio, args: SuggestionDeclineArgs) -> Outcome:
    story, shot = _load_written_suggestions(studio, args.id)
    waiting = suggestions.list_open_suggestions(story, shot.id)
    chooses_all = args.all and waiting and not args.suggestion
    in_use = written_prompts.find_accepted_prompt(story, shot.id, briefs.choose_guide_family(story, shot))
    if chooses_all:
        chosen = waiting
    elif in_use is not None and not waiting and not args.suggestion:
        chosen = (in_use,)
    else:
        chosen = (suggestions.find_suggestion(story, shot, args.suggestion),)
    suggestions.decline_suggestions(studio, shot, chosen)
    number = story.numbers.get(shot.id, args.id)
    return Outcome(
        data={"shot": shot.id, "suggestions": [one.id for one in chosen]},
        message=f"{number}: declined; {undo_scope.get_undo_hint(studio)} brings the suggestion back",
    )


class ReferenceSheetArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    use: bool = arg(False, description="the picture is a first frame: takes begin with it")
    leave: bool = arg(False, description="the picture is a reference sheet: no take begins with it")


def _set_sheet_verdict(studio: Studio, args: ReferenceSheetArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    if args.use and args.leave:
        raise BadInput("the picture is a first frame or a reference sheet, not both", "give --use or --leave")
    asset = suggestions.find_first_picture(story, shot)
    if asset is None:
        raise BadInput(
            f"shot {number} does not start with a picture",
            f"milimo shot condition add {number} FILE adds one",
        )
    if args.use or args.leave:
        suggestions.set_sheet_verdict(studio, asset, is_sheet=args.leave)
    found = suggestions.find_sheet_verdict(studio.take_snapshot().story, asset.id)
    data = {
        "shot": shot.id,
        "asset": asset.id,
        "sheet": found.is_sheet if found else None,
        "reason": found.reason if found else None,
        "by": found.by if found else None,
    }
    return Outcome(data=data, message=_format_sheet_message(asset, found))


def _format_sheet_message(asset: Asset, found: Any) -> str:
    if found is None:
        return f"{asset.name} was not checked for a reference sheet: takes begin with it"
    why = f" ({found.by}: {found.reason})" if found.reason else f" ({found.by})"
    if found.is_sheet:
        return f"{asset.name} is a reference sheet{why}: no take begins with it"
    return f"{asset.name} is a frame{why}: takes begin with it"


WORDS = (
    Command(
        "shot.enhance",
        "Suggest prompt",
        "have a language model suggest a prompt for a shot",
        _enhance_prompt,
        ShotEnhanceArgs,
        refuse_without_film,
        cli="shot enhance",
        positional=("id",),
    ),
    Command(
        "shot.continue",
        "Write part prompts",
        "have a language model write prompts for the parts of a long shot",
        _continue_prompt,
        PromptWriteArgs,
        refuse_without_film,
        cli="shot continue",
        positional=("id",),
    ),
    Command(
        "shot.length",
        "Suggest lengths",
        "have a language model suggest the length of shots from their words",
        _suggest_lengths,
        ShotLengthArgs,
        refuse_without_film,
        cli="shot length",
        positional=("ids",),
    ),
    Command(
        "shot.suggestions",
        "List suggestions",
        "list the suggestions of language models for a shot",
        _list_suggestions,
        ShotIdArgs,
        refuse_without_film,
        cli="shot suggestions",
        positional=("id",),
    ),
    Command(
        "shot.accept",
        "Accept suggestion",
        "accept a suggested prompt or length",
        _accept_suggestion,
        SuggestionAcceptArgs,
        refuse_without_film,
        cli="shot accept",
        positional=("id", "suggestion"),
    ),
    Command(
        "shot.decline",
        "Decline suggestion",
        "decline a suggestion",
        _decline_suggestions,
        SuggestionDeclineArgs,
        refuse_without_film,
        cli="shot decline",
        positional=("id", "suggestion"),
    ),
    Command(
        "shot.sheet",
        "Check reference sheet",
        "check whether the first picture of a shot is a reference sheet",
        _set_sheet_verdict,
        ReferenceSheetArgs,
        refuse_without_film,
        cli="shot sheet",
        positional=("id",),
    ),
)
