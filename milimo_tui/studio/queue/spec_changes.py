"""A person's changes to a job's spec: `path=value` words, flags, or the entire text in their editor.

Each becomes a JSON merge patch (RFC 7396), which the queue checks against the spec as it is by then.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Failed, MilimoError, Unavailable
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import read_json

Patch = dict[str, Any]


def patch_of(words: Sequence[str], given: Mapping[str, Any] | None = None) -> Patch:
    """Build a merge patch from `path=value` words (dots go deeper, values are JSON or plain text) and fields.

    Raises BadInput with the word that can't be parsed.
    """
    patch: Patch = {key: value for key, value in (given or {}).items() if value is not None}
    for word in words:
        path, equals, text = word.partition("=")
        names = path.split(".")
        if not equals or not all(names):
            raise BadInput(f"“{word}” is no change", "path=value, for example guidance=3.5 or seed=7")
        here = patch
        for name in names[:-1]:
            deeper = here.setdefault(name, {})
            if not isinstance(deeper, dict):
                raise BadInput(f"“{word}” is inside of what another change sets")
            here = deeper
        here[names[-1]] = _value(text)
    return patch


def _value(text: str) -> Any:
    """Parse JSON, or return the text itself if it is not JSON; `null` removes a field."""
    try:
        return read_json(text)
    except ValueError:
        return text


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Patch:
    """Return the merge patch that turns `before` into `after`."""
    patch: Patch = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            deeper = difference(old, value)
            if deeper:
                patch[name] = deeper
        elif name not in before or old != value:
            patch[name] = value
    return patch


def editor_words() -> list[str]:
    """Return the words of $VISUAL or $EDITOR. Raises Unavailable, BadInput."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not named:
        raise Unavailable("no editor is named", "set EDITOR, for example EDITOR=nano")
    try:
        return shlex.split(named)
    except ValueError as error:
        raise BadInput(f"EDITOR is “{named}”: {reason(error)}", "mend it in your shell") from None


class Draft:
    """A spec as a file in the person's editor. The file is preserved, and named in the error, if it can't be
    used.
    """

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        self._spec = dict(spec)
        self.path = Path(tempfile.mkdtemp(prefix="milimo-")) / f"{name}.json"
        self.path.write_text(json.dumps(self._spec, ensure_ascii=False, indent=2) + "\n")

    def edit(self) -> Patch:
        """Let the person edit the file, and return the patch of the changes. Raises BadInput, Failed,
        Unavailable.
        """
        words = editor_words()
        try:
            code = subprocess.run([*words, str(self.path)], check=False).returncode
        except OSError as error:
            raise Unavailable(
                f"the editor “{words[0]}” can't be run: {error.strerror}", "set EDITOR"
            ) from None
        if code:
            raise Failed(f"{words[0]} ended with an error; the job is as it was", self.kept)
        return self._read()

    def _read(self) -> Patch:
        try:
            after = read_json(self.path.read_bytes())
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise BadInput(f"that is no JSON: {error.msg} ({where})", self.kept) from None
        except (OSError, ValueError) as error:
            raise Failed(f"what the editor wrote can't be read: {reason(error)}", self.kept) from None
        if not isinstance(after, dict):
            raise BadInput("a spec is a JSON object", self.kept)
        return difference(self._spec, after)

    @property
    def kept(self) -> str:
        """A hint that says where the written text is preserved."""
        return f"what you wrote is kept in {self.path}"

    def refused(self, error: MilimoError) -> MilimoError:
        """Return the queue's error with a hint that says where the written text is preserved."""
        return type(error)(error.message, f"{error.hint}; {self.kept}" if error.hint else self.kept)

    def discard(self) -> None:
        """Delete the file."""
        for left in self.path.parent.iterdir():  # including the editor's own swap and backup files
            left.unlink()
        self.path.parent.rmdir()
