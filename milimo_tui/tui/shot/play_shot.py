"""Plays one shot alone: a take of the shot, its board, or the slate shown in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.play.full_screen import open_full_screen_player

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.store.project.project_file import ProjectFile
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.shell.screen import StudioScreen


def play_shot(screen: StudioScreen, shot: str, take: str = "") -> None:
    """Open the player on a take by its id; without a take, on the shot's current picture."""

    def plan(project: ProjectFile, film: FilmSnapshot) -> RenderPlan:
        from milimo_tui.studio.render.playable_plans import plan_shot_playback

        return plan_shot_playback(project, film, shot, take)

    number = screen.film.story.numbers.get(shot, "") if screen.film is not None else ""
    open_full_screen_player(screen, number, plan)
