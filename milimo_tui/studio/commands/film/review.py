"""The inbox of the film: takes and failures that arrived while no user was attached, and remarks on takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import FrameNote, Take
from milimo_tui.studio.commands.film.clean_takes import CLEAN
from milimo_tui.studio.commands.queue.queued import ended
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.project import inbox, review
from milimo_tui.studio.project.review import Item
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import likeness, shot_spec

COLUMNS = ("number", "take", "state", "rating", "picked", "seen", "reason")


class ListArgs(Args):
    all: bool = arg(False, description="every take and failure, not only what is new")


def _list(studio: Studio, args: ListArgs) -> Outcome:
    found = inbox.read_inbox(studio, everything=args.all)
    return Outcome(
        data=[_row(item) for item in found.items], columns=COLUMNS, message=review.away_text(found)
    )


def _row(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
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
    ids: tuple[str, ...] = arg((), description="takes (default: every take that was not compared yet)")
    model: str = arg("", description="weights by id (default: the best here)")
    detach: bool = arg(False, description="queue and return")


def _likeness(studio: Studio, args: LikenessArgs) -> Outcome:
    """Compare takes with the pictures of the elements in them. Raises NotFound, Unavailable, BadInput."""
    story, root = studio.snapshot().story, studio.project().paths.root
    takes = {take.id: take for take in story.takes}
    unknown = next((id for id in args.ids if id not in takes), None)
    if unknown is not None:
        raise NotFound(f"there is no take “{unknown[:60]}”", "milimo review list --all")
    require_stack("Likeness")
    shots = {shot.id: shot for shot in story.shots}
    assets = {asset.id: asset for asset in story.assets}
    requests = []
    for take in takes.values() if not args.ids else [takes[id] for id in args.ids]:
        if take.likeness and not args.ids:
            continue
        file, frame = str(root / assets[take.asset].path), take.head + max(0, take.length) // 2
        if shots.get(take.shot) is not None:
            asked = likeness.request(
                story, shots[take.shot], root, job=take.job, take=file, frame=frame, model=args.model
            )
            requests += [asked] if asked is not None else []
    if not requests:
        return Outcome(data={"jobs": [], "batch": None}, message="there is nothing to compare takes with")
    profile = engine_registry.profile(engine_registry.first("compare_take").name)
    profile.weights_for(ModelStore(studio.home.models), SPEC.validate_python(requests[0].spec))
    ids = studio.client().submit(requests)
    return ended(studio, ids, "", detach=args.detach, what="comparison", message=f"queued {len(ids)}")


class SeenArgs(Args):
    ids: tuple[str, ...] = arg((), description="takes, jobs or shots (3B)")
    all: bool = arg(False, description="everything that came in")
    again: bool = arg(False, description="look at them again: they count as new")


def _seen(studio: Studio, args: SeenArgs) -> Outcome:
    if not args.ids and not args.all:
        raise BadInput("nothing is named", "milimo review seen 3B, or --all")
    jobs = _jobs(studio, args)
    studio.project().facts.see(jobs, seen=not args.again)
    what = "to look at again" if args.again else "looked at"
    return Outcome(data={"jobs": jobs, "seen": not args.again}, message=f"{len(jobs)} {what}")


def _jobs(studio: Studio, args: SeenArgs) -> list[str]:
    """Return the jobs that the arguments name; ids of takes are resolved without the queue. Raises
    NotFound.
    """
    by_take = {take.id: take.job for take in studio.snapshot().story.takes}
    if not args.all and all(id in by_take for id in args.ids):
        return [by_take[id] for id in args.ids]
    items = inbox.read_inbox(studio, everything=True).items
    for id in args.ids:
        if not any(_is(item, id) for item in items):
            raise NotFound(f"nothing that came in is called “{id}”", "milimo review list --all")
    meant = (item.job for item in items if args.all or any(_is(item, id) for id in args.ids))
    return list(dict.fromkeys(meant))


def _is(item: Item, name: str) -> bool:
    return name in (item.take, item.job, item.shot) or name.upper() == item.number.upper()


class CommentArgs(Args):
    take: str = arg(description="a take's id, or a shot (3B) for its picked take")
    text: str = arg("", description="the remark; empty takes it away")
    frame: int | None = arg(None, ge=0, description="on this frame of the shot, from 0, instead")


def _comment(studio: Studio, args: CommentArgs) -> Outcome:
    take, number = _take(studio, args.take)
    note = " ".join(args.text.split())
    if args.frame is None:
        after, place = replace(take, note=note), ""
    elif args.frame >= take.length:
        raise BadInput(f"{number} has {take.length} frames", f"name one from 0 to {take.length - 1}")
    else:
        others = [each for each in take.notes if each.frame != args.frame]
        mine = [FrameNote(args.frame, note)] if note else []
        notes = tuple(sorted((*others, *mine), key=lambda each: each.frame))
        after, place = replace(take, notes=notes), f" at frame {args.frame}"
    what = "a remark on" if note else "no remark on"
    studio.project().edit(
        f"{what} {number}{place}", scope="project", actor=studio.actor, before=[take], after=[after]
    )
    data = {"take": take.id, "note": note} | ({} if args.frame is None else {"frame": args.frame})
    return Outcome(data=data, message=f"{number}{place}: “{note}”" if note else f"{number}{place}: no remark")


def _take(studio: Studio, name: str) -> tuple[Take, str]:
    """Find a take by its id, or the take that a shot shows; return the take with the shot's number.

    Raises NotFound, BadInput.
    """
    story = studio.snapshot().story
    take = next((take for take in story.takes if take.id == name), None)
    if take is None:
        shot = shot_spec.find_shot(story, name)
        take = Performances(story).shown(shot)
        if take is None:
            raise BadInput(f"shot {story.numbers.get(shot.id, '')} has no picked take", "milimo review list")
    return take, story.numbers.get(take.shot, "")


class TagArgs(Args):
    take: str = arg(description="a take's id, or a shot (3B) for its picked take")
    tags: str = arg("", description="words to find it by, with commas between: alt, hero; empty: none")


def _tag(studio: Studio, args: TagArgs) -> Outcome:
    take, number = _take(studio, args.take)
    words = (word.strip().lstrip("#") for word in args.tags.split(","))
    tags = tuple(dict.fromkeys(filter(None, words)))
    studio.project().edit(
        f"tags of {number}",
        scope="project",
        actor=studio.actor,
        before=[take],
        after=[replace(take, tags=tags)],
    )
    said = " ".join(f"#{tag}" for tag in tags) or "no tags"
    return Outcome(data={"take": take.id, "tags": list(tags)}, message=f"{number}: {said}")


COMMANDS = (
    Command(
        "review.likeness",
        "Compare takes with pictures",
        "how like takes are to the pictures of who is in them",
        _likeness,
        LikenessArgs,
        needs_project,
        cli="review likeness",
        positional=("ids",),
    ),
    Command(
        "review.list",
        "Review",
        "what came in and was not looked at",
        _list,
        ListArgs,
        needs_project,
        cli="review list",
    ),
    Command(
        "review.seen",
        "Seen",
        "what came in was looked at",
        _seen,
        SeenArgs,
        needs_project,
        cli="review seen",
        positional=("ids",),
    ),
    Command(
        "review.comment",
        "Comment",
        "a remark on a take",
        _comment,
        CommentArgs,
        needs_project,
        cli="review comment",
        positional=("take", "text"),
    ),
    Command(
        "review.tag",
        "Tag",
        "words to find a take by",
        _tag,
        TagArgs,
        needs_project,
        cli="review tag",
        positional=("take", "tags"),
    ),
    CLEAN,
)
