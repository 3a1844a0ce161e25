"""The render presets as rows: each preset's use, the estimated size of the film, and the date of its last
render. Pure functions.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_bytes, format_count
from milimo_tui.cut.delivery.presets import PRESETS, Preset, PresetGroup
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import join_columns, join_line

if TYPE_CHECKING:
    from milimo_tui.studio.render.render_estimate import PresetEstimate
    from milimo_tui.tui.keys.keymap import InKeys

NAME = 13
SIZE = 9
FILE_FROM = 92  # From this width in cells, a row also has the name of the file.
LAST_FROM = 70  # From this width in cells, a row also has the date of the preset's last render.
MOST_USE = 25
GROUPS = {
    PresetGroup.FILM: "films",
    PresetGroup.MASTER: "editing and archive",
    PresetGroup.FRAMES: "frames",
    PresetGroup.CLIP: "clips",
    PresetGroup.SOUND: "sound",
}


def build_preset_rows(
    known: Mapping[str, PresetEstimate], current: str, width: int, ink: TextStyles
) -> list[Row]:
    """Return a row for each preset, under the heading of its group. `current` is the chosen preset."""
    rows: list[Row] = []
    group: PresetGroup | None = None
    for preset in PRESETS:
        if preset.group is not group:
            group = preset.group
            rows.append(Row("", join_line((GROUPS[group], ink.muted))))
        rows.append(_build_preset_row(preset, known.get(preset.name), preset.name == current, width, ink))
    return rows


def _build_preset_row(
    preset: Preset, known: PresetEstimate | None, here: bool, width: int, ink: TextStyles
) -> Row:
    room = width - NAME - SIZE - 3
    parts: list[tuple[str, int, Style]] = [
        (preset.name, NAME, ink.strong if here else ink.text),
        (preset.use, min(MOST_USE, max(8, room)), ink.muted),
    ]
    if known is None:
        return Row(preset.name, join_columns(parts, 1), search=f"{preset.name} {preset.title} {preset.use}")
    if width >= LAST_FROM:
        parts.append((_format_render_date(known.last), 6, ink.muted))
    if width >= FILE_FROM:
        parts.append((known.target.rpartition("/")[2], max(8, width - LAST_FROM - 18), ink.muted))
    left = join_columns(parts, 1)
    right = (
        join_line((known.problem and "can't be", ink.stale))
        if known.problem
        else join_line(format_estimated_size(known, ink))
    )
    return Row(preset.name, left, right, search=f"{preset.name} {preset.title} {preset.use}")


def format_estimated_size(known: PresetEstimate, ink: TextStyles) -> tuple[str, Style]:
    """Return an estimated file size and its style. A `~` marks a guess that is only based on the preset."""
    words = format_bytes(known.bytes.bytes)
    if known.bytes.source == "preset":
        return f"~{words}", ink.muted
    return words, ink.text


def _format_render_date(created: float) -> str:
    return time.strftime("%d %b", time.localtime(created)) if created else ""


def format_preset_heading(
    known: Mapping[str, PresetEstimate], marked: Collection[str], ink: TextStyles
) -> Text:
    """Return the line above the list. If presets are marked, it has their number and total size; otherwise it
    explains the `~`.
    """
    if not marked:
        return join_line(("deliver as", ink.strong), ("   ~ is a guess", ink.muted))
    total = sum(known[name].bytes.bytes for name in marked if name in known)
    guessed = any(known[name].bytes.source == "preset" for name in marked if name in known)
    many = format_count(len(marked), "output")
    return join_line(
        (f"{many} as one batch", ink.strong), (f"   {'~' * guessed}{format_bytes(total)}", ink.text)
    )


def format_batch_line(names: Sequence[str], ink: TextStyles, in_keys: InKeys) -> Text:
    """Return the line with the key that renders several presets: `c c  renders 3: h264, prores, gif`."""
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return join_line((in_keys("{ui.render}"), ink.key), (f"  renders {len(names)}: {shown}", ink.text))
