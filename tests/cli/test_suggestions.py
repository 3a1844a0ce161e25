"""Test that refusals suggest a command line that is accepted, and that help shows arguments in groups."""

from __future__ import annotations

import re
import shlex

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import group_arguments, read_arguments, validate_args
from milimo_tui.studio.registry.grammar import parse
from tests.cli.test_any_argument import NEVER
from tests.front_door import Milimo

MOST_IN_GROUP = 12
# Without arguments, these commands start, stop or wait for processes, or ask a question.
NOT_ALONE = {*(id for id, _ in NEVER), "app.systemd", "cluster.join", "job.watch", "job.wait"}


def find_command_lines(text: str) -> list[str]:
    """Return the command lines in a refusal that are accepted."""
    found = []
    for line in re.findall(r"milimo ([^;,\n]+)", text):
        try:
            entry, values = parse(shlex.split(line))
            validate_args(entry.args, values, entry.id)
        except (BadInput, ValueError):
            continue
        found.append(line)
    return found


@pytest.mark.long("command_line")
def test_refusal_of_every_command_suggests_an_accepted_line(film: Milimo) -> None:
    wrong = []
    for entry in registry.list_commands().values():
        words = entry.cli.split() or ["run", entry.id]
        lines = [[*words, "--no-such-option=x"] if entry.cli else [*words, "no_such=x"]]
        for name, item in read_arguments(entry.args).items():
            if item.ge is not None or item.le is not None:
                lines.append(["run", entry.id, f"{name}=many"])
        items = read_arguments(entry.args)
        if entry.id not in NOT_ALONE and (any(item.required for item in items.values()) or entry.args.ONE_OF):
            lines.append(words)
        for line in lines:
            refused = film.refusal(*line)
            if not find_command_lines(refused):
                wrong.append(f"{' '.join(line)}: {refused}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("rate shot 1B 5", "shot rate 1B 5"),
        ("shot rate 5 1B", "shot rate 1B 5"),
        ("shot rte 1B 5", "shot rate 1B 5"),
        ("sht rate 1B 5", "shot rate 1B 5"),
        ("shot set 1B --siz CU", "shot set 1B --size CU"),
        ("shot set 1B --size cuu", "shot set 1B --size CU"),
        ("cut trim-out 1A", "cut trim-out 1A 12"),
        ("cut append", "cut append --shot SHOT"),
        ("cut append rain.wav", "cut append --asset rain.wav"),
        ("append --shot 1A", "cut append --shot 1A"),
        ("render film.mp4", "render --output film.mp4"),
        ("run shot.rate id=1B rating=many", "shot rate 1B 5"),
        ("run shot.set id=1B sed=4", "shot set 1B --seed 4"),
        ("shot show 1AA", "shot show 1A"),
        ("cut undoo", "cut undo"),
    ],
)
def test_refusal_names_the_line_that_was_meant(film: Milimo, typed: str, better: str) -> None:
    refused = film.refusal(*typed.split())
    assert better in [" ".join(line.split()) for line in find_command_lines(refused)], refused


def test_help_shows_many_arguments_in_groups_with_headings(film: Milimo) -> None:
    for entry in registry.list_commands().values():
        named, groups = read_arguments(entry.args), group_arguments(entry.args)
        assert sorted(item.name for items in groups.values() for item in items) == sorted(named), entry.id
        assert max(map(len, groups.values())) <= MOST_IN_GROUP, entry.id
    assert "milimo help shot rate;" in film.refusal("help", "shot", "rte")
    assert "milimo help cut export;" in film.refusal("help", "interchange")
    page = film.inside("shot", "set", "--help")["text"]
    assert page == film.inside("help", "shot", "set")["text"]
    assert "\n  Camera:\n  --size" in page
