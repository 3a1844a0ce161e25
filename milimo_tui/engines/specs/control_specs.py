"""Define the specs that make a control map (depth, edges, poses or the motion of points), find skeletons, and
compare takes with pictures.
"""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from milimo_tui.cut.values.streams import Ratio
from milimo_tui.engines.specs.spec_values import Input, SpecValue

# Thresholds of the edge detector, as values of |gx| + |gy|, where gx and gy are the brightness gradients of
# the picture. LTX-2's trainer and LTX-Desktop use the same thresholds.
CANNY_LOW, CANNY_HIGH = 100, 200
MapKind = Literal["depth", "canny", "pose", "motion"]
MAP_KINDS: tuple[MapKind, ...] = get_args(MapKind)
MapRole = Literal["depth", "pose", "persons", "likeness"]
# The roles of the models that a kind of map needs. A pose map needs two models: `persons` detects people, and
# `pose` finds the joints of each person.
NEEDS: dict[str, tuple[MapRole, ...]] = {"depth": ("depth",), "pose": ("pose", "persons")}
JOINTS = 17  # Number of joints of a person, in COCO's order.


class CameraKey(SpecValue):
    """The camera position at one frame, for a motion map.

    `right` and `down` shift the camera by a share of the picture's width and height. `zoom` enlarges the
    scene; 1 leaves it unchanged.
    """

    frame: int = Field(ge=0)
    right: float = Field(default=0.0, ge=-10.0, le=10.0)
    down: float = Field(default=0.0, ge=-10.0, le=10.0)
    zoom: float = Field(default=1.0, gt=0.0, le=100.0)


class MakeControl(SpecValue):
    """Make a control map of a clip, from its frame `start` on and at most `frames` long. If the input is a
    picture, it is held for `frames` frames at the frame rate `rate`.

    - `low` and `high` are the thresholds of an edge map (`canny`).
    - A motion map shows `paths`, each a list of points in pixels of the input, traversed over the full
      length. It can also show the motion of a camera that passes through the keys of `camera`, and the path
      of the centre of a moving `mask`. Without any of these, points of the clip are tracked.
    - `people` are the people to draw in a pose map, each with COCO's 17 joints (x, y in pixels of the input,
      confidence). If empty, people are detected.
    - `model` is the id of the weights; empty: the best that are installed.
    - `shot` is the id of a shot. When the map is made, it becomes a control of that shot.
    """

    kind: Literal["make_control"] = "make_control"
    engine: str = "controls"
    control: MapKind
    input: Input
    start: int = Field(default=0, ge=0)
    frames: int | None = Field(default=None, ge=1, le=10_000)
    rate: Ratio | None = None
    low: int = Field(default=CANNY_LOW, ge=0, le=2040)
    high: int = Field(default=CANNY_HIGH, ge=0, le=2040)
    paths: tuple[tuple[tuple[float, float], ...], ...] = ()
    camera: tuple[CameraKey, ...] = ()
    mask: Input | None = None
    people: tuple[tuple[tuple[float, float, float], ...], ...] = ()
    model: str = ""
    shot: str = ""

    @property
    def has_explicit_motion(self) -> bool:
        """True if the spec itself gives the motion (paths, camera or mask), so that no motion has to be found
        in the input.
        """
        return bool(self.paths or self.camera or self.mask)


class FindSkeleton(SpecValue):
    """Find the joints of all people in a picture, or in frame `frame` of a clip."""

    kind: Literal["find_skeleton"] = "find_skeleton"
    engine: str = "controls"
    input: Input
    frame: int = Field(default=0, ge=0)
    model: str = ""


class ElementPicture(SpecValue):
    """A picture of an element, such as a character or a place, with which a frame of a take is compared. For
    a place (`is_place`), only the complete frame is compared. For other elements, parts of the frame are
    compared too, and the most similar part counts.
    """

    element: str
    name: str
    image: Input
    is_place: bool = False


class CompareTake(SpecValue):
    """Measure how similar a frame of a take is to pictures of the shot's people, places and things.
    `take_job` is the id of the job that made the take.
    """

    kind: Literal["compare_take"] = "compare_take"
    engine: str = "controls"
    take_job: str
    input: Input
    frame: int = Field(default=0, ge=0)
    pictures: tuple[ElementPicture, ...]
    model: str = ""
