"""The job that makes a control map: it reads the pictures, draws the map, writes it as a take's file, and
describes the file.

The module imports torch only if a map needs a model.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import build_provenance_texts
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.controls import paths, trails
from milimo_tui.engines.controls.following import PointTracker
from milimo_tui.engines.controls.loading import convert_memory_errors, load_control_model
from milimo_tui.engines.controls.views import MapView, make_map_view
from milimo_tui.engines.controls.weights import list_needed_weights
from milimo_tui.engines.runtime.model_stack import pause_garbage_collection
from milimo_tui.engines.specs.control_specs import MakeControl
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.picture import drawn_people
from milimo_tui.media.picture.colour import Rgb
from milimo_tui.media.picture.edges import detect_canny_edges
from milimo_tui.media.read.footage import Footage
from milimo_tui.media.read.probe import probe

if TYPE_CHECKING:
    from milimo_tui.engines.controls.paths import Way

LOOKING, DRAWING = "looking", "drawing"
GLIMPSE = 320  # longer side of a preview in pixels


class MapDrawing:
    """A control map while it is drawn, used by `make_control_map`. `facts`, which describes the map for the
    job's result, is complete only after the last frame has been drawn.
    """

    def __init__(self, spec: MakeControl, view: MapView, context: Context) -> None:
        self._spec, self._view, self._context = spec, view, context
        self.weights: tuple[ResolvedWeights, ...] = ()
        if not spec.people:
            self.weights = list_needed_weights(open_worker_store(), spec.control, spec.model)
        self.facts: dict[str, Any] = {}
        self.notes: tuple[str, ...] = ()

    def iterate_maps(self) -> Iterator[Rgb]:
        """Yield every frame of the map. Raises BadInput at the end if there was nothing to draw."""
        match self._spec.control:
            case "canny":
                yield from self._repeat_still_map(self._draw_edges())
            case "depth":
                yield from self._repeat_still_map(self._draw_depths())
            case "pose":
                yield from self._repeat_still_map(self._draw_people())
            case "motion":
                yield from self._draw_trails()

    def _repeat_still_map(self, maps: Iterator[Rgb]) -> Iterator[Rgb]:
        """Yield the maps. If the source is a picture, repeat its only map for every frame."""
        for drawn in maps:
            yield drawn
            for _ in range(self._view.count - self._view.looks):
                yield drawn

    def _iterate_pictures(self) -> Iterator[Rgb]:
        return (self._view.picture(number) for number in range(self._view.looks))

    def _draw_edges(self) -> Iterator[Rgb]:
        return (
            detect_canny_edges(picture, self._spec.low, self._spec.high)
            for picture in self._iterate_pictures()
        )

    def _draw_depths(self) -> Iterator[Rgb]:
        with pause_garbage_collection():
            from milimo_tui.engines.controls import depth

        model = load_control_model(self.weights[0], depth.load, self._context)
        file = depth.DepthFile(self._context.workspace)
        try:
            with convert_memory_errors():
                for number in depth.store_depths(model, self._iterate_pictures(), file):
                    self._report_progress(LOOKING, number, self._view.looks)
            yield from file.iterate_depth_maps(self._view.width, self._view.height)
        finally:
            file.close()

    def _draw_people(self) -> Iterator[Rgb]:
        if self._spec.people:
            yield from self._draw_skeleton_people()
            return
        with pause_garbage_collection():
            from milimo_tui.engines.controls import people

        pose = load_control_model(self.weights[0], people.load_pose_model, self._context)
        finder = load_control_model(self.weights[1], people.load_person_finder, self._context)
        most, without = 0, 0
        for picture in self._iterate_pictures():
            with convert_memory_errors():
                joints = pose.find_pose_joints(picture, finder.find_boxes(picture))
            most, without = max(most, len(joints)), without + (not joints)
            yield drawn_people.draw_skeletons(joints, self._view.width, self._view.height)
        if not most:
            name = self._view.footage.path.name
            raise BadInput(
                f"no person is visible in {name}, so a pose map would be black",
                f"make another map: milimo control make {name} --kind depth, or --kind canny",
            )
        self.facts["people"] = most
        if without:
            self.notes = (f"no person is visible in {format_count(without, 'frame')}, which are black",)

    def _draw_skeleton_people(self) -> Iterator[Rgb]:
        """Yield the pose map of the people that the spec gives by their joints. Every frame is the same."""
        people = [np.asarray(one, dtype=np.float32) for one in self._spec.people]
        for joints in people:
            joints[:, :2] *= self._view.scale
        self.facts["people"] = len(people)
        drawn = drawn_people.draw_skeletons(people, self._view.width, self._view.height)
        for _ in range(self._view.looks):
            yield drawn

    def _draw_trails(self) -> Iterator[Rgb]:
        motion_paths = self._collect_paths()
        self.facts["ways"] = len(motion_paths)
        for frame in range(self._view.count):
            yield trails.draw_trails(motion_paths, frame, self._view.width, self._view.height)

    def _collect_paths(self) -> list[Way]:
        """Return the paths that the spec gives: drawn by the user, from camera moves, or from a mask. Without
        any of these, return the paths of tracked points.

        Raises BadInput if no point can be tracked.
        """
        spec, view = self._spec, self._view
        scaled = [[(x * view.scale, y * view.scale) for x, y in path] for path in spec.paths]
        given_paths = [paths.interpolate_path(path, view.count) for path in scaled]
        if spec.camera:
            given_paths += paths.trace_camera_paths(spec.camera, view.count, view.width, view.height)
        if spec.mask is not None:
            given_paths.append(self._find_mask_path(spec.mask))
        if given_paths:
            return given_paths
        follower = PointTracker(view.picture(0))
        for number in range(1, view.looks):
            follower.track_picture(view.picture(number))
            self._report_progress(LOOKING, number + 1, view.looks)
        followed = [path for path in follower.get_tracked_paths() if len(path) > 1]
        if not followed:
            name = view.footage.path.name
            raise BadInput(
                f"no point of {name} can be tracked: it has no stable edges",
                f"draw the paths: milimo control make {name} --kind motion --way “100,200 300,200”",
            )
        return followed

    def _find_mask_path(self, mask: Input) -> Way:
        """Return the path of a moving mask's centre. Raises BadInput if the mask is empty in these frames."""
        view = self._view
        with Footage(get_input_path(mask)) as footage:
            last = min(view.first + view.count, footage.frames)
            path = paths.trace_mask_path(footage.frame(number)[..., 0] for number in range(view.first, last))
            if not np.isfinite(path).any():
                raise BadInput(
                    f"the mask {footage.path.name} is empty in these frames",
                    "milimo picture mask list lists the masks",
                )
            scale = np.array([view.width / footage.width, view.height / footage.height])
            return np.asarray(path * scale, np.float64)

    def _report_progress(self, stage: str, done: int, total: int) -> None:
        self._context.progress(stage, done, total, frames=(done, total))


