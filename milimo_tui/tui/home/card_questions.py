"""The test card's questions, the sample drawn next to each question, and the settings that follow from the
answers.

The block characters are written as code points, because they are only drawn if the terminal can show more
than ASCII.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.color import Color
from rich.style import Style

from milimo_tui.media.viewer.terminal_facts import GLYPHS_BY_SETTING

if TYPE_CHECKING:
    from milimo_tui.core.settings import Settings
    from milimo_tui.tui.terminal.capabilities import Terminal

GREYS, COLOURS, BOX, BRAILLE, PICTURE = "greys", "colours", "box", "braille", "picture"
# Kinds of block glyphs that pictures in cells are drawn with, from the coarsest to the finest.
CELLS = tuple(name for name in GLYPHS_BY_SETTING if name != BRAILLE)
# Greys by their number in the palette of 256 colours.
STEPS = (233, 236, 239, 242, 245, 248, 251, 255)
HUES = (196, 214, 226, 46, 51, 21, 201)
WIDE = 36  # Width of a sample, in cells.
FULL = chr(0x2588)

Sample = list[list[tuple[str, Style]]]  # Rows of a sample, each a list of styled texts.


@dataclass(frozen=True, slots=True)
class CardQuestion:
    """A question of the test card. `name` identifies it in the answers; `words` is the displayed text."""

    name: str
    words: str


WORDS: Mapping[str, str] = {
    GREYS: "Can you see eight greys?",
    COLOURS: "Seven different colours?",
    BOX: "Box closed, glyphs complete?",
    "half": "Half-blocks complete?",
    "quadrants": "Shades, quadrants complete?",
    "sextants": "Sextants complete?",
    "octants": "Octants complete?",
    BRAILLE: "Braille: separate dots?",
    PICTURE: "Picture complete and in its place?",
}


def list_card_questions(terminal: Terminal, *, ascii_only: bool) -> list[CardQuestion]:
    """Return the questions for a terminal. Questions about features that are off in this terminal are left
    out.
    """
    names = [GREYS, COLOURS] if terminal.colours in ("256", "truecolor") else []
    names += [COLOURS] if terminal.colours == "16" else []
    names += [] if ascii_only else [BOX, *CELLS, BRAILLE]
    names += [PICTURE] if terminal.pictures != "off" else []
    return [CardQuestion(name, WORDS[name]) for name in names]


def make_question_sample(name: str, colours: str, ink: Style) -> Sample:
    """Return the sample drawn next to a question. The sample is empty for the picture, which has its own
    widget.
    """
    if name == GREYS:
        return [[(FULL * 4, Style(color=Color.from_ansi(step))) for step in STEPS]]
    if name == COLOURS and colours == "16":
        return [[(FULL * 4, Style(color=Color.from_ansi(hue))) for hue in range(1, 8)]]
    if name == COLOURS:
        return [[(FULL * 4, Style(color=Color.from_ansi(hue))) for hue in HUES]]
    if name == BOX:
        signs = "● ◐ … ✕ ▒ ○ ⊘ ★"
        return [[("┌──┬──┐  ", ink), (signs, ink)], [("│  │  │", ink)], [("└──┴──┘", ink)]]
    return [[(row, ink)] for row in SIGNS.get(name, ())]


def _join_code_points(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


SIGNS: Mapping[str, tuple[str, ...]] = {
    "half": (
        _join_code_points(0x2580, 0x2580) * 4
        + _join_code_points(0x2584, 0x2584) * 4
        + _join_code_points(0x258C, 0x258C)
        + _join_code_points(0x2590, 0x2590),
    ),
    "quadrants": (_join_code_points(0x2591, 0x2593) * 4 + _join_code_points(0x2596, 0x259F),),
    "sextants": (_join_code_points(0x1FB00, 0x1FB00 + WIDE - 1),),
    "octants": (_join_code_points(0x1CD00, 0x1CD00 + WIDE - 1),),
    BRAILLE: (_join_code_points(0x2801, 0x2801 + WIDE - 1),),
}


def find_finest_cells(answers: Mapping[str, bool]) -> str:
    """Return the finest kind of block characters that the terminal displays correctly, according to the
    answers.

    The answers decide this only if the user has reported that the next finer kind is displayed wrongly, or
    that the finest kind of all is displayed correctly. Otherwise return an empty text.
    """
    found = ""
    for name in CELLS:
        if name in answers and not answers[name]:
            return found
        found = name if name in answers else found
    return found if answers.get(CELLS[-1]) else ""


def list_settings_from_answers(
    answers: Mapping[str, bool], terminal: Terminal, settings: Settings
) -> dict[str, str]:
    """Return the settings that follow from the answers, by name. Settings that already have the value are
    left out.
    """
    out: dict[str, str] = {}
    if not answers.get(COLOURS, True):
        out["theme"] = "milimo-ansi"
    if not answers.get(BOX, True):
        out["signs"] = "ascii"
    if terminal.colours == "none":
        if BRAILLE in answers and answers[BRAILLE] != (BRAILLE in terminal.signs):
            out["cells"] = BRAILLE if answers[BRAILLE] else "quadrants"
        blocks_broken = not answers.get("quadrants", True) and not answers.get(BRAILLE, False)
    else:
        cells = find_finest_cells(answers)
        if cells and terminal.signs != GLYPHS_BY_SETTING[cells]:
            out["cells"] = cells
        blocks_broken = not answers.get("half", True)
    if not answers.get(PICTURE, True):
        out["images"] = "off" if blocks_broken or terminal.pictures != "kitty" else "blocks"
    elif blocks_broken and terminal.pictures != "kitty":
        out["images"] = "off"
    return {name: value for name, value in out.items() if getattr(settings, name) != value}
