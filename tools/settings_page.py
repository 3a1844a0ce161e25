"""Generator of docs/settings.md from the settings: `python -m tools.settings_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from milimo_tui.core.settings import PARTS, SettingRule, list_setting_rules

INTRO = """# Settings

Made from `core/settings.py` (`python -m tools.settings_page`); a test holds it current.

`g ,` lists them in the studio: what each means, what it may be, where its value came from. In a shell:

    milimo config                          # all of them
    milimo config get render_crf           # one
    milimo config set render_crf 20        # from now on, in your own file
    milimo config set beats no --where home
    milimo config unset render_crf         # what the next file or the default says
    milimo config edit                     # the file in $EDITOR

A value is looked for in this order, and the first that is found holds:

| from | where that is |
| --- | --- |
| `MILIMO_NAME` | the environment: `MILIMO_RENDER_CRF=20` for one run |
| the home's config.toml | `config.toml` in the studio home: for whoever works there |
| config.toml | your own: `~/.config/milimo/config.toml`, on macOS `~/Library/Application Support/milimo` |
| the system's config.toml | `/etc/xdg/milimo/config.toml`, on macOS `/Library/Application Support/milimo` |
| default | as below |

A file is changed in the lines that are meant: comments and order stay. A value that can't be is refused in a
sentence and nothing is written; so is a name that there is not, with those near it. Programs, addresses, keys
and prices (marked †) are never taken from a home, which may come from others. Colours and motion change at
once, the rest at the next start of the studio, or of the supervisor.
"""


def build_settings_page() -> str:
    """Return the complete text of the page."""
    return "\n".join((INTRO, *(piece for part in PARTS for piece in _format_settings_section(part))))


def _format_settings_section(part: str) -> Iterator[str]:
    yield f"## {part[:1].upper()}{part[1:]}\n"
    yield "| setting | what it means | may be | default |"
    yield "| --- | --- | --- | --- |"
    yield from (_format_setting_row(rule) for rule in list_setting_rules().values() if rule.part == part)
    yield ""


def _format_setting_row(rule: SettingRule) -> str:
    mark = " †" if rule.is_personal else ""
    means = rule.help.replace("|", "\\|")
    may = ", ".join(f"`{word}`" for word in rule.range.split(", ")) if rule.words else rule.range or rule.kind
    return f"| `{rule.name}`{mark} | {means} | {may} | {format_default(rule)} |"


def format_default(rule: SettingRule) -> str:
    """Return a default value as a person writes it."""
    if isinstance(rule.default, bool):
        return "yes" if rule.default else "no"
    if isinstance(rule.default, int | float):
        return f"{rule.default:g}"
    return f"`{rule.default}`" if rule.default != "" else "none"


if __name__ == "__main__":
    sys.stdout.write(build_settings_page())
