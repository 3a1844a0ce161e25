"""The process in which Kokoro speaks, as seen from the worker: start it, ask it for a text, and end it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Damaged, Failed, Unavailable
from milimo_tui.core.host import HOST, explain_os_error
from milimo_tui.engines.kokoro.installation import FOLDER_HINT, INSTALL_HINT, KokoroInstallation
from milimo_tui.media.files.helper_process import HelperProcess

_SCRIPT = Path(__file__).with_name("speaking_process.py")
_LOAD_SECONDS = 120.0
# The longest time for one text. The longest text takes about three minutes on two slow cores.
_SPEAK_SECONDS = 1200.0
_TICK_SECONDS = 0.2
# Variables that would make the other Python import packages of this one.
_PYTHON_VARIABLES = ("PYTHONPATH", "PYTHONHOME")


class KokoroSpeaker:
    """A process that has loaded Kokoro."""

    def __init__(self, installation: KokoroInstallation) -> None:
        """Start the process and wait until the model is loaded. Raises Unavailable if the library is missing,
        Damaged if the model can't be loaded, and Failed.
        """
        files = map(str, (_SCRIPT, installation.model, installation.voices))
        command = [installation.python or sys.executable, "-P", *files]
        environment = {name: value for name, value in os.environ.items() if name not in _PYTHON_VARIABLES}
        self.installation, self._python = installation, command[0]
        try:
            self._process = HelperProcess(command, environment)
        except OSError as error:
            raise explain_os_error(error, Path(command[0]), "run") from error
        try:
            self.version = self._wait_until_loaded()
        except BaseException:
            self.end_process()
            raise

    def _wait_until_loaded(self) -> str:
        answer = self._wait_for_answer(_LOAD_SECONDS, lambda: None)
        if "missing" in answer:
            raise Unavailable(f"{self._python} can't import kokoro-onnx: {answer['missing']}", INSTALL_HINT)
        if "error" in answer:
            raise Damaged(f"{self.installation.model.name} can't be loaded: {answer['error']}", FOLDER_HINT)
        return str(answer["version"])

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def speak_text(
        self, text: str, *, voice: str, language: str, pace: float, path: Path, tick: Callable[[], None]
    ) -> int:
        """Write spoken text to the WAV file `path`, and return the number of its samples.

        `tick` is called while waiting and may raise to cancel. After any exception, the process must be
        ended. Raises Failed.
        """
        request = {"text": text, "voice": voice, "language": language, "pace": pace, "path": str(path)}
        self._process.send(request)
        answer = self._wait_for_answer(_SPEAK_SECONDS, tick)
        if "error" in answer:
            raise Failed(
                f"Kokoro could not speak “{text[:40]}”: {answer['error']}", "change the line, or its voice"
            )
        return int(answer["samples"])

    def end_process(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill_process()

    def _wait_for_answer(self, seconds: float, tick: Callable[[], None]) -> dict[str, Any]:
        end = HOST.monotonic() + seconds
        while HOST.monotonic() < end:
            tick()
            try:
                answer = self._process.wait_for_answer(_TICK_SECONDS)
            except TimeoutError:
                continue
            if answer is None:
                raise Failed("the process of Kokoro has ended", "milimo job retry starts it again")
            return answer
        raise Failed(f"Kokoro did not answer in {seconds:.0f} s", "milimo job retry starts it again")
