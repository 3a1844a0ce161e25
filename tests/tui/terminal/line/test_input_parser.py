"""Test the parser of terminal input: no input raises an exception, a sequence that cannot be read is never a
key, and the input may be divided anywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from milimo_tui.tui.terminal.line.input_parser import DROPPED_SECONDS, PASTE_SECONDS, InputParser
from milimo_tui.tui.terminal.line.replies import Reply
from tests.tui.terminal.line.test_replies import ANSWERS

KEYS = {
    "a": "a", "\r": "enter", "\x1b[A": "up", "\x1b[6~": "pagedown", "\x1b[1;5C": "ctrl+right", "\x1bOP": "f1",
    "é": "é", "\x1b[97;5u": "ctrl+a", "\x1b[[B": "f2", "\x1bb": "ctrl+left", "\x1bq": "alt+q",
    "\x1b;": "alt+semicolon", "\x7f": "backspace",
}  # fmt: skip
# Sequences that terminals send although the studio has not asked, and sequences with values that cannot be.
UNREADABLE = [
    "\x1b[97:65;2u", "\x1b[1076::108u", "\x1b[108;5:9u", "\x1b[1114112u", "\x1b[99999999999u",
    "\x1b[97;1;1114112u", "\x1b[27;5;1114112~", "\x1b[55296u", "\x1b[97;;55296u", "\x1b[>41;379;0c",
    "\x1b[5;30;1x", "\x1b[?1;0;256S", "\x1b]11;rgb:0000/0000/0000\x07", "\x1b]4;1;rgb:11/22/33\x1b\\",
    "\x1b]52;c;cXVpdA==\x07", "\x1bP!|00000000\x1b\\", "\x1b[48;0;0;0;0t",
    "\x1b[48;99999;99999;1;1t", "\x1b[M !!", f"\x1b[{'9' * 50}u", f"\x1b]52;c;{'A' * 9000}\x07",
    f"\x1b[{'1;' * 5000}u", "\x1b[<0;1m", "\x1b[<;;M", "\ufffd", "\x9b",
]  # fmt: skip
BYTES = (
    "0123456789;:<=>?[]()OPX_^$!\"' #*ABCDMHRSTtuc~mnqr\\\x07\x1b\x1b\x1b\r\x00\x7f\x80\x9b\ud800é\U0010ffff"
)


class Clock:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def read_all(pieces: list[str]) -> tuple[list[Message], list[Reply]]:
    """Return the events and the answers in the pieces of input, after each incomplete sequence is overdue."""
    heard, clock = list[Reply](), Clock()
    parser = InputParser(heard.append, clock)
    found = [event for piece in pieces for event in parser.feed(piece)]
    clock.seconds += 2 * DROPPED_SECONDS
    return [*found, *parser.release_overdue()], heard


def list_keys(found: Iterable[Message]) -> list[str]:
    return [event.key for event in found if isinstance(event, events.Key)]


def describe(event: Message) -> tuple[object, ...]:
    if isinstance(event, events.Key):
        return "key", event.key, event.character
    return type(event).__name__, getattr(event, "text", ""), getattr(event, "x", 0), getattr(event, "y", 0)


def divide(text: str, cuts: list[int]) -> list[str]:
    at, pieces = 0, list[str]()
    for cut in cuts:
        pieces.append(text[at : at + cut])
        at += cut
    return [*pieces, text[at:]]


@given(
    st.lists(st.sampled_from([*ANSWERS, *KEYS, *UNREADABLE]), max_size=12),
    st.lists(st.integers(1, 7), max_size=40),
)
def test_keys_answers_and_unreadable_sequences_are_separated(sent: list[str], cuts: list[int]) -> None:
    found, heard = read_all(divide("".join(sent), cuts))
    assert list_keys(found) == [KEYS[each] for each in sent if each in KEYS]
    assert len(heard) == sum(each in ANSWERS for each in sent)


@given(st.text(st.sampled_from(BYTES), max_size=60), st.lists(st.integers(1, 9), max_size=30))
@example("\x1b[" + "1" * 5000 + "u", [])
@example("\x1b[<0;1;1M\x1b[48;24;80;0;0t\x1b[<0;1;1M", [])
def test_any_input_gives_the_same_events_in_any_pieces(text: str, cuts: list[int]) -> None:
    whole, divided = read_all([text]), read_all(divide(text, cuts))
    assert [describe(event) for event in whole[0]] == [describe(event) for event in divided[0]]
    assert whole[1] == divided[1]
    for event in whole[0]:
        if isinstance(event, events.Key):
            (event.key + (event.character or "")).encode()  # No surrogate, which no file can contain.


@pytest.mark.long("unreadable input")
def test_hundred_thousand_random_sequences_are_read_or_ignored() -> None:
    dice, clock, heard = random.Random(38), Clock(), list[Reply]()
    parser, count = InputParser(heard.append, clock), 0
    values = (0, 1, 27, 48, 97, 200, 1076, 0xD800, 0x110000, 10**12)
    begins = ("\x1b[", "\x1b[", "\x1b[?", "\x1b[<", "\x1b]", "\x1bP", "\x1bO", "\x1b_G", "\x1b")
    for _ in range(100_000):
        numbers = (f"{dice.choice(values)}{dice.choice(';:;:;?<>')}" for _ in range(dice.randrange(6)))
        sequence = dice.choice(begins) + "".join(numbers) + dice.choice("ABCDHMRSTcmntuxy~$@`")
        count += sum(1 for _ in parser.feed(sequence))
        if dice.random() < 0.2:
            clock.seconds += dice.choice((0.2, 2 * DROPPED_SECONDS, 2 * PASTE_SECONDS))
            count += sum(1 for _ in parser.release_overdue())
    assert count > 10_000, "known keys among them are read"
    clock.seconds += 2 * PASTE_SECONDS
    list(parser.feed("\x1b[201~"))
    assert list_keys(parser.feed("ok")) == ["o", "k"]


def test_paste_is_text_whatever_it_contains() -> None:
    pasted = "he\x1b[31mll\x1b[0n\x1b[99999999999u o\x00\x1b]0;title\x07\r\n" + "more " * 2000
    for size in (1, 7, 4096):
        sent = f"\x1b[200~{pasted}\x1b[201~x"
        found, heard = read_all([sent[at : at + size] for at in range(0, len(sent), size)])
        assert [describe(event)[:2] for event in found] == [
            ("Paste", pasted.replace("\x00", "")),
            ("key", "x"),
        ]
        assert not heard


def test_keys_return_after_a_paste_without_an_end() -> None:
    clock = Clock()
    parser = InputParser(lambda reply: None, clock)
    assert not list(parser.feed("\x1b[200~some words"))
    clock.seconds += PASTE_SECONDS / 2
    assert not list(parser.feed(" more"))
    clock.seconds += PASTE_SECONDS + 0.1
    assert [describe(event)[:2] for event in parser.feed("q")] == [("Paste", "some words more"), ("key", "q")]


@pytest.mark.parametrize(
    ("begun", "seconds", "keys"),
    [
        ("\x1b", 0.1, ["escape"]),
        ("\x1b[", 0.1, ["alt+left_square_bracket"]),
        ("\x1b]", 0.1, ["alt+right_square_bracket"]),
        ("\x1bO", 0.1, ["alt+shift+o"]),
        ("\x1b[7$", 0.1, ["shift+home"]),
        ("\x1b[48;2", DROPPED_SECONDS, []),
        ("\x1b]11;rgb:", DROPPED_SECONDS, []),
        ("\x1bP1+r", DROPPED_SECONDS, []),
    ],
)
def test_incomplete_sequence_is_a_key_or_dropped_in_time(begun: str, seconds: float, keys: list[str]) -> None:
    clock = Clock()
    parser = InputParser(lambda reply: None, clock)
    assert not list(parser.feed(begun))
    assert parser.seconds_to_release == pytest.approx(seconds)
    clock.seconds += seconds / 2
    assert not list(parser.release_overdue())
    clock.seconds += seconds
    assert list_keys(parser.release_overdue()) == keys
    assert list_keys(parser.feed("x")) == ["x"]


def test_esc_and_enter_in_one_read_are_two_keys() -> None:
    assert list_keys(read_all(["\x1b\r"])[0]) == ["escape", "enter"]


def test_keys_typed_during_an_incomplete_answer_are_lost_for_a_second_only() -> None:
    clock, found = Clock(), list[Message]()
    parser = InputParser(lambda reply: None, clock)
    list(parser.feed("\x1b]11;rgb:0"))
    for _ in range(30):
        clock.seconds += 0.1
        found += [*parser.feed("k"), *parser.release_overdue()]
    assert len(found) >= 19
