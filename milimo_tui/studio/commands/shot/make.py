"""`shot make`: queue takes of shots as one batch.

Options choose the shots, vary values in a sweep or delay the jobs. A dry run only counts the takes and
estimates their time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST
from milimo_tui.core.time import parse_number
from milimo_tui.engines.specs.video_specs import Leading
from milimo_tui.story.values.film import AssetKind
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.shot.conditioning import import_or_find_asset
from milimo_tui.studio.commands.shot.shot_rows import WHERE_HELP, filter_shots, find_scene_id
from milimo_tui.studio.made_takes import take_orders
from milimo_tui.studio.queue.spec_changes import parse_spec_patch
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.registry.start_time import ASKED, format_start_note, parse_optional_start
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_states import list_film_lines
from milimo_tui.studio.speech.shot_recording import record_shot_lines
from milimo_tui.studio.takes import (
    conditioning,
    one_go,
    preflight,
    rebuild,
    shot_spec,
    take_batch,
    take_estimate,
    take_queue,
)
from milimo_tui.studio.takes.shot_spec import FilmSpecs, ShotState
from milimo_tui.studio.takes.take_batch import Sweep

# More takes than this are probably a mistake, so the user must confirm them with `--yes`.
CONFIRM_TAKES = 500
MAX_TAKES = 4000  # Maximum number of takes that one command can queue. A command for more takes fails.
# Maximum number of shots for which a message lists how the result will differ from the request. The other
# shots are only counted.
MAX_FITTED_SHOTS = 8


LINES = "lines"  # The value of `--sound` that stands for the picked takes of the shot's lines.


class ShotMakeArgs(Args):
    ONE_OF = ("ids", "missing", "stale", "all", "scene")
    HEADINGS = (
        "Shots: ids all missing stale scene where",
        "Takes of each shot: takes seeds guidances prompts engine sound sound_alone one_go measure set",
        "Queue: dry_run detach hold not_before priority yes",
    )

    ids: tuple[str, ...] = arg(
        (), description="shots (3B or ids); --missing and --stale then select among them"
    )
    all: bool = arg(False, description="every shot")
    missing: bool = arg(False, description="shots that have no take and none in the queue")
    stale: bool = arg(False, description="shots whose picked take is stale and not being remade")
    scene: str = arg(
        "", description="every shot of a scene; with --missing or --stale: only such shots of it"
    )
    where: str = arg("", description=WHERE_HELP)
    takes: int = arg(1, ge=1, le=50, description="number of takes of each shot")
    seeds: str = arg("", description="sweep: a take with each of these seeds, such as 1,2,3")
    guidances: str = arg("", description="sweep: a take with each of these guidance scales, such as 3,5")
    prompts: tuple[str, ...] = arg(
        (), description="sweep: a take with each of these prompts instead of its own"
    )
    engine: str = arg("", description="engine for these takes")
    sound: str = arg("", description="sound that drives the takes: a file, an asset, or lines: their lines")
    sound_alone: bool = arg(False, description="keep the pictures of the picked take and make new sound")
    measure: bool = arg(
        False, description="with a cache: make it without the cache too, and record the difference"
    )
    one_go: bool = arg(False, description="generate shots of a scene as one take with cuts (experimental)")
    dry_run: bool = arg(False, description="only show the estimate: duration, disk space, end time")
    detach: bool = arg(False, description="queue the work and return at once")
    hold: bool = arg(False, description="queue the takes on hold and return; milimo batch resume starts them")
    not_before: str = arg("", description=ASKED)
    priority: int = arg(0, ge=-1000, le=1000, description="priority; higher runs first, 0 is normal")
    set: tuple[str, ...] = arg(
        (), description="change the spec of each take: path=value, as in milimo job edit"
    )
    yes: bool = arg(False, description=f"confirm more than {CONFIRM_TAKES} takes")


def _make_shot_takes(studio: Studio, args: ShotMakeArgs) -> Outcome:
    order = parse_make_order(studio, args)
    take_queue.check_takes_ready(studio, order.always, order.specs)
    due, left_out = take_queue.split_ready_takes(studio, order.due, order.specs)
    order = replace(order, due=due)
    wanted = (*order.always, *due)
    client = studio.require_client() if wanted and not args.dry_run else studio.client_or_none()
    prepared = take_queue.prepare_takes(studio, order, client)
    takes = len(prepared.requests)
    _check_take_count(takes, args)
    estimate = take_estimate.estimate_takes(studio, prepared)
    message = (
        take_estimate.format_batch_estimate(estimate, _format_take_count(prepared, args))
        if takes
        else "no takes to make"
    )
    notes = [f"left out: {why}" for why in left_out]
    fitted = (
        [one_go.UNPROVED] if order.one_go and takes else _list_fitted_changes(studio, prepared, order.specs)
    )
    notes += [*_list_withheld_pictures(studio, prepared), *fitted, *_list_unchanged_picks(prepared)]
    if args.dry_run:
        shots = dict.fromkeys(take.state.number for take in prepared.takes)
        data = {
            "jobs": [],
            "batch": None,
            "estimate": estimate.as_json(),
            "label": prepared.batch.label,
            "takes": [take.label for take in prepared.takes],
            "shots": list(shots),
            "under_way": list(prepared.under_way),
            "notes": notes,
            "specs": [request.spec for request in prepared.requests],
        }
        lines = [*_format_dry_run_lines(prepared, estimate), *notes]
        return Outcome(data=data, text="\n".join(lines), message=message)
    ids = take_queue.submit_takes(client, prepared) if client else []
    batch = prepared.batch.id if takes or not client or not ids else client.fetch_job(ids[0]).batch
    late = args.hold or order.not_before is not None
    outcome = finish_queue_command(
        studio,
        ids,
        batch,
        detach=args.detach or late,
        what="take",
        message=_format_queued_message(prepared, message, args, order.not_before),
        made=_describe_one_go_takes(prepared),
        estimate=estimate.as_json(),
        label=prepared.batch.label,
        notes=notes,
    )
    return replace(outcome, message="\n".join(filter(None, (outcome.message, *notes))))


def _describe_one_go_takes(prepared: take_queue.PreparedTakes) -> str:
    """Return the number of takes that a job for a one-go scene makes, such as `4 takes in one go`. A one-go
    scene is generated as one take with cuts and then divided into a take for each shot. Return an empty text
    for all other orders.
    """
    pieces = sum(len(take.spec.pieces) for take in prepared.takes)
    return f"{format_count(pieces, 'take')} in one go" if pieces else ""


def _list_withheld_pictures(studio: Studio, prepared: take_queue.PreparedTakes) -> list[str]:
    """Return a sentence for each picture that is not used as a first frame because it is a reference
    sheet.
    """
    story = studio.take_snapshot().story
    shots = {
        take.state.shot.id: take.state.shot
        for take in prepared.takes
        if not shot_spec.is_drawing_engine(take.spec.engine)
    }
    return [
        sentence
        for shot in shots.values()
        for sentence in conditioning.describe_held_back_sheets(story, shot)
    ]


def _list_fitted_changes(studio: Studio, prepared: take_queue.PreparedTakes, specs: FilmSpecs) -> list[str]:
    """Return lines that say how the results will differ from the request. Differences arise if the model
    can't make exactly what was requested, such as a length.

    The lines cover the first MAX_FITTED_SHOTS shots. Takes that are only drawn are left out.
    """
    states = {
        take.state.shot.id: take.state
        for take in prepared.takes
        if not shot_spec.is_drawing_engine(take.spec.engine)
    }
    lines = []
    for state in list(states.values())[:MAX_FITTED_SHOTS]:
        plan = preflight.make_preflight(studio, specs, state.shot, memory=False).plan
        lines += [f"{state.number}: {change}" for change in (plan.changes if plan else ())]
    left = len(states) - MAX_FITTED_SHOTS
    if lines and left > 0:
        lines.append(f"{format_count(left, 'shot')} more: milimo shot show explains each")
    return lines


def _list_unchanged_picks(prepared: take_queue.PreparedTakes) -> list[str]:
    """Return a sentence for each shot that will still show its stale take after the new take is made.

    A take that the user picked is never replaced automatically. A drawing does not replace a take that a
    model made.
    """
    chosen = {
        take.state.shot.id: take.state
        for take in prepared.takes
        if take.state.stale and take.state.is_chosen_by_user
    }
    shots = {
        take.state.shot.id: take.state
        for take in prepared.takes
        if take.state.stale and shot_spec.is_drawing_engine(take.spec.engine) and take.state.shot.engine == ""
    }
    lines = [shot_spec.format_waiting_message(state) for state in chosen.values()]
    return lines + [
        f"{state.number} still shows its take by {state.picked.engine}, because a drawing does not "
        f"replace it automatically: milimo shot pick {state.number} TAKE"
        for state in shots.values()
        if state.picked and not state.picked.previs and state.shot.id not in chosen
    ]


def parse_make_order(studio: Studio, args: ShotMakeArgs) -> take_queue.TakeOrder:
    """Build the order for takes from the arguments of `shot make`. Raises BadInput, NotFound."""
    if args.sound and args.sound_alone:
        raise BadInput(
            "--sound makes new pictures, but --sound-alone keeps the pictures",
            "leave one of them out",
        )
    always, due = _find_shots_to_make(studio, _widen_to_scene(studio, args))
    if args.engine:
        shot_spec.check_engine(args.engine, "make_video")
    sweep = Sweep(
        seeds=_parse_sweep_numbers(args.seeds, "--seeds", _parse_seed),
        guidances=_parse_sweep_numbers(args.guidances, "--guidances", _parse_guidance),
        prompts=args.prompts,
        takes=args.takes,
    )
    sweep.list_variants()  # Called so that an invalid sweep raises an error before anything is started.
    return take_queue.TakeOrder(
        specs=take_queue.make_film_specs(studio, args.engine),
        always=always,
        due=due,
        sweep=sweep,
        label=take_batch.make_batch_label(
            (*always, *due), sweep, what=_name_shot_selection(args, always, due)
        ),
        hold=args.hold,
        priority=args.priority,
        not_before=parse_optional_start(args.not_before, HOST.now()),
        changes=parse_spec_patch(args.set, {"measured": True} if args.measure else None),
        voices=frozenset(state.shot.id for state in (*always, *due) if args.sound_alone),
        speaker="" if args.sound_alone else take_queue.SPEAKER,
        sound=_import_leading_sound(studio, args.sound, (*always, *due))
        if args.sound not in ("", LINES)
        else "",
        sounds=_record_lines(studio, (*always, *due)) if args.sound == LINES else {},
        one_go=args.one_go,
    )


def _widen_to_scene(studio: Studio, args: ShotMakeArgs) -> ShotMakeArgs:
    """Return the arguments with a single named shot replaced by its scene if `--one-go` is given. A one-go
    take shows several shots, so one shot alone makes no sense.
    """
    if not args.one_go or len(args.ids) != 1:
        return args
    scene = shot_spec.find_shot(studio.take_snapshot().story, args.ids[0]).scene
    return replace(args, ids=(), scene=scene)


def _import_leading_sound(studio: Studio, name: str, shots: Sequence[ShotState]) -> str:
    """Import the sound file that the takes must follow, and return the path of the new asset's file.

    Raises BadInput for a file without sound, and for a sound that is longer than a shot.
    """
    asset = import_or_find_asset(studio, name)
    if asset.kind is not AssetKind.SOUND:
        raise BadInput(f"{asset.name} is not a sound", "run milimo shot make 3B --sound line.wav")
    for state in shots:
        take_orders.require_recording_fits(asset, state.number, state.shot.frames / state.story.project.rate)
    return str(render_plan.get_asset_path(studio.require_project().paths, asset))


def _record_lines(studio: Studio, shots: Sequence[ShotState]) -> Mapping[str, Leading]:
    """Write the recordings of the lines of the shots, and return them by shot id. Raises BadInput if no shot
    has lines.
    """
    film = list_film_lines(studio.take_snapshot().story, studio.settings)
    found, _ = record_shot_lines(studio, film, [state.shot for state in shots])
    if not found:
        raise BadInput("none of these shots has a line", "leave --sound lines out, or name other shots")
    return found


def _find_shots_to_make(studio: Studio, args: ShotMakeArgs) -> tuple[list[ShotState], list[ShotState]]:
    """Find the shots for which takes are made. Return two lists in film order.

    The shots of the first list are always made. The second list has the shots that `--missing` (no take) or
    `--stale` (an outdated take) selects. Of named shots or of a scene, the other options select only some.
    Raises BadInput if the arguments select no shots.
    """
    story = studio.take_snapshot().story
    named = {shot_spec.find_shot(story, name).id for name in args.ids}
    scene = find_scene_id(studio, args.scene) if args.scene else None
    by_state = args.missing or args.stale
    if named and args.where:
        raise BadInput("name shots or use a filter, not both", "for example --missing --where '@Mara night'")
    if not (named or args.all or by_state or scene):
        raise BadInput(
            "no shot is named", "run milimo shot make 3B, or give --missing, --stale, --all or --scene N"
        )
    always, due = [], []
    states = shot_spec.list_shot_states(story)
    # Several shots can show the same take. The take is made if the filter matches any of them.
    if args.where:
        makers = {state.maker.id for state in filter_shots(story, states, args.where)}
        states = tuple(state for state in states if state.shot.id in makers)
    for state in states:
        if state.is_shared:
            if state.shot.id in named and state.maker.id not in named:
                raise shot_spec.make_shared_take_error(state.number, story.numbers[state.maker.id])
            continue
        if (named and state.shot.id not in named) or (scene is not None and state.shot.scene != scene):
            continue
        if args.all or not by_state:
            always.append(state)
        elif (args.missing and state.lacks_take) or (args.stale and state.is_due):
            due.append(state if args.engine else rebuild.apply_remake_engine(story, state))
    return always, due


def _name_shot_selection(args: ShotMakeArgs, always: Sequence[ShotState], due: Sequence[ShotState]) -> str:
    """Return a name for the selected shots, such as `Scene 3, all shots` or `Missing shots`. `always` are the
    shots that the user named, and `due` the shots selected by `--missing` or `--stale`.

    If the result is empty, the caller lists the shots by number.
    """
    scene = f"Scene {(*always, *due)[0].scene.number}" if args.scene and (always or due) else ""
    if args.ids:
        return ""
    if args.all and not scene:
        return "All shots"
    selected = () if args.all else ("missing", "stale")
    states = " and ".join(name for name in selected if getattr(args, name))
    if scene:
        return f"{scene}, {f'{states} shots' if states else 'all shots'}"
    return f"{states.capitalize()} shots" if states else ""


def _check_take_count(takes: int, args: ShotMakeArgs) -> None:
    """Check the number of takes. Raises Refused if the user must confirm such a large number, and BadInput if
    it exceeds the limit.
    """
    if takes > MAX_TAKES:
        raise BadInput(
            f"these are {takes} takes, but at most {MAX_TAKES} can be queued at once",
            "make them one scene at a time",
        )
    if takes > CONFIRM_TAKES and not (args.yes or args.dry_run):
        raise Refused(
            f"these are {takes} takes; more than {CONFIRM_TAKES} need your confirmation",
            "--yes makes them; --dry-run shows time and size",
        )


def _format_take_count(prepared: take_queue.PreparedTakes, args: ShotMakeArgs) -> str:
    """Return the number of takes as text. If a filter selected the shots, the text also names the filter."""
    takes = format_count(len(prepared.requests), "take")
    return f"{takes} of shots that match {args.where}" if args.where else takes


def _format_queued_message(
    prepared: take_queue.PreparedTakes, message: str, args: ShotMakeArgs, not_before: float | None
) -> str:
    """Return the message of a batch that was just queued."""
    if not prepared.requests:
        none = f"no takes to make of shots that match {args.where}; " if args.where else ""
        return f"{none}{format_count(len(prepared.under_way), 'take')} under way already"
    if args.hold:
        return f"held: {message}; milimo batch resume {prepared.batch.id} starts it"
    if not_before is not None:
        return f"queued {message}{format_start_note(not_before, HOST.now())}"
    under_way = f"; {format_count(len(prepared.under_way), 'more')} under way" if prepared.under_way else ""
    return f"queued {message}{under_way}"


def _format_dry_run_lines(
    prepared: take_queue.PreparedTakes, estimate: take_estimate.TakeEstimate
) -> list[str]:
    """Return the detail lines of a dry run. The caller shows the one-line summary separately."""
    labels = [take.label for take in prepared.takes]
    lines = [f"{prepared.batch.label}: {take_batch.format_shot_numbers(labels)}"] if labels else []
    if prepared.under_way:
        lines.append(f"{len(prepared.under_way)} under way already, not made again")
    return [*lines, *take_estimate.list_estimate_remarks(estimate)] if labels else lines


def _parse_sweep_numbers(text: str, flag: str, read: Callable[[str], Any]) -> tuple[Any, ...]:
    """Parse a list such as `1,2,3` into numbers without duplicates; `read` converts one number. Raises
    BadInput.
    """
    found: dict[Any, None] = {}
    for word in text.replace(",", " ").split():
        try:
            found[read(word)] = None
        except ValueError:
            raise BadInput(f"{flag}: “{word}” is not a valid number", f"write {flag} 1,2,3") from None
    return tuple(found)


def _parse_seed(word: str) -> int:
    seed = int(word)
    if not 0 <= seed < 2**32:
        raise ValueError(word)
    return seed


def _parse_guidance(word: str) -> float:
    guidance = parse_number(word)
    if not 0 <= guidance <= 100:
        raise ValueError(word)
    return guidance


MAKE = Command(
    "shot.make",
    "Make takes",
    "make takes of shots",
    _make_shot_takes,
    ShotMakeArgs,
    refuse_without_film,
    cli="shot make",
    positional=("ids",),
)
