"""Draw portraits and small boards of a person, a place, a prop or a shot as cached JPEG files.

The command is `python -m milimo_tui.engines.animatic.picture.portrait`. Each line of its input is a JSON
object with `facts` (of a shot), `seed`, `width`, `height` and `to` (the file's path). Each answer is `{}`, or
an object with an error.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from milimo_tui.engines.animatic.picture.reel import board
from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.specs.spec_values import ShotFacts
from milimo_tui.media.files import answering, cache

_QUALITY = 88


def save_portrait(facts: ShotFacts, width: int, height: int, to: Path, seed: int = 0) -> None:
    """Draw a shot's board, marked as previs, and save it as the file `to`. Raises DiskFull or ReadOnly."""
    if to.exists():
        return
    data = io.BytesIO()
    board(stage_shot(facts, width / height, seed), width, height).save(data, "JPEG", quality=_QUALITY)
    cache.write_cached_file(to, data.getvalue())


def _answer_order(order: dict[str, Any]) -> dict[str, Any]:
    facts = ShotFacts.model_validate(order["facts"])
    size = int(order["width"]), int(order["height"])
    save_portrait(facts, *size, Path(order["to"]), int(order.get("seed", 0)))
    return {}


if __name__ == "__main__":
    answering.serve_json_requests(_answer_order)
