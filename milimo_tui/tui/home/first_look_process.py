"""A process that reads a screenplay before a film is made from it. A separate process is used because a long
screenplay takes a second.

A request is a line of JSON with a path or with the text itself. The answer is a line of JSON with a summary,
or with a sentence on the problem.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError


def read_first_look(path: str, text: str) -> dict[str, Any]:
    """Return a summary of a screenplay. If it can't be read, return only `problem`, a sentence with the
    reason.

    The screenplay is `text`; if that is empty, the file at `path`.
    """
    from milimo_tui.core.host import parse_user_path
    from milimo_tui.interchange.files.script import load_screenplay_bytes
    from milimo_tui.interchange.screenplays.screenplay_file import convert_to_fountain
    from milimo_tui.studio.script.first_reading import summarize_script

    try:
        data = (
            text.encode() if text else convert_to_fountain(load_screenplay_bytes(parse_user_path(path))).data
        )
        return asdict(summarize_script(data, Path(path).name))
    except MilimoError as error:
        return {"problem": error.message}


def main() -> int:
    """Answer requests on standard input until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin.buffer:
        try:
            answers.write(json.dumps(read_first_look(**json.loads(line))) + "\n")
            answers.flush()
        except BrokenPipeError:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
