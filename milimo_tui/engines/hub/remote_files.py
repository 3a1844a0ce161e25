"""The files of a repository as the hub lists them. Plain values that import no network library, so any module
may use them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a hub repository. Exactly one hash is set: `sha256` for a large file, `git` (the SHA-1 of the
    git blob) for a small file.
    """

    name: str
    bytes: int
    sha256: str = ""
    git: str = ""

    @property
    def key(self) -> str:
        """The file's name in the staging folder, derived from its hash."""
        return self.sha256 or f"git-{self.git}"


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a hub repository at one commit."""

    hub: str
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def bytes(self) -> int:
        """Total size of the files in bytes."""
        return sum(file.bytes for file in self.files)
