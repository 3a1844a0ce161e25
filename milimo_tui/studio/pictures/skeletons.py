"""Skeletons of people of the film, each a file beside its media, found again by name and drawn over the
picture that it was seen in.
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
from milimo_tui.interchange.skeletons import skeleton_file
from milimo_tui.interchange.skeletons.bones import JOINTS, NUMBERS
from milimo_tui.interchange.skeletons.person_skeleton import Skeleton, named
from milimo_tui.media.picture import drawn_people
from milimo_tui.media.read.footage import Footage
from milimo_tui.studio.pictures.masks import Source
from milimo_tui.studio.session.studio import Studio


def folder(studio: Studio) -> Path:
    """Where those of the open film lie."""
    return studio.project().paths.skeletons


def every(studio: Studio) -> tuple[Skeleton, ...]:
    """Those that can be read, by name."""
    found = []
    for path in sorted(folder(studio).glob("*.json")):
        try:
            found.append(skeleton_file.load(path))
        except MilimoError:
            continue  # told where it is asked for
    return tuple(found)


def called(studio: Studio, name: str) -> Skeleton:
    """The skeleton of that name, its picture by where it lies now. Raises NotFound, Damaged."""
    path = _path(studio, name)
    if not path.is_file():
        there = ", ".join(one.name for one in every(studio)) or "none yet: milimo skeleton find"
        raise NotFound(f"there is no skeleton “{name}”", f"here: {there}")
    found = skeleton_file.load(path)
    # A film may be copied or moved: what lies in its folder is named from there.
    return replace(found, source=str(studio.project().paths.root / found.source))


def keep(studio: Studio, skeleton: Skeleton) -> Path:
    """Write it; returns where it lies. Raises DiskFull, ReadOnly, BadInput for a name that can be none."""
    path, root = _path(studio, skeleton.name), studio.project().paths.root
    source = Path(skeleton.source)
    if source.is_relative_to(root):
        skeleton = replace(skeleton, source=source.relative_to(root).as_posix())
    skeleton_file.save(skeleton, path)
    return path


def _path(studio: Studio, name: str) -> Path:
    return folder(studio) / f"{safe_id(name)}.json"


def of_joints(joints: Path, name: str, source: Source, frame: int, person: int, model: str) -> Skeleton:
    """A skeleton of the joints that a job has found: of the `person`-th largest in the picture, from 1.

    Raises BadInput where there are not so many, Damaged.
    """
    try:
        value = read_json(joints.read_text())
        people = value["people"]
        sides = int(value["width"]), int(value["height"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{joints} holds no joints", "milimo skeleton find makes it anew") from error
    if not 1 <= person <= len(people):
        raise BadInput(f"{source.name} shows {len(people)} people", f"--person 1 to {len(people)}")
    seen = tuple((float(x), float(y), float(sure)) for x, y, sure in people[person - 1])
    return Skeleton(
        name=name,
        source=str(source.path),
        frame=frame,
        width=sides[0],
        height=sides[1],
        seen=seen,
        model=model,
    )


def again(found: Skeleton, before: Skeleton | None) -> Skeleton:
    """A skeleton that is found anew, with what a hand changed in the one before it, of the same picture."""
    if before is None or (before.source, before.frame) != (found.source, found.frame):
        return found
    return replace(found, moves=before.moves)


def moved_by_words(skeleton: Skeleton, joint: str, words: str) -> Skeleton:
    """With a joint at `X,Y` in pixels, or by so many from where it is (`+3,-2`). Raises BadInput."""
    x, comma, y = (part.strip() for part in words.partition(","))
    try:
        place = float(x), float(y)
    except ValueError:
        place = float("nan"), 0.0
    if not comma or not all(-1e5 < one < 1e5 for one in place):
        raise BadInput(f"“{words}” is no place", "X,Y in pixels of the picture, or +X,-Y from where it is")
    if x.startswith(("+", "-")):
        now = skeleton.joints()[NUMBERS[named(joint)]]
        place = now[0] + place[0], now[1] + place[1]
    return skeleton.moved(joint, *place)


def as_array(skeleton: Skeleton) -> Any:
    """Its joints as models give them, float32 (17, 3)."""
    return np.asarray(skeleton.joints(), dtype=np.float32)


def shown(skeleton: Skeleton) -> Image.Image:
    """The picture with the skeleton over it. Raises NotFound where the picture is gone."""
    with Footage(Path(skeleton.source)) as footage:
        picture = footage.frame(skeleton.frame if footage.is_clip else 0)
    return Image.fromarray(drawn_people.over(picture, [as_array(skeleton)]))


def told(skeleton: Skeleton) -> dict[str, Any]:
    """What commands say of it."""
    hand = {move.joint for move in skeleton.moves}
    rows = zip(JOINTS, skeleton.joints(), strict=True)
    return {
        "name": skeleton.name,
        "source": skeleton.source,
        "frame": skeleton.frame,
        "width": skeleton.width,
        "height": skeleton.height,
        "model": skeleton.model,
        "changes": len(skeleton.moves),
        "unsure": [name for name, _ in skeleton.unsure()],
        "joints": [
            {"joint": name, "x": x, "y": y, "sure": sure, "by_hand": name in hand}
            for name, (x, y, sure) in rows
        ],
    }
