"""The command `model tiny`: build tiny checkpoints of random numbers as a job, and select them. Takes made
with them show only noise.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.specs.weight_specs import MakeTiny
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tiny_models.families import select_tiny_checkpoints

TINY_NOTE = "tiny checkpoints are random numbers: everything runs, but all results are noise"


class TinyModelArgs(Args):
    families: tuple[str, ...] = arg(
        (), description="ltx2, flux2, z-image, wan, sam3, local, or one checkpoint (default: all)"
    )
    seed: int = arg(0, ge=0, le=2**31, description="seed of the random weights")
    detach: bool = arg(False, description="queue the work and return at once")


def _build_tiny_models(studio: Studio, args: TinyModelArgs) -> Outcome:
    wanted = {
        word: select_tiny_checkpoints(word) for word in args.families or ("",)
    }  # For an unknown family name, `select_tiny_checkpoints` raises an error here, before a job is queued.
    require_stack("building tiny checkpoints")
    before = ModelStore(studio.home.models).read_selection()
    requests = [
        JobRequest(
            spec=MakeTiny(family=word, seed=args.seed).model_dump(mode="json"),
            label=f"tiny {word or 'checkpoints'}",
        )
        for word in wanted
    ]
    done = finish_queue_command(
        studio, studio.require_client().submit_jobs(requests), None, detach=args.detach, what="tiny family"
    )
    if args.detach or done.exit_code:
        return done
    return _report_tiny_models(
        studio, {row.id for rows in wanted.values() for row in rows}, before, done.data
    )


def _report_tiny_models(
    studio: Studio, ids: set[str], before: dict[str, str], data: dict[str, Any]
) -> Outcome:
    """Report the tiny checkpoints that were built, and the command that selects the previous weights
    (`before`) again.
    """
    store = ModelStore(studio.home.models)
    selected = store.read_selection()
    rows: list[dict[str, Any]] = [
        {
            "id": row.id,
            "title": row.title,
            "family": row.family,
            "role": row.role,
            "generation": row.generation,
            "path": str(store.path(row)),
            "digest": row.digest,
            "bytes": row.bytes,
            "tiny": row.tiny,
            "selected": selected.get(row.family) == row.id,
        }
        for row in store.list_installed()
        if row.id in ids
    ]
    changed = [(family, old) for family, old in before.items() if selected.get(family) != old]
    back = [f"{family} used {old} before; to switch back: milimo model use {old}" for family, old in changed]
    lines = [f"{row['id']:26} {row['bytes'] / 1e6:6.1f} MB{' *' if row['selected'] else ''}" for row in rows]
    text = "\n".join([*lines, "* marks the weights that the engine uses now", TINY_NOTE, *back])
    return Outcome(data={**data, "models": rows}, text=text)


TINY = Command(
    "model.tiny",
    "Make tiny weights",
    "make tiny random weights for tests; they run anywhere but make only noise",
    _build_tiny_models,
    TinyModelArgs,
    cli="model tiny",
    positional=("families",),
)
