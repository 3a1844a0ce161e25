"""Test that the folder and database of a film can be read only by their owner. Films made by earlier versions
are corrected when opened.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.front_door import Milimo


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def rights(milimo: Milimo, film: str) -> dict[str, str]:
    root = milimo.home / "projects" / film
    return {path.name: mode(path) for path in (root, *root.glob("project.db*"))}


ALONE = {"project.db": "0o600"}


def test_films_and_databases_are_readable_by_their_owner_alone(film: Milimo) -> None:
    before = os.umask(0o022)
    try:
        film.act("project", "new", "Fresh")
        film.act("project", "use", "two-lamps")
        film.act("project", "duplicate", "Copy")
        film.act("project", "export", str(film.cwd / "packed.zip"))
        film.act("project", "import", str(film.cwd / "packed.zip"), "--name", "packed")
    finally:
        os.umask(before)
    for name in ("fresh", "copy", "packed"):
        assert rights(film, name) == {name: "0o700", **ALONE}, name
    assert mode(film.home / "studio.db") == "0o600"


@pytest.mark.long("command_line")
def test_old_film_gets_private_permissions_when_it_is_opened(film: Milimo) -> None:
    root = film.home / "projects" / "two-lamps"
    root.chmod(0o755)
    (root / "project.db").chmod(0o644)
    (film.home / "studio.db").chmod(0o644)
    film.act("shot", "list")
    assert rights(film, "two-lamps") == {"two-lamps": "0o700", **ALONE}
    film.act("job", "list")
    assert mode(film.home / "studio.db") == "0o600"


def test_read_only_film_stays_read_only(film: Milimo) -> None:
    database = film.home / "projects" / "two-lamps" / "project.db"
    database.chmod(0o444)
    film.act("shot", "list")
    assert mode(database) in ("0o400", "0o444")
