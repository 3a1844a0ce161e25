"""Play a film or a cut in the user's mpv, from a file or from an edit list that mpv plays frame by frame as
the plan says.

On a machine with a display, mpv has its own window, which is reused while the studio is open. Without a
display, mpv plays in this terminal and the studio is suspended meanwhile.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.studio.machine import mpv_program
from milimo_tui.tui.shell.handover import suspend_for_program
from milimo_tui.tui.shell.mpv_session import NO_LISTENER, MpvSession, PlayerListener

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import StudioApp


async def play_in_mpv(
    app: StudioApp,
    target: str,
    *,
    start: float = 0.0,
    listener: PlayerListener = NO_LISTENER,
    video_filter: str = "",
) -> None:
    """Play a file or an edit list in the user's mpv, from second `start`, and show a message with the result.
    `video_filter` orients a mirrored file.

    If mpv has a window, the studio continues next to it. If mpv plays in this terminal, the studio continues
    when mpv ends.
    """
    program = app.studio.settings.mpv
    app.show_message(f"{program} is playing; q in it returns to the studio")
    try:
        if not mpv_program.has_display(os.environ):
            await play_in_terminal(
                app, program, target, start=start, listener=listener, video_filter=video_filter
            )
            return
        await app.player_window.open_window(mpv_program.find_mpv(program))
    except MilimoError as error:
        app.show_error(error)
        return

    async def play_in_window() -> None:
        try:
            await app.player_window.play_target(
                target, start=start, listener=listener, video_filter=video_filter
            )
        except MilimoError as error:
            app.show_error(error)

    app.run_in_background(play_in_window, "play")


async def play_in_terminal(
    app: StudioApp,
    program: str,
    target: str,
    *,
    start: float = 0.0,
    listener: PlayerListener = NO_LISTENER,
    video_filter: str = "",
) -> None:
    """Play in this terminal until mpv ends, in the best quality that the terminal and the connection allow.

    Raises Unavailable if the film cannot be shown here, and Failed if mpv ends with an error.
    """
    path = mpv_program.find_mpv(program)
    mpv = await app.reading.run(lambda: mpv_program.query_mpv(path))
    terminal = app.pictures.terminal
    screen = mpv_program.MpvTerminal(
        terminal.pictures,
        terminal.colours,
        (app.line_rate or mpv_program.SLOW_LINE) if terminal.remote else None,
        terminal.inside,
        *app.size,
        terminal.cell or (8, 16),
        shares_memory=terminal.medium == "shared",
    )
    options = mpv_program.choose_terminal_options(mpv, screen)
    if not app.owns_terminal:
        raise Unavailable(
            "mpv needs this terminal, and the studio can't lend it here", "{ui.play} plays it here"
        )
    session = MpvSession()
    with suspend_for_program(app, apart=True):
        try:
            await session.start(path, ("--idle=once", "--really-quiet", *options), inherit=True)
            await session.play_target(target, start=start, listener=listener, video_filter=video_filter)
            await session.wait()
        finally:
            await session.end_mpv()
