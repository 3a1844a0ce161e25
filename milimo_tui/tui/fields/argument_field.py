"""Convert a command's argument to a form field. The field's kind follows from the argument's type; its
choices come from the film and the engines.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.studio.registry.args import Argument
from milimo_tui.studio.registry.completions import infer_argument_kind, list_offers
from milimo_tui.studio.registry.grammar import get_argument_shape
from milimo_tui.tui.fields.choice_notes import NOTES, get_choice_note
from milimo_tui.tui.fields.form_field import SWITCH, FieldChoice, FieldKind, FormField, make_choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from milimo_tui.engines.catalog.model_store import ModelStore
    from milimo_tui.studio.session.studio import FilmSnapshot

# An argument with one of these names takes a time if its help mentions a timecode.
TIMES = ("at", "start", "to", "length", "frame", "mark_in", "mark_out")
SPECIAL = ("auto", "last")  # Words that an argument may accept in place of a number or a time.
# If the help of an argument `engine` begins with one of these texts, the argument chooses an engine for
# takes.
TAKES = ("engine of", "engine for")
# If the help of an argument `engine` begins with this text, the argument chooses an engine for pictures.
BOARDS = "animatic draws panels"


def make_argument_field(
    item: Argument,
    film: FilmSnapshot | None,
    *,
    text: str = "",
    is_needed: bool | None = None,
    check: Callable[[str], str] | None = None,
    store: ModelStore | None = None,
) -> FormField:
    """Return the form field that asks for an argument of a command.

    - `text` is the initial text.
    - `is_needed` says if a value is required; if it is None, the argument's own definition decides.
    - `check` returns a further reason to refuse a text; empty for none.
    - `store` has the installed weights, because some weights can be chosen as engines.
    """
    shape, strict = get_argument_shape(item)
    choices, is_free = _list_argument_choices(item, film, store)
    kind = FieldKind.TEXT
    if shape == "flag":
        kind, choices = FieldKind.SWITCH, SWITCH
    elif infer_argument_kind(item) == "file" and not strict:
        kind, choices = FieldKind.PATH, ()
    elif shape == "many":
        kind, is_free = FieldKind.WORDS, True
    elif choices:
        kind = FieldKind.CHOICE
    elif item.name in TIMES and "timecode" in item.description:
        kind = FieldKind.TIME
    elif is_number_argument(item):
        kind = FieldKind.NUMBER
    is_whole = _list_argument_types(item) <= {int, str, type(None)} and int in _list_argument_types(item)
    return FormField(
        key=item.name,
        label=item.name.rstrip("_").replace("_", " "),
        kind=kind,
        text=text,
        choices=choices,
        is_free=is_free,
        least=item.ge,
        most=item.le,
        step=1 if is_whole else 0.1,
        big=10 if is_whole else 1,
        is_whole=is_whole,
        special=tuple(word for word in SPECIAL if word in item.description),
        rate=get_film_rate(film),
        default="" if item.required else format_argument_default(item),
        is_needed=item.required if is_needed is None else is_needed,
        help=item.description,
        check=check,
    )


def _list_argument_choices(
    item: Argument, film: FilmSnapshot | None, store: ModelStore | None
) -> tuple[tuple[FieldChoice, ...], bool]:
    """Return an argument's choices, and True if the field also accepts other words."""
    strict = get_argument_shape(item)[1]
    if strict:
        return make_choices(strict, NOTES.get(item.name)), False
    known = list_known_choices(item.name, item.description, store)
    if known:
        return known, True
    found = list_offers(item, film)
    return tuple(
        FieldChoice(one.word, one.note or get_choice_note(item.name, one.word)) for one in found
    ), True


def list_known_choices(
    name: str, description: str = "", store: ModelStore | None = None
) -> tuple[FieldChoice, ...]:
    """Return the choices for an argument whose type allows any text, but whose name shows that it takes an
    engine, a preset, a model or a loudness. Return an empty tuple for other arguments.

    `name` and `description` are the argument's name and help.
    """
    if name == "engine" and (not description or description.startswith(TAKES)):
        return list_engine_choices(store=store)
    if name == "engine" and description.startswith(BOARDS):
        return list_engine_choices("make_picture", store)
    if name == "preset":
        from milimo_tui.cut.delivery.presets import PRESETS

        return tuple(FieldChoice(row.name, row.title) for row in PRESETS)
    if name == "model":
        return list_model_choices(store=store)
    if name == "loudness":
        return make_choices(NOTES["loudness"], NOTES["loudness"])
    return ()


def list_engine_choices(kind: str = "make_video", store: ModelStore | None = None) -> tuple[FieldChoice, ...]:
    """Return the engines for a kind of job, each with its purpose. Engines that exist through weights in
    `store` are included.
    """
    from milimo_tui.engines.registry import engine_registry

    here = engine_registry.list_engines_with_weights(store) if store is not None else engine_registry.rows()
    rows = (row for row in here if kind in row.kinds)
    return tuple(FieldChoice(row.name, row.title.partition(": ")[2] or row.title) for row in rows)


def list_model_choices(family: str = "", store: ModelStore | None = None) -> tuple[FieldChoice, ...]:
    """Return the models of the catalogue, each with a description, then further models installed in `store`.
    An empty `family` means all families.
    """
    from milimo_tui.engines.catalog.model_catalog import MODELS

    family = family.partition(":")[0]
    rows = [row for row in MODELS if row.role == "model" and family in ("", row.family)]
    listed = {row.id for row in rows}
    try:
        here = store.list_installed() if store is not None else ()
    except MilimoError:
        # The manifest of the installed models can't be read. The command that needs it reports the error.
        here = ()
    own = (row for row in here if row.role == "model" and family in ("", row.family))
    return (
        *(FieldChoice(row.id, f"{row.title}: {row.does}, best with {row.memory_gb} GB") for row in rows),
        *(FieldChoice(row.id, row.title or row.family) for row in own if row.id not in listed),
    )


def is_number_argument(item: Argument) -> bool:
    """Return True if an argument takes a number and nothing else."""
    return bool(_list_argument_types(item) & {int, float}) and str not in _list_argument_types(item)


def _list_argument_types(item: Argument) -> set[Any]:
    from typing import get_args

    return set(get_args(item.type)) or {item.type}


def get_film_rate(film: FilmSnapshot | None) -> Fraction:
    """Return the frame rate at which times are counted: the current cut's rate, otherwise the film's rate; 25
    without a film.
    """
    if film is None:
        return Fraction(25)
    return film.cut.rate if film.cut is not None else film.story.project.rate


def format_argument_default(item: Argument) -> str:
    """Return an argument's default as the user reads it: the words given in its help, otherwise its value."""
    if found := re.search(r"\(default: ([^)]*)\)", item.description):
        return found[1]
    default = item.default
    if default is None or default == "" or default == ():
        return "none"
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)
