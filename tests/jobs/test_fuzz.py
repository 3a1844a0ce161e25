"""Bad messages: nothing crashes, nothing runs, and the supervisor answers the next client."""

from __future__ import annotations

import json
import random
import socket
from contextlib import suppress
from pathlib import Path

from milimo_tui.jobs.protocol import MAX_LINE, address, socket_path
from tests.jobs.conftest import House, picture, until_state

HELLO = b'{"hello": {"min": 1, "max": 1}}\n'
OPS = (
    "submit",
    "jobs",
    "job",
    "cancel",
    "retry",
    "hold",
    "priority",
    "move",
    "log",
    "watch",
    "events",
    "project",
)


def rubbish(chance: random.Random) -> bytes:
    """One bad message: cut, of wrong types, of wrong shape, or no JSON at all."""
    values: list[object] = [
        None,
        True,
        -1,
        10**30,
        1.5,
        "x" * 50,
        "\u0000",
        "../..",
        [],
        [[]],
        {},
        {"a": {"b": 1}},
        "job_1",
    ]
    message = {
        "op": chance.choice([*OPS, "__class__", None, 7]),
        **{chance.choice(["jobs", "job", "id", "since", "path", "priority", "after"]): chance.choice(values)},
    }
    data = json.dumps(message).encode()
    match chance.randrange(6):
        case 0:
            return data[: chance.randrange(len(data))] + b"\n"
        case 1:
            return chance.randbytes(chance.randrange(200)).replace(b"\n", b"") + b"\n"
        case 2:
            return b"[" * chance.randrange(20_000) + b"\n"
        case 3:
            return data.replace(b'"', b"'", chance.randrange(4)) + b"\n"
        case _:
            return data + b"\n"


def memory_of(pid: int) -> int:
    """Resident KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def dial(house: House) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(10)
    with address(socket_path(house.home)) as name:
        line.connect(name)
    return line


def test_six_hundred_bad_messages_change_nothing(house: House) -> None:
    client = house.start()
    before = memory_of(house.pid)
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    sent = 0
    while sent < 600:
        with dial(house) as line:
            # Some leave the handshake out, some leave in the middle of a line.
            if chance.random() < 0.9:
                line.sendall(HELLO)
            for _ in range(chance.randrange(1, 30)):
                sent += 1
                try:
                    line.sendall(rubbish(chance))
                except OSError:
                    break  # it hung up on us, as it may
            if chance.random() < 0.5:
                with suppress(OSError):  # it hangs up on who said no hello, whatever else was sent
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(1 << 16):
                        pass
    assert client.jobs() == []
    assert memory_of(house.pid) - before < 20_000
    [id] = client.submit([picture()])
    until_state(client, id, "done")
    assert "Traceback" not in house.home.log.read_text()


def test_a_message_beyond_the_limit_is_refused(house: House) -> None:
    client = house.start()
    with dial(house) as line:
        line.sendall(HELLO)
        assert b'"hello"' in line.recv(1000)
        said = b""
        with suppress(OSError):  # it answers and hangs up before all is sent
            line.sendall(b'{"op": "status", "x": "' + b"x" * (2 * MAX_LINE))
        with suppress(ConnectionError):
            while data := line.recv(1 << 16):
                said += data
    assert b"too_large" in said or said == b""
    assert client.status()["running"]


def test_answers_to_bad_requests_are_sentences_and_the_line_stays_open(house: House) -> None:
    house.start()
    with dial(house) as line:
        file = line.makefile("rwb")
        file.write(HELLO)
        file.flush()
        assert b'"hello"' in file.readline()
        for data in (b"rubbish\n", b'{"op": "nonsense"}\n', b'{"op": "job", "job": "job_1", "id": 7}\n'):
            file.write(data)
            file.flush()
            answer = json.loads(file.readline())
            assert answer["error"]["message"]
            assert answer["error"]["kind"] in ("bad_input", "not_found")
        assert answer["id"] == 7
        file.write(b'{"op": "status", "id": 8}\n')
        file.flush()
        assert json.loads(file.readline())["ok"]["running"]


def test_a_watcher_that_never_reads_costs_no_one_anything(house: House) -> None:
    client = house.start()
    client.pause()
    before = memory_of(house.pid)
    with dial(house) as deaf:
        deaf.sendall(HELLO + b'{"op": "watch"}\n')
        stream = client.watch()
        ids = client.submit([picture(label="x" * 200, hold=True) for _ in range(500)])
        for _ in range(4):
            client.release(ids)
            client.hold(ids)
        events = (event for event in stream if event["kind"] == "state")
        seen = [next(events)["seq"] for _ in range(6000)]
        assert seen == list(range(seen[0], seen[0] + 6000)), "nothing missed by a reader, gap or not"
        assert memory_of(house.pid) - before < 40_000
    client.cancel(ids)
