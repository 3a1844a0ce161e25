"""The engine that prints a storyboard: pages of panels as a PDF or as PNG pictures. If one file fails, none
is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

from PIL import Image
from pydantic import ValidationError

from milimo_tui.core.errors import BadInput, Damaged, MilimoError
from milimo_tui.core.host import replace_file_atomically
from milimo_tui.engines.animatic.picture.reel import board
from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.boards.layout import lay_out_board_pages
from milimo_tui.engines.boards.painters import paint_pdf, paint_png_pages
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.printed_boards import Boards, PrintedPanel
from milimo_tui.engines.specs.file_specs import PrintBoards
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.media.viewer.preview import FilePreview, ViewSize

# Width in pixels at which each panel picture is read or drawn; the height follows from the aspect ratio
WIDE = 1280


class BoardPrinter:
    """The engine that prints storyboards on pages. A panel whose shot has no picture gets a drawing."""

    name = "boards"

    def load(self) -> None:
        """Do nothing. The engine needs no weights."""

    def unload(self) -> None:
        """Do nothing. The engine has no state between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Print the boards described in the spec's input file to `spec.output`. Raises BadInput, Damaged,
        DiskFull and ReadOnly.
        """
        if not isinstance(spec, PrintBoards):
            raise BadInput(f"the board printer can't do {spec.kind}")
        try:
            boards = Boards.model_validate_json(Path(spec.boards).read_bytes())
        except (OSError, ValidationError) as error:
            raise Damaged("the list of boards to print can't be read", "print the boards again") from error
        pages = lay_out_board_pages(boards)
        pictures = _PanelPictures(boards, context.log)
        target = Path(spec.output)

        def report_pages_done(done: int, total: int) -> None:
            context.progress("printing", done, total)

        report_pages_done(0, len(pages))
        paths = list_board_files(target, len(pages))
        with ExitStack() as all_or_nothing:
            parts = [all_or_nothing.enter_context(replace_file_atomically(path)) for path in paths]
            if target.suffix.casefold() == ".pdf":
                paint_pdf(parts[0], pages, pictures.of, boards.film, report_pages_done)
            else:
                paint_png_pages(parts, pages, pictures.of, report_pages_done)
        facts = {"pages": len(pages), "panels": len(boards.panels), "drawn": pictures.drawn}
        return Result(outputs=tuple(Output.of_file("boards", path, facts) for path in paths), facts=facts)


def list_board_files(target: Path, pages: int) -> list[Path]:
    """Return the paths of the output files: one PDF, or a PNG for each page, numbered if there are several
    pages.
    """
    if target.suffix.casefold() == ".pdf" or pages == 1:
        return [target]
    wide = max(2, len(str(pages)))
    return [target.with_name(f"{target.stem}-{page + 1:0{wide}}{target.suffix}") for page in range(pages)]


class _PanelPictures:
    """The pictures of the panels. Each is read from the panel's file, or drawn from the panel's facts if it
    has no file.
    """

    def __init__(self, boards: Boards, log: Callable[[str], None]) -> None:
        self._panels: Sequence[PrintedPanel] = boards.panels
        self._size = (WIDE, max(2, round(WIDE / boards.aspect)))
        self._aspect = boards.aspect
        self._files = FilePreview()
        self._log = log
        self.drawn = 0

    def of(self, at: int) -> Image.Image:
        panel = self._panels[at]
        if panel.picture:
            try:
                seconds = Fraction(panel.seconds).limit_denominator(10**6)
                size = ViewSize(*self._size, letterbox=True)
                picture = self._files.picture(Path(panel.picture), seconds, size, crop=panel.crop)
                return Image.fromarray(picture)
            except MilimoError as error:
                self._log(f"{panel.number} is drawn: {error.message}")
        self.drawn += 1
        return board(stage_shot(panel.facts, self._aspect, panel.seed), *self._size)
