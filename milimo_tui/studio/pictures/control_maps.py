"""Functions for control maps. A control map is a clip that shows only one property of a scene, such as depth
or edges, which a take then follows. The functions find the sources of maps, list the film's maps, and parse
camera moves and paths.

Nothing is queued here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.time import parse_number
from milimo_tui.engines.specs.control_specs import CameraKey
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, Shot, Story
from milimo_tui.story.values.shot_words import Movement
from milimo_tui.studio.media.provenance import parse_provenance_record
from milimo_tui.studio.pictures import masks
from milimo_tui.studio.pictures.masks import MaskSource
from milimo_tui.studio.session.lookup import find_asset_by_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

KIND = "make_control"
PATH_SYNTAX = "the points of one path in pixels: “100,200 300,200 320,80”"
CAMERA_SYNTAX = "a movement (“dolly in”), or keys FRAME:right%,down%,zoom: “0:0,0,1 96:10,0,1.3”"
_KEY = re.compile(r"([0-9]{1,6}):(-?[0-9.]+),(-?[0-9.]+)(?:,([0-9.]+))?")
# Size of a camera movement that the user gives only by name: how far the camera moves to the right and down,
# as shares of the picture's size, and its final zoom factor.
MOVES: dict[Movement, tuple[float, float, float]] = {
    Movement.DOLLY_IN: (0.0, 0.0, 1.4),
    Movement.DOLLY_OUT: (0.0, 0.0, 1 / 1.4),
    Movement.DOLLY_LEFT: (-0.3, 0.0, 1.0),
    Movement.DOLLY_RIGHT: (0.3, 0.0, 1.0),
    Movement.ZOOM_IN: (0.0, 0.0, 1.4),
    Movement.ZOOM_OUT: (0.0, 0.0, 1 / 1.4),
    Movement.PAN_LEFT: (-0.3, 0.0, 1.0),
    Movement.PAN_RIGHT: (0.3, 0.0, 1.0),
    Movement.TILT_UP: (0.0, -0.3, 1.0),
    Movement.TILT_DOWN: (0.0, 0.3, 1.0),
    Movement.CRANE_UP: (0.0, -0.3, 1.0),
    Movement.CRANE_DOWN: (0.0, 0.3, 1.0),
}


@dataclass(frozen=True, slots=True)
class MapSource:
    """The file from which a control map is made, and the frames that are used.

    `frames` frames are used from frame `start` on; None means to the end. If the file is a picture, it is
    held for `frames` frames at `rate`.
    """

    source: MaskSource
    start: int = 0
    frames: int | None = None
    rate: Fraction | None = None


def find_map_source(studio: Studio, name: str, target: Shot | None, *, link: bool = False) -> MapSource:
    """Return the source from which a control map is made. `name` is a file, an asset, a take, or a shot.

    For a shot, the source is the visible part of its picked take or, if it has no take, its board. A picture
    is held as a clip with the length of `target`, the shot that will follow the map. If `target` is None, the
    length is that of the shot that `name` means. Raises NotFound, and BadInput for a source without pictures.
    """
    source = masks.find_mask_source(studio, name, lambda source: None, link=link)
    if studio.project_or_none() is None:
        return MapSource(source)
    story = studio.take_snapshot().story
    shot = target or _find_shot_if_no_asset(story, name)
    if not source.is_clip:
        return MapSource(source, 0, shot.frames if shot else None, story.project.rate)
    take = next((one for one in story.takes if one.id == name), None)
    if take is None and (own := _find_shot_if_no_asset(story, name)):
        take = FilmPerformances(story).find_shown_take(own)
    return MapSource(source, take.head, take.length) if take else MapSource(source)


def _find_shot_if_no_asset(story: Story, name: str) -> Shot | None:
    """Return the shot called `name`, or None if there is no such shot or if an asset has this name."""
    if find_asset_by_name(story.assets, name) is not None:
        return None
    try:
        return shot_spec.find_shot(story, name)
    except NotFound:
        return None


def parse_paths(texts: Sequence[str]) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Parse paths along which points of the picture move. Each text is one path: points `X,Y` separated by
    spaces. Raises BadInput with the faulty text.
    """
    return tuple(
        tuple(_parse_path_point(word, text) for word in text.split()) for text in texts if text.split()
    )


