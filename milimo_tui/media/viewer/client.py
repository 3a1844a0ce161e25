"""The studio's end of the viewer process: asks for pictures and sound, never waits on a decoder itself.

Imports neither av nor Pillow nor numpy. Requests travel as JSON lines, answers as a JSON line and raw bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core import errors
from milimo_tui.core.errors import Failed, MilimoError, Unavailable
from milimo_tui.media.files import helper_process

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan

PLANS_KEPT = 4
_CLOSING_SECONDS = 2.0
_LAST_KEPT = 2  # a plan, and one that it is compared with
_DEATHS, _WITHIN_SECONDS = 5, 30.0  # a viewer that dies more often is not started again for a while
_ERRORS = {
    cls.kind: cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, MilimoError)
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked for: of a picture RGB bytes, row by row, of width × height pixels.

    Where a way was asked for, `way` is its kind and the others say what came: see `ways.handed`.
    Of sound `levels`, for each 1/25 s peak left and right in dBFS and momentary loudness in LUFS.
    """

    data: bytes
    width: int = 0
    height: int = 0
    way: str = ""
    format: str = ""
    columns: int = 0
    rows: int = 0
    parts: tuple[Part, ...] = ()
    place: str = ""
    size: int = 0
    levels: tuple[tuple[float, float, float], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)  # of a picture that was looked at closely


@dataclass(frozen=True, slots=True)
class Part:
    """A band of a picture that is an image of its own: its rows of cells from the top, and its bytes."""

    row: int
    rows: int
    bytes: int


