"""Commands on shots: list, show, add, set, delete. Commands on the takes of shots are in the module
`takes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.story.shots import film_order
from milimo_tui.story.values.film import Shot
from milimo_tui.studio.commands.element import lora_actions
from milimo_tui.studio.commands.shot import conditioning
from milimo_tui.studio.commands.shot.contact_sheet import CONTACT_SHEET
from milimo_tui.studio.commands.shot.fields import SET, parse_shot_length
from milimo_tui.studio.commands.shot.finish import FINISH
from milimo_tui.studio.commands.shot.make import MAKE
from milimo_tui.studio.commands.shot.retake import RETAKES
from milimo_tui.studio.commands.shot.shot_rows import (
    WHERE_HELP,
    ShotIdArgs,
    build_shot_row,
    filter_shots,
    find_scene_id,
    find_shot_state,
)
from milimo_tui.studio.commands.shot.show import SHOW
from milimo_tui.studio.commands.shot.surgery import SURGERY
from milimo_tui.studio.commands.shot.take_sound import TAKE_SOUND
from milimo_tui.studio.commands.shot.takes import TAKES
from milimo_tui.studio.commands.shot.unsure import UNSURE
from milimo_tui.studio.commands.shot.wordings import WORDS
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights.lora_stacks import LoraStack

SHOT_STATES: dict[str, Callable[[shot_spec.ShotState], bool]] = {
    "missing": lambda state: state.lacks_take,
    "stale": lambda state: state.stale,
    "picked": lambda state: state.picked is not None,
}


class ShotListArgs(Args):
    scene: str = arg("", description="only this scene (its number or id)")
    state: str = arg("", description="only shots in this state: missing, stale or picked")
    where: str = arg("", description=WHERE_HELP)


def _list_shots(studio: Studio, args: ShotListArgs) -> Outcome:
    story = studio.take_snapshot().story
    states = shot_spec.list_shot_states(story, with_omitted=not args.state)
    if args.scene:
        scene = find_scene_id(studio, args.scene)
        states = tuple(state for state in states if state.shot.scene == scene)
    if args.state:
        if args.state not in SHOT_STATES:
            raise BadInput(f"“{args.state}” is not a state of a shot", f"states: {', '.join(SHOT_STATES)}")
        states = tuple(state for state in states if SHOT_STATES[args.state](state))
    rows = [build_shot_row(state) for state in filter_shots(story, states, args.where)]
    columns = ("glyph", "number", "size", "movement", "frames", "takes", "shares", "text")
    return Outcome(data=rows, columns=columns)


class ShotAddArgs(Args):
    scene: str = arg(description="a scene (its number or id)")
    action: str = arg(description="visible action")
    after: str = arg("", description="the shot after which it is inserted (default: the last of the scene)")
    seconds: str = arg("4", description="length in seconds")
    length: str = arg("", description="length as frames (100), seconds (2.5s) or timecode")


def _add_shot(studio: Studio, args: ShotAddArgs) -> Outcome:
    story = studio.take_snapshot().story
    scene = find_scene_id(studio, args.scene)
    mine = [shot.id for shot in story.shots if shot.scene == scene]
    before = shot_spec.find_shot(story, args.after).id if args.after else mine[-1] if mine else ""
    if before and before not in mine:
        raise BadInput(f"shot {args.after} is not in scene {args.scene}", "name a shot of that scene")
    shot = Shot(
        id=new_id("shot"),
        scene=scene,
        order=film_order.make_shot_order_key(story, scene, before),
        action=args.action,
        frames=parse_shot_length(studio, args.length or f"{args.seconds.removesuffix('s')}s"),
        seed=story.project.seed,
    )
    left = story_edits.edit_story(studio, "add a shot", [], [shot]).news
    row = build_shot_row(find_shot_state(studio, shot.id))
    return Outcome(data=row, message="; ".join(filter(None, (f"added {row['number']}", left))))


def _read_shot_loras(studio: Studio, name: str) -> tuple[str, LoraStack]:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, name)
    return story.numbers.get(shot.id, name), shot.loras


def _write_shot_loras(studio: Studio, name: str, stack: LoraStack, label: str) -> None:
    shot = shot_spec.find_shot(studio.take_snapshot().story, name)
    story_edits.edit_story(studio, label, [shot], [replace(shot, loras=stack)])


def _delete_shot(studio: Studio, args: ShotIdArgs) -> Outcome:
    """Move a shot with its takes to the bin. If the film's numbers are locked, mark the shot OMITTED instead.

    Cuts that follow the storyboard also lose the clips of the shot.
    """
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    story_edits.edit_story(studio, f"delete shot {number}", [shot], [])
    where = "omitted" if story.project.numbers_locked else "in the bin"
    message = f"{number} is {where}; {undo_scope.get_undo_hint(studio)} brings it back"
    return Outcome(data={"id": shot.id}, message=message)


COMMANDS = (
    Command(
        "shot.list",
        "List shots",
        "list the shots of the film",
        _list_shots,
        ShotListArgs,
        refuse_without_film,
        cli="shot list",
    ),
    SHOW,
    Command(
        "shot.add",
        "Add shot",
        "add a shot that the script does not have",
        _add_shot,
        ShotAddArgs,
        refuse_without_film,
        cli="shot add",
        positional=("scene", "action"),
    ),
    *SET,
    *SURGERY,
    *conditioning.COMMANDS,
    *lora_actions.make_lora_commands(
        lora_actions.LoraStackOwner("shot", "a shot", _read_shot_loras, _write_shot_loras)
    ),
    MAKE,
    *TAKES,
    FINISH,
    *RETAKES,
    *TAKE_SOUND,
    CONTACT_SHEET,
    *UNSURE,
    *WORDS,
    Command(
        "shot.delete",
        "Delete shot",
        "move a shot to the bin",
        _delete_shot,
        ShotIdArgs,
        refuse_without_film,
        cli="shot delete",
        positional=("id",),
    ),
)
