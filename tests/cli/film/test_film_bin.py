"""Test films in the bin, and new films that begin with a script, on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.front_door import Milimo
from tests.tui.studio_setup import SCRIPT


def test_film_is_moved_to_the_bin_and_restored_complete(milimo: Milimo, tmp_path: Path) -> None:
    script = tmp_path / "salt-road.fountain"
    script.write_text(SCRIPT.replace("Rain Market", "Salt Road"))
    made = milimo.json("project", "new", "--script", str(script), "--size", "wide", "--rate", "24")
    assert (made["name"], made["scenes"], made["width"], made["rate"]) == ("Salt Road", 3, 1024, "24/1")
    milimo.json("project", "bin", "salt-road")
    assert milimo.json("project", "list") == []
    (binned,) = milimo.json("project", "list", "--binned")
    assert binned["name"] == "Salt Road"
    assert milimo.json("project", "use", "salt-road", code=2)["error"]["kind"] == "not_found"
    again = milimo.json("project", "new", "Salt Road")
    assert again["folder"] == "salt-road-2", "a name in the bin is not given away"
    back = milimo.json("project", "restore", "salt-road")
    assert (back["shots"], back["current"]) == (made["shots"], False)
    milimo.json("project", "bin", "salt-road-2")
    milimo.json("project", "delete", "salt-road-2", "--yes")
    assert milimo.json("project", "list", "--binned") == []
