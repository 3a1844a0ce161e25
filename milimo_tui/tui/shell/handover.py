"""Suspends the studio while another program, such as the user's editor, uses the terminal."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput, Failed, Unavailable
from milimo_tui.studio.machine.editor_program import build_editor_command, read_editor_command
from milimo_tui.tui.terminal.reset import ALTERNATE_SCREEN, NORMAL_DISPLAY

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import StudioApp


@contextmanager
def suspend_for_program(app: StudioApp, *, apart: bool = False) -> Iterator[None]:
    """Let another program use the terminal in the `with` block. Meanwhile the studio writes nothing and
    ignores ctrl+c.

    If `apart` is True, the program gets the terminal's alternate screen, because it draws over the screen's
    content. The terminal settings of the shell are restored however the program ends.

    Ctrl+c gets an empty handler. The signal is not set to be ignored, because the program would inherit that.
    An exception in the block is raised again only after the terminal is restored, because Textual does not
    restore it then.
    """
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    raised: BaseException | None = None
    try:
        # Timers continue to run in the block, and their updates must not fill the output buffer.
        with app.suspend(), app.batch_update():
            before_it = _read_terminal_settings()
            _write_control_text(ALTERNATE_SCREEN if apart else "")
            try:
                yield
            except BaseException as error:  # noqa: BLE001 - includes a cancelled task; raised again below
                raised = error
            _write_control_text(NORMAL_DISPLAY if apart else "")
            _restore_terminal_settings(before_it)
    finally:
        signal.signal(signal.SIGINT, before)
    if raised is not None:
        raise raised


def _read_terminal_settings() -> list[Any]:
    """Return the terminal's settings as `termios.tcgetattr` gives them. Return an empty list if there is no
    terminal.
    """
    try:
        return termios.tcgetattr(sys.__stdin__ or -1)
    except (termios.error, OSError, ValueError):
        return []


def _restore_terminal_settings(settings: list[Any]) -> None:
    """Restore the terminal's settings to `settings`, because the program that used the terminal may have been
    killed before it could restore them.
    """
    with suppress(termios.error, OSError, ValueError):
        if settings and sys.__stdin__ is not None:
            termios.tcsetattr(sys.__stdin__, termios.TCSANOW, settings)


def _write_control_text(words: str) -> None:
    """Write control sequences directly to the terminal, because Textual writes nothing while it is
    suspended.
    """
    with suppress(OSError, ValueError):
        if words and sys.__stderr__ is not None:
            os.write(sys.__stderr__.fileno(), words.encode())


async def edit_in_editor(app: StudioApp, text: str, name: str, line: int = 0) -> str:
    """Let the user edit a text in their own editor, with the cursor on line `line`. Return the text as the
    user saved it. `name` is the name of the temporary file.

    Raises Unavailable, BadInput or Failed.
    """
    command = read_editor_command(os.environ)

    def write_draft() -> Path:
        folder = Path(tempfile.mkdtemp(prefix="milimo-"))
        path = folder / name
        path.write_bytes(text.encode())
        return path

    path = await app.reading.run(write_draft)
    try:
        code = await _run_in_terminal(app, build_editor_command(command, path, line))
        if code:
            raise Failed(f"{command[0]} ended with an error; the text is unchanged")
        return await app.reading.run(lambda: _read_edited_text(path))
    finally:
        # The folder may also have swap and backup files of the editor, and folders for them.
        await app.reading.run(lambda: shutil.rmtree(path.parent, ignore_errors=True))


def _read_edited_text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise BadInput(
            "the editor wrote a text that is not UTF-8; the text is unchanged", "save the text as UTF-8"
        ) from None
    except OSError as error:
        raise Failed(f"the text of the editor can't be read: {error.strerror}") from None


async def _run_in_terminal(app: StudioApp, words: list[str]) -> int:
    """Run a program in the terminal until it ends. `words` are the program and its arguments. Return its exit
    status.
    """
    with suspend_for_program(app):
        try:
            process = await asyncio.create_subprocess_exec(*words)
        except OSError as error:
            raise Unavailable(
                f"{words[0]} can't be started: {error.strerror}", "set EDITOR to another editor"
            ) from None
        return await process.wait()
