"""Test that a screenplay is written only under the name of its own format, and that films of Milimo Video are
imported with a list of losses.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from tests.front_door import Milimo
from tests.media.numbered_clips import numbered
from tests.store.replaced_systems.test_milimo_video import ROWS, SCHEMA


@pytest.mark.parametrize("name", ["x.HTML", "x.docx"])
def test_screenplay_is_not_written_under_the_name_of_another_format(name: str, film: Milimo) -> None:
    error = film.json("script", "export", str(film.cwd / name), code=2)["error"]
    assert Path(name).suffix in error["message"]
    assert re.findall(r"\.\w+", error["hint"]) == [".fdx", ".fountain", ".md", ".pdf", ".spmd", ".txt"]
    assert not (film.cwd / name).exists()
    film.act("script", "export", str(film.cwd / "x.fountain"))
    assert "INT. KITCHEN" in (film.cwd / "x.fountain").read_text()


@pytest.mark.long("command_line")
def test_milimo_video_film_is_imported_and_its_losses_are_listed(milimo: Milimo) -> None:
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
    data = milimo.json("project", "import", str(database), "--film", "Chase")
    assert (data["name"], data["shots"]) == ("Chase", 4)
    assert "/projects/aa11bb22/generated/gone.mp4" in data["missing"]
    assert len(milimo.json("shot", "list")) == 4
    again = milimo("project", "import", str(database), "--film", "Chase", "--name", "again").stdout.decode()
    assert "/projects/aa11bb22/generated/gone.mp4" in again
    assert {"1 file", "3 of 4 shots"} <= set(re.findall("1 file|3 of 4 shots", again))
    milimo.json("project", "import", str(database), "--film", "Chase", code=2)
    milimo.json("project", "import", str(milimo.cwd / "no.db"), code=2)


@pytest.mark.long("command_line")
def test_milimo_video_installation_is_imported_with_media_and_a_list_of_losses(
    milimo: Milimo,
) -> None:
    folder = milimo.cwd / "milimo-video"
    generated = folder / "projects" / "aa11bb22" / "generated"
    generated.mkdir(parents=True)
    numbered(generated / "shot two.mp4", 0, 125, Fraction(24), b_frames=False)
    numbered(generated / "older.mp4", 1, 120, Fraction(24), b_frames=False)
    Image.new("RGB", (64, 48), "teal").save(folder / "projects" / "aa11bb22" / "ana.jpg")
    Image.new("RGB", (64, 48), "red").save(folder / "projects" / "aa11bb22" / "thumb.jpg")
    (folder / "backend").mkdir()
    connection = sqlite3.connect(folder / "backend" / "milimovideo.db")
    connection.executescript(SCHEMA + ROWS)
    connection.executescript(
        "ALTER TABLE shot ADD COLUMN timeline VARCHAR;"
        "CREATE TABLE job (id VARCHAR, project_id VARCHAR, shot_id VARCHAR, output_path VARCHAR);"
        "INSERT INTO job VALUES ('j1', 'aa11bb22', 'h2', '/projects/aa11bb22/generated/older.mp4');"
        "UPDATE shot SET thumbnail_url = '/projects/aa11bb22/thumb.jpg' WHERE id = 'h1';"
        "UPDATE shot SET status = 'completed', duration = 4.0;"
    )
    items = [{"path": "/projects/aa11bb22/ana.jpg", "frame_index": 9, "strength": 0.5}]
    connection.execute("UPDATE shot SET timeline = ? WHERE id = 'h1'", (json.dumps(items),))
    connection.commit()
    connection.close()
    data = milimo.json("project", "import", str(folder), "--film", "Chase")
    lost = "\n".join(data["lost"])
    for words in ("gone.mp4", "1 shot has no type", "3 shots", "two lengths"):
        assert words in lost
    came = [path for path in (Path(data["path"]) / "media").rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in came) == [".jpg", ".jpg", ".mp4", ".mp4"]
    takes = milimo.json("shot", "takes", "1B")
    assert len(takes) == 2
    followed = milimo.json("shot", "condition", "list", "1A")
    assert (9, 0.5) in [(row["frame"], row["strength"]) for row in followed]
    assert len(milimo.json("element", "list")) == 3
    shutil.rmtree(folder)
    assert "missing" not in milimo.act("asset", "check")
