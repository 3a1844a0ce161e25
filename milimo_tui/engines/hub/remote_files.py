"""The files of a repository as the hub lists them. Plain values, also used by modules that do not connect to
the hub.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository. Exactly one hash is set: `sha256` for a large file, otherwise `git` (the SHA-1
    of the git blob).
    """

    name: str
    bytes: int
    sha256: str = ""
    git: str = ""

    @property
    def key(self) -> str:
        """The name of the file's bytes in the staging folder."""
        return self.sha256 or f"git-{self.git}"


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a repository at a commit."""

    hub: str
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def bytes(self) -> int:
        """Total size of the files in bytes."""
        return sum(file.bytes for file in self.files)
