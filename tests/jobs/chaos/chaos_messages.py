"""Invalid messages for the supervisor's socket, generated from its own message models, so that every request
is covered. Pure functions.

None of the messages may change anything: valid messages name jobs that do not exist.
"""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Callable
from typing import Any, get_args

from milimo_tui.jobs.client.protocol import MAX_LINE
from milimo_tui.jobs.values import messages

# The models of all requests, from the type `Annotated[A | B | …, Field]`.
REQUESTS = get_args(get_args(messages.AnyRequest)[0])
OPS = {get_args(model.model_fields["op"].annotation)[0]: sorted(model.model_fields) for model in REQUESTS}
NOBODY = "job_00000000000000000000000000"
HOSTILE_LABEL = "hostile"  # label of jobs that a bad message may create; they are held and never run
# A valid value for each field, by its name. Optional fields that are missing here are left out of messages.
RIGHT: dict[str, Any] = {
    "id": 1, "job": NOBODY, "jobs": [NOBODY], "beside": NOBODY, "priority": 1, "after": 0, "before": 9,
    "since": 0, "path": "/nowhere", "batches": ["batch_0"], "ids": [NOBODY], "act": "pause", "limit": 3,
    "minutes": 3, "spec": {"seed": 1}, "label": "x", "revision": 0, "not_before": 5.0,
}  # fmt: skip


class Trap:
    """An object that creates a file if it is unpickled, to prove that no message is unpickled."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return open, (self._path, "w")


def hostile(chance: random.Random) -> Any:
    """Return a random value that is unusual or malicious."""
    values: list[Any] = [
        None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 1.5, 1e308, -0.0, "", "x", "x" * 999,
        "\0", "\ud800", "\u202e\x1b[31m\x07", "../../etc/passwd", "/etc", "/dev/stdin", "~", "$(touch x)",
        "'; DROP TABLE job; --", "%s%n{0.__class__}", "__import__('os').system('true')", "inf", "NaN", "[]",
        "job_", "JOB_1", NOBODY, NOBODY + "x" * 40, "job_é", "batch_1", "2026-01-01",
        [], [[]], [None], [NOBODY], [NOBODY] * 3, [NOBODY, 7], ["x"] * 3000, [[[[[[]]]]]], {}, {"a": {}},
        {"job": NOBODY, "output": "take"}, {"__class__": "os.system"}, {"op": "stop"}, {"$ref": "#"},
        {"kind": "make_picture", "engine": "tester", "width": -1, "height": 1e9},
        {"kind": "make_picture", "engine": "no such engine", "width": 64, "height": 64},
        {"kind": "probe", "engine": "reader", "input": {"job": "../x", "output": "board"}},
        {"kind": "probe", "engine": "os:system", "input": "/etc/passwd"},
        [{"id": NOBODY, "spec": {}}],
        [{"id": "job_x", "spec": {"kind": "make_picture", "engine": "tester"}}],
        [{"id": "job_x", "spec": {"engine": {"a": 1}, "kind": []}, "depends_on": ["job_x"]}],
    ]  # fmt: skip
    return chance.choice(values)


def request(chance: random.Random) -> dict[str, Any]:
    """Return a request in which one field is bad, or every value is."""
    op = chance.choice(
        [*OPS] * 2 + ["nonsense", "__class__", "Submit", "", None, 7, ["stop"], {"op": "stop"}]
    )
    known = OPS.get(op, []) if isinstance(op, str) else []
    message: dict[str, Any] = {"op": op}
    if known and chance.random() < 0.7:
        message |= {field: RIGHT[field] for field in known if field in RIGHT}
        field = chance.choice(known)
        if op == "submit":
            message["jobs"] = [order(chance)]
        elif field != "op":
            message[field] = hostile(chance)
    else:
        for field in chance.sample(known, chance.randint(0, len(known))):
            message[field] = op if field == "op" else hostile(chance)
    if chance.random() < 0.2:
        message[chance.choice(["spec", "jobs", "since", "__proto__", "x" * 100, "\0"])] = hostile(chance)
    if op in ("stop", "pause", "resume", "prune"):
        message["please"] = 1  # an unknown field, so that a valid request is not obeyed
    return message


def order(chance: random.Random) -> dict[str, Any]:
    """Return a job with one bad field. If the supervisor accepts the job, it is held or its engine does not
    exist, so it never runs.
    """
    spec = {"kind": "make_picture", "engine": "tester", "width": 64, "height": 64, "prompt": "fail=no"}
    made = {"id": f"job_{chance.randrange(10**12)}", "spec": spec, "hold": True, "label": HOSTILE_LABEL}
    known = sorted(messages.JobOrder.model_fields)
    if chance.random() < 0.3:
        spec[chance.choice(["prompt", "seed", "width", "loras", "facts", "negative", "x"])] = hostile(chance)
    else:
        made[chance.choice(known)] = hostile(chance)
    if made["hold"] is not True:
        spec["engine"] = "nobody"
    return made


def bad_message(chance: random.Random, trap: str) -> bytes:
    """Return one line with a bad message, ended by a newline except in messages that are cut off."""
    data = json.dumps(request(chance)).encode()
    match chance.randrange(16):
        case 0:
            return data[: chance.randrange(len(data))] + b"\n"
        case 1:
            return chance.randbytes(chance.randrange(2000)).replace(b"\n", b"") + b"\n"
        case 2:
            return chance.choice((b"[", b'{"a":', b'{"op":"jobs","ids":[')) * chance.randrange(20_000) + b"\n"
        case 3:
            return data.replace(b'"', b"'", chance.randrange(4)) + b"\n"
        case 4:
            return pickle.dumps(Trap(trap), protocol=chance.randrange(6)).replace(b"\n", b" ") + b"\n"
        case 5:
            number = chance.choice((b"NaN", b"Infinity", b"-Infinity", b"1e999", b"1" * 5000, b"-0", b"01"))
            field = chance.choice((b"since", b"after", b"id", b"priority", b"limit", b"not_before"))
            op = chance.choice(list(OPS)).encode()
            return b'{"op": "%s", "please": 1, "%s": %s}\n' % (op, field, number)
        case 6:  # duplicate keys
            return b'{"op": "status", "op": "stop", "please": 1, "id": 1, "id": "x"}\n'
        case 7:
            return (
                data.decode().encode(chance.choice(("utf-16", "utf-32", "utf-8-sig"))).replace(b"\n", b"")
                + b"\n"
            )
        case 8:
            size = chance.choice((MAX_LINE - 100, MAX_LINE, MAX_LINE + 1, MAX_LINE + 70_000))
            return b'{"op": "status", "x": "' + b"x" * (size if chance.random() < 0.02 else 900) + b'"}\n'
        case 9:
            return chance.choice(
                (b"\n", b"\r\n", b" \n", b"null\n", b"0\n", b'""\n', b"\xff\xfe\n", b"GET / HTTP/1.1\r\n")
            )
        case 10:
            return json.dumps({"hello": hostile(chance)}).encode() + b"\n"
        case _:
            return data + b"\n"


def greeting(chance: random.Random) -> bytes:
    """Return a first message of a connection, valid in most cases."""
    if chance.random() < 0.85:
        return b'{"hello": {"min": 1, "max": 1}}\n'
    low, high = hostile(chance), hostile(chance)
    return json.dumps({"hello": {"min": low, "max": high, "client": hostile(chance)}}).encode() + b"\n"
