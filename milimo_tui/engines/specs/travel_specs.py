"""Specs for transferring films to and from another machine (a box)."""

from __future__ import annotations

from typing import Literal

from milimo_tui.engines.specs.spec_values import SpecValue


class TravelFilm(SpecValue):
    """Push a film of this home to a box, with weights by name, or pull a film from a box.

    `project` is the folder of the film here, empty if there is none; `film` is the film's name on the box;
    `folder` names the folder of a new film. The ssh command is a user setting and not part of the spec,
    because a queue may come from somebody else.
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
