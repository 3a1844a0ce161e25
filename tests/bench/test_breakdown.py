"""Test the benchmark of the breakdown: which shots it judges right or wrong, and that it runs on any script
with a marks file next to it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from breakdown import judge_look_doubts, judge_prompt, main
from judging import ReadShot, ShotJudge, ShotSpeech, Verdict, find_words_span, says_speaker_absent
from marks import Marks, find_marks_file, read_script_marks

from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.film import Element, ElementKind, Look, Project, Shot, Story
from tests.bench.test_marks import MARKS, TEXT

COAT = "Anna, a woman of thirty in a red coat, waits by the lamp."
ON_PHONE = (ShotSpeech("Tom", "I know.", "phone"),)


@pytest.fixture
def marks(tmp_path: Path) -> Marks:
    script = tmp_path / "late.fountain"
    script.write_text(TEXT)
    find_marks_file(script).write_text(MARKS)
    return read_script_marks(script)


def shot(number: str, line: int, frame: tuple[str, ...] = ("Anna",), **fields: object) -> ReadShot:
    """Return a shot that agrees with the marks. `fields` replaces values that a test changes."""
    made = ReadShot(
        number=number,
        line=line,
        end_line=line + 1,
        action="",
        spoken=(),
        frame=frame,
        insert=False,
        location="HALL",
        time="NIGHT",
        prompt=COAT,
        reason="the one who waits",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


WAITS = shot("1A", 3, action="ANNA (30), a red coat, waits by the LAMP.")
SAYS = shot(
    "1B", 5, spoken=(ShotSpeech("Anna", "You are late.", ""),), prompt=f"{COAT} Anna says: “You are late.”"
)
HEARS = shot("1C", 8, spoken=ON_PHONE, prompt=f"{COAT} Through the phone Tom says: “I know.”")


def wrong(marks: Marks, *shots: ReadShot) -> list[str]:
    return [
        f"{each.where} {each.measure}: {each.why}"
        for each in ShotJudge(marks, shots).judge_all()
        if not each.right
    ]


def test_shots_that_agree_with_the_marks_are_right(marks: Marks) -> None:
    assert wrong(marks, WAITS, SAYS, HEARS) == []


@pytest.mark.parametrize(
    ("changed", "complaints"),
    [
        (
            replace(WAITS, frame=()),
            ["1A cast: shows nobody, has to show ANNA", "line 3 moments: has to show ANNA: 1A shows nobody"],
        ),
        (
            replace(WAITS, frame=("Anna", "Tom")),
            ["1A cast: TOM must not be in the frame", "line 3 moments: has to show ANNA: 1A shows ANNA, TOM"],
        ),
        (
            replace(WAITS, frame=("Anna", "Eve")),
            [
                "1A cast: [Eve] must not be in the frame",
                "line 3 moments: has to show ANNA: 1A shows ANNA, [Eve]",
            ],
        ),
        (replace(WAITS, prompt="Anna waits."), ["1A look: ANNA: not said: 30, red coat"]),
        (replace(WAITS, prompt="Anna, thirty, waits."), ["1A look: ANNA: not said: red coat"]),
        (replace(WAITS, prompt="Anna, red-coated, thirty, waits."), []),
        (replace(WAITS, time="DAY"), ["1A place: Hall, night; not HALL, DAY"]),
        (replace(WAITS, reason=""), ["1A reason: no reason for its framing"]),
        (
            replace(SAYS, frame=("Tom",)),
            [
                "1B cast: TOM must not be in the frame",
                "1B off screen: ANNA (seen) says it as if in the frame",
                "1B reaction: Tom gets the words of Anna",
                "line 6 moments: has to show ANNA: 1B shows TOM",
                "line 6 heard: 1B: ANNA is heard 'off screen', not 'seen'",
            ],
        ),
        (
            replace(HEARS, spoken=(ShotSpeech("Tom", "I know.", "voice-over"),)),
            ["line 9 heard: 1C: TOM is heard 'phone', not 'voice-over'"],
        ),
        (
            replace(HEARS, prompt=f"{COAT} Tom says: “I know.”"),
            [
                "1C off screen: TOM (phone) says it as if in the frame",
                "1C reaction: Anna gets the words of Tom",
            ],
        ),
        # An insert of the lamp may be shown while the speech is heard.
        (replace(HEARS, insert=True, frame=()), []),
    ],
)
def test_facts_that_disagree_with_the_marks_are_wrong(
    marks: Marks, changed: ReadShot, complaints: list[str]
) -> None:
    shots = [changed if each.number == changed.number else each for each in (WAITS, SAYS, HEARS)]
    assert wrong(marks, *shots) == complaints


def test_unshown_and_unsaid_facts_are_missed(marks: Marks) -> None:
    assert wrong(marks, WAITS, HEARS) == [
        "line 6 moments: has to show ANNA: no shot is of it",
        "line 6 heard: no shot has what ANNA says",
    ]


def test_second_shot_may_have_another_look(marks: Marks) -> None:
    aside = replace(WAITS, number="1AA", frame=(), prompt="The lamp.")
    assert wrong(marks, WAITS, aside, SAYS, HEARS) == []


def test_facts_of_another_look_are_wrong_unless_the_shots_lines_say_so(tmp_path: Path) -> None:
    script = tmp_path / "late.fountain"
    script.write_text(TEXT.replace("waits", "no hat, waits"))
    find_marks_file(script).write_text(MARKS.replace('"red coat"]', '"red coat"]\nnot = ["hat", "late"]', 1))
    marks = read_script_marks(script)
    action = "ANNA (30), a red coat, no hat, waits by the LAMP."
    hat = replace(WAITS, action=action, prompt=f"{COAT} A hat.")
    assert wrong(marks, hat, SAYS, HEARS) == []
    assert wrong(marks, replace(hat, prompt=f"{COAT} It is late."), SAYS, HEARS) == [
        "1A look: ANNA: must not be late here"
    ]
    assert wrong(marks, replace(hat, prompt=f"It is late. {COAT}"), SAYS, HEARS) == []


@pytest.mark.parametrize(
    ("prompt", "absent"),
    [
        ("Anna turns. Tom is heard: “I know.”", True),
        ("Tom's voice comes over the phone: “I know.” Rain.", True),
        ("“I know,” Tom says, out of frame. Rain.", True),
        ("Tom, into the phone, says: “I know.” The radio hums.", False),
        ("The radio hums. Tom says: “I know.”", False),
        ("Anna listens.", True),
    ],
)
def test_prompt_says_whether_the_speaker_is_off_screen(prompt: str, absent: bool) -> None:
    assert says_speaker_absent(prompt, "I know.") is absent


def test_prompt_is_checked_for_framing_and_length() -> None:
    text = f"{COAT} A medium shot from the side, static camera. "
    full = {each.measure: each.right for each in judge_prompt(replace(WAITS, prompt=text))}
    assert all(full.values())
    bad = "Close-up, then a wide shot: “The light, the quiet, a static camera.” " + "Rain. " * 220
    assert not any(each.right for each in judge_prompt(replace(WAITS, prompt=bad)))


def test_bench_reads_a_script_with_its_marks(marks: Marks, capsys: pytest.CaptureFixture[str]) -> None:
    def ask(*words: str) -> str:
        assert main([str(marks.script), *words]) == 0
        return capsys.readouterr().out

    found = json.loads(ask("--json"))["figures"]["open"]
    assert found["all"] == found["dialogue"]
    assert (found["all"]["shots"], found["all"]["moments"], found["all"]["place"]) == (3, 100, 100)
    find_marks_file(marks.script).write_text(MARKS.replace('time = "night"', 'time = "day"'))
    assert ask("--wrong", "1", "--of", "place").splitlines() == [
        "late 1A  place: Hall, day; not HALL, NIGHT",
        "1 of 3 errors",
    ]
    find_marks_file(marks.script).write_text(MARKS.replace("kept_apart = false", "kept_apart = true"))
    assert "kept apart, % right" in (answer := ask())
    assert "open, % right" not in answer
    assert ask("--wrong", "9", "--of", "place") == "0 of 0 errors\n"


def test_invalid_marks_are_refused(marks: Marks) -> None:
    find_marks_file(marks.script).write_text(MARKS.replace("You are late.", "You were late."))
    assert main([str(marks.script)]) == 1
    with pytest.raises(ValueError, match=r"late\.marks\.toml: moment 2 .*quote occurs 0 times"):
        read_script_marks(marks.script)


def test_wrong_look_is_counted_from_its_doubtful_shot_to_the_next_look() -> None:
    shots = tuple(Shot(id=f"s{at}", scene="one", order=f"{at}") for at in range(5))
    anna = Element(id="anna", kind=ElementKind.CHARACTER, name="Anna", trigger="@Anna")
    look = Look(id="look", element="anna", order="a", begins="s3", text="in red")
    story = Story(
        project=Project(id="film", name="Film"),
        shots=shots,
        elements=(anna,),
        looks=(look,),
        numbers={shot.id: shot.id for shot in shots},
    )
    asked = [(1, Doubt(DoubtKind.LOOK, "Anna: She takes it off.", "in red"))]
    judged = [Verdict("look", False, f"s{at}", "", "Anna") for at in (0, 1, 2, 3)]
    judged += [Verdict("look", True, "s2", "", "Anna"), Verdict("look", False, "s2", "", "Ann")]
    found = [(each.where, each.right) for each in judge_look_doubts(story, asked, judged)]
    assert found == [("s0", False), ("s1", True), ("s2", True), ("s3", False), ("s2", False)]


def test_words_are_matched_as_whole_words() -> None:
    """“Yes.” is not found inside “eyes”. Before, a wrong place was found and the speech there was judged by
    it.
    """
    text = "She opens her eyes. “Yes,” she says."
    assert find_words_span(text, "Yes.", 0, len(text)) == (text.index("Yes"), text.index("Yes") + 3)
