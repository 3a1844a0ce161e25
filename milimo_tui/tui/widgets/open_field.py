"""A field that is being edited: the choices that fit the typed text, the choice under the cursor, the reason
for a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from rich.text import Text

from milimo_tui.tui.fields.form_field import Choice, FormField, Kind
from milimo_tui.tui.fields.reading import beside, exact, fitting, last_word, refusal, settled
from milimo_tui.tui.fields.stepping import stepped
from milimo_tui.tui.terminal.theme import CURSOR, FAILED, WORKING, Ink
from milimo_tui.tui.widgets.text import cut, fit, line

WORD = 18  # Cells for the word of a choice.
PROBING = f"{WORKING} probing"


class OpenField:
    """A field that the user is asked for. `update_typed` takes the typed text, `get_answer` returns what
    Enter gives.
    """

    def __init__(self, field: FormField, typed: str) -> None:
        self.field = field
        self.choices: tuple[Choice, ...] = field.choices
        self.reason = ""  # Why the text was refused; cleared when the text changes.
        self.facts = ""  # Facts about the file at the typed path.
        self._first = self._typed = typed
        self._was_moved = False
        there = exact(field, typed) if field.is_strict else None
        self.cursor = self.choices.index(there) if there is not None else -1

    @property
    def begins_anew(self) -> bool:
        """True if the first typed letter replaces the present value."""
        return self.field.begins_anew or self.field.is_strict or self.field.kind in (Kind.NUMBER, Kind.TIME)

    def type(self, typed: str) -> None:
        """Take the present text of the field; the cursor moves to the likeliest choice."""
        if typed == self._typed:
            return
        self._typed, self.reason, self.facts, self._was_moved = typed, "", "", False
        self.choices = fitting(self.field, typed)
        self.cursor = 0 if self.choices and typed.strip() and self.field.is_strict else -1

    def offer(self, words: Sequence[str]) -> None:
        """Offer more words (paths that begin with the typed text) after the choices that fit."""
        there = self.choices[self.cursor] if self.cursor >= 0 else None
        fit = fitting(self.field, self._typed)
        known = {choice.word for choice in fit} | {self._typed}
        self.choices = (*fit, *(Choice(word) for word in words if word not in known))
        self.cursor = self.choices.index(there) if there in self.choices else -1

    def leads_on(self, text: str) -> bool:
        """Return True if `text` is a folder that was chosen from the list; its files are offered next."""
        return self.field.kind is Kind.PATH and self._was_moved and text.endswith("/") and text != self._typed

    def path_gone_to(self, typed: str) -> str:
        """Return the path that the cursor moved to in the list; empty if it is already typed, or if there is
        none.
        """
        path = self.chosen(typed) if self.field.kind is Kind.PATH and self._was_moved else typed
        return path if path != typed else ""

    def move(self, step: int) -> str | None:
        """Move to another choice, wrapping around, and return None. For a number, return the text one step
        on.
        """
        if self.choices:
            at = self.cursor if self.cursor >= 0 or step > 0 else 0
            self.cursor = (at + step) % len(self.choices)
            self._was_moved, self.reason, self.facts = True, "", ""
            return None
        if self.field.kind in (Kind.NUMBER, Kind.TIME, Kind.SWITCH):
            return stepped(self.field, self._typed, -step)
        return None

    @property
    def moves(self) -> bool:
        """True if up and down have an effect on the field."""
        return bool(self.choices) or self.field.kind in (Kind.NUMBER, Kind.TIME, Kind.SWITCH)

    def take(self, index: int) -> str:
        """Select a choice and return the text with this choice in it."""
        self.cursor, self._was_moved = index, True
        return self.chosen(self._typed)

    def chosen(self, typed: str) -> str:
        """Return what Enter gives, valid or not: the choice under the cursor, otherwise the typed text."""
        by_row = self._was_moved or (self.field.is_strict and typed != self._first and bool(typed.strip()))
        if by_row and 0 <= self.cursor < len(self.choices) and exact(self.field, typed) is None:
            return f"{last_word(self.field, typed)[0]}{self.choices[self.cursor].word}"
        if self._was_moved and 0 <= self.cursor < len(self.choices):
            return self.choices[self.cursor].word
        return settled(self.field, typed)

    def refuse(self, text: str) -> bool:
        """Return True if a text is not valid, and store the reason."""
        self.reason = refusal(self.field, text)
        return bool(self.reason)

    # -- drawing -------------------------------------------------------------------------------------

    def choice_rows(self, ink: Ink, width: int, most: int) -> list[Text]:
        """Return a line of `width` cells for each choice around the cursor, at most `most` lines."""
        count = len(self.choices)
        if not count or most < 1:
            return []
        most = min(most, count)
        top = max(0, min(self.cursor - most // 2, count - most))
        long = max(len(self._shown(choice)) for choice in self.choices)
        word = min(max(8, long), WORD if any(choice.note for choice in self.choices) else width - 3)
        rows = [self._row(index, ink, word, width) for index in range(top, top + most)]
        below = count - top - most
        if below and self.cursor < top + most - 1:
            rest = f"  and {below + 1} more: ↓ ↑ go through them"
            rows[-1] = line((fit(rest, width), ink.muted))
        return rows

    def first_shown(self, most: int) -> int:
        """Return the index of the first choice in `draw_choice_rows`."""
        count = len(self.choices)
        return max(0, min(self.cursor - min(most, count) // 2, count - min(most, count)))

    def _shown(self, choice: Choice) -> str:
        """Return the label of a choice: for a path that continues the typed one, only the last part."""
        if self.field.kind is Kind.PATH and choice not in self.field.choices:
            return PurePath(choice.word).name + ("/" if choice.word.endswith("/") else "")
        return choice.word or "none"

    def _row(self, index: int, ink: Ink, word: int, width: int) -> Text:
        choice, here = self.choices[index], index == self.cursor
        style = ink.strong if here else ink.accent
        text = line(
            (f"{CURSOR} " if here else "  ", ink.accent),
            (f"{fit(self._shown(choice), word)}", style),
            (f"  {choice.note}", ink.text if here else ink.muted),
        )
        text = cut(text, width)
        text.append(" " * max(0, width - text.cell_len))
        if here:
            text.stylize_before(ink.cursor)
        return text

    def notes(self, ink: Ink) -> list[Text]:
        """Return the lines next to the field: the reason for a refusal, facts about a path, or another
        notation of a time.
        """
        if self.reason:
            return [line((f"{FAILED} {self.reason}", ink.failed))]
        if self.facts:
            bad = self.facts.startswith(FAILED)
            style = ink.failed if bad else ink.working if self.facts == PROBING else ink.picked
            return [line((self.facts, style))]
        shown = beside(self.field, self._typed)
        return [line((shown, ink.muted))] if shown else []
