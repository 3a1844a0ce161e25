"""Parse the websocket messages of a ComfyUI server about submitted work. Pure functions.

Text messages are JSON with `type` and `data`. Binary messages are pictures after a header of big-endian
numbers of four bytes each. Source: docs.comfy.org, “Messages”, and the server's own `server.py`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.untrusted_json import parse_untrusted_json

Kind = Literal["started", "cached", "running", "step", "made", "done", "wrong", "stopped", "queue", "preview"]
PREVIEW, PREVIEW_WITH_FACTS = 1, 4  # types of the binary messages that hold a picture
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")  # first bytes of a JPEG file and of a PNG file


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerMessage:
    """A message from the server about submitted work.

    `node` is a node id. `shares` holds the progress of nodes, from 0 to 1. `words` is an error text. `count`
    is the number of waiting items in the queue.
    """

    kind: Kind
    node: str = ""
    nodes: tuple[str, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    words: str = ""
    count: int = 0
    picture: bytes = b""


def parse_server_message(message: str | bytes, prompt: str) -> ServerMessage | None:
    """Return a message if it is about the work with the id `prompt`. None for other work and for unknown
    messages.

    Raises ValueError for data that is not a message of ComfyUI.
    """
    if isinstance(message, bytes):
        return _parse_preview(message)
    value = parse_untrusted_json(message)
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise ValueError("no message")
    data = value.get("data")
    data = data if isinstance(data, dict) else {}
    if value["type"] == "status":
        status = data.get("status")
        info = status.get("exec_info") if isinstance(status, dict) else None
        count = info.get("queue_remaining") if isinstance(info, dict) else None
        return ServerMessage(kind="queue", count=count) if isinstance(count, int) else None
    if data.get("prompt_id") != prompt:
        return None
    return _parse_work_message(value["type"], data)


def _parse_work_message(type: str, data: Mapping[str, Any]) -> ServerMessage | None:
    node = str(data.get("node") or data.get("node_id") or "")
    match type:
        case "execution_start":
            return ServerMessage(kind="started")
        case "execution_cached":
            nodes = data.get("nodes")
            return ServerMessage(
                kind="cached", nodes=tuple(map(str, nodes)) if isinstance(nodes, list) else ()
            )
        case "executing":
            return ServerMessage(kind="running", node=node) if node else ServerMessage(kind="done")
        case "progress":
            return ServerMessage(kind="step", shares={node: _compute_node_share(data)})
        case "progress_state":
            nodes = data.get("nodes")
            rows = nodes.items() if isinstance(nodes, dict) else ()
            return ServerMessage(
                kind="step",
                shares={str(id): _compute_node_share(row) for id, row in rows if isinstance(row, dict)},
            )
        case "executed":
            return ServerMessage(kind="made", node=node)
        case "execution_success":
            return ServerMessage(kind="done")
        case "execution_error":
            return ServerMessage(kind="wrong", node=node, words=describe_node_error(data))
        case "execution_interrupted":
            return ServerMessage(kind="stopped", node=node)
    return None


def describe_node_error(data: Mapping[str, Any]) -> str:
    """Return the error message of a node that failed, on one line."""
    kind, message = str(data.get("exception_type") or ""), str(data.get("exception_message") or "")
    return clean_one_line(f"{kind.rpartition('.')[2]}: {message}".strip(": "), 300)


def _compute_node_share(row: Mapping[str, Any]) -> float:
    if row.get("state") == "finished":
        return 1.0
    value, most = row.get("value"), row.get("max")
    if not isinstance(value, int | float) or not isinstance(most, int | float) or most <= 0:
        return 0.0
    return min(1.0, max(0.0, value / most))


def _parse_preview(message: bytes) -> ServerMessage | None:
    if len(message) < 8:
        return None
    kind, second = struct.unpack(">II", message[:8])
    if kind == PREVIEW:
        picture = message[8:]
    elif kind == PREVIEW_WITH_FACTS:
        picture = message[8 + second :]
    else:
        return None
    return ServerMessage(kind="preview", picture=picture) if picture.startswith(_PICTURES) else None
