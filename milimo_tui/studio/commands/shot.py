"""Shots: list, show, add, set, split, make takes, pick, rate, remake, delete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import Field

from milimo_tui.core import order
from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import frames_of, parse_ratio, parse_timecode
from milimo_tui.story.values import Angle, Function, Movement, Rig, Shot, Size
from milimo_tui.studio import estimates, film, making, planning, screenplays
from milimo_tui.studio.registry import Args, Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio
from milimo_tui.studio.waiting import sentence, wait_for


def shot_row(state: making.ShotState) -> dict[str, Any]:
    """A shot as lists show it."""
    shot = state.shot
    spoken = " ".join(f"“{line.text}”" for line in shot.dialogue)
    return {
        "id": shot.id,
        "number": state.number,
        "scene": shot.scene,
        "glyph": "◐" if state.stale else "●" if state.picked else "○",
        "size": shot.size.value,
        "angle": shot.angle.value,
        "movement": shot.movement.value,
        "function": shot.function.value,
        "frames": shot.frames,
        "takes": len(state.takes),
        "take": state.picked.id if state.picked else None,
        "engine": state.picked.engine if state.picked else shot.engine,
        "previs": bool(state.picked and state.picked.previs),
        "stale": state.stale,
        "text": shot.action or spoken,
        "dialogue": spoken,
        "characters": list(shot.characters),
        "seed": shot.seed,
        "line": shot.line,
    }


class ListArgs(Args):
    scene: str = Field("", description="only this scene (its number or id)")
    state: str = Field("", description="only missing, stale or picked ones")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    story = studio.snapshot().story
    states = making.states(story)
    if args.scene:
        scene = find_scene_id(studio, args.scene)
        states = tuple(state for state in states if state.shot.scene == scene)
    if args.state:
        tests = {
            "missing": lambda state: state.picked is None,
            "stale": lambda state: state.stale,
            "picked": lambda state: state.picked is not None,
        }
        if args.state not in tests:
            raise BadInput(f"“{args.state}” is no state of a shot", f"states: {', '.join(tests)}")
        states = tuple(state for state in states if tests[args.state](state))
    rows = [shot_row(state) for state in states]
    return Outcome(data=rows, columns=("glyph", "number", "size", "movement", "frames", "takes", "text"))


def find_scene_id(studio: Studio, name: str) -> str:
    """A scene by id, number or heading. Raises NotFound."""
    scenes = studio.snapshot().story.live_scenes()
    for scene in scenes:
        if name in (scene.id, scene.number) or name.casefold() == scene.heading.casefold():
            return scene.id
    raise NotFound(f"there is no scene “{name}”", "milimo scene list")


class OneArgs(Args):
    id: str = Field(description="a shot (3B or its id)")


def _state(studio: Studio, name: str) -> making.ShotState:
    story = studio.snapshot().story
    shot = making.find_shot(story, name)
    for state in making.states(story):
        if state.shot.id == shot.id:
            return state
    raise NotFound(f"shot {name} is parked: its text is gone from the screenplay", "milimo shot list")


def _show(studio: Studio, args: OneArgs) -> Outcome:
    state = _state(studio, args.id)
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
    return Outcome(data=data, text="\n".join(lines))


class AddArgs(Args):
    scene: str = Field(description="a scene (its number or id)")
    action: str = Field(description="what is seen")
    after: str = Field("", description="the shot it comes after (default: the scene's last)")
    seconds: str = Field("4", description="its length")


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
    row = shot_row(_state(studio, shot.id))
    return Outcome(data=row, message=f"added {row['number']}")


def _frames(studio: Studio, text: str) -> int:
    """A length: seconds (`4`, `2.5`), frames (`100f`) or timecode."""
    rate = studio.snapshot().story.project.rate
    if text.endswith("f") and text[:-1].isdigit():
        frames = int(text[:-1])
    elif ":" in text:
        frames = parse_timecode(text, rate)
    else:
        frames = frames_of(parse_ratio(text), rate)
    if not 1 <= frames <= 60 * 60 * rate:
        raise BadInput(f"a shot of {text} can't be made", "write seconds (2.5), frames (100f) or a timecode")
    return frames


class SetArgs(Args):
    id: str = Field(description="a shot (3B or its id)")
    action: str | None = Field(None, description="what is seen")
    size: Size | None = Field(None, description="ECU CU MCU MS MLS FS LS WS EWS")
    angle: Angle | None = Field(None, description="eye, low, high, overhead, dutch, profile")
    movement: Movement | None = Field(None, description="static, pan left, dolly in, …")
    function: Function | None = Field(None, description="single, two-shot, OTS, POV, insert, …")
    rig: Rig | None = Field(None, description="tripod, dolly, handheld, …")
    prompt: str | None = Field(
        None, description="a prompt of its own; an empty one goes back to the composed"
    )
    negative: str | None = Field(None, description="what to keep out")
    length: str | None = Field(None, description="seconds (2.5), frames (100f) or timecode")
    seed: int | None = Field(None, description="the seed")
    lock: bool | None = Field(None, description="keep the seed for every take")
    unlock: bool | None = Field(None, description="draw a new seed for each take")
    steps: int | None = Field(None, description="denoising steps")
    guidance: float | None = Field(None, description="guidance scale")
    engine: str | None = Field(None, description="engine of this shot; empty: the project's")


def _set(studio: Studio, args: SetArgs) -> Outcome:
    story = studio.snapshot().story
    shot = making.find_shot(story, args.id)
    given = args.model_dump(exclude_none=True, exclude={"id", "length", "lock", "unlock"})
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
        data=shot_row(_state(studio, shot.id)), message=f"{number}: {', '.join(given) or 'as it was'}"
    )


class SplitArgs(Args):
    id: str = Field(description="a shot (3B or its id)")
    at: str = Field("", description="where: seconds, frames (50f) or timecode (default: the middle)")


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
    rows = [shot_row(_state(studio, one.id)) for one in (first, second)]
    return Outcome(data=rows, message=f"split {number} into {rows[0]['number']} and {rows[1]['number']}")


class MakeArgs(Args):
    ids: tuple[str, ...] = Field((), description="shots (3B or ids)")
    all: bool = Field(False, description="every shot")
    missing: bool = Field(False, description="every shot without a take")
    stale: bool = Field(False, description="every shot whose picked take is stale")
    scene: str = Field("", description="every shot of a scene")
    takes: int = Field(1, ge=1, le=50, description="takes of each")
    engine: str = Field("", description="engine for these takes")
    dry_run: bool = Field(False, description="only the estimate")
    detach: bool = Field(False, description="queue and return")


def wanted_states(studio: Studio, args: MakeArgs) -> list[making.ShotState]:
    """The shots a `make` names, each once, in film order. Raises BadInput when none is named."""
    story = studio.snapshot().story
    named = {making.find_shot(story, name).id for name in args.ids}
    scene = find_scene_id(studio, args.scene) if args.scene else None
    if not (named or args.all or args.missing or args.stale or scene):
        raise BadInput("no shot is named", "milimo shot make 3B, or --missing, --stale, --all, --scene N")
    return [
        state
        for state in making.states(story)
        if state.shot.id in named
        or args.all
        or (args.missing and state.picked is None)
        or (args.stale and state.stale)
        or (scene is not None and state.shot.scene == scene)
    ]


def _make(studio: Studio, args: MakeArgs) -> Outcome:
    wanted = wanted_states(studio, args)
    if args.engine:
        making.check_engine(args.engine, "make_video")
    estimate = estimates.of_takes(studio, wanted, copies=args.takes, engine=args.engine)
    if args.dry_run:
        data = {"jobs": [], "batch": None, "estimate": estimate, "shots": [state.number for state in wanted]}
        seconds = estimate["seconds"]
        told = f"about {seconds:.0f} s" if seconds is not None else "no measure of this engine yet"
        return Outcome(data=data, message=f"{len(wanted) * args.takes} takes, {told}")
    ids = film.make_takes(studio, wanted, engine=args.engine, copies=args.takes)
    return ended(studio, ids, None, detach=args.detach, what="take", estimate=estimate)


def ended(
    studio: Studio,
    ids: list[str],
    batch: str | None,
    *,
    detach: bool,
    what: str,
    estimate: dict[str, Any] | None = None,
) -> Outcome:
    """The outcome of queued jobs: at once when detached, else with each job's end."""
    data: dict[str, Any] = {"jobs": ids, "batch": batch}
    if estimate is not None:
        data["estimate"] = estimate
    if ids:
        data["batch"] = batch or studio.client().job(ids[0]).get("batch")
    many = f"{len(ids)} {what}{'' if len(ids) == 1 else 's'}"
    if detach or not ids:
        return Outcome(data=data, message=f"queued {many}" if ids else f"no {what} to make")
    with studio.progress(f"{what}s") as on_jobs:
        jobs = wait_for(studio, ids, on_jobs)
    data["ended"] = [{"id": id, "state": jobs[id]["state"], "error": jobs[id]["error"]} for id in ids]
    bad = [job for job in jobs.values() if job["state"] != "done"]
    if not bad:
        return Outcome(data=data, message=f"made {many}")
    return Outcome(data=data, text="\n".join(sentence(job) for job in bad), exit_code=1)


