"""The help page of a command: its usage, its arguments in groups, and an example. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import NotFound
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import Argument, group_arguments, read_arguments
from milimo_tui.studio.registry.following import find_entry
from milimo_tui.studio.registry.grammar import format_flag, get_argument_shape, has_off_flag
from milimo_tui.studio.registry.registry import Command


def build_command_page(words: Sequence[str]) -> str:
    """Return the help page of the command with which `words` begin, or a list of all commands that begin with
    `words`.

    Raises NotFound.
    """
    commands = registry.list_commands()
    entry, _ = find_entry(commands, words)
    if entry is not None:
        return format_command_help(entry)
    registry.check_not_replaced(words)
    topic = " ".join(words)
    group = [entry for entry in commands.values() if entry.cli.startswith(f"{topic} ")]
    if not group:
        from milimo_tui.studio.registry.near_commands import find_near_commands

        hint = "topics: commands, keys, run, a command (shot make), or a command's id"
        near = next(find_near_commands(words), None)
        raise NotFound(
            f"there is no help about “{topic}”", f"try: milimo help {near[0].cli}; {hint}" if near else hint
        )
    wide = max(len(entry.cli) for entry in group)
    rows = [f"  milimo {entry.cli:<{wide}}  {entry.help}" for entry in group]
    example = f"milimo help {group[0].cli}"
    return "\n".join(
        [*rows, "", f"{example} shows the arguments of that command; the others work the same way."]
    )


def format_command_help(entry: Command) -> str:
    """Return the help page of a command; arguments are named as they are typed."""
    named = read_arguments(entry.args)
    must = "".join(f" {name}=…" for name, item in named.items() if item.required)
    lines = [f"{f'milimo {entry.cli}' if entry.cli else entry.id}: {entry.help}", ""]
    if entry.cli:
        lines.append(f"  milimo {format_usage(entry)}")
    lines += [f"  milimo run {entry.id}{must}", ""]
    shown = {name: _format_argument_name(entry, name) for name in named}
    wide = max(map(len, shown.values()), default=0)
    for heading, items in group_arguments(entry.args).items():
        lines += ["", f"  {heading}:"] if heading else []
        lines += [
            f"  {shown[item.name]:<{wide}}  {item.description}{_describe_argument_limits(entry, item)}"
            for item in items
        ]
    return "\n".join(lines)


def format_usage(entry: Command) -> str:
    """Return the usage line of a command, such as `shot set ID [MORE…] [OPTIONS]`."""
    items, words = read_arguments(entry.args), [entry.cli]
    for name in entry.positional:
        text = f"{name.upper()}{'…' if get_argument_shape(items[name])[0] == 'many' else ''}"
        words.append(text if items[name].required else f"[{text}]")
    return " ".join(words if len(items) == len(entry.positional) else [*words, "[OPTIONS]"])


def _format_argument_name(entry: Command, name: str) -> str:
    if not entry.cli:
        return name
    return name.upper() if name in entry.positional else format_flag(name)


def _describe_argument_limits(entry: Command, item: Argument) -> str:
    """Return a text with the allowed choices, the limits and the default of an argument."""
    shape, choices = get_argument_shape(item)
    off = f"; {format_flag(f'no_{item.name}')} turns it off" if has_off_flag(entry, item) else ""
    notes = [", ".join(choices)] if choices else [f"a switch{off}"] if shape == "flag" else []
    if item.ge is not None or item.le is not None:
        low, high = ("" if bound is None else f"{bound:.10g}" for bound in (item.ge, item.le))
        limits = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}"
        notes += [] if limits in item.description else [limits]
    if item.longest is not None:
        notes.append(f"at most {item.longest} characters")
    if item.required:
        notes.append("must be given")
    elif item.default not in (None, "", False, ()):
        default = ", ".join(item.default) if isinstance(item.default, tuple) else str(item.default)
        notes.append(f"default {default}")
    return f" · {'; '.join(notes)}" if notes else ""
