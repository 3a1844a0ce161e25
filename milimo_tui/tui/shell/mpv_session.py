"""An mpv process, controlled through a socket. It reports its position and the marks that the user sets in
mpv.

mpv ends when the socket closes. So mpv never continues after the studio, even if the studio crashed.
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
from milimo_tui.studio.machine.mpv_program import FILE_DEMUXER, MEDIA_FORMATS, NO_LINKED_FILES, SILENT

ANSWER_SECONDS = 30.0
END_SECONDS = 3.0
ENDED_BY_CTRL_C = 4  # mpv's exit status after ctrl+c.
_ELSEWHERE = "{ui.copy_line} copies a line that plays it on your laptop"
EDIT_LIST = "edl://"  # The beginning of an edit list.
SHOWN_MS = 2000  # Milliseconds for which mpv shows a message after a mark was set.
FILTER = "@milimo"  # The label of the video filter that orients a mirrored file.
MARKS, WINDOW = "milimo-marks", "milimo-window"  # Names of groups of key bindings (“input sections”) in mpv.
# These keys do the same in mpv as on the timeline. Each reports the current position in seconds.
MARK_KEYS = {"m": "marker", "i": "in", "o": "out"}
# Keys that would quit mpv only stop playback in the window that is reused, so that mpv keeps running.
WINDOW_KEYS = {"q": "stop", "Q": "stop", "CLOSE_WIN": "stop"}


@dataclass(frozen=True, slots=True)
class PlayerListener:
    """Callbacks for playback in mpv. `on_time` is called with the playback position in seconds.

    `on_mark` is called when the user sets a mark in mpv, with the kind of mark (`marker`, `in` or `out`) and
    its position in seconds. It returns the text that mpv shows for the mark.
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
    entry: int = 0  # The id of the file in mpv's playlist.


@dataclass(slots=True)
class MpvSession:
    """An mpv process and the socket through which it is controlled."""

    _process: asyncio.subprocess.Process | None = None
    _writer: asyncio.StreamWriter | None = None
    _listener: asyncio.Task[None] | None = None
    _playing: _PlayingEntry | None = None
    _count: int = 0
    _has_video_filter: bool = False
    _answers: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _marking: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def is_mpv_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self, program: str, options: Sequence[str], *, inherit: bool = False) -> None:
        """Start mpv without a file to play. With `inherit`, mpv uses this terminal. Raises Failed if mpv
        cannot be started.
        """
        ours, mpv_end = socket.socketpair()
        quiet = None if inherit else asyncio.subprocess.DEVNULL
        fixed = (SILENT, MEDIA_FORMATS, NO_LINKED_FILES)
        words = (program, *fixed, *options, f"--input-ipc-client=fd://{mpv_end.fileno()}")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *words, stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=(mpv_end.fileno(),)
            )
        except OSError as error:
            ours.close()
            raise Failed(f"{program} can't be started: {error.strerror}", _ELSEWHERE) from None
        finally:
            mpv_end.close()
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._listener = asyncio.create_task(self._read_mpv_messages(reader))
        await self.send_mpv_command("observe_property", 1, "time-pos")
        keys = {key: f"script-message milimo {what} ${{=time-pos}}" for key, what in MARK_KEYS.items()}
        await self._define_mpv_keys(MARKS, keys)

    async def open_window(self, program: str) -> None:
        """Start the mpv that plays in its own window, unless it is running. mpv shows the window only while
        it plays.
        """
        if self.is_mpv_running:
            return
        await self.end_mpv()
        await self.start(program, ("--idle=yes", "--no-terminal"))
        await self._define_mpv_keys(WINDOW, WINDOW_KEYS)
        await self.send_mpv_command("enable-section", WINDOW)

    async def play_target(
        self,
        target: str,
        *,
        start: float = 0.0,
        listener: PlayerListener = NO_LISTENER,
        video_filter: str = "",
    ) -> None:
        """Play a file or an edit list from second `start`. Return when playback has ended or was stopped, or
        when another file or list replaced this one. A `video_filter` replaces the file's own rotation.

        If mpv is playing this target already, only seek to `start`. Raises Failed if mpv cannot play the
        target or ends with an error.
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
            await self._set_video_filter(video_filter)
            # Only mpv's own reader can read an edit list. The files in the list were checked before.
            is_edit_list = target.startswith(EDIT_LIST)
            await self.send_mpv_command("set_property", "demuxer", "" if is_edit_list else FILE_DEMUXER)
            # Open the window also for a file that has only sound.
            await self.send_mpv_command("set_property", "force-window", "yes")
            loaded = await self.send_mpv_command("loadfile", target)
            if loaded.get("error", "success") != "success" or not self.is_mpv_running:
                raise _make_play_error()
            now.entry = int((loaded.get("data") or {}).get("playlist_entry_id", 0))
        await self.send_mpv_command("set_property", "pause", False)
        await ended

    async def _set_video_filter(self, video_filter: str) -> None:
        """Replace the video filter of the previous file. An empty text means no filter."""
        if self._has_video_filter:
            await self.send_mpv_command("vf", "remove", FILTER)
        if video_filter:
            await self.send_mpv_command("vf", "add", f"{FILTER}:{video_filter}")
        if video_filter or self._has_video_filter:
            await self.send_mpv_command("set_property", "video-rotate", "no" if video_filter else 0)
        self._has_video_filter = bool(video_filter)

    async def send_mpv_command(self, *words: str | float | bool) -> dict[str, Any]:
        """Send a command to mpv and return its answer; an empty dictionary if mpv has ended meanwhile."""
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
        """End mpv, and kill it if it does not end by itself."""
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
        """Define a group of key bindings that override the user's own bindings in mpv while the group is
        enabled.
        """
        lines = "\n".join(f"{key} {command}" for key, command in keys.items())
        await self.send_mpv_command("define-section", section, lines, "force")

    async def _read_mpv_messages(self, reader: asyncio.StreamReader) -> None:
        """Handle the messages from mpv until its socket closes, which ends playback."""
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
        """Report a mark that the user has set in mpv (see `MARK_KEYS`) to the listener."""
        if len(words) != 3 or words[0] != "milimo" or listener.on_mark is None:
            return
        with suppress(ValueError):  # Ignore the mark between two files, when mpv has no position.
            self._start_task(self._show_mark(listener.on_mark(words[1], float(words[2]))))

    async def _show_mark(self, marking: Awaitable[str]) -> None:
        await self.send_mpv_command("show-text", await marking, SHOWN_MS)

    def _start_task(self, work: Any) -> None:
        """Run a coroutine as a task of its own, so that the code that reads mpv's messages does not wait for
        it.
        """
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
