"""Test performances: the prompts of a scene's shots contain all its dialogue exactly once and in order."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.commit.merge import merge_drafts
from milimo_tui.story.commit.replan import replan_shots
from milimo_tui.story.plan.closer import MAX_CROP_SCALE, compute_crop
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.shots.shots import SceneDraft, break_down_script
from milimo_tui.story.values.film import Project, Shot, Story
from milimo_tui.story.values.shot_sizes import SHOT_SIZES
from milimo_tui.story.values.shot_words import Continuing, Function, Size

RATE = Fraction(25)
PEOPLE = ("MARA", "JUN", "ODA")
WORDS = st.lists(
    st.sampled_from(["we", "kept", "the", "lamp", "and", "nobody", "came", "by", "night"]),
    min_size=2,
    max_size=40,
)


@st.composite
def speeches(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Draw speeches as pairs of speaker and words, in order. Every sentence is unique."""
    number = count(1)
    out = []
    for _ in range(draw(st.integers(1, 4))):
        sentences = draw(st.lists(WORDS, min_size=1, max_size=8))
        text = " ".join(f"No{next(number)} {' '.join(words)}." for words in sentences)
        out.append((draw(st.sampled_from(PEOPLE)), text))
    return out


def drafts_of(said: list[tuple[str, str]]) -> tuple[SceneDraft, ...]:
    talk = "\n\n".join(f"{who}\n{text}" for who, text in said)
    text = f"INT. LIGHTHOUSE - NIGHT\n\nMARA, JUN and ODA sit.\n\n{talk}\n"
    return break_down_script(parse(text.encode()), RATE)


def film_of(drafts: tuple[SceneDraft, ...], story: Story | None = None) -> Story:
    number = count(1)
    before = story or Story(project=Project(id="project_1", name="Film"))
    merged = merge_drafts(before, drafts, new_id=lambda kind: f"{kind}_{len(before.shots)}_{next(number)}")
    return replace(before, scenes=merged.scenes, shots=merged.shots)


def spoken(film: Story) -> list[tuple[str, str]]:
    """Return the lines that a film's takes are asked to speak, in order. Neighbouring lines of one speaker
    are joined.
    """
    performances = FilmPerformances(film)
    out: list[tuple[str, str]] = []
    for shot in film.live_shots():
        if performances.find_take_maker(shot).id != shot.id:
            continue
        for line in performances.prepare_for_take(shot).dialogue:
            if line.text:
                out.append((line.character.upper(), line.text))
    return out


@pytest.mark.long("properties")
@given(speeches())
def test_prompts_say_every_line_once_in_order(said: list[tuple[str, str]]) -> None:
    film = film_of(drafts_of(said))
    assert spoken(film) == [(who, text) for who, text in said]
    again = film_of(drafts_of(said), film)
    assert again.shots == film.shots
    assert replan_shots(film.shots, drafts_of(said)[0].shots) == list(film.shots)


@given(speeches(), st.data())
def test_values_of_a_shot_set_by_user_stay_and_nothing_is_repeated(
    said: list[tuple[str, str]], data: st.DataObject
) -> None:
    film = film_of(drafts_of(said))
    within = [shot for shot in film.shots if shot.continues_as]
    if not within:
        return
    shot = data.draw(st.sampled_from(within))
    alone = replace(shot, continues="", continues_as=Continuing.END, own=(("continues", shot.continues),))
    changed = replace(film, shots=tuple(alone if one.id == shot.id else one for one in film.shots))
    kept = film_of(drafts_of(said), changed)
    assert next(one for one in kept.shots if one.id == shot.id).continues == ""
    words = [word for _, text in spoken(kept) for word in text.split() if word.startswith("No")]
    assert sorted(words) == sorted(word for _, text in said for word in text.split() if word[:2] == "No")


@given(speeches())
def test_parts_of_a_performance_follow_each_other(said: list[tuple[str, str]]) -> None:
    film = film_of(drafts_of(said))
    performances = FilmPerformances(film)
    for shot in film.live_shots():
        if (found := performances.get_performance(shot)) is None:
            continue
        assert found.begins[0] == 0
        assert found.total_frames == sum(part.frames for part in found.parts)
        assert performances.prepare_for_take(found.first_shot).frames == found.total_frames
        assert {part.scene for part in found.parts} == {shot.scene}


@given(st.sampled_from(Size), st.sampled_from(Size), st.sampled_from(["left", "centre", "right"]))
def test_crop_is_inside_the_picture(wide: Size, close: Size, side: str) -> None:
    first = Shot(
        id="a", scene="s", order="a", size=wide, characters=("Mara", "Jun"), stands=(("Mara", side),)
    )
    closer = Shot(
        id="b", scene="s", order="b", size=close, characters=("Mara",), focus="Mara",
        function=Function.SINGLE,
    )  # fmt: skip
    crop = compute_crop(first, closer)
    assert 1 <= crop.scale <= MAX_CROP_SCALE
    most = (crop.scale - 1) / 2 + 1e-3
    assert abs(crop.x) <= most
    assert abs(crop.y) <= most
    assert (crop.x > 0, crop.x < 0) == (side == "left" and crop.scale > 1, side == "right" and crop.scale > 1)


def test_sizes_of_the_table_go_from_close_to_wide() -> None:
    assert list(SHOT_SIZES) == list(Size)
    heads = [row.heads for row in SHOT_SIZES.values()]
    assert heads == sorted(heads)
