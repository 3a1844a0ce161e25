"""Test of notifications sent to other programs: which events are reported, the webhook and its signature, and
the command.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import re
import shlex
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Failed
from milimo_tui.core.host import is_process_alive
from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.jobs.notify.outbox import GIVE_UP_SECONDS, LONGEST_SECONDS, Outbox, compute_back_off
from milimo_tui.jobs.queue.queue import JobQueue
from milimo_tui.jobs.values.states import JobState, Trigger
from milimo_tui.store.jobs.studio_file import StudioFile
from milimo_tui.store.jobs.studio_values import Batch, Event, Notice
from tests.jobs.conftest import JobHome, picture, until, until_ended
from tests.jobs.notify.receiver import Receiver
from tests.jobs.supervisor_parts import order, placed

CAUSE = "the lamp fell over"
KEY = "correct horse battery"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


class OutboxQueue:
    """A queue with its outbox, without workers. The test sets the end of each job."""

    def __init__(self, root: Path, delay: Callable[[int], float] = lambda tries: 0.02, **fields: Any) -> None:
        fields.setdefault("notify_after_seconds", 0.0)
        self.file = StudioFile.open(root / "studio.db")
        self.events: list[Event] = []
        self.queue = JobQueue(self.file, self._hear)
        self.outbox = Outbox(self.queue, Settings(**fields), delay=delay)
        self.queue.within = self.outbox.add_notices

    def _hear(self, events: Any) -> None:
        self.events += events
        self.outbox.send_soon()

    def jobs(self, count: int, batch: str = "", label: str = "") -> list[str]:
        """Submit jobs, in a batch if one is named. Return their ids."""
        orders = [order().model_copy(update={"batch": batch, "label": f"job {n}"}) for n in range(count)]
        with self.queue.begin_change():
            if batch:
                self.file.add_batch(Batch(id=batch, label=label, created=1.0))
            return self.queue.submit_orders([placed(each) for each in orders])

    def end(self, id: str, state: JobState = JobState.DONE) -> None:
        if state is JobState.CANCELLED:
            self.queue.fire_trigger(id, Trigger.CANCEL, JobState.CANCELLED)
            return
        self.queue.claim_job(id, "cpu", "token", 5.0)
        if state is JobState.DONE:
            self.queue.record_result(id, Result(outputs=(Output(role="board", path="/made"),)))
            self.queue.finish_publishing(id, {})
        else:
            self.queue.record_failure(id, Failed(CAUSE), kind="failed")

    @property
    def texts(self) -> list[str]:
        return [
            event.data["text"] for event in self.events if event.kind == "notice" and "text" in event.data
        ]

    def close(self) -> None:
        self.outbox.close()
        self.file.close()


@pytest.fixture
def teller(tmp_path: Path) -> Iterator[Callable[..., OutboxQueue]]:
    made: list[OutboxQueue] = []

    def make(**fields: Any) -> OutboxQueue:
        made.append(OutboxQueue(tmp_path, **fields))
        return made[-1]

    yield make
    for each in made:
        with contextlib.suppress(Exception):  # a test that restarts has already closed its first outbox
            each.close()


@contextlib.asynccontextmanager
async def sending(teller: OutboxQueue) -> AsyncIterator[None]:
    teller.outbox.start()
    try:
        yield
    finally:
        teller.outbox.close()


async def soon(test: Callable[[], Any], seconds: float = 90.0) -> None:
    limit = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < limit, "it never came to that"
        await asyncio.sleep(0.01)


# Events that are reported


def test_finished_batch_is_announced_once(teller: Callable[..., OutboxQueue]) -> None:
    house = teller(notify_on="batch")
    ids = house.jobs(6, "batch_1", "Scene 3, all shots")
    for id in ids[:5]:
        house.end(id)
        assert not house.texts
    house.end(ids[5], JobState.FAILED)
    [text] = house.texts
    assert re.findall("“.*?”|\\d \\w+", text) == ["“Scene 3, all shots”", "5 made", "1 failed"]
    data = house.events[-1].data
    assert (data["event"], data["made"], data["failed"], data["id"]) == ("batch", 5, 1, "batch_1")


def test_batch_is_announced_once_in_any_order_of_its_jobs(teller: Callable[..., OutboxQueue]) -> None:
    house = teller(notify_on="batch")
    ids = house.jobs(5, "batch_1", "x")
    for id in (ids[4], ids[0], ids[2], ids[1], ids[3]):
        assert not house.texts
        house.end(id)
    [text] = house.texts
    assert re.findall("“.*?”|\\d \\w+", text) == ["“x”", "5 made"]


def test_cancel_by_a_person_is_not_announced(teller: Callable[..., OutboxQueue]) -> None:
    house = teller(notify_on="job,batch,failed,idle")
    for id in house.jobs(2, "batch_1"):
        house.end(id, JobState.CANCELLED)
    assert not house.texts


def test_first_failure_of_a_batch_alone_is_announced_at_once(teller: Callable[..., OutboxQueue]) -> None:
    house = teller(notify_on="batch,failed")
    ids = house.jobs(3, "batch_1", "night")
    [alone] = house.jobs(1)
    for id in (*ids[:2], alone):
        house.end(id, JobState.FAILED)
    first, second = house.texts
    assert first == second
    assert re.fullmatch(f"job 0 .*{CAUSE}", first)
    house.end(ids[2])
    [text] = house.texts[2:]
    assert re.findall("“.*?”|\\d \\w+", text) == ["“night”", "1 made", "2 failed"]
    others = house.jobs(3, "batch_2", "two at once")
    with house.queue.begin_change():
        for id in others[:2]:
            house.end(id, JobState.FAILED)
    assert house.texts[3:] == [first]


def test_empty_queue_is_announced_after_some_work(teller: Callable[..., OutboxQueue]) -> None:
    house = teller(notify_on="idle")
    first, second = house.jobs(2)
    house.end(first)
    assert not house.texts
    house.end(second, JobState.FAILED)
    [text] = house.texts
    assert re.findall(r"\d \w+", text) == ["1 made", "1 failed"]
    short = teller(notify_on="idle", notify_after_seconds=60.0)
    short.end(short.jobs(1)[0])
    assert not short.texts


def test_setting_job_announces_each_job_and_none_nothing(teller: Callable[..., OutboxQueue]) -> None:
    house = teller(notify_on="job,failed")
    for id, state in zip(house.jobs(2), (JobState.DONE, JobState.FAILED), strict=True):
        house.end(id, state)
    made, failed = house.texts
    assert made.startswith("job 0 ")
    assert re.fullmatch(f"job 1 .*{CAUSE}", failed)
    silent = teller(notify_on="nothing", notify_webhook="http://127.0.0.1:9/")
    silent.end(silent.jobs(1)[0])
    assert not silent.texts
    assert not silent.file.notices.select_notices()


def test_notice_is_stored_with_its_change_or_not_at_all(teller: Callable[..., OutboxQueue]) -> None:
    house = teller(notify_on="job", notify_webhook="http://127.0.0.1:9/")
    [id] = house.jobs(1)

    def end_and_fail() -> None:
        with house.queue.begin_change():
            house.end(id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        end_and_fail()
    assert not house.file.notices.select_notices()
    assert house.queue.get(id).state == JobState.QUEUED
    house.end(id)
    [notice] = house.file.notices.select_notices()
    assert json.loads(notice.body)["label"] == "job 0"


# The webhook


def signed(headers: Any, body: bytes) -> bool:
    wanted = "sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers.get("X-Milimo-Signature", ""), wanted)


async def test_failed_webhook_is_sent_at_the_third_try(teller: Callable[..., OutboxQueue]) -> None:
    with Receiver(500, 302) as receiver:
        house = teller(notify_on="batch", notify_webhook=receiver.address, notify_secret=KEY)
        async with sending(house):
            house.end(house.jobs(1, "batch_1", "Scene 3")[0])
            await soon(lambda: house.file.notices.select_notices()[0].state == "sent")
    assert len(receiver.got) == 3, "a redirect is not followed"
    for headers, body in receiver.got:
        assert signed(headers, body)
        assert not signed(headers, body + b" ")
        assert abs(json.loads(body)["sent"] - time.time()) < 60
        assert headers["X-Milimo-Timestamp"] == str(int(json.loads(body)["sent"]))
    last = receiver.bodies[-1]
    assert {last["notice"] for last in receiver.bodies} == {last["notice"]}
    assert [told["try"] for told in receiver.bodies] == [1, 2, 3]
    assert (last["event"], last["label"], last["made"], last["failed"]) == ("batch", "Scene 3", 1, 0)
    assert last["host"]
    assert re.findall("“.*?”|\\d \\w+", last["text"]) == ["“Scene 3”", "1 made"]


async def test_unsent_notice_is_sent_by_the_next_supervisor(teller: Callable[..., OutboxQueue]) -> None:
    with Receiver(503, 503) as receiver:
        first = teller(notify_on="job", notify_webhook=receiver.address, delay=lambda tries: 0.3)
        async with sending(first):
            first.end(first.jobs(1)[0])
            await soon(lambda: first.file.notices.select_notices()[0].tries == 1)
            assert first.outbox.has_work()
        first.close()
        second = teller(notify_on="job", notify_webhook=receiver.address)
        async with sending(second):
            await soon(lambda: second.file.notices.select_notices()[0].state == "sent")
        assert not second.outbox.has_work()
    assert [body["try"] for body in receiver.bodies] == [1, 2, 3]


async def test_receiver_that_returns_gets_all_waiting_notices(teller: Callable[..., OutboxQueue]) -> None:
    with Receiver(500, 500, 500) as receiver:
        house = teller(notify_on="job", notify_webhook=receiver.address, delay=lambda tries: 600.0)
        async with sending(house):
            for id in house.jobs(3):
                house.end(id)
            await soon(lambda: [row.tries for row in house.file.notices.select_notices()] == [1, 1, 1])
            house.end(house.jobs(1)[0])
            await soon(lambda: {row.state for row in house.file.notices.select_notices()} == {"sent"})
    assert [body["notice"] for body in receiver.bodies[-3:]] == [1, 2, 3]


async def test_notice_is_given_up_after_a_day_with_an_event(teller: Callable[..., OutboxQueue]) -> None:
    house = teller(notify_webhook="http://user:hunter22@127.0.0.1:9/TOPSECRETPATH")
    async with sending(house):
        at = time.time() - GIVE_UP_SECONDS
        with house.queue.begin_change():
            house.file.notices.add_notice(Notice(at=at, what="job", target="webhook", body="{}", due=at))
        house.outbox.send_soon()
        await soon(lambda: house.events and house.events[-1].data.get("event") == "given_up")
    [notice] = house.file.notices.select_notices()
    assert (notice.state, notice.tries) == ("given_up", 1)
    assert notice.error
    assert "TOPSECRET" not in str(house.events) + notice.error


async def test_slow_receiver_delays_nothing(teller: Callable[..., OutboxQueue]) -> None:
    with Receiver() as receiver:
        receiver.hold = threading.Event()
        house = teller(notify_on="job", notify_webhook=receiver.address)
        async with sending(house):
            ids = house.jobs(20)
            for id in ids:
                house.end(id)
            await soon(lambda: receiver.got)
            assert all(house.queue.get(id).state == JobState.DONE for id in ids)
            receiver.hold.set()
            await soon(lambda: {row.state for row in house.file.notices.select_notices()} == {"sent"})
    assert [body["label"] for body in receiver.bodies] == [f"job {n}" for n in range(20)]


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://host/x", "http://", "host/x", "http://h:99999/"]
)
def test_invalid_web_address_is_not_used(teller: Callable[..., OutboxQueue], address: str) -> None:
    house = teller(notify_on="job", notify_webhook=address)
    house.end(house.jobs(1)[0])
    assert [text[:6] for text in house.texts] == ["job 0 "]
    assert not house.file.notices.select_notices()


def test_retry_delays_double_within_limits() -> None:
    waits = [compute_back_off(tries) for tries in range(1, 40)]
    assert all(wait <= LONGEST_SECONDS * 1.2 for wait in waits)
    assert 4 <= waits[0] <= 6
    assert all(later > 1.3 * wait for wait, later in pairwise(waits[:8]))
    assert len({compute_back_off(3) for _ in range(20)}) > 1


# The command


def script(path: Path, text: str) -> str:
    path.write_text(text)
    return shlex.join([sys.executable, str(path)])


async def test_command_gets_the_message_without_a_shell(
    teller: Callable[..., OutboxQueue], tmp_path: Path
) -> None:
    got = tmp_path / "it's got $HOME;"
    command = script(
        tmp_path / "a hook.py",
        "import json, os, sys\n"
        "names = ('EVENT', 'TEXT', 'TITLE', 'ID')\n"
        "told = {name: os.environ['MILIMO_NOTICE_' + name] for name in names}\n"
        "json.dump([json.load(sys.stdin), told, sys.argv[2]], open(sys.argv[1], 'w'))\n",
    )
    house = teller(notify_on="job", notify_command=f"{command} {shlex.quote(str(got))} '$(touch x); `y`'")
    async with sending(house):
        house.end(house.jobs(1)[0])
        await soon(lambda: house.file.notices.select_notices()[0].state == "sent")
    message, told, word = json.loads(got.read_text())
    assert (message["event"], message["label"]) == ("job", "job 0")
    assert (told["EVENT"], told["TEXT"]) == ("job", message["text"])
    assert word == "$(touch x); `y`"


async def test_failed_command_is_tried_three_times_and_its_output_logged(
    teller: Callable[..., OutboxQueue], tmp_path: Path, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("PAGER_TOKEN", "tok-open-sesame")
    caplog.set_level("INFO")
    command = script(
        tmp_path / "hook.py",
        "import os, sys\nprint('sending with tok-open-sesame', 'PAGER_TOKEN' in os.environ)\nsys.exit(3)\n",
    )
    house = teller(notify_on="job", notify_command=command)
    async with sending(house):
        house.end(house.jobs(1)[0])
        await soon(lambda: house.file.notices.select_notices()[0].state == "given_up")
    [notice] = house.file.notices.select_notices()
    assert (notice.tries, "code 3" in notice.error) == (3, True)
    assert "sending with [secret] False" in caplog.text
    assert "open-sesame" not in caplog.text


@pytest.mark.long("queue")
async def test_missing_or_endless_command_is_reported(
    teller: Callable[..., OutboxQueue], tmp_path: Path
) -> None:
    from milimo_tui.jobs.notify.command_hook import CommandHook

    problem, written = CommandHook(["no-such-program-here"], os.environ, 5.0).run({"event": "job"})
    assert "code 1" in problem
    assert "no-such-program-here" in written
    note = tmp_path / "pids"
    endless = f"sleep 60 & echo $$ $! > {shlex.quote(str(note))}; wait"
    problem, _ = CommandHook(["/bin/sh", "-c", endless], os.environ, 3.0).run({"event": "job"})
    assert "3 s" in problem
    await soon(lambda: not any(is_process_alive(int(pid)) for pid in note.read_text().split()))


# With a supervisor


@pytest.mark.long("queue")
def test_killed_supervisor_ends_its_command_and_its_successor_notifies(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, gate = tmp_path / "told", tmp_path / "let-go"
    command = script(
        tmp_path / "hook.py",
        "import json, os, sys, time\n"
        "told = json.load(sys.stdin)\n"
        f"print(os.getpid(), told['text'], told['try'], file=open({str(note)!r}, 'a'))\n"
        f"while not os.path.exists({str(gate)!r}): time.sleep(0.02)\n",
    )
    monkeypatch.setenv("MILIMO_NOTIFY_COMMAND", command)
    monkeypatch.setenv("MILIMO_NOTIFY_ON", "job")
    client = house.start()
    ids = client.submit_jobs([picture(label="3B take")])
    until_ended(client, ids)
    until(lambda: note.exists() and note.read_text().endswith("\n"), "the command runs")
    hook = int(note.read_text().split()[0])
    house.kill()
    until(lambda: not is_process_alive(hook), "the command ends with its supervisor")
    gate.touch()
    house.start()
    until(lambda: len(note.read_text().splitlines()) == 2, "it is told again")
    first, again = (line.split(maxsplit=1)[1] for line in note.read_text().splitlines())
    assert first == again
    assert re.fullmatch("3B take .* 1", first)


@pytest.mark.long("queue")
def test_ending_supervisor_kills_its_command(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "pid"
    command = script(
        tmp_path / "hook.py",
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(note)!r}, 'w').write(str(os.getpid()) + ' ')\n"
        "time.sleep(60)\n",
    )
    monkeypatch.setenv("MILIMO_NOTIFY_COMMAND", command)
    monkeypatch.setenv("MILIMO_NOTIFY_ON", "job")
    client = house.start()
    client.submit_jobs([picture()])
    until(lambda: note.exists() and note.read_text().endswith(" "), "the command runs")
    assert client.stop(now=True, wait=60)
    assert not is_process_alive(int(note.read_text()))


@pytest.mark.long("queue")
def test_watchers_and_webhook_get_the_same_notice(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver() as receiver:
        monkeypatch.setenv("MILIMO_NOTIFY_WEBHOOK", receiver.address)
        monkeypatch.setenv("MILIMO_NOTIFY_SECRET", KEY)
        client = house.start()
        stream = client.watch_events()
        client.submit_jobs([picture(batch="batch_1"), picture("fail=no", label="3C take", batch="batch_1")])
        told = [next(event for event in stream if event["kind"] == "notice") for _ in range(2)]
        assert [event["event"] for event in told] == ["failed", "batch"]
        assert told[1]["made"] == told[1]["failed"] == 1
        until(lambda: len(receiver.got) == 2, "both are sent")
    assert all(signed(headers, body) for headers, body in receiver.got)


@pytest.mark.long("queue")
def test_supervisor_stays_until_all_notices_are_sent(house: JobHome, monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver() as receiver:
        receiver.hold = threading.Event()
        monkeypatch.setenv("MILIMO_NOTIFY_WEBHOOK", receiver.address)
        monkeypatch.setenv("MILIMO_NOTIFY_ON", "job")
        monkeypatch.setenv("MILIMO_IDLE_SECONDS", "0.3")
        client = house.start()
        until_ended(client, client.submit_jobs([picture()]))
        until(lambda: receiver.got, "it is being sent")
        pid = house.pid
        client.close()
        time.sleep(1.0)
        assert is_process_alive(pid), "something is still to be told"
        receiver.hold.set()
        until(lambda: not is_process_alive(pid), "it ends when idle")
