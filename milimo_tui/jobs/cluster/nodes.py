"""Describe the nodes of a cluster, as the cluster driver reports them, and the slots that they offer.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.engines.runtime.memory import GIVEN
from milimo_tui.jobs.machine.lanes import GPU, Slot

VERSION, NAME, CARD, MEMORY, SHARE = "milimo", "name", "card", "memory-mb", "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A machine of the cluster.

    `gpus` is the number of its cards, which are all of one kind. `share` is the number of workers on each
    card, and `memory_mb` the memory of one card.
    """

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
    note: str = ""  # A remark for the user about a node that works, such as that its clock is wrong.


def build_nodes(rows: Sequence[Mapping[str, Any]], before: Mapping[str, Node]) -> dict[str, Node]:
    """Return the nodes by id. `rows` are the driver's reports, `before` are the nodes known so far, whose
    notes are preserved.

    A dead node is included if no living node has its name. If several dead nodes have the same name, only the
    last is included.
    """
    found = [_build_node(row, before) for row in rows]
    alive = {node.name for node in found if node.alive}
    last = {node.name: node for node in found if not node.alive and node.name not in alive}
    return {node.id: node for node in found if node.alive or last.get(node.name) is node}


def _build_node(row: Mapping[str, Any], before: Mapping[str, Node]) -> Node:
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


def list_node_slots(node: Node) -> tuple[Slot, ...]:
    """Return the slots of a node, that is, the places for one worker each: `share` slots for each card, and
    one slot for each CPU worker.
    """
    workers = node.gpus * node.share
    return (
        *(
            Slot(f"{node.name}.gpu{n}", GPU, {GIVEN: node.card or "GPU"}, node.id, 1 / node.share)
            for n in range(workers)
        ),
        *(Slot(f"{node.name}.cpu{n if node.cpus > 1 else ''}", "cpu", {}, node.id) for n in range(node.cpus)),
    )
