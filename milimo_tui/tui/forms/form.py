"""A form: its fields, the text typed into each, errors and changes. Touches no widget and no disk."""

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
    """Fields that depend on the choices in some of them.

    `keys` are the fields that the others depend on. `read` returns all fields for the present texts; it runs
    off the event loop, and raises if a choice is not possible.
    """

    keys: tuple[str, ...]
    read: Callable[[Mapping[str, str]], Sequence[FormField]]


class Form:
    """A form that is being filled in.

    `fields` are all fields, or a function that returns the relevant fields for the present texts. `keep` is
    given the changed texts (of a `whole` form: all) and returns the reason for a refusal, empty if they were
    saved. `foresee` returns the consequences of the texts, off the event loop. `whole`: the form creates
    something, so that unchanged values count too. `renewal` reads the fields again when some of them are
    answered. `verb` says what Enter does at the end. `typed` holds earlier answers.
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
        # Keys of fields that were emptied because their value does not fit the choice.
        self._let_go: set[str] = set()
        self._typed: dict[str, str] = dict(typed or {})
        # Reasons of the command for a refusal, each kept until the text changes.
        self._refused: dict[str, str] = {}
        self.foreseen = ""

    @property
    def fields(self) -> tuple[FormField, ...]:
        """The fields that are relevant for the present texts."""
        return tuple(self._make(dict(self._typed)) if callable(self._make) else self._make)

    def get_field(self, key: str) -> FormField | None:
        return next((field for field in self.fields if field.key == key), None)

    def get_field_text(self, field: FormField) -> str:
        """Return a field's present text as typed, right or wrong."""
        return self._typed.get(field.key, field.text)

    def set_field_answer(self, field: FormField, typed: str) -> None:
        """Store the text typed into a field."""
        self._refused.pop(field.key, None)
        self._typed[field.key] = normalize_field_text(field, typed)

    def reset_field(self, field: FormField) -> None:
        """Restore a field's first text."""
        self._typed.pop(field.key, None)
        self._refused.pop(field.key, None)

    def step_field(self, field: FormField, count: int, *, big: bool = False) -> bool:
        """Decrease or increase a field's value; return True if it has changed."""
        before = self.get_field_text(field)
        after = step_field_text(field, before, count, big=big)
        if after != before:
            self.set_field_answer(field, after)
        return after != before

    @property
    def renewal_texts(self) -> dict[str, str]:
        """The texts typed into the fields that other fields depend on."""
        keys = self.renewal.keys if self.renewal is not None else ()
        return {key: self._typed[key] for key in keys if key in self._typed}

    @property
    def is_outdated(self) -> bool:
        """True if the fields have to be read again because of later choices."""
        return self.renewal_texts != self._renewed_by

    def replace_fields(self, fields: Sequence[FormField], chosen: Mapping[str, str]) -> None:
        """Replace the fields by those that fit the choices.

        Typed text stays, and is marked where it no longer fits. A value that nobody typed is emptied where it
        does not fit, and restored when it fits again.
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
        """The texts typed into fields, right or wrong."""
        return dict(self._typed)

    def is_answered(self, field: FormField) -> bool:
        """Return True if the user has typed into a field."""
        return field.key in self._typed

    def explain_problem(self, field: FormField) -> str:
        """Return the error in a field's text; empty for a field that was not touched."""
        if field.key not in self._typed:
            return ""
        return self._refused.get(field.key) or explain_refusal(field, self.get_field_text(field))

    def attach_refusal(self, reason: str) -> bool:
        """Attach a command's reason to the field that it quotes or names; return True if there is such a
        field.
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
        """The texts that differ from the first ones."""
        return {
            field.key: self.get_field_text(field)
            for field in self.fields
            if self.get_field_text(field).strip() != field.text.strip()
        }

    @property
    def values(self) -> dict[str, str]:
        """The texts to save: the changed ones, or all texts of a whole form that are not empty."""
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
        """The field to ask for next: a missing one; in a whole form also a required field that was not
        touched.
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
        """True if the form can be saved."""
        return not self.wrong_fields and not self.missing_fields and (self.whole or bool(self.changes))

    @property
    def is_fully_answered(self) -> bool:
        """True if every field of a whole form was answered without an error."""
        return self.whole and self.is_complete and all(self.is_answered(field) for field in self.fields)

    def describe_form_state(self) -> str:
        """Describe the form's state: its first error, its missing fields, or its changes and their
        consequences.
        """
        if wrong := self.wrong_fields:
            return f"✕ {wrong[0].label}: {self.explain_problem(wrong[0])}"
        if missing := self.missing_fields:
            return f"{', '.join(field.label for field in missing)} still to say"
        if self.whole:
            return self.foreseen or "✓ complete"
        count = len(self.changes)
        if not count:
            return "nothing is changed yet"
        return "   ".join(filter(None, (f"changes {format_count(count, 'field')}", self.foreseen)))


def _is_reason_about_field(reason: str, field: FormField, text: str) -> bool:
    """Return True if a command's reason quotes a field's text, or names the field."""
    words = text.strip()
    if words and (f"“{words}”" in reason or f" {words} " in f" {reason} "):
        return True
    low = reason.casefold()
    return field.label.casefold() in low.partition(":")[0] or f"--{field.key.replace('_', '-')}" in low
