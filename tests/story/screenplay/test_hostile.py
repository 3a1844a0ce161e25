"""Test input that is not a screenplay or is malicious: the parser refuses it in one sentence or reads it in
linear time.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.files.script import load_screenplay_bytes, read_screenplay_stream
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.lines import MAX_BYTES, MAX_LINE, MAX_LINES
from milimo_tui.story.shots.shots import break_down_script
from tests.budget import thorough
from tests.story.feature import feature

RATE = Fraction(25)
HANGS = 60.0  # Limit in seconds; on such input other parsers never end.


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no text"),
        (b" \n\t\r\n ", "no text"),
        (b"\xef\xbb\xbf", "no text"),
        (b"INT. A - DAY\n\n\x00He waits.", "is not text"),
        (b"\x7fELF\x02\x01", "program"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"{\\rtf1\\ansi INT. A", "RTF"),
        (b"PK\x03\x04 word/document.xml", "zip"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        ("INT. A - DAY".encode("utf-16"), "UTF-16"),
        ("INT. CAFÉ - DAY".encode("latin-1"), "line 1"),
        ("INT. A - DAY\n\nÉlan.".encode("cp1252"), "line 3"),
        (b'<?xml version="1.0"?><FinalDraft DocumentType="Script">', "Final Draft"),
        (b"a" * (MAX_BYTES + 1), "20 MB"),
        (b"He waits.\n" + b"x" * (MAX_LINE + 1), "line 2"),
        (b"x\n" + b"\n" * MAX_LINES, "lines"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_file_gets_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(data)
    assert said in caught.value.message
    assert caught.value.exit_code == 2
    assert "\n" not in caught.value.message


def test_long_line_counts_characters_not_bytes() -> None:
    assert parse(("é" * MAX_LINE).encode()).elements[0].text == "é" * MAX_LINE


def _lines(line: str) -> Callable[[int], str]:
    return lambda count: "INT. A - DAY\n\n" + line * count


HOSTILE: dict[str, tuple[Callable[[int], str], int]] = {
    "brackets in a cue": (lambda n: "INT. A - DAY\n\nMARA " + "(" * n + "\nHi.", 45_000),
    "closed brackets in a cue": (lambda n: "INT. A - DAY\n\nMARA " + "(a)" * n + "\nHi.", 15_000),
    "open notes on many lines": (_lines("[[[[[[[[[[ x\n"), 4_000),
    "open notes in paragraphs": (_lines("[[ a [[ b\n\n"), 2_500),
    "open notes in one line, closed too late": (lambda n: "[[" * n + "\n\n]]", 40_000),
    "open notes, one close": (lambda n: _lines("[[ a\n\n")(n) + "]]", 2_500),
    "notes": (_lines("[[x]]"), 9_000),
    "boneyards": (_lines("/* x */ y\n"), 4_000),
    "open boneyards": (_lines("/* "), 15_000),
    "spaces in a heading": (lambda n: "INT. A" + " " * n + "- DAY\n\nHe waits.", 45_000),
    "spaces before a number": (lambda n: "INT. A" + " " * n + "#1#\n\nHe waits.", 45_000),
    "hashes in a heading": (lambda n: "INT. A " + "#" * n + "\n\nHe waits.", 45_000),
    "dashes in a heading": (lambda n: "INT. A " + "- " * n + "\n\nHe waits.", 20_000),
    "stars": (lambda n: "INT. A - DAY\n\n" + "*" * n, 45_000),
    "open stars": (_lines("*a "), 9_000),
    "underscores": (_lines("_a*b "), 9_000),
    "dots": (lambda n: "INT. A - DAY\n\n" + "." * n + "x", 45_000),
    "quoted dots": (_lines('.")'), 15_000),
    "commas": (_lines("word, "), 8_000),
    "spaced dashes": (_lines(" ---"), 12_000),
    "one word": (lambda n: "INT. A - DAY\n\n" + "x" * n, 45_000),
    "words": (_lines("word "), 9_000),
    "lines": (_lines("He waits.\n"), 4_000),
    "paragraphs": (_lines("He waits.\n\n"), 2_000),
    "blank lines": (lambda n: "INT. A - DAY" + "\n" * n + "x", 60_000),
    "headings": (_lines("\nINT. B - DAY\n"), 2_500),
    "cues": (lambda n: "INT. A - DAY\n\n" + "".join(f"N{i}\nHi N{i}.\n\n" for i in range(n)), 800),
    "forced cue with spaces": (lambda n: "INT. A - DAY\n\n@A" + " " * n + "B\nHi.", 15_000),
    "parentheticals left open": (lambda n: "INT. A - DAY\n\nMARA\n" + "(a\n" * n, 10_000),
    "numbers": (lambda n: "".join(f"{i % 9}. x\n" for i in range(n)), 2_500),
    "title page": (lambda n: "Title: x\n" + "   y\n" * n, 10_000),
    "camera words": (_lines("we slowly slowly "), 5_000),
    "SUPER": (_lines("SUPER: x. "), 8_000),
}  # fmt: skip


def _seconds(data: bytes) -> float:
    gc.collect()
    gc.disable()  # A garbage collection would also visit the objects of all other tests in this process.
    try:
        # CPU time of this process, so that other programs on the machine do not count.
        start = time.process_time()
        break_down_script(parse(data), RATE)
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.parametrize("name", thorough("hostile", list(HOSTILE), 6))
def test_time_grows_linearly_with_the_text(name: str) -> None:
    make, size = HOSTILE[name]
    whole, quarter = make(size).encode(), make(size // 4).encode()
    all_of_it = part = float("inf")
    # The text becomes four times longer: a linear parser takes 4 times as long, a quadratic one 16 times.
    for _ in range(12):
        all_of_it = min(all_of_it, _seconds(whole))
        if all_of_it < 0.15:
            return
        part = min(part, _seconds(quarter))
        if all_of_it < 9 * part:
            return
    pytest.fail(f"{part:.3f} s, then {all_of_it:.3f} s for four times as much")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("MARA " + "(" * 200_000 + "\nHi.", True),
        ("INT. A - DAY\n\nMARA " + "(" * 99_000 + "\nHi.", False),
        ("[[" * 100_000, True),
        ("INT. A - DAY\n\n" + ("[[" * 40_000 + "\n") * 3, False),
        ("INT. A" + " " * 20_000 + "- DAY\n\nHe waits.", False),
        ("x" * 10_000_000, True),
    ],
    ids=["brackets", "fewer brackets", "open notes", "open notes on lines", "spaces", "one line"],
)
def test_texts_that_hung_other_parsers_are_read_at_once(text: str, refused: bool) -> None:
    data = text.encode()
    start = time.perf_counter()
    if refused:
        with pytest.raises(BadInput, match="longer than"):
            parse(data)
    else:
        parse(data)
    assert time.perf_counter() - start < HANGS


def test_feature_script_is_parsed_and_broken_down() -> None:
    text = feature(seed=6)
    assert text.count("\n") > 4_600
    drafts = break_down_script(parse(text.encode()), RATE)
    assert len(drafts) == 190


# ------------------------------------------------------------------ files


def test_file_is_read_completely(tmp_path: Path) -> None:
    path = tmp_path / "a film.fountain"
    path.write_bytes(b"\xef\xbb\xbfINT. A - DAY\r\n")
    assert load_screenplay_bytes(path) == path.read_bytes()


def test_missing_folder_unreadable_and_large_files_get_one_sentence(tmp_path: Path) -> None:
    large = tmp_path / "large.fountain"
    large.write_bytes(b"x" * (MAX_BYTES + 1))
    broken = tmp_path / "loop.fountain"
    broken.symlink_to(broken)
    for path, said in (
        (tmp_path / "nothing.fountain", "there is no file"),
        (tmp_path, "is a folder"),
        (large, "too large"),
        (broken, "can't be read"),
        (tmp_path / ("n" * 300), "can't be read"),
    ):
        with pytest.raises(BadInput) as caught:
            load_screenplay_bytes(path)
        assert said in caught.value.message
        assert caught.value.exit_code == 2


def test_endless_stream_is_given_up() -> None:
    with Path("/dev/zero").open("rb") as stream, pytest.raises(BadInput) as caught:
        read_screenplay_stream(stream)
    assert "standard input is too large" in caught.value.message


def test_stream_is_read_completely(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"He waits.")
    with path.open("rb") as stream:
        assert read_screenplay_stream(stream) == load_screenplay_bytes(path) == b"He waits."
