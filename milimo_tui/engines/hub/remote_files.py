"""Files of a repository as the hub lists them: values, for those too who never ask it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """`sha256` of a large file, else `git` (the SHA-1 of git's blob): one of both is known."""

    name: str
    bytes: int
    sha256: str = ""
    git: str = ""

    @property
    def key(self) -> str:
        """What its bytes are called while they are on their way."""
        return self.sha256 or f"git-{self.git}"


@dataclass(frozen=True, slots=True)
class Listing:
    """A repository at a commit."""

    hub: str
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)
