"""The transfer of a file from the hub into the staging folder: resumed at the last byte, hashed on arrival,
and refused if it differs from the listing.

The partial file is preserved after every error except a wrong hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx2
from huggingface_hub import get_session
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils._http import hf_raise_for_status

from milimo_tui.core.errors import DiskFull, Failed, MilimoError
from milimo_tui.core.format import format_bytes
from milimo_tui.core.host import count_folder_bytes, explain_os_error
from milimo_tui.engines.hub.download_progress import ProgressReporter
from milimo_tui.engines.hub.download_rate import format_done_of_total
from milimo_tui.engines.hub.refusals import (
    USUAL,
    RetryPolicy,
    get_hub_retry_delay,
    make_hub_error,
    make_network_error,
)
from milimo_tui.engines.hub.remote_files import RemoteFile

TIMEOUT = httpx2.Timeout(10.0, read=20.0)
CHUNK = 1 << 20
BUFFER = 256 << 10


@dataclass(frozen=True, slots=True)
class FileSource:
    """The source of a file: its address, the request headers (which contain the token), and its
    repository.
    """

    url: str
    headers: Mapping[str, str]
    hub: str


def transfer_file(
    file: RemoteFile,
    source: FileSource,
    part: Path,
    reporter: ProgressReporter,
    patience: RetryPolicy = USUAL,
) -> str:
    """Fetch a complete file to `part`, continuing from the bytes already there; return its SHA-256.

    Raises Unavailable or NotFound as in `refusals`, DiskFull, and Failed for a wrong hash, after which the
    partial file is deleted.
    """
    try:
        with part.open("a+b", buffering=BUFFER) as target:
            arriving = _PartialFile(file, target)
            arriving.hash_existing(reporter)
            _receive_all_bytes(arriving, source, reporter, patience)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:  # the hub's own errors are OSErrors, too
        raise make_hub_error(error, source.hub) from error
    except OSError as error:
        raise _make_write_error(error, part, reporter.rate.total) from error
    if not arriving.has_listed_hash:
        part.unlink()
        reporter.rate.done -= file.bytes
        raise Failed(
            f"{file.name} came with a wrong hash: it is not what {source.hub} lists, and was thrown away",
            "milimo job retry fetches it anew; a proxy on the way may change files",
        )
    return arriving.sha256


def _make_write_error(error: OSError, part: Path, total: int) -> MilimoError:
    """Return the error for a failed write. For a full disk, the message gives the received and the missing
    amount.
    """
    error_told = explain_os_error(error, part, "write")
    if not isinstance(error_told, DiskFull):
        return error_told
    kept = count_folder_bytes(part.parent)
    folder = part.parent.parent
    return DiskFull(
        f"the disk is full: {format_done_of_total(kept, total)} of {folder.name} came and are kept",
        f"free {format_bytes(total - kept)} on the disk of {folder.parent} (milimo clean; milimo "
        "model disk); "
        "milimo job retry goes on where it stopped",
    )


class _PartialFile:
    """A file being received: its bytes so far and their hashes (SHA-256, and git's hash if only that is
    listed).
    """

    def __init__(self, file: RemoteFile, target: BinaryIO) -> None:
        self.file = file
        self.have = 0
        self._target = target
        self._reset_hashes()

    def _reset_hashes(self) -> None:
        self._sha256 = hashlib.sha256()
        self._git = hashlib.sha1(f"blob {self.file.bytes}\0".encode(), usedforsecurity=False)

    def hash_existing(self, reporter: ProgressReporter) -> None:
        """Hash the bytes already in the file. A file longer than the listed size is truncated to zero."""
        if self._target.seek(0, 2) > self.file.bytes:
            reporter.rate.done -= self._target.tell()
            self._target.truncate(0)
        self._target.seek(0)
        while piece := self._target.read(CHUNK):
            self._update_hashes(piece)
            reporter.report_activity(f"checking what is there of {self.file.name}")

    def write(self, piece: bytes) -> int:
        """Write the bytes that belong to the file; return their number."""
        mine = piece[: self.file.bytes - self.have]
        self._target.write(mine)
        self._update_hashes(mine)
        return len(mine)

    def restart_file(self) -> int:
        """Discard the received bytes; return their number."""
        lost, self.have = self.have, 0
        self._target.seek(0)
        self._target.truncate(0)
        self._reset_hashes()
        return lost

    def flush_file(self) -> None:
        self._target.flush()

    def _update_hashes(self, piece: bytes) -> None:
        self.have += len(piece)
        self._sha256.update(piece)
        if self.file.git:
            self._git.update(piece)

    @property
    def missing(self) -> bool:
        """True while bytes are missing."""
        return self.have < self.file.bytes

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def has_listed_hash(self) -> bool:
        """True if the file's hash is the listed hash."""
        return self.sha256 == self.file.sha256 if self.file.sha256 else self._git.hexdigest() == self.file.git


