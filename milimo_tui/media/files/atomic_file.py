"""A container that becomes a file only when it is written completely.

Its subclasses decide on the content (`take_file`, `matte_files`).
"""

from __future__ import annotations

import contextlib
import os
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from av.container import OutputContainer

from milimo_tui.core.host import explain_os_error, fsync_file, fsync_folder


class AtomicFile(ABC):
    """A context manager: if the block ends without an error, the file is at its path and synced to the disk.

    A subclass opens the container in `_open_container` and writes the rest, or raises, in `_write_remainder`.
    Raises DiskFull and ReadOnly from the disk.
    """

    _container: OutputContainer

    def __init__(self, path: Path) -> None:
        self._path, self._partial = path, path.with_name(f".{path.name}.part")

    def __enter__(self) -> Self:
        try:
            self._open_container()
        except OSError as error:
            raise explain_os_error(error, self._path, "write") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._discard_partial()
            return
        try:
            self._publish_file()
        except OSError as failure:
            self._discard_partial()
            raise explain_os_error(failure, self._path, "write") from failure
        except BaseException:
            self._discard_partial()
            raise

    @abstractmethod
    def _open_container(self) -> None: ...

    @abstractmethod
    def _write_remainder(self) -> None: ...

    def _publish_file(self) -> None:
        self._write_remainder()
        self._container.close()
        fsync_file(self._partial)
        os.replace(self._partial, self._path)
        fsync_folder(self._path.parent)

    def _discard_partial(self) -> None:
        """Delete the partial file; the exception with the reason is already being raised."""
        with contextlib.suppress(OSError):  # writing the trailer may fail on the same disk error
            self._container.close()
        self._partial.unlink(missing_ok=True)
