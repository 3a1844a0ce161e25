"""Generator of docs/breakdown.schema.json: `python -m tools.breakdown_schema` prints it."""

from __future__ import annotations

import json
import sys

from milimo_tui.story.breakdown.json_schema import make_json_schema
from milimo_tui.story.commit.reading_file import ReadingFile


def build_breakdown_schema() -> str:
    """Return the schema of files with a reading of a screenplay, as text."""
    schema = make_json_schema(ReadingFile, "A reading of a screenplay")
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Print the schema."""
    sys.stdout.write(build_breakdown_schema())
    return 0


if __name__ == "__main__":
    sys.exit(main())
