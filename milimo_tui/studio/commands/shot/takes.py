"""Commands on existing takes: list, pick, rate, delete, remake. New takes are made by the module `make`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Shot, Take
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.shot.shot_rows import ShotIdArgs, find_shot_state
from milimo_tui.studio.made_takes import measured, remake
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


def _list_takes(studio: Studio, args: ShotIdArgs) -> Outcome:
    state = find_shot_state(studio, args.id)
    story = studio.take_snapshot().story
    assets = {asset.id: asset for asset in story.assets}
    paths = studio.require_project().paths
    rows = [
        {
            "id": take.id,
            "path": str(render_plan.get_asset_path(paths, assets[take.asset])),
            "frames": take.length,
            "head": take.head,
            "tail": take.tail,
            "picked": take == state.picked,
            "engine": take.engine,
            "seed": take.seed,
            "guidance": spec.get("guidance"),
            "prompt": spec.get("prompt", ""),
            "rating": take.rating,
            "rejected": take.rejected,
            "previs": take.previs,
            "noise": engine_registry.get_placeholder_mark(take.engine, take.previs) == "noise",
            "job": take.job,
            "note": take.note,
            "created": take.created,
        }
        for take in state.takes
        for spec in (read_stored_object(take.spec),)
    ]
    columns = ("id", "picked", "frames", "engine", "seed", "guidance", "rating")
    return Outcome(data=rows, columns=columns)


def find_take_owner(studio: Studio, name: str) -> shot_spec.ShotState:
    """Find the shot called `name`, and return the state of the shot that owns the take which it shows.

    A shot can show a take of another shot. Actions on the take then apply to that other shot.
    """
    state = find_shot_state(studio, name)
    return find_shot_state(studio, state.maker.id) if state.is_shared else state


class TakePickArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    take: str = arg("", description="id or number of a take, from 1 (default: the newest)")
    step: int = arg(
        0, description="move the pick by this many takes instead; a negative number moves it back"
    )


def _pick_take(studio: Studio, args: TakePickArgs) -> Outcome:
    state = find_take_owner(studio, args.id)
    if args.take:
        require_not_rejected(studio, state, find_take(state, args.take))
    usable = [take for take in state.takes if not take.rejected]
    if not usable:
        raise BadInput(
            f"shot {state.number} has no take to pick", f"milimo shot make {state.number} makes one"
        )
    if args.step:
        at = usable.index(state.picked) if state.picked in usable else len(usable)
        take = usable[(at + args.step) % len(usable)]
    elif args.take:
        take = find_take(state, args.take)
    else:
        take = usable[-1]
    place = state.takes.index(take) + 1
    picked = picked_takes.set_user_pick(state.shot, take.id)
    if picked != state.shot and not (args.step and take == state.picked):
        label = f"pick take {place} of {state.number}"
        studio.require_project().write_edit(
            label, scope="project", actor=studio.actor, before=[state.shot], after=[picked]
        )
    # Picking a take implies that the user has seen it, so its job no longer counts as unseen.
    studio.require_project().facts.set_jobs_seen([take.job])
    return Outcome(
        data={"id": state.shot.id, "take": take.id},
        message=f"{state.number}: take {place} of {len(state.takes)}  {'★' * take.rating}".rstrip(),
    )


def require_not_rejected(studio: Studio, state: shot_spec.ShotState, take: Take) -> None:
    """Raise Refused for a rejected take, which can't be picked."""
    if take.rejected:
        place = state.takes.index(take) + 1
        command = f"milimo shot rate {state.number} --take {place} --accept" if studio.actor == "cli" else "x"
        raise Refused(f"take {place} of {state.number} is rejected", f"{command} undoes the rejection")


def find_take(state: shot_spec.ShotState, name: str) -> Take:
    """Find a take of a shot by id or by its number from 1. Raises NotFound."""
    for place, take in enumerate(state.takes, 1):
        if name in (take.id, str(place)):
            return take
    raise NotFound(
        f"shot {state.number} has no take “{name}”", f"milimo shot takes {state.number} lists its takes"
    )


class TakeRateArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    rating: int | None = arg(None, ge=0, le=5, description="stars, from 0 to 5")
    take: str = arg("", description="a take's id or its number from 1 (default: the picked one)")
    reject: bool = arg(False, description="reject the take instead")
    accept: bool = arg(False, description="undo the rejection of the take instead")


def _rate_take(studio: Studio, args: TakeRateArgs) -> Outcome:
    state = find_take_owner(studio, args.id)
    take = find_take(state, args.take) if args.take else state.picked
    if take is None:
        raise BadInput(
            f"shot {state.number} has no picked take", f"milimo shot takes {state.number} lists its takes"
        )
    place = state.takes.index(take) + 1
    if args.reject or args.accept:
        judged = replace(take, rejected=args.reject)
    elif args.rating is None:
        raise BadInput("no rating is given", f"run milimo shot rate {state.number} 4")
    else:
        judged = replace(take, rating=args.rating)
    shot = _update_pick_after_rating(state, judged)
    label = f"{_describe_judgement(take, judged)} take {place} of {state.number}"
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=[take, state.shot], after=[judged, shot]
    )
    # Rating a take implies that the user has seen it, so its job no longer counts as unseen.
    studio.require_project().facts.set_jobs_seen([take.job])
    if not (args.reject or args.accept):
        stars = "★" * judged.rating or "no stars"
        return Outcome(data={"take": take.id, "rating": judged.rating}, message=f"{state.number}: {stars}")
    data: dict[str, Any] = {"take": take.id, "rejected": judged.rejected}
    if shot != state.shot:
        data["picked"] = shot.take or None
    verdict = "rejected" if judged.rejected else "is kept"
    return Outcome(
        data=data,
        message=(
            f"{state.number}: take {place} {verdict}{_describe_replaced_pick(state, shot, judged.rejected)}"
        ),
    )


