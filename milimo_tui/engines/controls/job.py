"""The job of a control map: read the pictures, draw the map, write it as a take's file, and describe it.

Imports torch only if a model is needed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import provenance
from milimo_tui.engines.contract.still_files import path_of
from milimo_tui.engines.controls import paths, trails
from milimo_tui.engines.controls.following import Follower
from milimo_tui.engines.controls.loading import loaded, within_memory
from milimo_tui.engines.controls.views import View, view_of
from milimo_tui.engines.controls.weights import model_store, needed
from milimo_tui.engines.runtime.model_stack import importing
from milimo_tui.engines.specs.control_specs import MakeControl
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.picture import drawn_people
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.edges import canny
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.probe import probe

if TYPE_CHECKING:
    from milimo_tui.engines.controls.paths import Way

LOOKING, DRAWING = "looking", "drawing"
GLIMPSE = 320  # pixels of the longer side of a preview


class Drawing:
    """A map in progress. `facts` is complete when the last frame has been drawn."""

    def __init__(self, spec: MakeControl, view: View, context: Context) -> None:
        self._spec, self._view, self._context = spec, view, context
        self.weights: tuple[Found, ...] = ()
        if not spec.people:
            self.weights = needed(model_store(), spec.control, spec.model)
        self.facts: dict[str, Any] = {}
        self.notes: tuple[str, ...] = ()

    def maps(self) -> Iterator[Rgb]:
        """Yield every frame of the map. Raises BadInput at the end if there was nothing to draw."""
        match self._spec.control:
            case "canny":
                yield from self._held(self._edges())
            case "depth":
                yield from self._held(self._depths())
            case "pose":
                yield from self._held(self._people())
            case "motion":
                yield from self._trails()

    def _held(self, maps: Iterator[Rgb]) -> Iterator[Rgb]:
        """Yield the maps; the only map of a picture is repeated for every frame."""
        for drawn in maps:
            yield drawn
            for _ in range(self._view.count - self._view.looks):
                yield drawn

    def _pictures(self) -> Iterator[Rgb]:
        return (self._view.picture(number) for number in range(self._view.looks))

    def _edges(self) -> Iterator[Rgb]:
        return (canny(picture, self._spec.low, self._spec.high) for picture in self._pictures())

    def _depths(self) -> Iterator[Rgb]:
        with importing():
            from milimo_tui.engines.controls import depth

        model = loaded(self.weights[0], depth.load, self._context)
        kept = depth.Depths(self._context.workspace)
        try:
            with within_memory():
                for number in depth.kept(model, self._pictures(), kept):
                    self._tell(LOOKING, number, self._view.looks)
            yield from kept.drawn(self._view.width, self._view.height)
        finally:
            kept.close()

    def _people(self) -> Iterator[Rgb]:
        if self._spec.people:
            yield from self._given_people()
            return
        with importing():
            from milimo_tui.engines.controls import people

        pose = loaded(self.weights[0], people.load_pose, self._context)
        finder = loaded(self.weights[1], people.load_finder, self._context)
        most, without = 0, 0
        for picture in self._pictures():
            with within_memory():
                joints = pose.joints(picture, finder.boxes(picture))
            most, without = max(most, len(joints)), without + (not joints)
            yield drawn_people.drawn(joints, self._view.width, self._view.height)
        if not most:
            name = self._view.footage.path.name
            raise BadInput(
                f"nobody is seen in {name}: a pose map of it would be black",
                f"milimo control make {name} --kind depth, or canny",
            )
        self.facts["people"] = most
        if without:
            self.notes = (f"nobody is seen in {plural(without, 'frame')}, which are black",)

    def _given_people(self) -> Iterator[Rgb]:
        """Yield the people of a skeleton, drawn the same in every frame."""
        people = [np.asarray(one, dtype=np.float32) for one in self._spec.people]
        for joints in people:
            joints[:, :2] *= self._view.scale
        self.facts["people"] = len(people)
        drawn = drawn_people.drawn(people, self._view.width, self._view.height)
        for _ in range(self._view.looks):
            yield drawn

    def _trails(self) -> Iterator[Rgb]:
        ways = self._ways()
        self.facts["ways"] = len(ways)
        for frame in range(self._view.count):
            yield trails.drawn(ways, frame, self._view.width, self._view.height)

    def _ways(self) -> list[Way]:
        """Return the paths drawn by the user, those of the camera and those of a mask; without any, those of
        tracked points.

        Raises BadInput if no point can be tracked.
        """
        spec, view = self._spec, self._view
        scaled = [[(x * view.scale, y * view.scale) for x, y in path] for path in spec.paths]
        ways = [paths.drawn(path, view.count) for path in scaled]
        if spec.camera:
            ways += paths.of_camera(spec.camera, view.count, view.width, view.height)
        if spec.mask is not None:
            ways.append(self._of_mask(spec.mask))
        if ways:
            return ways
        follower = Follower(view.picture(0))
        for number in range(1, view.looks):
            follower.see(view.picture(number))
            self._tell(LOOKING, number + 1, view.looks)
        followed = [way for way in follower.ways() if len(way) > 1]
        if not followed:
            name = view.footage.path.name
            raise BadInput(
                f"no point of {name} can be followed: nothing in it has an edge that stays",
                f"draw the ways: milimo control make {name} --kind motion --way “100,200 300,200”",
            )
        return followed

    def _of_mask(self, mask: Input) -> Way:
        """Return the path of a mask of the clip. Raises BadInput if the mask is empty in these frames."""
        view = self._view
        with Footage(path_of(mask)) as footage:
            last = min(view.first + view.count, footage.frames)
            way = paths.of_mask(footage.frame(number)[..., 0] for number in range(view.first, last))
            if not np.isfinite(way).any():
                raise BadInput(
                    f"the mask {footage.path.name} has nothing in these frames", "milimo picture mask list"
                )
            scale = np.array([view.width / footage.width, view.height / footage.height])
            return np.asarray(way * scale, np.float64)

    def _tell(self, stage: str, done: int, total: int) -> None:
        self._context.progress(stage, done, total, frames=(done, total))


def make(spec: MakeControl, context: Context) -> Result:
    """Make a clip of the map with the clip's size (at most 1920 pixels wide), rate and frames. Raises as
    `Controls.run`.
    """
    looks = {"depth": 9.0, "motion": 0.0 if spec.says_ways else 1.0}.get(spec.control, 0.0)
    context.plan({**({LOOKING: looks} if looks else {}), DRAWING: 1.0})
    with Footage(path_of(spec.input)) as footage:
        if not footage.is_clip and spec.control == "motion" and not spec.says_ways:
            raise BadInput(
                f"{footage.path.name} is a picture: nothing moves in it",
                "draw the ways: --way “100,200 300,200”, or a camera's: --camera “dolly in”",
            )
        view = view_of(spec, footage)
        drawing = Drawing(spec, view, context)
        model = next(iter(drawing.weights), None)
        also = {one.id: one.digest for one in drawing.weights[1:]}
        texts = provenance(spec, model=model, also=also)
        path = context.workspace / "map.mov"
        with TakeWriter(
            path, width=view.width, height=view.height, rate=view.rate, frames=view.count, metadata=texts
        ) as writer:
            for number, drawn in enumerate(drawing.maps(), 1):
                writer.picture(drawn)
                context.preview(partial(_glimpse, drawn))
                context.progress(DRAWING, number, view.count, frames=(number, view.count))
    tiny = any(one.tiny for one in drawing.weights)
    output = Output.of_file("map", path, {**probe(path).as_json(), "control": spec.control})
    return Result(outputs=(output,), notes=drawing.notes, facts={**drawing.facts, "tiny": tiny})


def _glimpse(drawn: Rgb) -> bytes:
    """Return a small JPEG of a map."""
    image = Image.fromarray(drawn)
    image.thumbnail((GLIMPSE, GLIMPSE))
    data = io.BytesIO()
    image.save(data, "JPEG")
    return data.getvalue()
