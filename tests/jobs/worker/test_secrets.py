"""Test that no secret is written or shown: secrets are removed from texts, and a search through all files of
a home finds none.
"""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
import typing
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.secrets import (
    REDACTION_MARK,
    Redactor,
    create_redactor,
    is_secret_name,
    remove_secret_variables,
)
from milimo_tui.core.settings import Settings, list_setting_rules
from milimo_tui.engines.specs import specs
from milimo_tui.jobs.worker.redaction import (
    CleanFormatter,
    CleanStream,
    clean_log_end,
    clean_message,
    list_hidden_variables,
)
from tests.jobs.conftest import JobHome, picture, until, until_state

SECRETS = (
    ("loading hf_AbCdEfGhIjKlMnOp failed", "AbCdEfGhIj"),
    ("key sk-proj-1234567890abcdef refused", "1234567890"),
    ("Authorization: Bearer abcdefgh.ijk-lmn", "abcdefgh"),
    ("header 'Authorization': 'Basic dXNlcjpwYXNz'", "dXNlcjpwYXNz"),
    ("got 401 with bearer 0123456789abcdef", "0123456789"),
    ("fetching https://me:pa55word@host/x", "pa55word"),
    ("GET http://host/x?token=abc123&size=4", "abc123"),
    ("POST http://host/?api_key=zzz9&x=1#top", "zzz9"),
    ("HF_TOKEN=plain-old-value is set", "plain-old-value"),
    ("{'password': 'correct-horse'}", "correct-horse"),
    ("my_API-Key = correct-horse", "correct-horse"),
    ("tokensecretCredentials: correct-horse", "correct-horse"),
    ("PRIVATE_KEY='correct-horse', passphrase", "correct-horse"),
)


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_text_that_looks_like_a_secret_is_removed(text: str, secret: str) -> None:
    clean = Redactor()(text)
    assert secret not in clean
    assert REDACTION_MARK in clean
    assert Redactor()(clean) == clean


