"""A base class for media files that appear at their path only when they are complete.

`take_file` and `matte_files` have the subclasses, which write the content.
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
    """A context manager for writing a media file. If the block ends without an error, the complete file is at
    its path and synced to the disk.

    A subclass opens the container in `_open_container`. At the end of the block, its method
    `_write_remainder` writes pending data, or raises an error if the content is incomplete. Raises DiskFull
    and ReadOnly from the disk.
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
        """Close and delete the partial file after an error. Never raises OSError while closing, so that the
        original exception is reported.
        """
        # Closing writes the trailer, which may fail with the same disk error again.
        with contextlib.suppress(OSError):
            self._container.close()
        self._partial.unlink(missing_ok=True)
