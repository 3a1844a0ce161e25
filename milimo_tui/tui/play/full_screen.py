"""Open the full-screen player, for a plan of the film or for the source that a screen plays (key `F`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from milimo_tui.core.errors import Unavailable
from milimo_tui.tui.play.play_source import PlaySource
from milimo_tui.tui.play.player_screen import LoadSource, PlayerOpening, PlayerScreen

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.store.project.project_file import ProjectFile
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.play.source_player import SourcePlayer
    from milimo_tui.tui.shell.screen import StudioScreen

# The function that makes the plan is called in a thread and may raise MilimoError.
MakePlan = Callable[["ProjectFile", "FilmSnapshot"], "RenderPlan"]


def open_full_screen_player(
    screen: StudioScreen, name: str, plan: MakePlan, opening: PlayerOpening | None = None
) -> None:
    """Play a render plan at full screen. `plan` is a function that makes the plan. It is called again
    whenever the film has changed.
    """
    app = screen.studio_app

    async def load() -> PlaySource:
        film = app.film
        if film is None:
            raise Unavailable("no film is open", "{ui.mode home} opens or starts one")
        return PlaySource((await screen.in_thread(lambda: plan(app.studio.require_project(), film)),), name)

    app.open_on_top(PlayerScreen(load, opening or PlayerOpening()))


def continue_full_screen(screen: StudioScreen, player: SourcePlayer, load: LoadSource | None = None) -> None:
    """Continue at full screen the source that `player` plays on a screen, from the same frame and at the same
    speed.

    When the full-screen player closes, `player` goes to the frame that was shown last and takes over the in
    and out marks. `load` returns the source as it is in the current film. Without `load`, the source stays as
    it is.
    """

    async def get_present_source() -> PlaySource:
        if player.source is None:
            raise Unavailable("there is nothing to play here", player.hint)
        return player.source

    async def take_over_marks(mark_in: int | None, mark_out: int | None) -> None:
        player.set_marks(mark_in, mark_out)

    sound = player.screen_player.sound
    opening = PlayerOpening(
        player.frame, player.shuttle, player.go_to_frame, take_over_marks, sound, player.loop
    )
    player.halt_playback()
    screen.studio_app.open_on_top(PlayerScreen(load or get_present_source, opening))