class ViewerClient:
    """One viewer process, started at `start` or by the first request, and until `close` again when it died.

    Within a slot the newest request wins: an older one that still waits is answered None. `slot` is the
    request's kind unless told. For one event loop.
    """

    def __init__(self, log: Path | None = None) -> None:
        """`log` is where the process writes what its libraries complain of; nowhere by default."""
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False
        self._waiting: dict[int, asyncio.Future[tuple[dict[str, Any], bytes]]] = {}
        self._next = 0
        self._plans: OrderedDict[str, str] = OrderedDict()
        self._known: set[str] = set()
        self._last: OrderedDict[int, tuple[Plan, str]] = OrderedDict()  # plans used last, by `id`
        self._deaths: list[float] = []
        self.within_seconds = _WITHIN_SECONDS

    async def start(self) -> None:
        """Start the process if it does not run. Raises Unavailable when it can't be."""
        async with self._starting:
            if self._process is not None:
                return
            if self._is_closed:
                raise Unavailable("the viewer was closed, and shows no more pictures")
            now = time.monotonic()
            self._deaths = [at for at in self._deaths if now - at < self.within_seconds]
            if len(self._deaths) >= _DEATHS:
                raise Unavailable("the viewer keeps ending, so there are no pictures for a while")
            try:
                with (self._log or Path(os.devnull)).open("ab") as log:
                    self._process = await asyncio.create_subprocess_exec(
                        *helper_process.command("milimo_tui.media.viewer.process", str(os.getpid())),
                        stdin=asyncio.subprocess.PIPE,
                        stdout=asyncio.subprocess.PIPE,
                        stderr=log,
                        env=helper_process.environment(),
                        start_new_session=True,  # keys of the terminal are not for it
                    )
            except OSError as error:
                raise Unavailable(f"the viewer can't be started: {error.strerror}") from error
            self._known = set()
            self._listener = asyncio.create_task(self._listen(self._process))

    def use(self, plan: Plan) -> str:
        """Make a plan known; returns the key to ask for its frames and sound by."""
        known = self._last.get(id(plan))  # a plan never changes, and playback asks for each frame
        key = known[1] if known is not None else plan.signature()
        self._last[id(plan)] = (plan, key)
        self._last.move_to_end(id(plan))
        while len(self._last) > _LAST_KEPT:
            self._last.popitem(last=False)
        if key not in self._plans:
            self._plans[key] = plan.model_dump_json()
        self._plans.move_to_end(key)
        return key

    async def request(self, kind: str, *, slot: str = "", **fields: Any) -> Answer | None:
        """Ask for a picture or for bytes; None when a newer request of the slot came first.

        `frame`: plan (a key from `use`), frame, and optionally proxies: the cache folder whose proxies are
        shown in place of large clips; ahead: how many frames on the next one will be asked for, which is made
        before it is; viewing (`Viewing.as_fields`), and beside, the plan and frame compared with; or frames,
        2 or 4 of them or None, for one picture of all. `file`: path, seconds ("n/d" or a number, 0), rate of
        the image sequence that it begins; viewing, and beside, a path and seconds. Both: width and height in
        pixels, or `way`, a map that says how the terminal wants it (`ways`; it has the size); letterbox
        (exactly that size, with bars), bars [r, g, b]. `sound`: plan, start and samples, levels (whether to
        measure them); interleaved float32 stereo of the film's mix. `peaks`: path, and optionally cache, a
        folder; int16 pairs (lowest, highest) per 1/100 s. Raises the file's error.
        """
        await self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        lines = []
        for key in _plans_of(fields) - self._known:
            text = self._plans.get(key)
            if text is None:
                raise Failed("that plan is not known to the viewer any more")
            lines.append(json.dumps({"kind": "plan", "key": key, "plan": text}))
            self._known.add(key)
            while len(self._plans) > PLANS_KEPT:
                old, _ = self._plans.popitem(last=False)
                self._known.discard(old)
                lines.append(json.dumps({"kind": "forget", "key": old}))
        self._next += 1
        number = self._next
        lines.append(json.dumps({**fields, "kind": kind, "id": number, "slot": slot or kind}))
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            process.stdin.write("".join(f"{line}\n" for line in lines).encode())
            with contextlib.suppress(ConnectionError):  # it has died: the listener tells every waiting one
                await process.stdin.drain()
            header, data = await future
        finally:
            self._waiting.pop(number, None)
        if "error" in header:
            message = header["error"]
            raise _ERRORS.get(message["kind"], Failed)(message["message"], message["hint"])
        if header.get("dropped"):
            return None
        levels = tuple((left, right, loud) for left, right, loud in header.get("levels", ()))
        return Answer(
            data,
            header.get("width", 0),
            header.get("height", 0),
            header.get("way", ""),
            header.get("format", ""),
            header.get("columns", 0),
            header.get("rows", 0),
            tuple(Part(*part) for part in header.get("parts", ())),
            header.get("place", ""),
            header.get("size", 0),
            levels,
            header.get("facts", {}),
        )

    async def close(self) -> None:
        """End the process: it leaves when its input closes. What is asked from now on is Unavailable."""
        async with self._starting:
            self._is_closed = True
            process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _CLOSING_SECONDS)
        except TimeoutError:
            _kill(process)
            await process.wait()
        if self._listener is not None:
            await self._listener

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Hand answers to who waits for them, until the process ends."""
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                header = json.loads(line)
                data = await process.stdout.readexactly(header.get("bytes", 0))
                future = self._waiting.get(header["id"])
                if future is not None and not future.done():
                    future.set_result((header, data))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            _kill(process)  # cut off in the middle of an answer
            with contextlib.suppress(OSError):
                while await process.stdout.read(65536):  # it counts as ended once all that it wrote was read
                    pass
        await process.wait()
        if self._process is process:
            self._process = None
            self._deaths.append(time.monotonic())
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(Unavailable("the viewer ended while it was asked for a picture"))


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a process, which may have ended meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()


def _plans_of(fields: Mapping[str, Any]) -> set[str]:
    """The keys of the plans that a request is about."""
    beside = fields.get("beside") or {}
    return {key for key in (fields.get("plan"), beside.get("plan")) if isinstance(key, str)}
