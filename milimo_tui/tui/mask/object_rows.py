"""The rows that list the objects of a mask, with number, colour, name, the model's confidence and manual
edits.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.color import Color
from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.media.masks.drawing import MASK_COLOURS, DrawnObject
from milimo_tui.tui.mask.mask_state import MaskState
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line


def make_object_rows(state: MaskState, ink: TextStyles, width: int) -> list[Row]:
    """Return a row for each object. Rows below them describe the current object and the tool in use."""
    rows = [_make_object_row(one, state, ink, width) for one in state.drawing.objects]
    rows += [Row("", Text(fit_to_cells(text, width), ink.muted)) for text in _describe_current_object(state)]
    return rows


def _make_object_row(one: DrawnObject, state: MaskState, ink: TextStyles, width: int) -> Row:
    cursor = "▸" if one.number == state.number else " "
    number = f"[{one.number}]" if one.on else f" {one.number} "
    score = f"{state.scores[one.number]:.0%}" if one.number in state.scores else ""
    room = max(4, width - 9 - len(score))
    name = one.name or "no name"
    style = ink.text if one.on else ink.muted
    return Row(
        f"object:{one.number}",
        join_line(
            (f"{cursor}{number:<5}", ink.strong if one.number == state.number else style),
            (
                "■ " if one.on else "□ ",
                Style(color=Color.from_rgb(*MASK_COLOURS.get(one.colour, MASK_COLOURS["white"]))),
            ),
            (f"{fit_to_cells(name, room):<{room}} ", style),
            (score, ink.muted),
        ),
    )


def _describe_current_object(state: MaskState) -> Iterator[str]:
    """Yield lines that describe the current object's drawing actions and clicks in this frame, and the brush
    size.
    """
    one = state.object
    if one is not None:
        key = one.key(state.frame)
        acts = len(key.acts) if key is not None else 0
        clicks = key.clicks if key is not None else ()
        inside = sum(click.belongs for click in clicks)
        yield ""
        if clicks:
            yield f"{inside} in, {len(clicks) - inside} out"  # A longer text would not fit into 80 columns.
        yield format_count(acts, "act") if acts else ("tracked" if one.moving else "nothing drawn here")
        frames = [each.frame for each in one.keys]
        if state.is_clip and frames:
            yield "drawn at " + ", ".join(str(frame) for frame in frames)
    yield f"brush {state.radius * 2:g} px"
