"""Commands for the inbox of the film: takes and failures that arrived while nobody was watching, and remarks
on takes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import FrameNote, Take
from milimo_tui.studio.commands.film.clean_takes import CLEAN
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.project import inbox, review
from milimo_tui.studio.project.review import ReviewItem
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import likeness, shot_spec

REVIEW_COLUMNS = ("number", "take", "state", "rating", "picked", "seen", "reason")


class ReviewListArgs(Args):
    all: bool = arg(False, description="also takes and failures that were seen")


def _list_inbox(studio: Studio, args: ReviewListArgs) -> Outcome:
    found = inbox.read_inbox(studio, everything=args.all)
    return Outcome(
        data=[_build_inbox_row(item) for item in found.items],
        columns=REVIEW_COLUMNS,
        message=review.describe_absence(found),
    )


def _build_inbox_row(item: ReviewItem) -> dict[str, Any]:
    return {
        "id": item.item_id,
        "shot": item.shot or None,
        "number": item.number,
        "take": item.take or None,
        "job": item.job,
        "state": item.state.value,
        "reason": item.reason,
        "hint": item.hint,
        "seen": item.seen,
        "away": item.away,
        "path": item.path or None,
        "rating": item.rating,
        "picked": item.picked,
        "rejected": item.rejected,
        "note": item.note,
        "notes": [{"frame": each.frame, "text": each.text} for each in item.notes],
        "tags": list(item.tags),
        "at": item.at,
        "seconds": item.took,
        "likeness": item.likeness,
    }


class LikenessArgs(Args):
    ids: tuple[str, ...] = arg((), description="takes (default: all that were not compared yet)")
    model: str = arg("", description="id of weights (default: the best here)")
    detach: bool = arg(False, description="queue the work and return at once")


def _queue_likeness_checks(studio: Studio, args: LikenessArgs) -> Outcome:
    """Queue jobs that compare takes with the pictures of the elements shown in them. Raises NotFound,
    Unavailable, BadInput.
    """
    story, root = studio.take_snapshot().story, studio.require_project().paths.root
    takes = {take.id: take for take in story.takes}
    unknown = next((id for id in args.ids if id not in takes), None)
    if unknown is not None:
        raise NotFound(f"there is no take “{unknown[:60]}”", "milimo review list --all lists all takes")
    require_stack("Likeness")
    shots = {shot.id: shot for shot in story.shots}
    assets = {asset.id: asset for asset in story.assets}
    requests = []
    for take in takes.values() if not args.ids else [takes[id] for id in args.ids]:
        if take.likeness and not args.ids:
            continue
        file, frame = str(root / assets[take.asset].path), take.head + max(0, take.length) // 2
        if shots.get(take.shot) is not None:
            request = likeness.make_likeness_request(
                story, shots[take.shot], root, job=take.job, take=file, frame=frame, model=args.model
            )
            requests += [request] if request is not None else []
    if not requests:
        return Outcome(data={"jobs": [], "batch": None}, message="there is nothing to compare takes with")
    profile = engine_registry.profile(engine_registry.find_first_engine("compare_take").name)
    profile.weights_for(ModelStore(studio.home.models), SPEC.validate_python(requests[0].spec))
    ids = studio.require_client().submit_jobs(requests)
    return finish_queue_command(
        studio, ids, "", detach=args.detach, what="comparison", message=f"queued {len(ids)}"
    )


class ReviewSeenArgs(Args):
    ids: tuple[str, ...] = arg((), description="takes, jobs or shots (3B)")
    all: bool = arg(False, description="all new results")
    again: bool = arg(False, description="mark them as new again")


def _mark_as_reviewed(studio: Studio, args: ReviewSeenArgs) -> Outcome:
    if not args.ids and not args.all:
        raise BadInput("no take is named", "for example milimo review seen 3B, or --all")
    jobs = _find_reviewed_jobs(studio, args)
    studio.require_project().facts.set_jobs_seen(jobs, seen=not args.again)
    what = "to look at again" if args.again else "looked at"
    return Outcome(data={"jobs": jobs, "seen": not args.again}, message=f"{len(jobs)} {what}")


def _find_reviewed_jobs(studio: Studio, args: ReviewSeenArgs) -> list[str]:
    """Return the ids of the jobs that the user has reviewed, as named by the arguments. If all arguments are
    ids of takes, the queue is not asked. Raises NotFound.
    """
    by_take = {take.id: take.job for take in studio.take_snapshot().story.takes}
    if args.ids and all(id in by_take for id in args.ids):
        return [by_take[id] for id in args.ids]
    items = inbox.read_inbox(studio, everything=True).items
    for id in args.ids:
        if not any(_is_inbox_item_called(item, id) for item in items):
            raise NotFound(f"no new take is called “{id}”", "milimo review list --all lists all takes")
    job_ids = (
        item.job for item in items if not args.ids or any(_is_inbox_item_called(item, id) for id in args.ids)
    )
    return list(dict.fromkeys(job_ids))


def _is_inbox_item_called(item: ReviewItem, name: str) -> bool:
    return name in (item.take, item.job, item.shot) or name.upper() == item.number.upper()


class TakeCommentArgs(Args):
    take: str = arg(description="a take's id, or a shot (3B) for its picked take")
    text: str = arg("", description="the comment; empty removes it")
    frame: int | None = arg(None, ge=0, description="comment on this frame of the shot, from 0")


def _comment_on_take(studio: Studio, args: TakeCommentArgs) -> Outcome:
    take, number = _find_reviewed_take(studio, args.take)
    note = " ".join(args.text.split())
    if args.frame is None:
        after, place = replace(take, note=note), ""
    elif args.frame >= take.length:
        raise BadInput(f"{number} has {take.length} frames", f"name a frame from 0 to {take.length - 1}")
    else:
        others = [each for each in take.notes if each.frame != args.frame]
        mine = [FrameNote(args.frame, note)] if note else []
        notes = tuple(sorted((*others, *mine), key=lambda each: each.frame))
        after, place = replace(take, notes=notes), f" at frame {args.frame}"
    what = "a remark on" if note else "no remark on"
    studio.require_project().write_edit(
        f"{what} {number}{place}", scope="project", actor=studio.actor, before=[take], after=[after]
    )
    data = {"take": take.id, "note": note} | ({} if args.frame is None else {"frame": args.frame})
    return Outcome(data=data, message=f"{number}{place}: “{note}”" if note else f"{number}{place}: no remark")


def _find_reviewed_take(studio: Studio, name: str) -> tuple[Take, str]:
    """Find a take by its id, or the take shown by a shot. Return the take and the shot's number.

    Raises NotFound, BadInput.
    """
    story = studio.take_snapshot().story
    take = next((take for take in story.takes if take.id == name), None)
    if take is None:
        shot = shot_spec.find_shot(story, name)
        take = FilmPerformances(story).find_shown_take(shot)
        if take is None:
            raise BadInput(
                f"shot {story.numbers.get(shot.id, '')} has no picked take",
                "milimo review list lists the new takes",
            )
    return take, story.numbers.get(take.shot, "")


class TakeTagArgs(Args):
    take: str = arg(description="a take's id, or a shot (3B) for its picked take")
    tags: str = arg("", description="tags, separated by commas: alt, hero; empty: none", one_line=True)


def _tag_take(studio: Studio, args: TakeTagArgs) -> Outcome:
    take, number = _find_reviewed_take(studio, args.take)
    words = (word.strip().lstrip("#") for word in args.tags.split(","))
    tags = tuple(dict.fromkeys(filter(None, words)))
    studio.require_project().write_edit(
        f"tags of {number}",
        scope="project",
        actor=studio.actor,
        before=[take],
        after=[replace(take, tags=tags)],
    )
    text = " ".join(f"#{tag}" for tag in tags) or "no tags"
    return Outcome(data={"take": take.id, "tags": list(tags)}, message=f"{number}: {text}")


COMMANDS = (
    Command(
        "review.likeness",
        "Compare with pictures",
        "compare takes with the reference pictures of their characters",
        _queue_likeness_checks,
        LikenessArgs,
        refuse_without_film,
        cli="review likeness",
        positional=("ids",),
    ),
    Command(
        "review.list",
        "List new takes",
        "list new results that nobody has seen",
        _list_inbox,
        ReviewListArgs,
        refuse_without_film,
        cli="review list",
    ),
    Command(
        "review.seen",
        "Mark as seen",
        "mark results as seen",
        _mark_as_reviewed,
        ReviewSeenArgs,
        refuse_without_film,
        cli="review seen",
        positional=("ids",),
    ),
    Command(
        "review.comment",
        "Comment take",
        "write a comment on a take",
        _comment_on_take,
        TakeCommentArgs,
        refuse_without_film,
        cli="review comment",
        positional=("take", "text"),
    ),
    Command(
        "review.tag",
        "Tag take",
        "set the tags of a take",
        _tag_take,
        TakeTagArgs,
        refuse_without_film,
        cli="review tag",
        positional=("take", "tags"),
    ),
    CLEAN,
)
