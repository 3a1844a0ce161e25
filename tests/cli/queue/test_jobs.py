"""Test the job commands as processes: naming, listing, editing, ordering, pausing, cancelling and retrying
jobs and batches.
"""

from __future__ import annotations

import contextlib
import io
import json
import shlex
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.cli.main import main
from milimo_tui.core.errors import BadInput
from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import BatchRequest, Client, JobRequest
from milimo_tui.studio.queue.spec_changes import diff_specs, parse_spec_patch
from tests.front_door import Milimo, in_environment
from tests.jobs.conftest import picture, until_ended, until_runs

ENGINES = "tests.jobs.engines:ROWS"
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class CommandResult:
    """The exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Queue:
    """A home for `milimo` whose engines do what their prompt says, with a client of the supervisor.

    Commands run inside the test process because there are many of them.
    """

    def __init__(self, milimo: Milimo) -> None:
        self.env = {**milimo.env, "MILIMO_TEST_ENGINES": ENGINES, "PYTHONPATH": str(ROOT)}
        self.run("supervisor", "start")
        self.home = Home(Path(milimo.env["MILIMO_HOME"]))
        self.client = Client(self.home)
        self.gate = milimo.cwd / "gate"

    def run(self, *words: str, code: int = 0, **env: str) -> CommandResult:
        out, err = io.StringIO(), io.StringIO()
        taken, complained = contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)
        with in_environment({**self.env, **env}), taken, complained:
            ended = main(list(words))
        told = CommandResult(ended, out.getvalue(), err.getvalue())
        assert told.code == code, (words, told)
        return told

    def show(self, word: str) -> Any:
        return self.run("job", "show", word, "--json").json

    def submit(self, *requests: JobRequest, label: str = "", batch: str = "") -> list[str]:
        batches = [BatchRequest(id=batch, label=label)] if batch else []
        return self.client.submit_jobs(requests, batches=batches)

    def held_up(self) -> str:
        """Submit a job that runs until the gate is opened, so that all other jobs wait. Return its id."""
        [id] = self.submit(picture(f"gate={self.gate}", label="0A take"))
        until_runs(self.client, id)
        return id

    def refused(self, *words: str, code: int = 2, **env: str) -> str:
        """Return the error message of a command that is refused with exit code `code`."""
        err = self.run(*words, code=code, **env).err
        assert err.startswith("milimo: "), err
        assert "Traceback" not in err
        return err


@pytest.fixture
def queue(milimo: Milimo) -> Iterator[Queue]:
    made = Queue(milimo)
    yield made
    made.gate.touch()
    made.client.close()


@pytest.mark.long("command_line")
def test_jobs_are_named_by_id_prefix_label_or_shot_number(queue: Queue) -> None:
    queue.held_up()
    first, second, third = queue.submit(
        picture(label="3B take"), picture(label="3C take"), picture(label="3C board")
    )
    for word in (first, first[:-1], first.removeprefix("job_"), "3B take", "3b", "3B"):
        assert queue.show(word)["id"] == first
    error = queue.refused("job", "show", "3C")
    assert "2 jobs" in error
    assert second in error
    assert third in error
    assert "4 jobs" in queue.refused("job", "hold", first[:8])
    for word in ("", " ", "job_", "*", "../x", "\udcff", "x" * 3000, "3B\n"):
        queue.refused("job", "show", word)
    assert "“9Z”" in queue.refused("job", "cancel", "9Z")
    assert "job_000000000000000000" in queue.refused("job", "show", "job_000000000000000000")
    queue.client.cancel_jobs([first])
    again = queue.submit(picture(label="3B take"))[0]
    assert queue.show("3B")["id"] == again, "its open job is meant first"
    queue.client.cancel_jobs([again])
    assert queue.show("3B")["id"] == again, "else the newest"


@pytest.mark.long("command_line")
def test_lists_are_filtered_and_oldest_first(queue: Queue) -> None:
    running = queue.held_up()
    batch = "batch_000000000000000001"
    ids = queue.submit(
        picture(label="3A take", shot="shot_3a", batch=batch),
        picture(label="3B take", shot="shot_3b", batch=batch),
        picture(label="4A take", shot="shot_4a", hold=True),
        batch=batch,
        label="Scene 3, all shots",
    )

    def listed(*flags: str) -> list[str]:
        return [job["id"] for job in queue.run("job", "list", *flags, "--json").json]

    assert listed() == [running, *ids]
    assert listed("--state", "queued", "held") == listed("--state", "queued,held") == ids
    assert listed("--batch", "Scene 3, all shots") == ids[:2]
    assert listed("--shot", "3b") == listed("--shot", "shot_3b") == [ids[1]]
    assert listed("--limit", "2") == ids[1:]
    assert listed("--open", "--state", "held") == ids[2:]
    queue.gate.touch()
    until_ended(queue.client, [running, *ids[:2]])
    assert listed("--limit", "3") == [*ids]
    assert listed("--limit", "1", "--state", "done") == [ids[1]]
    assert listed("--open") == [ids[2]]
    assert "“gone”" in queue.refused("job", "list", "--state", "gone")
    assert "“x”" in queue.refused("job", "list", "--batch", "x")
    [row] = queue.run("job", "list", "--limit", "1", "--state", "done", "--json").json
    assert {"id", "kind", "state", "progress", "shot", "attempts", "error"} <= row.keys()
    table = queue.run("job", "list").out
    assert "took" in table
    assert "3B take" in table


@pytest.mark.long("command_line")
def test_queued_job_is_edited_by_arguments(queue: Queue) -> None:
    queue.held_up()
    [id] = queue.submit(picture("steps=1", label="3B take"))
    queue.run("job", "edit", "3B", "--prompt", "steps=3", "--seed", "7", "--set", "width=128")
    job = queue.show("3B")
    assert (job["spec"]["prompt"], job["spec"]["seed"], job["spec"]["width"]) == ("steps=3", 7, 128)
    assert job["revision"] > 0
    assert "width" in queue.refused("job", "edit", "3B", "--set", "width=many")
    assert "“width”" in queue.refused("job", "edit", "3B", "--set", "width")
    queue.refused("job", "edit", "3B")
    error = queue.refused("job", "edit", "3B", "--seed", "8", "--revision", "0", code=1)
    assert "changed 3B take" in error
    assert queue.show("3B")["spec"]["seed"] == 7
    queue.run("job", "edit", "3B", "--not-before", "+2h", "--label", "3B late")
    job = queue.show("3B")
    assert job["label"] == "3B late"
    assert 7000 < job["not_before"] - time.time() < 7300
    assert "not before" in queue.run("job", "list").out
    queue.refused("job", "edit", "3B", "--not-before", "9" * 400 + "d")
    assert queue.show("3B")["not_before"] == job["not_before"]
    queue.run("job", "edit", "3B", "--not-before", "now")
    assert not queue.show("3B")["not_before"]
    queue.gate.touch()
    until_ended(queue.client, [id])
    assert "done" in queue.refused("job", "edit", id, "--seed", "9", code=1)


def editor(path: Path, text: str) -> str:
    """Return the command of a text editor that runs the Python statements `text` on the `spec` in the edited
    file.
    """
    path.write_text(
        "import json, os, sys\nfile = sys.argv[1]\nspec = json.load(open(file))\n"
        f"{text}\njson.dump(spec, open(file, 'w'))\n"
    )
    return shlex.join([sys.executable, str(path)])


@pytest.mark.long("command_line")
def test_spec_is_edited_in_the_editor_and_typed_text_is_kept(queue: Queue, tmp_path: Path) -> None:
    queue.held_up()
    [id] = queue.submit(picture(label="3B take"))
    edit = ("job", "edit", "3B", "--editor")
    # Some editors make a folder for their backup files.
    changes = "spec['seed'] = 41; del spec['negative']; os.makedirs(f'{file}.backup/old')"
    opened = tmp_path / "opened"
    changes += f"; open({str(opened)!r}, 'w').write(file)"
    queue.run(*edit, EDITOR=editor(tmp_path / "a.py", changes), VISUAL="")
    spec = queue.show("3B")["spec"]
    assert (spec["seed"], spec["negative"]) == (41, "")
    assert not Path(opened.read_text()).parent.exists()
    temporary = str(tmp_path)
    error = queue.refused(
        *edit, EDITOR=editor(tmp_path / "b.py", "spec['seed'] = 'forty-two'"), VISUAL="", TMPDIR=temporary
    )
    assert "seed" in error
    path = Path(error.split()[-1])  # the message ends with the path of the saved text
    assert json.loads(path.read_text())["seed"] == "forty-two"
    broken = editor(tmp_path / "c.py", "open(file, 'w').write('{oops'); sys.exit()")
    assert "JSON" in queue.refused(*edit, EDITOR=broken, VISUAL="", TMPDIR=temporary)
    meanwhile = editor(
        tmp_path / "d.py",
        "import subprocess\nspec['seed'] = 43\n"
        f"words = ['job', 'edit', {id!r}, '--seed', '5']\n"
        "subprocess.run([sys.executable, '-m', 'milimo_tui.cli.main', *words])",
    )
    error = queue.refused(*edit, EDITOR=meanwhile, VISUAL="", TMPDIR=temporary, code=1)
    assert "changed 3B take" in error
    assert json.loads(Path(error.split()[-1]).read_text())["seed"] == 43
    assert queue.show("3B")["spec"]["seed"] == 5
    assert "EDITOR" in queue.refused(*edit, EDITOR="", VISUAL="", code=3)
    assert "false" in queue.refused(*edit, EDITOR="false", VISUAL="", code=1, TMPDIR=temporary)
    queue.run(*edit, EDITOR="true", VISUAL="")


@pytest.mark.long("command_line")
def test_order_hold_and_priority_are_changed(queue: Queue) -> None:
    queue.held_up()
    a, b, c = queue.submit(*(picture(label=f"1{letter} take") for letter in "ABC"))

    def order() -> list[str]:
        waiting = [job for job in queue.client.list_jobs() if job.state in ("queued", "held")]
        return [job.id for job in sorted(waiting, key=lambda job: (-job.priority, job.position))]

    queue.run("job", "move", "1C", "--before", "1A")
    assert order() == [c, a, b]
    queue.run("job", "move", "1C", "--after", "1B")
    assert order() == [a, b, c]
    queue.run("job", "move", "1C", "--", "-1")
    assert order() == [a, c, b]
    queue.run("job", "priority", "1B", "5")
    assert order() == [b, a, c]
    queue.run("job", "hold", "1A", "1C")
    assert queue.show("1A")["state"] == "held"
    queue.run("job", "release", "1A", "1C")
    assert queue.show("1C")["state"] == "queued"
    assert "both" in queue.refused("job", "move", "1A", "--before", "1B", "--after", "1C")
    assert "priority" in queue.refused("job", "priority", "1A", "100000")


@pytest.mark.long("command_line")
def test_job_is_paused_cancelled_retried_and_repeated(queue: Queue) -> None:
    running = queue.held_up()
    queue.submit(picture("fail=no", label="1A take"), picture(label="1B take"))
    queue.run("job", "pause", "--lane", "cpu")
    lanes = {lane["id"]: lane["paused"] for lane in queue.run("supervisor", "status", "--json").json["lanes"]}
    assert lanes["cpu"]
    assert "“warp”" in queue.refused("job", "pause", "--lane", "warp")
    queue.refused("job", "pause", "1A", "--lane", "cpu")
    queue.run("job", "resume", "--lane", "cpu")
    queue.run("job", "cancel", "1B")
    queue.gate.touch()
    out = queue.run("job", "wait", "0A", "1A", code=1).out
    assert "1A take: no" in out
    assert "1 done, 1 failed" in out or "1 failed, 1 done" in out
    queue.run("job", "retry", "1B")
    queue.run("job", "retry", "--all-failed", "--set", "prompt=steps=1")
    assert queue.run("job", "wait", "1A", "1B").code == 0
    [new] = queue.run("job", "again", "1A", "--set", "seed=9", "--json").json["jobs"]
    queue.run("job", "wait", new)
    repeated = queue.show(new)
    assert repeated["spec"]["seed"] == 9
    takes = [job.id for job in queue.client.list_past_jobs()[0] if job.label == "1A take"]
    assert repeated["origin"] == takes[-1]
    for verb in ("cancel", "retry"):
        queue.refused("job", verb)
    assert running


@pytest.mark.long("command_line")
def test_queued_jobs_are_cancelled_and_running_ones_stay(queue: Queue) -> None:
    running = queue.held_up()
    queue.submit(*(picture(label=f"1{letter} take", hold=letter == "C") for letter in "ABC"))
    # Named jobs limit the option: the running job stays, and so do the jobs that are not named.
    queue.run("job", "cancel", "0A", "1B", "--queued")
    assert [queue.show(name)["state"] for name in ("0A", "1A", "1B")] == ["running", "queued", "cancelled"]
    queue.run("job", "cancel", "--queued")
    states = {job["label"]: job["state"] for job in queue.run("job", "list", "--json").json}
    assert states == {
        "0A take": "running",
        "1A take": "cancelled",
        "1B take": "cancelled",
        "1C take": "cancelled",
    }
    queue.run("job", "cancel", "--all")
    until_ended(queue.client, [running])


@pytest.mark.long("command_line")
def test_batch_is_controlled_as_one(queue: Queue) -> None:
    queue.held_up()
    batch = "batch_000000000000000001"
    queue.submit(
        picture(label="3A take", batch=batch),
        picture("fail=no", label="3B take", batch=batch),
        picture(label="3C take", batch=batch),
        batch=batch,
        label="Scene 3, all shots",
    )
    name = "Scene 3, all shots"
    [row] = queue.run("batch", "list", "--json").json
    assert (row["id"], row["label"], row["jobs"], row["open"]) == (batch, name, 3, 3)
    queue.run("batch", "pause", name)
    assert queue.run("batch", "show", batch[:-1], "--json").json["paused"]
    queue.run("batch", "priority", name, "3")
    queue.run("batch", "resume", name)
    queue.gate.touch()
    queue.run("job", "watch", "--batch", name, "--until-idle")
    out = queue.run("batch", "show", name).out
    assert "3B take" in out
    assert "no" in out
    table = queue.run("batch", "list").out
    assert "ended" in table
    queue.run("batch", "retry", name)
    queue.run("job", "wait", "--batch", name, code=1)
    queue.run("batch", "cancel", name)
    assert "“nights”" in queue.refused("batch", "show", "nights")


@pytest.mark.long("command_line")
def test_log_is_followed_to_its_end_without_control_codes(queue: Queue) -> None:
    [id] = queue.submit(picture("steps=4 step=0.2", label="3B take"))
    followed = queue.run("job", "log", "3B", "--follow").out
    assert "attempt 1" in followed
    assert "made" in followed
    [silent] = queue.submit(picture(hold=True))
    assert len(queue.run("job", "log", silent).out.splitlines()) == 1, "a remark that its log is empty"
    path = queue.home.logs / f"{id}.log"
    with path.open("ab") as file:
        file.write(b"\x1b]0;pwned\x07 10 %\r20 %\n")
    out = queue.run("job", "log", "3B").out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "10 %\n20 %" in out


# Tests of functions without a supervisor


@pytest.mark.parametrize(
    ("words", "patch"),
    [
        (["seed=7"], {"seed": 7}),
        (["prompt=a red coat"], {"prompt": "a red coat"}),
        (["facts.size=CU", "facts.lines=[]"], {"facts": {"size": "CU", "lines": []}}),
        (["steps=null"], {"steps": None}),
        (["prompt=x=y"], {"prompt": "x=y"}),
    ],
)
def test_words_become_a_patch(words: list[str], patch: dict[str, Any]) -> None:
    assert parse_spec_patch(words) == patch


def test_flags_and_words_form_one_patch() -> None:
    assert parse_spec_patch(["a.b=1"], {"seed": 3, "steps": None}) == {"seed": 3, "a": {"b": 1}}
    for bad in (["=1"], ["a..b=1"], ["a=1", "a.b=2"]):
        with pytest.raises(BadInput):
            parse_spec_patch(bad)


def test_difference_of_two_specs_turns_one_into_the_other() -> None:
    before = {"a": 1, "b": {"c": 2, "d": [1]}, "gone": 1}
    after = {"a": 1, "b": {"c": 3, "d": [1, 2]}, "new": {}}
    assert diff_specs(before, after) == {"b": {"c": 3, "d": [1, 2]}, "gone": None, "new": {}}
    assert diff_specs(before, before) == {}


@pytest.mark.long("command_line")
def test_jobs_of_one_film_are_listed(queue: Queue) -> None:
    for name in ("One", "Other"):
        queue.run("project", "new", name)
    [mine, _] = queue.submit(
        picture(project=str(queue.home.projects / "one"), batch="batch_one", hold=True),
        picture(project=str(queue.home.projects / "other"), batch="batch_other", hold=True),
    )
    assert [job["id"] for job in queue.run("job", "list", "--project", "one", "--json").json] == [mine]
    assert len(queue.run("job", "list", "--json").json) == 2, "the current film filters nothing"
    assert [batch["id"] for batch in queue.run("batch", "list", "--project", "one", "--json").json] == [
        "batch_one"
    ]
    assert "no film “third”" in queue.refused("job", "list", "--project", "third")
