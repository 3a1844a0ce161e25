"""Test recovery copies of unsaved screenplay text: a killed studio loses at most the keys of the last two
seconds, and the next studio offers the text with its changes.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.script.boarded_script import compute_script_digest
from milimo_tui.studio.script.unsaved_text import (
    UnsavedText,
    delete_copies_of_film,
    list_recovery_copies,
    make_recovery_id,
    write_recovery_copy,
)
from milimo_tui.studio.session.studio import Studio
from tests.front_door import Milimo
from tests.terminal import Terminal
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import SCRIPT, make_studio

ROOT = Path(__file__).parents[3]
LONGEST_LOSS = 2.0  # The text of this number of seconds before a crash may be lost.


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def open_terminal(home: Path) -> Terminal:
    env = {**os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID"):
        env.pop(name, None)
    return Terminal([sys.executable, "-m", "milimo_tui.cli.main"], env)


def list_files(home: Path) -> list[Path]:
    return [path for path in (home / "unsaved").glob("*") if path.is_file()]


def read_script(studio: Studio) -> str:
    return studio.require_project().load_story().project.script


def leave_copy(studio: Studio, text: str, base: str | None = None) -> UnsavedText:
    """Leave a recovery copy behind, as a killed studio does. `base` is the screenplay that was edited."""
    project = studio.take_snapshot().story.project
    copy = UnsavedText(
        make_recovery_id(),
        project.id,
        project.name,
        text,
        compute_script_digest(project.script if base is None else base),
    )
    write_recovery_copy(studio.home, copy, is_open=False)
    return copy


async def wait_for_copies(stage: Stage, home: Path, count: int) -> None:
    await stage.until(lambda: len(list_files(home)) == count, f"not {count} recovery copies")


def test_killed_studio_offers_the_unsaved_text_at_the_next_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with open_terminal(home) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("g", "s")
        terminal.wait_for("Rain on tin roofs.")
        terminal.press("G", "o", *"A bell rings.", "enter", *"Then silence.")
        terminal.wait_for("Then silence.")
        time.sleep(LONGEST_LOSS)
        os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.process.wait()
    [file] = list_files(home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    with open_terminal(home) as terminal:
        terminal.wait_for("Unsaved text")
        terminal.wait_for("+ Then silence.")
        terminal.press("enter")
        terminal.wait_for("not saved")
        terminal.wait_for("A bell rings.")
        terminal.press("\x13")
        terminal.wait_for("saved")
        end = time.monotonic() + 30
        while list_files(home) and time.monotonic() < end:
            terminal.read(0.05)
        assert not list_files(home)
        terminal.press("\x11")
        assert terminal.wait() == 0
    studio = Studio.open(home=str(home))
    assert "A bell rings.\nThen silence." in read_script(studio)
    studio.close()


async def test_copy_is_deleted_when_the_text_is_saved_committed_or_undone(studio: Studio) -> None:
    home = studio.home.root
    async with on(studio, "script", (80, 24)) as stage:
        for keys in (("ctrl+s",), ("c", "c"), ("u",)):
            await stage.press("G", "o", *"Dawn", "escape")
            await wait_for_copies(stage, home, 1)
            await stage.press(*keys)
            await wait_for_copies(stage, home, 0)


async def test_copy_is_deleted_when_the_user_leaves_without_saving(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await stage.press("G", "o", *"Dawn", "escape")
        await wait_for_copies(stage, studio.home.root, 1)
        await stage.press("o", *"More", "escape", "ctrl+q")
        await stage.until(lambda: stage.screen.question.is_open)
        await stage.press("y")
        await stage.until(lambda: stage.app.return_code == 0)
    assert not list_files(studio.home.root)


async def test_crashed_studio_writes_the_last_keys_too(studio: Studio) -> None:
    """The screen is closed without an order to leave, as after an error of the program."""
    async with on(studio, "script", (80, 24)) as stage:
        await stage.press("G", "o", *"Dawn", "escape")
    assert list_recovery_copies(studio.home) == [], "this process still runs"
    [file] = list_files(studio.home.root)
    assert b"Dawn" in file.read_bytes()


async def test_offer_names_a_screenplay_that_changed_since(studio: Studio) -> None:
    copy = leave_copy(studio, SCRIPT + "\nDawn.\n")
    changed = SCRIPT + "\nNoon.\n"
    run_by_id(studio, "script.save", {"text": changed})
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.until(lambda: stage.screen.MODE == "recovery")
        await stage.until(lambda: "+ Dawn." in stage.text)
        assert "- Noon." in stage.text
        assert "changed since" in stage.text
        await stage.press("enter")
        await stage.until(lambda: stage.screen.MODE == "script")
        await stage.until(lambda: stage.screen.text == copy.text)
        await stage.press("ctrl+s")
        await stage.until(lambda: stage.screen.question.is_open)
        await stage.press("n")
        assert read_script(studio) == changed
        await stage.press("u")
        assert stage.screen.text == changed


async def test_copies_are_kept_for_later_or_discarded(studio: Studio) -> None:
    first, second = (leave_copy(studio, f"{SCRIPT}\n{word}.\n") for word in ("Dawn", "Dusk"))
    async with on(studio, "script", (80, 24)) as stage:
        await stage.until(lambda: stage.screen.MODE == "recovery")
        await stage.until(lambda: "+ Dusk." in stage.text)
        await stage.press("escape")
        assert stage.screen.MODE == "script"
        assert "g s, Z u" in stage.said, "the keys that show the page again"
        assert len(list_files(studio.home.root)) == 2
        await stage.press("Z", "u")
        await stage.until(lambda: stage.screen.MODE == "recovery")
        await stage.press("x")
        await stage.until(lambda: stage.screen.question.is_open)
        await stage.press("n")
        assert len(list_files(studio.home.root)) == 2
        await stage.press("x")
        await stage.until(lambda: stage.screen.question.is_open)
        await stage.press("y")
        await stage.until(lambda: "+ Dawn." in stage.text)
        assert [copy.id for copy in list_recovery_copies(studio.home)] == [first.id]
        await stage.press("enter")
        await stage.until(lambda: stage.screen.MODE == "script")
        await stage.until(lambda: stage.screen.text == first.text)
        await stage.until(lambda: first.id not in [file.stem for file in list_files(studio.home.root)])
    assert second.id not in [file.stem for file in list_files(studio.home.root)]


async def test_text_of_an_open_studio_is_not_offered(studio: Studio) -> None:
    copy = leave_copy(studio, SCRIPT + "\nDawn.\n")
    write = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from milimo_tui.core.paths import Home\n"
        "from milimo_tui.studio.script.unsaved_text import list_recovery_copies, write_recovery_copy\n"
        "home = Home(Path(sys.argv[1]))\n"
        "write_recovery_copy(home, list_recovery_copies(home)[0], is_open=True)\n"
        "print('written', flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", write, str(studio.home.root)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"written\n"
        try:
            async with on(studio, "script", (80, 24)) as stage:
                assert stage.screen.MODE == "script"
                assert list_recovery_copies(studio.home) == []
                await stage.press("Z", "u")
                assert stage.screen.MODE == "script"
        finally:
            other.kill()
    assert [each.id for each in list_recovery_copies(studio.home)] == [copy.id]


async def test_text_of_a_film_that_was_left_is_offered_when_it_is_opened_again(studio: Studio) -> None:
    folder = studio.require_project().paths.root.name
    run_by_id(studio, "project.new", {"name": "Other"})
    run_by_id(studio, "project.use", {"name": folder})
    async with on(studio, "script", (80, 24)) as stage:
        await stage.press("G", "o", *"Dawn", "escape")
        assert await stage.app.run_and_wait("project.use", {"name": "other"}) is not None
        await stage.until(lambda: "Dawn" not in stage.screen.text)
        await wait_for_copies(stage, studio.home.root, 1)
        assert await stage.app.run_and_wait("project.use", {"name": folder}) is not None
        await stage.until(lambda: stage.screen.MODE == "recovery")
        await stage.until(lambda: "+ Dawn" in stage.text)


async def test_page_with_the_text_of_one_film_is_not_shown_in_another_film(studio: Studio) -> None:
    folder = studio.require_project().paths.root.name
    leave_copy(studio, f"{SCRIPT}\nDawn.\n")
    run_by_id(studio, "project.new", {"name": "Other"})
    run_by_id(studio, "project.use", {"name": folder})
    async with on(studio, "script", (80, 24)) as stage:
        await stage.until(lambda: stage.screen.MODE == "recovery")
        await stage.press("g", "h")
        await stage.until(lambda: stage.screen.MODE == "home")
        assert await stage.app.run_and_wait("project.use", {"name": "other"}) is not None
        await stage.press("g", "s")
        await stage.until(lambda: stage.screen.MODE == "script")
        assert "Dawn" not in stage.text
        await stage.press("g", "h")
        await stage.until(lambda: stage.screen.MODE == "home")
        assert await stage.app.run_and_wait("project.use", {"name": folder}) is not None
        await stage.until(lambda: stage.screen.MODE == "recovery" and "+ Dawn" in stage.text)


async def test_page_closes_if_its_copies_were_discarded_on_another_page(studio: Studio) -> None:
    leave_copy(studio, f"{SCRIPT}\nDawn.\n")
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.until(lambda: stage.screen.MODE == "recovery")
        await stage.press("g", "s", "Z", "u")
        await stage.until(lambda: stage.screen.MODE == "recovery")
        await stage.press("x")
        await stage.until(lambda: stage.screen.question.is_open)
        await stage.press("y")
        await stage.until(lambda: stage.screen.MODE == "script")
        await stage.press("g", "b")
        await stage.until(lambda: stage.screen.MODE == "storyboard")


async def test_text_is_not_saved_into_another_film_when_the_connection_is_lost(studio: Studio) -> None:
    folder = studio.require_project().paths.root.name
    run_by_id(studio, "project.new", {"name": "Other"})
    before = read_script(studio)
    run_by_id(studio, "project.use", {"name": folder})
    async with on(studio, "script", (80, 24)) as stage:
        await stage.press("G", "o", *"Dawn", "escape")
        await stage.app.go_to_mode("home")
        assert await stage.app.run_and_wait("project.use", {"name": "other"}) is not None
        await stage.until(lambda: stage.screen.film.story.project.name == "Other")
        await stage.settle()
        stage.app.leaving.hang_up()
    assert read_script(studio) == before
    [file] = list_files(studio.home.root)
    assert b"Dawn" in file.read_bytes()


async def test_lost_connection_does_not_overwrite_a_text_that_was_saved_elsewhere(studio: Studio) -> None:
    other = Studio.open(home=str(studio.home.root))
    try:
        async with on(studio, "script", (80, 24)) as stage:
            await stage.press("G", "o", *"Dawn", "escape")
            run_by_id(other, "script.save", {"text": f"{SCRIPT}\nDusk.\n"})
            await stage.until(lambda: "changed elsewhere" in stage.said)
            stage.app.leaving.hang_up()
        assert "Dusk" in read_script(other)
        assert "Dawn" not in read_script(other)
    finally:
        other.close()
    [file] = list_files(studio.home.root)
    assert b"Dawn" in file.read_bytes()


async def test_writing_continues_if_no_copy_can_be_written(studio: Studio) -> None:
    studio.home.unsaved.write_text("a file is in the place of the folder")
    async with on(studio, "script", (80, 24)) as stage:
        await stage.press("G", "o", *"Dawn", "escape")
        await stage.until(lambda: "not protected" in stage.said)
        assert "Dawn" in stage.screen.text
        await stage.press("ctrl+s")
        assert "Dawn" in read_script(studio)


def test_full_disk_leaves_the_previous_copy(studio: Studio) -> None:
    """The limit of file sizes has the effect of a full disk: no file takes more bytes."""
    copy = leave_copy(studio, "short")
    write = (
        "import resource, signal, sys\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from milimo_tui.core.errors import MilimoError\n"
        "from milimo_tui.core.paths import Home\n"
        "from milimo_tui.studio.script.unsaved_text import list_recovery_copies, write_recovery_copy\n"
        "home = Home(Path(sys.argv[1]))\n"
        "[copy] = list_recovery_copies(home)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    write_recovery_copy(home, replace(copy, text='x' * 100_000), is_open=True)\n"
        "except MilimoError:\n"
        "    sys.exit(42)\n"
    )
    command = [sys.executable, "-c", write, str(studio.home.root)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 42
    assert [(each.id, each.text) for each in list_recovery_copies(studio.home)] == [(copy.id, "short")]
    assert [path.name for path in list_files(studio.home.root)] == [f"{copy.id}.json"]


def test_damaged_and_unfinished_copies_are_ignored(studio: Studio) -> None:
    copy = leave_copy(studio, "words")
    folder = studio.home.unsaved
    (folder / "broken.json").write_bytes(b'{"id": "broken", "film"')
    (folder / "strange.json").write_bytes(b'{"film": 3, "pid": "no", "text": []}')
    (folder / "list.json").write_bytes(b"[1, 2]")
    unfinished = folder / ".unsaved_1.json.999999999.tmp"
    unfinished.write_bytes(b"half of")
    assert [each.id for each in list_recovery_copies(studio.home)] == [copy.id]
    assert not unfinished.exists()


def test_copy_equal_to_the_screenplay_is_deleted(studio: Studio) -> None:
    leave_copy(studio, read_script(studio))
    assert run_by_id(studio, "script.recover").data == []
    assert not list_files(studio.home.root)


def test_text_survives_renaming_its_film_and_the_loss_of_its_folder(film: Milimo, tmp_path: Path) -> None:
    home = Home(Path(film.env["MILIMO_HOME"]))
    studio = Studio.open(home=str(home.root))
    saved = read_script(studio)
    leave_copy(studio, saved + "\nDawn.\n")
    folder = studio.require_project().paths.root
    studio.close()
    film.json("project", "rename", "Night")
    [row] = film.json("script", "recover")
    assert (row["added"], row["removed"], row["changed_since"]) == (2, 0, False)
    backup = tmp_path / "film.zip"
    film.json("project", "export", str(backup))
    with zipfile.ZipFile(backup) as opened:
        assert not any("unsaved" in name or b"Dawn." in opened.read(name) for name in opened.namelist())
    folder.rename(tmp_path / "away")
    film.json("script", "recover", "--to", "kept.fountain", "--all")
    assert (film.cwd / "kept.fountain").read_text() == saved + "\nDawn.\n"
    (tmp_path / "away").rename(folder)
    film.json("script", "recover", "--save")
    assert film.json("script", "recover") == []
    studio = Studio.open(home=str(home.root))
    assert read_script(studio) == saved + "\nDawn.\n"
    run_by_id(studio, "cut.undo", {"whole_project": True})
    assert read_script(studio) == saved
    studio.close()


def test_backup_leaves_copies_out_and_deletion_of_a_film_deletes_them(film: Milimo, tmp_path: Path) -> None:
    studio = Studio.open(home=film.env["MILIMO_HOME"])
    copy = leave_copy(studio, "Dawn.")
    other = replace(copy, id=make_recovery_id(), film="another")
    write_recovery_copy(studio.home, other, is_open=False)
    folder = studio.require_project().paths.root.name
    studio.close()
    film.json("backup", "now", "--folder", str(tmp_path / "backups"))
    restored = tmp_path / "restored"
    film.json("backup", "restore", "--to", str(restored), "--folder", str(tmp_path / "backups"))
    assert not (restored / "unsaved").exists()
    film.json("project", "delete", folder, "--yes")
    home = Home(Path(film.env["MILIMO_HOME"]))
    assert [each.id for each in list_recovery_copies(home)] == [other.id]
    delete_copies_of_film(home, "another")
    assert not list_files(home.root)
