"""Test the content of the Jobs screen as values: rows and their order, job descriptions, machine, histories
and specs.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from milimo_tui.core.errors import BadInput
from milimo_tui.jobs.values.cluster_view import NodeView
from milimo_tui.jobs.values.machine_view import GpuView, MachineView
from milimo_tui.jobs.values.queue_views import Forecast, JobForecast
from milimo_tui.jobs.values.states import JobState
from milimo_tui.jobs.values.views import AttemptView, BatchView, JobView
from milimo_tui.studio.queue.spec_changes import diff_specs
from milimo_tui.tui.background.queue_feed import RECENT, KnownQueue, LiveQueue, make_ended_key
from milimo_tui.tui.jobs import job_history as jobs_history
from milimo_tui.tui.jobs import job_words
from milimo_tui.tui.jobs import machine_lines as jobs_machine
from milimo_tui.tui.jobs import spec_text as jobs_spec
from milimo_tui.tui.jobs.job_lines import (
    BatchLine,
    DayLine,
    JobLine,
    JobLineMaker,
    JobViewFilter,
    KnownJobs,
    Line,
)
from milimo_tui.tui.jobs.job_table import draw_job_table_line
from milimo_tui.tui.jobs.past_jobs import PastJobs, PastPage, compact_job
from milimo_tui.tui.jobs.sparkline import draw_sparkline
from milimo_tui.tui.terminal.palettes import DARK
from milimo_tui.tui.terminal.theme import TextStyles

NOW = time.mktime((2026, 11, 20, 12, 0, 0, 0, 0, -1))
DAY = 86_400.0
INK = TextStyles(DARK)


def job(label: str, state: str, **more: Any) -> JobView:
    """Return a job in the form in which the queue's client delivers it."""
    known = {"id": f"job_{label.replace(' ', '_')}", "kind": "make_video", "engine": "ltx2", "lane": "gpu"}
    return JobView.from_json(
        {**known, "state": state, "label": label, "attempts": 1, "created": NOW - 900, **more}
    )


FILM = job("film “long”", "done", kind="render_film", engine="film", started=NOW - 500, ended=NOW - 488)
SCENE = (
    job("3A take", "done", batch="b", position=1, started=NOW - 200, ended=NOW - 162, worker="gpu0"),
    job("3B take", "done", batch="b", position=2, started=NOW - 160, ended=NOW - 122, worker="gpu0"),
    job("3C take", "running", batch="b", position=3, progress=0.62, stage="denoise", steps=[5, 8], eta=18.0,
        started=NOW - 70, worker="gpu0"),
    job("3D take", "waiting", batch="b", position=4, depends_on=["job_3C_take"]),
    job("3E take", "failed", batch="b", position=5, error="out of memory", started=NOW - 120, ended=NOW - 80),
    job("3F take", "queued", batch="b", position=6),
)  # fmt: skip


def shelf(*jobs: JobView, **more: Any) -> KnownJobs:
    return KnownJobs({entry.id: entry for entry in jobs}, **more)


def ids(lines: tuple[Any, ...]) -> list[str]:
    return [line.id for line in lines]


def make_lines_once(
    known_jobs: KnownJobs, job_filter: JobViewFilter, *, opened: Collection[str] = (), now: float = 0.0
) -> tuple[Line, ...]:
    return JobLineMaker().make_job_lines(known_jobs, job_filter, opened=frozenset(opened), now=now)


def test_open_jobs_are_first_and_a_batch_keeps_queue_order() -> None:
    lines = make_lines_once(shelf(FILM, *SCENE), JobViewFilter(), opened={"b"}, now=NOW)
    assert isinstance(lines[0], BatchLine)
    assert ids(lines) == ["b", *(entry.id for entry in SCENE), FILM.id]
    assert (lines[0].done, lines[0].total, lines[0].bad, lines[0].open) == (2, 6, 1, 3)
    assert lines[0].title == "takes 3A … 3F"
    assert ids(make_lines_once(shelf(FILM, *SCENE), JobViewFilter(), now=NOW)) == ["b", FILM.id], "folded"
    moved = [replace(entry, position=0) if entry.label == "3F take" else entry for entry in SCENE]
    assert ids(make_lines_once(shelf(*moved), JobViewFilter(), opened={"b"}, now=NOW))[1] == "job_3F_take"


