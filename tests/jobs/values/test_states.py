"""The table of states: complete, closed, and the same as the diagram in docs/jobs.md."""

from __future__ import annotations

from milimo_tui.jobs.values.states import AT_WORK, ENDED, NOT_DONE, TABLE, State, Trigger, sources, targets
from tools import state_diagram


def test_the_states_are_those_of_the_design() -> None:
    words = "held waiting queued running paused publishing retrying cancelling"
    ended = "done failed cancelled skipped set_aside"
    assert [state.value for state in State] == [*words.split(), *ended.split()]
    assert set(ended.split()) == ENDED


def test_every_state_can_be_reached_and_only_ended_ones_rest() -> None:
    reached = set(targets(None, Trigger.SUBMIT))
    assert reached == {State.WAITING, State.QUEUED, State.HELD}
    assert targets(State.HELD, Trigger.CHANGE) == (State.HELD,)
    while True:
        more = {target for row in TABLE for target in row.targets if reached & set(row.sources)}
        if more <= reached:
            break
        reached |= more
    assert reached == set(State)
    for state in State:
        leaving = {target for row in TABLE if state in row.sources for target in row.targets} - {state}
        assert leaving or state is State.DONE, f"{state} is a dead end"


def test_what_has_ended_moves_by_a_clients_retry_alone_and_done_never() -> None:
    for row in TABLE:
        for source in ENDED & set(row.sources):
            assert row.trigger is Trigger.RETRY
            assert source in NOT_DONE


def test_everything_a_person_can_wait_for_can_be_cancelled() -> None:
    for state in set(State) - ENDED - {State.CANCELLING}:
        assert targets(state, Trigger.CANCEL), f"a {state} job can't be cancelled"


def test_one_trigger_from_one_state_stands_once_in_the_table() -> None:
    seen = [(source, row.trigger) for row in TABLE for source in row.sources or (None,)]
    assert len(seen) == len(set(seen))
    assert {row.trigger for row in TABLE} == set(Trigger), "a trigger that nothing uses"
    assert sources(Trigger.CLAIM, State.RUNNING) == {State.QUEUED}
    assert sources(Trigger.CLAIM, State.DONE) == frozenset()
    assert AT_WORK.isdisjoint(ENDED)


def test_the_diagram_in_the_docs_is_drawn_from_the_table() -> None:
    assert state_diagram.PAGE.read_text() == state_diagram.redrawn(state_diagram.PAGE.read_text()), (
        "docs/jobs.md is behind the table: python -m tools.state_diagram"
    )
