"""Start a reading of the screenplay by a language model, and open the page with its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.studio.project.screen_next_step import find_reading_job
from milimo_tui.tui.shell.next_line import format_job_progress

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import StudioApp


async def start_reading(app: StudioApp) -> None:
    """Start a job that reads the screenplay, after the user has seen the engine, the size and the time. If
    the screenplay is being read already, show the progress instead.
    """
    screen = app.studio_screen
    if app.film is None or screen is None:
        app.show_message("no film is open", "warn", "{ui.mode home} starts one")
        return
    job = find_reading_job(app.queue.jobs, str(app.studio.require_project().paths.root))
    if job is not None:
        app.show_message(format_job_progress(job), hint="{ui.mode jobs} shows the job")
        return
    plan = await app.run_and_wait("script.read", {"dry_run": True}, quiet=True)
    if plan is None or not await screen.confirm(f"{plan.message}. Start now?"):
        return
    await app.run_and_wait("script.read", {"detach": True})


async def open_reading(app: StudioApp) -> None:
    """Open the page with the reading that waits for the user's decision."""
    from milimo_tui.tui.script.reading_page import COMMAND, ReadingScreen

    found = await app.run_and_wait(COMMAND, {"dry_run": True}, quiet=True)
    if found is not None:
        app.push_screen(ReadingScreen(found.data))
