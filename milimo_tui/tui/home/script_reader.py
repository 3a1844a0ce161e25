"""A reader of screenplays for new films: short ones are read in a thread, long ones in a process."""

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

SHORT = 20_000  # Up to this size in bytes, reading in a thread is cheaper than in a process.
PATIENCE = 60.0  # Seconds that a process may take.
STOPPED, SLOW = "reading was stopped", "it took too long to read"


class ScriptReader:
    """Reads one script at a time, the last one requested. `stop` ends the present reading."""

    def __init__(self) -> None:
        self._thread = WorkThread("script", drops=True)
        self._helper: HelperProcess | None = None
        self._stopped = self._asks = False

    async def read(self, path: str, text: str) -> ScriptSummary | str:
        """Return a summary of a screenplay, or one sentence on why it can't be read."""
        if self._asks:
            self._end_helper()  # The script that the helper reads is no longer wanted.
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
        from milimo_tui.media.files.helper_process import HelperProcess

        helper, self._asks = self._helper, True
        try:
            if helper is None:
                helper = self._helper = HelperProcess("milimo_tui.tui.home.first_look_process")
            helper.send({"path": str(parse_user_path(path).absolute()) if path else "", "text": text})
            answer = helper.wait_for_answer(PATIENCE)
        except (OSError, ValueError):
            answer = None  # The helper took too long, or was ended meanwhile.
        finally:
            self._asks = False
        if answer is None:
            self._end_helper()
            return {"problem": STOPPED if self._stopped else SLOW}
        return answer

    def stop_reading(self) -> None:
        """Stop the present reading; its caller gets a sentence."""
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
