"""The transfer of files from the hub into the staging folder, by the libraries huggingface_hub and hf_xet.

The libraries run in a child process (`questions`), because nothing can interrupt their waits for the network.
A cancel or a pause kills the child process. A partial file only grows at its end, so the next child process
can continue it.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
from huggingface_hub import constants, get_hf_file_metadata, hf_hub_url
from huggingface_hub.file_download import HfFileMetadata, http_get
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._runtime import is_xet_available
from huggingface_hub.utils._xet import XetFileData, refresh_xet_connection_info
from huggingface_hub.utils.sha import git_hash

from milimo_tui import __version__
from milimo_tui.core import linux
from milimo_tui.core.errors import Failed, read_json_error
from milimo_tui.core.host import explain_os_error
from milimo_tui.engines.catalog.weight_hashes import hash_file
from milimo_tui.engines.hub.download_progress import TELL_SECONDS, ProgressReporter
from milimo_tui.engines.hub.refusals import RETRY, RetryPolicy, retry_request
from milimo_tui.engines.hub.remote_files import Listing, RemoteFile
from milimo_tui.engines.hub.staging import DownloadStaging
from milimo_tui.media.files.helper_process import make_module_command

# Bytes that huggingface_hub collects before it writes them. A larger size would lose more bytes at an
# interruption.
PIECE = 64 << 10


def transfer_files(
    missing: Listing, endpoint: str, staging: DownloadStaging, reporter: ProgressReporter, retry: RetryPolicy
) -> dict[str, str]:
    """Transfer files in order, and hash each file while the next one arrives. Return the SHA-256 of each file
    by `RemoteFile.key`.

    Raises the errors of `refusals`, DiskFull, and Failed for a wrong hash, in which case the partial file is
    deleted. After any other error the partial file is preserved.
    """
    question = {
        "ask": "transfer",
        "parent": os.getpid(),
        "folder": str(staging.folder),
        "endpoint": endpoint,
        "listing": asdict(missing),
        "patience": asdict(retry),
    }
    before = reporter.rate.done - staging.count_present_bytes(missing.files)
    digests: dict[str, str] = {}
    command = make_module_command("milimo_tui.engines.hub.questions")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(question).encode())
            child.stdin.close()
            for file in missing.files:
                while not staging.has_all_bytes(file):
                    present = before + staging.count_present_bytes(missing.files)
                    reporter.add_bytes(present - reporter.rate.done)
                    with suppress(subprocess.TimeoutExpired):
                        child.wait(TELL_SECONDS)
                    if child.returncode is not None and not staging.has_all_bytes(file):
                        answer = child.stdout.read()
                        killed = Failed("the download process was ended", RETRY)
                        raise read_json_error(json.loads(answer)) if answer else killed
                digests[file.key] = _check_part(file, missing.hub, staging, reporter)
        finally:
            child.kill()
    reporter.add_bytes(before + missing.bytes - reporter.rate.done)
    return digests


def _check_part(file: RemoteFile, hub: str, staging: DownloadStaging, reporter: ProgressReporter) -> str:
    """Hash a file that has arrived, compare it with the listing and mark it as complete. Return its
    SHA-256.
    """
    part = staging.part(file)
    digest = hash_file(part, lambda _: reporter.report_activity(f"checking {file.name}"))
    if digest != file.sha256 if file.sha256 else git_hash(part.read_bytes()) != file.git:
        part.unlink()
        raise Failed(
            f"{file.name} was damaged in the download and deleted: its checksum differs from {hub}",
            "milimo job retry downloads it again; a proxy may have changed the file",
        )
    staging.finish_part(file)
    return digest


def fetch_files(
    parent: int, folder: str, endpoint: str, listing: dict[str, Any], patience: dict[str, Any]
) -> None:
    """Append to the partial file of each listed file the bytes that are still missing. This function runs in
    the child process of `transfer_files`.

    Raises the errors of `refusals`, and those of `explain_os_error` if a write fails.
    """
    linux.die_with_parent()
    constants.DOWNLOAD_CHUNK_SIZE = PIECE
    hub, commit, staging = listing["hub"], listing["commit"], DownloadStaging(Path(folder), {})
    files = [RemoteFile(**fields) for fields in listing["files"]]
    for file in files:
        if os.getppid() != parent:
            return
        if staging.has_all_bytes(file):
            continue
        url = hf_hub_url(hub, file.name, revision=commit or None, endpoint=endpoint or None)
        retry_request(
            partial(_fetch_file, file, url, endpoint, staging.part(file)),
            hub,
            lambda seconds, why: time.sleep(seconds),
            RetryPolicy(**patience),
            lambda: staging.count_present_bytes(files),
        )


class _RangeIgnored(Exception):
    """Raised if a server ignores the requested byte range and sends a file from its first byte."""


class _PartFile(io.BufferedRandom):
    """A partial file that `http_get` cannot truncate. `http_get` truncates a file if the server ignores the
    requested range. The answer may then come from another server, such as a login page, and received bytes
    must not be lost.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path, "a+"))

    def truncate(self, pos: int | None = None, /) -> int:
        raise _RangeIgnored


