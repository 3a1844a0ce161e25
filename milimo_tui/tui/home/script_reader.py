"""A reader of screenplays for new films: short ones are read in a thread, long ones in a process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import named_path
from milimo_tui.studio.script.first_look import FirstLook
from milimo_tui.tui.background.work_threads import WorkThread
from milimo_tui.tui.home.first_look_process import look_at

if TYPE_CHECKING:
    from milimo_tui.media.files.helper_process import Helper

SHORT = 20_000  # Up to this size in bytes, reading in a thread is cheaper than in a process.
PATIENCE = 60.0  # Seconds that a process may take.
STOPPED, SLOW = "reading was stopped", "it took too long to read"


class ScriptReader:
    """Reads one script at a time, the last one requested. `stop` ends the present reading."""

    def __init__(self) -> None:
        self._thread = WorkThread("script", drops=True)
        self._helper: Helper | None = None
        self._stopped = self._asks = False

    async def read(self, path: str, text: str) -> FirstLook | str:
        """Return a summary of a screenplay, or one sentence on why it can't be read."""
        if self._asks:
            self._end_helper()  # The script that the helper reads is no longer wanted.
        self._stopped = False
        return await self._thread.run(lambda: self._read(path, text))

    def _read(self, path: str, text: str) -> FirstLook | str:
        if not text and path.endswith("/"):
            return "a folder: name the file in it"
        try:
            file = named_path(path)
        except BadInput as error:
            return error.message
        if not text and not file.exists():
            return f"there is no file {Path(path).name}"
        found = look_at(path, text) if _size(path, text) <= SHORT else self._ask(path, text)
        return str(found["problem"]) if "problem" in found else FirstLook(**found)

    def _ask(self, path: str, text: str) -> dict[str, object]:
        from milimo_tui.media.files.helper_process import Helper

        helper, self._asks = self._helper, True
        try:
            if helper is None:
                helper = self._helper = Helper("milimo_tui.tui.home.first_look_process")
            helper.send({"path": str(named_path(path).absolute()) if path else "", "text": text})
            answer = helper.answer(PATIENCE)
        except (OSError, ValueError):
            answer = None  # The helper took too long, or was ended meanwhile.
        finally:
            self._asks = False
        if answer is None:
            self._end_helper()
            return {"problem": STOPPED if self._stopped else SLOW}
        return answer

    def stop(self) -> None:
        """Stop the present reading; its caller gets a sentence."""
        self._stopped = True
        self._end_helper()

    def end(self) -> None:
        """Stop reading and end the thread."""
        self.stop()
        self._thread.close()

    def _end_helper(self) -> None:
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.end()


def _size(path: str, text: str) -> int:
    if text:
        return len(text)
    try:
        return named_path(path).stat().st_size
    except OSError:
        return 0
