"""Lay out panels on pages: a grid of pictures with text below each picture.

A floor plan precedes the panels of each scene that has a plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from milimo_tui.engines.boards.letters import fit_line_to_width, measure_line_width, wrap_text_lines
from milimo_tui.engines.boards.page import (
    HEIGHT,
    WIDTH,
    Mark,
    MarkColour,
    Page,
    PictureMark,
    ShapeMark,
    TextMark,
)
from milimo_tui.engines.contract.printed_boards import GRIDS, Boards, Floor, PrintedPanel

MARGIN, HEAD, FOOT, GAP = 28.0, 22.0, 14.0, 14.0
SMALL, PLAIN = 7.5, 8.5
LEADING = 1.3
# Share of a panel's height for the text below the picture, by the number of panels on a page.
_TEXT_SHARES = {1: 0.22, 3: 0.45, 6: 0.32}
_PICTURE_SHARE = 0.58  # share of a small panel's width for the picture; the text is next to the picture
_FLOOR_RATIO = 0.8  # largest ratio of a floor plan's height to its width
_SCENE_LINE = 13.0  # height in points of the line with the scene's name above the picture


def lay_out_board_pages(boards: Boards) -> list[Page]:
    """Return the pages, each with the marks (text, pictures and shapes) of its panels."""
    columns, rows = GRIDS[boards.layout]
    width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns
    height = (HEIGHT - 2 * MARGIN - HEAD - FOOT - (rows - 1) * GAP) / rows
    cells: list[tuple[int, Floor | None]] = []
    for at, panel in enumerate(boards.panels):
        if panel.floor is not None:
            cells.append((at, panel.floor))
        cells.append((at, None))
    count = -(-len(cells) // boards.layout)
    out: list[Page] = []
    for page in range(count):
        marks: list[Mark] = [*_lay_out_page_header(boards.film, page + 1, count)]
        for place, (at, floor) in enumerate(cells[page * boards.layout : (page + 1) * boards.layout]):
            x = MARGIN + place % columns * (width + GAP)
            y = MARGIN + HEAD + place // columns * (height + GAP)
            panel = boards.panels[at]
            if floor is not None:
                marks += _lay_out_floor_plan(panel.scene, floor, x, y, width, height)
            else:
                marks += _lay_out_panel(boards, at, x, y, width, height)
        out.append(tuple(marks))
    return out


def _lay_out_page_header(film: str, page: int, count: int) -> Iterator[Mark]:
    number = f"{page} / {count}"
    room = WIDTH - 2 * MARGIN - measure_line_width(number, PLAIN) - GAP
    yield TextMark(MARGIN, MARGIN + 6, fit_line_to_width(film, 10, room), 10, MarkColour.STRONG)
    yield TextMark(WIDTH - MARGIN, MARGIN + 6, number, PLAIN, MarkColour.FAINT, right=True)


def _lay_out_panel(
    boards: Boards, at: int, x: float, y: float, width: float, height: float
) -> Iterator[Mark]:
    panel = boards.panels[at]
    below = _TEXT_SHARES.get(boards.layout)
    room = (height - _SCENE_LINE) * (1 - (below or 0))
    shown_width = min(width if below else width * _PICTURE_SHARE, room * boards.aspect)
    shown_height = shown_width / boards.aspect
    left = x + (width - shown_width) / 2 if below else x
    if panel.scene:
        yield TextMark(
            left, y + 8, fit_line_to_width(panel.scene, SMALL, shown_width), SMALL, MarkColour.FAINT
        )
    top = y + _SCENE_LINE
    if not panel.omitted:
        yield PictureMark(left, top, shown_width, shown_height, at)
    yield ShapeMark(_list_box_corners(left, top, shown_width, shown_height))
    if below:
        yield from _lay_out_panel_text(
            panel, left, top + shown_height, shown_width, y + height - top - shown_height
        )
    else:
        text_x = x + shown_width + 8
        yield from _lay_out_panel_text(panel, text_x, top - 4, x + width - text_x, y + height - top + 4)


def _lay_out_panel_text(
    panel: PrintedPanel, x: float, y: float, width: float, height: float
) -> Iterator[Mark]:
    """Yield the marks of a panel's text inside a box, in points. Lines that do not fit are left out."""
    baseline = y + PLAIN * LEADING
    bottom = y + height
    facts = "   ".join(filter(None, (panel.length, panel.timecode)))
    room = width - measure_line_width(facts, SMALL) - measure_line_width(f"{panel.number}  ", 10) - 4
    if room < width / 3:
        facts = panel.length
        room = width - measure_line_width(facts, SMALL) - measure_line_width(f"{panel.number}  ", 10) - 4
    yield TextMark(x, baseline, panel.number, 10, MarkColour.FAINT if panel.omitted else MarkColour.STRONG)
    framing = fit_line_to_width(panel.framing, SMALL, room)
    yield TextMark(
        x + measure_line_width(f"{panel.number}  ", 10), baseline, framing, SMALL, MarkColour.FAINT
    )
    yield TextMark(x + width, baseline, facts, SMALL, MarkColour.FAINT, right=True)
    speeches = [f"{one.who}{f' ({one.heard})' if one.heard else ''}: “{one.words}”" for one in panel.speeches]
    texts = [
        (panel.action, MarkColour.TEXT),
        *((line, MarkColour.STRONG) for line in speeches),
        (panel.note, MarkColour.FAINT),
    ]
    for text, ink in texts:
        left = int((bottom - baseline) / (PLAIN * LEADING))
        for line in wrap_text_lines(text, PLAIN, width, left) if left > 0 else []:
            baseline += PLAIN * LEADING
            yield TextMark(x, baseline, line, PLAIN, ink)


