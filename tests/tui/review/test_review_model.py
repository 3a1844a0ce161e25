"""Test the inbox of the Review screen as data: its items, their order, and the texts about them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.jobs.studio_values import Absence
from milimo_tui.story.values.film import Story, Take, number_shots
from milimo_tui.studio.project.review import (
    FilmReview,
    ReviewState,
    collect_review,
    describe_absence,
    format_time_span,
    list_state_counts,
)
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.review.review_layout import CHROME, FACTS, FACTS_ROWS, compute_review_layout
from milimo_tui.tui.review.review_lines import format_review_heading, format_review_totals
from milimo_tui.tui.terminal.palettes import DARK
from milimo_tui.tui.terminal.theme import TextStyles
from tests.store.samples import PROJECT, asset, scenes, shots, take

INK = TextStyles(DARK)
KEYMAP = keymap_file.load_keymap("default")


def in_keys(words: str) -> str:
    return KEYMAP.with_keys(words, ("review", "global"))


NIGHT = Absence(100.0, 200.0)


def story(takes: list[Take], seen: tuple[str, ...] = ()) -> Story:
    """Return a story of two scenes with three shots each and the given takes. The first take of each shot is
    picked; `seen` holds the ids of reviewed jobs.
    """
    there = shots(6, 3)
    first: dict[str, str] = {}
    for each in takes:
        first.setdefault(each.shot, each.id)
    there = tuple(replace(shot, take=first.get(shot.id, "")) for shot in there)
    return Story(
        project=PROJECT,
        scenes=scenes(2),
        shots=there,
        takes=tuple(takes),
        assets=tuple(asset(each.id.removeprefix("take_")) for each in takes),
        numbers=number_shots(scenes(2), there),
        seen=frozenset(seen),
    )


def job(name: str, state: str, shot: str, **more: Any) -> DetailedJob:
    return DetailedJob.from_json({
        "id": f"job_{name}", "kind": "make_video", "state": state, "shot": shot, "label": f"{name} take",
        "created": 90.0, "started": 110.0, "ended": 150.0, "rung": 0, "error": None, "reason": "", "hint": "",
        **more,
    })  # fmt: skip


def test_inbox_has_unreviewed_takes_in_film_order() -> None:
    made = [
        take("late", "shot_4", created=120.0),
        take("early", "shot_0", created=140.0),
        take("seen", "shot_2", created=130.0),
    ]
    review = collect_review(story(made, seen=("job_seen",)), "/film")
    assert [(item.number, item.item_id) for item in review.items] == [
        ("1A", "take_early"),
        ("2B", "take_late"),
    ]
    assert review.began is None
    assert review.items[0].path == "/film/media/early.mov"
    assert describe_absence(review) == "made while you were here: 2 not seen yet"


def test_reviewed_takes_stay_next_to_those_that_arrived_with_them() -> None:
    """Someone who returns to a half-finished review finds all results of the night, not only the unreviewed
    ones.
    """
    made = [take("a", "shot_0", created=120.0), take("b", "shot_1", created=130.0)]
    older = take("c", "shot_2", created=50.0)
    review = collect_review(story([*made, older], seen=("job_a", "job_c")), "/film", absences=[NIGHT])
    assert [(item.number, item.seen) for item in review.items] == [("1A", True), ("1B", False)]
    assert (review.began, review.ended) == (100.0, 200.0)
    assert [item.number for item in review.unseen_items] == ["1B"]


def test_morning_list_starts_with_the_night_and_adds_later_results() -> None:
    """Unreviewed takes from the evening before are listed last."""
    evening, night = take("evening", "shot_0", created=50.0), take("night", "shot_0", created=150.0)
    now = take("now", "shot_1", created=250.0)
    review = collect_review(story([evening, night, now]), "/film", absences=[NIGHT])
    assert [item.item_id for item in review.items] == ["take_night", "take_now", "take_evening"]
    assert review.earlier_count == 1
    review = collect_review(story([evening, night, now], seen=("job_night",)), "/film", absences=[NIGHT])
    assert [item.item_id for item in review.items] == ["take_evening", "take_now"]
    assert describe_absence(review) == "made while you were here: 2 not seen yet"


def test_reviewed_inbox_keeps_only_what_is_on_screen() -> None:
    made = [take("a", "shot_0", created=120.0), take("b", "shot_1", created=130.0)]
    film = story(made, seen=("job_a", "job_b"))
    assert collect_review(film, "/film", absences=[NIGHT]) == FilmReview()
    review = collect_review(film, "/film", absences=[NIGHT], kept=frozenset({"job_b"}))
    assert [item.number for item in review.items] == ["1A", "1B"]
    assert review.unseen_items == ()
    everything = collect_review(film, "/film", everything=True)
    assert [item.number for item in everything.items] == ["1A", "1B"]


def test_absences_are_joined_and_one_without_results_is_none() -> None:
    nights = [Absence(300.0, None), Absence(220.0, 230.0), NIGHT, Absence(10.0, 20.0)]
    made = [take("a", "shot_0", created=120.0), take("b", "shot_1", created=225.0)]
    review = collect_review(story(made), "/film", absences=nights)
    assert (review.began, review.ended) == (100.0, 230.0)
    review = collect_review(story([*made, take("c", "shot_2", created=400.0)]), "/film", absences=nights)
    assert (review.began, review.ended) == (100.0, None)  # The last absence has not ended yet.


def test_failures_show_their_reason_next_to_a_take() -> None:
    jobs = [
        job("x", "failed", "shot_1", error="out of memory", hint="fewer frames"),
        job("y", "set_aside", "shot_2", error="its worker died three times"),
        job("z", "skipped", "shot_3", reason="waited for 1B take, which was not done (failed)"),
        job("w", "publishing", "shot_4", reason="the film is locked", ended=None),
        job("v", "publishing", "shot_5", ended=None),  # still being published, so there is nothing to report
        job("quick", "failed", "shot_5", kind="probe"),
        job("stop", "cancelled", "shot_5"),
    ]
    review = collect_review(story([take("a", "shot_1", created=120.0)]), "/film", jobs=jobs, absences=[NIGHT])
    assert [(item.number, item.state) for item in review.items] == [
        ("1B", ReviewState.MADE),
        ("1B", ReviewState.FAILED),
        ("1C", ReviewState.SET_ASIDE),
        ("2A", ReviewState.SKIPPED),
        ("2B", ReviewState.WAITING),
    ]
    failed = review.items[1]
    assert (failed.reason, failed.hint, failed.took, failed.away) == (
        "out of memory",
        "fewer frames",
        40.0,
        True,
    )
    assert list_state_counts(review.count_by_state(away=True)) == [
        (ReviewState.MADE, "1 made"),
        (ReviewState.FAILED, "1 failed"),
        (ReviewState.SET_ASIDE, "1 set aside"),
        (ReviewState.SKIPPED, "1 skipped"),
    ]
    assert review.describe_unseen() == "1 take arrived while you were away, 2 jobs failed"


def test_take_made_with_a_smaller_plan_shows_by_how_much() -> None:
    tries = [{"number": 1, "error": "needed 84.1 GB, 79.9 free"}, {"number": 2, "error": None}]
    done = job("a", "done", "shot_0", rung=1, history=tries)
    review = collect_review(
        story([take("a", "shot_0", created=120.0)]), "/film", jobs=[done], absences=[NIGHT]
    )
    assert review.items[0].state is ReviewState.STEPPED_DOWN
    assert "needed 84.1 GB" in review.items[0].reason
    assert list_state_counts(review.count_by_state()) == [
        (ReviewState.MADE, "1 made"),
        (ReviewState.STEPPED_DOWN, "1 stepped down"),
    ]
    assert review.items[0].took == 40.0


def test_retried_failure_stays_at_its_place() -> None:
    again = job("x", "running", "shot_1", ended=None)
    assert collect_review(story([]), "/film", jobs=[again]).items == ()
    review = collect_review(story([]), "/film", jobs=[again], kept=frozenset({"job_x"}))
    assert [item.state for item in review.items] == [ReviewState.AGAIN]


def test_job_without_a_shot_is_shown_by_its_label() -> None:
    film = job("f", "failed", "", kind="render_film", label="film preview", error="disk full")
    review = collect_review(story([take("a", "shot_5", created=1.0)]), "/film", jobs=[film])
    assert [item.number for item in review.items] == ["2C", "film preview"]


def test_takes_have_a_position_and_a_parked_shot_has_none() -> None:
    made = [take("a", "shot_0"), take("b", "shot_0", rating=3, rejected=True, note="soft")]
    review = collect_review(story(made), "/film")
    first, second = review.items
    assert (first.place, first.takes, first.picked) == (1, 2, True)
    assert (second.place, second.picked, second.rating, second.rejected, second.note) == (
        2, False, 3, True, "soft",
    )  # fmt: skip
    film = story(made)
    parked = replace(film, shots=tuple(replace(shot, parked=True) for shot in film.shots))
    assert collect_review(parked, "/film", everything=True) == FilmReview()


def test_period_names_the_day_only_where_needed() -> None:

    evening = time.mktime((2026, 11, 19, 23, 40, 0, 0, 0, -1))
    morning = time.mktime((2026, 11, 20, 7, 12, 0, 0, 0, -1))
    assert format_time_span(evening, morning) == "23:40–07:12"
    assert format_time_span(evening, morning + 86400) == "Thu 23:40–Sat 07:12"
    assert format_time_span(time.time() - 60, None).endswith("–")


@given(
    st.integers(80, 400),
    st.integers(24, 120),
    st.sampled_from([0.5625, 1.0, 1.5, 16 / 9, 2.39]),
    st.booleans(),
)
def test_layout_fits_every_terminal(columns: int, rows: int, ratio: float, two: bool) -> None:
    found = compute_review_layout(columns, rows, ratio, two=two)
    facts = FACTS_ROWS if found.stacked else 0
    assert found.high + 1 + found.strip + facts <= rows - CHROME
    across = found.wide * (2 if two else 1) + (2 if two else 0) + 1
    assert across + (0 if found.stacked else FACTS) <= columns
    assert abs(found.wide - found.high * 2 * ratio) <= 1 or found.high == 3


def test_heading_describes_the_state_and_the_next_step() -> None:
    """The heading does not claim that takes arrived during an absence if there was none. It names the keys
    for the waiting takes.
    """
    review = collect_review(story([take("now", "shot_0", created=140.0)]), "/film")
    assert format_review_heading(review, INK).plain == "Review · made while you were here"
    assert format_review_totals(review, INK, in_keys).plain == "1 not looked at   Enter picks   ; passes"
    seen = replace(review, items=tuple(replace(item, seen=True) for item in review.items))
    assert format_review_totals(seen, INK, in_keys).plain.startswith("all looked at   g t")
    assert format_review_totals(FilmReview(), INK, in_keys).plain == ""
