"""Test that a film with a kind of transition that this version does not know can be used, and that exports
report the kind as lost.
"""

from __future__ import annotations

import sqlite3

import pytest

from tests.front_door import Milimo


@pytest.fixture
def sparkling(film: Milimo) -> Milimo:
    """Return a film whose only transition has a kind of a newer version."""
    film.inside("cut", "transition", "1A", "--frames", "6", "--overlap")
    with sqlite3.connect(film.home / "projects" / "two-lamps" / "project.db") as connection:
        connection.execute("UPDATE transition SET kind = 'sparkle'")
    return film


def list_kinds(film: Milimo) -> list[tuple[str, int]]:
    return [(each["kind"], each["frames"]) for each in film.inside("cut", "show")["transitions"]]


def test_unknown_kind_is_listed_by_its_name_and_preserved_by_edits(sparkling: Milimo) -> None:
    assert list_kinds(sparkling) == [("sparkle", 6)]
    assert "sparkle" in sparkling.act("cut", "show")
    sparkling.inside("cut", "transition", "1A", "--frames", "4")
    assert list_kinds(sparkling) == [("sparkle", 4)]
    sparkling.inside("cut", "transition", "1A", "--kind", "glitter", code=2)
    sparkling.inside("cut", "undo")
    assert list_kinds(sparkling) == [("sparkle", 6)]
    assert sparkling.inside("render", "--plan")


@pytest.mark.parametrize("suffix", [".edl", ".xml", ".fcpxml", ".kdenlive", ".mlt"])
def test_exports_report_an_unknown_kind_as_lost(sparkling: Milimo, suffix: str) -> None:
    written = sparkling.inside("cut", "export", str(sparkling.cwd / f"film{suffix}"))
    losses = {each["what"]: each["where"] for each in written["losses"]}
    assert losses["transitions other than dissolves"] == ["1B"]
    assert "dissolves" not in losses


def test_otio_file_preserves_an_unknown_kind(sparkling: Milimo) -> None:
    target = str(sparkling.cwd / "film.otio")
    assert sparkling.inside("cut", "export", target)["losses"] == []
    sparkling.inside("cut", "import", target)
    assert list_kinds(sparkling) == [("sparkle", 6)]
