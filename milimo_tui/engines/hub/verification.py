"""The verification of installed weights: every file is hashed and compared with the manifest.

Wrong files are named in the message and recorded, so that no engine loads the weights. If the manifest has no
hash of a file, the computed hash is added.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, Failed, NotFound
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, WeightFile
from milimo_tui.engines.catalog.model_store import ModelStore, describe_repair
from milimo_tui.engines.catalog.weight_hashes import hash_file
from milimo_tui.engines.catalog.weight_headers import SINGLE_FILE_SUFFIXES, read_weights_header
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.hub.download_progress import CHECKING, ProgressReporter
from milimo_tui.engines.hub.download_rate import DownloadRate


def verify_weights(id: str, home: Home, context: Context) -> Result:
    """Hash all files of the installed weights `id`. Raises NotFound if they are not installed, and Failed
    with the names of bad files.
    """
    store = ModelStore(home.models)
    row = store.find_local_weights(id)
    if row is None:
        raise NotFound(f"there are no weights “{id}” here", "milimo model list lists the weights")
    reporter = ProgressReporter(context, DownloadRate(max(1, row.bytes), 0, time.monotonic()), CHECKING)
    files, wrong = _hash_all_files(store, row, reporter)
    store.register(replace(row, files=files, damaged=tuple(wrong)))
    if wrong:
        count = f"{len(wrong)} of {len(files)} files" if len(wrong) > 1 else next(iter(wrong))
        raise Failed(  # `Failed` ends the job without a retry, which would only repeat the hashing
            f"{id}: {count} {'are' if len(wrong) > 1 else 'is'} missing or damaged: "
            + ", ".join(f"{name} ({why})" for name, why in list(wrong.items())[:3]),
            describe_repair(row, store.get_files_root(row)),
        )
    reporter.report()
    return Result(facts={"model": id, "files": len(files), "bytes": row.bytes, "whole": True})


def _hash_all_files(
    store: ModelStore, row: InstalledWeights, reporter: ProgressReporter
) -> tuple[tuple[WeightFile, ...], dict[str, str]]:
    """Return the files with their computed hashes, and a description of each fault by file name."""
    wrong: dict[str, str] = {}
    files: list[WeightFile] = []
    for file in row.files:
        path = store.get_files_root(row) / file.name
        why = _find_file_fault(path, file)
        digest = "" if why else hash_file(path, reporter.add_bytes)
        if digest and file.digest and digest != file.digest:
            why = "wrong hash"
        if why:
            wrong[file.name] = why
        files.append(file if file.digest or not digest else replace(file, digest=digest))
    return tuple(files), wrong


def _find_file_fault(path: Path, file: WeightFile) -> str:
    """Return the fault of a file that can be seen without hashing, such as a wrong size. Return an empty text
    if there is no such fault.
    """
    if not path.is_file():
        return "missing"
    if path.stat().st_size != file.bytes:
        return f"{path.stat().st_size:,} bytes of {file.bytes:,}"
    if file.name.endswith(SINGLE_FILE_SUFFIXES):
        try:
            read_weights_header(path)
        except (BadInput, Damaged) as error:
            return error.message
    return ""
