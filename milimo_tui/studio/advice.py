"""The one best next act: the first of a fixed row of questions that has an answer."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.studio import inbox, making
from milimo_tui.studio.delivering import default_output
from milimo_tui.studio.studio import Studio


@dataclass(frozen=True, slots=True)
class Advice:
    """A command line, the registry id behind it, and why it is the best next act."""

    command: str
    id: str
    why: str


def next_act(studio: Studio) -> Advice:
    """What to do now. Never nothing: a finished film is played."""
    if studio.project_or_none() is None:
        if studio.project_folders():
            return Advice("milimo project list", "project.list", "there are films here, none is current")
        return Advice("milimo demo", "film.demo", "nothing is here yet; the sample shows everything")
    snapshot = studio.snapshot()
    came_in = inbox.look(studio).sentence()
    if came_in:
        return Advice("milimo review", "review.list", f"{came_in}: g v in the studio shows it")
    if not snapshot.story.project.script:
        return Advice("milimo script import FILE", "script.import", "the film has no screenplay yet")
    if not snapshot.story.shots:
        return Advice("milimo storyboard commit", "storyboard.commit", "the screenplay is not boarded yet")
    states = making.states(snapshot.story)
    missing = [state for state in states if state.picked is None]
    if missing:
        return Advice("milimo shot make --missing", "shot.make", f"{len(missing)} shots have no take")
    stale = [state for state in states if state.stale]
    if stale:
        return Advice(
            "milimo shot make --stale", "shot.make", f"{len(stale)} takes are older than their shots"
        )
    film = default_output(snapshot, studio.project().paths.renders)
    if not film.is_file():
        return Advice("milimo render", "film.render", "every shot has a take, the film is not rendered")
    return Advice("milimo play", "film.play", "the film is rendered: watch it")
