"""Test messages: they use the words of the glossary, fit on a line, and name keys that exist.

`tools.messages` finds the sentences in the sources.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from rich.cells import cell_len

from milimo_tui.core import errors
from milimo_tui.core.settings import KEY_PRESETS
from milimo_tui.studio.registry.registry import GROUPS
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.keymap import ACT_NAMED, Keymap, format_chord
from tools import messages_page
from tools.messages import (
    SOURCE,
    find_messages,
    find_texts,
    list_sentences,
    list_texts,
    read_sources,
    remove_docstrings,
)

GLOSSARY = SOURCE.parent / "docs" / "glossary.md"
MESSAGES = SOURCE.parent / "docs" / "messages.md"
# Lowest number of sentences of each kind. If a function is renamed, these tests must not silently lose its
# messages.
FEWEST = {
    "error": 1700, "hint": 1550, "key": 1000, "description": 950, "message": 350, "help": 320, "command": 280,
    "label": 120, "question": 60, "does": 50, "setting": 50, "guide": 18,
}  # fmt: skip
WIDEST = 79  # Widest sentence in terminal cells.
KEYMAP = keymap_file.load_keymap("default")
# Keys that are the same in every preset and cannot be bound to anything else. Hints may name them directly.
FIXED = {"Enter", "Esc", "Tab", "Backspace", "↓", "↑"}


@cache
def texts_with_actions() -> list[tuple[str, str]]:
    """Return every text of the sources that names an action, with its location."""
    return [(where, words) for where, words in list_texts() if "{" in words]


# Match commands typed in a shell or after `:`, and actions in braces.
_TYPED = re.compile(r"(?:milimo |:)[a-z]+(?: [a-z-]+)?|--\w[\w-]*|\{[^}]*\}")
_ROW = re.compile(r"^\| `([^|]+)` \| ([^|]+) \| said nowhere(?: but ([^|]*))? \|$", re.MULTILINE)


def unsaid_words() -> list[tuple[str, str, list[str]]]:
    """Return the glossary's rows of words that are never used: the word, its replacement, and the phrases in
    which it is allowed.
    """
    return [
        (word, instead.strip(), re.findall(r"`([^`]+)`", but or ""))
        for word, instead, but in _ROW.findall(GLOSSARY.read_text())
    ]


def keys_of(keymap: Keymap, place: str, run: str, value: str) -> str:
    """Return the keys of an action in the context `place`, or in any context if `place` is empty. Returns an
    empty text if there are none.
    """
    within = (place, *keymap.parents.get(place, ())) if place else keymap.titles
    places = [keymap.find_chord(run, (each,), value) for each in within]
    return next(filter(None, places), "")


def in_default_keys(words: str) -> str:
    """Return a sentence with its actions replaced by the keys of the default preset."""
    return ACT_NAMED.sub(lambda found: keys_of(KEYMAP, found[1] or "", found[2], found[3] or ""), words)


def ways(words: str) -> Iterator[str]:
    """Yield a sentence as a screen shows it, and also as a shell shows it if its actions have commands."""
    yield in_default_keys(words)
    if "{" not in (shell := errors.format_shell_hint(words)):
        yield shell


def wrong_keys(hint: str) -> list[str]:
    """Return the keys that a hint names directly at the start of a clause. They would be wrong in other
    presets.
    """
    chords = {format_chord(each.chord) for each in KEYMAP.bindings} - FIXED
    longest = sorted(map(re.escape, chords), key=len, reverse=True)
    head = re.compile(rf"(?:^|(?<=[,;:] )|(?<= and )|(?<=, then ))({'|'.join(longest)}) (?!from )[a-z]")
    found = head.findall(hint.replace("\0", "…"))
    # Leave out the article “a” and counts.
    return [each for each in found if each != "a" and not each.isdigit()]


def test_walker_finds_the_messages_of_the_sources() -> None:
    assert len(list_sentences()) > 6000
    kinds = Counter(each.kind for each in list_sentences())
    assert kinds.keys() >= set(FEWEST)
    assert {kind: kinds[kind] for kind, fewest in FEWEST.items() if kinds[kind] < fewest} == {}


def test_walker_returns_a_message_and_its_hint_together() -> None:
    source = 'x.show_message("no", "warn", f"{a} b{x.end}" if c else "d")\nraise Refused("e", hint="f")'
    found = list(find_messages(source, "m"))
    assert [[(each.kind, each.words, each.shown) for each in group] for group in found] == [
        [("message", "no", "no"), ("hint", "\0 b\0", "… b‹end›"), ("hint", "d", "d")],
        [("error", "e", "e"), ("hint", "f", "f")],
    ]


def test_messages_page_is_current() -> None:
    assert MESSAGES.read_text() == messages_page.build_messages_page(), "make pages writes docs/messages.md"


@pytest.mark.parametrize(("word", "instead", "but"), unsaid_words(), ids=lambda each: str(each)[:20])
def test_messages_avoid_words_that_the_glossary_replaces(word: str, instead: str, but: list[str]) -> None:
    pattern = re.compile(rf"(?<![\w.{{/-]){re.escape(word)}(?!\w|[:/-])", re.IGNORECASE)
    found = []
    for sentence in list_sentences():
        words = _TYPED.sub("", sentence.words)
        for kept in but:
            words = words.replace(kept, "")
        if pattern.search(words):
            found.append(f"{sentence.where}: {sentence.words!r}: say {instead}")
    assert not found, "\n".join(found)


def test_glossary_lists_banned_words() -> None:
    assert {"e.g.", "invalid", "project"} <= {word for word, _, _ in unsaid_words()}


def test_messages_fit_on_a_line() -> None:
    wide = [
        f"{each.where}: {each.words}"
        for each in list_sentences()
        if each.kind != "setting"  # the Settings screen and `milimo config` wrap the help of settings
        if each.is_constant and "\n" not in each.words and max(map(cell_len, ways(each.words))) > WIDEST
    ]
    assert not wide, "\n".join(wide)


@pytest.mark.long("pages")
@pytest.mark.parametrize("preset", KEY_PRESETS)
def test_every_action_named_in_messages_has_a_key(preset: str) -> None:
    keymap = keymap_file.load_keymap(preset)
    missing = []
    for where, words in texts_with_actions():
        for place, run, value, _ in ACT_NAMED.findall(words):
            is_act = run.partition(".")[0] in ("ui", *GROUPS)
            if is_act and not (place in ("", *keymap.titles) and keys_of(keymap, place, run, value)):
                missing.append(f"{where}: {words!r}")
    assert not missing, "\n".join(missing)


@pytest.mark.long("pages")
def test_hints_name_actions_and_not_keys() -> None:
    assert wrong_keys("g s goes to the script") == ["g s"]
    assert wrong_keys("{ui.save} saves, Enter keeps; a title needs words, 2 rows") == []
    found = [
        f"{each.where}: {keys}: {each.words!r}"
        for each in list_sentences()
        if each.is_hint and (keys := wrong_keys(each.words))
    ]
    assert not found, "\n".join(found)


def test_hint_covers_both_shell_and_screen() -> None:
    hint = "{ui.level|milimo cut louder CLIP DB} sets its level, {ui.play} plays"
    assert errors.format_shell_hint(hint) == "milimo cut louder CLIP DB sets its level, {ui.play} plays"
    assert KEYMAP.with_keys(hint, ("timeline", "global")) == "Z m sets its level, space plays"
    refused = errors.Refused("nobody speaks", hint)
    assert refused.as_json()["error"]["hint"].startswith("milimo cut louder")


def test_hint_shows_the_command_where_no_key_exists() -> None:
    hint = "{ui.level|milimo cut louder CLIP DB} sets its level"
    assert KEYMAP.with_keys(hint, ("jobs",)) == "milimo cut louder CLIP DB sets its level"
    assert KEYMAP.with_keys("{media:ui.yank} yanks a file", ("timeline",)) == "y yanks a file"


def test_hint_outside_the_screens_has_its_command() -> None:
    """Messages of the studio, cut and story packages also appear in the shell, so each action they name must
    have a command.
    """
    bare = [
        f"{each.where}: {each.words!r}"
        for each in list_sentences()
        if not each.where.startswith(("tui/", "keymap"))
        for named in ACT_NAMED.finditer(each.words)
        if named[4] is None
    ]
    assert not bare, "\n".join(bare)


@dataclass(frozen=True)
class DrawnText:
    """A text in the source of a screen. `is_key` is True if the text is drawn in the style of a key, as in
    `("c c", ink.key)`.
    """

    where: str
    words: str
    is_key: bool = False


def drawn(source: str, name: str) -> Iterator[DrawnText]:
    """Yield all texts of a module, because parts of lines cannot be recognised by the function that gets
    them.
    """
    for node in ast.walk(remove_docstrings(ast.parse(source))):
        pair = node.elts if isinstance(node, ast.Tuple) else node.args if isinstance(node, ast.Call) else []
        if len(pair) == 2 and isinstance(pair[1], ast.Attribute) and pair[1].attr == "key":
            for text in find_texts(pair[0]):
                yield DrawnText(f"{name}:{text.line}", text.words, is_key=True)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield DrawnText(f"{name}:{node.lineno}", node.value)


def written_keys(found: DrawnText) -> list[str]:
    """Return the keys that a text names directly: the complete text if it is drawn as a key, otherwise keys
    at the start of a clause.
    """
    if found.is_key:
        words = found.words.partition("\0")[0].strip()
        return [words] if words and words not in FIXED and not ACT_NAMED.fullmatch(words) else []
    head = re.compile(rf"(?:^|(?<=[,;:] )|(?<=  )|(?<= and ))({LETTER_CHORDS}) (?!from )[a-z]{{2,}}")
    return [each for each in head.findall(found.words) if each not in ("a", "A")]  # leave out articles


LETTER_CHORDS = "|".join(
    sorted(
        {
            re.escape(keys)
            for keys in (format_chord(each.chord) for each in KEYMAP.bindings)
            if re.search("[a-zA-Z]", keys) and (len(keys) == 1 or " " in keys or "+" in keys)
        },
        key=len,
        reverse=True,
    )
)
# Keys of other programs, and descriptions of the presets.
OTHERS_KEYS = ("q in it returns", "b as in other editors")


def test_walker_finds_a_key_written_in_a_message() -> None:
    lines = (
        'shown = line(("c c", ink.key), ("  renders", ink.text), (in_keys("   {ui.parts} all"), ink.muted))'
    )
    assert [each for found in drawn(lines, "m") for each in written_keys(found)] == ["c c"]
    more = 'shown = line(("   Enter picks  x rejects", ink.muted), (f"{by}: Enter, x does not", ink.muted))'
    assert [each for found in drawn(more, "m") for each in written_keys(found)] == ["x", "x"]


@pytest.mark.long("command_line")
def test_messages_name_actions_and_not_keys() -> None:
    """Messages that name actions are right in every preset and with changed keys."""
    found = [
        f"{each.where}: {keys}: {each.words!r}"
        for path, source in read_sources().items()
        if path.startswith("tui/")
        for each in drawn(source, path)
        if (keys := written_keys(each)) and not any(words in each.words for words in OTHERS_KEYS)
    ]
    assert not found, "\n".join(found)
