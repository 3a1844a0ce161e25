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
class RepairedJson:
    """`value` is an object or an array; `reasons` describe the repairs and are empty for valid JSON."""

    value: Any
    reasons: tuple[str, ...] = ()


def repair_json(text: str) -> RepairedJson | None:
    """Return the first object or array in a model's answer. None if there is none."""
    for start in _START.finditer(text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, start.start())
            return RepairedJson(value)
        except (ValueError, RecursionError):
            mended = _JsonRepairer(text, start.start()).repair_value()
        if mended is not None:
            return mended
    return None


@dataclass(slots=True)
class _OpenContainer:
    """A container that is not closed yet; `key` waits for its value."""

    kind: Literal["{", "["]
    value: Any
    key: str | None = None
    after_value: bool = False


@dataclass(slots=True)
class _JsonRepairer:
    """A tolerant JSON reader that preserves every complete value."""

    text: str
    at: int
    stack: list[_OpenContainer] = field(default_factory=list)
    reasons: dict[str, None] = field(default_factory=dict)
    root: Any = None

    def repair_value(self) -> RepairedJson | None:
        """Return the readable value. None if it is empty."""
        for kind, value in self._iterate_tokens():
            self._handle_token(kind, value)
            if self.root is not None and not self.stack:
                break
        if self.stack:
            self._note_repair(f"it was cut off after {len(self.text.rstrip())} characters")
            while self.stack:
                self._pop_container()
        return RepairedJson(self.root, tuple(self.reasons)) if self.root else None

    def _note_repair(self, reason: str) -> None:
        self.reasons[reason] = None

    def _iterate_tokens(self) -> Iterator[tuple[str, Any]]:
        """Yield punctuation and scalars. A text without an end is left out."""
        while found := _TOKEN.search(self.text, self.at):
            self.at = found.end()
            token = found[0]
            if token in _QUOTES:
                read = self._read_quoted(_QUOTES[token])
                if read is None:
                    self._note_repair("its last text had no end")
                    return
                if token != '"':
                    self._note_repair("its texts were in other quotation marks")
                yield "scalar", read
            elif token in "[]{}:,":
                yield token, None
            else:
                yield "scalar", self._read_bare_word(token)

    def _read_quoted(self, end: str) -> str | None:
        """Return the text up to its closing quotation mark. None if there is no closing mark."""
        out: list[str] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            self.at += 1
            if sign == end:
                return "".join(out)
            if sign == "\\" and self.at < len(self.text):
                out.append(self._read_escape())
            else:
                if sign == "\n":
                    self._note_repair("a text ran over several lines")
                out.append(sign)
        return None

    def _read_escape(self) -> str:
        sign = self.text[self.at]
        self.at += 1
        if sign == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", self.text[self.at : self.at + 4]):
            code = int(self.text[self.at : self.at + 4], 16)
            self.at += 4
            return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"
        return {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": ""}.get(sign, sign)

    def _read_bare_word(self, token: str) -> Any:
        if token.casefold() in _WORDS:
            if token not in ("true", "false", "null"):
                self._note_repair(f"“{token[:20]}” is no word of JSON")
            return _WORDS[token.casefold()]
        try:
            return json.loads(token)
        except ValueError:
            self._note_repair(f"“{token[:20]}” stood there without quotation marks")
            return token

    def _handle_token(self, kind: str, value: Any) -> None:
        if kind == "{" or kind == "[":
            if len(self.stack) >= DEEPEST:
                self._note_repair(f"it was nested more than {DEEPEST} deep")
                return
            opened: Any = {} if kind == "{" else []
            if self.stack and self.stack[-1].kind == "{" and self.stack[-1].key is None:
                self._note_repair("a value had no name")
                self.stack[-1].key = ""
            if self.root is None:
                self.root = opened
            else:
                self._add_value(opened)
            self.stack.append(_OpenContainer("{" if kind == "{" else "[", opened))
        elif kind in "}]":
            self._close_bracket(kind)
        elif kind == ",":
            self._drop_key_without_value()
            self.stack[-1].after_value = False
        elif kind == "scalar":
            self._add_scalar(value)

    def _add_scalar(self, value: Any) -> None:
        top = self.stack[-1]
        if top.kind == "[" or top.key is not None:
            self._add_value(value)
        else:
            if top.after_value:
                self._note_repair("a comma was missing")
            top.key, top.after_value = str(value), False

    def _add_value(self, value: Any) -> None:
        top = self.stack[-1]
        if isinstance(top.value, list):
            if top.after_value:
                self._note_repair("a comma was missing")
            top.value.append(value)
        else:
            top.value[top.key or ""] = value
            top.key = None
        top.after_value = True

    def _close_bracket(self, kind: str) -> None:
        """Close the container that this bracket closes, and the unclosed containers inside it."""
        if kind not in (_CLOSER[each.kind] for each in self.stack):
            self._note_repair(f"a “{kind}” closed nothing")
            return
        while _CLOSER[self.stack[-1].kind] != kind:
            self._note_repair(f"a “{_CLOSER[self.stack[-1].kind]}” was missing")
            self._pop_container()
        self._pop_container()

    def _pop_container(self) -> None:
        self._drop_key_without_value()
        self.stack.pop()

    def _drop_key_without_value(self) -> None:
        top = self.stack[-1]
        if top.key is not None:
            self._note_repair(f"“{top.key[:20]}” had no value")
            top.key = None
