"""The repair of damaged JSON in a language model's answer, by the library `json-repair`.

This module finds the JSON in the surrounding prose. It removes an incomplete text at the end of an answer
that was cut off, and it limits the size, nesting depth and time of a repair, because an answer is untrusted.
Every repair is reported.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any, SupportsIndex

from json_repair import repair_json as repair_with_library

from milimo_tui.core.untrusted_json import parse_untrusted_json

DEEPEST = 64
# Maximum length, in characters, of a damaged answer. The largest answer has 32,768 tokens, which are about
# 130,000 characters.
MOST_LETTERS = 1 << 18
# Maximum seconds for one repair. A damaged answer of 30,000 characters takes about 0.05 s.
REPAIR_SECONDS = 2.0
# The beginning of an object or an array: a bracket followed by something that JSON allows there (a key or a
# first value, a comment, the closing bracket), so that brackets in prose are not found.
_START = re.compile(
    r"\{(?=\s*(?:[\"'“}]|//|/\*|\w{1,40}\s{0,9}\"?:))"
    r"|\[(?=\s*(?:[\[{\"'\]\d-]|//|/\*|true|false|null))"
)
# A text that is not closed: an opening quotation mark and everything after it up to the end of the answer.
_HALF_TEXT = re.compile(r'(?<=[\[{,:])\s*+"(?!\s*[,:}\]])(?:[^"\\]|\\.)*+\\?\Z', re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_KEY_WITHOUT_VALUE = re.compile(r'"(?:[^"\\]|\\.)*+"\s*+:\s*+\Z', re.DOTALL)


@dataclass(frozen=True, slots=True)
class RepairedJson:
    """The JSON of an answer. `value` is an object or an array. `reasons` describes the repairs and is empty
    if the JSON was valid. `is_cut` is True if the end of the answer is missing.
    """

    value: Any
    reasons: tuple[str, ...] = ()
    is_cut: bool = False


def repair_json(text: str, seconds: float = REPAIR_SECONDS) -> RepairedJson | None:
    """Return the first object or array in a model's answer. None if there is none or it exceeds the limits.

    The repair of a damaged answer takes at most `seconds`.
    """
    start = _START.search(text)
    if start is None:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start.start())
        return None if _is_too_deep(value) else RepairedJson(value)
    except (ValueError, RecursionError):
        return _repair_damaged(text[start.start() :].rstrip(), len(text.rstrip()), seconds)


class _RepairTimeout(Exception):
    """Raised if a repair takes longer than its limit."""


class _TimedText(str):
    """A text that raises `_RepairTimeout` if it is read after a deadline.

    The library reads its input one character at a time and needs quadratic time for some inputs, so reading
    has to be limited. To insert missing brackets, the library builds a new input from slices. Slices and sums
    of this text therefore have the same deadline.
    """

    deadline: float

    @classmethod
    def with_deadline(cls, text: str, deadline: float) -> _TimedText:
        """Return a text that cannot be read after `deadline`, a time in seconds of the monotonic clock."""
        timed = cls(text)
        timed.deadline = deadline
        return timed

    def __getitem__(self, at: SupportsIndex | slice) -> str:
        if time.monotonic() > self.deadline:
            raise _RepairTimeout
        found = str.__getitem__(self, at)
        return self.with_deadline(found, self.deadline) if isinstance(at, slice) else found

    def __add__(self, other: str) -> str:
        return self.with_deadline(str.__add__(self, other), self.deadline)


def _repair_damaged(text: str, letters: int, seconds: float) -> RepairedJson | None:
    """Repair an answer that begins with its JSON. `letters` is the length of the original answer in
    characters, and `seconds` the time limit. Return None if the answer cannot be repaired within the limits.
    """
    if len(text) > MOST_LETTERS:
        return None
    # Remove an incomplete text first, because the library would return half a sentence as if it were
    # complete.
    rest = _KEY_WITHOUT_VALUE.sub("", _HALF_TEXT.sub("", text))
    timed = _TimedText.with_deadline(rest, time.monotonic() + seconds)
    try:
        # The library returns JSON text, which is parsed here. Its own objects would contain texts that have
        # the deadline.
        value = parse_untrusted_json(repair_with_library(timed, skip_json_loads=True))
    except (ValueError, RecursionError, _RepairTimeout):
        return None
    # If prose with brackets follows the JSON, the library returns a list of all values. The first is the
    # answer.
    is_list_of_values = isinstance(value, list) and value and (text[0] == "{" or isinstance(value[0], list))
    if is_list_of_values:
        value = value[0]
    if not isinstance(value, dict | list) or not value or _is_too_deep(value):
        return None
    if rest != text or _has_open_bracket(rest):
        return RepairedJson(value, (f"it was cut off after {letters} characters",), is_cut=True)
    return RepairedJson(value, ("its JSON was damaged",))


def _has_open_bracket(text: str) -> bool:
    """Return True if more brackets are opened than closed, without counting those in quoted texts."""
    brackets = _QUOTED.sub("", text)
    return sum(brackets.count(each) for each in "{[") > sum(brackets.count(each) for each in "}]")


def _is_too_deep(value: Any) -> bool:
    """Return True if a value is nested deeper than `DEEPEST` levels. The function checks level by level
    without recursion, because the value could exceed Python's recursion limit.
    """
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
