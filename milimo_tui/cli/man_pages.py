"""Man pages built from the registry: milimo(1), and one page for each first word, such as milimo-shot(1).

The pages use the macros of man(7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from milimo_tui import __version__
from milimo_tui.cli.completing import GLOBAL_FLAGS
from milimo_tui.cli.help import DAY, GROUPS
from milimo_tui.core.host import explain, write_atomic
from milimo_tui.studio.registry.args import Argument, arguments
from milimo_tui.studio.registry.following import flags_of
from milimo_tui.studio.registry.grammar import WORDS, entries_of, shape_of
from milimo_tui.studio.registry.registry import Command

VALUES = {"--home": "FOLDER", "--project": "NAME", "--cut": "NAME"}
STATUS = {
    "0": "It is done.",
    "1": "It failed, or somebody else changed the same first.",
    "2": "What was given can't be used: the sentence says what, where, and what to do.",
    "3": "Something is missing on this machine: weights, a device, a program.",
    "130": "It was stopped.",
}
ENVIRONMENT = {
    "MILIMO_HOME": "The studio home, where no \\-\\-home says another.",
    "NO_COLOR": "Where it is set, nothing is coloured.",
    "VISUAL, EDITOR": "What a screenplay is edited in.",
    "PULSE_SERVER": "Where the sound goes.",
    "TERM, COLORTERM": "What the terminal can do, where it can't be asked.",
}


def pages() -> dict[str, str]:
    """Return all pages by file name."""
    out = {"milimo.1": _whole()}
    for word in WORDS:
        out[f"milimo-{word}.1"] = _of_word(word, entries_of(word))
    return out


def write(folder: Path) -> int:
    """Write all pages into a folder, which is created if missing. Return the number of pages. Raises
    MilimoError.
    """
    made = pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            write_atomic(folder / name, text.encode(), 0o644)
    except OSError as error:
        raise explain(error, folder, "write man pages into") from error
    return len(made)


def _whole() -> str:
    day = {entry.cli: entry for entries in map(entries_of, WORDS) for entry in entries}
    parts = [
        _head("milimo", "a film studio in the terminal"),
        ".SH SYNOPSIS\n.B milimo\n.br\n.B milimo\n.I VERB\n[\\fIWORDS\\fR] [\\fIFLAGS\\fR]",
        ".SH DESCRIPTION",
        "Takes a screenplay to a finished film: storyboard, shots made by models in a background process, a "
        "timeline of many tracks, a rendered film.",
        ".PP",
        "Alone it opens the studio; with a verb it does one thing without it.",
        ".SH VERBS OF A DAY",
    ]
    for title, verbs in DAY.items():
        parts += [f".SS {_text(title)}", *(_item(f"milimo {verb}", day[verb].help) for verb in verbs)]
    parts += [
        ".SH GROUPS OF VERBS",
        *(_item(f"milimo-{name}(1)", about) for name, about in GROUPS.items()),
        ".SH OPTIONS",
        "Every verb takes these.",
        *(_item(f"{flag} {VALUES.get(flag, '')}".rstrip(), note) for flag, note in GLOBAL_FLAGS.items()),
        ".SH EXIT STATUS",
        *(_item(code, note) for code, note in STATUS.items()),
        ".SH ENVIRONMENT",
        *(f".TP\n.B {name}\n{note}" for name, note in ENVIRONMENT.items()),
        ".SH FILES",
        _item("~/.config/milimo/config.toml", "settings: milimo config"),
        ".SH SEE ALSO",
        _also(f"milimo-{word}" for word in sorted(WORDS)),
    ]
    return _joined(parts)


def _of_word(word: str, entries: list[Command]) -> str:
    alone = next((entry.help for entry in entries if entry.cli == word), "")
    parts = [_head(f"milimo-{word}", GROUPS.get(word, "") or alone), ".SH SYNOPSIS"]
    parts += [f"{'.br' if at else ''}\n{_usage(entry)}".strip() for at, entry in enumerate(entries)]
    parts.append(".SH VERBS")
    for entry in entries:
        parts += [f".SS {_text('milimo ' + entry.cli)}", _sentence(entry.help), *_arguments(entry)]
    parts += [".SH SEE ALSO", _also(["milimo"])]
    return _joined(parts)


def _arguments(entry: Command) -> Iterator[str]:
    items = arguments(entry.args)
    for name in entry.positional:
        yield _item(_shown(name), _described(items[name]), italic=True)
    for flag, item in flags_of(entry).items():
        yield _item(_flag(flag, item), _described(item))


def _usage(entry: Command) -> str:
    items = arguments(entry.args)
    words = [f".B {_text('milimo ' + entry.cli)}"]
    for name in entry.positional:
        more = "\\&..." if shape_of(items[name])[0] == "many" else ""
        shown = f"\\fI{_text(_shown(name))}\\fR{more}"
        words.append(shown if items[name].required else f"[{shown}]")
    flags = flags_of(entry)
    words += [f"\\fB{_text(_flag(flag, item))}\\fR" for flag, item in flags.items() if item.required]
    if any(not item.required for item in flags.values()):
        words.append("[\\fIFLAGS\\fR]")
    return "\n".join(words)


def _flag(flag: str, item: Argument) -> str:
    shape, choices = shape_of(item)
    if shape == "flag":
        return flag
    value = "|".join(choices) if choices else _shown(item.name)
    return f"{flag} {value}{' ...' if shape == 'many' else ''}"


def _shown(name: str) -> str:
    return name.rstrip("_").upper()


def _described(item: Argument) -> str:
    bounds = [
        f"{word} {bound:g}"
        for word, bound in (("at least", item.ge), ("at most", item.le))
        if bound is not None
    ]
    has_default = not item.required and item.default not in (None, "", False, ())
    default = ", ".join(item.default) if isinstance(item.default, tuple) else item.default
    notes = [*bounds, *([f"default {default}"] if has_default else [])]
    return f"{item.description} ({', '.join(notes)})" if notes else item.description


def _head(name: str, about: str) -> str:
    title = f'.TH {_text(name.upper())} 1 "" "milimo {__version__}" "Milimo"'
    return f"{title}\n.SH NAME\n{_text(name)} \\- {_text(about or 'of milimo')}"


def _item(name: str, about: str, *, italic: bool = False) -> str:
    return f".TP\n.{'I' if italic else 'B'} {_text(name)}\n{_sentence(about)}"


def _also(names: Iterable[str]) -> str:
    return ",\n".join(f".BR {_text(name)} (1)" for name in names).replace(",\n", " ,\n")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return _text(f"{text[:1].upper()}{text[1:]}{'' if text[-1:] in '.!?' else '.'}" if text else "")


def _text(text: str) -> str:
    """Return text escaped for roff, so that no line starts a request and hyphens can be copied."""
    out = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{out}" if out[:1] in ".'" else out


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part) + "\n"
