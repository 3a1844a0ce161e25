"""Divides the terminal's input into keys, mouse reports, pasted text and answers.

Input from a terminal is not trusted. A connection may lose bytes, and terminals send sequences that the
studio does not know. A sequence that cannot be read is dropped, so that its characters never become keys.
Textual (8.2) translates complete sequences one by one. An exception in Textual's parser drops only the
sequence that caused it.

Sources: ECMA-48, 5.4 (control sequences) and 5.6 (control strings). xterm, ctlseqs, for mouse reports and
bracketed paste. The manuals of rxvt and of the Linux console, for keys that are no control sequences of
ECMA-48.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator

from textual import constants, events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message

from milimo_tui.tui.terminal.line.replies import Reply, parse_reply

ESC = "\x1b"
# A control string counts only if it begins as the answers of terminals do, because Alt with a key sends the
# first two characters of a control string too.
_OSC, _STRING = r"\](?:\d|[lL])[^\x1b\x07]*", r"P[\d;]*[>=!+$|][^\x1b]*|_G[^\x1b]*"
# A complete sequence. In this order: F1 to F5 of the Linux console, a mouse report of X10, a control
# sequence, a key of the keypad (SS3), an operating system command, another control string, and Alt with a
# character.
COMPLETE = re.compile(
    r"\x1b(?:\[\[[A-E]"
    r"|\[M[^\x1b]{3}"
    r"|\[(?:[0-?]+[ -/]*[@-~]|[ -/]*[@-LN-Z\\-~])"
    r"|O[1-9]?[ @-~]"
    rf"|{_OSC}(?:\x07|\x1b\\)"
    rf"|(?:{_STRING})\x1b\\"
    r"|[^\x1b\[\]OP_])"
)
# The beginning of a sequence.
_BEGUN = rf"\[M[^\x1b]{{0,2}}|\[[0-?]*[ -/]*|O[1-9]?|{_OSC}|{_STRING}"
INCOMPLETE = re.compile(rf"\x1b(?:{_BEGUN}|\[\[|(?:{_OSC}|{_STRING})\x1b|P[\d;]+|[\]P_])?\Z")
# The beginning of a sequence that the next character cannot continue.
BROKEN = re.compile(rf"\x1b(?:{_BEGUN})")
STRING_END, SEQUENCE_END = re.compile(r"\x07|\x1b\\|(?=\x1b)"), re.compile(r"[@-~]|(?=[^ -~])")
PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
RESIZE = re.compile(r"\x1b\[48;(\d+)[^;]*;(\d+)[^;]*;.*t")
# Control characters of the set C1, halves of a character, and the replacement for bytes that are not UTF-8.
UNREADABLE = re.compile("[\x80-\x9f\ud800-\udfff\ufffd]")
LARGEST_SIZE = (1000, 2000)  # rows and columns
LONGEST = 4096  # A sequence with more characters is dropped while it arrives.
LONGEST_KEY = 32  # Textual treats a longer sequence as typed characters.
# Seconds after which an incomplete sequence is dropped if it can't be a typed key. Slow connections divide
# answers.
DROPPED_SECONDS = 1.0
# The end of a paste may be lost. After this number of seconds without input, a text of at most `LONGEST_KEY`
# characters is a key again.
PASTE_SECONDS = 5.0


class _KeyTranslator(XTermParser):
    """Textual's parser, which receives only complete sequences."""

    @property
    def is_ready(self) -> bool:
        """True if the parser has read the last sequence, and does not wait for more characters of it."""
        return self._awaiting.timeout is None

    def restart(self) -> None:
        """Forget a sequence that the parser could not read. The terminal's size in pixels is still known."""
        self._tokens.clear()
        self._gen = self.parse(self._tokens.append)
        self._awaiting, self._timeout_time = next(self._gen), None


