"""Checks of setting values beyond the setting's own rule: engines and themes must exist, addresses must be
valid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from milimo_tui.core.errors import BadInput
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import OWN_THEME, Value, rule_of
from milimo_tui.core.spelling import closest_names
from milimo_tui.engines.registry import engine_registry


def read(name: str, text: str, home: Home) -> Value:
    """Parse and check the text of a setting. Raises BadInput for an unknown name or an unacceptable value."""
    value = rule_of(name).read(text, "")
    if name in CHECKS:
        CHECKS[name](str(value), home)
    return value


def _engine(kind: str, setting: str) -> Callable[[str, Home], None]:
    def check(name: str, home: Home) -> None:
        entry = engine_registry.find(name)
        if entry is None or kind not in entry.kinds:
            there = [each.name for each in engine_registry.rows() if kind in each.kinds]
            near = closest_names(name, there) or ", ".join(there)
            raise BadInput(f"{setting}: there is no engine “{name}” for that", f"near it: {near}")

    return check


def _theme(name: str, home: Home) -> None:
    if name.endswith(OWN_THEME) and not (home.root / "themes" / name).is_file():
        raise BadInput(f"theme: no file {name} is in the themes of this home", "milimo theme lists them")


def _events(text: str, home: Home) -> None:
    from milimo_tui.jobs.notify.notices import parse_events

    parse_events(text)


def _webhook(text: str, home: Home) -> None:
    from milimo_tui.jobs.notify.notices import webhook_problem

    if text and (problem := webhook_problem(text)):
        raise BadInput(f"notify_webhook: {problem}", "an address: https://HOST/PATH")


def _command(text: str, home: Home) -> None:
    from milimo_tui.jobs.notify.command_hook import words

    words(text)


def _prices(text: str, home: Home) -> None:
    from milimo_tui.engines.contract.text_usage import prices_of

    prices_of(text)


def _quotas(text: str, home: Home) -> None:
    from milimo_tui.jobs.values.quotas import film_quotas

    film_quotas(text)


def _off(text: str, home: Home) -> None:
    from milimo_tui.jobs.notify.command_hook import words

    if not words(text, "off_command"):
        raise BadInput("off_command names no program", "systemctl poweroff")


CHECKS: Mapping[str, Callable[[str, Home], None]] = {
    "engine": _engine("make_video", "engine"),
    "text_engine": _engine("write", "text_engine"),
    "theme": _theme,
    "notify_on": _events,
    "notify_webhook": _webhook,
    "notify_command": _command,
    "text_prices": _prices,
    "film_quotas": _quotas,
    "off_command": _off,
}
