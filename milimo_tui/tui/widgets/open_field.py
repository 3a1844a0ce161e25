"""The state of a field that is being edited: the choices that match the typed text, the choice under the
cursor, and the reason why a text was refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from rich.text import Text

from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.fields.reading import (
    describe_typed_value,
    explain_refusal,
    find_exact_choice,
    list_matching_choices,
    normalize_field_text,
    split_last_word,
)
from milimo_tui.tui.fields.stepping import step_field_text
from milimo_tui.tui.terminal.theme import CURSOR, FAILED, WORKING, TextStyles
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, truncate_line

# Maximum width in cells of the column with the names of choices, if notes on the choices follow it.
WORD = 18
PROBING = f"{WORKING} probing"


class OpenField:
    """The state of a field that the user is editing. `update_typed` receives the text after each change.
    `get_answer` returns the value that the field would get if the user pressed Enter.
    """

    def __init__(self, field: FormField, typed: str) -> None:
        self.field = field
        self.choices: tuple[FieldChoice, ...] = field.choices
        self.reason = ""  # The reason why the text was refused; empty again after the text changes.
        self.facts = ""  # Facts about the file at the typed path.
        self._first = self._typed = typed
        self._was_moved = False
        choice = find_exact_choice(field, typed) if field.is_strict else None
        self.cursor = self.choices.index(choice) if choice is not None else -1

    @property
    def replaces_on_typing(self) -> bool:
        """True if the first typed character replaces the present value instead of being added to it."""
        return (
            self.field.begins_anew
            or self.field.is_strict
            or self.field.kind in (FieldKind.NUMBER, FieldKind.TIME)
        )

    def update_typed(self, typed: str) -> None:
        """Update the state after the typed text has changed to `typed`. In a field with a fixed list of
        choices, the cursor moves to the first choice that matches.
        """
        if typed == self._typed:
            return
        self._typed, self.reason, self.facts, self._was_moved = typed, "", "", False
        self.choices = list_matching_choices(self.field, typed)
        self.cursor = 0 if self.choices and typed.strip() and self.field.is_strict else -1

    def offer_words(self, words: Sequence[str]) -> None:
        """Add words, such as paths that begin with the typed text, after the matching choices. The cursor
        stays on its choice.
        """
        there = self.choices[self.cursor] if self.cursor >= 0 else None
        fit = list_matching_choices(self.field, self._typed)
        known = {choice.word for choice in fit} | {self._typed}
        self.choices = (*fit, *(FieldChoice(word) for word in words if word not in known))
        self.cursor = self.choices.index(there) if there in self.choices else -1

    def opens_folder(self, text: str) -> bool:
        """Return True if `text` is a folder that the user selected in the list of paths. Enter then lists the
        files in the folder, and the question stays open.
        """
        return (
            self.field.kind is FieldKind.PATH
            and self._was_moved
            and text.endswith("/")
            and text != self._typed
        )

    def get_path_at_cursor(self, typed: str) -> str:
        """Return the path that the user selected in the list. Return an empty string if no path was selected,
        or if the selected path is the typed text.
        """
        path = self.get_answer(typed) if self.field.kind is FieldKind.PATH and self._was_moved else typed
        return path if path != typed else ""

    def step_choice(self, step: int) -> str | None:
        """Move the cursor by `step` choices and return None. After the last choice comes the first, and the
        reverse. If the field has no choices but is a number, time or switch, return the text of the next or
        previous value instead.
        """
        if self.choices:
            at = self.cursor if self.cursor >= 0 or step > 0 else 0
            self.cursor = (at + step) % len(self.choices)
            self._was_moved, self.reason, self.facts = True, "", ""
            return None
        if self.field.kind in (FieldKind.NUMBER, FieldKind.TIME, FieldKind.SWITCH):
            return step_field_text(self.field, self._typed, -step)
        return None

    @property
    def has_steps(self) -> bool:
        """True if the keys up and down change the field: it has choices, or its value can be stepped."""
        return bool(self.choices) or self.field.kind in (FieldKind.NUMBER, FieldKind.TIME, FieldKind.SWITCH)

    def select_choice(self, index: int) -> str:
        """Put the cursor on the choice with this index, and return the text that Enter would give."""
        self.cursor, self._was_moved = index, True
        return self.get_answer(self._typed)

    def get_answer(self, typed: str) -> str:
        """Return the value that Enter would give: the choice under the cursor, otherwise the typed text. The
        value may be invalid.
        """
        by_row = self._was_moved or (self.field.is_strict and typed != self._first and bool(typed.strip()))
        if by_row and 0 <= self.cursor < len(self.choices) and find_exact_choice(self.field, typed) is None:
            return f"{split_last_word(self.field, typed)[0]}{self.choices[self.cursor].word}"
        if self._was_moved and 0 <= self.cursor < len(self.choices):
            return self.choices[self.cursor].word
        return normalize_field_text(self.field, typed)

    def check_refusal(self, text: str) -> bool:
        """Return True if a text is refused because it is not a valid value of the field. Store the reason in
        `reason`; it is empty for a valid text.
        """
        self.reason = explain_refusal(self.field, text)
        return bool(self.reason)

    def draw_choice_rows(self, ink: TextStyles, width: int, most: int) -> list[Text]:
        """Return the choices around the cursor as at most `most` lines, each `width` cells wide."""
        count = len(self.choices)
        if not count or most < 1:
            return []
        most = min(most, count)
        top = max(0, min(self.cursor - most // 2, count - most))
        long = max(len(self._choice_label(choice)) for choice in self.choices)
        word = min(max(8, long), WORD if any(choice.note for choice in self.choices) else width - 3)
        rows = [self._draw_choice_row(index, ink, word, width) for index in range(top, top + most)]
        below = count - top - most
        if below and self.cursor < top + most - 1:
            rest = f"  and {below + 1} more: ↓ ↑ move through them"
            rows[-1] = join_line((fit_to_cells(rest, width), ink.muted))
        return rows

    def first_choice_row(self, most: int) -> int:
        """Return the index of the choice in the first line of `draw_choice_rows`."""
        count = len(self.choices)
        return max(0, min(self.cursor - min(most, count) // 2, count - min(most, count)))

    def _choice_label(self, choice: FieldChoice) -> str:
        """Return the label of a choice. For a path that begins with the typed folder, this is only the last
        name.
        """
        if self.field.kind is FieldKind.PATH and choice not in self.field.choices:
            return PurePath(choice.word).name + ("/" if choice.word.endswith("/") else "")
        return choice.word or "none"

    def _draw_choice_row(self, index: int, ink: TextStyles, word: int, width: int) -> Text:
        choice, here = self.choices[index], index == self.cursor
        style = ink.strong if here else ink.accent
        text = join_line(
            (f"{CURSOR} " if here else "  ", ink.accent),
            (f"{fit_to_cells(self._choice_label(choice), word)}", style),
            (f"  {choice.note}", ink.text if here else ink.muted),
        )
        text = truncate_line(text, width)
        text.append(" " * max(0, width - text.cell_len))
        if here:
            text.stylize_before(ink.cursor)
        return text

    def draw_notes(self, ink: TextStyles) -> list[Text]:
        """Return the lines with notes on the field: the reason for a refusal, facts about a path, or a time
        in another notation.
        """
        if self.reason:
            return [join_line((f"{FAILED} {self.reason}", ink.failed))]
        if self.facts:
            bad = self.facts.startswith(FAILED)
            style = ink.failed if bad else ink.working if self.facts == PROBING else ink.picked
            return [join_line((self.facts, style))]
        text = describe_typed_value(self.field, self._typed)
        return [join_line((text, ink.muted))] if text else []
