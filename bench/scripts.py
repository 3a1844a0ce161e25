"""Compare the reading of a screenplay of 120 pages with the plain text of a library: `python bench/scripts.py
[--json]`.

The same feature film is read as FDX, PDF and DOCX. The figures are CPU seconds of this process, medians of
five rounds in pairs. The libraries return only text: screenplay-tools, which knows the paragraphs of Final
Draft; pdfium; and python-docx. The studio returns paragraphs with their kinds, written as Fountain. It may
take at most three times as long as the library.
"""

from __future__ import annotations

import gc
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import docx
import pypdfium2
from result import measure_in_turn, print_report
from screenplay_tools.fdx.parser import Parser

sys.path.insert(0, str(Path(__file__).parents[1]))

from milimo_tui.interchange.screenplays.fdx_out import to_fdx
from milimo_tui.interchange.screenplays.pages import lay_out_pages
from milimo_tui.interchange.screenplays.pdf_out import to_pdf
from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
from milimo_tui.story.screenplay.fountain import parse
from tests.interchange.screenplays.test_docx import written
from tests.story.feature import feature

PAGES = 120
ROUNDS = 5


def read_plain_fdx(data: bytes) -> int:
    """Read an FDX file with screenplay-tools and return the number of characters."""
    return len(Parser().parse(data.decode()).elements)


def read_plain_pdf(data: bytes) -> int:
    """Read the text of a PDF file with pdfium and return the number of characters."""
    document = pypdfium2.PdfDocument(data)
    return sum(len(page.get_textpage().get_text_range()) for page in document)


def read_plain_docx(data: bytes) -> int:
    """Read the text of a DOCX file with python-docx and return the number of characters."""
    return sum(len(paragraph.text) for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def make_cpu_timer(act: Callable[[bytes], object], data: bytes) -> Callable[[], float]:
    """Return a function that runs `act` on the data and returns its CPU seconds."""

    def run() -> float:
        gc.collect()  # Garbage of the previous round must not be collected in the timed part.
        began = time.process_time()
        act(data)
        return time.process_time() - began

    return run


def main() -> int:
    """Run the benchmark and return the exit code."""
    scenes = 100
    while len(lay_out_pages(screenplay := parse(feature(seed=1, scenes=scenes).encode()))) < PAGES:
        scenes += 20
    files = {
        "fdx": (to_fdx(screenplay), read_plain_fdx),
        "pdf": (to_pdf(screenplay), read_plain_pdf),
        "docx": (written(screenplay, "styles"), read_plain_docx),
    }
    gc.freeze()  # The objects made so far must not be scanned by the garbage collector in the timed part.
    figures: dict[str, float] = {"pages": len(lay_out_pages(screenplay))}
    ratios = {}
    for name, (data, bare) in files.items():
        ours, theirs = measure_in_turn(
            ROUNDS, make_cpu_timer(convert_to_fountain, data), make_cpu_timer(bare, data)
        )
        figures |= {f"{name}, ms": ours * 1000, f"{name}, bare, ms": theirs * 1000}
        ratios[name] = ours / theirs
    return print_report("scripts", figures, ratios, dict.fromkeys(ratios, 3.0))


if __name__ == "__main__":
    sys.exit(main())
