"""Argument models to argparse and back. The registry's argument models are the only source of flags."""

from __future__ import annotations

import argparse
import types
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from milimo_tui.core.errors import BadInput
from milimo_tui.studio import registry
from milimo_tui.studio.args import Argument, arguments
from milimo_tui.studio.registry import Command

ACT = "ACT"  # how usage shows the word behind a verb


@dataclass
class Globals:
    """Flags of every verb; they may stand anywhere on the line."""

    json: bool = False
    home: str | None = None
    project: str = ""
    cut: str = ""
    version: bool = False


def split_globals(words: Sequence[str]) -> tuple[Globals, list[str]]:
    """Take the global flags out of the line. Raises BadInput for one without its value."""
    found = Globals()
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--":
            rest.extend(queue if rest and rest[0] == "run" else ["--", *queue])
            break
        name, equals, value = word.partition("=")
        if word == "--json":
            found.json = True
        elif word == "--version":
            found.version = True
        elif name in ("--home", "--project", "--cut"):
            if not equals:
                if not queue:
                    raise BadInput(f"milimo: {name} needs a value", f"{name} NAME")
                value = queue.pop(0)
            setattr(found, name[2:], value)
        else:
            rest.append(word)
    return found, rest


def build_parser(
    parser_class: type[argparse.ArgumentParser], word: str, entries: Sequence[Command]
) -> argparse.ArgumentParser:
    """A parser for one first word: sub-words where the commands have them (`shot lora add`: two)."""
    if len(entries) == 1 and entries[0].cli == word:
        parser = parser_class(prog=f"milimo {word}", description=entries[0].help, allow_abbrev=False)
        _add_fields(parser, entries[0])
        parser.set_defaults(command=entries[0].id)
        return parser
    parser = parser_class(prog=f"milimo {word}", allow_abbrev=False)
    acts = parser.add_subparsers(metavar=ACT, required=True, parser_class=parser_class)
    of_things: dict[str, Any] = {}
    for entry in entries:
        _, *words = entry.cli.split(" ")
        if not words:
            continue
        *thing, act = words
        if thing and thing[0] not in of_things:
            group = acts.add_parser(thing[0], prog=f"milimo {word} {thing[0]}", allow_abbrev=False)
            of_things[thing[0]] = group.add_subparsers(metavar=ACT, required=True, parser_class=parser_class)
        sub = of_things[thing[0]] if thing else acts
        child = sub.add_parser(
            act, help=entry.help, description=entry.help, prog=f"milimo {entry.cli}", allow_abbrev=False
        )
        _add_fields(child, entry)
        child.set_defaults(command=entry.id)
    return parser


def read(namespace: argparse.Namespace, entries: Sequence[Command]) -> tuple[Command, dict[str, Any]]:
    """The command that was named and the values that were given; defaults stay the model's."""
    values = {key: value for key, value in vars(namespace).items() if value is not None}
    name = values.pop("command")
    entry = next(entry for entry in entries if entry.id == name)
    return entry, values


def run_words(words: Sequence[str]) -> tuple[Command, dict[str, Any]]:
    """`milimo run COMMAND key=value …`. Raises BadInput, NotFound."""
    if not words:
        raise BadInput("milimo run needs a command's id", "milimo help commands lists them")
    entry = registry.command(words[0])
    known = arguments(entry.args)
    values: dict[str, Any] = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        key = key.replace("-", "_")
        if not equals or key not in known:
            names = ", ".join(known) or "none"
            raise BadInput(f"{entry.id}: “{word}” is not an argument", f"arguments: {names} (key=value)")
        values[key] = value.split(",") if shape_of(known[key])[0] == "many" else value
    return entry, values


def shape_of(item: Argument) -> tuple[str, tuple[str, ...]]:
    """How a field is written on the line: `flag`, `many`, `one`; and its choices."""
    annotation: Any = item.type
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    if annotation is bool:
        return "flag", ()
    if get_origin(annotation) in (tuple, list):
        return "many", ()
    if get_origin(annotation) is Literal:
        return "one", tuple(str(value) for value in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "one", tuple(str(each.value) for each in annotation)
    return "one", ()


def _add_fields(parser: argparse.ArgumentParser, entry: Command) -> None:
    shorts = {"output": "-o"}
    for name, item in arguments(entry.args).items():
        shape, choices = shape_of(item)
        text = item.description.replace("%", "%%")
        flag = f"--{name.replace('_', '-')}"
        if name in entry.positional:
            required = item.required
            nargs = {"many": "+" if required else "*"}.get(shape) or (None if required else "?")
            parser.add_argument(name, nargs=nargs, help=text, metavar=name.upper(), default=None)
        elif shape == "flag":
            parser.add_argument(flag, dest=name, action="store_true", default=None, help=text)
        elif shape == "many":
            parser.add_argument(
                flag, dest=name, action="extend", nargs="+", default=None, help=text, metavar=name.upper()
            )
        else:
            flags = [shorts[name], flag] if name in shorts else [flag]
            parser.add_argument(
                *flags,
                dest=name,
                default=None,
                choices=choices or None,
                help=text,
                metavar=None if choices else name.upper(),
                required=item.required,
            )
