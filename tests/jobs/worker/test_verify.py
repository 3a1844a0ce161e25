"""Test the check of results: a result that does not decode or differs from its description is made again."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from milimo_tui.core.errors import Damaged, Failed
from milimo_tui.engines.contract.engine import Output
from milimo_tui.jobs.worker.verify import verify_output
from milimo_tui.media.read.probe import probe
from tests.jobs.conftest import JobHome, picture, until_ended
from tests.media.material import make_take


@pytest.fixture
def take(tmp_path: Path) -> Path:
    return make_take(tmp_path / "take.mov", 12)


def test_other_files_are_only_hashed(tmp_path: Path) -> None:
    path = tmp_path / "state.bin"
    path.write_bytes(b"anything")
    output = verify_output(Output(role="state", path=str(path), facts={"kind": "video", "frames": 3}))
    assert (output.bytes, len(output.digest)) == (8, 64)
    with pytest.raises(Failed, match="did not make"):
        verify_output(Output(role="state", path=str(tmp_path / "none")))


def test_damaged_or_unexpected_media_is_refused(take: Path) -> None:
    facts = probe(take).as_json()
    assert verify_output(Output(role="take", path=str(take), facts=facts)).digest
    with pytest.raises(Damaged, match=r"\b12 .*\b13\b"):
        verify_output(Output(role="take", path=str(take), facts={**facts, "frames": 13}))
    take.write_bytes(b"no film at all")
    with pytest.raises(Damaged, match=re.escape(take.name)):
        verify_output(Output(role="take", path=str(take)))
    assert verify_output(Output(role="facts", path=str(take)), made=False).bytes == 14, (
        "it was only asked about"
    )


@pytest.mark.long("queue")
def test_damaged_result_is_made_three_times_and_then_fails(house: JobHome, take: Path) -> None:
    torn = take.with_name("torn.mov")
    torn.write_bytes(take.read_bytes()[:-400])
    wrong = shlex.quote(json.dumps({**probe(take).as_json(), "width": 10}))
    client = house.start()
    ids = client.submit_jobs(
        [
            picture(f"clip={take} name=take.mov", "keeper"),
            picture(f"clip={torn} name=take.mov", "keeper"),
            picture(f"clip={take} name=take.mov facts={wrong}", "keeper"),
        ]
    )
    well, broken, different = (until_ended(client, ids)[id] for id in ids)
    assert (well.state, well.attempts) == ("done", 1)
    for job in (broken, different):
        assert (job.state, job.attempts) == ("failed", 3), job.error
    assert broken.error
    assert re.search(r"pixels .*\b10\b", different.error)
    assert house.taken() == [ids[0]], "nothing damaged ever reached the film"
