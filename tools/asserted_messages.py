"""Find the messages of the program that tests assert word by word.

A test that asserts a sentence falls when the sentence is improved. Tests assert facts instead: exit codes,
fields of errors, `--json`, what is stored, and the names and numbers that a message has to carry.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.messages import GAP, list_messages

WORDS = 4  # Two texts count as the same sentence if they share this number of words in a row.
_FILLED_IN = re.compile(rf"{GAP}|\{{[^}}]*\}}")


def find_asserted_messages(tests: Path) -> list[str]:
    """Return the place and text of each string in an assertion that has four words of a message in a row."""
    known = {
        run for group in list_messages() for each in group for run in _list_runs(_FILLED_IN.split(each.words))
    }
    return [
        f"{path.relative_to(tests)}:{line} {text}"
        for path in sorted(tests.rglob("*.py"))
        for line, text in _list_asserted_texts(ast.parse(path.read_text()))
        if not known.isdisjoint(_list_runs([text]))
    ]


def _list_asserted_texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string inside an `assert`, or given as `match` of an expected error."""
    for node in ast.walk(tree):
        asserted = [node.test] if isinstance(node, ast.Assert) else []
        if isinstance(node, ast.keyword) and node.arg == "match":
            asserted.append(node.value)
        for each in asserted:
            for part in ast.walk(each):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


def _list_runs(texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield each run of four words of the texts, in lower case and without punctuation."""
    for text in texts:
        words = re.findall(r"\w+", text.lower())
        yield from zip(*(words[start:] for start in range(WORDS)), strict=False)


def main(root: Path) -> int:
    """Print the asserted messages of a tree; return the exit status."""
    for each in find_asserted_messages(root / "tests"):
        print(each)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
