"""Test shell completion: the output of `milimo complete`, and the Tab key in bash, zsh and fish."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from milimo_tui.cli.completing import OTHER_VERBS
from milimo_tui.cli.shell_scripts import SCRIPTS, get_completion_script
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.grammar import WORDS
from tests.front_door import Milimo
from tests.programs import python_program
from tests.terminal import Terminal


def words(milimo: Milimo, *typed: str) -> list[str]:
    """Return the completions of the last word in `typed`."""
    return [line.split("\t")[0] for line in milimo.act("complete", "--", *typed).splitlines()]


def test_first_words_are_completed_with_their_subject(milimo: Milimo) -> None:
    lines = milimo.act("complete", "--", "").splitlines()
    assert [line.split("\t")[0] for line in lines] == [*WORDS, *OTHER_VERBS]
    assert all("\t" in line for line in lines)
    assert words(milimo, "sto") == ["storyboard"]


def test_every_command_is_completed_word_by_word(milimo: Milimo) -> None:
    for entry in registry.list_commands().values():
        typed = entry.cli.split(" ") if entry.cli else []
        for count in range(1, len(typed) + 1):
            assert typed[count - 1] in words(milimo, *typed[:count]), typed


def test_flags_choices_and_switches_are_completed(milimo: Milimo) -> None:
    assert "--engine" in words(milimo, "shot", "make", "--e")
    assert "--project" in words(milimo, "shot", "list", "--p")
    assert words(milimo, "--proj") == ["--project"]
    assert words(milimo, "shot", "set", "1A", "--size", "c") == ["CU"]


def test_names_are_completed_from_the_film_in_use_only(film: Milimo) -> None:
    assert words(film, "shot", "show", "") == ["1A", "1B", "2A"]
    # The value of an option does not count as a shot
    assert "1A" in words(film, "shot", "make", "--takes", "2", "1")
    assert "1B" in words(film, "shot", "make", "1A", "")
    project = film.json("project", "list")[0]["folder"]
    assert words(film, "--project", "") == [project]
    assert "1A" in words(film, "--project", project, "shot", "show", "")
    assert words(film, "--project", "none", "shot", "show", "") == []
    assert words(film, "--cut", "")


def test_arguments_by_name_are_completed_after_run(film: Milimo) -> None:
    assert "cut.split" in words(film, "run", "cut.sp")
    assert all(word.endswith("=") for word in words(film, "run", "shot.show", ""))
    assert "id=1A" in words(film, "run", "shot.show", "id=")


def test_paths_are_completed_by_the_shell(milimo: Milimo) -> None:
    assert milimo.act("complete", "--", "script", "import", "x").split() == [":files"]
    assert milimo.act("complete", "--", "--home", "x").split() == [":files"]


def test_completion_creates_nothing(milimo: Milimo) -> None:
    shutil.rmtree(milimo.home, ignore_errors=True)
    assert words(milimo, "shot", "show", "") == []
    assert words(milimo, "no-such-verb", "") == []
    assert not milimo.home.exists()


def test_unknown_shell_is_refused(milimo: Milimo) -> None:
    assert "bash, zsh, fish" in milimo.refusal("completion", "tcsh")
    assert "milimo completion bash" in milimo.refusal("completion")
    assert milimo.act("completion", "bash") == get_completion_script("bash")


@pytest.fixture
def shell_env(film: Milimo) -> dict[str, str]:
    """Return an environment for plain shells in which `milimo` is a program in PATH."""
    programs, home = film.cwd / "programs", Path(film.env["HOME"])
    programs.mkdir()
    home.mkdir(exist_ok=True)
    python_program(
        programs / "milimo", "import sys\nfrom milimo_tui.cli.main import main\nsys.exit(main())\n"
    )
    for shell in SCRIPTS:
        (film.cwd / shell).write_text(get_completion_script(shell))
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**film.env, "PATH": path, "TERM": "xterm", "PS1": "$ ", "LC_ALL": "C.UTF-8"}


# Pairs of the text that is typed before Tab and the command line afterwards.
TYPED = [
    ("milimo sto", "milimo storyboard "),
    ("milimo shot dupl", "milimo shot duplicate "),
    ("milimo storyboard commit --dr", "milimo storyboard commit --dry-run "),
    ("milimo run shot.show i", "milimo run shot.show id="),
    ("milimo run shot.show id=2", "milimo run shot.show id=2A "),
    ("milimo script import ./a-sc", "milimo script import ./a-script.fountain "),
]


@pytest.mark.long("command_line")
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_completes_in_a_real_shell(shell: str, film: Milimo, shell_env: dict[str, str]) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (film.cwd / "a-script.fountain").touch()
    begin = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"]}[shell]
    with Terminal([program, *begin], shell_env, columns=120) as terminal:
        ready = (
            "PS1='$ '; autoload -Uz compinit; compinit -u -D"
            if shell == "zsh"
            else "bind 'set bell-style none'"
        )
        terminal.press(f"cd {shlex.quote(str(film.cwd))}; {ready}; . ./{shell}; echo re''ady", "enter")
        terminal.wait_for("ready")
        for typed, line in TYPED:
            terminal.press("\x15", "clear; echo cl''eared", "enter")
            terminal.wait_for("cleared")
            terminal.press(typed, "tab")
            terminal.wait_for(line.rstrip())
            terminal.press("x")
            terminal.wait_for(f"{line}x")


@pytest.mark.long("command_line")
def test_fish_completes_commands(film: Milimo, shell_env: dict[str, str]) -> None:
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("fish is not installed")
    (film.cwd / "a-script.fountain").touch()
    for typed, line in TYPED:
        ask = f"source ./fish; complete -C {shlex.quote(typed)}"
        done = subprocess.run(
            [fish, "--no-config", "-c", ask], env=shell_env, cwd=film.cwd, capture_output=True, check=True
        )
        assert line.split()[-1] in [each.split("\t")[0] for each in done.stdout.decode().splitlines()], done
