"""A piece of work on a server, followed to its end: by what it tells, and where the line is cut or there is
none, by asking.
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
from milimo_tui.engines.comfyui.messages import Told, error_words, told
from milimo_tui.engines.comfyui.server import Server, Standing
from milimo_tui.engines.comfyui.workflow import Workflow
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.remote.event_socket import EventSocket, Lost
from milimo_tui.engines.remote.remote_service import Turned

STAGE = "making"
TICK_SECONDS = 0.05
ASK_SECONDS = 2.0  # between two questions while nothing is told
FINE = 100  # parts of a node that progress tells
GONE = 3  # times that nobody knows the work before it is lost
SIDE = 320  # pixels of the longer side of a picture that is shown meanwhile
MOST_PIXELS = 1 << 24


@dataclass(slots=True)
class _Course:
    """How far the nodes of a workflow are."""

    workflow: Workflow
    shares: dict[str, float] = field(default_factory=dict)
    node: str = ""

    def hear(self, one: Told) -> None:
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
        return FINE * len(self.workflow.nodes)

    @property
    def done(self) -> int:
        known = (self.shares.get(id, 0.0) for id in self.workflow.nodes)
        return min(self.total - 1, round(FINE * sum(known)))

    @property
    def note(self) -> str:
        return self.workflow.title(self.node) if self.node else ""


class Following:
    """One job's work on a server. Use as a context manager: the line is open before anything is queued, so
    that nothing of what is told is missed.
    """

    def __init__(self, server: Server, workflow: Workflow, client: str, context: Context) -> None:
        self._server, self._client, self._context = server, client, context
        self._course = _Course(workflow)
        self._workflow = workflow
        self._line: EventSocket | None = None
        self._told_of_loss = False
        self._told_at = 0.0
        self._waiting = ""

    def __enter__(self) -> Following:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def follow(self, prompt: str) -> Mapping[str, Any]:
        """Follow that work to its end; returns what the server keeps of it. Raises Failed with the node that
        failed, or for work that is lost; Cancelled, once the server was told.
        """
        try:
            return self._followed(prompt)
        except Cancelled:
            self._server.withdraw(prompt)
            raise

    def tick(self) -> None:
        """The point where a cancel is heard."""
        self._context.progress(
            STAGE, self._course.done, self._course.total, self._waiting or self._course.note
        )

    def _followed(self, prompt: str) -> Mapping[str, Any]:
        asked_at = self._told_at = time.monotonic()
        unknown = 0
        while True:
            one = self._hear(prompt)
            now = time.monotonic()
            if one is not None:
                if one.kind not in ("queue", "preview"):
                    self._told_at = now
                    self._waiting = ""
                self._take(one)
            self.tick()
            is_over = one is not None and one.kind in ("done", "wrong", "stopped")
            if not is_over and now - asked_at < ASK_SECONDS:
                continue
            asked_at = now
            standing = self._server.standing(prompt, self.tick)
            if standing.state == "ended" and standing.entry is not None:
                return self._ended(standing.entry)
            if one is not None and one.kind in ("wrong", "stopped"):
                raise self._error(one.kind, one.node, one.words)
            unknown = unknown + 1 if standing.state == "gone" else 0
            if unknown >= GONE:
                raise Failed(
                    f"{self._server.service.where} no longer knows the work",
                    "it was restarted, or its queue was cleared: milimo job retry",
                )
            self._wait_in(standing)
            if self._line is None:
                self._open()

    def _hear(self, prompt: str) -> Told | None:
        """What is told next, or nothing for a moment."""
        if self._line is None:
            time.sleep(TICK_SECONDS)
            return None
        try:
            message = self._line.hear(TICK_SECONDS)
        except Lost as error:
            self._lose(error.message)
            return None
        if message is None:
            return None
        try:
            return told(message, prompt)
        except ValueError:
            raise Failed(f"{self._server.service.where} tells something else than JSON") from None

    def _take(self, one: Told) -> None:
        self._course.hear(one)
        if one.kind == "preview":
            picture = one.picture
            self._context.preview(lambda: small(picture))

    def _wait_in(self, standing: Standing) -> None:
        if standing.state == "waiting":
            count = standing.before
            self._waiting = f"{count} before it in ComfyUI's queue" if count else "next in ComfyUI's queue"
        elif standing.state == "running":
            # A node may take an hour and tell nothing: the server says that it is at work, so it is.
            minutes = int((time.monotonic() - self._told_at) // 60)
            node = self._course.note or "a node"
            self._waiting = f"{node}, at it for {minutes} min" if minutes else ""

    def _ended(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is kept of work that ended well. Raises Failed for any other."""
        status = entry.get("status")
        status = status if isinstance(status, dict) else {}
        for row in status.get("messages") or ():
            if not isinstance(row, list) or len(row) != 2 or not isinstance(row[1], dict):
                continue
            if row[0] == "execution_error":
                raise self._error("wrong", str(row[1].get("node_id") or ""), error_words(row[1]))
            if row[0] == "execution_interrupted":
                raise self._error("stopped", str(row[1].get("node_id") or ""), "")
        if status.get("status_str") == "error":
            raise Failed("ComfyUI failed at the workflow and does not say where", "its own log says more")
        return entry

    def _error(self, kind: str, node: str, words: str) -> MilimoError:
        where = self._workflow.called(node) if node else "the workflow"
        if kind == "stopped":
            return Failed(f"somebody stopped it on the server, at {where}", "milimo job retry")
        return Failed(f"the node {where} failed: {words or 'without a reason'}", "milimo workflow show NAME")

    def _open(self) -> None:
        try:
            self._line = self._server.listen(self._client)
        except Turned as turned:
            if turned.status in (401, 403):
                raise self._server.error_for(turned) from None
            self._lose(turned.message)
        except Failed as error:
            self._lose(error.message)

    def _lose(self, why: str) -> None:
        self._hang_up()
        if not self._told_of_loss:
            self._told_of_loss = True
            self._context.log(f"{why}: its progress is asked for instead")

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.__exit__(None, None, None)


def small(picture: bytes) -> bytes:
    """A picture that a server shows, as a small JPEG; empty where it is none, or far too large."""
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
