"""Test the man pages: complete, up to date, and accepted by an independent roff checker."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from milimo_tui.cli.man_pages import build_man_pages
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.following import map_flags
from milimo_tui.studio.registry.grammar import WORDS
from tests.front_door import Milimo

ROOT = Path(__file__).parents[2]
DATELESS = "missing date"  # generated pages have no date, because each version rewrites them


def test_every_command_and_flag_is_described() -> None:
    pages = build_man_pages()
    assert set(pages) == {"milimo.1", *(f"milimo-{word}.1" for word in WORDS)}
    for entry in registry.list_commands().values():
        if entry.cli:
            page = pages[f"milimo-{entry.cli.split(' ')[0]}.1"].replace("\\-", "-")
            assert f".SS milimo {entry.cli}\n" in page
            assert all(re.search(rf"^\.B {flag}\b", page, re.M) for flag in map_flags(entry)), entry.id


def test_pages_are_written_into_a_folder_that_man_searches(milimo: Milimo) -> None:
    folder = milimo.cwd / "share" / "man1"
    assert milimo.json("man", str(folder)) == {"folder": str(folder), "pages": len(WORDS) + 1}
    assert {path.name for path in folder.iterdir()} == set(build_man_pages())
    assert "milimo man ~/" in milimo.refusal("man")
    (milimo.cwd / "a-file").touch()
    assert "a-file" in milimo.refusal("man", str(milimo.cwd / "a-file"), code=1)


def test_mandoc_finds_no_fault(tmp_path: Path) -> None:
    mandoc = shutil.which("mandoc")
    if mandoc is None:
        pytest.skip("mandoc is not installed")
    folder = tmp_path / "man1"
    folder.mkdir()
    for name, text in build_man_pages().items():
        (folder / name).write_text(text)
    files = sorted(map(str, folder.iterdir()))
    told = subprocess.run(
        [mandoc, "-Tlint", "-W", "warning", *files], capture_output=True, text=True, check=False
    )
    assert [line for line in told.stdout.splitlines() if DATELESS not in line] == []
    shown = subprocess.run(
        [mandoc, "-Tutf8", folder / "milimo-shot.1"], capture_output=True, text=True, check=True
    )
    plain = re.sub(r".\x08", "", shown.stdout)
    assert "milimo shot make [IDS...]" in plain
    assert "--dry-run" in plain


@pytest.mark.long("command_line")
def test_make_install_puts_pages_where_shells_and_man_look(tmp_path: Path) -> None:
    # Treat these targets as up to date, so that `make` does not run the setup
    stamp = ("-o", ".make/studio", "-o", ".make/models")
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "MILIMO_HOME": str(tmp_path / "home")}
    subprocess.run(["make", "-C", ROOT, *stamp, "install"], env=env, check=True, capture_output=True)
    share = tmp_path / ".local/share"
    assert (tmp_path / ".local/bin/milimo").exists()
    assert (share / "man/man1/milimo-shot.1").read_text() == build_man_pages()["milimo-shot.1"]
    assert "complete -F _milimo" in (share / "bash-completion/completions/milimo").read_text()
    assert "#compdef milimo" in (share / "zsh/site-functions/_milimo").read_text()
    assert "complete -c milimo" in (tmp_path / ".config/fish/completions/milimo.fish").read_text()
