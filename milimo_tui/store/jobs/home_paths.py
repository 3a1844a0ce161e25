"""How `studio.db` keeps places: what lies in the studio home is named without where the home lies.

So a home that is moved takes its jobs along, and a copy's jobs are of the copy's films. A column with a path
keeps `projects/film`; a text of JSON keeps a path's string as `"\\/projects/film"`, which no writer of JSON
of ours ever says otherwise: it writes a slash as it is. Places outside the home stay absolute.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

KEPT = '"\\/'  # how a string begins that is the path of something in the home


class Places:
    """Convert places in a home between absolute paths and the relative ones that columns keep."""

    def __init__(self, root: Path) -> None:
        real = root.resolve()
        self._roots = tuple(f"{path}/" for path in dict.fromkeys((str(root), str(real))) if path != "/")
        self._spelled = tuple(dict.fromkeys(form for path in self._roots for form in spellings(path)))
        self._absolute = self._spelled[0] if self._spelled else '"/'

    def relative(self, path: str) -> str:
        """Return a path as its column keeps it: without the home's folder."""
        for root in self._roots:
            if path.startswith(root):
                return path[len(root) :]
        return path

    def absolute(self, path: str) -> str:
        """Return the absolute path for what a column keeps."""
        return f"{self._roots[0]}{path}" if path and path[0] != "/" and self._roots else path

    def relative_text(self, text: str) -> str:
        """Return JSON text with places of the home made relative."""
        for spelled in self._spelled:
            if spelled in text:
                text = text.replace(spelled, KEPT)
        return text

    def absolute_text(self, text: str) -> str:
        """Return JSON text with its places made absolute again."""
        return text.replace(KEPT, self._absolute) if KEPT in text else text

    def relative_columns(
        self, columns: Mapping[str, Any], paths: Iterable[str], texts: Iterable[str]
    ) -> dict[str, Any]:
        """Columns by name as they are kept: of those, which are paths, and which texts of JSON."""
        found = dict(columns)
        for name in paths:
            if name in found:
                found[name] = self.relative(found[name])
        for name in texts:
            if name in found:
                found[name] = self.relative_text(found[name])
        return found


def spellings(path: str) -> tuple[str, ...]:
    """The ways in which JSON strings of ours begin with that path: as it is, and in ASCII alone."""
    ascii_alone = json.dumps(path)[:-1]
    try:
        path.encode()
    except UnicodeEncodeError:  # a name that is no text is only ever escaped
        return (ascii_alone,)
    return tuple(dict.fromkeys((json.dumps(path, ensure_ascii=False)[:-1], ascii_alone)))
