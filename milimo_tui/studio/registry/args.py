"""Arguments of commands as frozen dataclasses: what they are, their help and bounds; pydantic validates them.

pydantic is loaded when there is something to validate, so that `milimo job list` need not wait for it.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass
from typing import Any, ClassVar, dataclass_transform

from milimo_tui.core.errors import BadInput

ANY = ("*",)  # in `Args.ONE_OF`


def arg(
    default: Any = MISSING,
    *,
    description: str = "",
    ge: float | None = None,
    le: float | None = None,
    longest: int | None = None,
) -> Any:
    """A field of an argument model; without a default it must be given.

    `ge` and `le` bound numbers; `longest` bounds texts, in characters.
    """
    metadata = {"description": description, "ge": ge, "le": le, "longest": longest}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(arg,))
class Args:
    """Base of every argument model. Subclasses are frozen dataclasses of `arg` fields.

    `ONE_OF` names arguments of which the act needs one, though none of them must be given; `ANY` means all
    that may be left out. Who has no flags to choose from is asked for one.
    """

    ONE_OF: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    def given(self, *but: str) -> dict[str, Any]:
        """Fields that are not None, without those named."""
        return {
            item.name: getattr(self, item.name)
            for item in dataclasses.fields(self)  # type: ignore[arg-type]  # subclasses are dataclasses
            if item.name not in but and getattr(self, item.name) is not None
        }


class NoArgs(Args):
    pass


@dataclass(frozen=True)
class Argument:
    """One argument as faces need it: its name, type, default (MISSING: must be given) and help."""

    name: str
    type: Any
    default: Any
    description: str
    ge: float | None
    le: float | None
    longest: int | None

    @property
    def required(self) -> bool:
        return self.default is MISSING


_known: dict[type[Any], Mapping[str, Argument]] = {}  # arguments of models that were asked for before


def arguments(model: type[Args]) -> Mapping[str, Argument]:
    """The arguments of a model, in order."""
    if model not in _known:
        _known[model] = _read(model)
    return _known[model]


def _read(model: type[Args]) -> Mapping[str, Argument]:
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
        )
        for item in dataclasses.fields(model)  # type: ignore[arg-type]  # subclasses are dataclasses
    }


def one_of(model: type[Args]) -> tuple[str, ...]:
    """The arguments of which an act needs one, though none of them must be given; empty: it needs none."""
    if model.ONE_OF != ANY:
        return model.ONE_OF
    every = dataclasses.fields(model)  # type: ignore[arg-type]  # subclasses are dataclasses
    return tuple(item.name for item in every if item.default is not MISSING)


def validate(model: type[Args], values: Mapping[str, Any], where: str) -> Args:
    """A model from loose values (texts from a command line, JSON). Raises BadInput naming the argument."""
    known = arguments(model)
    missing = [name for name, item in known.items() if item.required and name not in values]
    if missing:
        raise BadInput(f"{where}: {missing[0]} is missing", f"milimo help {where}")
    unknown: Collection[str] = values.keys() - known.keys()
    if unknown:
        names = ", ".join(known) or "none"
        raise BadInput(f"{where}: there is no argument “{min(unknown)}”", f"arguments: {names}")
    if not values:
        return model()
    return model(**_checked(model, dict(values), where))


def check(model: type[Args], name: str, value: Any, where: str) -> None:
    """Whether one argument may have this value, whatever the others are. Raises BadInput with the reason."""
    from pydantic import Field, ValidationError, create_model

    item = arguments(model)[name]
    field: Any = (item.type, Field(..., ge=item.ge, le=item.le, max_length=item.longest))
    try:
        create_model(model.__name__, **{name: field}).model_validate({name: value})
    except ValidationError as error:
        raise BadInput(_wrong(error.errors()[0]), f"milimo help {where}") from None


def _checked(model: type[Args], values: dict[str, Any], where: str) -> dict[str, Any]:
    from pydantic import ValidationError

    for name, value in values.items():
        for text in (value,) if isinstance(value, str) else value if isinstance(value, list | tuple) else ():
            _require_text(text, name, where)
    try:
        checked = _pydantic_model(model).model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{where}: {name}: {_wrong(first)}", f"milimo help {where}") from None
    return {name: getattr(checked, name) for name in values}


def _require_text(text: object, name: str, where: str) -> None:
    """Refuse what no file name and no film can hold: a NUL, half of a character pair.

    Bytes of a file's name that are no UTF-8 come as such halves (`os.fsdecode`), and stay.
    """
    if isinstance(text, str) and ("\0" in text or not text.isprintable()):
        try:
            whole = "\0" not in text and bool(text.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError:
            whole = False
        if not whole:
            raise BadInput(f"{where}: {name} holds what is no text: {text[:40]!a}", f"milimo help {where}")


def _wrong(error: Mapping[str, Any]) -> str:
    """What is wrong with a value, in words; pydantic's own where people never meet them."""
    kind, given, bounds = error["type"], error["input"], error.get("ctx", {})
    if str(given).strip("+-").lower() in ("nan", "inf", "infinity"):
        kind = "finite_number"
    sentences = {
        "greater_than_equal": "{given} is too little, {ge:g} is the least",
        "less_than_equal": "{given} is too much, {le:g} is the most",
        "string_too_long": "“{given}” is too long, {max_length} characters are the most",
        "int_parsing": "“{given}” is not a whole number",
        "int_from_float": "“{given}” is not a whole number",
        "float_parsing": "“{given}” is not a number",
        "finite_number": "“{given}” is not a number",
        "bool_parsing": "“{given}” is neither yes nor no",
        "literal_error": "“{given}” is not one of {expected}",
        "enum": "“{given}” is not one of {expected}",
    }.get(kind)
    return sentences.format(given=given, **bounds).replace("'", "") if sentences else str(error["msg"])


def _pydantic_model(model: type[Args]) -> Any:
    from pydantic import Field, create_model

    fields: dict[str, Any] = {
        item.name: (
            item.type,
            Field(... if item.required else item.default, ge=item.ge, le=item.le, max_length=item.longest),
        )
        for item in arguments(model).values()
    }
    return create_model(model.__name__, **fields)
