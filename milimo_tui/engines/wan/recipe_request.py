"""What a take asks of a card: one count, by which the studio tells beforehand how it will be made and by
which the worker makes it. Reads headers; no torch.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.recipes.model_sizes import Weights
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import loras_gb, weigh
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.wan.kinds import FAMILY
from milimo_tui.engines.wan.plan import Plan
from milimo_tui.engines.wan.sizes import SIZES, work_of


def request(way: Plan, weights: Weights, loras: float = 0.0) -> Request:
    """The request of a take; `loras` are GB in 16 bits."""
    return Request(
        FAMILY,
        weights,
        work_of(way.kind),
        width=way.fitted.width,
        height=way.fitted.height,
        frames=way.length.made,
        steps=way.course.steps,
        passes=2 if way.course.guided else 1,
        encodes=way.begins is not None,
        loras_gb=loras,
    )


def installed(way: Plan, found: Found, loras: Iterable[Path]) -> Request:
    """The same by weights that are here, with those LoRA files. Raises Damaged."""
    return request(way, weigh(found, SIZES), loras_gb(loras))


def on_shelf(way: Plan, store: ModelStore, found: Found, spec: MakeVideo) -> Request:
    """`installed` with the LoRAs as the spec names them. Raises Damaged."""
    rows = {row.id: row for row in store.rows()}
    paths = {store.path(rows[one.id]) if one.id in rows else Path(one.id) for one in spec.loras}
    files = [file for path in paths for file in (path.glob("*.safetensors") if path.is_dir() else [path])]
    return installed(way, found, files)