def test_urgent_jobs_precede_older_ones() -> None:
    early, late = job("1A", "queued", position=1), job("2A", "queued", position=2, priority=1)
    assert ids(make_lines_once(shelf(early, late), JobViewFilter(), now=NOW)) == [late.id, early.id]


def test_batch_count_of_the_queue_precedes_the_known_members() -> None:
    rows = BatchView(id="b", label="Scene 3, all shots", jobs=300, done=200, failed=3, open=97)
    head = make_lines_once(
        shelf(*SCENE, batches={"b": rows}, ends={"b": NOW + 130}), JobViewFilter(), now=NOW
    )[0]
    assert isinstance(head, BatchLine)
    assert (head.title, head.total, head.done, head.bad) == ("Scene 3, all shots", 300, 200, 3)
    assert head.progress == pytest.approx(200.62 / 300)
    assert "about 2:10 left" in draw_job_table_line(head, shelf(*SCENE), NOW, 107, INK).plain


def test_cursor_skips_the_date_headings_of_past_jobs() -> None:
    past = {
        entry.id: entry
        for entry in (
            job("a", "done", ended=NOW - 60),
            job("b", "done", ended=NOW - DAY),
            job("c", "done", ended=NOW - DAY - 60),
            job("d", "done", ended=NOW - 4 * DAY),
            job("e", "done", ended=NOW - 400 * DAY),
        )
    }
    lines = make_lines_once(KnownJobs({}, past), JobViewFilter(), now=NOW)
    days = [line.words for line in lines if isinstance(line, DayLine)]
    assert days == ["yesterday", "Monday 16 November", "Thursday 16 October 2025"]
    assert [line.key for line in lines if isinstance(line, DayLine)] == ["", "", ""]
    assert [line.id for line in lines if isinstance(line, JobLine)] == list(past)


def test_batch_with_held_and_past_jobs_is_one_line() -> None:
    old = {entry.id: entry for entry in SCENE[:2]}
    live = {entry.id: entry for entry in SCENE[2:]}
    lines = make_lines_once(KnownJobs(live, old), JobViewFilter(), opened={"b"}, now=NOW)
    assert ids(lines) == ["b", *(entry.id for entry in SCENE)]


def test_past_lines_are_built_once() -> None:
    past = {f"job_{at}": job(str(at), "done", id=f"job_{at}", ended=NOW - at) for at in range(100)}
    maker = JobLineMaker()
    first = maker.make_job_lines(KnownJobs({}, past), JobViewFilter(), now=NOW)
    second = maker.make_job_lines(shelf(*SCENE[:1], past=past), JobViewFilter(), now=NOW)
    assert all(a is b for a, b in zip(first[1:], second[-99:], strict=True))
    past.pop("job_5")
    assert len(maker.make_job_lines(KnownJobs({}, past), JobViewFilter(), now=NOW, version=1)) == 99


@pytest.mark.parametrize(
    ("sight", "left"),
    [
        (JobViewFilter(shown="active"), ["3C take"]),
        (JobViewFilter(shown="waiting"), ["3D take", "3F take"]),
        (JobViewFilter(shown="failed"), ["3E take"]),
        (JobViewFilter(shown="done", text="film"), ["film “long”"]),
        (JobViewFilter(text="memory 3e"), ["3E take"]),
        (JobViewFilter(batch="b", shown="done"), ["3A take", "3B take"]),
        (JobViewFilter(shot="s1"), []),
    ],
)
def test_jobs_are_filtered_by_state_words_batch_and_shot(sight: JobViewFilter, left: list[str]) -> None:
    lines = make_lines_once(shelf(FILM, *SCENE), sight, opened={"b"}, now=NOW)
    assert [entry.id.replace("_", " ")[4:] for entry in lines if isinstance(entry, JobLine)] == left


def test_filter_searches_the_past_only_for_possible_states() -> None:
    assert JobViewFilter(shown="waiting").past_filters is None
    assert JobViewFilter().past_filters == {"states": []}
    assert JobViewFilter(shown="failed", text="rain").past_filters == {
        "states": ["failed", "set_aside"],
        "text": "rain",
    }


