r"""Convert paths for storage in `studio.db`: a path inside the studio home is stored relative to the home.

A home that is moved therefore keeps its jobs, and the jobs of a copied home belong to the films of the copy.
A column that contains a path stores `projects/film`. A JSON text stores the path as the string
`"\/projects/film"`. No other JSON that this program writes contains `"\/`, because the program never escapes
a slash. Paths outside the home stay absolute.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

KEPT = '"\\/'  # marks a stored JSON string as a path inside the home


class HomePathConverter:
    """Converts paths inside a home between absolute paths and the relative paths that are stored."""

    def __init__(self, root: Path) -> None:
        real = root.resolve()
        self._roots = tuple(f"{path}/" for path in dict.fromkeys((str(root), str(real))) if path != "/")
        self._spelled = tuple(
            dict.fromkeys(form for path in self._roots for form in list_json_spellings(path))
        )
        self._absolute = self._spelled[0] if self._spelled else '"/'

    def make_relative(self, path: str) -> str:
        """Return a path as a column stores it: relative to the home if it is inside the home, else
        unchanged.
        """
        for root in self._roots:
            if path.startswith(root):
                return path[len(root) :]
        return path

    def make_absolute(self, path: str) -> str:
        """Return the absolute path of a stored path."""
        return f"{self._roots[0]}{path}" if path and path[0] != "/" and self._roots else path

    def make_text_relative(self, text: str) -> str:
        """Return JSON text with paths inside the home made relative."""
        for spelled in self._spelled:
            if spelled in text:
                text = text.replace(spelled, KEPT)
        return text

    def make_text_absolute(self, text: str) -> str:
        """Return JSON text with relative paths made absolute again."""
        return text.replace(KEPT, self._absolute) if KEPT in text else text

    def make_columns_relative(
        self, columns: Mapping[str, Any], paths: Iterable[str], texts: Iterable[str]
    ) -> dict[str, Any]:
        """Return columns as they are stored. `paths` names the columns with paths, `texts` the columns with
        JSON text.
        """
        found = dict(columns)
        for name in paths:
            if name in found:
                found[name] = self.make_relative(found[name])
        for name in texts:
            if name in found:
                found[name] = self.make_text_relative(found[name])
        return found


def list_json_spellings(path: str) -> tuple[str, ...]:
    """Return the possible spellings of a path at the beginning of a JSON string: as plain text, and escaped
    to ASCII.
    """
    ascii_alone = json.dumps(path)[:-1]
    try:
        path.encode()
    except UnicodeEncodeError:  # A file name that is not valid Unicode is always escaped.
        return (ascii_alone,)
    return tuple(dict.fromkeys((json.dumps(path, ensure_ascii=False)[:-1], ascii_alone)))
