"""Render a film in a process of its own, so that `render.py` can measure it. Arguments: PLAN DELIVERY OUTPUT
[CACHE].
"""

from __future__ import annotations

import sys
from pathlib import Path

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.media.render.film import render


def main(plan: str, delivery: str, output: str, cache: str = "") -> None:
    """Render the plan to the file `output` and print the result."""
    done = render(
        RenderPlan.model_validate_json(Path(plan).read_bytes()),
        Path(output),
        Delivery.model_validate_json(Path(delivery).read_bytes()),
        lambda stage, frames, total: None,
        cache=Path(cache) if cache else None,
    )
    print(done)


if __name__ == "__main__" and len(sys.argv) > 1:
    main(*sys.argv[1:])
