"""Test extracting JSON from the replies of models, and the length of a prompt."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.engines.llm import json_repair, prompts
from milimo_tui.engines.llm.json_repair import repair_json
from milimo_tui.engines.llm.reading.shot_prompts import clean_paragraph

SHOTS = {
    "scenes": [
        {
            "heading": "INT. KITCHEN - NIGHT",
            "shots": [
                {"action": "Mara lights a lamp.", "size": "WS", "characters": ["Mara"]},
                {"action": "She looks up.", "dialogue": [{"character": "Mara", "text": "You're late."}]},
            ],
        },
        {"heading": "EXT. STREET - DAY", "shots": [{"action": "A dog crosses.", "movement": "track"}]},
    ]
}
WHOLE = json.dumps(SHOTS)


def value(text: str) -> Any:
    found = repair_json(text)
    assert found is not None
    return found.value


@pytest.mark.parametrize(
    "said",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"Here you are [as asked]:\n\n{WHOLE}\n\nDo you like it?",
        json.dumps(SHOTS, indent=4),
    ],
)
def test_correct_answer_is_read_unchanged(said: str) -> None:
    found = repair_json(said)
    assert found is not None
    assert found.value == SHOTS
    assert found.reasons == ()


def test_row_11_answer_cut_inside_a_nested_list_keeps_every_whole_shot() -> None:
    cut = WHOLE[: WHOLE.index("A dog crosses") + 5]
    found = repair_json(cut)
    assert found is not None
    assert found.value["scenes"][0] == SHOTS["scenes"][0]
    assert any("cut off" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('{"a": 1, "b": [1, 2,],}', {"a": 1, "b": [1, 2]}),
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}),
        ('[{"a": 1} {"a": 2}]', [{"a": 1}, {"a": 2}]),
        ('{"a": [1, 2}', {"a": [1, 2]}),
        ("{'a': 'it is'}", {"a": "it is"}),
        ('{"a": True, "b": None}', {"a": True, "b": None}),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ('{"a": 1, "b":', {"a": 1}),
        ('{"a": yes}', {"a": "yes"}),
        ('{a: "x", b: ["y"]}', {"a": "x", "b": ["y"]}),
        ('{ // first\n "a": 1, /* second */ "b": 2}', {"a": 1, "b": 2}),
        ('{"a": "She said "go" twice", "b": 2}', {"a": 'She said "go" twice', "b": 2}),
        ('{"a": "x", "b": "y",}\n\nShall I keep the [map] and {close}?', {"a": "x", "b": "y"}),
        ('{"a": "x", "b": "Two men argue about [the ma', {"a": "x"}),
    ],
)
def test_damaged_answer_is_repaired_and_reported(answer: str, expected: Any) -> None:
    found = repair_json(answer)
    assert found is not None
    assert found.value == expected
    assert len(found.reasons) == 1


def test_text_without_json_gives_none() -> None:
    assert repair_json("I am sorry, but I can't do that.") is None
    assert repair_json("") is None
    assert repair_json("{}") is None or repair_json("{}").value == {}  # type: ignore[union-attr]


def test_endlessly_nested_answer_is_bounded() -> None:
    repair_json("[" * 200_000)
    repair_json('{"a":' * 100_000)
    assert repair_json("[" * 100 + "1" + "]" * 100) is None


@pytest.mark.parametrize("unit", ['["', '{"', "1{]", '][""', "(", "{`"])
def test_costly_answer_is_given_up_in_time(unit: str) -> None:
    began = time.monotonic()
    repair_json('{"a": [' + unit * 20_000, seconds=0.2)
    repair_json("[" + unit * 20_000, seconds=0.2)
    assert time.monotonic() - began < 5


def test_damaged_answer_over_the_size_limit_is_refused() -> None:
    assert repair_json('{"a": "' + "x" * json_repair.MOST_LETTERS) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)
CONTAINERS = st.lists(JSON, min_size=1, max_size=4) | st.dictionaries(st.text(max_size=6), JSON, min_size=1)


@pytest.mark.long("models")
@given(CONTAINERS, st.sampled_from(["", "Sure: ", "```json\n"]))
@settings(max_examples=150)
def test_any_json_is_found_inside_other_text(thing: Any, before: str) -> None:
    assert value(f"{before}{json.dumps(thing)}\n```") == thing


@pytest.mark.long("models")
@given(CONTAINERS, st.floats(0, 1))
@settings(max_examples=200)
def test_any_truncated_json_gives_complete_parts_or_nothing(thing: Any, where: float) -> None:
    text = json.dumps(thing)
    found = repair_json(text[: int(len(text) * where)])
    assert found is None or isinstance(found.value, dict | list)


@given(st.text(alphabet='{}[]":,\\ \nabc12', max_size=60))
@settings(max_examples=300)
def test_any_text_leaves_the_repair_without_an_error(text: str) -> None:
    found = repair_json(text)
    assert found is None or isinstance(found.value, dict | list)


# ------------------------------------------------------------------ prompts


def test_row_13_length_of_a_prompt_follows_the_clip() -> None:
    lengths = [prompts.describe_prompt_length(seconds) for seconds in (1, 6, 6.1, 12, 12.1, 60)]
    assert lengths[0] == lengths[1] != lengths[2] == lengths[3] != lengths[4] == lengths[5]
    assert "one single action" in lengths[0]


@pytest.mark.parametrize("task", ["continue", "answer", "ask", "check", "scenario", "structure"])
def test_every_task_has_instructions_that_can_be_filled(task: str) -> None:
    names = "seconds length text parts before previous part part_seconds"
    names += " rules scene number facts piece pieces language outline items story"
    values = dict.fromkeys(names.split(), "X")
    words = prompts.fill_task_prompt(task, background="Mara (@mara)", **values)
    assert words.system
    assert "{" not in words.user
    assert prompts.fill_task_prompt(task, system="Mine.", background="", **values).system == "Mine."


def test_text_with_braces_is_unchanged() -> None:
    words = prompts.fill_task_prompt("answer", text="{length} {oops}")
    assert "{length} {oops}" in words.user


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("```\nA dog\nruns.\n```", "A dog runs."),
        ("“A dog runs.”", "A dog runs."),
        ('"Go," she says. "Now."', '"Go," she says. "Now."'),
        ("A\x1b[31m dog", "A dog"),
    ],
)
def test_prompt_is_one_plain_paragraph(said: str, meant: str) -> None:
    assert clean_paragraph(said) == meant