def test_jobs_are_sorted_by_each_order() -> None:
    queue = shelf(FILM, *SCENE)
    assert ids(make_lines_once(queue, JobViewFilter(order="start"), now=NOW))[:3] == [
        "job_3C_take", "job_3F_take", "job_3D_take",
    ]  # fmt: skip
    newest = ids(make_lines_once(queue, JobViewFilter(order="newest"), now=NOW))
    assert newest[:3] == ["job_3F_take", "job_3D_take", "job_3C_take"]
    assert newest[3:] == ["job_3E_take", "job_3B_take", "job_3A_take", FILM.id]


def test_lines_show_the_state_by_glyph_and_word() -> None:
    queue = shelf(FILM, *SCENE)
    drawn = [
        draw_job_table_line(line, queue, NOW, 107, INK).plain
        for line in make_lines_once(queue, JobViewFilter(), opened={"b"}, now=NOW)
    ]
    assert drawn[0].startswith("▾ takes 3A … 3F")
    assert "2 of 6" in drawn[0]
    assert "✕ 1 failed" in drawn[0]
    assert drawn[1].startswith("    3A take")
    assert "● done" in drawn[1]
    assert drawn[1].endswith("38 s")
    assert "▒ step 5 of 8" in drawn[3]
    assert "62 %" in drawn[3]
    assert "gpu0" in drawn[3]
    assert drawn[3].endswith("0:18")
    assert "… waiting" in drawn[4]
    assert "after 3C take" in drawn[4]
    assert "✕ failed" in drawn[5]
    assert "out of memory" in drawn[5]


@pytest.mark.parametrize("width", [40, 57, 77, 107, 197])
def test_every_line_has_the_width_of_the_table(width: int) -> None:
    long = BatchView(id="b", label="Scene 3, every shot of it, four takes each", jobs=12_345, paused=True)
    for queue in (shelf(FILM, *SCENE), shelf(FILM, *SCENE, batches={"b": long})):
        for line in make_lines_once(queue, JobViewFilter(), opened={"b"}, now=NOW):
            text = draw_job_table_line(line, queue, NOW, width, INK)
            assert text.cell_len == width, text.plain


def test_all_states_have_a_glyph_and_a_word() -> None:
    assert set(job_words.STATES) == {state.value for state in JobState}
    for state in job_words.STATES:
        glyph, word, colour = job_words.describe_job_state(job("x", state))
        assert glyph.strip()
        assert word
        assert colour in ("stale", "working", "picked", "failed", "muted")
    assert job_words.describe_job_state(job("x", "dreaming"))[1] == "dreaming"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (None, ""),
        (NOW - 5, "starts next"),
        (NOW + 100, "starts in 1:40"),
        (NOW + 11 * 3600 + 600, "starts about 23:10"),
        (NOW + 20 * 3600, "starts about Sat 08:00"),
    ],
)
def test_start_of_a_job_is_estimated(start: float | None, words: str) -> None:
    assert job_words.format_start_time(start, NOW) == words
    text = job_words.format_job_detail(job("x", "queued"), {}, start, NOW)
    assert text == words


def test_reason_for_waiting_is_shown() -> None:
    late = job("x", "queued", not_before=NOW + 11 * 3600, priority=2)
    assert job_words.format_job_detail(late, {}, None, NOW) == "+2 · not before 23:00"
    held = job("x", "queued", reason="its batch is paused")
    assert job_words.format_job_detail(held, {}, NOW + 60, NOW) == "its batch is paused · starts in 1:00"


def test_running_job_shows_its_progress() -> None:
    live = {"speed": 0.4, "frames": [12, 97], "memory": {"device": 61e9}, "note": "second pass"}
    running = replace(SCENE[2], live=live, rung=1, resumed="denoise 4 of 8", attempts=2)
    text = job_words.format_job_facts(running, NOW)
    for words in (
        "attempt 2",
        "resumed from denoise 4 of 8",
        "12 of 97 frames",
        "2.5 s a step",
        "61.0 GB device",
    ):
        assert words in text
    assert job_words.format_job_detail(running, {}).startswith("denoise   12 of 97 frames")


