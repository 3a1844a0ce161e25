"""What makes the map that a control follows: depth, edges, poses, or the way that points go."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Input, SpecValue

MapKind = Literal["depth", "canny", "pose", "motion"]
MAP_KINDS: tuple[MapKind, ...] = ("depth", "canny", "pose", "motion")
MapRole = Literal["depth", "pose", "persons", "likeness"]
# The weights that each kind of map needs; `persons` finds people for those that see joints.
NEEDS: dict[str, tuple[MapRole, ...]] = {"depth": ("depth",), "pose": ("pose", "persons")}
JOINTS = 17  # of a person, in COCO's order


class CameraKey(SpecValue):
    """Where the camera is at a frame: how much of the picture's width and height it has gone to the right
    and down, and how much larger things are (1: as at rest).
    """

    frame: int = Field(ge=0)
    right: float = Field(default=0.0, ge=-10.0, le=10.0)
    down: float = Field(default=0.0, ge=-10.0, le=10.0)
    zoom: float = Field(default=1.0, gt=0.0, le=100.0)


class MakeControl(SpecValue):
    """The map of a clip from its frame `start` on, at most `frames` of it; of a picture, which is held, as
    many `frames` at `rate`.

    `low` and `high` are the thresholds of edges (`canny`). A `motion` map shows `paths`, each its points in
    pixels of the input, gone through over the whole of it, those of a camera that goes through the keys of
    `camera`, and the way that the middle of a moving `mask` goes; without any, points of the clip are
    followed. `people` of a pose map are those to be drawn, COCO's 17 joints each (x, y in pixels of the
    input, how sure); without any, who is seen. `model` is the id of the weights; empty: the best
    here. `shot` is the id of the one that follows the map as soon as it is there.
    """

    kind: Literal["make_control"] = "make_control"
    engine: str = "controls"
    control: MapKind
    input: Input
    start: int = Field(default=0, ge=0)
    frames: int | None = Field(default=None, ge=1, le=10_000)
    rate: Ratio | None = None
    low: int = Field(default=100, ge=0, le=2040)
    high: int = Field(default=200, ge=0, le=2040)
    paths: tuple[tuple[tuple[float, float], ...], ...] = ()
    camera: tuple[CameraKey, ...] = ()
    mask: Input | None = None
    people: tuple[tuple[tuple[float, float, float], ...], ...] = ()
    model: str = ""
    shot: str = ""

    @property
    def says_ways(self) -> bool:
        """Whether it says which ways a motion map shows, so that nothing need move in the input."""
        return bool(self.paths or self.camera or self.mask)


class FindSkeleton(SpecValue):
    """The joints of everybody in a picture, or in the picture at a `frame` of a clip."""

    kind: Literal["find_skeleton"] = "find_skeleton"
    engine: str = "controls"
    input: Input
    frame: int = Field(default=0, ge=0)
    model: str = ""


class ElementPicture(SpecValue):
    """A picture of an element, to compare a take with; of a `is_place` the frame as a whole is looked at."""

    element: str
    name: str
    image: Input
    is_place: bool = False


class CompareTake(SpecValue):
    """How like a frame of a take is to the pictures of who and what is in it. `take_job` is the job that made
    the take.
    """

    kind: Literal["compare_take"] = "compare_take"
    engine: str = "controls"
    take_job: str
    input: Input
    frame: int = Field(default=0, ge=0)
    pictures: tuple[ElementPicture, ...]
    model: str = ""
