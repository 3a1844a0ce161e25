"""Name the finished pictures of a job, and recover the pictures that an earlier attempt finished."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from milimo_tui.engines.contract.engine import Context, Output

SEEDS = 2**32
_STAGE = "pictures"


def name_picture_role(index: int) -> str:
    """Return the output role of picture number `index`, counted from 0: `picture`, `picture-2`, … The first
    role has no number, so that other jobs can always refer to a picture as `picture`.
    """
    return "picture" if index == 0 else f"picture-{index + 1}"


def crop_centre(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Return the centre of a picture that was made slightly larger than requested."""
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def load_finished_pictures(context: Context, signature: str) -> list[Output]:
    """Return the pictures that an earlier attempt of the job has finished. `signature` is a hash of the
    request; pictures with another signature are ignored. Return an empty list if there are none.
    """
    checkpoint = context.checkpoints.newest(_STAGE, signature)
    if checkpoint is None:
        return []
    found = [Output.model_validate(one) for one in json.loads(checkpoint.path.read_text())]
    return found if all(Path(one.path).is_file() for one in found) else []


def save_finished_pictures(context: Context, signature: str, done: Sequence[Output]) -> None:
    """Save the list of finished pictures for the next attempt."""
    context.checkpoints.save(_STAGE, signature, len(done), partial(_write_picture_list, done))


def _write_picture_list(done: Sequence[Output], path: Path) -> None:
    path.write_text(json.dumps([one.model_dump(mode="json") for one in done]))
