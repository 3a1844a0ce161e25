"""The strips of the mixer as rows: fader, pan, switches, output and meters. Pure functions over values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.cut.values.mixer import MASTER_NAME, MixStrip, StripKind, format_strip_gain, format_strip_pan
from milimo_tui.cut.values.sound_effects_text import describe_sound_chain
from milimo_tui.tui.play.meters import level_to_share
from milimo_tui.tui.sound.levels import LOWEST
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line

# The values of a `StripLevel`, in its order.
LevelValues = Sequence[float]
LOUDEST_DB, SOFTEST_DB = 12.0, -48.0  # The ends of the fader that is drawn.
_LOUD, _OVER = -9.0, -1.0
_LEVEL, _PAN = 8, 4
_SHORTEST_NAME, _LONGEST_NAME = 9, 20
_TWO_METERS = 58


def format_strip_headings(ink: TextStyles, width: int) -> tuple[Text, Text]:
    """Return the column headings of the strips, for a list `width` cells wide."""
    name, fader, meter = _divide_width(width)
    left = (
        f"  {fit_to_cells('strip', name)} {fit_to_cells('fader', fader)} {'level':>{_LEVEL}}"
        f" {'pan':>{_PAN}}    {fit_to_cells('to', name)}"
    )
    return join_line((left, ink.muted)), join_line((f"{fit_to_cells('meter', meter)}   peak", ink.muted))


def _divide_width(width: int) -> tuple[int, int, int]:
    """Return the widths of a name, the fader and the meter in cells."""
    name = max(_SHORTEST_NAME, min(_LONGEST_NAME, _SHORTEST_NAME + (width - 80) // 4))
    free = width - (2 * name + _LEVEL + _PAN + 8) - 13
    fader = max(7, min(24, free // 2))
    return name, fader, max(6, min(40, free - fader))


def build_strip_rows(
    strips: Sequence[MixStrip], levels: Mapping[str, LevelValues], ink: TextStyles, width: int
) -> list[Row]:
    """Return a row for each strip. `levels` are the present levels of the strips, by name."""
    names = {strip.id: strip.name for strip in strips}
    name_width, fader_width, meter_width = _divide_width(width)
    rows = []
    for strip in strips:
        is_master = strip.kind is StripKind.MASTER
        is_quiet = strip.muted
        pan = "" if is_master else format_strip_pan(strip.pan)
        output = "" if is_master else names.get(strip.bus, MASTER_NAME)
        left = join_line(
            (f" {fit_to_cells(strip.name, name_width)} ", ink.muted if is_quiet else ink.strong),
            (f"{draw_fader(strip.gain_db, fader_width)} ", ink.accent),
            (f"{format_strip_gain(strip.gain_db):>{_LEVEL}}", ink.text),
            (f" {pan:>{_PAN}} ", ink.text),
            ("M" if strip.muted else "·", ink.failed if strip.muted else ink.muted),
            ("S" if strip.solo else "·", ink.stale if strip.solo else ink.muted),
            (f" {fit_to_cells(output, name_width)}", ink.muted),
        )
        level = levels.get(strip.name)
        peak = max(level[0], level[1]) if level else LOWEST
        right = join_line(
            (draw_meter(level, meter_width), _choose_style(peak, ink)),
            (f" {_format_level(peak):>6}", _choose_style(peak, ink)),
        )
        rows.append(Row(strip.id, left, right, f"{strip.name} {strip.role}"))
    return rows


def build_strip_detail_rows(
    strip: MixStrip,
    strips: Sequence[MixStrip],
    level: LevelValues | None,
    ink: TextStyles,
    width: int,
    with_keys: Callable[[str], str],
) -> list[Row]:
    """Return rows with everything about a strip, for a list `width` cells wide: meters first, then role,
    effects, sends and automation, with their keys. Below the list of a terminal with 24 rows, all of them
    fit. `with_keys` replaces the names of actions by their keys.
    """
    names = {each.id: each.name for each in strips}
    sends = ", ".join(f"{names.get(send.bus, '?')} {format_strip_gain(send.gain_db)}" for send in strip.sends)
    keys = ", ".join(f"{name} {format_count(len(curve), 'key')}" for name, curve in strip.automation.curves)
    facts = [
        *((name, value, "") for name, value in _list_meter_facts(level, width)),
        ("role", strip.role.value or "none", "{ui.role} chooses"),
        ("effects", describe_sound_chain(strip.chain) or "none", "{ui.sound_effects} edits"),
        ("sends", sends or "none", "{ui.send} sends"),
        ("automation", keys or "none", "{ui.automate} sets a keyframe"),
    ]
    return [
        Row(
            "",
            join_line(
                (f"{fit_to_cells(name, 11)}", ink.muted),
                (value, ink.text),
                (f"   {with_keys(hint)}" if hint else "", ink.muted),
            ),
        )
        for name, value, hint in facts
    ]


def draw_fader(gain_db: float, width: int) -> str:
    """Return a fader of `width` cells with its knob at a gain: `───●───`."""
    share = (gain_db - SOFTEST_DB) / (LOUDEST_DB - SOFTEST_DB)
    knob = round(min(1.0, max(0.0, share)) * (width - 1))
    return "━" * knob + "●" + "─" * (width - 1 - knob)


def draw_meter(level: LevelValues | None, width: int) -> str:
    """Return a bar of `width` cells: the RMS level of the louder channel as a full bar, and its peak as a
    mark.
    """
    if level is None:
        return " " * width
    full = round(level_to_share(max(level[2], level[3])) * width)
    mark = round(level_to_share(max(level[0], level[1])) * width) - 1
    bar = "█" * full + " " * (width - full)
    return bar if mark < full else bar[:mark] + "▏" + bar[mark + 1 :]


def _choose_style(peak: float, ink: TextStyles) -> Style:
    return ink.failed if peak > _OVER else ink.stale if peak > _LOUD else ink.picked


def format_master_level(level: LevelValues | None) -> str:
    """Return peak and momentary loudness of the master for the header; empty while nothing is measured."""
    if not level:
        return ""
    return f"master {_format_level(max(level[:2]))} dBFS  {_format_level(level[4])} LUFS"


def _format_pair(levels: Sequence[float]) -> str:
    return " ".join(map(_format_level, levels))


def _list_meter_facts(level: LevelValues | None, width: int) -> list[tuple[str, str]]:
    """Return the meters of a strip with their names: in two rows if there are `_TWO_METERS` cells, otherwise
    in four.
    """
    if not level:
        return [("peak", "—"), ("loudness", "—")]
    peak, rms = f"{_format_pair(level[:2])} dBFS", _format_pair(level[2:4])
    loudness = f"{_format_level(level[4])} M  {_format_level(level[5])} S LUFS"
    correlation = f"correlation {level[6]:+.2f}".replace("-", "−")
    if width >= _TWO_METERS:
        return [("peak", f"{peak}   RMS {rms}"), ("loudness", f"{loudness}   {correlation}")]
    return [("peak", peak), ("RMS", f"{rms} dBFS"), ("loudness", loudness), ("left/right", correlation)]


def _format_level(value: float) -> str:
    return "—" if value <= LOWEST else f"{value:.1f}".replace("-", "−")
