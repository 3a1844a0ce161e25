"""Test Kdenlive projects with elements that cannot be read."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.interchange.files.reading import read_cut_file
from milimo_tui.interchange.values.bundle import CutArrival
from milimo_tui.interchange.xml import mlt
from tests.interchange.strategies import IdCounter
from tests.interchange.test_adapters import long_cut

TEXT = mlt.write_mlt(long_cut(Fraction(25)), "film", ".kdenlive")[""]


def read_project(folder: Path, text: str) -> CutArrival:
    path = folder / "film.kdenlive"
    path.write_text(text)
    return read_cut_file(path, IdCounter(), Fraction(25))


def list_spans(arrival: CutArrival) -> set[tuple[str, int, int]]:
    laid_out = layout(arrival.bundle.cut)
    return {
        (track.name, placed.start, placed.end)
        for track in laid_out.tracks
        for placed in laid_out.get_row(track.id)
        if placed.clip.source.kind is not SourceKind.GAP
    }


@pytest.mark.parametrize("number", [3, 40])
def test_unreadable_entry_is_left_out_and_noted_with_its_line(tmp_path: Path, number: int) -> None:
    whole = list_spans(read_project(tmp_path, TEXT))
    entries = list(re.finditer(r'<entry [^>]*\bin="([^"]*)"', TEXT))
    broken = entries[number]
    line = TEXT[: broken.start()].count("\n") + 1
    arrival = read_project(tmp_path, f"{TEXT[: broken.start(1)]}soon{TEXT[broken.end(1) :]}")
    assert any(note.startswith(f"line {line}:") for note in arrival.notes)
    assert 0 < len(list_spans(arrival)) < len(whole)


def test_producer_without_a_speed_does_not_refuse_the_project(tmp_path: Path) -> None:
    whole = read_project(tmp_path, TEXT)
    pattern = (
        r'<(producer|chain) id="[^"]*"[^>]*>(?:(?!</\1>).)*<property name="mlt_service">(avformat[^<]*)<'
    )
    first = re.search(pattern, TEXT, re.DOTALL)
    assert first is not None
    text = f"{TEXT[: first.start(2)]}timewarp{TEXT[first.end(2) :]}"
    arrival = read_project(tmp_path, text)
    left = list_spans(arrival)
    assert left < list_spans(whole)
    assert left
    assert all(note.startswith("line ") for note in arrival.notes)