def _receive_all_bytes(
    arriving: _PartialFile, source: FileSource, reporter: ProgressReporter, patience: RetryPolicy
) -> None:
    """Request the remaining bytes until the file is complete. After a broken connection, a new request begins
    at the next byte.
    """
    fruitless = 0
    while arriving.missing:
        had, wait = arriving.have, 0.0
        try:
            _receive_response(arriving, source, reporter)
            why: Exception | str = "the hub ended too early"
        except (httpx2.TransportError, HfHubHTTPError) as error:
            seconds = get_hub_retry_delay(error, patience.most)
            if seconds is None:
                raise
            why, wait = error, seconds
        arriving.flush_file()
        fruitless = 0 if arriving.have > had else fruitless + 1
        if fruitless >= patience.tries:
            if isinstance(why, HfHubHTTPError):
                raise why
            raise make_network_error(source.hub, format_bytes(reporter.rate.done))
        if arriving.missing:
            name, at = arriving.file.name, format_bytes(arriving.have)
            reporter.context.log(f"{name}: {_describe_interruption(why)} at {at}; it goes on from there")
            reporter.wait(
                max(wait, patience.waits[fruitless - 1] if fruitless else 0.0), _describe_interruption(why)
            )


def _receive_response(arriving: _PartialFile, source: FileSource, reporter: ProgressReporter) -> None:
    """Send a request; write and hash the bytes of its response."""
    have = arriving.have
    part = {"Range": f"bytes={have}-"} if have else {}
    headers = {**source.headers, "Accept-Encoding": "identity", **part}
    with get_session().stream("GET", source.url, headers=headers, timeout=TIMEOUT) as response:
        if response.status_code >= 400:
            response.read()
        hf_raise_for_status(response)
        if not have or not _continues_at(response, have):
            _check_response(response, arriving)
            # the server ignores the range and sends the complete file again
            reporter.add_bytes(-arriving.restart_file())
        for piece in response.iter_bytes():
            reporter.add_bytes(arriving.write(piece))
            if not arriving.missing:
                return


def _continues_at(response: httpx2.Response, have: int) -> bool:
    begins = response.headers.get("Content-Range", "")
    return response.status_code == 206 and begins.startswith(f"bytes {have}-")


def _check_response(response: httpx2.Response, arriving: _PartialFile) -> None:
    """Raise if something other than the hub answers (such as a hotel's login page), so that the received
    bytes are not discarded for that answer.
    """
    length = response.headers.get("Content-Length")
    if length != str(arriving.file.bytes) and (length is not None or arriving.have):
        raise httpx2.RemoteProtocolError("the answer is not the file that was asked for")


def _describe_interruption(why: Exception | str) -> str:
    if isinstance(why, HfHubHTTPError):
        return f"the hub answered {why.response.status_code}"
    if isinstance(why, httpx2.TimeoutException):
        return "nothing came for a while"
    if isinstance(why, httpx2.RemoteProtocolError):
        return "the connection broke, or something else answered"
    return "the connection broke" if isinstance(why, Exception) else why
