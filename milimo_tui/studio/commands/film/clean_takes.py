"""`review clean`: delete takes that were not picked for good, after reporting the space freed and the
cost.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import Refused
from milimo_tui.core.format import bytes_text, plural
from milimo_tui.studio.made_takes import unpicked
from milimo_tui.studio.made_takes.unpicked import Unpicked, Which
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.prompts import NobodyToAsk
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


class CleanArgs(Args):
    shots: tuple[str, ...] = arg((), description="shots (3B); none: the whole film")
    which: Which = arg(
        Which.UNMARKED,
        description="rejected; unmarked: also those without stars, remarks or tags; all others",
    )
    dry_run: bool = arg(False, description="only what would go, what it frees, what making it again costs")
    yes: bool = arg(False, description="delete without being asked")


def _clean(studio: Studio, args: CleanArgs) -> Outcome:
    story = studio.snapshot().story
    shots = {shot_spec.find_shot(story, name).id for name in args.shots}
    found = unpicked.unpicked(studio, args.which, shots=shots)
    data = _data(found)
    if not found.takes:
        return Outcome(data={**data, "freed": 0}, message="nothing to clean: every take is shown or marked")
    if args.dry_run:
        return Outcome(data=data, message=found.words)
    if not args.yes:
        if isinstance(studio.asks, NobodyToAsk):
            raise Refused(f"this would delete for good {found.words}", "--yes deletes them, --dry-run tells")
        if not studio.asks.agree(f"Delete for good {found.words}?"):
            return Outcome(data={**data, "freed": 0}, message="nothing was deleted")
    freed = unpicked.delete(studio, found.takes)
    message = f"deleted {plural(len(found.takes), 'take')}, freed {bytes_text(freed)}"
    return Outcome(data={**data, "freed": freed}, message=message)


def _data(found: Unpicked) -> dict[str, Any]:
    return {"takes": [take.id for take in found.takes], "bytes": found.bytes, "seconds": found.seconds}


CLEAN = Command(
    "review.clean",
    "Clean takes",
    "takes that were not picked, deleted for good",
    _clean,
    CleanArgs,
    needs_project,
    cli="review clean",
    positional=("shots",),
)
