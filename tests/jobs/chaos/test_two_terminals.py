"""Test of two terminals that change one queue at the same time: no update is lost, and every refusal is a
sentence.
"""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.errors import Conflict
from tests.budget import rounds
from tests.jobs.chaos.chaos_client import read_journal
from tests.jobs.chaos.chaos_terminal import TERMINALS
from tests.jobs.conftest import ENDED, ROOT, JobHome, picture, until_ended

JOBS = 24
# Acts of clients, and the trigger that each successful act leaves in the job's chain of events.
TRIGGERS = {"hold": "hold", "release": "release", "retry": "retry"}


@dataclass(frozen=True, slots=True)
class Access:
    """An acknowledged write or a read of a job's field. `asked` and `told` are the times of request and
    answer in monotonic seconds.
    """

    job: str
    value: Any
    asked: float
    told: float


def last_asked(one: Access, other: Access) -> Access:
    return one if one.asked > other.asked else other


class SortedAccesses:
    """Accesses sorted by the time of their answer, for fast search."""

    def __init__(self, accesses: Sequence[Access]) -> None:
        self._all = sorted(accesses, key=lambda access: access.told)
        self._told = [access.told for access in self._all]
        self._latest = list(accumulate(self._all, last_asked))

    def before(self, moment: float) -> Access | None:
        """Return the latest-requested access among those answered before time `moment`, or None."""
        count = bisect_left(self._told, moment)
        return self._latest[count - 1] if count else None


def lost_updates(writes: Sequence[Access], reads: Sequence[Access]) -> list[str]:
    """Return a description of each read that contradicts every possible order of the accesses. Each value is
    written at most once.

    A read must not return a value that was certainly overwritten before the read was requested.
    """
    found = []
    sources, ended = {write.value: write for write in writes}, SortedAccesses(writes)
    for read in reads:
        source = sources.get(read.value)
        came = source.told if source else float("-inf")
        if source and source.asked > read.told:
            found.append(f"{read} was read before it was written: {source}")
        other = ended.before(read.asked)
        if other and other is not source and came < other.asked:
            found.append(f"{read} does not show {other}, acknowledged before it")
    return found


def test_check_finds_a_lost_update() -> None:
    first, second = Access("a", 1, 0.0, 1.0), Access("a", 2, 2.0, 3.0)
    assert not lost_updates([first, second], [Access("a", 2, 4.0, 5.0), Access("a", 1, 1.0, 2.5)])
    assert lost_updates([first, second], [Access("a", 1, 4.0, 5.0)])
    assert lost_updates([first, second], [Access("a", 2, 0.0, 1.5)])
    assert lost_updates([first], [Access("a", 0, 2.0, 2.5)])


@pytest.fixture
def notes(house: JobHome, tmp_path: Path, request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    """Run two terminals for some seconds and return their notes. Afterwards the supervisor still runs and no
    job is at work.
    """
    seconds, seed = request.param(), random.randrange(10**6)
    print(f"seed {seed}")
    client = house.start()
    client.submit_jobs(
        [picture("steps=6 step=0.05", label="0", hold=number % 2 == 0) for number in range(JOBS)]
    )
    terminals = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.chaos.chaos_terminal", str(house.home.root),
             str(tmp_path / f"terminal{number}.jsonl"), str(number), str(seed), str(seconds)],
            cwd=ROOT,
        )
        for number in range(TERMINALS)
    ]  # fmt: skip
    codes = [terminal.wait() for terminal in terminals]
    (tmp_path / "last").write_text(str(client.fetch_status().seq))  # later events come from the test itself
    client.resume_work()
    left = [job.id for job in client.list_jobs() if job.state not in ENDED]
    client.cancel_jobs(left)
    until_ended(client, left)
    journals = sorted(tmp_path.glob("terminal*.jsonl"))
    told = [{**note, "terminal": path.name} for path in journals for note in read_journal(path)]
    assert codes == [0] * TERMINALS, [note for note in told if "bug" in note]
    return told


def check(house: JobHome, notes: list[dict[str, Any]]) -> None:
    last = int((house.home.root.parent / "last").read_text())
    told = sorted(notes, key=lambda note: note["told"])
    db = sqlite3.connect(f"file:{house.home.studio_db}?mode=ro", uri=True)
    check_sentences(told)
    for field, act in (("priority", "priority"), ("spec", "spec")):
        check_field(told, field, act)
    check_counts(house, told)
    check_order(told)
    check_states(db, last, told)
    db.close()
    done = Counter((note["act"], "refused" if "refused" in note else "done") for note in told)
    print(*sorted(done.items()), sep="\n")
    acts = {act for act, how in done if how == "done"}
    # On a very busy machine few acts happen, and then not every kind of act occurs.
    assert done.total() < 300 or acts >= {
        "priority",
        "count",
        "spec",
        "move",
        "hold",
        "release",
        "cancel",
        "retry",
        "resume lane",
    }


def check_sentences(told: list[dict[str, Any]]) -> None:
    for note in told:
        if "refused" in note:
            words = note["refused"]
            assert len(words) > 15, note
            assert "Traceback" not in words, note
            assert note["kind"] in ("conflict", "refused"), note
        for answer in note.get("answer") or () if isinstance(note.get("answer"), list) else ():
            assert "error" not in answer, note


