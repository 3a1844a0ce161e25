"""`shot contact-sheet`: print the takes of a sweep (takes with systematically varied values) on pages. Each
take is labelled with its values that differ between the takes.
"""

from __future__ import annotations

from typing import Literal

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.engines.contract.printed_boards import LAYOUTS
from milimo_tui.story.values.film import Take
from milimo_tui.story.values.picked_takes import get_take_job
from milimo_tui.studio.commands.queue.printing import (
    PAGE_SUFFIXES,
    check_output_path,
    queue_print_job,
    resolve_output_file,
)
from milimo_tui.studio.commands.shot.shot_rows import find_shot_state
from milimo_tui.studio.commands.shot.takes import find_take
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script.sweep_pages import find_batch_takes, find_newest_sweep, make_contact_sheet
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.shot_spec import ShotState


class ContactSheetArgs(Args):
    file: str = arg(description="takes.pdf, or takes.png (a picture for each page)")
    ids: tuple[str, ...] = arg(description="shots (3B or ids)")
    take: str = arg("", description="id or number of a take of the sweep (default: the newest sweep)")
    all: bool = arg(False, description="every take, not only those of one sweep")
    layout: Literal["1", "3", "6", "9"] = arg("9", description="panels on a page")
    overwrite: bool = arg(False, description="replace an existing file")
    detach: bool = arg(False, description="queue the job and return")


def _print_contact_sheet(studio: Studio, args: ContactSheetArgs) -> Outcome:
    """Print a contact sheet.

    Raises BadInput for an unsuitable path or suffix, or if a shot has no take. Raises NotFound for an unknown
    shot.
    """
    path = resolve_output_file(args.file, PAGE_SUFFIXES, "a contact sheet")
    states = [find_shot_state(studio, name) for name in dict.fromkeys(args.ids)]
    if not states:
        raise BadInput("no shot is named", "run milimo shot contact-sheet takes.pdf 3B")
    if args.take and (args.all or len(states) > 1):
        raise BadInput("--take needs exactly one shot", "name one shot, and leave --all out")
    for state in states:
        if not state.takes:
            raise BadInput(
                f"shot {state.number} has no take",
                f"milimo shot make {state.number} --seeds 1,2,3 makes three",
            )
    check_output_path(path, overwrite=args.overwrite)
    batches = {} if args.all else _map_batches_by_job(studio, states)
    sweeps = [(state, _choose_sheet_takes(state, args, batches)) for state in states]
    sheet = make_contact_sheet(
        studio.take_snapshot().story, studio.require_project().paths, sweeps, LAYOUTS[args.layout]
    )
    return queue_print_job(studio, sheet, path, what="Contact sheet", detach=args.detach)


def _choose_sheet_takes(
    state: ShotState, args: ContactSheetArgs, batches: dict[str, str]
) -> tuple[Take, ...]:
    if args.all:
        return state.takes
    if args.take:
        return find_batch_takes(state.takes, find_take(state, args.take), batches)
    return find_newest_sweep(state.takes, batches)


def _map_batches_by_job(studio: Studio, states: list[ShotState]) -> dict[str, str]:
    """Map the job id of each take to the id of its batch. Jobs that the queue no longer stores are left
    out.
    """
    jobs = list({get_take_job(take) for state in states for take in state.takes})
    try:
        client = studio.get_client_if_used()
        found = client.list_jobs({"ids": jobs}) if client is not None else []
    except MilimoError:
        return {}  # Without answers from the queue, all takes of a shot count as one sweep.
    return {job.id: job.batch for job in found if job.batch}


CONTACT_SHEET = Command(
    "shot.contact_sheet",
    "Write a contact sheet",
    "print the takes of a sweep on pages, as PDF or PNG",
    _print_contact_sheet,
    ContactSheetArgs,
    refuse_without_film,
    cli="shot contact-sheet",
    positional=("file", "ids"),
)
