"""Handing the terminal to another program, the person's editor; the studio keeps silent meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput, Failed, Unavailable
from milimo_tui.studio.machine.editor_program import editor_command, file_words
from milimo_tui.tui.terminal.reset import OTHER_SCREEN, SHOWN

if TYPE_CHECKING:
    from milimo_tui.tui.shell.ports import ShellApp, ToolkitApp


@contextmanager
def handed_over(app: ToolkitApp, *, apart: bool = False) -> Iterator[None]:
    """Give the terminal to another program meanwhile: nothing is written to it, and its ctrl+c is not ours.

    `apart`: it draws over what it finds, and gets a screen beside the shell's. However it ends, the shell's
    settings are as they were.
    A handler of our own, since one that ignores would be inherited by the program. What is raised meanwhile
    is raised once the terminal is back: the toolkit does not take it back by itself then.
    """
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    raised: BaseException | None = None
    try:
        with app.suspend(), app.batch_update():  # timers that tick meanwhile must not fill the writer
            before_it = _settings()
            _write(OTHER_SCREEN if apart else "")
            try:
                yield
            except BaseException as error:  # noqa: BLE001 - an end of the task, too; raised below
                raised = error
            _write(SHOWN if apart else "")
            _restore(before_it)
    finally:
        signal.signal(signal.SIGINT, before)
    if raised is not None:
        raise raised


def _settings() -> list[Any]:
    """Return the settings of the terminal, none where there is none."""
    try:
        return termios.tcgetattr(sys.__stdin__ or -1)
    except (termios.error, OSError, ValueError):
        return []


def _restore(settings: list[Any]) -> None:
    """Give the terminal its settings: a program that was killed gave none back."""
    with suppress(termios.error, OSError, ValueError):
        if settings and sys.__stdin__ is not None:
            termios.tcsetattr(sys.__stdin__, termios.TCSANOW, settings)


def _write(words: str) -> None:
    """Write control words past the toolkit, which is silent meanwhile."""
    with suppress(OSError, ValueError):
        if words and sys.__stderr__ is not None:
            os.write(sys.__stderr__.fileno(), words.encode())


async def edit(app: ShellApp, text: str, name: str, line: int = 0) -> str:
    """Let the person edit a text in their editor, from a line on; return it as they saved it.

    Raises Unavailable, BadInput or Failed; then nothing is changed.
    """
    command = editor_command(os.environ)

    def write() -> Path:
        folder = Path(tempfile.mkdtemp(prefix="milimo-"))
        path = folder / name
        path.write_bytes(text.encode())
        return path

    path = await app.reading.run(write)
    try:
        code = await _hand_over(app, file_words(command, path, line))
        if code:
            raise Failed(f"{command[0]} ended with an error; the text is as it was")
        return await app.reading.run(lambda: _read(path))
    finally:
        await app.reading.run(lambda: _remove(path))


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise BadInput(
            "what came back is not UTF-8 text; the text is as it was", "save it as UTF-8"
        ) from None
    except OSError as error:
        raise Failed(f"what the editor wrote can't be read: {error.strerror}") from None


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    for left in path.parent.iterdir():  # an editor's swap and backup files
        left.unlink()
    path.parent.rmdir()


async def _hand_over(app: ShellApp, words: list[str]) -> int:
    """Run a program in the terminal until it ends."""
    with handed_over(app):
        try:
            process = await asyncio.create_subprocess_exec(*words)
        except OSError as error:
            raise Unavailable(
                f"{words[0]} can't be started: {error.strerror}", "set EDITOR to another one"
            ) from None
        return await process.wait()
