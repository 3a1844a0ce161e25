"""Plays one shot alone: a take of the shot, else its board, else a slate with text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.play.full_screen import open_full_screen_player

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.store.project.project_file import ProjectFile
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.shell.screen import StudioScreen


def play_shot(screen: StudioScreen, shot: str, take: str = "") -> None:
    """Open the player on the take with the id `take`. If `take` is empty, play the picture that the film
    shows for the shot.
    """

    def plan(project: ProjectFile, film: FilmSnapshot) -> RenderPlan:
        from milimo_tui.studio.render.playable_plans import plan_shot_playback

        return plan_shot_playback(project, film, shot, take)

    number = screen.film.story.numbers.get(shot, "") if screen.film is not None else ""
    open_full_screen_player(screen, number, plan)
