"""Test `milimo config`: settings are changed in the user's file or in the home's file, and invalid values are
refused.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from milimo_tui.core.settings import PARTS, Settings, list_setting_rules
from tests.front_door import Milimo
from tools import settings_page

OWN = """\
# what I like
engine = "animatic"   # for now

[of_another_program]
cells = "half"
"""


def _own(milimo: Milimo) -> Path:
    return Path(milimo.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_setting_is_set_read_and_unset_and_the_file_keeps_its_comments(milimo: Milimo) -> None:
    path = _write(_own(milimo), OWN.partition("\n\n")[0] + "\n")
    assert "render_crf is 20" in milimo.act("config", "set", "render_crf", "20")
    assert milimo.act("config", "get", "render_crf").strip() == "20"
    assert path.read_text() == OWN.partition("\n\n")[0] + "\nrender_crf = 20\n"
    row = milimo.json("config", "get", "render_crf")
    assert (row["from"], row["range"], row["default"]) == ("config.toml", "0 to 51", 18)
    milimo.act("config", "unset", "render_crf")
    assert path.read_text() == OWN.partition("\n\n")[0] + "\n"
    assert milimo.act("config", "get", "beats").strip() == "yes"
    assert "config.toml" in milimo.act("config", "unset", "render_crf")
    assert path.read_text() == OWN.partition("\n\n")[0] + "\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("render_cfr", "20"), "there is no setting “render_cfr”"),
        (("render_crf", "99"), "render_crf can't be 99\n        render_crf is 0 to 51"),
        (("render_crf", "nan"), "render_crf is a whole number, not “nan”"),
        (("job_days", "nan"), "job_days can't be nan"),
        (("beats", "perhaps"), "beats is yes or no, not “perhaps”"),
        (("theme", "neon"), "theme can't be “neon”"),
        (("theme", "mine.toml"), "file mine.toml"),
        (("engine", "ltx"), "“ltx”"),
        (("notify_on", "jbo"), "“jbo”"),
        (("notify_webhook", "nowhere"), "notify_webhook"),
        (("mpv", "x", "--where", "home"), "mpv"),
    ],
)
def test_invalid_setting_is_refused_and_nothing_is_written(
    milimo: Milimo, words: tuple[str, ...], said: str
) -> None:
    error = milimo.refusal("config", "set", *words, code=2)
    assert said in error
    assert len(error.splitlines()) <= 2
    assert not _own(milimo).exists()
    assert not (milimo.home / "config.toml").exists()


def test_home_overrules_the_user_and_a_variable_overrules_both(milimo: Milimo) -> None:
    milimo.act("config", "set", "render_crf", "20")
    milimo.act("config", "set", "render_crf", "30", "--where", "home")
    row = milimo.json("config", "get", "render_crf")
    assert (row["value"], row["from"]) == (30, "the home's config.toml")
    assert "home's config.toml" in milimo.act("config", "set", "render_crf", "21")
    row = milimo.json("config", "get", "render_crf", MILIMO_RENDER_CRF="12")
    assert (row["value"], row["from"]) == (12, "MILIMO_RENDER_CRF")
    milimo.env["XDG_CONFIG_DIRS"] = str(milimo.cwd / "etc")
    _write(milimo.cwd / "etc" / "milimo" / "config.toml", "render_crf = 40\nhandles = 3\n")
    del milimo.env["MILIMO_HANDLES"]
    assert milimo.json("config", "get", "handles")["from"] == "the system's config.toml"
    assert milimo.json("config", "get", "render_crf")["value"] == 30


def test_home_of_another_user_starts_no_program(milimo: Milimo) -> None:
    milimo.act("config")
    _write(milimo.home / "config.toml", 'notify_command = "rm -r films"\n')
    assert "notify_command" in milimo.refusal("config", code=2)
    (milimo.home / "config.toml").unlink()


def test_secret_is_never_shown(milimo: Milimo) -> None:
    output = milimo.act("config", "set", "openai_key", "sk-not-to-be-seen")
    rows = milimo.act("config", "--json") + milimo.act("config", "get", "openai_key", "--json")
    assert "not-to-be-seen" not in output + rows
    assert "openai_key is set" in output
    assert _own(milimo).stat().st_mode & 0o777 == 0o600


def test_editor_changes_the_whole_file_or_nothing(milimo: Milimo) -> None:
    path = _write(_own(milimo), 'engine = "animatic"\nrender_crf = 20\n')
    milimo.env["EDITOR"] = "sed -i s/20/99/"
    assert re.search(r"\brender_crf\b.*\b99\b", milimo.refusal("config", "edit", code=2))
    assert "render_crf = 20" in path.read_text()
    milimo.env["EDITOR"] = "sed -i s/20/22/"
    assert "config.toml" in milimo.act("config", "edit")
    assert "render_crf = 22" in path.read_text()
    milimo.env["EDITOR"] = "true"
    milimo.act("config", "edit")
    assert "render_crf = 22" in path.read_text()


def test_every_setting_has_a_description_and_a_valid_default() -> None:
    for name, rule in list_setting_rules().items():
        assert rule.read(rule.default, "") == getattr(Settings(), name), name
        assert rule.help, name
        assert rule.part in PARTS, name


def test_settings_page_is_current() -> None:
    page = Path(settings_page.__file__).parents[1] / "docs" / "settings.md"
    assert page.read_text() == settings_page.build_settings_page(), (
        "python -m tools.settings_page > docs/settings.md"
    )


@pytest.mark.long("command_line")
def test_every_command_of_the_page_runs(milimo: Milimo) -> None:
    page = (Path(settings_page.__file__).parents[1] / "docs" / "settings.md").read_text()
    lines = re.findall(r"^    milimo (.+?)(?: +#.*)?$", page, re.MULTILINE)
    assert len(lines) > 4
    for line in lines:
        milimo(*line.split(), EDITOR="true", VISUAL="")
