"""Find the hub token, and pass the token of the user's shell to a worker that was started without it.

The token appears in no spec, log, event or manifest. The module imports nothing that is slow to import.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import choose_runtime_folder, write_file_atomically
from milimo_tui.core.paths import Home

VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
FRESH_SECONDS = 60.0  # seconds that may pass between storing a token and queueing its download
PAUSED = "yielded"  # error kind of a job that was paused


def find_token_file(environ: Mapping[str, str]) -> Path:
    """Return the path of the file in which huggingface_hub stores the user's token. The path follows from
    environment variables, by the rules of huggingface_hub.
    """
    named = environ.get("HF_TOKEN_PATH")
    base = environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    path = named or f"{environ.get('HF_HOME') or f'{base}/huggingface'}/token"
    return Path(os.path.expandvars(path)).expanduser()


def list_token_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the environment variables that hold a token. The variable that takes effect is first."""
    return tuple(name for name in VARIABLES if environ.get(name, "").strip())


def describe_token_source(environ: Mapping[str, str]) -> str:
    """Return the source of the token: the name of a variable or the path of a file. Empty if there is no
    token.
    """
    path = find_token_file(environ)
    in_store = str(path) if path.is_file() and path.stat().st_size else ""
    return next(iter(list_token_variables(environ)), in_store)


def leave_token_for_download(home: Home, model: str, environ: Mapping[str, str]) -> None:
    """Store the token of the environment, if there is one, for the worker that downloads a model.

    The file is in the runtime folder, which is private. On systems that support it, that folder is in memory.
    """
    found = next((environ[name].strip() for name in list_token_variables(environ)), "")
    if found:
        write_file_atomically(_get_left_token_path(home, model), found.encode(), 0o600)


@contextmanager
def use_left_token(home: Home, model: str) -> Iterator[None]:
    """Put the token that was stored for a model's download into the environment during a `with` block.

    The token's file is deleted when the download succeeds or fails. After a pause the file is retained,
    because the resumed download needs the token again.
    """
    path = _get_left_token_path(home, model)
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


def remove_left_token(home: Home, model: str) -> None:
    """Delete the token that was stored for a model's download.

    The supervisor calls this when the download has ended, because a worker that was killed could not delete
    the token.
    """
    with suppress(OSError, MilimoError):
        _get_left_token_path(home, model).unlink(missing_ok=True)


def remove_stale_tokens(home: Home, wanted: Collection[str]) -> None:
    """Delete stored tokens of models that are not in `wanted`: their downloads ended without a notification.

    A token younger than `FRESH_SECONDS` is retained, because its download may not be in the queue yet.
    """
    with suppress(OSError, MilimoError):
        keep = {_get_left_token_path(home, model).name for model in wanted}
        for path in choose_runtime_folder(home.run).iterdir():
            name = path.name.removeprefix(".")
            ours = name.startswith(f"{home.key}.") and ".token" in name
            if ours and path.name not in keep and time.time() - path.lstat().st_mtime > FRESH_SECONDS:
                path.unlink()


def _get_left_token_path(home: Home, model: str) -> Path:
    return choose_runtime_folder(home.run) / f"{home.key}.{model}.token"
