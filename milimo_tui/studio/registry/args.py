"""Arguments of commands as frozen dataclasses, with types, help texts and bounds. pydantic validates the
values.

pydantic is slow to import. It is imported only when there are values to validate, so that `milimo job list`
starts fast.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass
from typing import Any, ClassVar, dataclass_transform

from milimo_tui.core.errors import BadInput
from milimo_tui.core.safe_text import find_forbidden_character

_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")  # A byte that is not UTF-8, as `os.fsdecode` escapes it.
_NEVER_STORED = re.compile("[\0\ud800-\udfff]")
ANY = ("*",)  # The value of `Args.ONE_OF` that stands for all optional arguments.


def arg(
    default: Any = MISSING,
    *,
    description: str = "",
    ge: float | None = None,
    le: float | None = None,
    longest: int | None = None,
    empty: str = "",
    bare: str = "",
    names: str = "",
    one_line: bool = False,
    verbatim: bool = False,
) -> Any:
    """Declare an argument of a command in a subclass of `Args`. An argument without a default is required.

    `ge` and `le` are the least and greatest number; `longest` is the greatest length of a text in characters.
    With `empty`, an argument that takes numbers or choices also takes an empty text; `empty` describes,
    for the help, what an empty text sets. `bare` is the value of a choice if its flag is given without one.
    `names` is the kind of item that the argument names, for completion; empty to infer the kind.

    No text may have control characters (`core.safe_text.find_forbidden_character`). Line breaks and tabs are
    allowed unless the argument is `one_line`, such as a name, a label or a tag. Only a `verbatim` text, such
    as a screenplay, may have any character.
    """
    described = f"{description}; empty: {empty}" if empty else description
    metadata = {"description": described, "ge": ge, "le": le, "longest": longest, "clears": bool(empty)}
    metadata |= {"bare": bare, "names": names, "one_line": one_line, "verbatim": verbatim}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(arg,))
class Args:
    """The base class for the arguments of a command. Subclasses are frozen dataclasses whose fields are
    declared by `arg`.

    `ONE_OF` names optional arguments of which at least one must be given; `ANY` stands for all optional
    arguments. A front end without flags asks the user for one of them. `HEADINGS` groups the arguments for
    help, each as "Heading: names of arguments".
    """

    ONE_OF: ClassVar[tuple[str, ...]] = ()
    HEADINGS: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    def given(self, *but: str) -> dict[str, Any]:
        """Return the fields that have a value other than None, by name. The fields named in `but` are left
        out.
        """
        return {
            item.name: getattr(self, item.name)
            for item in dataclasses.fields(self)  # type: ignore[arg-type]  # subclasses are dataclasses
            if item.name not in but and getattr(self, item.name) is not None
        }


class NoArgs(Args):
    """The argument model of a command without arguments."""

    pass


@dataclass(frozen=True)
class Argument:
    """The description of an argument for front ends: its name, type, default and help. MISSING means that it
    is required.
    """

    name: str
    type: Any
    default: Any
    description: str
    ge: float | None
    le: float | None
    longest: int | None
    clears: bool  # True if an empty text is also allowed as the value.
    bare: str = ""  # The value if the flag is given without a value. Empty: the flag needs a value.
    names: str = ""  # The kind of item that the argument names, if it is not inferred.
    one_line: bool = False
    verbatim: bool = False

    @property
    def required(self) -> bool:
        """True if the argument has no default."""
        return self.default is MISSING


_known: dict[type[Any], Mapping[str, Argument]] = {}  # A cache of the arguments of each model.


def read_arguments(model: type[Args]) -> Mapping[str, Argument]:
    """Return the arguments of an argument class, by name and in order."""
    if model not in _known:
        _known[model] = _read_model_fields(model)
    return _known[model]


def _read_model_fields(model: type[Args]) -> Mapping[str, Argument]:
    hints = typing.get_type_hints(model)
    return {
        item.name: Argument(
            item.name,
            hints[item.name],
            item.default,
            item.metadata["description"],
            item.metadata["ge"],
            item.metadata["le"],
            item.metadata["longest"],
            item.metadata["clears"],
            item.metadata["bare"],
            item.metadata["names"],
            item.metadata["one_line"],
            item.metadata["verbatim"],
        )
        for item in dataclasses.fields(model)  # type: ignore[arg-type]  # subclasses are dataclasses
    }


def list_alternatives(model: type[Args]) -> tuple[str, ...]:
    """Return the names of the optional arguments of which the user must give at least one. The result is
    empty if the command has no such rule.
    """
    if model.ONE_OF != ANY:
        return model.ONE_OF
    every = dataclasses.fields(model)  # type: ignore[arg-type]  # subclasses are dataclasses
    return tuple(item.name for item in every if item.default is not MISSING)


def group_arguments(model: type[Args]) -> Mapping[str, tuple[Argument, ...]]:
    """Return the arguments of an argument class by heading, in the order of help. Without headings, the only
    heading is "".

    An argument that no heading names is in the group of the argument before it.
    """
    named = read_arguments(model)
    if not model.HEADINGS:
        return {"": tuple(named.values())}
    groups = {
        heading: names.split() for heading, _, names in (each.partition(": ") for each in model.HEADINGS)
    }
    before = ""
    for name in named:
        if not any(name in names for names in groups.values()):
            names = next(names for names in groups.values() if before in names)
            names.insert(names.index(before) + 1, name)
        before = name
    return {heading: tuple(named[name] for name in names) for heading, names in groups.items()}


def validate_args(model: type[Args], values: Mapping[str, Any], where: str) -> Args:
    """Build the arguments of a command from unvalidated values, such as texts from a command line or JSON.

    `where` is the command's id. Raises BadInput with the name of the argument that has a wrong value.
    """
    known = read_arguments(model)
    missing = [name for name, item in known.items() if item.required and name not in values]
    if missing:
        raise BadInput(f"{where}: {missing[0]} is missing", f"milimo help {where} lists the arguments")
    unknown: Collection[str] = values.keys() - known.keys()
    if unknown:
        names = ", ".join(known) or "none"
        raise BadInput(f"{where}: there is no argument “{min(unknown)}”", f"arguments: {names}")
    if not values:
        return model()
    return model(**_validate_values(model, dict(values), where))


def check_argument(model: type[Args], name: str, value: Any, where: str) -> None:
    """Check that an argument can have a value, regardless of the other arguments. Raises BadInput with the
    reason.

    `where` is the command's id.
    """
    from pydantic import Field, ValidationError, create_model

    item = read_arguments(model)[name]
    if item.clears and value == "":
        return
    if isinstance(value, str):
        _require_plain_number(value, item, where)
    field: Any = (
        _accept_number_texts(item.type),
        Field(..., ge=item.ge, le=item.le, max_length=item.longest),
    )
    try:
        create_model(model.__name__, **{name: field}).model_validate({name: value})
    except ValidationError as error:
        raise BadInput(
            _explain_validation_error(error.errors()[0]), f"milimo help {where} lists the arguments"
        ) from None


def _validate_values(model: type[Args], values: dict[str, Any], where: str) -> dict[str, Any]:
    from pydantic import ValidationError

    known = read_arguments(model)
    for name, value in values.items():
        for text in (value,) if isinstance(value, str) else value if isinstance(value, list | tuple) else ():
            if isinstance(text, str):
                _require_valid_text(text, known[name], where)
                _require_plain_number(text, known[name], where)
    cleared = {name: "" for name, value in values.items() if value == "" and known[name].clears}
    others = {name: value for name, value in values.items() if name not in cleared}
    try:
        checked = _pydantic_model(model).model_validate(others)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadInput(
            f"{where}: {name}: {_explain_validation_error(first)}", f"milimo help {where} lists the arguments"
        ) from None
    return {**{name: getattr(checked, name) for name in others}, **cleared}


def _require_valid_text(text: str, item: Argument, where: str) -> None:
    """Raise BadInput for a text with characters that the argument does not allow.

    File names can have bytes that are not UTF-8. `os.fsdecode` escapes these bytes as surrogates, which are
    therefore accepted, except in names and labels. No text may have a NUL character or other surrogates,
    because neither file names nor films can contain them.
    """
    if not item.one_line:
        text = _ESCAPED_BYTE.sub("", text)
    if item.verbatim:
        text = "".join(_NEVER_STORED.findall(text))
    if found := find_forbidden_character(text, allows_breaks=not item.one_line):
        raise BadInput(
            f"{where}: {item.name} can't have the character {found}",
            "leave it out, or rename the file that has it",
        )


def _require_plain_number(text: str, item: Argument, where: str) -> None:
    """Raise BadInput for `1_000`, `nan` and `inf`, which pydantic accepts as numbers."""
    kinds = {item.type, *typing.get_args(item.type)}
    is_wrong = "_" in text or text.strip().lstrip("+-").lower() in ("nan", "inf", "infinity")
    if is_wrong and kinds & {int, float} and str not in kinds:
        raise BadInput(
            f"{where}: {item.name}: “{text}” is not a number", f"milimo help {where} lists the arguments"
        )


def _explain_validation_error(error: Mapping[str, Any]) -> str:
    """Return the message of a validation error in plain words. Rare errors that users never see keep
    pydantic's message.
    """
    kind, given, bounds = error["type"], error["input"], error.get("ctx", {})
    if str(given).strip("+-").lower() in ("nan", "inf", "infinity"):
        kind = "finite_number"
    sentences = {
        "greater_than_equal": "{given} is too small; the minimum is {ge:g}",
        "less_than_equal": "{given} is too large; the limit is {le:g}",
        "string_too_long": "“{given}” is too long; the limit is {max_length} characters",
        "int_parsing": "“{given}” is not a whole number",
        "int_from_float": "“{given}” is not a whole number",
        "float_parsing": "“{given}” is not a number",
        "finite_number": "“{given}” is not a number",
        "bool_parsing": "“{given}” is neither yes nor no",
        "literal_error": "“{given}” is not one of {expected}",
        "enum": "“{given}” is not one of {expected}",
    }.get(kind)
    return sentences.format(given=given, **bounds).replace("'", "") if sentences else str(error["msg"])


def _accept_number_texts(kind: Any) -> Any:
    """Return a copy of the type `kind` that accepts numbers written as text, as in `--factor 2`, if the
    choices of the type are numbers. Any other type is returned unchanged.
    """
    choices = {str(choice): choice for choice in typing.get_args(kind)}
    if typing.get_origin(kind) is not typing.Literal or not all(isinstance(c, int) for c in choices.values()):
        return kind
    from pydantic import BeforeValidator

    return typing.Annotated[kind, BeforeValidator(lambda value: choices.get(str(value), value))]


def _pydantic_model(model: type[Args]) -> Any:
    from pydantic import Field, create_model

    fields: dict[str, Any] = {
        item.name: (
            _accept_number_texts(item.type),
            Field(... if item.required else item.default, ge=item.ge, le=item.le, max_length=item.longest),
        )
        for item in read_arguments(model).values()
    }
    return create_model(model.__name__, **fields)
