"""Test suggested corrections of command lines: the parser accepts each, and each is close to the intended
line.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import list_alternatives, read_arguments, validate_args
from milimo_tui.studio.registry.corrections import correct_refused_line, make_example
from milimo_tui.studio.registry.following import map_flags
from milimo_tui.studio.registry.grammar import get_argument_shape, parse
from tests.front_door import Milimo

MEANT = {  # A wrong command line, and the line that is suggested for it; “…” stands for any ending.
    "append a.mp4": "cut append --asset a.mp4",
    "clip add 1A": "cut append --shot 1A",
    "clip split 10": "cut split --at 10",
    "cut split 2.5": "cut split --at 2.5s",
    "split --at 2.5": "cut split --at 2.5s",
    "undo": "cut undo",
    "undo 3": "cut undo",
    "take rate 1A 5": "shot rate 1A 5",
    "rate shot 1A 5": "shot rate 1A 5",
    "shot.rate 1A 5": "shot rate 1A 5",
    "shot rate 5 1A": "shot rate 1A 5",
    "shot rate 1A 9": "shot rate 1A 5",
    "shot rate 1A --stars 4": "shot rate 1A 4",
    "shot rate --rating 4 1A": "shot rate 1A 4",
    "run shot.rate 1A 4": "shot rate 1A 4",
    "run shot.rate shot=1A rating=4": "shot rate 1A 4",
    "shot pick 1A --take 2": "shot pick 1A 2",
    "shot make --count 3 1A": "shot make 1A --takes 3",
    "shot add 'a man walks'": "shot add SCENE 'a man walks'",
    "shot set 1A --lenght 2.5": "shot set 1A --length 2.5s",
    "shot set 1A --angle hihg": "shot set 1A --angle high",
    "shot condition add pic.png 1A --strength 80": "shot condition add 1A pic.png --strength 0.8",
    "shot copy 1A": "shot duplicate 1A",
    "shot remove 1A": "shot delete 1A",
    "render x.mp4": "render --output x.mp4",
    "render --out x.mp4": "render --output x.mp4",
    "render --output=x.mp4 --presset h264": "render --output x.mp4 --preset h264",
    "render --fps 24": "render --rate 24",
    "cut move 1A --to V2": "cut move 1A --track V2",
    "cut roll 1A 12": "cut roll 1A head 12",
    "cut roll 1A tial 12": "cut roll 1A tail 12",
    "cut slip 1A --by 12": "cut slip 1A 12",
    "cut transition 1A disolve": "cut transition 1A --kind dissolve",
    "cut transition 1A --duration 12": "cut transition 1A --frames 12",
    "cut title --text 'The End' --at 2s": "cut title 'The End' --at 2s",
    "cut title 'The End' --position bottom": "cut title 'The End' --place bottom",
    "cut gain 1A -6": "cut set 1A --gain-db=-6",
    "cut set 1A --volume -6": "cut set 1A --gain-db=-6",
    "cut set 1A --opacity 50": "cut set 1A --opacity 0.5",
    "cut set 1A --fade-in 0.5": "cut set 1A --fade-in 12",
    "cut marker 2s hello": "cut marker --at 2s --text hello",
    "cut insert 1A 2s": "cut insert --at 2s --shot 1A",
    "cut ripple delete 1A": "cut ripple-delete 1A",
    "cut extract 2s 4s": "cut extract --start 2s --end 4s",
    "cut note 'too long' --at 2s": "cut note add 'too long' --at 2s",
    "note add 'too long'": "cut note add 'too long'",
    "trim 1A 12": "cut trim-in 1A 12",
    "export film.otio": "cut export film.otio",
    "import script.fountain": "script import script.fountain",
    "import pic.png": "asset add pic.png",
    "new 'My Film'": "project new 'My Film'",
    "project create 'My Film'": "project new 'My Film'",
    "project new 'My Film' --fps 24": "project new 'My Film' --rate 24",
    "config theme dark": "config set theme dark",
    "config set theme=dark": "config set theme dark",
    "character add Mara": "element add Mara",
    "element add Mara --type charakter": "element add Mara --kind character",
    "element rename Mara Maria": "element set Mara --name Maria",
    "element set Mara --name": "element set Mara --name NAME",
    "picture make a cat": "picture make 'a cat'",
    "picture upscale pic.png 4": "picture upscale pic.png --factor 4",
    "room quota 100GB": "room quota 100",
    "watch in/films": "watch add in/films",
    "models": "model list",
    "job kill 3": "job cancel 3",
    "backup create": "backup now",
    "scene move 2": "scene move 2 12",
}  # fmt: skip
AFTER_RUN = {  # Command lines that parse correctly and are refused only by the film.
    "cut trim-in 12 1A": "cut trim-in 1A 12",
    "cut trim-out 1A 2.5": "cut trim-out 1A 2.5s",
    "cut effect 1A opacty 0.5": "cut effect 1A opacity 0.5",
    "cut put-on 1A sepai": "cut put-on 1A sepia",
    "shot make all": "shot make --all",
    "shot make 1A 3": "shot make 1A --takes 3",
    "config set thme dark": "config set theme dark",
    "job list --state runing": "job list --state running",
}


def propose_line(words: list[str]) -> str:
    """Return the line that is suggested for refused words, without the program name `milimo`."""
    try:
        entry, values = parse(words)
        validate_args(entry.args, values, entry.id)
    except BadInput as error:
        hint = correct_refused_line(error, words).hint
        return hint.partition("; ")[0].removeprefix("try: milimo ") if hint.startswith("try: ") else ""
    raise AssertionError(f"{words} is accepted")


@pytest.mark.parametrize("typed", MEANT)
def test_wrong_line_is_answered_with_the_line_that_was_meant(typed: str) -> None:
    assert propose_line(shlex.split(typed)) == MEANT[typed]


@pytest.mark.long("command_line")
def test_line_that_the_film_refuses_is_answered_with_one_that_it_accepts(film: Milimo) -> None:
    for typed, meant in AFTER_RUN.items():
        hint = film.inside(*shlex.split(typed), code=2)["error"]["hint"]
        assert hint.partition("; ")[0] == f"try: milimo {meant}", typed
    hint = film.inside("cut", "delete", "1A", code=2)["error"]["hint"]
    assert "try:" not in hint, "another cut is not proposed for deletion"


def _list_wrong_words(entry: registry.Command) -> Iterator[list[str]]:
    """Yield wrong command lines: with too few, too many and unknown words, in any order."""
    words, items = entry.cli.split(" "), read_arguments(entry.args)
    given = [str(make_example(items[name])).strip("[]'") for name in entry.positional]
    yield [*words, *reversed(given), "zzz", "2.5"]
    yield [*words, *given, "--zzz", "4"]
    yield [*words, "--zzz=1A", *given[:1]]
    yield [*words, *(f"--{name}=1A" for name in entry.positional)]
    yield ["-".join(words), *given]
    yield [*words[1:], *words[:1], *given]
    yield [*words[:-1], f"{words[-1]}x", *given]
    for flag, item in map_flags(entry).items():
        if get_argument_shape(item)[0] != "flag":
            yield [*words, *given, f"{flag}x", "2.5"]
            yield [*words, *given, flag]
            yield [*words, *given, flag, "2.5x", "--", "zzz"]
            yield [*words, *given, f"{flag}=-99999999"]


@pytest.mark.long("command_line")
@pytest.mark.parametrize("group", registry.GROUPS)
def test_parser_accepts_every_proposed_line(group: str) -> None:
    for entry in registry.load_command_group(group):
        for words in _list_wrong_words(entry) if entry.cli else ():
            try:
                line = propose_line(words)
            except AssertionError:
                continue  # Some of these lines are valid for some commands.
            if line:
                found, values = parse(shlex.split(line))
                validate_args(found.args, values, found.id)
                assert values or not list_alternatives(found.args), line
