"""Check values of settings for more than their type and range: engines and themes must exist, and addresses
must be valid.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import OWN_THEME, Value, find_setting_rule, resolve_program
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.engines.registry import engine_registry

# The settings with the address of a service.
ADDRESS_SETTINGS = ("voice_service_url", "openai_url", "ollama_url", "comfyui_url")


def read_setting_value(name: str, text: str, home: Home) -> Value:
    """Convert the text that the user typed for the setting `name` to a checked value.

    Raises BadInput for an unknown name or a value that is not allowed, and NotFound for a missing theme file.
    """
    value = find_setting_rule(name).read(text, "")
    if name in SETTING_CHECKS:
        SETTING_CHECKS[name](str(value), home)
    # The supervisor, which runs the programs, has another working folder.
    return resolve_program(name, value, os.getcwd()) if isinstance(value, str) else value


def _make_engine_check(kind: str, setting: str, automatic: str = "") -> Callable[[str, Home], None]:
    """Return a check that a setting names an engine for a kind of work. `automatic` is a further value that
    stands for a choice by the program.
    """

    def check_engine_name(name: str, home: Home) -> None:
        if automatic and name == automatic:
            return
        entry = engine_registry.find_engine(name)
        if entry is None or kind not in entry.kinds:
            engines = [each.name for each in engine_registry.rows() if kind in each.kinds]
            names = [automatic, *engines] if automatic else engines
            near = find_closest_names(name, names) or ", ".join(names)
            raise BadInput(f"{setting}: “{name}” is not an engine for this work", f"choices: {near}")

    return check_engine_name


def _check_theme(name: str, home: Home) -> None:
    if name.endswith(OWN_THEME) and not (home.root / "themes" / name).is_file():
        raise NotFound(f"theme: this home has no theme file {name}", "milimo theme lists the themes")


def _check_notify_on(text: str, home: Home) -> None:
    from milimo_tui.jobs.notify.notices import parse_notice_events

    parse_notice_events(text)


def _check_webhook(text: str, home: Home) -> None:
    from milimo_tui.jobs.notify.notices import check_webhook_address

    if text and (problem := check_webhook_address(text)):
        raise BadInput(f"notify_webhook: {problem}", "give an address: https://HOST/PATH")


def _make_address_check(setting: str) -> Callable[[str, Home], None]:
    """Return a check that a setting is the address of a service. It may be empty if its default is empty."""

    def check_service_address(text: str, home: Home) -> None:
        from milimo_tui.engines.remote.remote_service import parse_service_address

        if text or find_setting_rule(setting).default:
            parse_service_address(setting, text)

    return check_service_address


def _check_notify_command(text: str, home: Home) -> None:
    from milimo_tui.jobs.notify.command_hook import split_command

    split_command(text)


def _check_text_prices(text: str, home: Home) -> None:
    from milimo_tui.engines.contract.text_usage import parse_token_prices

    parse_token_prices(text)


def _check_film_quotas(text: str, home: Home) -> None:
    from milimo_tui.jobs.values.quotas import parse_film_quotas

    parse_film_quotas(text)


def _check_off_command(text: str, home: Home) -> None:
    from milimo_tui.jobs.notify.command_hook import split_command

    if not split_command(text, "off_command"):
        raise BadInput("off_command names no program", "name one, for example systemctl poweroff")


SETTING_CHECKS: Mapping[str, Callable[[str, Home], None]] = {
    "engine": _make_engine_check("make_video", "engine"),
    "text_engine": _make_engine_check("write", "text_engine", automatic="auto"),
    "theme": _check_theme,
    "notify_on": _check_notify_on,
    "notify_webhook": _check_webhook,
    "notify_command": _check_notify_command,
    "text_prices": _check_text_prices,
    "film_quotas": _check_film_quotas,
    "off_command": _check_off_command,
    **{name: _make_address_check(name) for name in ADDRESS_SETTINGS},
}
