"""Test that no output of the command line controls the terminal: every control character is put into every
field and shown in a real terminal.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import time
from pathlib import Path

import pytest

import milimo_tui
from milimo_tui.core import safe_text
from tests.front_door import Milimo
from tests.plain.hostile import (
    COMMANDS,
    CONTROLS,
    FIELDS,
    HOSTILE,
    LOUD,
    MARK,
    SCREENPLAY,
    SGR,
    spoil,
    spoil_jobs,
)
from tests.terminal import Terminal

# Run the commands one after the other in one process. `{}` stands for the first id in the output of the
# command before.
RUNNER = """
import json, sys
from milimo_tui.cli.main import main
for words in json.loads(sys.argv[1]):
    print(">>>", *(word for word in words if word.isalnum()), flush=True)
    main(words)
print("THE END", flush=True)
"""


def in_terminal(milimo: Milimo, lines: list[list[str]]) -> str:
    """Return the output of these commands in a terminal that is wide enough for tables. Every question is
    answered with no.
    """
    with Terminal([sys.executable, "-c", RUNNER, json.dumps(lines)], milimo.env, 200, 50) as terminal:
        end = time.monotonic() + 240.0
        while terminal.process.poll() is None:
            assert time.monotonic() < end, terminal.text
            terminal.read(0.1)
            if terminal.text.rstrip().endswith("[y/N]"):
                terminal.press("n", "\r")
        terminal.wait()
        return terminal.raw.decode(errors="surrogateescape")


def loud(written: str) -> set[str]:
    """Return the characters of an output that may control a terminal, except our own table colours and line
    ends.
    """
    quiet = SGR.sub("", written).replace("\r\n", "\n").replace("\n", "").replace("\t", "")
    return set(LOUD.findall(quiet))


@pytest.fixture
def spoiled(film: Milimo) -> Milimo:
    film.act("element", "add", "Rex", "--description", "a dog")
    film.inside("supervisor", "stop", "--now")
    assert spoil(film.home / "projects" / "two-lamps" / "project.db") > len(FIELDS)
    spoil_jobs(film.home)
    return film


@pytest.mark.long("hostile")
def test_no_command_lets_a_project_control_the_terminal(spoiled: Milimo) -> None:
    shots = spoiled.json("shot", "list")
    jobs = spoiled.json("job", "list")
    shot, scene, job = shots[0]["id"], shots[0]["scene"], jobs[0]["id"]
    lines = [
        ["project", "list"], ["project", "show"], ["script", "export", "-"], ["storyboard", "show"],
        ["scene", "list"], ["shot", "list", "--scene", scene], ["shot", "list"], ["shot", "show", shot],
        ["shot", "takes", shot],
        ["element", "list"], ["asset", "list"], ["bin", "list"], ["cut", "list"], ["cut", "show"],
        ["cut", "history"], ["cut", "notes"], ["render", "--plan"], ["review", "list"], ["next"],
        ["build", "--dry-run"], ["storyboard", "commit"], ["job", "list"], ["job", "show", job],
        ["job", "log", job], ["job", "watch", "--until-idle"], ["batch", "list"], ["supervisor", "status"],
        ["supervisor", "log"], ["model", "list"], ["doctor"], ["config"], ["project", "rename", HOSTILE],
        ["cut", "new", HOSTILE], ["project", "use", f"x{COMMANDS}"], ["shot", "show", f"x{COMMANDS}"],
        ["asset", "add", f"/x{COMMANDS}.png"], [f"x{COMMANDS}"], ["shot", f"x{COMMANDS}"],
        ["shot", "set", shot, "--length", f"x{COMMANDS}"], ["clean", "--bins"],
    ]  # fmt: skip
    written = in_terminal(spoiled, lines)
    assert "THE END" in written
    assert written.count(MARK) > 100, "the texts are shown"
    for part in written.split(">>> ")[1:]:
        assert loud(part) == set(), part[:200]
    again = in_terminal(spoiled, [[*words, "--json"] for words in lines])
    assert loud(again) == set()


@pytest.mark.long("hostile")
def test_control_codes_leave_documents_valid_and_complete(spoiled: Milimo) -> None:
    output = spoiled("project", "show", "--json").stdout
    assert json.loads(output)["name"].startswith(HOSTILE), "an escape is the very character"
    assert loud(output.decode()) == set()


@pytest.mark.long("hostile")
def test_screenplay_sends_no_control_code_to_the_terminal(milimo: Milimo) -> None:
    script = milimo.cwd / "evil.fountain"
    script.write_text(SCREENPLAY)
    written = in_terminal(
        milimo,
        [
            ["script", "check", str(script)],
            ["script", "import", str(script)],
            ["script", "export", "-"],
            ["storyboard", "show"],
            ["cut", "show"],
            ["shot", "show", "1A"],
            ["film", str(script)],
            ["render", "--plan"],
        ],
    )
    assert "THE END" in written
    assert MARK in written
    # The moving progress bar of a render moves the cursor itself, so its output is left out.
    still = written.split(">>> film")[0] + written.split(">>> render")[1]
    assert loud(still) == set()
    for command in ("\x1b]52", "\x9d", "\x9b2J", "\x1b[2J", "\x1bP", "\u202e"):
        assert command not in written


def test_undecodable_file_name_is_shown_without_control_codes(milimo: Milimo) -> None:
    name = os.fsdecode(b"/tmp/\xff\x9b\x1b]0;x\x07.fountain")
    text = milimo("script", "import", name, code=2).stderr.decode()
    assert "milimo script import" in text
    assert loud(text) == set()


@pytest.mark.long("hostile")
def test_piped_picture_is_drawn_with_letters(film: Milimo) -> None:
    assert not LOUD.search(film.text("show", "1A"))


@pytest.mark.parametrize("control", [*CONTROLS, "\ud800"])
def test_controls_are_removed_from_texts_and_escaped_in_documents(control: str) -> None:
    assert not LOUD.search(safe_text.remove_control_characters(f"a{control}b\tc\n"))
    assert safe_text.remove_control_characters("a\tb\n") == "a\tb\n"
    assert not LOUD.search(safe_text.clean_cell_text(f"a{control}b\tc\n") + "\n\t".strip())
    document = safe_text.escape_json_controls(json.dumps(f"a{control}b", ensure_ascii=False))
    assert not LOUD.search(document)
    assert json.loads(document) == f"a{control}b"


def test_printable_text_is_not_changed() -> None:
    text = "Ünï 日本 👩‍👩‍👧 می‌خواهم café — “no” ✓\n"
    assert safe_text.remove_control_characters(text) == text
    assert safe_text.clean_cell_text(text.strip()) == text.strip()


@pytest.mark.long("hostile")
def test_commands_write_through_one_place() -> None:
    """Code that prints or writes to a stream directly would bypass the removal of control characters."""
    package = Path(milimo_tui.__file__).parent
    others = []
    for part in ("cli", "studio", "tui"):
        for path in (package / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                words = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                if words in ("print", "sys.stdout.write", "sys.stderr.write", "console.print"):
                    others.append((path.relative_to(package).as_posix(), words))
    assert set(others) == {
        ("cli/output.py", "print"),
        ("cli/output.py", "console.print"),
        ("cli/output.py", "sys.stderr.write"),
        ("tui/app/running.py", "sys.stdout.write"),
        # The standard output of this helper process is a pipe to the program.
        ("studio/machine/recording_process.py", "sys.stdout.write"),
    }
