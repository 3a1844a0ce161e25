"""Shots: list, show, add, set, split, delete; their takes are in `takes`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from milimo_tui.core import order_keys
from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.story.values.film import Conditioning, Shot
from milimo_tui.studio.commands.element import lora_actions
from milimo_tui.studio.commands.shot import conditioning
from milimo_tui.studio.commands.shot.contact_sheet import CONTACT_SHEET
from milimo_tui.studio.commands.shot.fields import SET, length_of
from milimo_tui.studio.commands.shot.make import MAKE
from milimo_tui.studio.commands.shot.shot_rows import (
    WHERE,
    OneArgs,
    find_scene_id,
    meant,
    shot_row,
    state_of,
)
from milimo_tui.studio.commands.shot.show import SHOW
from milimo_tui.studio.commands.shot.takes import TAKES
from milimo_tui.studio.commands.shot.unsure import UNSURE
from milimo_tui.studio.commands.shot.wordings import WORDS
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights.lora_stacks import Stack

STATES: dict[str, Callable[[shot_spec.ShotState], bool]] = {
    "missing": lambda state: state.picked is None,
    "stale": lambda state: state.stale,
    "picked": lambda state: state.picked is not None,
}


class ListArgs(Args):
    scene: str = arg("", description="only this scene (its number or id)")
    state: str = arg("", description="only missing, stale or picked ones")
    where: str = arg("", description=WHERE)


def _list(studio: Studio, args: ListArgs) -> Outcome:
    story = studio.snapshot().story
    states = shot_spec.states(story)
    if args.scene:
        scene = find_scene_id(studio, args.scene)
        states = tuple(state for state in states if state.shot.scene == scene)
    if args.state:
        if args.state not in STATES:
            raise BadInput(f"“{args.state}” is no state of a shot", f"states: {', '.join(STATES)}")
        states = tuple(state for state in states if STATES[args.state](state))
    rows = [shot_row(state) for state in meant(story, states, args.where)]
    return Outcome(data=rows, columns=("glyph", "number", "size", "movement", "frames", "takes", "text"))


class AddArgs(Args):
    scene: str = arg(description="a scene (its number or id)")
    action: str = arg(description="what is seen")
    after: str = arg("", description="the shot it comes after (default: the scene's last)")
    seconds: str = arg("4", description="its length, a number of seconds")
    length: str = arg("", description="its length instead: frames (100), seconds (2.5s) or timecode")


def _add(studio: Studio, args: AddArgs) -> Outcome:
    story = studio.snapshot().story
    scene = find_scene_id(studio, args.scene)
    mine = [shot for shot in story.live_shots() if shot.scene == scene]
    index = len(mine) - 1
    if args.after:
        before = shot_spec.find_shot(story, args.after)
        if before not in mine:
            raise BadInput(f"shot {args.after} is not in scene {args.scene}", "name one of that scene")
        index = mine.index(before)
    left = mine[index].order if mine else None
    right = mine[index + 1].order if index + 1 < len(mine) else None
    shot = Shot(
        id=new_id("shot"),
        scene=scene,
        order=order_keys.between(left, right),
        action=args.action,
        frames=length_of(studio, args.length or f"{args.seconds.removesuffix('s')}s"),
        seed=story.project.seed,
    )
    left = screenplays.edit_story(studio, "add a shot", [], [shot]).news
    row = shot_row(state_of(studio, shot.id))
    return Outcome(data=row, message="; ".join(filter(None, (f"added {row['number']}", left))))


class SplitArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    at: str = arg("", description="where: frames (50), seconds (2s) or timecode (default: the middle)")


def _split(studio: Studio, args: SplitArgs) -> Outcome:
    story = studio.snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    at = length_of(studio, args.at) if args.at else shot.frames // 2
    if not 0 < at < shot.frames:
        raise BadInput(
            f"shot {args.id} has {shot.frames} frames; it can't be split at {at}", "name a frame inside"
        )
    mine = [other for other in story.live_shots() if other.scene == shot.scene]
    index = mine.index(shot)
    right = mine[index + 1].order if index + 1 < len(mine) else None
    middle = (len(shot.dialogue) + 1) // 2
    before, after = _split_followed(shot, at)
    first = replace(shot, frames=at, dialogue=shot.dialogue[:middle], conditioning=before)
    second = replace(
        shot,
        id=new_id("shot"),
        order=order_keys.between(shot.order, right),
        frames=shot.frames - at,
        dialogue=shot.dialogue[middle:],
        digest="",
        take="",
        board="",
        continues=shot.id,
    )
    # Its parts were those of the whole: each half has its own.
    first = replace(first, chunks=())
    mine_now = tuple(replace(one, id=new_id("follow"), shot=second.id) for one in after)
    second = replace(second, conditioning=mine_now, chunks=())
    number = story.numbers.get(shot.id, args.id)
    left = screenplays.edit_story(studio, f"split {number}", [shot], [first, second]).news
    rows = [shot_row(state_of(studio, one.id)) for one in (first, second)]
    message = f"split {number} into {rows[0]['number']} and {rows[1]['number']}"
    return Outcome(data=rows, message="; ".join(filter(None, (message, left))))


def _split_followed(shot: Shot, at: int) -> tuple[tuple[Conditioning, ...], tuple[Conditioning, ...]]:
    """What each half follows: a thing at a frame goes with that frame, a control with both."""
    before: list[Conditioning] = []
    after: list[Conditioning] = []
    for one in shot.conditioning:
        frame = one.frame + shot.frames if one.frame < 0 else one.frame
        if one.control or frame < at:
            before.append(one)
        if one.control or frame >= at:
            after.append(one if one.control or one.frame < 0 else replace(one, frame=frame - at))
    return tuple(before), tuple(after)


def _read_loras(studio: Studio, name: str) -> tuple[str, Stack]:
    story = studio.snapshot().story
    shot = shot_spec.find_shot(story, name)
    return story.numbers.get(shot.id, name), shot.loras


def _write_loras(studio: Studio, name: str, stack: Stack, label: str) -> None:
    shot = shot_spec.find_shot(studio.snapshot().story, name)
    screenplays.edit_story(studio, label, [shot], [replace(shot, loras=stack)])


def _delete(studio: Studio, args: OneArgs) -> Outcome:
    """To the bin with its takes; its clips leave the cuts that follow."""
    story = studio.snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    screenplays.edit_story(studio, f"delete shot {number}", [shot], [])
    message = f"{number} is in the bin; {undo_scope.taker(studio)} brings it back"
    return Outcome(data={"id": shot.id}, message=message)


COMMANDS = (
    Command("shot.list", "Shots", "the shots of the film", _list, ListArgs, needs_project, cli="shot list"),
    SHOW,
    Command(
        "shot.add",
        "Add shot",
        "a new shot by hand",
        _add,
        AddArgs,
        needs_project,
        cli="shot add",
        positional=("scene", "action"),
    ),
    *SET,
    Command(
        "shot.split",
        "Split shot",
        "one shot into two",
        _split,
        SplitArgs,
        needs_project,
        cli="shot split",
        positional=("id",),
    ),
    *conditioning.COMMANDS,
    *lora_actions.commands(lora_actions.Owner("shot", "a shot", _read_loras, _write_loras)),
    MAKE,
    *TAKES,
    CONTACT_SHEET,
    *UNSURE,
    *WORDS,
    Command(
        "shot.delete",
        "Delete",
        "a shot to the bin",
        _delete,
        OneArgs,
        needs_project,
        cli="shot delete",
        positional=("id",),
    ),
)