def test_cancel_asks_only_after_a_minute_of_running() -> None:
    running = SCENE[2]
    assert "3C take" in job_words.make_cancel_question([running], NOW)
    assert not job_words.make_cancel_question([replace(running, started=NOW - 59)], NOW)
    assert not job_words.make_cancel_question([SCENE[5]], NOW)


def test_summary_counts_kinds_of_state() -> None:
    assert job_words.summarize_job_counts(
        {"running": 1, "publishing": 1, "queued": 3, "held": 1, "set_aside": 2, "done": 10_204}
    ) == ("2 running  4 waiting  2 failed  10,204 done")
    assert job_words.summarize_job_counts({}) == ""


def test_memory_holds_open_jobs_and_the_last_finished() -> None:
    queue = KnownQueue([job("open", "queued", created=0)])
    for at in range(2 * RECENT):
        queue.merge_jobs([job(f"{at}", "done", id=f"job_{at:05}", ended=float(at))])
    assert len(queue.jobs) == 2 * RECENT + 1
    assert queue.floor is None
    queue.merge_jobs([job("one more", "done", ended=9e9)])
    assert len(queue.jobs) == RECENT + 1
    assert "job_open" in queue.jobs
    assert queue.floor == min(make_ended_key(entry) for entry in queue.jobs.values() if entry.state == "done")


def test_finished_jobs_move_to_the_past_and_retried_ones_return() -> None:
    past = PastJobs({}, (100.0, "job_z"))
    past.add_page(PastPage((job("b", "done", ended=90.0), job("a", "failed", ended=80.0)), None, {}))
    past.add_newest([job("c", "done", ended=110.0), job("d", "done", ended=120.0)], (130.0, "job_e"))
    assert list(past.jobs) == ["job_d", "job_c", "job_b", "job_a"]
    assert past.is_complete
    before = past.version
    past.drop_jobs(["job_a", "job_never"])
    assert "job_a" not in past.jobs
    assert past.version != before


def test_reduced_job_record_draws_the_same_line() -> None:
    for entry in (FILM, *SCENE[:2], SCENE[4]):
        whole = draw_job_table_line(JobLine(entry.id), shelf(entry), NOW, 107, INK).plain
        assert draw_job_table_line(JobLine(entry.id), shelf(compact_job(entry)), NOW, 107, INK).plain == whole


def test_total_time_is_shown_only_when_every_part_is_known() -> None:
    forecast = Forecast(
        jobs={"job_3C_take": JobForecast(end=NOW + 18), "job_3D_take": JobForecast(end=NOW + 60)}
    )
    assert LiveQueue(True, SCENE[2:4], forecast=forecast).get_seconds_left(NOW) == 60
    assert LiveQueue(True, SCENE, forecast=forecast).get_seconds_left(NOW) is None
    assert LiveQueue(True, (*SCENE[2:4], job("x", "held")), forecast=forecast).get_seconds_left(NOW) == 60


GPU = GpuView(
    id="gpu0", name="NVIDIA H200", memory_used=61 * 10**9, memory_total=141 * 10**9, utilisation=92.0,
    temperature=58.0, loaded=("ltx2", "flux2"),
)  # fmt: skip
PLAIN = MachineView(
    cpu_load=3.1,
    cores=8,
    memory_used=12 * 10**9,
    memory_total=32 * 10**9,
    disk_free=21 * 10**10,
    disk_total=50 * 10**10,
)


def test_header_is_shorter_in_less_room() -> None:
    def shown(machine: MachineView, width: int) -> str:
        return jobs_machine.format_machine_summary(machine, INK, width).plain

    one = MachineView(gpus=[GPU])
    assert shown(one, 80) == "gpu0  H200  61 / 141 GB   92 %   58 °C   ltx2 + flux2 loaded"
    assert shown(one, 58) == "gpu0  61 / 141 GB   92 %   58 °C   ltx2 + flux2 loaded"
    assert shown(one, 36) == "gpu0  61 / 141 GB   92 %   58 °C"
    assert shown(one, 9) == ""
    assert shown(MachineView(gpus=[GPU, GPU]), 40) == "2 GPUs  122 / 282 GB   92 %"
    assert shown(PLAIN, 80) == "cpu 3.1 of 8   memory 12 / 32 GB   210 GB free"
    silent = replace(GPU, utilisation=None, temperature=None, loaded=(), memory_used=None)
    assert shown(MachineView(gpus=[silent]), 80) == "gpu0  H200"


