"""Find rows of `model_catalog` by id, and suggest weights to download if weights are missing.

Pure functions: nothing is downloaded and no disk is read.
"""

from __future__ import annotations

import re

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.rows.model_row import ModelRow

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_ORDER = {entry.id: place for place, entry in enumerate(MODELS)}


def find_model_row(id: str) -> ModelRow | None:
    """Return the row with an id. None for weights outside the registry, such as tiny weights or the user's
    own.
    """
    return MODELS[_ORDER[id]] if id in _ORDER else None


def row(id: str) -> ModelRow:
    """Return the row with an id. Raises NotFound, whose message lists the known ids."""
    entry = find_model_row(id)
    if entry is None:
        raise make_unknown_model_error(id)
    return entry


def make_unknown_model_error(id: str) -> NotFound:
    """Return the error for an id that is not in the registry."""
    near = [entry.id for entry in MODELS if id and (id in entry.id or entry.id in id)]
    known = near or [entry.id for entry in MODELS if entry.role == "model"]
    return NotFound(f"there are no weights “{id}”", f"known: {', '.join(known)}; milimo model list lists all")


def find_row_by_hub(hub: str) -> ModelRow | None:
    """Return the first row whose repository on the hub is `hub`. None if there is no such row."""
    return next((entry for entry in MODELS if entry.hub.lower() == hub.lower()), None)


def get_registry_position(id: str) -> int:
    """Return the position of an id in the registry, for sorting. An unknown id gets the last position."""
    return _ORDER.get(id, len(MODELS))


def suggest_model(family: str, role: str = "model", generation: str = "") -> ModelRow | None:
    """Return the row of the weights to suggest for download: the first row of the family with the given role,
    such as `model` or `lora`. With `generation`, the row must also have that generation (version of the
    family).

    None if there is no such row.
    """
    return next(
        (
            entry
            for entry in MODELS
            if (entry.family, entry.role) == (family, role)
            and (not generation or entry.generation in ("", generation))
        ),
        None,
    )


def check_model_id(id: str) -> str:
    """Return the id if it can be the name of a folder. Raises BadInput otherwise."""
    if not _ID.fullmatch(id) or ".." in id:
        raise BadInput(
            f"“{id}” can't be the id of weights", "use only letters, digits, dots, dashes and underscores"
        )
    return id