def _takes(studio: Studio, args: OneArgs) -> Outcome:
    state = _state(studio, args.id)
    story = studio.snapshot().story
    assets = {asset.id: asset for asset in story.assets}
    paths = studio.project().paths
    rows = [
        {
            "id": take.id,
            "path": str(planning.asset_path(paths, assets[take.asset])),
            "frames": take.frames,
            "picked": take.id == state.shot.take,
            "engine": take.engine,
            "seed": take.seed,
            "rating": take.rating,
            "rejected": take.rejected,
            "previs": take.previs,
            "job": take.job,
            "created": take.created,
        }
        for take in state.takes
    ]
    return Outcome(data=rows, columns=("id", "picked", "frames", "engine", "seed", "rating"))


class PickArgs(Args):
    id: str = Field(description="a shot (3B or its id)")
    take: str = Field("", description="a take's id or its number from 1 (default: the newest)")
    step: int = Field(0, description="instead: so many takes on or back from the picked one")


def _pick(studio: Studio, args: PickArgs) -> Outcome:
    state = _state(studio, args.id)
    usable = [take for take in state.takes if not take.rejected]
    if not usable:
        raise BadInput(f"shot {state.number} has no take to pick", f"milimo shot make {state.number}")
    if args.step:
        ids = [take.id for take in usable]
        at = ids.index(state.shot.take) if state.shot.take in ids else len(ids)
        take = usable[(at + args.step) % len(usable)]
    elif args.take:
        take = find_take(state, args.take)
    else:
        take = usable[-1]
    place = [other.id for other in state.takes].index(take.id) + 1
    if take.id != state.shot.take:
        changed = making.replace_take(state.shot, take.id)
        label = f"pick take {place} of {state.number}"
        studio.project().edit(
            label, scope="project", actor=studio.actor, before=[state.shot], after=[changed]
        )
    return Outcome(
        data={"id": state.shot.id, "take": take.id},
        message=f"{state.number}: take {place} of {len(state.takes)}",
    )


