"""The command `review clean`: permanently delete takes that are not picked. It first reports how much disk
space this frees and how long it would take to make them again.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.studio.made_takes import unpicked
from milimo_tui.studio.made_takes.unpicked import UnpickedTakes, UnusedTakes
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


class TakeCleanArgs(Args):
    shots: tuple[str, ...] = arg((), description="shots (3B); none: the complete film")
    which: UnusedTakes = arg(
        UnusedTakes.UNMARKED,
        description="rejected takes; unmarked: also takes without stars or tags; all: all unpicked",
    )
    dry_run: bool = arg(
        False, description="only show what would be deleted, the space, and the cost of remaking"
    )
    yes: bool = arg(False, description="delete without being asked")


def _clean_takes(studio: Studio, args: TakeCleanArgs) -> Outcome:
    story = studio.take_snapshot().story
    shots = {shot_spec.find_shot(story, name).id for name in args.shots}
    found = unpicked.find_unpicked(studio, args.which, shots=shots)
    data = _build_clean_data(found)
    if not found.takes:
        return Outcome(data={**data, "freed": 0}, message="nothing to clean: every take is shown or marked")
    if args.dry_run:
        return Outcome(data=data, message=found.summary)
    if not args.yes:
        if isinstance(studio.asks, NobodyToAsk):
            raise Refused(
                f"this would permanently delete {found.summary}",
                "--yes deletes them; --dry-run only lists them",
            )
        if not studio.asks.ask_for_consent(f"Delete for good {found.summary}?"):
            return Outcome(data={**data, "freed": 0}, message="nothing was deleted")
    freed = unpicked.delete_takes_with_files(studio, found.takes)
    message = f"deleted {format_count(len(found.takes), 'take')}, freed {format_bytes(freed)}"
    return Outcome(data={**data, "freed": freed}, message=message)


def _build_clean_data(found: UnpickedTakes) -> dict[str, Any]:
    return {"takes": [take.id for take in found.takes], "bytes": found.bytes, "seconds": found.seconds}


CLEAN = Command(
    "review.clean",
    "Clean takes",
    "delete takes that are not picked, for good",
    _clean_takes,
    TakeCleanArgs,
    refuse_without_film,
    cli="review clean",
    positional=("shots",),
)
