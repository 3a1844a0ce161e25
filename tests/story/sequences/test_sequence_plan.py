"""Test plans of shots made from a brief: the properties that a brief changes, and rules that hold for every
plan.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.story.sequences import tables
from milimo_tui.story.sequences.brief import MOST, BriefOptions, parse_brief
from milimo_tui.story.sequences.sequence_plan import SequencePlan, plan_sequence
from milimo_tui.story.values.shot_words import Function, Setting

MARKET = "eight tense shots in a rain-wet market"


def plan(text: str = MARKET, **asked: Any) -> SequencePlan:
    return plan_sequence(parse_brief(text, BriefOptions(**asked)))


def shown(one: SequencePlan) -> list[object]:
    return [(shot.framing, shot.action, shot.characters, shot.seconds, shot.lens) for shot in one.shots]


def test_brief_is_read_by_its_words() -> None:
    brief = parse_brief(f"{MARKET} at night, with Mara and Jun, film noir", BriefOptions())
    assert (brief.count, brief.mood, brief.style) == (8, "tense", "noir")
    assert brief.people == ("Mara", "Jun")
    assert brief.scene_heading == "EXT. RAIN-WET MARKET - NIGHT"
    assert brief.weather == "rain"
    kitchen = parse_brief("a quiet talk in the old kitchen", BriefOptions())
    assert (kitchen.setting, kitchen.count, kitchen.kind) == (Setting.INTERIOR, 5, "dialogue")
    assert parse_brief("three calm shots of a lighthouse at dawn", BriefOptions()).place == "lighthouse"


def test_people_and_places_of_the_film_are_found_by_name() -> None:
    brief = parse_brief(
        "five shots of old tam on the canal bridge", BriefOptions(), ["Old Tam"], ["Canal Bridge"]
    )
    assert brief.people == ("Old Tam",)
    assert brief.place == "Canal Bridge"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"mood": "tense"}, {"mood": "calm"}),
        ({"mood": "action"}, {"mood": "tender"}),
        ({"style": "noir"}, {"style": "documentary"}),
        ({"style": "noir"}, {}),
        ({"people": ("Mara",)}, {"people": ("Jun",)}),
        ({"people": ("Mara",)}, {"people": ("Mara", "Jun")}),
        ({"people": ()}, {"people": ("Mara",)}),
        ({"kind": "dialogue"}, {"kind": "action"}),
    ],
)
def test_other_mood_style_kind_or_character_is_another_plan(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert shown(plan(**one)) != shown(plan(**other))


@pytest.mark.parametrize("field", ["light", "palette"])
def test_moods_and_styles_have_their_own_light_and_colours(field: str) -> None:
    words = [getattr(plan(mood=mood), field) for mood in tables.read_moods()]
    assert len(set(words)) == len(words)
    assert getattr(plan(style="neon"), field) != getattr(plan(), field)


def test_unknown_style_still_changes_the_plan() -> None:
    assert plan(style="a watercolour that runs").style == "a watercolour that runs"


def test_each_mood_has_one_row_in_any_spelling() -> None:
    plans = [shown(plan("six shots in a yard", mood=word)) for word in ("tense", "tension", "suspense")]
    assert plans[0] == plans[1] == plans[2]


def test_pace_follows_the_brief_and_the_mood() -> None:
    assert (
        plan("six slow tense shots in a yard").total_seconds > plan("six tense shots in a yard").total_seconds
    )
    assert plan(mood="action").total_seconds < plan(mood="tender").total_seconds
    assert all(Fraction(3, 2) <= shot.seconds <= 2 for shot in plan(mood="action").shots)
    tense = [shot.seconds for shot in plan().shots]
    assert tense[0] > tense[-1]  # The shots of a tense sequence become shorter towards its end.


def test_each_value_has_its_rule() -> None:
    made = plan(people=("Mara",))
    assert {one.field for one in made.rules} >= {"mood", "kind", "coverage", "light", "palette", "shots"}
    for shot in made.shots:
        assert {one.field for one in shot.rules} == {"shot", "framing", "lens", "length"}
        assert all(one.value and one.rule for one in shot.rules)


@given(
    count=st.integers(1, MOST),
    mood=st.sampled_from(sorted(tables.read_moods())),
    style=st.sampled_from(["", *sorted(tables.read_styles())]),
    kind=st.sampled_from(["", *sorted(tables.read_sequence_kinds())]),
    people=st.lists(st.sampled_from(["Mara", "Jun", "Tam", "Ilse"]), unique=True, max_size=4).map(tuple),
    place=st.sampled_from(["market", "kitchen", "void"]),
)
@settings(max_examples=60, deadline=None)
def test_every_plan_is_distinct_complete_and_repeatable(
    count: int, mood: str, style: str, kind: str, people: tuple[str, ...], place: str
) -> None:
    options = BriefOptions(shots=count, mood=mood, style=style, kind=kind, people=people)
    plan = plan_sequence(parse_brief(f"shots in a {place}", options))
    assert len(plan.shots) == count
    assert len({(shot.framing, shot.action) for shot in plan.shots}) == count
    assert all(Fraction(1) <= shot.seconds <= 10 for shot in plan.shots)
    assert all(set(shot.characters) <= set(people) for shot in plan.shots)
    assert all("{" not in shot.action for shot in plan.shots)
    if not people:
        assert all(shot.framing.function not in (Function.OTS, Function.TWO_SHOT) for shot in plan.shots)
    assert plan == plan_sequence(parse_brief(f"shots in a {place}", options))


@pytest.mark.parametrize(
    ("text", "asked"),
    [("", {}), ("eight shots", {"mood": "sideways"}), ("eight shots", {"kind": "opera"}), ("900 shots", {})],
)
def test_invalid_brief_is_refused_in_one_sentence(text: str, asked: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        plan(text, **asked)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("A courier crosses a night market while being followed by two men",
         ("crosses", "market", "followed", "two men")),
        (MARKET, ()),
        (f"{MARKET} at night, with Mara and Jun, film noir", ()),
        ("three calm shots of a lighthouse at dawn", ()),
        ("a quick chase with a red umbrella", ("red umbrella",)),
    ],
)  # fmt: skip
def test_words_of_the_brief_that_the_plan_does_not_use_are_listed(text: str, unused: tuple[str, ...]) -> None:
    made = plan(text)
    assert made.unused == unused
    assert [one.value for one in made.rules if one.field == "not used"] == [", ".join(unused)] * bool(unused)


CONTENT = ("courier", "zebra", "crosses", "market", "umbrella")
WORDS = st.sampled_from([*CONTENT, "night", "tense", "two", "slowly", "noir", "with", "a", "in"])


@given(st.lists(WORDS, min_size=1, max_size=12).map(" ".join))
@settings(deadline=None)
def test_every_content_word_of_a_brief_is_in_the_plan_or_in_the_list(text: str) -> None:
    made = plan(text)
    listed = {word for one in made.unused for word in one.casefold().split()}
    shown = f"{made.brief.scene_heading} {' '.join(shot.action for shot in made.shots)}".casefold()
    for word in set(CONTENT) & set(text.split()):
        assert word in shown or word in listed