def _lay_out_floor_plan(
    scene: str, floor: Floor, x: float, y: float, width: float, height: float
) -> Iterator[Mark]:
    """Yield the marks of a scene's floor plan: people as stick figures with their names, cameras as
    wedges.
    """
    if scene:
        yield TextMark(x, y + 8, fit_line_to_width(scene, SMALL, width), SMALL, MarkColour.FAINT)
    top, tall = y + _SCENE_LINE, min(height - _SCENE_LINE - 4, width * _FLOOR_RATIO)
    yield ShapeMark(_list_box_corners(x, top, width, tall))

    def at(place: tuple[float, float]) -> tuple[float, float]:
        return x + 14 + place[0] * (width - 28), top + 14 + (1 - place[1]) * (tall - 28)

    # Names of cameras by position, because cameras at the same position share a label
    named: dict[tuple[int, int], list[str]] = {}
    placed: dict[tuple[int, int], tuple[float, float]] = {}
    for camera in floor.cameras:
        (from_x, from_y), (to_x, to_y) = at(camera.at), at(camera.to)
        away = max(1.0, ((to_x - from_x) ** 2 + (to_y - from_y) ** 2) ** 0.5)
        along, across = ((to_x - from_x) / away, (to_y - from_y) / away), 4.0
        tip_x, tip_y = from_x + along[0] * 11, from_y + along[1] * 11
        sides = ((-along[1] * across, along[0] * across), (along[1] * across, -along[0] * across))
        wedge = ((from_x, from_y), *((tip_x + side_x, tip_y + side_y) for side_x, side_y in sides))
        yield ShapeMark(wedge, MarkColour.FAINT, filled=True)
        named.setdefault((round(from_x / 6), round(from_y / 6)), []).append(camera.number)
        placed[round(from_x / 6), round(from_y / 6)] = (from_x + 6, from_y + 5)
    for key, (label_x, label_y) in placed.items():
        yield TextMark(label_x, label_y, " ".join(named[key]), SMALL, MarkColour.FAINT)
    for name, place_x, place_y in floor.people:
        head_x, head_y = at((place_x, place_y))
        yield from _lay_out_stick_figure(head_x, head_y)
        yield TextMark(
            head_x + 9, head_y + 3, fit_line_to_width(name, SMALL, width / 3), SMALL, MarkColour.STRONG
        )


def _lay_out_stick_figure(x: float, y: float) -> Iterator[Mark]:
    """Yield the marks of a stick figure that stands at (x, y)."""
    head = tuple((x + 3 * dx, y - 6 + 3 * dy) for dx, dy in ((0, -1), (0.87, -0.5), (0.87, 0.5), (0, 1)))
    other = tuple((x - 3 * dx, y - 6 + 3 * dy) for dx, dy in ((0, 1), (0.87, 0.5), (0.87, -0.5), (0, -1)))
    yield ShapeMark((*head, *other), MarkColour.STRONG, filled=True)
    yield ShapeMark(((x, y - 3), (x, y + 5)), MarkColour.STRONG)
    yield ShapeMark(((x - 5, y), (x + 5, y)), MarkColour.STRONG)
    yield ShapeMark(((x - 4, y + 11), (x, y + 5), (x + 4, y + 11)), MarkColour.STRONG)


def _list_box_corners(x: float, y: float, width: float, height: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
