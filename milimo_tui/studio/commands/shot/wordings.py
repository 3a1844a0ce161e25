"""`shot enhance` and `shot continue`: prompts for shots by language models, and commands on their
suggestions.

`shot length` asks a model for the length of a shot, and `shot sheet` shows or sets whether the picture that
the shot starts with is a reference sheet.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.core.host import named_path
from milimo_tui.core.safe_text import one_line
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story, Suggestion
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.commands.queue.queued import ended
from milimo_tui.studio.commands.shot.shot_rows import OneArgs
from milimo_tui.studio.media import imports
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.queue.waiting import check_done, wait_shown
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import suggestions, told_lengths
from milimo_tui.studio.writing.suggestions import Wanted


class WriteArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    engine: str = arg("", description="who writes: gemma, ollama or openai (default: text_engine)")
    model: str = arg("", description="its model (default: the chosen one)")
    picture: bool = arg(False, description="show it the picture that the shot begins with")
    show: str = arg("", description="show it this picture instead: a file, or an asset's id or name")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="same seed, same words (default: a new one)")
    accept: bool = arg(False, description="make it the shot's prompt when it comes (undo takes it back)")
    detach: bool = arg(False, description="queue and return")


class EnhanceArgs(WriteArgs):
    still: bool = arg(False, description="write it as the prompt of a picture (a board), not of a clip")


def _enhance(studio: Studio, args: EnhanceArgs) -> Outcome:
    return _queue_writing(studio, args, "enhance_picture" if args.still else "enhance")


def _continue(studio: Studio, args: WriteArgs) -> Outcome:
    return _queue_writing(studio, args, "continue")


def _queue_writing(studio: Studio, args: WriteArgs, task: str) -> Outcome:
    if args.accept and args.detach:
        raise BadInput("what is not waited for can't be accepted", "--accept or --detach")
    story = studio.snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    wanted = Wanted(
        shot=shot,
        task=task,
        engine=args.engine,
        model=args.model,
        picture=_picture(studio, story, shot, args),
        seed=args.seed,
    )
    request = suggestions.request(studio, wanted)
    [job] = studio.client().submit([request])
    if args.detach:
        return Outcome(data={"job": job}, message=f"queued: {request.label}")
    check_done(wait_shown(studio, request.label, [job])[job])
    story = studio.snapshot().story
    [made] = [one for one in story.suggestions if one.job == job]
    accepted = False
    if args.accept:
        shot = suggestions.accept(studio, shot_spec.find_shot(story, shot.id), made)
        story = studio.snapshot().story
        [made] = [one for one in story.suggestions if one.job == job]
        accepted = True
    row = suggestion_row(story, shot, made)
    return Outcome(data={**row, "job": job, "accepted": accepted}, text="\n".join(_suggestion_lines(row)))


def _picture(studio: Studio, story: Story, shot: Shot, args: WriteArgs) -> Asset | None:
    """Return the picture that the model is shown, or None. Raises BadInput if there is no picture to show."""
    if args.show:
        path = named_path(args.show)
        asset = imports.add(studio, path, link=False) if path.is_file() else find_asset(studio, args.show)
        if asset.kind is not AssetKind.PICTURE:
            raise BadInput(f"{asset.name} is no picture", "show it a still picture")
        return asset
    if not args.picture:
        return None
    found = suggestions.first_picture(story, shot)
    if found is None:
        raise BadInput(
            f"shot {args.id} begins with no picture",
            f"milimo shot condition add {args.id} FILE, or milimo shot enhance {args.id} --show FILE",
        )
    return found


def suggestion_row(story: Story, shot: Shot, one: Suggestion) -> dict[str, Any]:
    """Build the row of a suggestion. `sheet` is the reason if the picture shown to the model is a reference
    sheet.
    """
    sheet = suggestions.sheet_of(story, one.picture) if one.picture else None
    place = [other.id for other in reversed(suggestions.of_shot(story, shot.id))].index(one.id) + 1
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
        "sheet": sheet.reason or "it shows no frame of a film" if sheet and sheet.is_sheet else None,
        "note": one.note or None,
        "faults": list(suggestions.faults_of(story, shot, one)),
        "state": one.state.value,
        "outgrown": suggestions.is_outgrown(story, shot, one) and one.state.value == "open",
        "created": one.created,
    }


def _suggestion_lines(row: dict[str, Any]) -> list[str]:
    """Format a suggestion next to the original."""
    lines = [f"{row['number']}  by {row['model']} ({row['engine']}), seed {row['seed']}"]
    if row["task"] == "continue":
        lines += [f"  part {at:<4}{part}" for at, part in enumerate(row["parts"], 1)]
    elif row["task"] == told_lengths.TASK:
        lines.append(f"  suggested {row['text']}, by how long its words take")
    else:
        lines += [f"  now       {row['original']}", f"  suggested {row['text']}"]
    if row["sheet"]:
        lines.append(
            f"  the picture is a reference sheet ({row['sheet']}): no take begins with it; "
            f"milimo shot sheet {row['number']} --use makes one begin with it all the same"
        )
    lines += [f"  but       {fault}" for fault in row["faults"]]
    if row["note"]:
        lines.append(f"  note      {row['note']}")
    if row["state"] == "open":
        lines.append(f"  milimo shot accept {row['number']} takes it, shot decline puts it aside")
    else:
        lines.append(f"  {row['state']}; undo takes that back")
    return lines


def _list(studio: Studio, args: OneArgs) -> Outcome:
    story = studio.snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    rows = [suggestion_row(story, shot, one) for one in reversed(suggestions.of_shot(story, shot.id))]
    shown = [{**row, "text": one_line(row["text"], 80)} for row in rows]
    return Outcome(
        data=rows,
        columns=("place", "state", "task", "model", "text"),
        rows=lambda: shown,
        message="" if rows else f"no model has written for {args.id} yet: milimo shot enhance {args.id}",
    )


class LengthArgs(Args):
    ids: tuple[str, ...] = arg(description="shots (3B or ids)")
    model: str = arg("", description="weights with a duration head (default: those in use)")
    accept: bool = arg(False, description="make them so long when it is told (undo takes it back)")
    detach: bool = arg(False, description="queue and return")


def _length(studio: Studio, args: LengthArgs) -> Outcome:
    if args.accept and args.detach:
        raise BadInput("what is not waited for can't be accepted", "--accept or --detach")
    story = studio.snapshot().story
    shots = [shot_spec.find_shot(story, id) for id in args.ids]
    requests = [told_lengths.request(studio, story, shot, args.model) for shot in shots]
    jobs = studio.client().submit(requests)
    done = ended(studio, jobs, None, detach=args.detach, what="length", made=plural(len(jobs), "length"))
    if args.detach or done.exit_code:
        return done
    rows = []
    for shot, job in zip(shots, jobs, strict=True):
        story = studio.snapshot().story
        [made] = [one for one in story.suggestions if one.job == job]
        if args.accept:
            suggestions.accept(studio, shot_spec.find_shot(story, shot.id), made)
            story = studio.snapshot().story
            [made] = [one for one in story.suggestions if one.job == job]
        row = suggestion_row(story, shot_spec.find_shot(story, shot.id), made)
        rows.append({**row, "frames": told_lengths.frames_of(made, story.project.rate)})
    lines = [line for row in rows for line in _suggestion_lines(row)]
    return Outcome(data={**done.data, "lengths": rows}, text="\n".join(lines))


class OneSuggestionArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    suggestion: str = arg("", description="its number from 1 or its id (default: the newest that waits)")


def _with_written(studio: Studio, id: str) -> tuple[Story, Shot]:
    """Return the film and a shot, including suggestions that a running job has already written for the
    shot.
    """
    story = studio.snapshot().story
    shot = shot_spec.find_shot(story, id)
    return (studio.snapshot().story if suggestions.take_in_written(studio, [shot]) else story), shot


def _accept(studio: Studio, args: OneSuggestionArgs) -> Outcome:
    story, shot = _with_written(studio, args.id)
    one = suggestions.find(story, shot, args.suggestion)
    number = story.numbers.get(shot.id, args.id)
    changed = suggestions.accept(studio, shot, one)
    now = f"is {one.text} long now" if one.task == told_lengths.TASK else "says it now"
    old = "its text has changed since; " if suggestions.is_outgrown(story, shot, one) else ""
    return Outcome(
        data={"shot": shot.id, "suggestion": one.id, "prompt": changed.prompt},
        message=f"{number} {now}; {old}{undo_scope.taker(studio)} takes it back",
    )


class DeclineArgs(OneSuggestionArgs):
    all: bool = arg(False, description="every one that waits for this shot")


def _decline(studio: Studio, args: DeclineArgs) -> Outcome:
    story, shot = _with_written(studio, args.id)
    waiting = suggestions.open_of(story, shot.id)
    chosen = waiting if args.all and waiting else (suggestions.find(story, shot, args.suggestion),)
    suggestions.decline(studio, shot, chosen)
    number = story.numbers.get(shot.id, args.id)
    return Outcome(
        data={"shot": shot.id, "suggestions": [one.id for one in chosen]},
        message=f"{number} stays as it is; {undo_scope.taker(studio)} brings the suggestion back",
    )


class SheetArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    use: bool = arg(False, description="it is a frame: takes begin with it")
    leave: bool = arg(False, description="it is a reference sheet: no take begins with it")


def _sheet(studio: Studio, args: SheetArgs) -> Outcome:
    story = studio.snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    if args.use and args.leave:
        raise BadInput("it is a frame or a reference sheet, not both", "--use or --leave")
    asset = suggestions.first_picture(story, shot)
    if asset is None:
        raise BadInput(f"shot {number} begins with no picture", f"milimo shot condition add {number} FILE")
    if args.use or args.leave:
        suggestions.set_sheet_verdict(studio, asset, is_sheet=args.leave)
    found = suggestions.sheet_of(studio.snapshot().story, asset.id)
    data = {
        "shot": shot.id,
        "asset": asset.id,
        "sheet": found.is_sheet if found else None,
        "reason": found.reason if found else None,
        "by": found.by if found else None,
    }
    return Outcome(data=data, message=_sheet_message(asset, found))


def _sheet_message(asset: Asset, found: Any) -> str:
    if found is None:
        return f"nobody has looked whether {asset.name} is a reference sheet: takes begin with it"
    why = f" ({found.by}: {found.reason})" if found.reason else f" ({found.by})"
    if found.is_sheet:
        return f"{asset.name} is a reference sheet{why}: no take begins with it"
    return f"{asset.name} is a frame{why}: takes begin with it"


WORDS = (
    Command(
        "shot.enhance",
        "Enhance prompt",
        "a prompt by a language model, beside the shot's own",
        _enhance,
        EnhanceArgs,
        needs_project,
        cli="shot enhance",
        positional=("id",),
    ),
    Command(
        "shot.continue",
        "Continuing prompts",
        "prompts for the parts of a long shot, by a language model",
        _continue,
        WriteArgs,
        needs_project,
        cli="shot continue",
        positional=("id",),
    ),
    Command(
        "shot.length",
        "Tell length",
        "how long its words take, told by the model, beside its own length",
        _length,
        LengthArgs,
        needs_project,
        cli="shot length",
        positional=("ids",),
    ),
    Command(
        "shot.suggestions",
        "Suggestions",
        "what models wrote for a shot",
        _list,
        OneArgs,
        needs_project,
        cli="shot suggestions",
        positional=("id",),
    ),
    Command(
        "shot.accept",
        "Accept suggestion",
        "make a suggestion the shot's prompt, or its length",
        _accept,
        OneSuggestionArgs,
        needs_project,
        cli="shot accept",
        positional=("id", "suggestion"),
    ),
    Command(
        "shot.decline",
        "Decline suggestion",
        "put a suggestion aside",
        _decline,
        DeclineArgs,
        needs_project,
        cli="shot decline",
        positional=("id", "suggestion"),
    ),
    Command(
        "shot.sheet",
        "Reference sheet",
        "whether the picture a shot begins with is a reference sheet",
        _sheet,
        SheetArgs,
        needs_project,
        cli="shot sheet",
        positional=("id",),
    ),
)
