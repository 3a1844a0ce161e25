"""Opens the full-screen player on a plan of the film: a screen's `F` in a few lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from milimo_tui.core.errors import Unavailable
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.player_screen import Opening, PlayerScreen

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.store.project.project_file import ProjectFile
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.shell.screen import StudioScreen

MakePlan = Callable[["ProjectFile", "Snapshot"], "Plan"]  # called in a thread; raises MilimoError


def open_player(screen: StudioScreen, name: str, plan: MakePlan, opening: Opening | None = None) -> None:
    """Play a plan of the film as large as the terminal; it is made anew whenever the film has changed."""
    app = screen.studio_app

    async def load() -> PlaySource:
        film = app.film
        if film is None:
            raise Unavailable("no film is open", "g h goes home, where a film is started")
        return PlaySource((await screen.in_thread(lambda: plan(app.studio.project(), film)),), name)

    screen.app.push_screen(PlayerScreen(load, opening or Opening()))
