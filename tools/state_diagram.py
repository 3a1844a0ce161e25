"""Generator of the state diagram in `docs/jobs.md` from the table of states: `python -m tools.state_diagram`.

Only for a checkout; the running program never imports this module.
"""

from __future__ import annotations

import re
from pathlib import Path

from milimo_tui.jobs.values.states import TABLE

PAGE = Path(__file__).parents[1] / "docs" / "jobs.md"
BEGIN, END = "<!-- states: drawn from jobs/values/states.py -->", "<!-- end of states -->"


def draw_mermaid_diagram() -> str:
    """Return the table as a mermaid state diagram. Changes that stay in their state are only in the table."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for row in TABLE:
        for source in row.sources or (None,):
            for target in row.targets:
                if target is not source:
                    lines.append(f"  {source or '[*]'} --> {target}: {row.trigger}")
    return "\n".join([*lines, "```"])


def format_states_table() -> str:
    """Return the table of states as Markdown."""
    lines = ["| from | trigger | by | to |", "| --- | --- | --- | --- |"]
    for row in TABLE:
        source, target = ", ".join(row.sources) or "new", ", ".join(row.targets) or "the same"
        lines.append(f"| {source} | {row.trigger} | {row.by} | {target} |")
    return "\n".join(lines)


def replace_diagram(page: str) -> str:
    """Return the page with a new diagram and table."""
    fresh = f"{BEGIN}\n{draw_mermaid_diagram()}\n\n{format_states_table()}\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: fresh, page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(replace_diagram(PAGE.read_text()))
