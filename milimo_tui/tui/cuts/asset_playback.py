"""Play a sound of the film's media on a list that shows no picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.play.playback import PlayRange

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.story.values.film import Asset
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.play.monitor import Monitor
    from milimo_tui.tui.play.screen_player import ScreenPlayer
    from milimo_tui.tui.shell.screen import StudioScreen


async def play_asset(
    screen: StudioScreen, player: ScreenPlayer, monitor: Monitor, film: FilmSnapshot, asset: Asset
) -> None:
    """Play a sound from its start, and wait until it ends or is stopped."""

    def make_plan() -> RenderPlan:
        from milimo_tui.studio.render.playable_plans import plan_asset_playback

        return plan_asset_playback(screen.studio_app.studio.require_project(), film, asset)

    turn = player.turn
    plan = await screen.in_thread(make_plan)
    out = await player.find_device(plan.sample_rate)
    if turn != player.turn:
        return

    async def show_nothing(frame: int) -> None:
        """Draw nothing: a sound has no picture."""

    whole = PlayRange(0, plan.frames)
    await player.play(lambda: plan, (monitor,), show_nothing, whole, 0, 1, out=out)
