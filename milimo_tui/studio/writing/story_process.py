"""The process that makes a scenario from a long story by rules, so that the studio stays responsive. It reads
text from standard input and writes JSON to standard output.
"""

from __future__ import annotations

import json
import sys

from milimo_tui.story.scenario.scenario_rules import read_prose


def main() -> int:
    """Read a story from standard input and print its scenario as JSON. The first command-line argument is the
    title of the story.
    """
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    found = read_prose(text, sys.argv[1] if len(sys.argv) > 1 else "")
    sys.stdout.buffer.write(json.dumps(found.as_json(), ensure_ascii=False).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