class InputParser:
    """A parser of the terminal's input. Use it on one thread only.

    `feed` and `release_overdue` yield events for the app. `hear` is called with each answer.
    """

    def __init__(self, hear: Callable[[Reply], None], now: Callable[[], float] = time.monotonic) -> None:
        self._hear, self._now = hear, now
        self._keys = _KeyTranslator()
        self._held = ""  # An incomplete sequence.
        self._held_at = self._fed_at = 0.0
        self._skipped_to: re.Pattern[str] | None = None  # The end of a sequence that is too long.
        self._pasted: list[str] | None = None  # The parts of an unfinished paste.

    @property
    def is_holding(self) -> bool:
        """True if the parser holds back the beginning of a sequence."""
        return bool(self._held)

    @property
    def seconds_to_release(self) -> float | None:
        """Seconds until an incomplete sequence is overdue (see `release_overdue`). None if there is none."""
        if not self._held or self._pasted is not None:
            return None
        patience = constants.ESCAPE_DELAY if self._may_be_key else DROPPED_SECONDS
        return max(0.0, self._held_at + patience - self._now())

    @property
    def _may_be_key(self) -> bool:
        return len(self._held) <= 2 or self._held in ANSI_SEQUENCES_KEYS

    def feed(self, text: str) -> Iterator[Message]:
        """Add input, and yield the events in it. The beginning of a sequence at the end is held back."""
        silent_seconds, self._fed_at = self._now() - self._fed_at, self._now()
        if self._pasted is not None and silent_seconds > PASTE_SECONDS and len(text) <= LONGEST_KEY:
            yield from self._end_paste(self._held)
            self._held = ""
        if silent_seconds > DROPPED_SECONDS:
            self._skipped_to = None
        held, at = len(self._held), 0
        text, self._held = self._held + text, ""
        while at < len(text):
            if self._pasted is not None:
                at = yield from self._add_to_paste(text, at)
            elif self._skipped_to is not None:
                at = self._skip_sequence(self._skipped_to, text, at)
            elif text[at] != ESC:
                yield from self._translate(text[at])
                at += 1
            elif found := COMPLETE.match(text, at):
                yield from self._read_sequence(found[0])
                at = found.end()
            elif INCOMPLETE.match(text, at):
                self._hold(text[at:], is_new=at > 0 or not held)
                at = len(text)
            elif found := BROKEN.match(text, at):
                at = found.end()
            else:  # Esc before another sequence, or Alt with a key that could begin a control string.
                end = at + 1 if text[at + 1] == ESC else at + 2
                yield from self._make_typed_key(text[at:end])
                at = end

    def release_overdue(self) -> Iterator[Message]:
        """Yield the key of an incomplete sequence that was held back long enough, such as Esc. Drop an
        incomplete sequence that is no key.
        """
        if self.seconds_to_release != 0.0:
            return
        is_key, held, self._held = self._may_be_key, self._held, ""
        if is_key:
            yield from self._make_typed_key(held)

    def _hold(self, begun: str, *, is_new: bool) -> None:
        if len(begun) <= LONGEST:
            self._held = begun
            self._held_at = self._fed_at if is_new else self._held_at
        else:
            self._skipped_to = SEQUENCE_END if begun[1] in "[O" else STRING_END

    def _skip_sequence(self, end: re.Pattern[str], text: str, at: int) -> int:
        """Return the position after a sequence that was too long, or after the text if the end is missing."""
        found = end.search(text, at)
        if found is None:
            return len(text)
        self._skipped_to = None
        return found.end()

    def _add_to_paste(self, text: str, at: int) -> Generator[Message, None, int]:
        """Add text to the unfinished paste, and yield the paste if its end is there. Return the position
        after it.
        """
        assert self._pasted is not None
        end = text.find(PASTE_END, at)
        if end >= 0:
            yield from self._end_paste(text[at:end])
            return end + len(PASTE_END)
        lengths = range(min(len(PASTE_END) - 1, len(text) - at), 0, -1)
        held = next((count for count in lengths if PASTE_END.startswith(text[-count:])), 0)
        self._pasted.append(text[at : len(text) - held])
        self._held = text[len(text) - held :]
        return len(text)

    def _end_paste(self, rest: str) -> Iterator[Message]:
        pasted, self._pasted = [*(self._pasted or ()), rest], None
        yield events.Paste("".join(pasted).replace("\x00", ""))

    def _read_sequence(self, sequence: str) -> Iterator[Message]:
        """Yield the events of a complete sequence, or pass it on if it is an answer."""
        reply = parse_reply(sequence)
        if reply is not None:
            self._hear(reply)
        elif sequence == PASTE_START:
            self._pasted = []
        elif len(sequence) == 2:
            yield from self._make_typed_key(sequence)
        elif sequence[1] in "[O" and len(sequence) <= LONGEST_KEY and _has_possible_size(sequence):
            yield from self._translate(sequence)

    def _make_typed_key(self, sequence: str) -> Iterator[Message]:
        """Yield the keys of Esc, of Alt with a character, or of a longer sequence that Textual knows."""
        if sequence == ESC:
            yield events.Key("escape", ESC)
            return
        found = list(self._translate(sequence))
        if not found and len(sequence) == 2:
            for event in self._translate(sequence[1]):
                found += _add_alt(event)
        yield from found

    def _translate(self, sequence: str) -> Iterator[Message]:
        """Yield the events that Textual reads from a complete sequence or a character; none if it can't read
        it.
        """
        try:
            found = list(self._keys.feed(sequence))
        except Exception:  # noqa: BLE001  Textual trusts the terminal, any exception is an unreadable number.
            found = []
            self._keys.restart()
        if not self._keys.is_ready:
            self._keys.restart()
        yield from filter(_is_readable, found)


def _add_alt(event: Message) -> Iterator[Message]:
    """Yield the key with Alt if it is a character; otherwise yield Esc and then the key, which are the same
    input.
    """
    if isinstance(event, events.Key) and event.is_printable:
        letter = event.key.lower()
        name = f"shift+{letter}" if len(letter) == 1 and letter != event.key else event.key
        yield events.Key(f"alt+{name}", event.character)
    else:
        yield events.Key("escape", ESC)
        yield event


def _is_readable(event: Message) -> bool:
    """Return False for a key with a character that no text may contain."""
    return not isinstance(event, events.Key) or not UNREADABLE.search(event.key + (event.character or ""))


def _has_possible_size(sequence: str) -> bool:
    """Return False if the sequence reports a size that no terminal has."""
    size = RESIZE.fullmatch(sequence)
    if size is None:
        return True
    return all(0 < int(count) <= most for count, most in zip(size.groups(), LARGEST_SIZE, strict=True))
