"""The nodes of a cluster as its bridge tells of them, and the slots that they are room for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.engines.runtime.memory import GIVEN
from milimo_tui.jobs.machine.lanes import GPU, Slot

VERSION, NAME, CARD, MEMORY, SHARE = "milimo", "name", "card", "memory-mb", "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A machine of the cluster. `gpus` cards of one kind, `share` workers on each; `memory_mb` of a card."""

    id: str
    name: str
    host: str = ""
    version: str = ""
    alive: bool = True
    slow: bool = False
    cpus: int = 0
    gpus: int = 0
    share: int = 1
    card: str = ""
    memory_mb: int = 0
    note: str = ""  # what is odd about it, though it works


def nodes_of(rows: Sequence[Mapping[str, Any]], before: Mapping[str, Node]) -> dict[str, Node]:
    """The nodes by id. Of those that are gone one of a name stays, while none of that name is there."""
    found = [_node(row, before) for row in rows]
    alive = {node.name for node in found if node.alive}
    last = {node.name: node for node in found if not node.alive and node.name not in alive}
    return {node.id: node for node in found if node.alive or last.get(node.name) is node}


def _node(row: Mapping[str, Any], before: Mapping[str, Node]) -> Node:
    labels = row["labels"]
    return Node(
        id=row["id"],
        name=labels.get(NAME, row["id"][:8]),
        host=row["host"],
        version=labels.get(VERSION, ""),
        alive=row["alive"],
        slow=row.get("slow", False),
        cpus=row["cpus"],
        gpus=row["gpus"],
        share=max(1, int(labels.get(SHARE, "1"))),
        card=labels.get(CARD, "").replace("_", " "),
        memory_mb=int(labels.get(MEMORY, "0")),
        note=before[row["id"]].note if row["id"] in before else "",
    )


def slots_of(node: Node) -> tuple[Slot, ...]:
    """Room for a worker on each share of each card, and one for each CPU that it gives."""
    workers = node.gpus * node.share
    return (
        *(
            Slot(f"{node.name}.gpu{n}", GPU, {GIVEN: node.card or "GPU"}, node.id, 1 / node.share)
            for n in range(workers)
        ),
        *(Slot(f"{node.name}.cpu{n if node.cpus > 1 else ''}", "cpu", {}, node.id) for n in range(node.cpus)),
    )
