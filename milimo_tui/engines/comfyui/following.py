"""Wait for a submitted workflow, by the server's messages or, without a connection for messages, by
polling.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from milimo_tui.core.errors import Cancelled, Failed, MilimoError
from milimo_tui.engines.comfyui.messages import ServerMessage, describe_node_error, parse_server_message
from milimo_tui.engines.comfyui.server import ComfyUIServer, WorkStatus
from milimo_tui.engines.comfyui.workflow import Workflow
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.remote.event_socket import ConnectionLost, EventSocket
from milimo_tui.engines.remote.remote_service import ErrorResponse

STAGE = "making"
TICK_SECONDS = 0.05
ASK_SECONDS = 2.0  # seconds between two polls of the server while no message arrives
FINE = 100  # number of progress units of each node
GONE = 3  # The work counts as lost if the server does not know it in this number of polls in a row.
SIDE = 320  # longer side of a preview in pixels
MOST_PIXELS = 1 << 24


@dataclass(slots=True)
class _NodeProgress:
    """The progress of a workflow on the server, collected from the server's messages. `shares` maps the id of
    each node to its progress, from 0 to 1.
    """

    workflow: Workflow
    shares: dict[str, float] = field(default_factory=dict)
    node: str = ""

    def apply_message(self, one: ServerMessage) -> None:
        if one.kind == "cached":
            self.shares |= dict.fromkeys(one.nodes, 1.0)
        elif one.kind == "running":
            if self.node and self.node != one.node:
                self.shares[self.node] = 1.0
            self.node = one.node
        elif one.kind == "step":
            self.shares |= {id: max(share, self.shares.get(id, 0.0)) for id, share in one.shares.items()}
            moving = [id for id, share in one.shares.items() if share < 1.0]
            self.node = moving[-1] if moving else self.node
        elif one.kind == "made":
            self.shares[one.node] = 1.0

    @property
    def total(self) -> int:
        """The total number of progress units of the workflow. Each node counts for the same number of
        units.
        """
        return FINE * len(self.workflow.nodes)

    @property
    def done(self) -> int:
        """The number of finished progress units. It is always less than the total, because the result is
        still to be fetched.
        """
        known = (self.shares.get(id, 0.0) for id in self.workflow.nodes)
        return min(self.total - 1, round(FINE * sum(known)))

    @property
    def note(self) -> str:
        """The title of the running node."""
        return self.workflow.title(self.node) if self.node else ""


class WorkflowRun:
    """A run of a job's workflow on a server, from the submission to the result.

    This context manager connects before the workflow is queued, so that no message is lost.
    """

    def __init__(self, server: ComfyUIServer, workflow: Workflow, client: str, context: Context) -> None:
        self._server, self._client, self._context = server, client, context
        self._course = _NodeProgress(workflow)
        self._workflow = workflow
        self._line: EventSocket | None = None
        self._told_of_loss = False
        self._told_at = 0.0
        self._waiting = ""

    def __enter__(self) -> WorkflowRun:
        self._connect_socket()
        return self

    def __exit__(self, *_: object) -> None:
        self._close_socket()

    def wait_for_result(self, prompt: str) -> Mapping[str, Any]:
        """Wait until the submitted work ends and return its entry in the server's history. `prompt` is the id
        of the work.

        Raises Failed with the name of the node that failed, or if the work was lost. Raises Cancelled after
        withdrawing the work.
        """
        try:
            return self._poll_until_end(prompt)
        except Cancelled:
            self._server.withdraw_work(prompt)
            raise

    def check_cancelled(self) -> None:
        """Report the progress of the job. If the job was cancelled, this raises Cancelled."""
        self._context.progress(
            STAGE, self._course.done, self._course.total, self._waiting or self._course.note
        )

    def _poll_until_end(self, prompt: str) -> Mapping[str, Any]:
        asked_at = self._told_at = time.monotonic()
        unknown = 0
        while True:
            one = self._receive_message(prompt)
            now = time.monotonic()
            if one is not None:
                if one.kind not in ("queue", "preview"):
                    self._told_at = now
                    self._waiting = ""
                self._handle_message(one)
            self.check_cancelled()
            is_over = one is not None and one.kind in ("done", "wrong", "stopped")
            if not is_over and now - asked_at < ASK_SECONDS:
                continue
            asked_at = now
            standing = self._server.fetch_work_status(prompt, self.check_cancelled)
            if standing.state == "ended" and standing.entry is not None:
                return self._check_history_entry(standing.entry)
            if one is not None and one.kind in ("wrong", "stopped"):
                raise self._make_node_error(one.kind, one.node, one.words)
            unknown = unknown + 1 if standing.state == "gone" else 0
            if unknown >= GONE:
                raise Failed(
                    f"{self._server.service.where} no longer has the job",
                    "it was restarted, or its queue was cleared; milimo job retry repeats the job",
                )
            self._note_queue_position(standing)
            if self._line is None:
                self._connect_socket()

    def _receive_message(self, prompt: str) -> ServerMessage | None:
        """Return the next message about the work with the id `prompt`. None if no message arrives for a short
        time.
        """
        if self._line is None:
            time.sleep(TICK_SECONDS)
            return None
        try:
            message = self._line.receive_event(TICK_SECONDS)
        except ConnectionLost as error:
            self._note_lost_connection(error.message)
            return None
        if message is None:
            return None
        try:
            return parse_server_message(message, prompt)
        except ValueError:
            raise Failed(f"{self._server.service.where} sent an answer that is not JSON") from None

    def _handle_message(self, one: ServerMessage) -> None:
        self._course.apply_message(one)
        if one.kind == "preview":
            picture = one.picture
            self._context.preview(lambda: make_small_jpeg(picture))

    def _note_queue_position(self, standing: WorkStatus) -> None:
        if standing.state == "waiting":
            count = standing.before
            self._waiting = f"{count} before it in ComfyUI's queue" if count else "next in ComfyUI's queue"
        elif standing.state == "running":
            # A node may take an hour without sending a message, so there is no time limit while the server
            # reports the work as running.
            minutes = int((time.monotonic() - self._told_at) // 60)
            node = self._course.note or "a node"
            self._waiting = f"{node}, at it for {minutes} min" if minutes else ""

    def _check_history_entry(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a history entry if its work succeeded. Raises Failed otherwise."""
        status = entry.get("status")
        status = status if isinstance(status, dict) else {}
        for row in status.get("messages") or ():
            if not isinstance(row, list) or len(row) != 2 or not isinstance(row[1], dict):
                continue
            if row[0] == "execution_error":
                raise self._make_node_error(
                    "wrong", str(row[1].get("node_id") or ""), describe_node_error(row[1])
                )
            if row[0] == "execution_interrupted":
                raise self._make_node_error("stopped", str(row[1].get("node_id") or ""), "")
        if status.get("status_str") == "error":
            raise Failed("ComfyUI failed without naming the node", "the log of the server shows more")
        return entry

    def _make_node_error(self, kind: str, node: str, words: str) -> MilimoError:
        where = self._workflow.format_node(node) if node else "the workflow"
        if kind == "stopped":
            return Failed(
                f"the job was stopped on the server{f', at {where}' if node else ''}",
                "milimo job retry starts it again",
            )
        return Failed(
            f"{'the node ' if node else ''}{where} failed: {words or 'without a reason'}",
            "milimo workflow show NAME lists the inputs of the nodes",
        )

    def _connect_socket(self) -> None:
        try:
            self._line = self._server.open_socket(self._client)
        except ErrorResponse as response:
            if response.status in (401, 403):
                raise self._server.make_http_error(response) from None
            self._note_lost_connection(response.message)
        except Failed as error:
            self._note_lost_connection(error.message)

    def _note_lost_connection(self, why: str) -> None:
        self._close_socket()
        if not self._told_of_loss:
            self._told_of_loss = True
            self._context.log(f"{why}: its progress is asked for instead")

    def _close_socket(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.__exit__(None, None, None)


def make_small_jpeg(picture: bytes) -> bytes:
    """Return a server's preview as a small JPEG. Empty if the data is not a picture or the picture is far too
    large.
    """
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MOST_PIXELS:
                return b""
            shown = image.convert("RGB")
    except (OSError, ValueError):
        return b""
    shown.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=80)
    return out.getvalue()
