"""`shot finish`: make a take again at full quality, with the same prompt and seed."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.commands.shot.takes import find_take, find_take_owner
from milimo_tui.studio.made_takes import finish, measured
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.registry.start_time import ASKED, format_start_note, parse_optional_start
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import take_estimate


class TakeFinishArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    take: str = arg("", description="a take's id or its number from 1 (default: the picked one)")
    dry_run: bool = arg(False, description="only show the estimate")
    detach: bool = arg(False, description="queue the work and return at once")
    not_before: str = arg("", description=ASKED)


def _finish_take(studio: Studio, args: TakeFinishArgs) -> Outcome:
    """Queue a job that makes a take again at full quality. The result is a new take; the original take
    stays.
    """
    begins = parse_optional_start(args.not_before, HOST.now())
    state = find_take_owner(studio, args.id)
    take = find_take(state, args.take) if args.take else state.picked
    if take is None:
        raise BadInput(
            f"shot {state.number} has no picked take", f"milimo shot takes {state.number} lists its takes"
        )
    finishing = finish.prepare_finish(studio, state, take)
    finishing = replace(finishing, prepared=finishing.prepared.postpone(begins))
    estimate = finish.estimate_finish(studio, finishing)
    place = state.takes.index(take) + 1
    message = take_estimate.format_batch_estimate(
        estimate, f"take {place} of {state.number} by {finishing.words}"
    )
    one_go_note = measured.describe_one_go_remake(state.story, take)
    message = "\n".join(filter(None, (message, one_go_note)))
    if args.dry_run:
        specs = [request.spec for request in finishing.prepared.requests]
        data = {
            "jobs": [],
            "estimate": estimate.as_json(),
            "specs": specs,
            "notes": [one_go_note] if one_go_note else [],
        }
        return Outcome(data=data, message=message)
    ids = finish.submit_finish(studio.require_client(), finishing)
    return finish_queue_command(
        studio,
        ids,
        finishing.prepared.batch.id,
        detach=args.detach or begins is not None,
        what="take",
        message=f"queued {message}{format_start_note(begins, HOST.now())}",
        estimate=estimate.as_json(),
        notes=[one_go_note] if one_go_note else [],
    )


FINISH = Command(
    "shot.finish",
    "Finish take",
    "make a take again at full quality",
    _finish_take,
    TakeFinishArgs,
    refuse_without_film,
    cli="shot finish",
    positional=("id", "take"),
)
