"""Rigs of the film: skeletons of people, each a file beside the film's media, found again by name and drawn
over the picture that they were seen in.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput, Damaged, MilimoError, NotFound
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.catalog.model_lookup import safe_id
from milimo_tui.engines.controls import skeleton
from milimo_tui.interchange.rigs import rig_file
from milimo_tui.interchange.rigs.bones import JOINTS, NUMBERS
from milimo_tui.interchange.rigs.rig import Rig, named
from milimo_tui.media.read.footage import Footage
from milimo_tui.studio.pictures.masks import Source
from milimo_tui.studio.session.studio import Studio


def folder(studio: Studio) -> Path:
    """Where those of the open film lie."""
    return studio.project().paths.rigs


def every(studio: Studio) -> tuple[Rig, ...]:
    """Those that can be read, by name."""
    found = []
    for path in sorted(folder(studio).glob("*.json")):
        try:
            found.append(rig_file.load(path))
        except MilimoError:
            continue  # told where it is asked for
    return tuple(found)


def called(studio: Studio, name: str) -> Rig:
    """The rig of that name. Raises NotFound, Damaged."""
    path = _path(studio, name)
    if not path.is_file():
        there = ", ".join(one.name for one in every(studio)) or "none yet: milimo rig find"
        raise NotFound(f"there is no rig “{name}”", f"here: {there}")
    return rig_file.load(path)


def keep(studio: Studio, rig: Rig) -> Path:
    """Write it; returns where it lies. Raises DiskFull, ReadOnly, BadInput for a name that can be none."""
    path = _path(studio, rig.name)
    rig_file.save(rig, path)
    return path


def _path(studio: Studio, name: str) -> Path:
    return folder(studio) / f"{safe_id(name)}.json"


def of_joints(joints: Path, name: str, source: Source, frame: int, person: int, model: str) -> Rig:
    """A rig of the joints that a job has found: of the `person`-th largest in the picture, from 1. Raises
    BadInput where there are not so many, Damaged.
    """
    try:
        value = read_json(joints.read_text())
        people = value["people"]
        sides = int(value["width"]), int(value["height"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{joints} holds no joints", "milimo rig find makes it anew") from error
    if not 1 <= person <= len(people):
        raise BadInput(f"{source.name} shows {len(people)} people", f"--person 1 to {len(people)}")
    seen = tuple((float(x), float(y), float(sure)) for x, y, sure in people[person - 1])
    return Rig(
        name=name,
        source=str(source.path),
        frame=frame,
        width=sides[0],
        height=sides[1],
        seen=seen,
        model=model,
    )


def again(found: Rig, before: Rig | None) -> Rig:
    """A rig that is found anew, with what a hand has changed in the one before it, of the same picture."""
    if before is None or (before.source, before.frame) != (found.source, found.frame):
        return found
    return replace(found, moves=before.moves)


def moved_by_words(rig: Rig, joint: str, words: str) -> Rig:
    """With a joint at `X,Y` in pixels, or by so many from where it is (`+3,-2`). Raises BadInput."""
    x, comma, y = (part.strip() for part in words.partition(","))
    try:
        place = float(x), float(y)
    except ValueError:
        place = float("nan"), 0.0
    if not comma or not all(-1e5 < one < 1e5 for one in place):
        raise BadInput(f"“{words}” is no place", "X,Y in pixels of the picture, or +X,-Y from where it is")
    if x.startswith(("+", "-")):
        now = rig.joints()[NUMBERS[named(joint)]]
        place = now[0] + place[0], now[1] + place[1]
    return rig.moved(joint, *place)


def as_array(rig: Rig) -> Any:
    """Its joints as models give them, float32 (17, 3)."""
    return np.asarray(rig.joints(), dtype=np.float32)


def shown(rig: Rig) -> Image.Image:
    """The picture with the skeleton over it. Raises NotFound where the picture is gone."""
    with Footage(Path(rig.source)) as footage:
        picture = footage.frame(rig.frame if footage.is_clip else 0)
    return Image.fromarray(skeleton.over(picture, [as_array(rig)]))


def told(rig: Rig) -> dict[str, Any]:
    """What commands say of it."""
    hand = {move.joint for move in rig.moves}
    rows = zip(JOINTS, rig.joints(), strict=True)
    return {
        "name": rig.name,
        "source": rig.source,
        "frame": rig.frame,
        "width": rig.width,
        "height": rig.height,
        "model": rig.model,
        "changes": len(rig.moves),
        "unsure": [name for name, _ in rig.unsure()],
        "joints": [
            {"joint": name, "x": x, "y": y, "sure": sure, "by_hand": name in hand}
            for name, (x, y, sure) in rows
        ],
    }
