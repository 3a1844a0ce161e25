"""Where a token for the hub is, and how one in this shell gets to a worker that was started without it.

It is in no spec, log, event or manifest; imports nothing heavy.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import runtime_folder, write_atomic
from milimo_tui.core.paths import Home

VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
FRESH_SECONDS = 60.0  # between lending and queueing
PAUSED = "yielded"  # the kind of the error that a pause is


def store(environ: Mapping[str, str]) -> Path:
    """The file in which huggingface_hub keeps a token, by its own rules."""
    named = environ.get("HF_TOKEN_PATH")
    base = environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    path = named or f"{environ.get('HF_HOME') or f'{base}/huggingface'}/token"
    return Path(os.path.expandvars(path)).expanduser()


def named(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that hold a token, the one that counts first."""
    return tuple(name for name in VARIABLES if environ.get(name, "").strip())


def source(environ: Mapping[str, str]) -> str:
    """What holds a token: the variable's name, or the file's; empty where nothing does."""
    path = store(environ)
    in_store = str(path) if path.is_file() and path.stat().st_size else ""
    return next(iter(named(environ)), in_store)


def lend(home: Home, model: str, environ: Mapping[str, str]) -> None:
    """Leave this environment's token, if it has one, for the download of that model: in the runtime folder,
    which is private and lies in memory where the system has such a place.
    """
    found = next((environ[name].strip() for name in named(environ)), "")
    if found:
        write_atomic(_lent(home, model), found.encode(), 0o600)


@contextmanager
def borrowed(home: Home, model: str) -> Iterator[None]:
    """A token that was left for that model is in the environment inside the block. It is gone when the work
    has ended, whatever its end; work that was paused will want it again.
    """
    path = _lent(home, model)
    try:
        found = path.read_text()
    except FileNotFoundError:
        yield
        return
    before = os.environ.get(VARIABLES[0])
    os.environ[VARIABLES[0]] = found
    is_over = True
    try:
        yield
    except MilimoError as error:
        is_over = error.kind != PAUSED
        raise
    finally:
        os.environ.pop(VARIABLES[0])
        if before is not None:
            os.environ[VARIABLES[0]] = before
        if is_over:
            path.unlink(missing_ok=True)


def take_back(home: Home, model: str) -> None:
    """The download of that model is over: what was lent for it goes, wherever its worker ended."""
    with suppress(OSError, MilimoError):
        _lent(home, model).unlink(missing_ok=True)


def sweep(home: Home, wanted: Collection[str]) -> None:
    """Remove what was lent for downloads of other models than those: their end was heard by nobody.

    What was lent a moment ago stays: its download is not in the queue yet.
    """
    with suppress(OSError, MilimoError):
        keep = {_lent(home, model).name for model in wanted}
        for path in runtime_folder(home.run).iterdir():
            name = path.name.removeprefix(".")
            ours = name.startswith(f"{home.key}.") and ".token" in name
            if ours and path.name not in keep and time.time() - path.lstat().st_mtime > FRESH_SECONDS:
                path.unlink()


def _lent(home: Home, model: str) -> Path:
    return runtime_folder(home.run) / f"{home.key}.{model}.token"