def _describe_judgement(before: Take, after: Take) -> str:
    """Return the verb that describes a new rating in the edit history, such as `reject` or `2 stars for`.
    `before` and `after` are the take before and after the rating.
    """
    if before.rejected != after.rejected:
        return "reject" if after.rejected else "keep"
    return f"{after.rating} stars for" if after.rating != 1 else "1 star for"


def _update_pick_after_rating(state: shot_spec.ShotState, judged: Take) -> Shot:
    """Return the shot with its picked take updated after the take `judged` was rated.

    If the picked take was rejected, the best of the other takes is picked, if there is one. If the user
    withdrew a rejection and the shot has no picked take, `judged` is picked.
    """
    takes = [judged if each.id == judged.id else each for each in state.takes]
    if judged.rejected:
        lost_pick = state.shot.take == judged.id
        return (
            picked_takes.set_automatic_pick(state.shot, picked_takes.choose_best_take(takes))
            if lost_pick
            else state.shot
        )
    was_rejected = any(each.rejected for each in state.takes if each.id == judged.id)
    return (
        picked_takes.set_automatic_pick(state.shot, judged)
        if was_rejected and not state.picked
        else state.shot
    )


def _describe_replaced_pick(state: shot_spec.ShotState, shot: Shot, rejected: bool) -> str:
    """Return a note on the take that the shot shows after a rating; empty if the shown take did not
    change.
    """
    if shot.take == state.shot.take:
        return ""
    take = next((each for each in state.takes if each.id == shot.take), None)
    if take is None:
        return "; the shot shows no take now"
    place = state.takes.index(take) + 1
    stars = f"  {'★' * take.rating}" if take.rating else ""
    return f", take {place} of {len(state.takes)}{stars} {'instead' if rejected else 'is shown'}"


class TakeDeleteArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    take: str = arg(description="a take's id or its number from 1")


def _delete_take(studio: Studio, args: TakeDeleteArgs) -> Outcome:
    """Put a take into the bin. If it was the picked take, the best other take is picked."""
    state = find_take_owner(studio, args.id)
    take = find_take(state, args.take)
    place = [other.id for other in state.takes].index(take.id) + 1
    studio.require_project().bin.put_take(take.id)
    shown = find_take_owner(studio, args.id).picked
    return Outcome(
        data={"take": take.id, "picked": shown.id if shown else None},
        message=f"{state.number}: take {place} is in the bin; milimo bin restore {take.id} brings it back",
    )


class TakeRemakeArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    take: str = arg("", description="a take's id or its number from 1 (default: the picked one)")
    detach: bool = arg(False, description="queue the work and return at once")


def _remake_take(studio: Studio, args: TakeRemakeArgs) -> Outcome:
    """Make a take again with the same spec and seed, and compare the new take with the original. If both are
    equal, the take is proved to be reproducible.
    """
    state = find_take_owner(studio, args.id)
    take = find_take(state, args.take) if args.take else state.picked
    if take is None:
        raise BadInput(
            f"shot {state.number} has no picked take to remake", f"milimo shot make {state.number} makes one"
        )
    [job] = studio.require_client().submit_jobs([remake.make_remake_request(studio, state, take)])
    one_go_note = measured.describe_one_go_remake(state.story, take)
    notes = [one_go_note] if one_go_note else []
    queued = "\n".join(("queued 1 take", *notes))
    done = finish_queue_command(
        studio, [job], None, detach=args.detach, what="take", message=queued, notes=notes
    )
    if args.detach or done.exit_code:
        return done
    found = remake.compare_remade_take(studio, take, job)
    text, message = remake.format_comparison(state.number, found)
    text = "\n".join(filter(None, (text, *notes)))
    return Outcome(data={**done.data, **found}, text=text, message=message)


TAKES = (
    Command(
        "shot.takes",
        "List takes",
        "list the takes of a shot, oldest first",
        _list_takes,
        ShotIdArgs,
        refuse_without_film,
        cli="shot takes",
        positional=("id",),
    ),
    Command(
        "shot.pick",
        "Pick take",
        "pick the take that a shot shows",
        _pick_take,
        TakePickArgs,
        refuse_without_film,
        cli="shot pick",
        positional=("id", "take"),
    ),
    Command(
        "shot.rate",
        "Rate take",
        "rate or reject a take",
        _rate_take,
        TakeRateArgs,
        refuse_without_film,
        cli="shot rate",
        positional=("id", "rating"),
    ),
    Command(
        "shot.delete_take",
        "Delete take",
        "move a take to the bin",
        _delete_take,
        TakeDeleteArgs,
        refuse_without_film,
        cli="shot delete-take",
        positional=("id", "take"),
    ),
    Command(
        "shot.remake",
        "Remake take",
        "make a take again from its record, and compare the two",
        _remake_take,
        TakeRemakeArgs,
        refuse_without_film,
        cli="shot remake",
        positional=("id",),
    ),
)
