"""Record a line from the microphone on the screen of lines: the count-in, the level, and the end by a key."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.speech.line_states import LineState
    from milimo_tui.studio.speech.microphone import MicrophoneRecording
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.terminal.theme import TextStyles

_STEP_SECONDS = 0.05
_OPEN_SECONDS = 15.0  # A microphone that does not open within this time is reported.
_LEVEL_CELLS = 20
_LOUD = 0.98  # A peak above this is clipped.


class RecordingPhase(Enum):
    """The phases of a recording."""

    OPENING = "opening the microphone"
    COUNTING = "count-in"
    RECORDING = "recording"
    SAVING = "saving"


class LineRecording:
    """The recording of one line. `draw` is called when its state changes."""

    def __init__(self, screen: StudioScreen, line: LineState, draw: Callable[[], None]) -> None:
        self.line = line
        self._screen, self._draw = screen, draw
        self._phase, self._count = RecordingPhase.OPENING, 0
        self._began, self._level = 0.0, 0.0
        self._is_stopped = self._is_discarded = False

    def stop(self) -> None:
        """End the recording and keep it. During the count-in, nothing is kept."""
        self._is_stopped = True
        self._is_discarded = self._is_discarded or self._phase in (
            RecordingPhase.OPENING,
            RecordingPhase.COUNTING,
        )

    def discard(self) -> None:
        """End the recording and keep nothing."""
        self._is_stopped = self._is_discarded = True

    async def record_take(self) -> None:
        """Record the line and add the recording as a take. Raises Unavailable without a microphone, Failed if
        nothing was recorded.
        """
        from milimo_tui.core.host import make_folders
        from milimo_tui.studio.speech.line_records import MAX_RECORDING_SECONDS
        from milimo_tui.studio.speech.microphone import MicrophoneRecording

        cache = self._screen.studio_app.studio.require_project().paths.cache / "recordings"
        await self._screen.in_thread(lambda: make_folders(cache))
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            path = Path(folder) / f"{self.line.name} {self.line.character}.wav".replace("/", "-")
            opened = await self._screen.in_thread(
                lambda: MicrophoneRecording(path, MAX_RECORDING_SECONDS, line=self.line.name)
            )
            with opened as recording:
                await self._run(recording)
            if self._is_discarded:
                self._screen.show_message(f"the recording of line {self.line.name} was discarded")
                return
            await self._screen.run_and_wait("line.record", line=self.line.name, from_=str(path))

    async def _run(self, recording: MicrophoneRecording) -> None:
        """Open the microphone, count, and record until a key ends the recording."""
        from milimo_tui.studio.speech.microphone import COUNT_IN

        await self._wait(lambda: recording.has_ended or recording.is_ready, _OPEN_SECONDS)
        if not self._is_stopped:
            recording.require_opened()
        for number in range(COUNT_IN, 0, -1):
            self._show(RecordingPhase.COUNTING, number)
            await self._wait(lambda: recording.has_ended, 1.0)
        if self._is_stopped:
            return
        recording.start()
        self._began = time.monotonic()
        self._show(RecordingPhase.RECORDING)
        while not self._is_stopped and not recording.has_ended:
            self._level = recording.level
            self._draw()
            await asyncio.sleep(_STEP_SECONDS)
        if self._is_discarded:
            return
        self._show(RecordingPhase.SAVING)
        recording.stop()
        self._is_stopped = False
        await self._wait(lambda: recording.has_ended, _OPEN_SECONDS)
        recording.require_sound()

    async def _wait(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until a condition is True or a key ends the recording, for at most `seconds` seconds."""
        end = time.monotonic() + seconds
        while not self._is_stopped and not condition() and time.monotonic() < end:
            await asyncio.sleep(_STEP_SECONDS)

    def _show(self, phase: RecordingPhase, count: int = 0) -> None:
        self._phase, self._count = phase, count
        self._draw()

    def format_state(self, ink: TextStyles) -> tuple[Text, Text]:
        """Return the state of the recording as a line: the count-in, or the seconds and the level."""
        name = f"{self.line.name} {self.line.character}"
        if self._phase is RecordingPhase.COUNTING:
            return join_line((f"{self._count}  ", ink.picked), (f"record {name}", ink.text)), Text()
        if self._phase is not RecordingPhase.RECORDING:
            return join_line((f"{self._phase.value}  {name}", ink.muted)), Text()
        filled = round(min(1.0, self._level) * _LEVEL_CELLS)
        meter = "▮" * filled + "▯" * (_LEVEL_CELLS - filled)
        seconds = time.monotonic() - self._began
        left = join_line(("● ", ink.stale), (f"recording {name}  {seconds:5.1f} s", ink.text))
        return left, join_line((meter, ink.stale if self._level > _LOUD else ink.picked))