def make_control_map(spec: MakeControl, context: Context) -> Result:
    """Make a clip of the map with the rate and frame count of the source, at most 1920 pixels wide. Raises
    the same errors as `Controls.run`.
    """
    looks = {"depth": 9.0, "motion": 0.0 if spec.has_explicit_motion else 1.0}.get(spec.control, 0.0)
    context.plan({**({LOOKING: looks} if looks else {}), DRAWING: 1.0})
    with Footage(get_input_path(spec.input)) as footage:
        if not footage.is_clip and spec.control == "motion" and not spec.has_explicit_motion:
            raise BadInput(
                f"{footage.path.name} is a picture: nothing moves in it",
                "draw paths: --way “100,200 300,200”, or a camera move: --camera “dolly in”",
            )
        view = make_map_view(spec, footage)
        drawing = MapDrawing(spec, view, context)
        model = next(iter(drawing.weights), None)
        other_weights = {one.id: one.digest for one in drawing.weights[1:]}
        texts = build_provenance_texts(spec, model=model, other_weights=other_weights)
        path = context.workspace / "map.mov"
        with TakeWriter(
            path, width=view.width, height=view.height, rate=view.rate, frames=view.count, metadata=texts
        ) as writer:
            for number, drawn in enumerate(drawing.iterate_maps(), 1):
                writer.picture(drawn)
                context.preview(partial(_make_map_preview, drawn))
                context.progress(DRAWING, number, view.count, frames=(number, view.count))
    tiny = any(one.tiny for one in drawing.weights)
    output = Output.of_file("map", path, {**probe(path).as_json(), "control": spec.control})
    return Result(outputs=(output,), notes=drawing.notes, facts={**drawing.facts, "tiny": tiny})


def _make_map_preview(drawn: Rgb) -> bytes:
    """Return a small JPEG of a map."""
    image = Image.fromarray(drawn)
    image.thumbnail((GLIMPSE, GLIMPSE))
    data = io.BytesIO()
    image.save(data, "JPEG")
    return data.getvalue()
