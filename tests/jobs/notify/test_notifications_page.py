"""Test that the receiver in `docs/notifications.md` accepts Milimo's messages and rejects all others."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from milimo_tui.core.settings import USER, Settings, load
from milimo_tui.jobs.notify.notices import NoticeEvent, parse_notice_events
from milimo_tui.jobs.notify.webhook import SIGNATURE, post_webhook_message, sign_webhook_body
from tests.jobs.conftest import until

PAGE = (Path(__file__).parents[3] / "docs" / "notifications.md").read_text()
KEY = "a long random text"


def port_of(pid: int) -> int:
    """Return the TCP port on which a process listens, or 0 if it does not listen yet."""
    found = psutil.Process(pid).net_connections("tcp")
    return next((line.laddr.port for line in found if line.status == psutil.CONN_LISTEN), 0)


def test_receiver_of_the_page_accepts_only_our_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    script = tmp_path / "receiver.py"
    script.write_text(code.replace("8000", "0"))  # port 0 selects any free port
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        message = {"text": "the queue is empty: 12 made"}
        address = f"http://127.0.0.1:{until(lambda: port_of(process.pid), 'it listens')}/"
        assert post_webhook_message(address, message, KEY, time.time(), 60.0) == ""
        assert post_webhook_message(address, message, "another key", time.time(), 60.0) == "it answered 403"
        assert post_webhook_message(address, message, "", time.time(), 60.0) == "it answered 403"
        assert post_webhook_message(address, message, KEY, time.time() - 3600, 60.0) == "it answered 403"
        body = json.dumps({"text": "forged", "sent": time.time()}).encode()
        request = urllib.request.Request(address, body, {SIGNATURE: sign_webhook_body(body + b" ", KEY)})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(request, timeout=120)
    finally:
        process.kill()
        out, _ = process.communicate()
    assert out.decode() == "the queue is empty: 12 made\n"


def test_page_names_existing_notices() -> None:
    for event in NoticeEvent:
        assert f"| `{event}` |" in PAGE
    for name in re.findall(r"`(notify_\w+)`", PAGE):
        assert name in Settings.__dataclass_fields__
    [default] = re.findall(r"The default is `([^`]+)`", PAGE)
    assert default == Settings().notify_on
    assert parse_notice_events(default) == set(default.split(","))
    for line in re.findall(r"^    (notify_\w+ = .*)$", PAGE, re.MULTILINE):
        name, _, value = line.partition(" = ")
        load({USER: {name: json.loads(value)}}, {})
