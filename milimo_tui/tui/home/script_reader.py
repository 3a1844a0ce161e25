"""Reads a screenplay that a film is to be made of: a short one in a thread, a long one in a process."""

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

SHORT = 20_000  # bytes that cost less to read here than a process is worth
PATIENCE = 60.0  # seconds
STOPPED, SLOW = "reading was stopped", "it took too long to read"


class ScriptReader:
    """Reads one script after the other, the last that was asked for; `stop` ends what is under way."""

    def __init__(self) -> None:
        self._thread = WorkThread("script", drops=True)
        self._helper: Helper | None = None
        self._stopped = self._asks = False

    async def read(self, path: str, text: str) -> FirstLook | str:
        """Return what a screenplay holds, or one sentence on why there is none."""
        if self._asks:
            self._end_helper()  # what it reads is not wanted any more
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
            answer = None  # it took too long, or was ended meanwhile
        finally:
            self._asks = False
        if answer is None:
            self._end_helper()
            return {"problem": STOPPED if self._stopped else SLOW}
        return answer

    def stop(self) -> None:
        """End what is being read; it is answered with a sentence."""
        self._stopped = True
        self._end_helper()

    def end(self) -> None:
        """End for good."""
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
