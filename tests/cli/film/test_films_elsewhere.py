"""A screenplay is written as what it is; a film of Milimo Video comes over, and what it had lost is said."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.front_door import Milimo
from tests.store.project.test_milimo_video import ROWS, SCHEMA


@pytest.mark.parametrize("name", ["x.HTML", "x.docx"])
def test_a_screenplay_is_not_written_under_another_formats_name(name: str, film: Milimo) -> None:
    error = film.json("script", "export", str(film.cwd / name), code=2)["error"]
    assert error["message"] == f"a screenplay is not written as {Path(name).suffix}"
    assert error["hint"] == "end the name in .fdx, .fountain, .md, .pdf, .spmd, .txt"
    assert not (film.cwd / name).exists()
    film.act("script", "export", str(film.cwd / "x.fountain"))
    assert "INT. KITCHEN" in (film.cwd / "x.fountain").read_text()


@pytest.mark.long("command_line")
def test_a_film_of_milimo_video_comes_over_and_its_losses_are_said(milimo: Milimo) -> None:
    folder = milimo.cwd / "milimo-video"
    generated = folder / "projects" / "aa11bb22" / "generated"
    generated.mkdir(parents=True)
    (generated / "shot two.mp4").write_bytes(b"video")
    database = folder / "milimovideo.db"
    connection = sqlite3.connect(database)
    connection.executescript(SCHEMA + ROWS)
    connection.close()
    error = milimo.json("project", "import", str(database), code=2)["error"]
    assert "Chase (aa11bb22)" in error["hint"]
    told = milimo.json("project", "import", str(database), "--film", "Chase")
    assert (told["name"], told["shots"]) == ("Chase", 4)
    assert "/projects/aa11bb22/generated/gone.mp4" in told["missing"]
    assert len(milimo.json("shot", "list")) == 4
    again = milimo("project", "import", str(database), "--film", "Chase", "--name", "again").stdout.decode()
    assert "not found: /projects/aa11bb22/generated/gone.mp4" in again
    assert "1 takes; 3 of 4 shots have none there" in again
    milimo.json("project", "import", str(database), "--film", "Chase", code=2)
    milimo.json("project", "import", str(milimo.cwd / "no.db"), code=2)
