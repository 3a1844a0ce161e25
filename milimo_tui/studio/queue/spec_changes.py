"""Build changes of a job's spec that the user makes. The user gives them as `path=value` words, as flags, or
by editing the complete text in an editor.

Each change becomes a JSON merge patch (RFC 7396). The queue applies it to the current spec and checks the
result.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Failed, MilimoError, Unavailable
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json

Patch = dict[str, Any]


def parse_spec_patch(words: Sequence[str], given: Mapping[str, Any] | None = None) -> Patch:
    """Build a merge patch from `path=value` words and from the fields in `given`.

    Dots in a path go into nested objects. Values are JSON or plain text. Raises BadInput with the word that
    can't be parsed.
    """
    patch: Patch = {key: value for key, value in (given or {}).items() if value is not None}
    for word in words:
        path, equals, text = word.partition("=")
        names = path.split(".")
        if not equals or not all(names):
            raise BadInput(
                f"“{word}” is not a change", "write path=value, for example guidance=3.5 or seed=7"
            )
        here = patch
        for name in names[:-1]:
            deeper = here.setdefault(name, {})
            if not isinstance(deeper, dict):
                raise BadInput(f"“{word}” changes a part of a value that another change sets completely")
            here = deeper
        here[names[-1]] = _parse_patch_value(text)
    return patch


def _parse_patch_value(text: str) -> Any:
    """Parse a value as JSON; if it is not JSON, return the text itself. In a merge patch, `null` removes a
    field.
    """
    try:
        return parse_untrusted_json(text)
    except ValueError:
        return text


def diff_specs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Patch:
    """Return the JSON merge patch that changes the spec `before` into the spec `after`."""
    patch: Patch = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            deeper = diff_specs(old, value)
            if deeper:
                patch[name] = deeper
        elif name not in before or old != value:
            patch[name] = value
    return patch


def get_editor_command() -> list[str]:
    """Return the words of $VISUAL or $EDITOR. Raises Unavailable, BadInput."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not named:
        raise Unavailable("no editor is named", "set EDITOR, for example EDITOR=nano")
    try:
        return shlex.split(named)
    except ValueError as error:
        raise BadInput(f"EDITOR is “{named}”: {reason(error)}", "correct it in your shell") from None


class SpecDraft:
    """A spec in a temporary file that the user edits. If the edited text can't be used, the file is
    preserved, and the error message gives its path.
    """

    def __init__(self, name: str, spec: Mapping[str, Any]) -> None:
        self._spec = dict(spec)
        self.path = Path(tempfile.mkdtemp(prefix="milimo-")) / f"{name}.json"
        self.path.write_text(json.dumps(self._spec, ensure_ascii=False, indent=2) + "\n")

    def edit_spec(self) -> Patch:
        """Let the person edit the file, and return the patch of the changes. Raises BadInput, Failed,
        Unavailable.
        """
        words = get_editor_command()
        try:
            code = subprocess.run([*words, str(self.path)], check=False).returncode
        except OSError as error:
            raise Unavailable(
                f"the editor “{words[0]}” can't be run: {error.strerror}", "set EDITOR to another editor"
            ) from None
        if code:
            raise Failed(f"{words[0]} ended with an error; the job is unchanged", self.kept_hint)
        return self._read_edited_spec()

    def _read_edited_spec(self) -> Patch:
        try:
            after = parse_untrusted_json(self.path.read_bytes())
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise BadInput(f"this is not valid JSON: {error.msg} ({where})", self.kept_hint) from None
        except (OSError, ValueError) as error:
            raise Failed(f"the edited text can't be read: {reason(error)}", self.kept_hint) from None
        if not isinstance(after, dict):
            raise BadInput(
                "the specification must be a JSON object: it begins with { and ends with }", self.kept_hint
            )
        return diff_specs(self._spec, after)

    @property
    def kept_hint(self) -> str:
        """A hint that says where the written text is preserved."""
        return f"your text is saved in {self.path}"

    def add_kept_hint(self, error: MilimoError) -> MilimoError:
        """Return a copy of an error from the queue. Its hint also gives the path of the file in which the
        user's text is preserved.
        """
        return type(error)(error.message, f"{error.hint}; {self.kept_hint}" if error.hint else self.kept_hint)

    def discard_draft(self) -> None:
        """Delete the temporary file and its folder."""
        # The folder may also have swap and backup files of the editor, and folders for them.
        shutil.rmtree(self.path.parent, ignore_errors=True)
