"""A reader of screenplays for new films. Short screenplays are read in a thread, long ones in a separate
process.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import parse_user_path
from milimo_tui.studio.script.first_look import ScriptSummary
from milimo_tui.tui.background.work_threads import WorkThread
from milimo_tui.tui.home.first_look_process import read_first_look

if TYPE_CHECKING:
    from milimo_tui.media.files.helper_process import HelperProcess

# Largest size in bytes of a screenplay that is read in a thread. For a short one, this is cheaper than a
# process.
SHORT = 20_000
PATIENCE = 60.0  # Maximum number of seconds to wait for the process.
STOPPED, SLOW = "reading was stopped", "it took too long to read"


class ScriptReader:
    """A reader that reads one screenplay at a time. A new request replaces the present one; `stop_reading`
    cancels it.
    """

    def __init__(self) -> None:
        self._thread = WorkThread("script", drops=True)
        self._helper: HelperProcess | None = None
        self._stopped = self._asks = False

    async def read(self, path: str, text: str) -> ScriptSummary | str:
        """Read the screenplay `text`, or the file at `path` if `text` is empty. Return its summary, or a
        sentence on why it can't be read.
        """
        if self._asks:
            self._end_helper()  # The process is still reading an earlier script, which is no longer needed.
        self._stopped = False
        return await self._thread.run(lambda: self._read_in_thread(path, text))

    def _read_in_thread(self, path: str, text: str) -> ScriptSummary | str:
        if not text and path.endswith("/"):
            return "a folder: name the file in it"
        try:
            file = parse_user_path(path)
        except BadInput as error:
            return error.message
        if not text and not file.exists():
            return f"there is no file {Path(path).name}"
        found = (
            read_first_look(path, text)
            if _measure_script_size(path, text) <= SHORT
            else self._ask_helper(path, text)
        )
        return str(found["problem"]) if "problem" in found else ScriptSummary(**found)

    def _ask_helper(self, path: str, text: str) -> dict[str, object]:
        from milimo_tui.media.files.helper_process import start_helper_module

        helper, self._asks = self._helper, True
        try:
            if helper is None:
                helper = self._helper = start_helper_module("milimo_tui.tui.home.first_look_process")
            helper.send({"path": str(parse_user_path(path).absolute()) if path else "", "text": text})
            answer = helper.wait_for_answer(PATIENCE)
        except (OSError, ValueError):
            answer = None  # The process took too long, or it was ended by another request.
        finally:
            self._asks = False
        if answer is None:
            self._end_helper()
            return {"problem": STOPPED if self._stopped else SLOW}
        return answer

    def stop_reading(self) -> None:
        """Stop the present reading. The caller of `read` then receives a sentence that reports this."""
        self._stopped = True
        self._end_helper()

    def end_script_reader(self) -> None:
        """Stop reading and end the thread."""
        self.stop_reading()
        self._thread.close()

    def _end_helper(self) -> None:
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.kill_process()


def _measure_script_size(path: str, text: str) -> int:
    if text:
        return len(text)
    try:
        return parse_user_path(path).stat().st_size
    except OSError:
        return 0
