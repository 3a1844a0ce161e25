"""Parse and check the text typed into a field, and find the choices that match it. Pure functions."""

from __future__ import annotations

import math

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.time import parse_frame, parse_number
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField

MINUS = "−"
MOST_QUOTED = 24  # A message quotes at most this number of characters of a typed text, followed by `…`.
ON, OFF = ("on", "yes"), ("off", "no")


def explain_refusal(field: FormField, typed: str) -> str:
    """Return a short reason why a field refuses a text; empty if the text is allowed."""
    words = typed.strip()
    if not words:
        return f"{field.label} must be given" if field.is_needed else ""
    reason = _REASONS.get(field.kind, _accept_any_text)(field, words)
    return reason or (field.check(words) if field.check is not None else "")


def format_refusal_error(error: MilimoError) -> str:
    """Return the error shown under a field: the reason, then the advice."""
    return f"{error.message}   {error.hint}".rstrip()


def _accept_any_text(field: FormField, words: str) -> str:
    return ""


def _explain_wrong_choice(field: FormField, words: str) -> str:
    if field.is_free or find_exact_choice(field, words) is not None:
        return ""
    from milimo_tui.core.spelling import find_closest_names

    near = find_closest_names(words, [choice.word for choice in field.choices])
    return f"“{shorten_for_quote(words)}” isn't in the list" + (f"; nearest: {near}" if near else "")


def _explain_wrong_number(field: FormField, words: str) -> str:
    if words.lower() in field.special:
        return ""
    number = parse_field_number(field, words)
    if number is None:
        return f"“{shorten_for_quote(words)}” is not a {'whole ' if field.is_whole else ''}number"
    return "" if is_within_bounds(field, number) else describe_bounds(field)


def _explain_wrong_time(field: FormField, words: str) -> str:
    if words.lower() in field.special:
        return ""
    try:
        frames = parse_frame(words, field.rate)
    except BadInput as error:
        return format_refusal_error(error)
    return "" if is_within_bounds(field, frames) else describe_bounds(field)


def _explain_wrong_switch(field: FormField, words: str) -> str:
    return "" if words.lower() in (*ON, *OFF) else f"“{shorten_for_quote(words)}” is neither on nor off"


_REASONS = {
    FieldKind.CHOICE: _explain_wrong_choice,
    FieldKind.NUMBER: _explain_wrong_number,
    FieldKind.TIME: _explain_wrong_time,
    FieldKind.SWITCH: _explain_wrong_switch,
}


def parse_field_number(field: FormField, typed: str) -> float | None:
    """Return the typed number without its unit. Return None if the text is not a number, or not a whole
    number where one is required.
    """
    bare = typed.strip().replace(MINUS, "-").replace(",", ".").removesuffix(field.unit).strip()
    try:
        number = parse_number(bare)
    except ValueError:
        return None
    whole = not field.is_whole or number.is_integer()
    return number if whole else None


def is_within_bounds(field: FormField, number: float) -> bool:
    """Return True if a number is within the field's bounds."""
    low = -math.inf if field.least is None else field.least
    return low <= number <= (math.inf if field.most is None else field.most)


def describe_bounds(field: FormField) -> str:
    """Return a field's bounds in words, such as `1 to 60 for ltx2` or `1 f or more`; empty if it has none."""
    unit = "f" if field.kind is FieldKind.TIME else field.unit
    space = f" {unit}" if unit else ""
    limit = f" for {field.limit}" if field.limit else ""
    if field.least is None and field.most is None:
        return ""
    if field.least is None:
        return f"{field.most:g}{space} at most{limit}"
    if field.most is None:
        return f"{field.least:g}{space} or more{limit}"
    return f"{field.least:g} to {field.most:g}{space}{limit}"


def find_exact_choice(field: FormField, words: str) -> FieldChoice | None:
    """Return the choice that equals the words, ignoring case; None if there is none."""
    low = words.strip().casefold()
    return next((choice for choice in field.choices if choice.word.casefold() == low), None)


def normalize_field_text(field: FormField, typed: str) -> str:
    """Return a typed text in the form that the field stores: a choice in its own spelling, a switch as `on`
    or `off`.
    """
    words = typed.strip()
    if field.kind is FieldKind.CHOICE and (found := find_exact_choice(field, words)) is not None:
        return found.word
    if field.kind is FieldKind.SWITCH and words.lower() in (*ON, *OFF):
        return "on" if words.lower() in ON else "off"
    return words


def split_last_word(field: FormField, typed: str) -> tuple[str, str]:
    """Split a text at the word that is being typed: return the part before this word, and the word. If the
    field takes a single value, the entire text counts as the word.
    """
    if field.kind is not FieldKind.WORDS:
        return "", typed
    head, comma, last = typed.rpartition(",")
    return (f"{head}{comma} " if comma else "", last.lstrip())


def list_matching_choices(field: FormField, typed: str) -> tuple[FieldChoice, ...]:
    """Return the choices that match the typed text, the best match first; all choices if nothing is typed."""
    low = split_last_word(field, typed)[1].strip().casefold()
    if not low:
        return field.choices
    begin = [choice for choice in field.choices if choice.word.casefold().startswith(low)]
    hold = [choice for choice in field.choices if low in choice.word.casefold() and choice not in begin]
    by_note = [
        choice
        for choice in field.choices
        if len(low) > 2 and low in choice.note.casefold() and choice not in begin and choice not in hold
    ]
    return (*begin, *hold, *by_note)


def format_closed_field(field: FormField, text: str) -> str:
    """Return a text as shown while the field is not open: a time in seconds and frames, a number with its
    unit.
    """
    if not text or explain_refusal(field, text) or text.lower() in field.special:
        return text
    if field.kind is FieldKind.TIME:
        frames = parse_frame(text, field.rate)
        return f"{float(frames / field.rate):.2f} s   {frames} f"
    if field.kind is FieldKind.NUMBER and field.unit:
        return f"{text.removesuffix(field.unit).strip()} {field.unit}"
    return " / ".join(text.splitlines()) or text


def describe_typed_value(field: FormField, typed: str) -> str:
    """Return the explanation shown while a value is typed.

    If the field has a note, this is the note. Otherwise, a time is shown in its other notation (seconds and
    frames), a number with its bounds, and any other value with the field's help.
    """
    if field.note:
        return field.note
    if field.kind is FieldKind.TIME:
        text = format_closed_field(field, typed.strip())
        return text if text != typed.strip() else "2s, 50f, 00:02 or a timecode"
    if field.kind is FieldKind.NUMBER:
        special = "".join(f", or {word}" for word in field.special)
        bound = f"{describe_bounds(field)}{special}".removeprefix(", ")
        return "   ".join(filter(None, (bound, field.help)))
    return field.help


def shorten_for_quote(words: str) -> str:
    """Return a typed text, cut to the length that a message can quote."""
    return words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED]}…"
