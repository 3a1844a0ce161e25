"""Test the table of job states: it is complete and closed, and it equals the diagram in docs/jobs.md."""

from __future__ import annotations

from milimo_tui.jobs.values.states import (
    AT_WORK,
    ENDED,
    NOT_DONE,
    TABLE,
    JobState,
    Trigger,
    find_source_states,
    find_target_states,
)
from tools import state_diagram


def test_states_are_those_of_the_design() -> None:
    words = "held waiting queued running paused publishing retrying cancelling"
    ended = "done failed cancelled skipped set_aside"
    assert [state.value for state in JobState] == [*words.split(), *ended.split()]
    assert set(ended.split()) == ENDED


def test_every_state_is_reachable_and_only_final_ones_have_no_exit() -> None:
    reached = set(find_target_states(None, Trigger.SUBMIT))
    assert reached == {JobState.WAITING, JobState.QUEUED, JobState.HELD}
    assert find_target_states(JobState.HELD, Trigger.CHANGE) == (JobState.HELD,)
    while True:
        more = {target for row in TABLE for target in row.targets if reached & set(row.sources)}
        if more <= reached:
            break
        reached |= more
    assert reached == set(JobState)
    for state in JobState:
        leaving = {target for row in TABLE if state in row.sources for target in row.targets} - {state}
        assert leaving or state is JobState.DONE, f"{state} is a dead end"


def test_ended_job_moves_only_by_retry_and_a_done_one_never() -> None:
    for row in TABLE:
        for source in ENDED & set(row.sources):
            assert row.trigger is Trigger.RETRY
            assert source in NOT_DONE


def test_every_state_that_a_person_waits_in_can_be_cancelled() -> None:
    for state in set(JobState) - ENDED - {JobState.CANCELLING}:
        assert find_target_states(state, Trigger.CANCEL), f"a {state} job can't be cancelled"


def test_each_trigger_of_a_state_occurs_once_in_the_table() -> None:
    seen = [(source, row.trigger) for row in TABLE for source in row.sources or (None,)]
    assert len(seen) == len(set(seen))
    assert {row.trigger for row in TABLE} == set(Trigger), "a trigger that nothing uses"
    assert find_source_states(Trigger.CLAIM, JobState.RUNNING) == {JobState.QUEUED}
    assert find_source_states(Trigger.CLAIM, JobState.DONE) == frozenset()
    assert AT_WORK.isdisjoint(ENDED)


def test_diagram_in_the_docs_is_drawn_from_the_table() -> None:
    assert state_diagram.PAGE.read_text() == state_diagram.replace_diagram(state_diagram.PAGE.read_text()), (
        "docs/jobs.md is behind the table: python -m tools.state_diagram"
    )
