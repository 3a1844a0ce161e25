"""Test `storyboard export`: pages and tables are read back with independent libraries."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

from milimo_tui.engines.boards.layout import MARGIN, lay_out_board_pages
from milimo_tui.engines.boards.letters import measure_line_width, wrap_text_lines
from milimo_tui.engines.boards.page import HEIGHT, WIDTH, PictureMark, ShapeMark, TextMark
from milimo_tui.engines.contract.printed_boards import Boards, PrintedPanel, Speech
from milimo_tui.studio.script.shot_table import SHOT_TABLE_COLUMNS
from tests.front_door import Milimo


def numbers(film: Milimo) -> list[str]:
    return [row["number"] for row in film.json("shot", "list")]


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


@pytest.mark.long("command_line")
def test_pdf_has_each_shot_with_picture_words_and_floor_plan(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--note", "mind the lamp", "--tags", "wet")
    output = film.act("storyboard", "export", "boards.pdf", "--layout", "3")
    assert "1 board file" in output
    path = film.cwd / "boards.pdf"
    text, reader = text_of(path), PdfReader(path)
    for number in numbers(film):
        assert number in text
    assert "You are late." in text
    assert "mind the lamp" in text
    assert "#wet" in text
    assert sum(len(page.images) for page in reader.pages) == len(numbers(film))
    assert all(page.extract_text().strip() for page in reader.pages)
    assert reader.metadata is not None
    assert reader.metadata.title == "Two Lamps"
    assert reader.pages[0].mediabox.width == pytest.approx(WIDTH, abs=0.1)


@pytest.mark.long("command_line")
def test_letters_of_every_script_are_printed(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--action", "Łódź, Привет, Ελλάδα: — “so”")
    film.act("storyboard", "export", "boards.pdf")
    text = text_of(film.cwd / "boards.pdf")
    assert "Łódź" in text
    assert "Привет" in text


@pytest.mark.long("command_line")
def test_each_page_is_a_picture_file(film: Milimo) -> None:
    film.act("storyboard", "export", "boards.png", "--layout", "1", "--no-floor")
    pages = sorted(film.cwd.glob("boards-*.png"))
    assert len(pages) == len(numbers(film))
    with Image.open(pages[0]) as page:
        assert page.size == (1754, 1240)  # A4 at 150 dots per inch


def test_shot_list_is_exported_as_tables(film: Milimo) -> None:
    film.act("shot", "set", "1A", "--note", "=1+1")
    film.act("storyboard", "export", "shots.csv")
    film.act("storyboard", "export", "shots.xlsx")
    with (film.cwd / "shots.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Shot"] for row in rows] == numbers(film)
    assert list(rows[0]) == list(SHOT_TABLE_COLUMNS)
    assert rows[0]["Notes"] == "'=1+1"
    sheet = load_workbook(film.cwd / "shots.xlsx").active
    assert sheet is not None
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert found[0] == list(SHOT_TABLE_COLUMNS)
    assert [row[1] for row in found[1:]] == numbers(film)
    at = found[0].index("Notes")
    assert found[1][at] == "=1+1"
    assert sheet.cell(2, at + 1).data_type == "s"
    assert sum(row[found[0].index("Frames")] for row in found[1:]) == sum(
        row["frames"] for row in film.json("shot", "list")
    )


@pytest.mark.long("command_line")
def test_panel_shows_camera_values_and_table_shows_places(film: Milimo) -> None:
    film.act(
        "shot", "set", "1A", "--size", "MLS", "--function", "two-shot", "--angle", "low", "--rig", "handheld"
    )
    film.act("shot", "set", "2A", "--location", "HOUSE - HALL", "--part", "the stairs")
    film.act("storyboard", "export", "boards.pdf", "--layout", "1")
    assert "Two-shot MLS, low angle" in text_of(film.cwd / "boards.pdf")
    assert "handheld" in text_of(film.cwd / "boards.pdf")
    film.act("storyboard", "export", "shots.csv")
    with (film.cwd / "shots.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["Shot"] == "2A")
    assert (row["Location"], row["Part"]) == ("HOUSE", "HALL - the stairs")


def test_one_scene_is_exported_alone(film: Milimo) -> None:
    film.act("storyboard", "export", "two.csv", "--scene", "2")
    with (film.cwd / "two.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["Scene"] for row in csv.DictReader(file)} == {"2"}


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("boards.doc", "can't be written as .doc"),
        ("boards", "can't be written as boards"),
        ("gone/boards.pdf", "there is no folder"),
        ("there.pdf", "there.pdf"),
    ],
)
def test_unwritable_export_is_refused_and_nothing_is_written(film: Milimo, file: str, told: str) -> None:
    (film.cwd / "there.pdf").write_bytes(b"mine")
    error = film.json("storyboard", "export", file, code=2)["error"]
    assert told in error["message"]
    assert (film.cwd / "there.pdf").read_bytes() == b"mine"
    assert sorted(path.name for path in film.cwd.iterdir() if path.suffix in (".pdf", ".doc")) == [
        "there.pdf"
    ]


@pytest.mark.long("command_line")
@pytest.mark.parametrize("layout", [1, 3, 6, 9])
def test_long_words_stay_inside_the_page(layout: int) -> None:
    long = "Mara waits at the counter and says nothing at all. " * 40
    speech = Speech(who="Mara", heard="off screen", words=long)
    panels = tuple(
        PrintedPanel(
            number=f"1{letter}", scene=long, framing=long, length="3.0 s", action=long, speeches=(speech,)
        )
        for letter in "ABCDEFGHIJ"
    )
    boards = Boards.model_validate({"film": long, "aspect": 1.5, "layout": layout, "panels": panels})
    pages = lay_out_board_pages(boards)
    assert len(pages) == -(-len(panels) // layout)
    shown = [mark.panel for page in pages for mark in page if isinstance(mark, PictureMark)]
    assert shown == list(range(len(panels)))
    for page in pages:
        for mark in page:
            if isinstance(mark, TextMark):
                wide = measure_line_width(mark.text, mark.size)
                left = mark.x - wide if mark.right else mark.x
                assert left >= MARGIN - 1
                assert left + wide <= WIDTH - MARGIN + 1
                assert mark.y <= HEIGHT - MARGIN
            elif isinstance(mark, ShapeMark):
                assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in mark.points)


def test_lines_keep_all_words_while_there_is_room() -> None:
    words = "one two three four five six seven"
    assert " ".join(wrap_text_lines(words, 10, 60, 99)) == words
    assert wrap_text_lines(words, 10, 60, 1)[0].endswith("…")


def test_text_without_spaces_wraps() -> None:
    words = "三郎は雨の中を歩いて橋を渡る。" * 6
    lines = wrap_text_lines(words, 10, 120, 99)
    assert "".join(lines) == words
    assert len(lines) > 2
    assert all(measure_line_width(line, 10) <= 120 for line in lines)
    assert wrap_text_lines(words, 10, 120, 2)[1].endswith("…")
    assert wrap_text_lines(words, 10, 0.1, 3), "a page too narrow for a letter still ends"
