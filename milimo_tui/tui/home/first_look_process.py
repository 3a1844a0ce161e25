"""The process that reads a screenplay before a film is made from it, because a long one takes a second.

A request is one line of JSON, a path or the text itself. The answer is the result, or one sentence on the
problem.
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


def look_at(path: str, text: str) -> dict[str, Any]:
    """Return a summary of a screenplay, or `problem`: one sentence on why it can't be read."""
    from milimo_tui.core.host import named_path
    from milimo_tui.interchange.files.script import load
    from milimo_tui.interchange.screenplays.screenplay_file import as_fountain
    from milimo_tui.studio.script.first_reading import first_look

    try:
        data = text.encode() if text else as_fountain(load(named_path(path))).data
        return asdict(first_look(data, Path(path).name))
    except MilimoError as error:
        return {"problem": error.message}


def main() -> int:
    """Answer requests on standard input until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin.buffer:
        try:
            answers.write(json.dumps(look_at(**json.loads(line))) + "\n")
            answers.flush()
        except BrokenPipeError:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
