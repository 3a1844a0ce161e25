"""Shots: list, show, add, set, split, delete; their takes are in `shot_takes`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from milimo_tui.core import order
from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import frames_of, parse_ratio, parse_timecode
from milimo_tui.story.values import Angle, Function, Movement, Rig, Shot, Size, Story
from milimo_tui.studio import making, screenplays
from milimo_tui.studio.args import Args, arg
from milimo_tui.studio.commands.shot_make import MAKE
from milimo_tui.studio.commands.shot_rows import OneArgs, find_scene_id, shot_row, state_of
from milimo_tui.studio.commands.shot_takes import TAKES
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio

STATES: dict[str, Callable[[making.ShotState], bool]] = {
    "missing": lambda state: state.picked is None,
    "stale": lambda state: state.stale,
    "picked": lambda state: state.picked is not None,
}


class ListArgs(Args):
    scene: str = arg("", description="only this scene (its number or id)")
    state: str = arg("", description="only missing, stale or picked ones")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    story = studio.snapshot().story
    states = making.states(story)
    if args.scene:
        scene = find_scene_id(studio, args.scene)
        states = tuple(state for state in states if state.shot.scene == scene)
    if args.state:
        if args.state not in STATES:
            raise BadInput(f"“{args.state}” is no state of a shot", f"states: {', '.join(STATES)}")
        states = tuple(state for state in states if STATES[args.state](state))
    rows = [shot_row(state) for state in states]
    return Outcome(data=rows, columns=("glyph", "number", "size", "movement", "frames", "takes", "text"))


def _show(studio: Studio, args: OneArgs) -> Outcome:
    state = state_of(studio, args.id)
    story = studio.snapshot().story
    spec = making.video_spec(story, state.shot)
    prompt = making.prompt_of(story, state.shot)
    data = {
        **shot_row(state),
        "prompt": prompt.text,
        "parts": [{"role": part.role, "text": part.text} for part in prompt.parts],
        "negative": prompt.negative,
        "spec": spec.model_dump(mode="json"),
    }
    seed_kept = "locked" if state.shot.seed_locked else "new for each further take"
    lines = [
        f"{state.number}  {state.shot.size.value}, {state.shot.movement.value}   made by {spec.engine}",
        f"  wanted    {float(state.shot.frames / story.project.rate):.1f} s  {state.shot.frames} f",
        f"  prompt    {prompt.text}",
        f"  negative  {prompt.negative or 'none'}",
        f"  seed      {state.shot.seed} ({seed_kept})",
        f"  takes     {len(state.takes)}{', the picked one is stale' if state.stale else ''}",
    ]
    if state.shot.continues:
        lines.append(f"  continues {story.numbers.get(state.shot.continues, 'a shot that is parked')}")
    return Outcome(data=data, text="\n".join(lines))


class AddArgs(Args):
    scene: str = arg(description="a scene (its number or id)")
    action: str = arg(description="what is seen")
    after: str = arg("", description="the shot it comes after (default: the scene's last)")
    seconds: str = arg("4", description="its length")


def _add(studio: Studio, args: AddArgs) -> Outcome:
    story = studio.snapshot().story
    scene = find_scene_id(studio, args.scene)
    mine = [shot for shot in story.live_shots() if shot.scene == scene]
    index = len(mine) - 1
    if args.after:
        before = making.find_shot(story, args.after)
        if before not in mine:
            raise BadInput(f"shot {args.after} is not in scene {args.scene}", "name one of that scene")
        index = mine.index(before)
    left = mine[index].order if mine else None
    right = mine[index + 1].order if index + 1 < len(mine) else None
    shot = Shot(
        id=new_id("shot"),
        scene=scene,
        order=order.between(left, right),
        action=args.action,
        frames=_frames(studio, args.seconds),
        seed=story.project.seed,
    )
    screenplays.edit_story(studio, "add a shot", [], [shot])
    row = shot_row(state_of(studio, shot.id))
    return Outcome(data=row, message=f"added {row['number']}")


def _frames(studio: Studio, text: str) -> int:
    """A length: seconds (`4`, `2.5`), frames (`100f`) or timecode."""
    rate = studio.snapshot().story.project.rate
    if text.endswith("f") or ":" in text:
        frames = parse_timecode(text.removesuffix("f"), rate)
    else:
        frames = frames_of(parse_ratio(text), rate)
    if not 1 <= frames <= 60 * 60 * rate:
        raise BadInput(f"a shot of {text} can't be made", "write seconds (2.5), frames (100f) or a timecode")
    return frames


class SetArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    action: str | None = arg(None, description="what is seen")
    size: Size | None = arg(None, description="ECU CU MCU MS MLS FS LS WS EWS")
    angle: Angle | None = arg(None, description="eye, low, high, overhead, dutch, profile")
    movement: Movement | None = arg(None, description="static, pan left, dolly in, …")
    function: Function | None = arg(None, description="single, two-shot, OTS, POV, insert, …")
    rig: Rig | None = arg(None, description="tripod, dolly, handheld, …")
    prompt: str | None = arg(None, description="a prompt of its own; an empty one goes back to the composed")
    negative: str | None = arg(None, description="what to keep out")
    length: str | None = arg(None, description="seconds (2.5), frames (100f) or timecode")
    seed: int | None = arg(None, ge=0, le=2**32 - 1, description="the seed")
    lock: bool | None = arg(None, description="keep the seed for every take")
    unlock: bool | None = arg(None, description="draw a new seed for each take")
    steps: int | None = arg(None, ge=1, le=1000, description="denoising steps")
    guidance: float | None = arg(None, ge=0, le=100, description="guidance scale")
    engine: str | None = arg(None, description="engine of this shot; empty: the project's")
    continues: str | None = arg(None, description="a shot it goes on from without a cut; empty: none")


def _set(studio: Studio, args: SetArgs) -> Outcome:
    story = studio.snapshot().story
    shot = making.find_shot(story, args.id)
    given = args.given("id", "length", "lock", "unlock")
    if given.get("continues"):
        given["continues"] = _before(story, shot, given["continues"])
    if given.get("engine"):
        making.check_engine(given["engine"], "make_video")
    if "prompt" in given:
        given["prompt"] = given["prompt"] or None
    if args.length is not None:
        given["frames"] = _frames(studio, args.length)
    if args.lock or args.unlock:
        given["seed_locked"] = bool(args.lock)
    changed = replace(shot, **given)
    number = story.numbers.get(shot.id, args.id)
    if changed != shot:
        screenplays.edit_story(studio, f"set {', '.join(given)} of {number}", [shot], [changed])
    return Outcome(
        data=shot_row(state_of(studio, shot.id)), message=f"{number}: {', '.join(given) or 'as it was'}"
    )


def _before(story: Story, shot: Shot, name: str) -> str:
    """The id of the shot that one is to continue. Raises BadInput where that would close a circle."""
    before = making.find_shot(story, name)
    shots = {other.id: other for other in story.shots}
    at: Shot | None = before
    for _ in story.shots:
        if at is None or at.id == shot.id:
            break
        at = shots.get(at.continues)
    if at is not None:
        number = story.numbers.get(shot.id, shot.id)
        raise BadInput(f"{number} can't continue {name}: that continues {number}", "name an earlier shot")
    return before.id


class SplitArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    at: str = arg("", description="where: seconds, frames (50f) or timecode (default: the middle)")


def _split(studio: Studio, args: SplitArgs) -> Outcome:
    story = studio.snapshot().story
    shot = making.find_shot(story, args.id)
    at = _frames(studio, args.at) if args.at else shot.frames // 2
    if not 0 < at < shot.frames:
        raise BadInput(
            f"shot {args.id} has {shot.frames} frames; it can't be split at {at}", "name a frame inside"
        )
    mine = [other for other in story.live_shots() if other.scene == shot.scene]
    index = mine.index(shot)
    right = mine[index + 1].order if index + 1 < len(mine) else None
    middle = (len(shot.dialogue) + 1) // 2
    first = replace(shot, frames=at, dialogue=shot.dialogue[:middle])
    second = replace(
        shot,
        id=new_id("shot"),
        order=order.between(shot.order, right),
        frames=shot.frames - at,
        dialogue=shot.dialogue[middle:],
        digest="",
        take="",
        board="",
        continues=shot.id,
    )
    number = story.numbers.get(shot.id, args.id)
    screenplays.edit_story(studio, f"split {number}", [shot], [first, second])
    rows = [shot_row(state_of(studio, one.id)) for one in (first, second)]
    return Outcome(data=rows, message=f"split {number} into {rows[0]['number']} and {rows[1]['number']}")


def _delete(studio: Studio, args: OneArgs) -> Outcome:
    """To the bin with its takes; its clips leave the cuts that follow."""
    story = studio.snapshot().story
    shot = making.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    screenplays.edit_story(studio, f"delete shot {number}", [shot], [])
    return Outcome(data={"id": shot.id}, message=f"{number} is in the bin; undo brings it back")


COMMANDS = (
    Command("shot.list", "Shots", "the shots of the film", _list, ListArgs, needs_project, cli="shot list"),
    Command(
        "shot.show",
        "Shot",
        "a shot and what will be sent",
        _show,
        OneArgs,
        needs_project,
        cli="shot show",
        positional=("id",),
    ),
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
    Command(
        "shot.set",
        "Set",
        "fields of a shot",
        _set,
        SetArgs,
        needs_project,
        cli="shot set",
        positional=("id",),
    ),
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
    MAKE,
    *TAKES,
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