@pytest.mark.parametrize(
    "text",
    [
        "made /home/me/project/media/ab/abcdef0123456789abcdef0123456789.mov",
        "resumes from checkpoint denoise 48 of 60",
        "token 12 of 77: the key frames are at 3, 9 and 12",
        "a secret: nobody knows",
        "http://127.0.0.1:8188/prompt answered 500",
        "shot 3B, seed 8675309, guidance 4.5",
        "mail me@example.com",
        "the password is a word of the film",
        "tokens=correct-horse, secretary: correct-horse, token =short",
        f"{'a.' * 100_000}a",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert Redactor()(text) == text


@given(st.text(min_size=6, max_size=40), st.text(max_size=30), st.text(max_size=30))
def test_known_secret_is_always_removed(secret: str, before: str, after: str) -> None:
    clean = Redactor([secret])(before + secret + after)
    assert secret not in clean or secret in REDACTION_MARK


def test_nested_values_are_cleaned_and_keys_and_numbers_stay() -> None:
    clean = Redactor(["swordfish"]).redact_json({"a": ["swordfish!", 3, None, {"swordfish": "x swordfish"}]})
    assert clean == {"a": [f"{REDACTION_MARK}!", 3, None, {"swordfish": f"x {REDACTION_MARK}"}]}


def test_secret_variables_are_recognised_by_name() -> None:
    secret = (
        "HF_TOKEN", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "MILIMO_NOTIFY_SECRET",
        "MILIMO_NOTIFY_WEBHOOK", "GITHUB_PAT", "my-api-key",
    )  # fmt: skip
    plain = (
        "PATH", "PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY", "TERM", "MILIMO_KEYMAP", "XKB_KEYMAP",
        "TOKENIZERS_PARALLELISM", "MILIMO_NOTIFY_ON", "XDG_SESSION_ID", "LD_LIBRARY_PATH", "HF_HOME",
    )  # fmt: skip
    assert all(map(is_secret_name, secret))
    assert not any(map(is_secret_name, plain))
    environ = dict.fromkeys((*secret, *plain), "0123456789")
    assert remove_secret_variables(environ, ("HF_TOKEN",)).keys() == {*plain, "HF_TOKEN"}
    assert (
        create_redactor({"HF_TOKEN": "open-sesame", "TERM": "xterm"})("open-sesame xterm")
        == f"{REDACTION_MARK} xterm"
    )


def test_no_spec_and_no_plain_setting_may_contain_a_secret() -> None:
    """The spec of a job is stored with its take, so it must have no field for a token."""
    models = typing.get_args(typing.get_args(specs.Spec)[0])
    assert len(models) >= 6
    for model in models:
        assert not [name for name in model.model_fields if is_secret_name(name)], model
    secret = {rule.name for rule in list_setting_rules().values() if rule.is_secret}
    assert {item.name for item in fields(Settings) if is_secret_name(item.name)} == secret


def test_worker_gets_the_secrets_declared_by_its_engines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.jobs.leaky_engine:ROWS")
    environ = {"LEAKY_API_KEY": "x", "OTHER_API_KEY": "y", "PATH": "/bin"}
    assert list_hidden_variables("cpu", environ) == {"OTHER_API_KEY"}
    assert list_hidden_variables("render", environ) == {"OTHER_API_KEY", "LEAKY_API_KEY"}


def test_text_written_in_pieces_is_cleaned_completely() -> None:
    kept = io.StringIO()
    stream = CleanStream(kept, Redactor(["swordfish"]))
    for piece in ("a sword", "fish and a swor", "dfish\nbar 10 %\rbar 20 %", "\r", "swordfish"):
        stream.write(piece)
    assert kept.getvalue() == f"a {REDACTION_MARK} and a {REDACTION_MARK}\nbar 10 %\rbar 20 %\r"
    stream.flush()
    assert kept.getvalue().endswith(f"\r{REDACTION_MARK}")
    stream.write("x" * 10_000)
    assert kept.getvalue().endswith("xxxx"), "a line without an end is not held for ever"


def test_logs_and_tracebacks_contain_no_secret() -> None:
    formatter = CleanFormatter("%(message)s", Redactor(["swordfish"]))
    try:
        raise ValueError("the swordfish")
    except ValueError:
        told = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "with %s", ("swordfish",), told)
    said = formatter.format(record)
    assert "swordfish" not in said
    assert said.count(REDACTION_MARK) >= 2


def test_end_of_a_log_is_cleaned_in_place(tmp_path: Path) -> None:
    path = tmp_path / "job.log"
    path.write_bytes(b"swordfish before\n" + b"\xff swordfish after\n")
    clean_log_end(path, 17, Redactor(["swordfish"]))
    assert path.read_bytes() == b"swordfish before\n\xff " + REDACTION_MARK.encode() + b" after\n"


@pytest.mark.parametrize("secret", ["open-sesame-and-more", "sesame"], ids=["longer", "shorter"])
def test_long_log_is_cleaned_to_its_end(tmp_path: Path, secret: str) -> None:
    """The secret is longer or shorter than its mark, so the text after it moves in the file."""
    path = tmp_path / "job.log"
    line = f"the program was called with {secret} and is running\n"
    text = (
        f"{secret} of an earlier attempt\n",
        "a quiet line\n" * 200_000,
        line * 50_000,
        "the end\n" * 1000,
        secret,
    )
    path.write_text("".join(text))
    clean_log_end(path, len(text[0]), Redactor([secret]))
    cleaned = path.read_text()
    assert cleaned == text[0] + "".join(text[1:]).replace(secret, REDACTION_MARK)


def test_only_texts_of_a_workers_message_are_cleaned() -> None:
    clean = Redactor(["swordfish"])
    message = {
        "say": "failed",
        "token": "swordfish",
        "error": {"kind": "failed", "message": "no \x1b]0;x\x07 swordfish", "hint": "swordfish"},
        "result": {"outputs": [{"path": "/swordfish/a.mov"}], "notes": ["by swordfish"]},
    }
    assert clean_message(message, clean) == {
        "say": "failed",
        "token": "swordfish",
        "error": {"kind": "failed", "message": f"no  {REDACTION_MARK}", "hint": REDACTION_MARK},
        "result": {"outputs": [{"path": "/swordfish/a.mov"}], "notes": [f"by {REDACTION_MARK}"]},
    }


@pytest.fixture
def leaky_house(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> JobHome:
    """Return a home whose supervisor gets a secret that this process does not know."""
    monkeypatch.setenv("MILIMO_TEST_ENGINES", "tests.jobs.leaky_engine:ROWS")
    with monkeypatch.context() as at_start:
        at_start.setenv("LEAKY_API_KEY", "sesame-0123456789")
        house.start()
    return house


@pytest.mark.long("queue")
def test_log_of_a_running_job_is_shown_without_secrets(leaky_house: JobHome) -> None:
    client = leaky_house.start()
    [id] = client.submit_jobs([picture(f"quiet {leaky_house.gated}", "leaky")])
    log = leaky_house.home.logs / f"{id}.log"
    until(lambda: log.exists() and b"printed sesame" in log.read_bytes(), "the child prints the secret")
    assert f"its child printed {REDACTION_MARK}" in client.read_job_log(id)
    assert "sesame" not in client.read_job_log(id)
    leaky_house.gate.touch()
    until_state(client, id, "done")


@pytest.mark.long("queue")
@pytest.mark.parametrize("victim", ["worker", "supervisor"])
@pytest.mark.parametrize("is_spooled", [False, True], ids=["log", "spool"])
def test_output_before_a_crash_is_saved_without_secrets(
    leaky_house: JobHome, monkeypatch: pytest.MonkeyPatch, victim: str, is_spooled: bool
) -> None:
    """The first job of a worker has a log, because the engine is loaded. The second job of the worker prints
    to the spool file.
    """
    client, logs = leaky_house.start(), leaky_house.home.logs
    if is_spooled:
        [first] = client.submit_jobs([picture("quiet", "leaky")])
        until_state(client, first, "done")
    [id] = client.submit_jobs([picture(f"quiet {leaky_house.gated}", "leaky")])
    until(lambda: find_leaks(logs), "the child prints the secret")
    assert [path.suffix for path in find_leaks(logs)] == [".out" if is_spooled else ".log"]
    if victim == "worker":
        os.kill(leaky_house.worker(client), signal.SIGKILL)
    else:
        leaky_house.kill()
        monkeypatch.setenv("LEAKY_API_KEY", "sesame-0123456789")
        client = leaky_house.start()
    leaky_house.gate.touch()
    until_state(client, id, "done")
    assert not find_leaks(logs)
    assert (logs / f"{id}.log").read_text().count(f"its child printed {REDACTION_MARK}") == 2


def find_leaks(logs: Path) -> list[Path]:
    """Return the files in the folder of logs that contain the secret."""
    return [path for path in logs.glob("*") if b"sesame" in path.read_bytes()] if logs.exists() else []
