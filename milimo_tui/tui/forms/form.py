"""A form: fields, what was typed into each, what is wrong with it and what is changed. No widget, no disk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.text import Text

from milimo_tui.core.format import plural
from milimo_tui.tui.fields.form_field import FormField
from milimo_tui.tui.fields.reading import refusal, settled
from milimo_tui.tui.fields.stepping import stepped

Fields = Sequence[FormField] | Callable[[Mapping[str, str]], Sequence[FormField]]
Keep = Callable[[Mapping[str, str]], Awaitable[str]]
Foresee = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Renewal:
    """Fields that go by what is chosen in some of them. `keys` are those; `read` returns all fields for the
    texts so far, off the event loop, and raises for what can't be chosen.
    """

    keys: tuple[str, ...]
    read: Callable[[Mapping[str, str]], Sequence[FormField]]


class Form:
    """What is asked for, as it is being answered.

    `fields` are all there are, or return those that count by the texts so far. `keep` is given the texts that
    were changed (of a `whole` form: all) and returns why they can't be kept, empty once they are. `foresee`
    returns, off the event loop, what comes of them; `whole`: the form makes something new, and what is not
    changed counts as well. `renewal` reads the fields anew where some of them are answered. `verb` says what
    Enter does with it at last; `typed` is what was answered before.
    """

    def __init__(
        self,
        title: str,
        fields: Fields,
        keep: Keep,
        *,
        facts: Text | None = None,
        foresee: Foresee | None = None,
        verb: str = "keeps",
        whole: bool = False,
        typed: Mapping[str, str] | None = None,
        renewal: Renewal | None = None,
    ) -> None:
        self.title, self.facts, self.verb, self.whole = title, facts or Text(), verb, whole
        self.keep, self.foresee = keep, foresee
        self.renewal = renewal
        self._make = fields
        self._renewed_by: dict[str, str] = {}
        self._let_go: set[str] = set()  # what they had does not go with what was chosen
        self._typed: dict[str, str] = dict(typed or {})
        self._refused: dict[str, str] = {}  # by the command, for as long as the text stays the same
        self.foreseen = ""

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Return the fields that count by what was typed so far."""
        return tuple(self._make(dict(self._typed)) if callable(self._make) else self._make)

    def field(self, key: str) -> FormField | None:
        return next((field for field in self.fields if field.key == key), None)

    def text(self, field: FormField) -> str:
        """Return what a field has now: as typed, right or wrong."""
        return self._typed.get(field.key, field.text)

    def answer(self, field: FormField, typed: str) -> None:
        """Take what was typed into a field."""
        self._refused.pop(field.key, None)
        self._typed[field.key] = settled(field, typed)

    def reset(self, field: FormField) -> None:
        """Give a field back what it had at first."""
        self._typed.pop(field.key, None)
        self._refused.pop(field.key, None)

    def step(self, field: FormField, count: int, *, big: bool = False) -> bool:
        """Step a field less or more; return whether that changed it."""
        before = self.text(field)
        after = stepped(field, before, count, big=big)
        if after != before:
            self.answer(field, after)
        return after != before

    @property
    def chosen(self) -> dict[str, str]:
        """Return what was typed into the fields that others go by."""
        keys = self.renewal.keys if self.renewal is not None else ()
        return {key: self._typed[key] for key in keys if key in self._typed}

    @property
    def is_outdated(self) -> bool:
        """Return whether its fields are to be read anew, for what was chosen since."""
        return self.chosen != self._renewed_by

    def renew(self, fields: Sequence[FormField], chosen: Mapping[str, str]) -> None:
        """Take the fields that go with what was chosen. What was typed stays, and says so where it no longer
        fits; what nobody typed is let go of where it does not fit, and comes back with what it fits.
        """
        self._make, self._renewed_by = fields, dict(chosen)
        for key in self._let_go:
            if not self._typed.get(key):
                self._typed.pop(key, None)
        untouched = [field for field in fields if field.key not in self._typed]
        self._let_go = {field.key for field in untouched if refusal(field, field.text)}
        self._typed |= dict.fromkeys(self._let_go, "")

    @property
    def typed(self) -> dict[str, str]:
        """Return what was typed into fields, right or wrong."""
        return dict(self._typed)

    def is_answered(self, field: FormField) -> bool:
        """Return whether a person typed into a field."""
        return field.key in self._typed

    def problem(self, field: FormField) -> str:
        """Return what is wrong with a field's text; nothing of one that nobody touched."""
        if field.key not in self._typed:
            return ""
        return self._refused.get(field.key) or refusal(field, self.text(field))

    def refuse(self, reason: str) -> bool:
        """Keep a command's reason beside the field that it quotes or names; return whether there is one."""
        named = [field for field in self.fields if _is_about(reason, field, self.text(field))]
        if named:
            self._refused[named[0].key] = reason
            self._typed.setdefault(named[0].key, self.text(named[0]))
        return bool(named)

    @property
    def changes(self) -> dict[str, str]:
        """Return the texts that differ from what was there."""
        return {
            field.key: self.text(field)
            for field in self.fields
            if self.text(field).strip() != field.text.strip()
        }

    @property
    def values(self) -> dict[str, str]:
        """Return what is to be kept: what was changed, or all of a whole form that says something."""
        if not self.whole:
            return self.changes
        return {field.key: text for field in self.fields if (text := self.text(field)).strip()}

    @property
    def wrong(self) -> tuple[FormField, ...]:
        """Return the fields whose text can't be."""
        return tuple(field for field in self.fields if self.problem(field))

    @property
    def missing(self) -> tuple[FormField, ...]:
        """Return the fields that must be answered and are not."""
        return tuple(field for field in self.fields if field.is_needed and not self.text(field).strip())

    @property
    def next_asked(self) -> FormField | None:
        """Return the field to ask for next: one that is missing, of a whole form any needed and untouched."""
        return next(
            (
                field
                for field in self.fields
                if field.is_needed
                and (not self.text(field).strip() or (self.whole and not self.is_answered(field)))
            ),
            None,
        )

    @property
    def is_complete(self) -> bool:
        """Return whether it can be kept."""
        return not self.wrong and not self.missing and (self.whole or bool(self.changes))

    @property
    def is_said_whole(self) -> bool:
        """Return whether nothing is left to ask: every field of a whole form was answered, and rightly."""
        return self.whole and self.is_complete and all(self.is_answered(field) for field in self.fields)

    def foot(self) -> str:
        """Describe where it stands: what is wrong, what is missing, what it changes, what comes of that."""
        if wrong := self.wrong:
            return f"✕ {wrong[0].label}: {self.problem(wrong[0])}"
        if missing := self.missing:
            return f"{', '.join(field.label for field in missing)} still to say"
        if self.whole:
            return self.foreseen or "✓ complete"
        count = len(self.changes)
        if not count:
            return "nothing is changed yet"
        return "   ".join(filter(None, (f"changes {plural(count, 'field')}", self.foreseen)))


def _is_about(reason: str, field: FormField, text: str) -> bool:
    """Return whether a command's reason quotes what stands in a field, or names the field."""
    words = text.strip()
    if words and (f"“{words}”" in reason or f" {words} " in f" {reason} "):
        return True
    low = reason.casefold()
    return field.label.casefold() in low.partition(":")[0] or f"--{field.key.replace('_', '-')}" in low