def _fetch_file(file: RemoteFile, url: str, endpoint: str, part: Path) -> None:
    """Append the missing bytes of a file to its partial file `part`.

    Raises the errors of huggingface_hub and httpx2, and those of `explain_os_error` if a write fails.
    """
    headers = build_hf_headers(library_name="milimo", library_version=__version__)
    # Request no compression, because a range of a compressed answer cannot be appended
    headers["Accept-Encoding"] = "identity"
    if part.is_file() and part.stat().st_size > file.bytes:
        part.unlink()
    try:
        with _PartFile(part) as target:
            start_size = target.tell()
            remote = _fetch_metadata(file, url, headers, endpoint)
            if remote.xet_file_data and is_xet_available():
                _receive_from_xet(file, remote.xet_file_data, headers, target)
            else:
                # No retries here: `retry_request` repeats the request. The library itself retries only after
                # it has received bytes.
                http_get(url, target, resume_size=start_size, headers=headers, _nb_retries=0)
            # The answer ended without error but has another size, so it was not the requested file: discard
            # it.
            if target.tell() != file.bytes:
                target.flush()
                os.truncate(part, start_size)
                raise httpx2.RemoteProtocolError("the answer is not the file that was asked for")
    except _RangeIgnored as error:
        # Raises if another server answers. Received bytes are discarded only if the hub itself ignores the
        # range.
        _fetch_metadata(file, url, headers, endpoint)
        part.unlink()
        raise httpx2.RemoteProtocolError("the hub sends the file from its beginning") from error
    except OSError as error:
        if error.errno is None:  # The error comes from a library, not from the operating system.
            raise
        raise explain_os_error(error, part, "write") from error


def _fetch_metadata(file: RemoteFile, url: str, headers: dict[str, str], endpoint: str) -> HfFileMetadata:
    """Return the hub's metadata of a file. Raises RemoteProtocolError if another server answers, such as the
    login page of a hotel.
    """
    remote = get_hf_file_metadata(url, headers=headers, endpoint=endpoint or None)
    if remote.commit_hash is None or remote.size not in (None, file.bytes):
        raise httpx2.RemoteProtocolError("the answer is not the file that was asked for")
    return remote


def _receive_from_xet(
    file: RemoteFile, data: XetFileData, headers: dict[str, str], target: _PartFile
) -> None:
    """Receive a file from Xet, the hub's storage of large files. The library's function `xet_get` is not
    used, because it always begins at the first byte.
    """
    from hf_xet import XetFileInfo, XetSession  # imported lazily: slow to import and needed only here

    connection = refresh_xet_connection_info(file_data=data, headers=headers)
    group = XetSession().new_download_stream_group(
        endpoint=connection.endpoint,
        token=connection.access_token,
        token_expiry_unix_secs=connection.expiration_unix_epoch,
        token_refresh_url=data.refresh_route,
        token_refresh_headers=headers,
    )
    try:
        for piece in group.download_stream(XetFileInfo(data.file_hash, file.bytes), start=target.tell()):
            target.write(piece)
    except RuntimeError as error:
        raise httpx2.RemoteProtocolError(str(error)) from error
