"""Test writing settings into config.toml: only the affected lines change, completely or not at all."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from milimo_tui.core.config_file import update_config_text, write_settings
from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import get_config_folder, read_settings

OWN = """\
# what I like
engine = "animatic"   # "for now"
  images = 'auto' # cells = "half"
render_crf = 20
"""


def test_only_the_intended_lines_change_and_comments_stay() -> None:
    new = update_config_text(OWN, {"images": "off", "cells": "octants"})
    assert new == OWN.replace("'auto'", '"off"') + 'cells = "octants"\n'
    assert tomllib.loads(new)["images"] == "off"
    assert update_config_text("", {"cells": "half"}) == 'cells = "half"\n'
    assert update_config_text("engine = 'tiny'", {"cells": "half"}) == "engine = 'tiny'\ncells = \"half\"\n"


def test_setting_is_added_before_a_table_and_removed() -> None:
    assert (
        update_config_text("a = 1\n[table]\nx = 1\n", {"handles": 3})
        == "a = 1\nhandles = 3\n[table]\nx = 1\n"
    )
    assert update_config_text(OWN, {}, ("images",)) == OWN.replace(
        "  images = 'auto' # cells = \"half\"\n", ""
    )
    assert update_config_text(OWN, {}, ("cells",)) == OWN


@pytest.mark.parametrize("text", ['images = """\nauto"""\n', '"images" = "auto"\n'])
def test_setting_over_several_lines_is_left_to_the_user(text: str) -> None:
    with pytest.raises(BadInput, match=r"config\.toml") as found:
        update_config_text(text, {"images": "off"})
    assert 'images = "off"' in found.value.hint


def test_linked_file_stays_a_link_with_its_permissions(tmp_path: Path) -> None:
    own = tmp_path / "dotfiles.toml"
    own.write_text(OWN)
    own.chmod(0o600)
    get_config_folder().mkdir(parents=True)
    (get_config_folder() / "config.toml").symlink_to(own)
    assert write_settings({"cells": "sextants"}) == own.resolve()
    assert (get_config_folder() / "config.toml").is_symlink()
    assert own.stat().st_mode & 0o777 == 0o600
    settings, origin = read_settings({})
    assert (settings.cells, origin["cells"], settings.render_crf) == ("sextants", "config.toml", 20)


def test_invalid_or_read_only_file_is_not_changed() -> None:
    get_config_folder().mkdir(parents=True)
    path = get_config_folder() / "config.toml"
    path.write_text("engine = ")
    with pytest.raises(BadInput, match=r"config\.toml"):
        write_settings({"cells": "half"})
    assert path.read_text() == "engine = "
    assert os.listdir(get_config_folder()) == ["config.toml"]
