"""Test versions of a cut and their notes on the command line, with every command's text and JSON output."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.front_door import Milimo


@pytest.mark.long("command_line")
def test_version_has_notes_and_a_film_of_its_own(film: Milimo, tmp_path: Path) -> None:
    (live,) = film.inside("cut", "list")
    assert film.inside("cut", "freeze", "v1")["frozen"]
    film.inside("cut", "use", "v1")
    film.inside("project", "use", "two-lamps")
    assert [cut["current"] for cut in film.inside("cut", "list")] == [False, True], "it stays current"
    film.inside("cut", "use", live["name"])
    film.inside("cut", "trim-out", "1A", "-5")
    data = film.inside("cut", "diff", "v1")
    [difference] = (row["sentence"] for row in data["differences"])
    assert re.findall(r"1A|\d frames", difference) == ["1A", "5 frames"]
    assert film.inside("cut", "diff", "v1", live["name"]) == data
    file = tmp_path / "notes.txt"
    file.write_text("00:00:00:10 hold on her\n00:00:01:00 louder\n")
    came = film.inside("cut", "note", "import", str(file), "--about", "v1", "--by", "Anna")
    assert (came["notes"], len(came["landed"]), came["lost"]) == (2, 2, [])
    text = film.act("cut", "notes")
    assert re.search("^ *1  ○ 00:00:00:10  1A  hold on her .*Anna$", text, re.MULTILINE)
    assert re.search(rf"\b2 .*\b0 .*“{live['name']}”", text.splitlines()[-1])
    assert film.inside("run", "cut.note_done", "notes=1,2")["left"] == 0
    film.inside("cut", "note", "reply", "2", "3 dB more")
    written = film.inside("cut", "note", "export", str(tmp_path / "notes.csv"))["path"]
    assert "3 dB more" in Path(written).read_text()
    assert film.inside("cut", "note", "bring", "nowhere", code=2)["error"]["kind"] == "not_found"
    assert film.inside("cut", "reframe", "--size", "256x256", "--name", "square")["width"] == 256
    films = film.json("render", "--cuts", f"v1,{live['name']}")["films"]
    names = [Path(each["film"]).name for each in films]
    assert names == ["two-lamps-v1.mp4", "two-lamps.mp4"]
    assert films[0]["frames"] == films[1]["frames"] + 5
    assert all(Path(each["film"]).is_file() for each in films)


def test_shorter_cut_at_another_rate_is_reported_with_amount_and_place(film: Milimo) -> None:
    done = film.inside("cut", "reframe", "--rate", "24", "--name", "cinema")
    assert done["off"] == -sum(each["frames"] for each in done["short"]) < 0
    data = film.inside("cut", "show")
    ends = {clip["id"]: clip["start"] + clip["frames"] for clip in data["tracks"][0]["clips"]}
    assert all(ends[each["clip"]] == each["frame"] for each in done["short"])
    film.inside("cut", "undo", "--whole-project")
    assert f"it ends {-done['off']} frame" in film.act("cut", "reframe", "--rate", "24", "--name", "again")