def _accesses(told: list[dict[str, Any]], act: str) -> dict[str, list[Access]]:
    found: dict[str, list[Access]] = defaultdict(list)
    for note in told:
        if note["act"] == act and "refused" not in note:
            found[note["job"]].append(Access(note["job"], note["value"], note["asked"], note["told"]))
    return found


def check_field(told: list[dict[str, Any]], field: str, act: str) -> None:
    writes, reads = _accesses(told, act), _accesses(told, f"read {field}")
    moves = _accesses(told, "move")
    assert writes
    assert reads
    lost = []
    for job in reads:
        # A moved job takes the priority of its new position, so its priority is unknown after a move.
        sure = undisturbed(moves[job], writes[job], reads[job]) if field == "priority" else reads[job]
        lost += lost_updates(writes[job], sure)
    assert not lost, lost[:5]


def undisturbed(moves: Sequence[Access], writes: Sequence[Access], reads: Sequence[Access]) -> list[Access]:
    """Return the reads that no move can have influenced since the last write acknowledged before the read."""
    ended, begun = SortedAccesses(writes), sorted(moves, key=lambda move: move.asked)
    asked = [move.asked for move in begun]
    over = list(accumulate((move.told for move in begun), max))
    sure = []
    for read in reads:
        write = ended.before(read.asked)
        count = bisect_right(asked, read.told)
        if not count or (write and over[count - 1] < write.asked):
            sure.append(read)
    return sure


def check_counts(house: JobHome, told: list[dict[str, Any]]) -> None:
    """Check that each job's label counts exactly the acknowledged steps of both terminals."""
    steps = Counter(note["job"] for note in told if note["act"] == "count" and "refused" not in note)
    refused = [note for note in told if note["act"] == "count" and "refused" in note]
    for job in house.start().list_jobs():
        if not job.origin:
            assert int(job.label) == steps[job.id], job.id
    assert steps
    print(f"{steps.total()} steps counted, {len(refused)} refused")


def check_order(told: list[dict[str, Any]]) -> None:
    """Check that a moved job is directly next to its target, unless another move happened in between."""
    movers = sorted((n for n in told if n["act"] in ("move", "again")), key=lambda note: note["asked"])
    asked = [note["asked"] for note in movers]
    longest = max(note["told"] - note["asked"] for note in movers)
    checked = 0
    for move, order in pairwise(sorted(told, key=lambda note: (note["terminal"], note["told"]))):
        if order["act"] != "read order":
            continue
        assert move["act"] == "move"
        assert len(set(order["value"])) == len(order["value"])
        near = movers[bisect_left(asked, move["asked"] - longest) : bisect_right(asked, order["told"])]
        if all(other is move or other["told"] <= move["asked"] for other in near):
            beside, before = move["value"]
            place = order["value"].index(beside) + (-1 if before else 1)
            assert order["value"][place] == move["job"], (move, order)
            checked += 1
    assert checked, "no move was looked at undisturbed"


def check_states(db: sqlite3.Connection, last: int, told: list[dict[str, Any]]) -> None:
    """Check that each acknowledged change is in the job's chain of events exactly once, and that the chain
    has no break.
    """
    chains: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = "SELECT job, data FROM event WHERE kind = 'state' AND seq <= ? ORDER BY seq"
    for id, data in db.execute(rows, (last,)):
        chains[id].append(json.loads(data))
    asked = Counter((note["job"], note["act"]) for note in told if "refused" not in note)
    for id, chain in chains.items():
        for before, after in pairwise(chain):
            assert after["was"] == before["state"], (id, before, after)
        seen = Counter(change["trigger"] for change in chain)
        for act, trigger in TRIGGERS.items():
            assert seen[trigger] == asked[id, act], (id, act, chain)
        assert seen["cancel"] <= asked[id, "cancel"], (id, chain)
    # Resumes are not counted. A resume of a running job is acknowledged without an event, and a resume may
    # also come before the job has paused.
    for note in told:
        if note["act"] == "resume" and "refused" not in note:
            assert [answer["state"] for answer in note["answer"]] in (["queued"], ["running"]), note


@pytest.mark.long("queue")
@pytest.mark.parametrize("notes", [lambda: 3], indirect=True, ids=["three-seconds"])
def test_two_terminals_edit_for_three_seconds(house: JobHome, notes: list[dict[str, Any]]) -> None:
    check(house, notes)


@pytest.mark.long("two_terminals")
@pytest.mark.parametrize("notes", [lambda: rounds("two_terminals")], indirect=True, ids=["long"])
def test_two_terminals_lose_no_update(house: JobHome, notes: list[dict[str, Any]]) -> None:
    check(house, notes)


def test_editor_of_a_changed_job_is_warned(house: JobHome) -> None:
    client = house.start()
    [id] = client.submit_jobs([picture(label="1", hold=True)])
    revision = client.fetch_job(id).revision
    client.edit_job(id, label="2", revision=revision)
    with pytest.raises(Conflict, match=r"another program"):
        client.edit_job(id, label="3", revision=revision)
    assert client.fetch_job(id).label == "2"
    client.cancel_jobs([id])
