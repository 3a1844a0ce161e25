"""Test that secrets do not leak: secrets are planted in each possible place, then all stored and shown bytes
are searched for them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client, JobRequest
from tests.front_door import Milimo
from tests.jobs.conftest import until, until_ended

ROOT = Path(__file__).parents[2]

DECLARED, UNDECLARED = "declared-key-0123456789", "other-key-9876543210"
SIGNING, LOGIN, HOOKED = "signing-secret-abcdef", "hunter2hunter2", "T0SECRETPATHB0"
TOKEN = "Q7" * 12
SECRETS = [DECLARED, UNDECLARED, SIGNING, LOGIN, HOOKED, TOKEN]
CONFIG = f"""
notify_on = "job,failed"
notify_webhook = "http://me:{LOGIN}@127.0.0.1:9/{HOOKED}?key={HOOKED}"
notify_secret = "{SIGNING}"
notify_command = "sh -c 'echo told with $OTHER_API_KEY, {SIGNING}; exit 3'"
"""


def leaks(data: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in data]


@pytest.fixture
def watched(film: Milimo) -> Milimo:
    """Return `milimo` on the tiny film with secrets in the environment and the settings."""
    config = Path(film.env["XDG_CONFIG_HOME"]) / "milimo" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(CONFIG)
    env = {
        **film.env,
        "MILIMO_TEST_ENGINES": "tests.jobs.leaky_engine:ROWS",
        "PYTHONPATH": str(ROOT),
        "LEAKY_API_KEY": DECLARED,
        "OTHER_API_KEY": UNDECLARED,
        "HF_TOKEN": f"hf_{TOKEN}",
    }
    return Milimo(env, film.cwd)


@pytest.mark.long("command_line")
def test_no_secret_is_stored_or_shown(watched: Milimo) -> None:
    home = Home(Path(watched.env["MILIMO_HOME"]))
    shot = watched.json("shot", "list")[0]["id"]
    [project] = [path for path in home.projects.iterdir() if path.is_dir()]
    watched.act("supervisor", "start")
    with Client(home) as client:
        ids = client.submit_jobs(
            [
                JobRequest(
                    spec={
                        "kind": "make_picture",
                        "engine": "leaky",
                        "prompt": prompt,
                        "width": 64,
                        "height": 64,
                    },
                    label=f"1A {prompt}",
                    project=str(project),
                    shot=shot,
                )
                for prompt in ("make", "fail", "crash", "die")
            ]
        )
        ended = until_ended(client, ids)
        assert [ended[id].state for id in ids] == ["done", "failed", "failed", "set_aside"]
        assert "refused: [secret] [secret] undeclared: nothing" in ended[ids[1]].error
        until(lambda: "told with , [secret]" in home.log.read_text(), "the command is told")
        until(lambda: "webhook: it can't be reached" in home.log.read_text(), "the webhook is tried")
        logs = "".join(client.read_job_log(id) for id in ids)
    for said in ("printed [secret] [secret] undeclared", "error printed [secret]", "in halves [secret]",
                 "its child printed [secret]", "logged [secret]", "warned [secret]", "said [secret]",
                 "ValueError: [secret]"):  # fmt: skip
        assert said in logs, said
    for words in (
        ["job", "list"], ["job", "list", "--json"], ["job", "show", ids[1]],
        ["job", "show", ids[0], "--json"],
        ["job", "watch", "--until-idle", "--json"], ["job", "watch", "--until-idle"], ["job", "log", ids[2]],
        ["job", "log", ids[2], "--follow"], ["supervisor", "status", "--json"], ["supervisor", "log"],
        ["config"], ["config", "--json"], ["doctor"], ["shot", "takes", shot, "--json"],
    ):  # fmt: skip
        told = watched(*words)
        assert not leaks(told.stdout + told.stderr), words
    told = watched("job", "wait", ids[1], code=1)
    assert not leaks(told.stdout + told.stderr)
    watched.act("supervisor", "stop", "--now")
    kept = [path for path in home.root.rglob("*") if path.is_file()]
    assert {"studio.db", "project.db", "supervisor.log"} <= {path.name for path in kept}
    found = {str(path.relative_to(home.root)): leaks(path.read_bytes()) for path in kept}
    assert not {path: secrets for path, secrets in found.items() if secrets}


@pytest.mark.long("command_line")
def test_error_message_quotes_no_secret(watched: Milimo) -> None:
    told = watched("shot", "show", f"{DECLARED} https://me:{LOGIN}@host/?token={HOOKED}", code=2)
    assert b"[secret]" in told.stderr
    assert not leaks(told.stdout + told.stderr)
    told = watched("shot", "show", DECLARED, "--json", code=2)
    assert not leaks(told.stdout + told.stderr)
