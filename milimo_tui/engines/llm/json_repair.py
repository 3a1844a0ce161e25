"""Repair of JSON in a language model's answer: code fences and chatter around it, missing brackets, a cut-off
end.

The repairs are reported. Pure functions; a stack replaces recursion, so that no answer can exhaust the call
stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

DEEPEST = 64
# The possible beginnings of a value: an object's first key or end, an array's first value or end.
_START = re.compile(r"\{(?=\s*[\"'“}])|\[(?=\s*(?:[\[{\"'\]\d-]|true|false|null))")
_TOKEN = re.compile(r"""[\[\]{}:,]|["'“]|[^\s\[\]{}:,"'“]+""")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "none": None}
_CLOSER = {"{": "}", "[": "]"}
_QUOTES = {'"': '"', "'": "'", "“": "”"}


@dataclass(frozen=True, slots=True)
class Mended:
    """`value` is an object or an array; `reasons` describe the repairs and are empty for valid JSON."""

    value: Any
    reasons: tuple[str, ...] = ()


def read_json(text: str) -> Mended | None:
    """Return the first object or array in a model's answer. None if there is none."""
    for start in _START.finditer(text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start.start())
            return Mended(value)
        except (ValueError, RecursionError):
            mended = _Mender(text, start.start()).mend()
        if mended is not None:
            return mended
    return None


@dataclass(slots=True)
class _Open:
    """A container that is not closed yet; `key` waits for its value."""

    kind: Literal["{", "["]
    value: Any
    key: str | None = None
    after_value: bool = False


@dataclass(slots=True)
class _Mender:
    """A tolerant JSON reader that preserves every complete value."""

    text: str
    at: int
    stack: list[_Open] = field(default_factory=list)
    reasons: dict[str, None] = field(default_factory=dict)
    root: Any = None

    def mend(self) -> Mended | None:
        """Return the readable value. None if it is empty."""
        for kind, value in self._tokens():
            self._take(kind, value)
            if self.root is not None and not self.stack:
                break
        if self.stack:
            self._note(f"it was cut off after {len(self.text.rstrip())} characters")
            while self.stack:
                self._close()
        return Mended(self.root, tuple(self.reasons)) if self.root else None

    def _note(self, reason: str) -> None:
        self.reasons[reason] = None

    def _tokens(self) -> Iterator[tuple[str, Any]]:
        """Yield punctuation and scalars. A text without an end is left out."""
        while found := _TOKEN.search(self.text, self.at):
            self.at = found.end()
            token = found[0]
            if token in _QUOTES:
                read = self._string(_QUOTES[token])
                if read is None:
                    self._note("its last text had no end")
                    return
                if token != '"':
                    self._note("its texts were in other quotation marks")
                yield "scalar", read
            elif token in "[]{}:,":
                yield token, None
            else:
                yield "scalar", self._word(token)

    def _string(self, end: str) -> str | None:
        """Return the text up to its closing quotation mark. None if there is no closing mark."""
        out: list[str] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            self.at += 1
            if sign == end:
                return "".join(out)
            if sign == "\\" and self.at < len(self.text):
                out.append(self._escaped())
            else:
                if sign == "\n":
                    self._note("a text ran over several lines")
                out.append(sign)
        return None

    def _escaped(self) -> str:
        sign = self.text[self.at]
        self.at += 1
        if sign == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", self.text[self.at : self.at + 4]):
            code = int(self.text[self.at : self.at + 4], 16)
            self.at += 4
            return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"
        return {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}.get(sign, sign)

    def _word(self, token: str) -> Any:
        if token.casefold() in _WORDS:
            if token not in ("true", "false", "null"):
                self._note(f"“{token[:20]}” is no word of JSON")
            return _WORDS[token.casefold()]
        try:
            return json.loads(token)
        except ValueError:
            self._note(f"“{token[:20]}” stood there without quotation marks")
            return token

    def _take(self, kind: str, value: Any) -> None:
        if kind == "{" or kind == "[":
            if len(self.stack) >= DEEPEST:
                self._note(f"it was nested more than {DEEPEST} deep")
                return
            opened: Any = {} if kind == "{" else []
            if self.stack and self.stack[-1].kind == "{" and self.stack[-1].key is None:
                self._note("a value had no name")
                self.stack[-1].key = ""
            if self.root is None:
                self.root = opened
            else:
                self._put(opened)
            self.stack.append(_Open("{" if kind == "{" else "[", opened))
        elif kind in "}]":
            self._end(kind)
        elif kind == ",":
            self._drop_half()
            self.stack[-1].after_value = False
        elif kind == "scalar":
            self._scalar(value)

    def _scalar(self, value: Any) -> None:
        top = self.stack[-1]
        if top.kind == "[" or top.key is not None:
            self._put(value)
        else:
            if top.after_value:
                self._note("a comma was missing")
            top.key, top.after_value = str(value), False

    def _put(self, value: Any) -> None:
        top = self.stack[-1]
        if isinstance(top.value, list):
            if top.after_value:
                self._note("a comma was missing")
            top.value.append(value)
        else:
            top.value[top.key or ""] = value
            top.key = None
        top.after_value = True

    def _end(self, kind: str) -> None:
        """Close the container that this bracket closes, and the unclosed containers inside it."""
        if kind not in (_CLOSER[each.kind] for each in self.stack):
            self._note(f"a “{kind}” closed nothing")
            return
        while _CLOSER[self.stack[-1].kind] != kind:
            self._note(f"a “{_CLOSER[self.stack[-1].kind]}” was missing")
            self._close()
        self._close()

    def _close(self) -> None:
        self._drop_half()
        self.stack.pop()

    def _drop_half(self) -> None:
        top = self.stack[-1]
        if top.key is not None:
            self._note(f"“{top.key[:20]}” had no value")
            top.key = None
