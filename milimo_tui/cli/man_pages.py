"""Build the man pages from the registry: milimo(1), and one page for each group of commands, such as
milimo-shot(1).

The pages are written with the macros of man(7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from milimo_tui import __version__
from milimo_tui.cli.completing import GLOBAL_FLAGS
from milimo_tui.cli.help import COMMAND_GROUPS, DAILY_COMMANDS
from milimo_tui.core.host import explain_os_error, write_file_atomically
from milimo_tui.studio.registry.args import Argument, group_arguments, read_arguments
from milimo_tui.studio.registry.following import map_flags
from milimo_tui.studio.registry.grammar import WORDS, format_flag, get_argument_shape, list_entries
from milimo_tui.studio.registry.registry import Command

VALUES = {"--home": "FOLDER", "--project": "NAME", "--cut": "NAME"}
STATUS = {
    "0": "The command succeeded.",
    "1": "The command failed, or somebody else changed the same thing first.",
    "2": "An argument can't be used. The message says which, and what to do.",
    "3": "This machine lacks something: weights, a device or a program.",
    "130": "The command was interrupted.",
}
ENVIRONMENT = {
    "MILIMO_HOME": "The studio home, unless \\-\\-home names another.",
    "NO_COLOR": "If it is set, output has no colours.",
    "VISUAL, EDITOR": "The editor for screenplays, settings and jobs.",
    "PULSE_SERVER": "The sound server that plays sound.",
    "TERM, COLORTERM": "The abilities of the terminal, if it does not answer queries.",
}


def build_man_pages() -> dict[str, str]:
    """Return the text of all man pages by file name."""
    out = {"milimo.1": _build_main_page()}
    for word in WORDS:
        out[f"milimo-{word}.1"] = _build_group_page(word, list_entries(word))
    return out


def write_man_pages(folder: Path) -> int:
    """Write all man pages into a folder and return their number. The folder is created if it is missing.
    Raises MilimoError.
    """
    pages = build_man_pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            write_file_atomically(folder / name, text.encode(), 0o644)
    except OSError as error:
        raise explain_os_error(error, folder, "write man pages into") from error
    return len(pages)


def _build_main_page() -> str:
    day = {entry.cli: entry for entries in map(list_entries, WORDS) for entry in entries}
    parts = [
        _format_page_header("milimo", "a film studio in the terminal"),
        ".SH SYNOPSIS\n.B milimo\n.br\n.B milimo\n.I COMMAND\n[\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]",
        ".SH DESCRIPTION",
        "Turns a screenplay into a finished film: it makes a storyboard, has models make the shots in a "
        "background process, and edits and renders the film on a timeline of many tracks.",
        ".PP",
        "Without arguments it opens the studio. With a command it runs that command and exits.",
        ".SH DAILY COMMANDS",
    ]
    for title, commands in DAILY_COMMANDS.items():
        parts += [
            f".SS {_escape_roff(title)}",
            *(_format_tagged_paragraph(f"milimo {words}", day[words].help) for words in commands),
        ]
    parts += [
        ".SH GROUPS OF COMMANDS",
        *(_format_tagged_paragraph(f"milimo-{name}(1)", about) for name, about in COMMAND_GROUPS.items()),
        ".SH OPTIONS",
        "Every command accepts these options.",
        *(
            _format_tagged_paragraph(f"{flag} {VALUES.get(flag, '')}".rstrip(), note)
            for flag, note in GLOBAL_FLAGS.items()
        ),
        ".SH EXIT STATUS",
        *(_format_tagged_paragraph(code, note) for code, note in STATUS.items()),
        ".SH ENVIRONMENT",
        *(f".TP\n.B {name}\n{note}" for name, note in ENVIRONMENT.items()),
        ".SH FILES",
        _format_tagged_paragraph("~/.config/milimo/config.toml", "settings: milimo config"),
        ".SH SEE ALSO",
        _format_see_also(f"milimo-{word}" for word in sorted(WORDS)),
    ]
    return _join_page_parts(parts)


def _build_group_page(word: str, entries: list[Command]) -> str:
    alone = next((entry.help for entry in entries if entry.cli == word), "")
    parts = [_format_page_header(f"milimo-{word}", COMMAND_GROUPS.get(word, "") or alone), ".SH SYNOPSIS"]
    parts += [
        f"{'.br' if at else ''}\n{_format_command_usage(entry)}".strip() for at, entry in enumerate(entries)
    ]
    parts.append(".SH COMMANDS")
    for entry in entries:
        parts += [
            f".SS {_escape_roff('milimo ' + entry.cli)}",
            _format_roff_sentence(entry.help),
            *_format_man_arguments(entry),
        ]
    parts += [".SH SEE ALSO", _format_see_also(["milimo"])]
    return _join_page_parts(parts)


def _format_man_arguments(entry: Command) -> Iterator[str]:
    for heading, items in group_arguments(entry.args).items():
        yield f".PP\n{_escape_roff(heading)}:" if heading else ""
        for item in items:
            is_flag = item.name not in entry.positional
            name = _format_flag_usage(item) if is_flag else _format_placeholder(item.name)
            yield _format_tagged_paragraph(name, _describe_man_argument(item), italic=not is_flag)


def _format_command_usage(entry: Command) -> str:
    items = read_arguments(entry.args)
    words = [f".B {_escape_roff('milimo ' + entry.cli)}"]
    for name in entry.positional:
        more = "\\&..." if get_argument_shape(items[name])[0] == "many" else ""
        text = f"\\fI{_escape_roff(_format_placeholder(name))}\\fR{more}"
        words.append(text if items[name].required else f"[{text}]")
    flags = map_flags(entry).values()
    words += [f"\\fB{_escape_roff(_format_flag_usage(item))}\\fR" for item in flags if item.required]
    if any(not item.required for item in flags):
        words.append("[\\fIOPTIONS\\fR]")
    return "\n".join(words)


def _format_flag_usage(item: Argument) -> str:
    flag = format_flag(item.name)
    shape, choices = get_argument_shape(item)
    if shape == "flag":
        return flag
    value = "|".join(choices) if choices else _format_placeholder(item.name)
    return f"{flag} {value}{' ...' if shape == 'many' else ''}"


def _format_placeholder(name: str) -> str:
    return name.rstrip("_").upper()


def _describe_man_argument(item: Argument) -> str:
    bounds = [
        f"{word} {bound:g}"
        for word, bound in (("at least", item.ge), ("at most", item.le))
        if bound is not None
    ]
    has_default = not item.required and item.default not in (None, "", False, ())
    default = ", ".join(item.default) if isinstance(item.default, tuple) else item.default
    notes = [*bounds, *([f"default {default}"] if has_default else [])]
    return f"{item.description} ({', '.join(notes)})" if notes else item.description


def _format_page_header(name: str, about: str) -> str:
    title = f'.TH {_escape_roff(name.upper())} 1 "" "milimo {__version__}" "Milimo"'
    return f"{title}\n.SH NAME\n{_escape_roff(name)} \\- {_escape_roff(about or 'of milimo')}"


def _format_tagged_paragraph(name: str, about: str, *, italic: bool = False) -> str:
    return f".TP\n.{'I' if italic else 'B'} {_escape_roff(name)}\n{_format_roff_sentence(about)}"


def _format_see_also(names: Iterable[str]) -> str:
    return ",\n".join(f".BR {_escape_roff(name)} (1)" for name in names).replace(",\n", " ,\n")


def _format_roff_sentence(text: str) -> str:
    text = " ".join(text.split())
    return _escape_roff(f"{text[:1].upper()}{text[1:]}{'' if text[-1:] in '.!?' else '.'}" if text else "")


def _escape_roff(text: str) -> str:
    """Return text escaped for roff. Then no line of text is read as a roff request, and hyphens stay plain
    hyphens that can be copied.
    """
    out = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{out}" if out[:1] in ".'" else out


def _join_page_parts(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part) + "\n"
