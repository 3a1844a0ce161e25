"""`shot finish`: make a take again at full quality, with its own prompt and seed."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST
from milimo_tui.studio.commands.queue.queued import ended
from milimo_tui.studio.commands.shot.takes import find_take, maker_of
from milimo_tui.studio.made_takes import finish, measured
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.registry.start_time import ASKED, begins_text, start_of
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import take_estimate


class FinishArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    take: str = arg("", description="a take's id or its number from 1 (default: the picked one)")
    dry_run: bool = arg(False, description="only what it would take")
    detach: bool = arg(False, description="queue and return")
    not_before: str = arg("", description=ASKED)


def _finish(studio: Studio, args: FinishArgs) -> Outcome:
    """Queue the take again at full quality. The new take is added next to the original take."""
    begins = start_of(args.not_before, HOST.now())
    state = maker_of(studio, args.id)
    take = find_take(state, args.take) if args.take else state.picked
    if take is None:
        raise BadInput(f"shot {state.number} has no picked take", f"milimo shot takes {state.number}")
    finishing = finish.finishing(studio, state, take)
    finishing = replace(finishing, prepared=finishing.prepared.put_off(begins))
    estimate = finish.estimate_of(studio, finishing)
    place = state.takes.index(take) + 1
    message = take_estimate.sentence(estimate, f"take {place} of {state.number} by {finishing.words}")
    go = measured.whole_go(state.story, take)
    message = "\n".join(filter(None, (message, go)))
    if args.dry_run:
        specs = [request.spec for request in finishing.prepared.requests]
        data = {"jobs": [], "estimate": estimate.as_json(), "specs": specs, "notes": [go] if go else []}
        return Outcome(data=data, message=message)
    ids = finish.submit(studio.client(), finishing)
    return ended(
        studio,
        ids,
        finishing.prepared.batch.id,
        detach=args.detach or begins is not None,
        what="take",
        message=f"queued {message}{begins_text(begins, HOST.now())}",
        estimate=estimate.as_json(),
        notes=[go] if go else [],
    )


FINISH = Command(
    "shot.finish",
    "Finish take",
    "a take once more at full quality",
    _finish,
    FinishArgs,
    needs_project,
    cli="shot finish",
    positional=("id", "take"),
)
