"""Test that every engine gets the words of a speech letter for letter: for random speeches in a screenplay,
and for lines that look like marks of a script.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milimo_tui.engines.contract.meaning import MeantLine, ShotMeaning
from milimo_tui.engines.ltx2.paragraph import compose_paragraph
from milimo_tui.engines.ltx2.plan.chain import split_into_chunks
from milimo_tui.engines.prompting.paragraph_check import check_paragraph
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.text_specs import PromptFacts
from milimo_tui.story.values.film import Story
from milimo_tui.studio.takes.shot_spec import compose_shot_prompt, number_story
from tests.story.films import Film

VIDEO_ENGINES = tuple(row.name for row in engine_registry.rows() if "make_video" in row.kinds)
SPOKEN_ROLES = ("speech", "dialogue")
# Without the marks that Fountain removes from a speech: stars, underscores, backslashes, notes and boneyard.
WORDS = st.text("abcXYZÄÉßйΩ字 0123456789#~()[]{}<>$%&@^=+'’“”\"„«»-–—…,;:.!?|", min_size=1, max_size=80)
SPEECHES = st.lists(
    WORDS | st.sampled_from(["BBC and NATO", "room (12)", "#5", "[sic]", "~", "a [b] c", "“Go!”", "OK"]),
    min_size=1,
    max_size=4,
).map(" ".join)


def compose_film(speech: str, cue: str = "MARA") -> Story:
    film = Film(f"INT. ROOM - NIGHT\n\n{cue}\n{speech}\n")
    story = replace(film.story, shots=tuple(replace(shot, prompt=None) for shot in film.story.shots))
    return number_story(story)


def list_spoken_parts(story: Story, engine: str) -> list[str]:
    """Return the text of the speech in the prompt of each shot. Empty for an engine that makes no speech."""
    return [
        part.text
        for shot in story.shots
        for part in compose_shot_prompt(story, shot, engine).parts
        if part.role in SPOKEN_ROLES
    ]


@given(SPEECHES, st.sampled_from(["MARA", "MAN", "BBC REPORTER"]))
def test_speech_of_a_script_reaches_each_engine_letter_for_letter(speech: str, cue: str) -> None:
    speech = " ".join(speech.split())
    assume(speech and speech[0].isalnum() and "[[" not in speech)
    story = compose_film(speech, cue)
    lines = [line.text for shot in story.shots for line in shot.dialogue]
    assert " ".join(lines) == speech
    for engine in VIDEO_ENGINES:
        parts = list_spoken_parts(story, engine)
        if engine in ("ltx2", "comfyui", "diffusers", "animatic"):
            assert len(parts) == len(lines)
            assert all(f"“{line}”" in part for line, part in zip(lines, parts, strict=True))


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("The *BBC* and **NATO** _know_.", "The BBC and NATO know."),
        (r"It is \*starred\*.", "It is *starred*."),
        ("I paid #5 [[check]] for\nroom (12) [sic], and NASA knows.",
         "I paid #5 for room (12) [sic], and NASA knows."),
        ("“Quoted,” he said. ~ “Really.”", "“Quoted,” he said. ~ “Really.”"),
        ("Man, she said “go” to me, Man.", "Man, she said “go” to me, Man."),
    ],
)  # fmt: skip
def test_only_marks_of_fountain_are_removed(written: str, spoken: str) -> None:
    story = compose_film(written, "MAN")
    for engine in ("ltx2", "comfyui"):
        assert f"“{spoken}”" in " ".join(list_spoken_parts(story, engine))


def test_words_on_the_screen_are_exact() -> None:
    film = Film("EXT. BASE - DAY\n\nSoldiers run.\n\nSUPER: NATO HQ #2 [1962]\n")
    story = number_story(
        replace(film.story, shots=tuple(replace(one, prompt=None) for one in film.story.shots))
    )
    assert "“NATO HQ #2 [1962]”" in compose_shot_prompt(story, story.shots[0], "ltx2").text
    for engine in ("ltx2", "wan", "flux2"):
        card = replace(story.shots[0], action="", characters=())
        assert "“NATO HQ #2 [1962]”" in compose_shot_prompt(story, card, engine).text


@given(SPEECHES)
def test_check_of_a_prompt_accepts_exact_words_and_reports_changed_words(speech: str) -> None:
    assume(any(map(str.isalpha, speech)))
    meaning = ShotMeaning(lines=(MeantLine(name="Mara", text=speech),))
    exact = compose_paragraph(meaning).text
    changed = compose_paragraph(replace(meaning, lines=(MeantLine(name="Mara", text=f"{speech} Nnx"),))).text
    faults = set(check_paragraph(exact, PromptFacts(size="medium shot", lines=(speech,))))
    assert not any(speech in fault for fault in faults)
    other = PromptFacts(size="medium shot", lines=(f"{speech} NNX",))
    assert any("NNX" in fault for fault in check_paragraph(changed, other))


def test_quotation_inside_a_speech_is_spoken_in_one_chunk() -> None:
    lines = ("She said “go” to me, and I went.", "“Quoted,” he said.", "Now what?")
    meaning = ShotMeaning(lines=tuple(MeantLine(name="Mara", text=text) for text in lines))
    chunks = split_into_chunks(489, 1, compose_paragraph(meaning).text, "")
    assert len(chunks) > 1
    for text in lines:
        assert sum(f"“{text}”" in chunk.prompt for chunk in chunks) == 1
