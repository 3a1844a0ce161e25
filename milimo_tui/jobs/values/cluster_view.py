"""Describe the machines of a cluster in the form in which the supervisor sends them to clients. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

UP, SLOW, GONE, REFUSED = "up", "slow", "gone", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A machine of a cluster, identified by its name.

    - `state` is `up`, `slow`, `gone` or `refused`. `reason` says why the machine is not `up`, or which part
      of it can't be used.
    - `slots` is the number of workers that the machine can run; `busy` is the number of them that are
      working.
    - `loaded` lists the engines in the workers' memory.
    - `memory_mb` is the memory of one card in MiB.
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
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Build a view of a machine from the JSON object that the supervisor sent. Unknown keys, which
        another version may send, are ignored.
        """
        known = {each.name for each in fields(cls)}
        return cls(**{name: value[name] for name in known & value.keys()})

    def as_json(self) -> dict[str, Any]:
        """Return the machine as the JSON object that the supervisor sends."""
        return asdict(self)
