"""The machines of a cluster as clients see them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

UP, SLOW, GONE, REFUSED = "up", "slow", "gone", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A machine by its name. `state` is one of the words above; `reason` why it is not `up`, or what of it
    can't be used. `slots` is room for workers, `busy` how many of them work, `loaded` engines in memory;
    `memory_mb` that of one card.
    """

    name: str
    state: str
    host: str = ""
    version: str = ""
    card: str = ""
    gpus: int = 0
    memory_mb: int = 0
    slots: int = 0
    busy: int = 0
    loaded: Sequence[str] = ()
    reason: str = ""

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a machine from what the supervisor sends; keys of another version are left aside."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value[name] for name in known & value.keys()})

    def as_json(self) -> dict[str, Any]:
        """Return the machine as the supervisor sends it."""
        return asdict(self)
