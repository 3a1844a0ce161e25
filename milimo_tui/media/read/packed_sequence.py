"""Packing of an untrusted image sequence into one file, in a separate process.

The command of the process is `python -m milimo_tui.media.read.packed_sequence FIRST RATE FOLDER`. Only this
process loads a decoder, not the process that starts it.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import format_ratio, parse_ratio
from milimo_tui.media.files import helper_process
from milimo_tui.media.files.numbered_files import NumberedSequence, find_numbered_sequence

STEM = "sequence"
SECONDS_A_PICTURE = 1.0  # The seconds that are allowed for each picture before the process is stopped.
LEAST_SECONDS = 20.0


def pack_in_subprocess(run: NumberedSequence, rate: Fraction, folder: Path) -> Path:
    """Pack the pictures of a sequence into one file in `folder`, and return the file's path. `rate` is in
    frames per second. Raises BadInput.
    """
    limit = LEAST_SECONDS + SECONDS_A_PICTURE * run.frames
    words = (str(run.first), format_ratio(rate), str(folder))
    answer = helper_process.ask_module(
        "milimo_tui.media.read.packed_sequence",
        *words,
        seconds=limit,
        slow=f"{run.name} could not be read within {limit:.0f} seconds",
        unclear=f"{run.name} can't be read as pictures",
    )
    return Path(answer["path"])


def main() -> int:
    """Pack the sequence that the command line names, and print the path of the file, or the error, as
    JSON.
    """
    from milimo_tui.media.read.sequences import pack_sequence

    first, rate, folder = sys.argv[1:4]
    try:
        answer: dict[str, Any] = {
            "path": str(
                pack_sequence(find_numbered_sequence(Path(first)), parse_ratio(rate), Path(folder), STEM)
            )
        }
    except MilimoError as error:
        answer = dict(error.as_json())
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
