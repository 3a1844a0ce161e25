"""Builds the rows of a shot's takes, the newest first. A row shows how the take was made, and if it is
picked, stale or rejected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.engines.registry import engine_registry
from milimo_tui.tui.shot.shot_details import TAKE, ShotDetails
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, STARS, TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Take
    from milimo_tui.tui.keys.keymap import InKeys

# Minimum widths in cells for showing the seed, and for also showing the engine, in the rows of takes.
WIDE_TAKES, WIDEST_TAKES = 40, 70


def make_take_rows(details: ShotDetails, ink: TextStyles, in_keys: InKeys, width: int) -> list[Row]:
    """Return a row for each take, the newest first. The engine is shown if `width` (in cells) has space.
    Enter picks a take.
    """
    acts = "   Enter picks  {shot.rate}1–{shot.rate}5 rates  {ui.delete} rejects"
    acts = in_keys(acts) if width >= WIDE_TAKES else ""
    head = Row("", join_line(("Takes", ink.strong), (acts, ink.muted)))
    takes = [
        _make_take_row(details, place, take, ink, width) for place, take in enumerate(details.state.takes, 1)
    ]
    none = join_line((f"{EMPTY} none yet", ink.muted))
    if not details.preflight.problems and width >= WIDE_TAKES:
        none.append("   ").append(in_keys("{shot.make}"), ink.key).append(" makes one", ink.muted)
    return [head, *(reversed(takes) if takes else [Row("", none)])]


def _make_take_row(details: ShotDetails, place: int, take: Take, ink: TextStyles, width: int) -> Row:
    picked = details.state.picked is not None and take.id == details.state.picked.id
    stale = picked and details.state.stale
    glyph, style = (EMPTY, ink.muted)
    if take.rejected:
        glyph, style = FAILED, ink.failed
    elif picked:
        glyph, style = (STALE, ink.stale) if stale else (PICKED, ink.picked)
    words = "rejected" if take.rejected else "stale" if stale else "picked" if picked else ""
    mark = engine_registry.get_placeholder_mark(take.engine, take.previs)
    stars = STARS * take.rating if width >= WIDE_TAKES or not take.rating else f"{STARS}{take.rating}"
    made = [mark, f"seed {take.seed}", f"{take.length} f"]
    if width < WIDE_TAKES:
        made = made[:1]
    elif width >= WIDEST_TAKES:
        made.insert(0, take.engine)
        stars = f"{words:<9}{stars}"
    left = join_line((f"{glyph} ", style), (f"take {place:<3}", ink.text), (stars, ink.stale))
    return Row(TAKE + take.id, left, join_line(("  ".join(filter(None, made)), ink.muted)))
