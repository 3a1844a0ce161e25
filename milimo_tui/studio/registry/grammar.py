"""The grammar of commands in words, as on the command line: from words to a command of the registry and its
values.

The shell and the studio's `:` share this grammar. Flags come only from the registry's argument models.
"""

from __future__ import annotations

import argparse
import re
import types
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Literal, NoReturn, Union, get_args, get_origin

from milimo_tui.core.errors import BadInput
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import Argument, read_arguments
from milimo_tui.studio.registry.registry import Command

ACT = "ACT"  # the name in usage texts for the word after a verb

# First words of the command line, and the group of the registry that contains each.
WORDS = {
    "demo": "film",
    "film": "film",
    "render": "film",
    "show": "film",
    "play": "film",
    "next": "app",
    "find": "app",
    "build": "app",
    "doctor": "app",
    "clean": "app",
    "report": "app",
    "systemd": "app",
    "check": "app",
    "theme": "app",
    "motion": "app",
    "project": "project",
    "script": "script",
    "write": "write",
    "storyboard": "storyboard",
    "scene": "scene",
    "sequence": "sequence",
    "scenario": "scenario",
    "shot": "shot",
    "element": "element",
    "picture": "picture",
    "control": "control",
    "asset": "asset",
    "bin": "bin",
    "cut": "cut",
    "job": "job",
    "batch": "batch",
    "review": "review",
    "engine": "engine",
    "model": "model",
    "skeleton": "skeleton",
    "workflow": "workflow",
    "text": "text",
    "home": "home",
    "supervisor": "supervisor",
    "cluster": "cluster",
    "backup": "backup",
    "config": "config",
    "room": "room",
    "watch": "watch",
    "plugin": "plugin",
}
# The action of a first word that is given alone.
BARE = {"review": "list", "config": "show", "plugin": "list", "room": "list", "watch": "list"}


class CommandParser(argparse.ArgumentParser):
    """A parser that raises BadInput for usage errors, and accepts `-2s` and `-1:00` as values, like `-2`."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._negative_number_matcher = re.compile(r"-\.?[0-9]")

    def error(self, message: str) -> NoReturn:
        """Raise BadInput for a usage error."""
        raise BadInput(f"{self.prog}: {message}", f"{self.prog} --help")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Reject an unknown action with a list of similar names instead of all names."""
        if action.metavar != ACT or action.choices is None or value in action.choices:
            super()._check_value(action, value)
            return
        from milimo_tui.core.spelling import find_closest_names

        near = find_closest_names(value, list(action.choices))
        hint = f"{self.prog} --help lists them"
        raise BadInput(f"{self.prog} has no act “{value}”", f"near it: {near}; {hint}" if near else hint)


def list_entries(word: str) -> list[Command]:
    """Return the commands that begin with a word; empty for an unknown word."""
    found = registry.load_command_group(WORDS[word]) if word in WORDS else ()
    return [entry for entry in found if entry.cli.split(" ")[0] == word]


def parse(
    words: Sequence[str], parser_class: type[argparse.ArgumentParser] | None = None, *, demanding: bool = True
) -> tuple[Command, dict[str, Any]]:
    """Return the command that words name, and the values they give; the model's defaults are left out.

    Unless `demanding`, required arguments may be missing. Raises BadInput.
    """
    rest = list(words)
    if rest[0] == "run":
        return parse_run_words(rest[1:])
    group = WORDS.get(rest[0])
    if group is None:
        from milimo_tui.core.spelling import find_closest_names

        near = find_closest_names(rest[0], [*WORDS, "run", "help"])
        hint = "milimo help lists them"
        raise BadInput(f"milimo has no verb “{rest[0]}”", f"near it: {near}; {hint}" if near else hint)
    if rest[0] in BARE and not {"-h", "--help"} & set(rest) and all(word[:1] == "-" for word in rest[1:]):
        rest = [rest[0], BARE[rest[0]], *rest[1:]]
    entries, make = list_entries(rest[0]), parser_class or CommandParser
    entry = _find_named_entry(rest, entries)
    if entry is not None:  # a word may have a hundred actions, so only the named action's parser is built
        parser = _build_entry_parser(entry, make, demanding=demanding)
        return read_namespace(parser.parse_args(rest[len(entry.cli.split(" ")) :]), [entry])
    registry.check_not_replaced(rest)
    parser = build_verb_parser(make, rest[0], entries, demanding=demanding)
    return read_namespace(parser.parse_args(rest[1:]), entries)


