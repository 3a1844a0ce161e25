"""The choice of the weights that detect depth, people and joints. The module does not import torch, because
the studio process uses it.
"""

from __future__ import annotations

from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.specs.control_specs import NEEDS, MapRole

FAMILY = "controls"


def find_control_weights(store: ModelStore, role: MapRole, model: str = "") -> ResolvedWeights:
    """Return the weights for a role (depth, people or joints): the named weights, otherwise the best that are
    installed.

    Raises Unavailable with the command that installs weights, NotFound, Damaged.
    """
    here = [row for row in store.rows() if (row.family, row.role) == (FAMILY, role)]
    best = min(
        here, key=lambda row: (row.tiny, model_lookup.get_registry_position(row.id), row.id), default=None
    )
    return store.resolve(FAMILY, role, model or (best.id if best else ""))


def list_needed_weights(store: ModelStore, control: str, model: str = "") -> tuple[ResolvedWeights, ...]:
    """Return all weights that are needed to make a kind of map, such as `depth` or `pose`. `model` is the id
    of the first of these weights; if it is empty, the best that are installed are used. The best that are
    installed are also used for any further weights.

    Raises the same errors as `find_control_weights`.
    """
    return tuple(
        find_control_weights(store, role, "" if number else model)
        for number, role in enumerate(NEEDS.get(control, ()))
    )
