"""Describe the next step for the user in a film that is not open, as one sentence."""

from __future__ import annotations

from milimo_tui.core.errors import MilimoError
from milimo_tui.studio.project.next_step import choose_next_step
from milimo_tui.studio.session.home import ChosenHome
from milimo_tui.studio.session.studio import Studio


def describe_next_step(studio: Studio, folder: str) -> str:
    """Return a short description of the next step in the film in `folder`, or an empty string if that film
    can't be read.

    The film that is open in the studio stays open.
    """
    other = Studio(
        ChosenHome(studio.home, studio.why_home), studio.settings, project=folder, actor=studio.actor
    )
    try:
        return choose_next_step(other).reason_text
    except MilimoError:
        return ""
    finally:
        other.close()
