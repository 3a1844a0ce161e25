"""Generator of docs/settings.md from the settings: `python -m tools.settings_page` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from milimo_tui.core.settings import PARTS, SettingRule, list_setting_rules

INTRO = """# Settings

This page lists all settings. `python -m tools.settings_page` writes the page from `core/settings.py`, and
a test fails if the page is out of date.

In the studio, `g ,` lists the settings with their meaning, their allowed values and the source of each
value. In a shell:

    milimo config                          # list all settings
    milimo config get render_crf           # show one setting
    milimo config set render_crf 20        # set a value in your own file
    milimo config set beats no --where home    # set a value in the file of the studio home
    milimo config unset render_crf         # remove the value from your own file
    milimo config edit                     # open your own file in $EDITOR

Milimo searches for a value in the following places, in this order, and uses the first value that it
finds:

| source | place |
| --- | --- |
| `MILIMO_NAME` | an environment variable with the name of the setting, for one run: `MILIMO_RENDER_CRF=20` |
| the home's config.toml | `config.toml` in the studio home, for all people who use this home |
| config.toml | your own file: `~/.config/milimo/config.toml`, on macOS `~/Library/Application \
Support/milimo` |
| the system's config.toml | `/etc/xdg/milimo/config.toml`, on macOS `/Library/Application Support/milimo` |
| default | the default in the tables below |

`milimo config` changes only the lines of one setting in the file; comments and the order of lines stay.
If a value is not allowed, Milimo gives the reason and writes nothing. If a name is unknown, Milimo lists
similar names. The settings marked † are programs, addresses, keys and prices. Milimo refuses them in the
`config.toml` of a studio home, because another person may have made this home. A change of colours or
motion takes effect at once. All other changes take effect at the next start of the studio or of the
supervisor.
"""


def build_settings_page() -> str:
    """Return the complete text of the page."""
    return "\n".join((INTRO, *(piece for part in PARTS for piece in _format_settings_section(part))))


def _format_settings_section(part: str) -> Iterator[str]:
    yield f"## {part[:1].upper()}{part[1:]}\n"
    yield "| setting | meaning | allowed values | default |"
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
