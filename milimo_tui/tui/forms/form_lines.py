"""A form's fields as rows: the field's name, its value, a note on the value, and any error below. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.fields.reading import format_closed_field
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.terminal.theme import FAILED, TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, truncate_line, wrap_words

LEAST_LABEL, MOST_LABEL = 10, 18  # Smallest and largest width of the column with field names, in cells.
KEEP = "form:keep"  # Key of the extra last row, on which Enter always saves the form.
OPENS = "▾"  # Glyph after the value of a field that opens a list.
VALUE = 18  # Width in cells of the column with values, after which notes begin.
SEVERAL = 3  # A value that needs more rows is cut off with `…`.


def measure_label_width(form: Form) -> int:
    """Return the width of the column with a form's field names in cells, including the space after them."""
    long = max((len(field.label) for field in form.fields), default=0)
    return max(LEAST_LABEL, min(MOST_LABEL, long)) + 2


def build_form_rows(form: Form, ink: TextStyles, width: int, keys: Callable[[str], str]) -> list[Row]:
    """Return the rows of a form: a heading for each section, a row for each field, and any error below its
    field. `keys` replaces commands in help by their keys.
    """
    label, rows, section = measure_label_width(form), list[Row](), ""
    for field in form.fields:
        if field.section != section:
            section = field.section
            rows += [Row("", join_line())] if rows else []
            rows += [Row("", join_line((section, ink.muted)))] if section else []
        rows += _build_field_rows(form, field, ink, label, max(12, width - label - 4), keys)
    if form.whole and form.is_complete:
        rows += [Row("", join_line()), Row(KEEP, join_line(("Enter ", ink.key), (form.verb, ink.text)))]
    return rows


def _build_field_rows(
    form: Form, field: FormField, ink: TextStyles, label: int, room: int, keys: Callable[[str], str]
) -> list[Row]:
    text, problem = form.get_field_text(field), form.explain_problem(field)
    changed = text.strip() != field.text.strip()
    name = (f"{fit_to_cells(field.label, label - 2)}  ", ink.text if changed else ink.muted)
    shown = (
        _format_switch(field, text) if field.kind is FieldKind.SWITCH else format_closed_field(field, text)
    )
    pieces = (wrap_words(shown, room) or [""])[:SEVERAL]
    if len(pieces) == SEVERAL and len(wrap_words(shown, room)) > SEVERAL:
        pieces[-1] = fit_to_cells(f"{pieces[-1]} …", room).rstrip()
    style = ink.failed if problem else ink.strong if changed else ink.text
    first = join_line(name)
    if shown:
        first.append(pieces[0], style)
    elif field.default:
        first.append(field.default, ink.muted)
    elif field.is_needed:
        first.append("required", ink.stale)
    else:
        first.append("–", ink.muted)
    if field.kind is FieldKind.CHOICE and field.choices:
        _pad_to_cells(first, label + VALUE - 2)
        first.append(f" {OPENS}", ink.muted)
    note = _format_value_note(field, text, keys, changed=changed and not form.whole)
    if note and len(pieces) == 1:
        _pad_to_cells(first, label + VALUE)
        first.append(f"  {note}", ink.muted)
    rows = [Row(field.key, truncate_line(first, label + room))]
    rows += [Row("", join_line(" " * label, (piece, style))) for piece in pieces[1:]]
    if problem:
        rows += [
            Row("", join_line(" " * label, (piece, ink.failed)))
            for piece in wrap_words(f"{FAILED} {problem}", room)
        ]
    return rows


def _pad_to_cells(text: Text, cells: int) -> None:
    text.append(" " * max(0, cells - text.cell_len))


def _format_switch(field: FormField, text: str) -> str:
    """Return both positions of a switch, with brackets around the active one."""
    holds = (text or field.default) in ("on", "yes")
    return "[on]  off" if holds else " on  [off]"


def _format_value_note(field: FormField, text: str, keys: Callable[[str], str], *, changed: bool) -> str:
    """Return the note next to a value. If the value was changed, the note is the former value. Otherwise it
    says where a default comes from, or explains a choice.
    """
    if changed and field.text:
        before = format_closed_field(field, field.text)
        return f"was {fit_to_cells(before, 24).rstrip()}" if field.kind is not FieldKind.SWITCH else ""
    note = next((choice.note for choice in field.choices if choice.word == (text or field.default)), "")
    help = keys(field.help) if not text else ""
    # A source is only shown for an unchanged value, because a changed value comes from the user.
    source = field.source if text.strip() == field.text.strip() else ""
    return "   ".join(filter(None, (source, note or help)))
