"""Test refusals of the command line: a sentence, an exit code, and no change."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.cli.main import main
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.grammar import parse
from tests.front_door import Milimo, environment
from tests.terminal import Terminal


def refused_here(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> dict[str, str]:
    """Run a refused command inside the test process, which is faster, and return its JSON error."""
    assert main([*words, "--json"]) == 2
    [line] = capsys.readouterr().out.splitlines()
    error: dict[str, str] = json.loads(line)["error"]
    return error


def refused(milimo: Milimo, *words: str, code: int = 2) -> str:
    error = milimo.json(*words, code=code)["error"]
    assert set(error) == {"kind", "message", "hint"}
    assert "\n" not in error["message"]
    return str(error["message"])


NUMBERS = [
    ("shot", "set", "1A", "--seed", "-1"),
    ("shot", "set", "1A", "--seed", "99999999999999999999"),
    ("shot", "set", "1A", "--steps", "0"),
    ("shot", "set", "1A", "--guidance", "nan"),
    ("shot", "set", "1A", "--length", "²f"),
    ("shot", "set", "1A", "--length", "0"),
    ("element", "set", "@Mara", "--seed", "-1"),
    ("cut", "split", "--at", "²"),
    ("cut", "append", "--shot", "1A", "--source-in", "1/0"),
    ("supervisor", "log", "--lines", "0"),
    ("project", "new", "X", "--size", "²x²"),
    ("project", "new", "X", "--size", "x"),
    ("project", "new", "X", "--rate", "nan"),
]
NAMES = [
    ("project", "new", " "),
    ("project", "new", "x" * 400),
    ("project", "new", "\x1b[31mred"),
    ("project", "rename", ""),
    ("project", "duplicate", ""),
    ("cut", "new", ""),
    ("cut", "new", "main"),
    ("cut", "rename", "x" * 400),
    ("element", "add", " "),
]
NOT_THERE = [
    ("job", "show", "nope"),
    ("job", "cancel", "nope"),
    ("job", "watch", "nope"),
    ("job", "list", "--state", "bored"),
    ("job", "move", "job_00", "1"),
    ("batch", "show", "nope"),
    ("shot", "show", "9Z"),
    ("shot", "pick", "1A", "7"),
    ("shot", "make", "1A", "--engine", "film"),
    ("shot", "make", "--al"),
    ("scene", "move", "1", "9"),
    ("storyboard", "reorder", "1A", "0"),
    ("bin", "restore", "nope"),
    ("asset", "show", "nope"),
    ("asset", "relink", "nope", "x.png"),
    ("cut", "show", "--cut", "nope"),
    ("cut", "delete", "main"),
    ("engine", "explain", "nope"),
    ("help", "nothing"),
    ("render", "--range", "5"),
    ("render", "--range", "9..3"),
    ("render", "--preset", "nope"),
    ("render", "-o", "nowhere/film.mp4"),
    ("film", "-", "--watch"),
    ("script", "edit"),
    ("play", "nowhere.mp4"),
]
RUN = [
    ("run",),
    ("run", "nothing.at.all"),
    ("run", "cut.nothing"),
    ("run", "cut.split", "at"),
    ("run", "shot.set", "id=1A", "seed=many"),
    ("run", "shot.set"),
]


@pytest.fixture(scope="module")
def lamps(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milimo]:
    """Return `milimo` on one home that all refusals share, because none may change it."""
    folder = tmp_path_factory.mktemp("lamps")
    shutil.copytree(made / "home", folder / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    runner = Milimo(environment(folder), folder / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


@pytest.mark.parametrize("words", [*NUMBERS, *NAMES, *NOT_THERE, *RUN], ids=" ".join)
def test_refusal_is_one_sentence_and_changes_nothing(
    lamps: Milimo,
    words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("MILIMO_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, lamps.env[name])
    monkeypatch.setenv("EDITOR", "/nonexistent/editor")
    error = refused_here(capsys, words)
    assert set(error) == {"kind", "message", "hint"}
    assert error["message"]
    assert "\n" not in error["message"]
    assert [path.name for path in (lamps.home / "projects").iterdir()] == ["two-lamps"]


def test_run_accepts_every_command_by_its_id(film: Milimo) -> None:
    film.act("run", "shot.set", "id=1A", "seed=77", "lock=true")
    assert film.json("run", "shot.show", "id=1A")["seed"] == 77
    data = film.json("run", "shot.make", "ids=1A,1B", "dry_run=true")
    assert data["shots"] == ["1A", "1B"]


def test_mistyped_command_is_corrected(film: Milimo) -> None:
    def told(*words: str) -> str:
        error = film.inside(*words, code=2)["error"]
        return f"{error['message']} · {error['hint']}"

    for words, facts in (
        (("cut", "trim"), ("“trim”", "milimo cut trim-in CLIP 12;", "milimo help cut")),
        (("cut", "note", "ad"), ("“ad”", "milimo cut note add TEXT;", "milimo help cut note")),
        (("ct", "show"), ("“ct”", "milimo cut show;")),
        (("run", "cut.splitt"), ("“cut.splitt”", "milimo cut split;")),
        (("cut", "zzz"), ("“zzz”", "milimo help cut")),
    ):
        shown = told(*words)
        assert [fact for fact in facts if fact not in shown] == [], shown


def test_removed_command_names_its_replacement(film: Milimo) -> None:
    for id, replacement in registry.REPLACED_COMMANDS.items():
        words = id.replace("_", "-").split(".")
        for line in (words, [*words, "anything"], ["run", id], ["help", *words]):
            error = film.inside(*line, code=2)["error"]
            assert error["hint"].startswith(f"milimo {replacement} "), line
        parse(shlex.split(replacement))


def test_help_shows_arguments_with_units(film: Milimo) -> None:
    lines = film.inside("help", "cut.trim_out")["text"].splitlines()
    assert lines[2:4] == ["  milimo cut trim-out CLIP BY [OPTIONS]", "  milimo run cut.trim_out clip=… by=…"]
    by = "shift as frames or another time (12, -2s, 1:00); positive is later"
    assert f"  BY       {by} · must be given" in lines
    assert film.inside("run", "cut.trim_out", "--help")["text"].splitlines() == lines
    transition = film.inside("help", "cut", "transition")["text"]
    assert "  --edge       edge that has the transition · head, tail; default tail" in transition
    assert film.inside("run", "--help") == film.inside("help", "run")
    assert "HH:MM:SS:FF" in film.inside("help", "run")["text"]


@pytest.mark.long("command_line")
def test_help_accepts_first_words_of_commands(milimo: Milimo) -> None:
    assert "milimo shot make" in milimo.text("help", "shot")
    front = milimo.act("help")
    verbs = {entry.cli.split(" ")[0] for entry in registry.list_commands().values() if entry.cli}
    assert {verb for verb in verbs if f"\n  {verb} " not in front} == set()
    assert all(len(line) < 110 for line in front.splitlines())
    assert "--takes" in milimo.text("shot", "make", "--help")


def test_frozen_cut_cannot_be_undone(film: Milimo) -> None:
    film.act("cut", "split", "--at", "20")
    film.act("cut", "freeze", "main")
    clips = film.json("cut", "show")["tracks"]
    assert "frozen" in refused(film, "cut", "undo")
    assert film.json("cut", "show")["tracks"] == clips
    film.act("cut", "undo", "--whole-project")
    film.act("cut", "undo")


@pytest.mark.long("command_line")
def test_unsupported_file_is_refused_at_import(film: Milimo) -> None:
    def archive(name: str, files: dict[str, bytes]) -> str:
        path = film.cwd / name
        with zipfile.ZipFile(path, "w") as out:
            for member, data in files.items():
                out.writestr(member, data)
        return str(path)

    film.act("project", "export", str(film.cwd / "good.zip"))
    good = (film.cwd / "good.zip").read_bytes()
    (film.cwd / "cut.zip").write_bytes(good[: len(good) // 2])
    bad = [
        archive("empty.zip", {}),
        archive("strange.zip", {"project.db": b"x", "../../evil": b"x"}),
        archive("absolute.zip", {"project.db": b"x", "/etc/evil": b"x"}),
        str(film.cwd / "cut.zip"),
        str(film.cwd),
        str(film.cwd / "nowhere.zip"),
    ]
    for path in bad:
        refused(film, "project", "import", path)
    refused(film, "project", "import", archive("no-film.zip", {"project.db": b"x" * 5000}), code=1)
    assert [path.name for path in (film.home / "projects").iterdir()] == ["two-lamps"]
    refused(film, "project", "export", str(film.cwd / "good.zip"))
    refused(film, "project", "export", str(film.cwd / "nowhere" / "x.zip"))
    assert (film.cwd / "good.zip").read_bytes() == good
    assert (
        film.json("project", "duplicate", "Copy", code=1, MILIMO_TEST_FREE_BYTES="1000")["error"]["kind"]
        == "disk_full"
    )
    assert (
        film.json("project", "export", "y.zip", code=1, MILIMO_TEST_FREE_BYTES="1000")["error"]["kind"]
        == "disk_full"
    )
    assert not list(film.cwd.glob(".*"))
    assert not (film.cwd / "y.zip").exists()


def test_asset_is_restored_when_added_again_and_its_name_must_be_text(film: Milimo) -> None:
    picture = film.cwd / "Ünï côde 日本.png"
    Image.new("RGB", (64, 64), "teal").save(picture)
    added = film.json("asset", "add", str(picture))
    assert film.json("asset", "show", "Ünï côde 日本.png")["id"] == added["id"]
    film.act("asset", "delete", added["id"])
    film.json("asset", "add", str(picture))
    assert film.json("bin", "list") == []
    odd = Path(os.fsdecode(os.fsencode(film.cwd) + b"/caf\xe9.png"))
    shutil.copyfile(picture, odd)
    assert "Unicode" in refused(film, "asset", "add", str(odd), "--link")
    linked = film.json("asset", "add", str(picture.with_name("other.png")), "--link", code=2)
    assert linked["error"]["kind"] == "not_found"


@pytest.mark.long("command_line")
def test_damaged_film_hides_no_other_and_can_be_deleted(film: Milimo) -> None:
    film.act("project", "new", "Other")
    (film.home / "projects" / "other" / "project.db").write_bytes(b"not a database" * 400)
    rows = {row["folder"]: row for row in film.json("project", "list")}
    assert "damaged" in rows["other"]["problem"]
    assert rows["two-lamps"]["problem"] == ""
    assert rows["two-lamps"]["shots"] == 3
    assert film.json("clean")["problems"] == [], "what it does not look for it does not miss"
    data = film.json("clean", "--bins")
    assert [problem.partition(":")[0] for problem in data["problems"]] == ["other"]
    film.act("project", "delete", "other", "--yes")
    assert [row["folder"] for row in film.json("project", "list")] == ["two-lamps"]


def wait_until(reached: Callable[[], bool], seconds: float = 240.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


@pytest.mark.long("command_line")
def test_deleting_a_film_cancels_its_jobs(film: Milimo) -> None:
    film.json("shot", "make", "--all", "--takes", "3", "--detach")
    wait_until(lambda: any(job["state"] == "running" for job in film.json("job", "list")))
    film.act("project", "delete", "two-lamps", "--yes")
    assert {job["state"] for job in film.json("job", "list")} <= {"done", "cancelled"}
    assert list((film.home / "projects").iterdir()) == []
    assert film.json("next")["id"] == "film.demo"


@pytest.mark.long("command_line")
def test_clean_keeps_files_of_the_queue_without_a_supervisor(film: Milimo) -> None:
    film.act("cut", "split", "--at", "20")
    film.act("job", "pause")
    job = film.json("render", "--detach", "-o", str(film.cwd / "film.mp4"))["job"]
    film.inside("supervisor", "stop", "--now")
    film.act("clean")
    film.act("job", "resume")
    wait_until(lambda: film.json("job", "show", job)["state"] in ("done", "failed"))
    assert film.json("job", "show", job)["state"] == "done"


@pytest.mark.long("command_line")
def test_clean_empties_bins_only_by_name(film: Milimo) -> None:
    path = Path(film.json("shot", "takes", "1A")[0]["path"])
    kept = Path(film.json("shot", "takes", "1B")[0]["path"])
    remembered = film.home / "cache" / "tensors" / "ab" / "ab.safetensors"
    remembered.parent.mkdir(parents=True)
    remembered.touch()
    film.act("shot", "delete", "1A")
    assert path.is_file()
    assert film.json("clean")["files"] == 0
    assert not remembered.exists(), "what models read and saw before is a cache as well"
    [binned] = film.json("bin", "list")
    assert path.exists()
    for words in (("clean", "--bins"), ("bin", "empty")):
        error = refused(film, *words)
        assert f"shot “{binned['name'][:30]}" in error
        assert "1 take" in error
        assert film.json("bin", "list") == [binned], "nobody said yes"
    film.act("bin", "restore", binned["id"])
    assert film.json("bin", "list") == []
    film.act("shot", "delete", "1A")
    assert film.json("clean", "--bins", "--yes")["files"] == 1
    assert film.json("bin", "list") == []
    assert not path.exists()
    assert kept.is_file()


@pytest.mark.long("command_line")
def test_clean_lists_deletions_and_asks_at_a_terminal(film: Milimo) -> None:
    film.act("project", "new", "Other")
    film.act("project", "use", "two-lamps")
    film.act("shot", "delete", "1A")
    [binned] = film.json("bin", "list")
    film.act("project", "use", "other")
    for answer, left in (("n", [binned]), ("y", [])):
        with Terminal([sys.executable, "-m", "milimo_tui.cli.main", "clean", "--bins"], film.env) as terminal:
            asked = terminal.wait_for("[y/N]")
            assert f"two-lamps  shot    {binned['name'][:30]}" in asked
            terminal.press(answer, "enter")
            assert terminal.wait() == 0
        film.act("project", "use", "two-lamps")
        assert film.json("bin", "list") == left
        film.act("project", "use", "other")


def test_moved_home_keeps_its_films(film: Milimo, tmp_path: Path) -> None:
    film.inside("supervisor", "stop", "--now")
    moved = tmp_path / "moved home"
    film.home.rename(moved)
    there = Milimo({**film.env, "MILIMO_HOME": str(moved)}, film.cwd)
    rendered = there.json("run", "film.list")
    assert [(Path(row["film"]).is_relative_to(moved), row["there"]) for row in rendered] == [(True, True)]
    assert there.json("render")["job"] is None, "it was rendered before"
    assert there("play", "--stdout").stdout[4:8] == b"ftyp"
    there.inside("supervisor", "stop", "--now")


@pytest.mark.long("command_line")
def test_render_shows_the_source_of_its_frames(film: Milimo) -> None:
    film.act("cut", "split", "--at", "20")
    first = film.json("render")
    assert (first["copied"] + first["passed"], first["composited"]) == (first["frames"], 0)
    assert first["copied"] > first["passed"], "takes are written so that they can be copied"
    picture = film.cwd / "still.png"
    Image.new("RGB", (320, 200), "teal").save(picture)
    still = film.json("asset", "add", str(picture))["id"]
    film.act("cut", "overwrite", "--track", "V2", "--at", "5", "--asset", still, "--frames", "10")
    film.act("cut", "set", film.json("cut", "show")["tracks"][0]["clips"][0]["id"], "--opacity", "0.5")
    data = film.json("render")
    assert data["copied"] + data["passed"] + data["composited"] == data["frames"]
    assert data["composited"] > 0
    assert data["notes"] == []
    Path(film.json("shot", "takes", "1A")[0]["path"]).unlink()
    assert len(film.json("render")["notes"]) >= 1, "a clip whose file is gone"


@pytest.mark.long("command_line")
def test_parse_mode_is_stored_for_checking_the_script(milimo: Milimo) -> None:
    text = b"1. A lamp.\n\n2. A chair.\n\nThree dogs.\n"
    milimo("script", "import", "-", "--name", "lamps", "--mode", "freeform", stdin=text)
    assert milimo.json("script", "check")["shots"] == 3
    assert len(milimo.json("storyboard", "parse")) == 3
    assert len(milimo.json("storyboard", "parse", "--mode", "numbered")) == 2
    assert milimo("script", "export", "-").stdout == text


def test_script_is_checked_where_no_home_can_be_created(milimo: Milimo, script: Path) -> None:
    nowhere = Milimo({**milimo.env, "MILIMO_HOME": "/proc/none"}, milimo.cwd)
    assert nowhere.json("script", "check", str(script))["shots"] == 3
    assert nowhere.json("engine", "explain", "animatic")["fits"] is True
    assert nowhere.json("project", "list", code=1)["error"]["message"]


def test_doctor_answers_on_a_bare_machine(milimo: Milimo) -> None:
    bare = {"PATH": "/nonexistent", "TERM": "", "COLORTERM": "", "MILIMO_SPEECH": "espeak-ng"}
    data = Milimo({**milimo.env, **bare}, milimo.cwd).json("doctor")
    assert data["ok"] is True
    missing = {finding["name"]: finding for finding in data["findings"] if not finding["ok"]}
    assert {"mpv", "espeak-ng", "tmux", "ffmpeg", "fc-match", "colours"} <= set(missing)
    assert all(finding["command"] and finding["used_for"] for finding in missing.values())
    data = Milimo({**milimo.env, "MILIMO_HOME": "/proc/none"}, milimo.cwd).json("doctor", code=3)
    broken = [finding for finding in data["findings"] if finding["needed"] and not finding["ok"]]
    assert [finding["name"] for finding in broken] == ["home"]


@pytest.mark.long("command_line")
def test_shot_in_progress_is_not_made_twice(film: Milimo) -> None:
    film.act("job", "pause")
    film.act("shot", "set", "1A", "--length", "1")
    [first] = film.json("shot", "make", "--stale", "--detach")["jobs"]
    assert film.json("shot", "make", "--stale", "--detach")["jobs"] == [first]
    film.act("shot", "set", "1A", "--length", "2")
    [second] = film.json("shot", "make", "--stale", "--detach")["jobs"]
    assert second != first, "that one makes what the shot no longer asks for"
    [named] = film.json("shot", "make", "1A", "--detach")["jobs"]
    assert named not in (first, second), "who names a shot wants one more"
    film.act("job", "cancel", first, second, named)
