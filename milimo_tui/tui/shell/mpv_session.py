"""An mpv process, controlled over its socket; it reports its position and marks that the user sets in it.

mpv ends when the socket closes, so it never outlives the studio, however the studio ended.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from milimo_tui.core.errors import Failed
from milimo_tui.studio.machine.mpv_program import SILENT

ANSWER_SECONDS = 30.0
END_SECONDS = 3.0
ENDED_BY_CTRL_C = 4  # mpv's exit status after ctrl+c.
_ELSEWHERE = "{ui.copy_line} copies a line that plays it on your laptop"
SHOWN_MS = 2000  # How long mpv shows the result of a mark.
MARKS, WINDOW = "milimo-marks", "milimo-window"  # Names of input sections in mpv.
# These keys mean the same in mpv as on the timeline; each reports the second that is seen.
MARK_KEYS = {"m": "marker", "i": "in", "o": "out"}
# In the permanent window, keys that would quit mpv only stop playback.
WINDOW_KEYS = {"q": "stop", "Q": "stop", "CLOSE_WIN": "stop"}


@dataclass(frozen=True, slots=True)
class PlayerListener:
    """Callbacks for a player: `on_time` takes the position in seconds.

    `on_mark` takes a mark (`marker`, `in`, `out`) and its second, and returns the words that the player shows
    for it.
    """

    on_time: Callable[[float], None] | None = None
    on_mark: Callable[[str, float], Awaitable[str]] | None = None


NO_LISTENER = PlayerListener()


@dataclass(slots=True)
class _PlayingEntry:
    """The file or edit list that mpv plays, with its listener."""

    target: str
    listener: PlayerListener
    ended: asyncio.Future[None]
    entry: int = 0  # Its id in mpv's playlist.


@dataclass(slots=True)
class MpvSession:
    """An mpv process with its socket."""

    _process: asyncio.subprocess.Process | None = None
    _writer: asyncio.StreamWriter | None = None
    _listener: asyncio.Task[None] | None = None
    _playing: _PlayingEntry | None = None
    _count: int = 0
    _answers: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _marking: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def is_mpv_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self, program: str, options: Sequence[str], *, inherit: bool = False) -> None:
        """Start mpv idle; `inherit` gives it this terminal. Raises Failed if it cannot be started."""
        ours, its = socket.socketpair()
        quiet = None if inherit else asyncio.subprocess.DEVNULL
        words = (program, SILENT, *options, f"--input-ipc-client=fd://{its.fileno()}")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *words, stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=(its.fileno(),)
            )
        except OSError as error:
            ours.close()
            raise Failed(f"{program} can't be started: {error.strerror}", _ELSEWHERE) from None
        finally:
            its.close()
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._listener = asyncio.create_task(self._read_mpv_messages(reader))
        await self.send_mpv_command("observe_property", 1, "time-pos")
        keys = {key: f"script-message milimo {what} ${{=time-pos}}" for key, what in MARK_KEYS.items()}
        await self._define_mpv_keys(MARKS, keys)

    async def open_window(self, program: str) -> None:
        """Start the permanent mpv unless it is running; it has no window while nothing plays."""
        if self.is_mpv_running:
            return
        await self.end_mpv()
        await self.start(program, ("--idle=yes", "--no-terminal"))
        await self._define_mpv_keys(WINDOW, WINDOW_KEYS)
        await self.send_mpv_command("enable-section", WINDOW)

    async def play_target(
        self, target: str, *, start: float = 0.0, listener: PlayerListener = NO_LISTENER
    ) -> None:
        """Play a file or edit list from second `start` until it ends, is stopped or is replaced.

        If the target is playing already, mpv seeks to `start`. Raises Failed if mpv cannot play it or ended
        with an error.
        """
        before, ended = self._playing, asyncio.get_running_loop().create_future()
        self._playing = now = _PlayingEntry(target, listener, ended)
        if before is not None:
            _finish_entry(before)
        await self.send_mpv_command("enable-section" if listener.on_mark else "disable-section", MARKS)
        if before is not None and before.target == target:
            now.entry = before.entry
            await self.send_mpv_command("seek", start, "absolute+exact")
        else:
            await self.send_mpv_command("set_property", "start", f"{start:.6f}")
            # A file with sound only gets a window, too.
            await self.send_mpv_command("set_property", "force-window", "yes")
            loaded = await self.send_mpv_command("loadfile", target)
            if loaded.get("error", "success") != "success" or not self.is_mpv_running:
                raise _make_play_error()
            now.entry = int((loaded.get("data") or {}).get("playlist_entry_id", 0))
        await self.send_mpv_command("set_property", "pause", False)
        await ended

    async def send_mpv_command(self, *words: str | float | bool) -> dict[str, Any]:
        """Send mpv a command and return its answer; empty if mpv has ended meanwhile."""
        if self._writer is None:
            return {}
        self._count += 1
        number, answer = self._count, asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        self._writer.write(json.dumps({"command": words, "request_id": number}).encode() + b"\n")
        try:
            await self._writer.drain()
            found: dict[str, Any] = await asyncio.wait_for(answer, ANSWER_SECONDS)
        except (OSError, TimeoutError):
            return {}
        finally:
            self._answers.pop(number, None)
        return found

    async def wait(self) -> int:
        """Wait until mpv has ended, and return its exit status."""
        return await self._process.wait() if self._process is not None else 0

    async def end_mpv(self) -> None:
        """End mpv; it is killed if it does not end by itself."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._process is not None and self._process.returncode is None:
            try:
                await asyncio.wait_for(self._process.wait(), END_SECONDS)
            except TimeoutError:
                with suppress(ProcessLookupError):  # mpv has ended meanwhile.
                    self._process.kill()
                await self._process.wait()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None
        if self._playing is not None:
            _finish_entry(self._playing)
            self._playing = None

    async def _define_mpv_keys(self, section: str, keys: dict[str, str]) -> None:
        """Define key bindings that take precedence over the user's own while the section is enabled."""
        lines = "\n".join(f"{key} {command}" for key, command in keys.items())
        await self.send_mpv_command("define-section", section, lines, "force")

    # -- messages from mpv -----------------------------------------------------------------------------

    async def _read_mpv_messages(self, reader: asyncio.StreamReader) -> None:
        """Handle mpv's messages until its socket closes; then playback has ended."""
        try:
            with suppress(OSError):
                while line := await reader.readline():
                    self._handle_mpv_message(json.loads(line))
        finally:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.close()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_result({})
            code = await self.wait()
            if self._playing is not None:
                _finish_entry(self._playing, None if code in (0, ENDED_BY_CTRL_C) else _make_play_error())
                self._playing = None

    def _handle_mpv_message(self, message: dict[str, Any]) -> None:
        event, playing = message.get("event"), self._playing
        if event is None:
            answer = self._answers.get(message.get("request_id", 0))
            if answer is not None and not answer.done():
                answer.set_result(message)
        elif playing is None:
            return
        elif event == "property-change" and isinstance(message.get("data"), int | float):
            if playing.listener.on_time is not None:
                playing.listener.on_time(float(message["data"]))
        elif event == "end-file" and message.get("playlist_entry_id", playing.entry) == playing.entry:
            self._playing = None
            _finish_entry(playing, _make_play_error() if message.get("reason") == "error" else None)
            self._start_task(self.send_mpv_command("set_property", "force-window", "no"))
        elif event == "client-message":
            self._forward_mark(playing.listener, [str(word) for word in message.get("args", ())])

    def _forward_mark(self, listener: PlayerListener, words: list[str]) -> None:
        """Pass on a mark that was set in mpv (`MARK_KEYS`)."""
        if len(words) != 3 or words[0] != "milimo" or listener.on_mark is None:
            return
        with suppress(ValueError):  # Between two files there is no position.
            self._start_task(self._show_mark(listener.on_mark(words[1], float(words[2]))))

    async def _show_mark(self, marking: Awaitable[str]) -> None:
        await self.send_mpv_command("show-text", await marking, SHOWN_MS)

    def _start_task(self, work: Any) -> None:
        """Run work that the message reader must not wait for."""
        task = asyncio.create_task(work)
        self._marking.add(task)
        task.add_done_callback(self._marking.discard)


def _make_play_error() -> Failed:
    return Failed("mpv could not play it", _ELSEWHERE)


def _finish_entry(playing: _PlayingEntry, error: Exception | None = None) -> None:
    if playing.ended.done():
        return
    if error is not None:
        playing.ended.set_exception(error)
    else:
        playing.ended.set_result(None)