def _parse_path_point(word: str, text: str) -> tuple[float, float]:
    x, comma, y = word.partition(",")
    try:
        point = parse_number(x), parse_number(y)
    except ValueError:
        point = float("nan"), 0.0
    if not comma or not all(-1e5 < one < 1e5 for one in point):
        raise BadInput(f"“{text}” is not a path of points: “{word}” is not a point", f"write {PATH_SYNTAX}")
    return point


def parse_camera_move(text: str, frames: int) -> tuple[CameraKey, ...]:
    """Parse a camera move over `frames` frames. The text is either the name of a movement, or a list of
    camera positions at certain frames, separated by spaces. Raises BadInput.
    """
    words = text.strip()
    if not words:
        return ()
    if not words[0].isdigit():
        return _make_movement_keys(words, frames)
    return tuple(_parse_camera_key(word) for word in words.split())


def _make_movement_keys(words: str, frames: int) -> tuple[CameraKey, ...]:
    try:
        move = MOVES.get(Movement(words))
    except ValueError:
        move = None
    if move is None:
        raise BadInput(f"“{words}” is not a camera move for a map of motion", f"write {CAMERA_SYNTAX}")
    right, down, zoom = move
    last = max(1, frames - 1)
    return (CameraKey(frame=0), CameraKey(frame=last, right=right, down=down, zoom=zoom))


def _parse_camera_key(word: str) -> CameraKey:
    found = _KEY.fullmatch(word)
    try:
        if found is None:
            raise ValueError(word)
        right, down = (float(share) / 100 for share in found.group(2, 3))
        return CameraKey(frame=int(found[1]), right=right, down=down, zoom=float(found[4] or 1))
    except ValueError:
        raise BadInput(f"“{word}” is not a key frame of a camera", f"write {CAMERA_SYNTAX}") from None


def require_moving_mask(studio: Studio, name: str) -> str:
    """Return the file of the film's moving mask of that name. Raises NotFound, and BadInput for a still
    mask.
    """
    path = masks.get_mask_path(studio, masks.find_mask(studio, name))
    if path.suffix == ".png":
        raise BadInput(
            f"the mask {name} does not move", "milimo picture track FILE --text “a car” makes a moving mask"
        )
    return str(path)


def read_map_controls(project: ProjectFile) -> dict[str, str]:
    """Return the kind of control (such as `depth`) of each map in the film, by asset id, from the provenance
    of its file.
    """
    found: dict[str, str] = {}
    for row in project.facts.list_provenance():
        spec = parse_provenance_record(row.said).get("spec") or {}
        if spec.get("kind") == KIND and row.asset:
            found[row.asset] = str(spec.get("control", ""))
    return found


def list_control_maps(studio: Studio) -> list[dict[str, Any]]:
    """Return the film's control maps as rows for lists, oldest first. In each row, `followed` has the numbers
    of the shots whose takes follow the map.
    """
    story = studio.take_snapshot().story
    assets: dict[str, Asset] = {asset.id: asset for asset in story.assets}
    found = []
    for id, control in read_map_controls(studio.require_project()).items():
        asset = assets.get(id)
        if asset is None or asset.binned:
            continue
        following = [
            story.numbers.get(shot.id, shot.id)
            for shot in story.live_shots()
            if any(one.asset == id and one.control for one in shot.conditioning)
        ]
        found.append(
            {
                "id": id,
                "name": asset.name,
                "control": control,
                "frames": asset.frames,
                "width": asset.width,
                "height": asset.height,
                "followed": following,
            }
        )
    return found
