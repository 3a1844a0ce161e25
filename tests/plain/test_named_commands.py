"""Test that every command named by the program and its documentation exists and accepts the flags written
after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.cli.main import HELP, SHELL_COMMANDS
from milimo_tui.studio.registry.following import map_flags
from milimo_tui.studio.registry.registry import GROUPS, Command, list_commands
from tests.plain.test_words import GLOSSARY
from tools.messages import SOURCE, list_sentences, list_texts

EVERYWHERE = {"--json", "--home", "--project", "--cut", "--help", "--version", "--wait"}
COMMANDS = list_commands()
BY_WORDS = {entry.cli: entry for entry in COMMANDS.values() if entry.cli}
# The page of messages is generated, so `test_program_names_existing_commands` checks the sources instead.
PAGES = [SOURCE.parent / "README.md", *sorted(GLOSSARY.parent.glob("*.md"))]
PAGES = [page for page in PAGES if page.name != "messages.md"]
# Match `milimo` and the words typed after it, up to the end of the clause.
_SHELL = re.compile(r"(?<![\w./-])milimo ((?:[a-z][\w-]*|--[a-z][\w-]*)(?: [^\s,;:)}`|“”\0]+)*)( ?\0| +$)?")
# Match a command typed after `:` in the studio.
_TYPED = re.compile(r"(?:^|(?<=[\s(“`])):([a-z][a-z-]+(?: [a-z-]+)*)")
_FLAG = re.compile(r"--[a-z][a-z0-9-]*")
# Words that follow `milimo` in sentences about the program and are not commands.
PROSE = {"in", "is", "has", "as", "and", "on", "with", "does", "needs", "for", "VERB", "to", "the", "can"}
# Names of metadata in OTIO files, and the former name of the program.
PROSE |= {"linked", "locked", "video"}
THEIRS = "longest"  # the command of the example plug-in


def flags_of(entry: Command) -> set[str]:
    """Return the flags that a command takes, including those that every command has."""
    return {*map_flags(entry)} | EVERYWHERE


def command_in(words: list[str]) -> Command | None:
    """Return the longest command with which `words` begin, or None."""
    for many in range(min(3, len(words)), 0, -1):
        if (found := BY_WORDS.get(" ".join(words[:many]))) is not None:
            return found
    return None


def is_group(words: list[str], *, goes_on: bool) -> bool:
    """Return True if the words name a group of commands and nothing more, such as `milimo shot` or `milimo
    cut …`.

    `goes_on` says that a placeholder follows, so any command of the group is possible.
    """
    named = " ".join(words).rstrip("… .")
    if named == "run" and goes_on:
        return True
    return named in GROUPS or any(cli.startswith(f"{named} ") for cli in BY_WORDS)


def wrong_in(words: str) -> Iterator[str]:
    """Yield a description of each fault in the commands that a text names."""
    for line in words.splitlines():
        for found in _SHELL.finditer(line):
            typed = found[1].split()
            first = typed[0]
            if first in PROSE | HELP | SHELL_COMMANDS or first.startswith("--"):
                continue
            if first == "run" and typed[1:]:
                if re.fullmatch(r"[a-z]+\.[a-z_.]+", typed[1]) and typed[1] not in COMMANDS:
                    yield f"there is no command {typed[1]}"
                continue
            entry = command_in(typed)
            if first == "plugin" and typed[1:] == [THEIRS]:
                continue
            if entry is None and is_group(typed, goes_on=bool(found[2])):
                continue
            if entry is None:
                yield f"there is no command “milimo {' '.join(typed[:3])}”"
                continue
            missing = set(_FLAG.findall(found[0])) - flags_of(entry)
            if missing:
                yield f"milimo {entry.cli} takes no {', '.join(sorted(missing))}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_existing_commands(page: Path) -> None:
    wrong = list(wrong_in(page.read_text()))
    assert not wrong, "\n".join(wrong)


def test_program_names_existing_commands() -> None:
    wrong = [f"{where}: {each}" for where, words in list_texts() for each in wrong_in(words)]
    assert not wrong, "\n".join(wrong)


def test_hints_name_existing_palette_commands() -> None:
    wrong = [
        f"{each.where}: there is no command “:{typed}”"
        for each in list_sentences()
        for typed in _TYPED.findall(each.words)
        if command_in(typed.split()) is None
    ]
    assert not wrong, "\n".join(wrong)
