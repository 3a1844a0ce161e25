"""Store, find and draw skeletons of people. A skeleton consists of the joints of a person in a picture. It is
stored as a file of the film with a name.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput, Damaged, MilimoError, NotFound
from milimo_tui.core.time import parse_number
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.model_lookup import check_model_id
from milimo_tui.interchange.skeletons import skeleton_file
from milimo_tui.interchange.skeletons.bones import JOINTS, NUMBERS
from milimo_tui.interchange.skeletons.person_skeleton import Skeleton, parse_joint_name
from milimo_tui.media.picture import drawn_people
from milimo_tui.media.read.footage import Footage
from milimo_tui.studio.pictures.masks import MaskSource
from milimo_tui.studio.session.studio import Studio


def get_skeleton_folder(studio: Studio) -> Path:
    """Return the folder of the open film's skeletons."""
    return studio.require_project().paths.skeletons


def list_skeletons(studio: Studio) -> tuple[Skeleton, ...]:
    """Return all readable skeletons, by name."""
    found = []
    for path in sorted(get_skeleton_folder(studio).glob("*.json")):
        try:
            found.append(skeleton_file.load_skeleton(path))
        except MilimoError:
            # A damaged skeleton is skipped in the list. Its error is reported when the user opens it.
            continue
    return tuple(found)


def find_skeleton(studio: Studio, name: str) -> Skeleton:
    """Load the skeleton of that name, with the current path of its picture. Raises NotFound, Damaged."""
    path = _get_skeleton_path(studio, name)
    if not path.is_file():
        names = ", ".join(one.name for one in list_skeletons(studio)) or "none yet: milimo skeleton find"
        raise NotFound(f"there is no skeleton “{name}”", f"skeletons: {names}")
    found = skeleton_file.load_skeleton(path)
    # A path inside the film's folder is stored relative to it, because a film may be copied or moved.
    return replace(found, source=str(studio.require_project().paths.root / found.source))


def store_skeleton(studio: Studio, skeleton: Skeleton) -> Path:
    """Write a skeleton; return its path. Raises DiskFull, ReadOnly, and BadInput for an unusable name."""
    path, root = _get_skeleton_path(studio, skeleton.name), studio.require_project().paths.root
    source = Path(skeleton.source)
    if source.is_relative_to(root):
        skeleton = replace(skeleton, source=source.relative_to(root).as_posix())
    skeleton_file.save_skeleton(skeleton, path)
    return path


def _get_skeleton_path(studio: Studio, name: str) -> Path:
    return get_skeleton_folder(studio) / f"{check_model_id(name)}.json"


def make_skeleton(
    joints: Path, name: str, source: MaskSource, frame: int, person: int, model: str
) -> Skeleton:
    """Return a skeleton from the file of joints that a pose job wrote. `person` counts people from 1, the
    largest first.

    Raises Damaged, and BadInput if the picture shows fewer people.
    """
    try:
        value = parse_untrusted_json(joints.read_text())
        people = value["people"]
        sides = int(value["width"]), int(value["height"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{joints} has no joints", "milimo skeleton find makes it again") from error
    if not 1 <= person <= len(people):
        raise BadInput(
            f"{source.name} has no person {person}; people found: {len(people)}",
            f"choose one with --person 1 to {len(people)}",
        )
    seen = tuple((float(x), float(y), float(confidence)) for x, y, confidence in people[person - 1])
    return Skeleton(
        name=name,
        source=str(source.path),
        frame=frame,
        width=sides[0],
        height=sides[1],
        seen=seen,
        model=model,
    )


def keep_manual_changes(found: Skeleton, before: Skeleton | None) -> Skeleton:
    """Return the skeleton `found` with the joints that the user moved in the earlier skeleton `before`.

    The moves are taken over only if both skeletons are of the same picture and frame.
    """
    if before is None or (before.source, before.frame) != (found.source, found.frame):
        return found
    return replace(found, moves=before.moves)


def move_joint_by_text(skeleton: Skeleton, joint: str, words: str) -> Skeleton:
    """Return the skeleton with one joint moved. `words` is a position `X,Y` in pixels, or an offset such as
    `+3,-2`.

    Raises BadInput.
    """
    x, comma, y = (part.strip() for part in words.partition(","))
    try:
        place = parse_number(x), parse_number(y)
    except ValueError:
        place = float("nan"), 0.0
    if not comma or not all(-1e5 < one < 1e5 for one in place):
        raise BadInput(
            f"“{words}” is not a position",
            "give X,Y in pixels of the picture, or +X,-Y relative to the present position",
        )
    if x.startswith(("+", "-")):
        now = skeleton.list_joints()[NUMBERS[parse_joint_name(joint)]]
        place = now[0] + place[0], now[1] + place[1]
    return skeleton.move_joint(joint, *place)


def convert_joints_to_array(skeleton: Skeleton) -> Any:
    """Return the joints in the form in which models return them: a float32 array of 17 rows (x, y,
    confidence).
    """
    return np.asarray(skeleton.list_joints(), dtype=np.float32)


def draw_skeleton(skeleton: Skeleton) -> Image.Image:
    """Return the picture with the skeleton drawn over it. Raises NotFound if the picture is missing."""
    with Footage(Path(skeleton.source)) as footage:
        picture = footage.frame(skeleton.frame if footage.is_clip else 0)
    return Image.fromarray(drawn_people.draw_skeletons_over(picture, [convert_joints_to_array(skeleton)]))


def describe_skeleton(skeleton: Skeleton) -> dict[str, Any]:
    """Return a skeleton as a row of data for commands."""
    hand = {move.joint for move in skeleton.moves}
    rows = zip(JOINTS, skeleton.list_joints(), strict=True)
    return {
        "name": skeleton.name,
        "source": skeleton.source,
        "frame": skeleton.frame,
        "width": skeleton.width,
        "height": skeleton.height,
        "model": skeleton.model,
        "changes": len(skeleton.moves),
        "unsure": [name for name, _ in skeleton.list_unsure_joints()],
        "joints": [
            {"joint": name, "x": x, "y": y, "sure": confidence, "by_hand": name in hand}
            for name, (x, y, confidence) in rows
        ],
    }
