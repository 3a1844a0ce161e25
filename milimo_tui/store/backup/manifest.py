"""Describe the contents of a backup: the manifest, which is written as JSON and validated when it is read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from milimo_tui.core.errors import Damaged, Newer
from milimo_tui.core.untrusted_json import parse_untrusted_json

FORMAT = 1
PROJECTS = "projects"


def _check_relative_place(place: str) -> str:
    parts = PurePosixPath(place).parts
    if not parts or ".." in parts or place.startswith("/") or "/".join(parts) != place or "\0" in place:
        raise ValueError("it is not a path in a studio home")
    return place


Place = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_check_relative_place)]
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=2**63)]
Words = Annotated[str, StringConstraints(max_length=4000)]


@checked(frozen=True)
class BackupEntry:
    """A file in a backup. `place` is its path relative to the home, `digest` its SHA-256, and `changed` its
    modification time in nanoseconds since 1970 (0: unknown).
    """

    place: Place
    bytes: Count
    digest: Digest
    changed: Count


@checked(frozen=True)
class BackedUpFilm:
    """A film whose database is in the backup, with the values that a list of backups shows. `shots` and
    `takes` are the numbers of its shots and takes.
    """

    folder: Words
    id: Words
    name: Words
    shots: Count
    takes: Count

    @property
    def place(self) -> str:
        """The path of the film's folder relative to the home."""
        return f"{PROJECTS}/{self.folder}"


@checked(frozen=True)
class Manifest:
    """The contents of one backup.

    `id` is the backup's name, which contains its local time; `created` is the same time in seconds since
    1970. `problems` are sentences about files that could not be backed up because they were damaged in the
    home.
    """

    id: Words
    created: float
    home: Words
    version: Words
    films: tuple[BackedUpFilm, ...]
    entries: tuple[BackupEntry, ...]
    problems: tuple[Words, ...] = ()
    format: int = FORMAT

    @property
    def bytes(self) -> int:
        """The total size of all files in bytes."""
        return sum(entry.bytes for entry in self.entries)

    def list_film_entries(self, film: BackedUpFilm) -> tuple[BackupEntry, ...]:
        """Return the entries of a film's files, including its database."""
        return tuple(entry for entry in self.entries if entry.place.startswith(f"{film.place}/"))


_MANIFEST = TypeAdapter(Manifest)


def format_manifest(manifest: Manifest) -> bytes:
    """Return a manifest as JSON."""
    return TypeAdapter(dict).dump_json(asdict(manifest))


def parse_manifest(data: bytes, name: str) -> Manifest:
    """Return the manifest in `data`, which is JSON. `name` names the backup in messages.

    Raises Damaged if the JSON is not a manifest, and Newer if a later version of the program wrote it.
    """
    try:
        values = parse_untrusted_json(data)
        if isinstance(values, dict) and isinstance(values.get("format"), int) and values["format"] > FORMAT:
            raise Newer(f"the backup {name} was made by a newer Milimo", "upgrade Milimo to read it")
        return _MANIFEST.validate_python(values)
    except (ValueError, ValidationError) as error:
        raise Damaged(
            f"the list of files of the backup {name} is damaged", "milimo backup list shows other backups"
        ) from error
