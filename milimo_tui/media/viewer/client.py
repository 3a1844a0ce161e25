"""The studio's client of the viewer process: requests pictures and sound, and decodes nothing itself.

The module imports neither av nor Pillow nor numpy. A request is a line of JSON; an answer is a line of JSON
and raw bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core import errors
from milimo_tui.core.errors import Failed, MilimoError, Unavailable
from milimo_tui.media.files import helper_process

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan

PLANS_KEPT = 4
_CLOSING_SECONDS = 2.0
_LAST_KEPT = 2  # Two plans are remembered: the current plan and the plan that it is compared with.
# If the viewer crashes this often within these seconds, it is not restarted until the time has passed.
_DEATHS, _WITHIN_SECONDS = 5, 30.0
_ERRORS = {
    cls.kind: cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, MilimoError)
}


@dataclass(frozen=True, slots=True)
class ViewerAnswer:
    """The answer of the viewer to a request.

    - For a picture, `data` are its RGB bytes, row by row, `width` × `height` pixels.
    - For a picture in a display mode of the terminal, `way` is the mode, and the other fields describe the
      data (see `display_modes.encode_for_terminal`).
    - For sound, `levels` has for each 1/25 s the left and right peak in dBFS and the momentary loudness in
      LUFS.
    """

    data: bytes
    width: int = 0
    height: int = 0
    way: str = ""
    format: str = ""
    columns: int = 0
    rows: int = 0
    parts: tuple[ImageBand, ...] = ()
    place: str = ""
    size: int = 0
    levels: tuple[tuple[float, float, float], ...] = ()
    # Numbers for a picture that is shown with scopes, a comparison or a mask, such as its levels.
    # `scopes.viewed.draw_view` lists them.
    facts: Mapping[str, Any] = field(default_factory=dict)
    # For sound with meters of the mixer's strips: for each strip, by name, the values of a `StripLevel` for
    # each 1/25 s.
    strips: Mapping[str, Sequence[Sequence[float]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImageBand:
    """A strip of a sixel picture, which is sent as a separate image: its first row of cells, its height in
    rows of cells, and its size in bytes.
    """

    row: int
    rows: int
    bytes: int


class ViewerClient:
    """The client of one viewer process. `start` or the first request starts the process, and restarts it
    after a crash, until `close`.

    Each request belongs to a slot, such as an area of the screen; by default the slot is named after the kind
    of request. A new request in a slot replaces an older request that still waits, and the older request then
    returns None. Use a client in one event loop only.
    """

    def __init__(self, log: Path | None = None) -> None:
        """Create the client. `log` is the file for messages of the process's libraries; by default they are
        discarded.
        """
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False
        self._waiting: dict[int, asyncio.Future[tuple[dict[str, Any], bytes]]] = {}
        self._next = 0
        self._plans: OrderedDict[str, str] = OrderedDict()
        self._known: set[str] = set()
        # The plans that were registered last, each with its key. They are looked up by Python's `id()` of the
        # plan.
        self._last: OrderedDict[int, tuple[RenderPlan, str]] = OrderedDict()
        self._deaths: list[float] = []
        self.within_seconds = _WITHIN_SECONDS

    async def start(self) -> None:
        """Start the viewer process if it is not running. Raises Unavailable if that fails or if the viewer
        crashed too often.
        """
        async with self._starting:
            if self._process is not None:
                return
            if self._is_closed:
                raise Unavailable("the viewer was closed and shows no more pictures")
            now = time.monotonic()
            self._deaths = [at for at in self._deaths if now - at < self.within_seconds]
            if len(self._deaths) >= _DEATHS:
                raise Unavailable("the viewer keeps stopping, so pictures are off for some time")
            try:
                with (self._log or Path(os.devnull)).open("ab") as log:
                    self._process = await asyncio.create_subprocess_exec(
                        *helper_process.make_module_command(
                            "milimo_tui.media.viewer.process", str(os.getpid())
                        ),
                        stdin=asyncio.subprocess.PIPE,
                        stdout=asyncio.subprocess.PIPE,
                        stderr=log,
                        env=helper_process.make_helper_environment(),
                        # In a session of its own the process does not receive keys such as Ctrl+C.
                        start_new_session=True,
                    )
            except OSError as error:
                raise Unavailable(f"the viewer can't be started: {error.strerror}") from error
            self._known = set()
            self._listener = asyncio.create_task(self._listen_for_answers(self._process))

    def register_plan(self, plan: RenderPlan) -> str:
        """Prepare a plan for the viewer and return its key, which requests for the plan's frames and sound
        must contain.
        """
        # Plans are immutable, so the signature is not computed again when playback calls this for each frame.
        known = self._last.get(id(plan))
        key = known[1] if known is not None else plan.compute_signature()
        self._last[id(plan)] = (plan, key)
        self._last.move_to_end(id(plan))
        while len(self._last) > _LAST_KEPT:
            self._last.popitem(last=False)
        if key not in self._plans:
            self._plans[key] = plan.model_dump_json(exclude_defaults=True)
        self._plans.move_to_end(key)
        return key

    async def request(self, kind: str, *, slot: str = "", **fields: Any) -> ViewerAnswer | None:
        """Request a picture or sound. Returns None if a newer request in the slot replaced this request.
        Raises the error of the file.

        The fields depend on the kind of request:

        - `frame`, a frame of a cut: `plan` (a key from `register_plan`) and `frame`. Optional: `proxies`, the
          cache folder whose proxies replace large clips; `ahead`, the distance in frames to the next request,
          so that frames are prepared in advance; `viewing`, the scopes and other settings of the view
          (`Viewing.as_fields`); `beside`, the plan and frame to compare with; `frames`, a list of 2 to 4
          frames or None, for one picture of all of them.
        - `file`, a picture of a file: `path`, `seconds` ("n/d" or a number, by default 0), and `rate` if the
          path is the first picture of an image sequence. Optional: `viewing` as above; `beside`, the path and
          seconds of a file to compare with; `crop`, the part that the film shows; `mask`, a mask overlay.
        - Both kinds of picture: `width` and `height` in pixels, or `way`, a map that describes the terminal's
          display mode and the size (see `display_modes`). Optional: `letterbox` for exactly that size, with
          bars of the colour `bars`, [r, g, b].
        - `sound`: `plan`, `start` and `samples` (the first sample and the number of samples), `levels` (True
          to measure levels of the mix), `strips` (True to measure levels of the mixer's strips), and
          optionally the folder `cache`. The answer is the mix of the film as interleaved float32 stereo.
        - `peaks`, the waveform of a file: `path`, and optionally the sound stream `stream`, its channels
          `channels`, and the folder `cache`. The answer is int16 pairs (lowest, highest) for each 1/100 s.
        """
        await self.start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        lines = []
        for key in _find_plan_keys(fields) - self._known:
            text = self._plans.get(key)
            if text is None:
                raise Failed("the viewer no longer has this cut loaded")
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
            # If the process has died, the listener fails all waiting requests.
            with contextlib.suppress(ConnectionError):
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
        return ViewerAnswer(
            data,
            header.get("width", 0),
            header.get("height", 0),
            header.get("way", ""),
            header.get("format", ""),
            header.get("columns", 0),
            header.get("rows", 0),
            tuple(ImageBand(*part) for part in header.get("parts", ())),
            header.get("place", ""),
            header.get("size", 0),
            levels,
            header.get("facts", {}),
            header.get("strips", {}),
        )

    async def close(self) -> None:
        """Stop the process by closing its input, and kill it if it does not exit soon. Later requests raise
        Unavailable.
        """
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
            _kill_viewer_process(process)
            await process.wait()
        if self._listener is not None:
            await self._listener

    async def _listen_for_answers(self, process: asyncio.subprocess.Process) -> None:
        """Pass each answer of the process to its waiting request, until the process ends."""
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                header = json.loads(line)
                data = await process.stdout.readexactly(header.get("bytes", 0))
                future = self._waiting.get(header["id"])
                if future is not None and not future.done():
                    future.set_result((header, data))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            _kill_viewer_process(process)  # The answer was truncated, so the stream cannot be used any more.
            with contextlib.suppress(OSError):
                # Discard the rest, because asyncio reports the end of the process only after its output was
                # read.
                while await process.stdout.read(65536):
                    pass
        await process.wait()
        if self._process is process:
            self._process = None
            self._deaths.append(time.monotonic())
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(Unavailable("the viewer stopped before it answered"))


def _kill_viewer_process(process: asyncio.subprocess.Process) -> None:
    """Kill the viewer process. Do nothing if it has already ended."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()


def _find_plan_keys(fields: Mapping[str, Any]) -> set[str]:
    """Return the keys of the plans that a request refers to."""
    beside = fields.get("beside") or {}
    return {key for key in (fields.get("plan"), beside.get("plan")) if isinstance(key, str)}