@pytest.mark.parametrize(
    "machine",
    [MachineView(), PLAIN, replace(PLAIN, gpus=[GPU, GPU]), MachineView(gpus=[GpuView(id="gpu0")])],
)
def test_panel_leaves_out_unknown_values(machine: MachineView) -> None:
    lines = jobs_machine.make_machine_lines(machine, INK, 44)
    assert all("None" not in line.plain for line in lines)
    assert bool(lines) == (machine != MachineView())


def test_hot_gpu_and_full_disk_are_amber() -> None:
    hot = jobs_machine.format_machine_summary(MachineView(gpus=[replace(GPU, temperature=90.0)]), INK, 80)
    assert any(span.style == INK.stale for span in hot.spans)
    full = jobs_machine.make_machine_lines(MachineView(disk_free=10**9, disk_total=5 * 10**11), INK, 44)
    assert any(span.style == INK.stale for span in full[0].spans)


def test_nodes_of_a_cluster_show_work_and_problems() -> None:
    nodes = (
        NodeView(name="head", state="up"),
        NodeView(name="one", state="up", slots=4, busy=3, gpus=4, card="NVIDIA H200 141GB", loaded=("ltx2",)),
        NodeView(name="attic", state="slow", slots=1, reason="it answers slowly"),
        NodeView(name="two", state="gone", reason="it is gone; its jobs run on other machines"),
    )
    lines = [one.plain.rstrip() for one in jobs_machine.make_machine_lines(MachineView(nodes=nodes), INK, 44)]
    assert lines == [
        "one      up      3 of 4 busy · 4 x H200 · l…",
        "attic    slow    0 of 1 busy",
        "         it answers slowly",
        "two      gone",
        "         it is gone; its jobs run on other",
        "         machines",
    ]
    assert all(
        one.cell_len <= 44 for one in jobs_machine.make_machine_lines(MachineView(nodes=nodes), INK, 44)
    )


@given(st.lists(st.floats(0, 1e6), max_size=80), st.integers(0, 30))
def test_sparkline_fits_and_never_draws_a_value_as_zero(values: list[float], cells: int) -> None:
    drawn = draw_sparkline(values, cells)
    assert len(drawn) == min(len(values), max(0, cells)) or (len(values) > cells and len(drawn) <= cells)
    assert " " not in drawn


def event(kind: str, at: float, **more: Any) -> dict[str, Any]:
    return {"seq": int(at), "at": NOW + at, "kind": kind, "job": "job_x", **more}


def test_history_groups_checkpoints_and_shows_where_an_attempt_continued() -> None:
    moments = jobs_history.list_history_moments(
        [
            event("state", 0, trigger="submit", state="queued"),
            event("state", 1, trigger="claim", state="running", attempt=1, worker="gpu0"),
            event("checkpoint", 2, stage="denoise", step=12),
            event("checkpoint", 3, stage="denoise", step=24, total=60),
            event("state", 4, trigger="fault", state="retrying", error="its worker was killed"),
            event("state", 5, trigger="claim", state="running", attempt=2, worker="gpu0"),
            event("part", 6, role="picture", path="/x/board_01.png"),
            event("state", 6.5, trigger="change", state="running"),
            event("state", 7, trigger="taken_in", state="done"),
        ],
        [AttemptView(number=2, resumed="denoise 24 of 60")],
    )
    assert [moment.words for moment in moments] == [
        "queued",
        "attempt 1 on gpu0",
        "checkpoint denoise 24 of 60, the last of 2",
        "to be tried again: its worker was killed",
        "attempt 2 on gpu0",
        "resumed from denoise 24 of 60",
        "part picture board_01.png",
        "taken in",
    ]


