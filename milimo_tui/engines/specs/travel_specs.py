"""Define the spec that transfers a film between this machine and another machine, which is called a box."""

from __future__ import annotations

from typing import Literal

from milimo_tui.engines.specs.spec_values import SpecValue


class TravelFilm(SpecValue):
    """Push a film of this home to a box (another machine), or pull a film from a box. `weights` are names of
    weights that are sent with a pushed film.

    `project` is the folder of the film on this machine, empty if there is none yet. `film` is the film's name
    on the box. `folder` names the folder of a new film.

    The ssh command is not part of the spec but a user setting, because a queue may come from another person.
    """

    kind: Literal["travel_film"] = "travel_film"
    engine: str = "travel"
    act: Literal["push", "pull"]
    box: str
    project: str = ""
    film: str = ""
    folder: str = ""
    keep: Literal["", "mine", "theirs"] = ""
    weights: tuple[str, ...] = ()
