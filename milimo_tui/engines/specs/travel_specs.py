"""Films that go to another box, or come from one."""

from __future__ import annotations

from typing import Literal

from milimo_tui.engines.specs.spec_values import SpecValue


class TravelFilm(SpecValue):
    """Push a film of this home to a box, with weights by their names, or pull one.

    `project` is the folder of the film here, empty where none is meant; `film` what one is called there;
    `folder` the name of its folder where it is new. By which words ssh starts is a person's setting: a queue
    may come from others.
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