def test_history_shows_a_smaller_plan_and_checkpoint_details() -> None:
    moments = jobs_history.list_history_moments(
        [
            event(
                "state",
                1,
                trigger="fault",
                state="retrying",
                reason="stepped down: bf16 → fp8",
                error="no memory",
            ),
            event("checkpoint", 2, stage="denoise", step=24, total=60, resumed=True),
        ],
        [AttemptView(number=1, resumed="denoise 24 of 60")],
    )
    assert [moment.words for moment in moments] == [
        "to be tried again: stepped down: bf16 → fp8 · no memory",
        "resumed from checkpoint denoise 24 of 60",
    ]
    retrying = job("x", "retrying", reason="stepped down: bf16 → fp8", error="no memory")
    assert job_words.format_job_detail(retrying, {}) == "stepped down: bf16 → fp8 · no memory"
    assert job_words.format_job_detail(job("x", "done", rung=2), {}) == "2 levels down"


def test_every_trigger_of_the_queue_has_words() -> None:
    from milimo_tui.jobs.values.states import Trigger

    assert set(jobs_history._TRIGGERS) >= {trigger.value for trigger in Trigger}


def test_job_without_events_shows_its_attempts() -> None:
    moments = jobs_history.list_history_moments(
        [],
        [AttemptView(number=1, worker="cpu0", started=NOW, ended=NOW + 4, outcome="died", error="killed")],
    )
    assert [moment.words for moment in moments] == ["attempt 1 on cpu0", "died after 4.0 s: killed"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
NO_NULL = st.dictionaries(
    st.text(max_size=3),
    st.booleans() | st.integers(-9, 9) | st.text(max_size=4) | st.lists(JSON, max_size=3)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
    max_size=4,
)  # fmt: skip


def merged(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396), as the queue does."""
    if not isinstance(patch, dict):
        return patch
    out = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merged(out.get(key), value)
    return out


@given(NO_NULL, NO_NULL)
def test_patch_turns_one_spec_into_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    patch = diff_specs(before, after)
    assert merged(before, patch) == after
    assert diff_specs(after, after) == {}


@given(st.dictionaries(st.text(), JSON, min_size=1, max_size=5))
def test_spec_is_equal_after_writing_and_reading(spec: dict[str, Any]) -> None:
    assert jobs_spec.parse_spec(jobs_spec.format_spec(spec)) == spec


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{\n  "steps": 8,\n  "seed" 3\n}', "line 3, column 10"),
        ("[1]", "begins with {"),
        ('{"a": NaN}', "NaN"),
        ("[" * 100_000, "nested|line 1"),
        ("", "line 1"),
    ],
)
def test_invalid_text_shows_its_place(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        jobs_spec.parse_spec(text)


def test_line_of_a_refused_field_is_found() -> None:
    text = jobs_spec.format_spec({"kind": "make_video", "steps": 8})
    assert jobs_spec.find_field_line(text, "bad spec: make_video.steps: Input should be less than 200") == 3
    assert jobs_spec.find_field_line(text, "the film is gone") == 0


def test_running_and_failed_jobs_are_brighter_than_finished_ones() -> None:
    def drawn(line: BatchLine) -> Text:
        return draw_job_table_line(line, KnownJobs(), NOW, 100, INK)

    runs = BatchLine("b", "Scene 3", 4, 6, 0.7, NOW + 130, 0, True, open=2)
    done = BatchLine("b", "Scene 3", 6, 6, 1.0, None, 0, True)
    failed = BatchLine("b", "Scene 3", 4, 6, 1.0, None, 2, True)
    assert "▓" in drawn(runs).plain
    for ended in (done, failed):
        assert "▓" not in drawn(ended).plain
        assert "░" not in drawn(ended).plain
    assert any(span.style == INK.strong for span in drawn(runs).spans)
    assert not any(span.style in (INK.strong, INK.picked) for span in drawn(done).spans)
    assert any(span.style == INK.failed for span in drawn(failed).spans)
    for state, style in (("running", INK.strong), ("failed", INK.strong), ("done", INK.muted)):
        one = job("3A take", state, started=NOW - 9, ended=NOW - 5)
        text = draw_job_table_line(JobLine(one.id), KnownJobs({one.id: one}), NOW, 100, INK)
        name = next(span for span in text.spans if "3A" in text.plain[span.start : span.end])
        assert name.style == style, state
