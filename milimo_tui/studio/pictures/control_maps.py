"""Maps that controls follow: what they are made of, which there are, what of a camera's way is typed.

Queues nothing itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.engines.specs.control_specs import CameraKey
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import Asset, Movement, Shot, Story
from milimo_tui.studio.pictures import masks
from milimo_tui.studio.pictures.masks import Source
from milimo_tui.studio.session.lookup import asset_called
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

KIND = "make_control"
PATH = "the points of one way in pixels: “100,200 300,200 320,80”"
CAMERA = "a movement (“dolly in”), or keys FRAME:right%,down%,zoom: “0:0,0,1 96:10,0,1.3”"
_KEY = re.compile(r"([0-9]{1,6}):(-?[0-9.]+),(-?[0-9.]+)(?:,([0-9.]+))?")
# How far a camera goes in a movement where only its word is given: shares of the picture, and a zoom.
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
class Seen:
    """What a map is made of: a file, from its frame `start` on, `frames` of it (None: to its end); of a
    picture for how long it is held, at `rate`.
    """

    source: Source
    start: int = 0
    frames: int | None = None
    rate: Fraction | None = None


def seen(studio: Studio, name: str, target: Shot | None, *, link: bool = False) -> Seen:
    """What is named: a file, an asset, a take or a shot (its picked take as far as the shot shows it, else
    its board). A picture is held for as long as `target` is, the shot that follows it, or the one it is of.

    Raises NotFound, and BadInput for what shows nothing.
    """
    source = masks.source(studio, name, lambda source: None, link=link)
    if studio.project_or_none() is None:
        return Seen(source)
    story = studio.snapshot().story
    shot = target or _shot_called(story, name)
    if not source.is_clip:
        return Seen(source, 0, shot.frames if shot else None, story.project.rate)
    take = next((one for one in story.takes if one.id == name), None)
    if take is None and (own := _shot_called(story, name)):
        take = Performances(story).shown(own)
    return Seen(source, take.head, take.length) if take else Seen(source)


def _shot_called(story: Story, name: str) -> Shot | None:
    """The shot that was meant, where no asset is called so."""
    if asset_called(story.assets, name) is not None:
        return None
    try:
        return shot_spec.find_shot(story, name)
    except NotFound:
        return None


def paths(texts: Sequence[str]) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Ways as a person writes them: points with blanks between. Raises BadInput naming what is none."""
    return tuple(tuple(_point(word, text) for word in text.split()) for text in texts if text.split())


def _point(word: str, text: str) -> tuple[float, float]:
    x, comma, y = word.partition(",")
    try:
        point = float(x), float(y)
    except ValueError:
        point = float("nan"), 0.0
    if not comma or not all(-1e5 < one < 1e5 for one in point):
        raise BadInput(f"“{text}” is no way of points: “{word}” is no point", PATH)
    return point


def camera(text: str, frames: int) -> tuple[CameraKey, ...]:
    """A camera's way over so many frames: the word of a movement, or keys. Raises BadInput."""
    words = text.strip()
    if not words:
        return ()
    if not words[0].isdigit():
        return _of_movement(words, frames)
    return tuple(_key(word) for word in words.split())


def _of_movement(words: str, frames: int) -> tuple[CameraKey, ...]:
    try:
        move = MOVES.get(Movement(words))
    except ValueError:
        move = None
    if move is None:
        raise BadInput(f"“{words}” is no way of a camera that points can show", CAMERA)
    right, down, zoom = move
    last = max(1, frames - 1)
    return (CameraKey(frame=0), CameraKey(frame=last, right=right, down=down, zoom=zoom))


def _key(word: str) -> CameraKey:
    found = _KEY.fullmatch(word)
    try:
        if found is None:
            raise ValueError(word)
        right, down = (float(share) / 100 for share in found.group(2, 3))
        return CameraKey(frame=int(found[1]), right=right, down=down, zoom=float(found[4] or 1))
    except ValueError:
        raise BadInput(f"“{word}” is no key of a camera", CAMERA) from None


def moving_mask(studio: Studio, name: str) -> str:
    """The file of a moving mask of the film. Raises NotFound, and BadInput for one that stands still."""
    path = masks.file_of(studio, masks.find(studio, name))
    if path.suffix == ".png":
        raise BadInput(f"the mask {name} stands still", "milimo picture track FILE --text “a car” makes one")
    return str(path)


def kinds(project: ProjectFile) -> dict[str, str]:
    """Which control each map of the film is for, by asset: told by how its file was made."""
    found: dict[str, str] = {}
    for row in project.facts.provenance():
        spec = json.loads(row.said).get("spec") or {}
        if spec.get("kind") == KIND and row.asset:
            found[row.asset] = str(spec.get("control", ""))
    return found


def rows(studio: Studio) -> list[dict[str, Any]]:
    """The maps of the film, oldest first, as lists show them: `followed` are the shots that follow each."""
    story = studio.snapshot().story
    assets: dict[str, Asset] = {asset.id: asset for asset in story.assets}
    found = []
    for id, control in kinds(studio.project()).items():
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
