"""Asks for the file into which pages are printed: the boards, or the contact sheet with a shot's takes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.widgets.text import abbreviate_home

if TYPE_CHECKING:
    from milimo_tui.tui.shell.screen import StudioScreen


async def ask_and_print(screen: StudioScreen, question: str, name: str, command: str, **values: Any) -> None:
    """Ask for a file, confirm overwriting an existing file, and run `command` with `values` as a job that
    prints to the file. `question` is the text of the prompt, and `name` the default file name.
    """
    answer = await ask_print_file(screen, question, name)
    if answer is not None:
        file, there = answer
        await screen.run_and_wait(command, file=str(file), overwrite=there, detach=True, **values)


async def ask_print_file(screen: StudioScreen, question: str, name: str) -> tuple[Path, bool] | None:
    """Ask for a file; the default is `name` in the film's folder.

    Returns the path, and True if an existing file is to be overwritten. Returns None if the user cancelled.
    """
    from milimo_tui.tui.keys.completion import list_path_completions

    folder = screen.studio_app.studio.require_project().paths.root
    answer = await screen.ask_text(
        question, abbreviate_home(str(folder / name)), name="PRINT", lines=list_path_completions
    )
    if not (answer and answer.strip()):
        return None
    file = Path(os.path.expanduser(answer.strip()))
    there = file.is_file()
    if there and not await screen.confirm(f"{file.name} exists already. Overwrite it?"):
        return None
    return file, there


async def print_contact_sheet(screen: StudioScreen, shot: str, number: str, take: str) -> None:
    """Print a contact sheet of a parameter sweep, which is a series of takes with varied settings. The sweep
    is the one that contains the take with the id `take`, or the shot's newest sweep if `take` is empty.
    """
    question = f"Contact sheet of {number} to:"
    await ask_and_print(screen, question, f"{number}-takes.pdf", "shot.contact_sheet", ids=(shot,), take=take)
