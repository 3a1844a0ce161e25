"""A process that makes a scenario of a long story by rules, to keep the studio responsive: text in, JSON
out.
"""

from __future__ import annotations

import json
import sys

from milimo_tui.story.scenario.scenario_rules import read_prose


def main() -> int:
    """Read the story from standard input and print the scenario; the story's name is the first argument."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    found = read_prose(text, sys.argv[1] if len(sys.argv) > 1 else "")
    sys.stdout.buffer.write(json.dumps(found.as_json(), ensure_ascii=False).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
