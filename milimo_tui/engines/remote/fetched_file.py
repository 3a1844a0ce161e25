"""Download a file from a service. The target file appears only when the download is complete."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.remote.http_call import HttpRequest, Tick, stream_response
from milimo_tui.engines.remote.remote_service import RemoteService


def download_service_file(
    service: RemoteService, path: str, target: Path, tick: Tick, *, most: int, heard: Callable[[int], None]
) -> int:
    """Download the content at `path` of the service to the file `target`, and return its size in bytes.
    `most` is the largest size that is accepted.

    `heard` is called with the number of bytes received so far. Raises the errors of `stream_response`, Failed
    for an empty or too large file, DiskFull and ReadOnly.
    """
    partial = target.with_name(f"{target.name}.partial")
    count = 0
    try:
        try:
            with partial.open("wb") as file:
                for piece in stream_response(service, HttpRequest(path=path, by_line=False), tick):
                    count += len(piece)
                    if count > most:
                        raise Failed(
                            f"{service.where} sent a file larger than the limit of {most >> 20} MB",
                            f"milimo config set {service.setting}_most_mb NUMBER changes the limit",
                        )
                    file.write(piece)
                    heard(count)
        except OSError as error:
            raise explain_os_error(error, partial, "write") from error
        if not count:
            raise Failed(
                f"{service.where} sent an empty file: {target.name}",
                "milimo job retry sends the request again",
            )
        partial.replace(target)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return count
