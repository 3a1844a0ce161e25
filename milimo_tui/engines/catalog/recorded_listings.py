"""Read and store listings of repositories: the sizes and hashes of the files at a commit.

Some listings are installed with the studio. `milimo model list --refresh` asks the hub and stores its answers
in the home, where they take precedence. This module makes no network calls. If a size or hash is unknown, it
is empty in the listing and reported as a guess.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.rows.model_row import ModelRow

LISTINGS_FILE = "listings.json"  # file in the models folder that holds the hub's answers
Origin = Literal["hub", "others"]
Known = Literal["listed", "in part", "guessed"]


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of a repository. `sha256` is empty if the hash will be known only after the first download."""

    name: str
    bytes: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class RecordedListing:
    """A listing of the files of a repository at a commit. `by` names the source of the listing, `asked` the
    time at which it was requested.

    `bytes` is used if the files are unknown: it is the total size of the files that the catalogue row with
    the id `row` needs. Only a listing from the hub itself is certain to name every file.
    """

    hub: str
    commit: str
    asked: str
    by: Origin
    files: tuple[ListedFile, ...]
    bytes: int = 0
    row: str = ""


@dataclass(frozen=True, slots=True)
class ExpectedDownload:
    """The expected download of a catalogue row.

    - `files` are the files whose names and sizes are known.
    - `bytes` is the total size in bytes, including an estimate for unknown files.
    - `known` is `listed` if every file is known, `in part` if only some files or only the total size are, and
      `guessed` if nothing is.
    """

    files: tuple[ListedFile, ...]
    bytes: int
    known: Known
    commit: str = ""
    asked: str = ""
    by: str = ""

    @property
    def unlisted(self) -> int:
        """The estimated bytes of the files that are not listed."""
        return max(0, self.bytes - sum(file.bytes for file in self.files))


def estimate_download(row: ModelRow, listings: Mapping[str, RecordedListing]) -> ExpectedDownload:
    """Return the expected download of a catalogue row, from the recorded listings."""
    found = listings.get(row.hub)
    if found is None:
        return ExpectedDownload((), row.bytes, "guessed")
    files = tuple(file for file in found.files if is_file_wanted(file.name, row.files, row.without))
    source = (found.commit, found.asked, found.by)
    if files and (found.by == "hub" or row.form == "file"):
        return ExpectedDownload(files, sum(file.bytes for file in files), "listed", *source)
    # The recorded size counts only for the same row: another row may use fewer files of the same repository.
    whole = found.bytes if found.row == row.id else 0
    if not files and not whole:
        return ExpectedDownload((), row.bytes, "guessed")
    listed = sum(file.bytes for file in files)
    return ExpectedDownload(files, max(whole or row.bytes, listed), "in part", *source)


def is_file_wanted(name: str, wanted: Sequence[str], without: Sequence[str]) -> bool:
    """Return True if a file of a repository matches a pattern in `wanted` and none in `without`.

    If `wanted` is empty, every file matches it.
    """
    return (not wanted or matches_file_patterns(name, wanted)) and not matches_file_patterns(name, without)


def matches_file_patterns(name: str, patterns: Sequence[str]) -> bool:
    """Return True if a name matches a pattern. `*.json` applies to the top folder only, `vae/*` to everything
    below `vae`.
    """
    for pattern in patterns:
        if "/" not in pattern and "/" in name:
            continue
        if fnmatchcase(name, pattern):
            return True
    return False


def read_listings(folder: Path) -> Mapping[str, RecordedListing]:
    """Return all recorded listings by repository. Listings in the models folder take precedence. Raises
    Damaged.
    """
    return {**_read_shipped_listings(), **_read_saved_listings(folder / LISTINGS_FILE)}


def save_listings(folder: Path, new: Iterable[RecordedListing]) -> None:
    """Store listings in the models folder. They replace older listings of the same repositories. Raises
    Damaged, ReadOnly.
    """
    all_of_them = {**_read_saved_listings(folder / LISTINGS_FILE), **{one.hub: one for one in new}}
    data = {
        one.hub: {
            "commit": one.commit,
            "asked": one.asked,
            "by": one.by,
            "files": {file.name: [file.bytes, file.sha256] for file in one.files},
        }
        for one in all_of_them.values()
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_file_atomically(folder / LISTINGS_FILE, json.dumps(data, indent=1, sort_keys=True).encode())


def make_hub_listing(
    hub: str, commit: str, requested_at: str, files: Mapping[str, Sequence[Any]]
) -> RecordedListing:
    """Return a listing made from the hub's answer about a repository. `hub` is the repository, `requested_at`
    the time of the request. `files` maps each file name to its size in bytes and its SHA-256.
    """
    return _parse_listing(hub, {"commit": commit, "asked": requested_at, "by": "hub", "files": files})


@cache
def _read_shipped_listings() -> Mapping[str, RecordedListing]:
    text = (resources("milimo_tui.engines.catalog") / "listings.toml").read_text()
    return {hub: _parse_listing(hub, entry) for hub, entry in tomllib.loads(text).items()}


def _read_saved_listings(path: Path) -> Mapping[str, RecordedListing]:
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return {}
    return _parse_listings_file(path, stamp)


@lru_cache(maxsize=4)
def _parse_listings_file(path: Path, stamp: int) -> Mapping[str, RecordedListing]:
    """Return the listings in a file. `stamp` is the file's modification time. It only makes the cache key
    unique.
    """
    try:
        found = parse_untrusted_json(path.read_text())
        return {str(hub): _parse_listing(str(hub), entry) for hub, entry in found.items()}
    except (OSError, ValueError, AttributeError, KeyError, TypeError, IndexError) as error:
        raise Damaged(
            f"the saved list of the hub can't be read: {path}",
            "remove it, then run milimo model list --refresh",
        ) from error


def _parse_listing(hub: str, entry: Mapping[str, Any]) -> RecordedListing:
    files = tuple(
        ListedFile(str(name), int(size), str(digest))
        for name, (size, digest) in entry.get("files", {}).items()
    )
    by: Origin = "hub" if entry["by"] == "hub" else "others"
    whole, row = int(entry.get("bytes", 0)), str(entry.get("row", ""))
    return RecordedListing(hub, str(entry.get("commit", "")), str(entry["asked"]), by, files, whole, row)