def _find_named_entry(words: Sequence[str], entries: Sequence[Command]) -> Command | None:
    """Return the command that the first words name, whatever follows them."""
    for entry in entries:
        named = entry.cli.split(" ")
        if named == [*words[: len(named)]]:
            return entry
    return None


def _build_entry_parser(
    entry: Command, parser_class: type[argparse.ArgumentParser], *, demanding: bool
) -> argparse.ArgumentParser:
    parser = parser_class(prog=f"milimo {entry.cli}", description=entry.help, allow_abbrev=False)
    return _add_entry_arguments(parser, entry, demanding)


def build_verb_parser(
    parser_class: type[argparse.ArgumentParser],
    word: str,
    entries: Sequence[Command],
    *,
    demanding: bool = True,
) -> argparse.ArgumentParser:
    """Build the parser for a first word, with subparsers for its actions (two levels for `shot lora add`)."""
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
        _add_entry_arguments(child, entry, demanding)
    return parser


def read_namespace(
    namespace: argparse.Namespace, entries: Sequence[Command]
) -> tuple[Command, dict[str, Any]]:
    """Return the command that was named and the values that were given; the model's defaults are left out."""
    values = {key: value for key, value in vars(namespace).items() if value is not None}
    name = values.pop("command")
    entry = next(entry for entry in entries if entry.id == name)
    return entry, values


def parse_run_words(words: Sequence[str]) -> tuple[Command, dict[str, Any]]:
    """Parse `milimo run COMMAND key=value …`. Raises BadInput, NotFound."""
    if not words:
        raise BadInput("milimo run needs a command's id", "milimo help commands lists them")
    entry = registry.find_command(words[0])
    known = read_arguments(entry.args)
    values: dict[str, Any] = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        key = key.replace("-", "_")
        key = f"{key}_" if f"{key}_" in known else key
        if not equals or key not in known:
            names = ", ".join(known) or "none"
            raise BadInput(f"{entry.id}: “{word}” is not an argument", f"arguments: {names} (key=value)")
        values[key] = value.split(",") if get_argument_shape(known[key])[0] == "many" else value
    return entry, values


def _get_value_type(item: Argument) -> Any:
    """Return the type of a field's value, without None."""
    annotation: Any = item.type
    if get_origin(annotation) in (Union, types.UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _build_choice_converter(item: Argument) -> Callable[[str], str]:
    """Return a function that turns another spelling of a choice into the choice; unknown words stay, and are
    refused later.
    """
    kind = _get_value_type(item)

    def choice(word: str) -> str:
        try:
            return str(kind(word).value)
        except ValueError:
            return word

    return choice if isinstance(kind, type) and issubclass(kind, Enum) else str


def get_argument_shape(item: Argument) -> tuple[str, tuple[str, ...]]:
    """Return how an argument is written on the command line (`flag`, `many`, `one`), and its choices."""
    annotation = _get_value_type(item)
    if annotation is bool:
        return "flag", ()
    if get_origin(annotation) in (tuple, list):
        return "many", ()
    if get_origin(annotation) is Literal:
        return "one", tuple(str(value) for value in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "one", tuple(str(each.value) for each in annotation)
    return "one", ()


def _add_entry_arguments(
    parser: argparse.ArgumentParser, entry: Command, demanding: bool
) -> argparse.ArgumentParser:
    """Return the parser after adding a command's arguments to it."""
    parser.set_defaults(command=entry.id)
    shorts = {"output": "-o"}
    for name, item in read_arguments(entry.args).items():
        shape, choices = get_argument_shape(item)
        text = item.description.replace("%", "%%")
        flag = f"--{name.rstrip('_').replace('_', '-')}"  # `as_` avoids a Python keyword
        if name in entry.positional:
            required = item.required and demanding
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
                type=_build_choice_converter(item),
                choices=choices or None,
                help=text,
                metavar=None if choices else name.upper(),
                required=item.required and demanding,
            )
    return parser
