"""A form as a value: its fields, the text typed into each, its errors and its changes. The module uses no
widget and no disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.tui.fields.form_field import FormField
from milimo_tui.tui.fields.reading import explain_refusal, normalize_field_text
from milimo_tui.tui.fields.stepping import step_field_text

Fields = Sequence[FormField] | Callable[[Mapping[str, str]], Sequence[FormField]]
Keep = Callable[[Mapping[str, str]], Awaitable[str]]
Foresee = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Renewal:
    """The rule for reading a form's fields again when the user changes a field on which the other fields
    depend.

    `keys` are the keys of those fields. `read` returns all fields for the typed texts; it runs in a thread
    and raises MilimoError if a choice is not possible.
    """

    keys: tuple[str, ...]
    read: Callable[[Mapping[str, str]], Sequence[FormField]]


class Form:
    """A form that the user fills in.

    - `fields` are all fields, or a function that returns the fields needed for the typed texts.
    - `keep` saves the given texts, and returns the reason if they are refused (empty if they were saved).
    - `foresee` returns a text on the consequences of the changes; it runs in a thread.
    - `whole` means that the form creates something. It then saves all its texts, otherwise only the changed
      ones.
    - `renewal` is the rule for reading the fields again after a change.
    - `verb` says what Enter does when the form is complete (`saves`).
    - `typed` holds texts typed earlier, by field key.
    """

    def __init__(
        self,
        title: str,
        fields: Fields,
        keep: Keep,
        *,
        facts: Text | None = None,
        foresee: Foresee | None = None,
        verb: str = "saves",
        whole: bool = False,
        typed: Mapping[str, str] | None = None,
        renewal: Renewal | None = None,
    ) -> None:
        self.title, self.facts, self.verb, self.whole = title, facts or Text(), verb, whole
        self.keep, self.foresee = keep, foresee
        self.renewal = renewal
        self._make = fields
        self._renewed_by: dict[str, str] = {}
        # Keys of fields that the form itself emptied, because their value is not allowed with the user's
        # other choices.
        self._let_go: set[str] = set()
        self._typed: dict[str, str] = dict(typed or {})
        # The command's reasons for refusing a text, by field key. A reason is removed when the text changes.
        self._refused: dict[str, str] = {}
        self.foreseen = ""

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The fields that are needed for the present texts."""
        return tuple(self._make(dict(self._typed)) if callable(self._make) else self._make)

    def get_field(self, key: str) -> FormField | None:
        return next((field for field in self.fields if field.key == key), None)

    def get_field_text(self, field: FormField) -> str:
        """Return a field's present text as typed, even if it has an error."""
        return self._typed.get(field.key, field.text)

    def set_field_answer(self, field: FormField, typed: str) -> None:
        """Store the text that the user typed into a field."""
        self._refused.pop(field.key, None)
        self._typed[field.key] = normalize_field_text(field, typed)

    def reset_field(self, field: FormField) -> None:
        """Restore the text that a field had when the form was opened."""
        self._typed.pop(field.key, None)
        self._refused.pop(field.key, None)

    def step_field(self, field: FormField, count: int, *, big: bool = False) -> bool:
        """Step a field's value up or down by `count` steps; return True if the value has changed."""
        before = self.get_field_text(field)
        after = step_field_text(field, before, count, big=big)
        if after != before:
            self.set_field_answer(field, after)
        return after != before

    @property
    def renewal_texts(self) -> dict[str, str]:
        """The typed texts of the fields on which other fields depend, by field key."""
        keys = self.renewal.keys if self.renewal is not None else ()
        return {key: self._typed[key] for key in keys if key in self._typed}

    @property
    def is_outdated(self) -> bool:
        """True if the fields must be read again, because a field on which they depend has changed."""
        return self.renewal_texts != self._renewed_by

    def replace_fields(self, fields: Sequence[FormField], chosen: Mapping[str, str]) -> None:
        """Replace the fields by fields that were read again, for the texts `chosen`.

        A text typed by the user stays, and is marked as wrong if the new field does not allow it. Any other
        text that is not allowed is emptied, and restored when it is allowed again.
        """
        self._make, self._renewed_by = fields, dict(chosen)
        for key in self._let_go:
            if not self._typed.get(key):
                self._typed.pop(key, None)
        untouched = [field for field in fields if field.key not in self._typed]
        self._let_go = {field.key for field in untouched if explain_refusal(field, field.text)}
        self._typed |= dict.fromkeys(self._let_go, "")

    @property
    def typed_texts(self) -> dict[str, str]:
        """The texts typed so far by field key, including those with errors."""
        return dict(self._typed)

    def is_answered(self, field: FormField) -> bool:
        """Return True if the user has typed into a field."""
        return field.key in self._typed

    def explain_problem(self, field: FormField) -> str:
        """Return the error in a field's text; empty if there is none, or if the user has not touched the
        field.
        """
        if field.key not in self._typed:
            return ""
        return self._refused.get(field.key) or explain_refusal(field, self.get_field_text(field))

    def attach_refusal(self, reason: str) -> bool:
        """Find the field that a command's reason for refusal quotes or names, and show the reason there.
        Return False if there is no such field.
        """
        named = [
            field
            for field in self.fields
            if _is_reason_about_field(reason, field, self.get_field_text(field))
        ]
        if named:
            self._refused[named[0].key] = reason
            self._typed.setdefault(named[0].key, self.get_field_text(named[0]))
        return bool(named)

    @property
    def changes(self) -> dict[str, str]:
        """The texts that differ from those at the opening of the form, by field key."""
        return {
            field.key: self.get_field_text(field)
            for field in self.fields
            if self.get_field_text(field).strip() != field.text.strip()
        }

    @property
    def values(self) -> dict[str, str]:
        """The texts to save, by field key. A form that creates something (`whole`) saves all texts that are
        not empty, any other form only the changed texts.
        """
        if not self.whole:
            return self.changes
        return {field.key: text for field in self.fields if (text := self.get_field_text(field)).strip()}

    @property
    def wrong_fields(self) -> tuple[FormField, ...]:
        """The fields whose text has an error."""
        return tuple(field for field in self.fields if self.explain_problem(field))

    @property
    def missing_fields(self) -> tuple[FormField, ...]:
        """The required fields that are empty."""
        return tuple(
            field for field in self.fields if field.is_needed and not self.get_field_text(field).strip()
        )

    @property
    def next_field_to_ask(self) -> FormField | None:
        """The field to ask for next; None if there is none. This is an empty required field. In a form that
        creates something (`whole`), it can also be a required field whose default the user has not confirmed.
        """
        return next(
            (
                field
                for field in self.fields
                if field.is_needed
                and (not self.get_field_text(field).strip() or (self.whole and not self.is_answered(field)))
            ),
            None,
        )

    @property
    def is_complete(self) -> bool:
        """True if the form can be saved: no field is wrong or missing, and there is something to save."""
        return not self.wrong_fields and not self.missing_fields and (self.whole or bool(self.changes))

    @property
    def is_fully_answered(self) -> bool:
        """True if the form creates something (`whole`), can be saved, and the user has answered every
        field.
        """
        return self.whole and self.is_complete and all(self.is_answered(field) for field in self.fields)

    def describe_form_state(self) -> str:
        """Return a line on the form: its first error, otherwise its missing fields, otherwise its changes and
        their consequences.
        """
        if wrong := self.wrong_fields:
            return f"✕ {wrong[0].label}: {self.explain_problem(wrong[0])}"
        if missing := self.missing_fields:
            return f"{', '.join(field.label for field in missing)} still missing"
        if self.whole:
            return self.foreseen or "✓ complete"
        count = len(self.changes)
        if not count:
            return "nothing is changed yet"
        return "   ".join(filter(None, (f"changes {format_count(count, 'field')}", self.foreseen)))


def _is_reason_about_field(reason: str, field: FormField, text: str) -> bool:
    """Return True if a command's reason for refusal quotes the text of a field or names the field."""
    words = text.strip()
    if words and (f"“{words}”" in reason or f" {words} " in f" {reason} "):
        return True
    low = reason.casefold()
    return field.label.casefold() in low.partition(":")[0] or f"--{field.key.replace('_', '-')}" in low
