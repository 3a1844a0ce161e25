"""Repair of JSON in a language model's answer, by the library `json-repair`.

This module finds the JSON in the surrounding prose, removes a half-written text at a cut-off end, and limits
the size, depth and time of a repair. Everything in an answer is untrusted. Repairs are reported.
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
MOST_LETTERS = 1 << 18  # of a damaged answer; the largest answer has 32,768 tokens, about 130,000 letters
REPAIR_SECONDS = 2.0  # the limit of one repair; a damaged answer of 30,000 letters takes about 0.05 s
# The possible beginnings of a value: an object's key, comment or end, an array's first value, comment or end.
_START = re.compile(
    r"\{(?=\s*(?:[\"'“}]|//|/\*|\w{1,40}\s{0,9}\"?:))"
    r"|\[(?=\s*(?:[\[{\"'\]\d-]|//|/\*|true|false|null))"
)
# A quotation mark in the place of an opening one, and the text after it up to the end of the answer.
_HALF_TEXT = re.compile(r'(?<=[\[{,:])\s*+"(?!\s*[,:}\]])(?:[^"\\]|\\.)*+\\?\Z', re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_KEY_WITHOUT_VALUE = re.compile(r'"(?:[^"\\]|\\.)*+"\s*+:\s*+\Z', re.DOTALL)


@dataclass(frozen=True, slots=True)
class RepairedJson:
    """`value` is an object or an array; `reasons` describe the repairs and are empty for valid JSON."""

    value: Any
    reasons: tuple[str, ...] = ()


def repair_json(text: str, seconds: float = REPAIR_SECONDS) -> RepairedJson | None:
    """Return the first object or array in a model's answer. None if there is none, or none within limits.

    A damaged answer is repaired for `seconds` at most.
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
    """A repair took longer than its limit."""


class _TimedText(str):
    """A text that can be read until a deadline, and the texts that are assembled from its slices.

    The library reads its input letter by letter, and needs quadratic time for some inputs. It inserts missing
    brackets by assembling a new input from slices, so slices and sums have the deadline too.
    """

    deadline: float

    @classmethod
    def with_deadline(cls, text: str, deadline: float) -> _TimedText:
        """Return a text that cannot be read after `deadline`, a time of the monotonic clock."""
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
    """Repair an answer that begins with its JSON. `letters` is the length of the complete answer."""
    if len(text) > MOST_LETTERS:
        return None
    # The library would present half a sentence as a complete text.
    rest = _KEY_WITHOUT_VALUE.sub("", _HALF_TEXT.sub("", text))
    timed = _TimedText.with_deadline(rest, time.monotonic() + seconds)
    try:
        # JSON text instead of objects, so that no value is a text with a deadline.
        value = parse_untrusted_json(repair_with_library(timed, skip_json_loads=True))
    except (ValueError, RecursionError, _RepairTimeout):
        return None
    # The library returns a list of values if prose with brackets follows the JSON.
    is_list_of_values = isinstance(value, list) and value and (text[0] == "{" or isinstance(value[0], list))
    if is_list_of_values:
        value = value[0]
    if not isinstance(value, dict | list) or not value or _is_too_deep(value):
        return None
    if rest != text or _has_open_bracket(rest):
        return RepairedJson(value, (f"it was cut off after {letters} characters",))
    return RepairedJson(value, ("its JSON was damaged",))


def _has_open_bracket(text: str) -> bool:
    """Return True if more brackets are opened than closed outside quoted texts."""
    brackets = _QUOTED.sub("", text)
    return sum(brackets.count(each) for each in "{[") > sum(brackets.count(each) for each in "}]")


def _is_too_deep(value: Any) -> bool:
    """Return True if a value is nested deeper than `DEEPEST`. A list of levels replaces recursion."""
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