def find_take(state: making.ShotState, name: str) -> Any:
    """A take of a shot by id or by its number from 1. Raises NotFound."""
    for place, take in enumerate(state.takes, 1):
        if name in (take.id, str(place)):
            return take
    raise NotFound(f"shot {state.number} has no take “{name}”", f"milimo shot takes {state.number}")


class RateArgs(Args):
    id: str = Field(description="a shot (3B or its id)")
    rating: int = Field(ge=0, le=5, description="stars, 0 to 5")
    take: str = Field("", description="a take (default: the picked one)")
    reject: bool = Field(False, description="reject it instead")


def _rate(studio: Studio, args: RateArgs) -> Outcome:
    state = _state(studio, args.id)
    take = find_take(state, args.take) if args.take else state.picked
    if take is None:
        raise BadInput(f"shot {state.number} has no picked take", f"milimo shot takes {state.number}")
    if args.reject:
        studio.project().reject_take(take.id, True)
        return Outcome(data={"take": take.id, "rejected": True}, message=f"rejected a take of {state.number}")
    studio.project().rate_take(take.id, args.rating)
    stars = "★" * args.rating or "no stars"
    return Outcome(data={"take": take.id, "rating": args.rating}, message=f"{state.number}: {stars}")


class RemakeArgs(Args):
    id: str = Field(description="a shot (3B or its id)")
    take: str = Field("", description="a take (default: the picked one)")
    detach: bool = Field(False, description="queue and return")


def _remake(studio: Studio, args: RemakeArgs) -> Outcome:
    """The same spec again, seed and all: the proof that a take can be made again."""
    import json

    from milimo_tui.jobs.messages import JobRequest

    state = _state(studio, args.id)
    take = find_take(state, args.take) if args.take else state.picked
    if take is None:
        raise BadInput(f"shot {state.number} has no take to remake", f"milimo shot make {state.number}")
    request = JobRequest(
        spec=json.loads(take.spec),
        label=f"{state.number} remake",
        project=str(studio.project().paths.root),
        shot=state.shot.id,
    )
    return ended(studio, studio.client().submit([request]), None, detach=args.detach, what="take")


def _delete(studio: Studio, args: OneArgs) -> Outcome:
    """To the bin: the shot is parked with its takes, its clips leave the cuts that follow."""
    story = studio.snapshot().story
    shot = making.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    screenplays.edit_story(studio, f"delete shot {number}", [shot], [replace(shot, parked=True)])
    return Outcome(
        data={"id": shot.id, "at": HOST.now()}, message=f"{number} is in the bin; u brings it back"
    )


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
    Command(
        "shot.make",
        "Make takes",
        "takes of shots",
        _make,
        MakeArgs,
        needs_project,
        cli="shot make",
        positional=("ids",),
    ),
    Command(
        "shot.takes",
        "Takes",
        "the takes of a shot, oldest first",
        _takes,
        OneArgs,
        needs_project,
        cli="shot takes",
        positional=("id",),
    ),
    Command(
        "shot.pick",
        "Pick",
        "pick a take",
        _pick,
        PickArgs,
        needs_project,
        cli="shot pick",
        positional=("id", "take"),
    ),
    Command(
        "shot.rate",
        "Rate",
        "rate or reject a take",
        _rate,
        RateArgs,
        needs_project,
        cli="shot rate",
        positional=("id", "rating"),
    ),
    Command(
        "shot.remake",
        "Remake",
        "the same take again, seed and all",
        _remake,
        RemakeArgs,
        needs_project,
        cli="shot remake",
        positional=("id",),
    ),
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
