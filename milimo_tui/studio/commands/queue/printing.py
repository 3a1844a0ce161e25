"""Functions for commands that print pages, such as storyboards and contact sheets. They check the output file
and queue the print job.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import parse_user_path
from milimo_tui.engines.contract.printed_boards import Boards
from milimo_tui.engines.specs.file_specs import PrintBoards
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.studio.commands.queue.queued import finish_queue_command
from milimo_tui.studio.registry.registry import Outcome
from milimo_tui.studio.script import board_pages
from milimo_tui.studio.session.studio import Studio

PAGE_SUFFIXES = (".pdf", ".png")


def resolve_output_file(file: str, suffixes: Collection[str], what: str) -> Path:
    """Return the absolute path of the output file. Raises BadInput for a suffix that is not in `suffixes`.

    `what` names the content to be written, for the message.
    """
    path = parse_user_path(file).absolute()
    if path.suffix.casefold() not in suffixes:
        *most, last = suffixes
        raise BadInput(
            f"{what} can't be written as {path.suffix or path.name}", f"use {', '.join(most)} or {last}"
        )
    return path


def check_output_path(path: Path, *, overwrite: bool) -> None:
    """Raise BadInput if a file cannot be written to `path`, or if there is a file already and `overwrite` is
    False.
    """
    if path.is_dir():
        raise BadInput(f"{path.name} is a folder", "name a file: boards.pdf")
    if not path.parent.is_dir():
        raise BadInput(f"there is no folder {path.parent}", "create it, or name another folder")
    if path.exists() and not overwrite:
        raise BadInput(f"{path.name} already exists", "--overwrite replaces it")


def queue_print_job(studio: Studio, boards: Boards, path: Path, *, what: str, detach: bool) -> Outcome:
    """Queue a job that prints pages to `path`. The job's label is `{what} in {file name}`."""
    paths = studio.require_project().paths
    spec = PrintBoards(
        boards=str(board_pages.write_board_file(boards, paths.cache / "boards")), output=str(path)
    )
    label = f"{what} in {path.name}"
    batch = BatchRequest(label=label, project=str(paths.root))
    job = JobRequest(spec=spec.model_dump(mode="json"), label=label, project=str(paths.root), batch=batch.id)
    ids = studio.require_client().submit_jobs([job], batches=[batch])
    message = f"queued {path.name}; g j shows it" if studio.actor != "cli" else f"queued {path.name}"
    return finish_queue_command(studio, ids, batch.id, detach=detach, what="board file", message=message)
