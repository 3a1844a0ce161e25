"""Test shot filters: the meaning of their words, and rules that hold for every filter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.story.shots.shot_filter import (
    FILTER_FIELDS,
    FILTER_STATES,
    SIZE_GROUPS,
    collect_filter_names,
    complete_filter,
    make_filtered_shot,
    parse_shot_filter,
)
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.film import Element, ElementKind, Line, Project, Scene, Shot, Story, number_shots
from milimo_tui.story.values.shot_words import Function, Size

SCENES = (
    Scene(id="s1", order="a", number="1", heading="INT. NOODLE BAR - NIGHT", location="Noodle Bar",
          part="Kitchen", time_of_day="NIGHT"),
    Scene(id="s2", order="b", number="2", heading="EXT. STREET - DAY", location="Street", time_of_day="DAY"),
)  # fmt: skip
SHOTS = (
    Shot(id="a", scene="s1", order="a", action="Steam. MARA waits by the door.", characters=("Mara",),
         size=Size.CU, tags=("wet", "hero shot")),
    Shot(id="b", scene="s1", order="b", dialogue=(Line("Old Tam", "You are late."),), characters=("Mara",),
         size=Size.WS, doubts=(Doubt(DoubtKind.CAST, "she", "Mara"),)),
    Shot(id="c", scene="s2", order="c", action="A coin spins.", function=Function.INSERT, size=Size.ECU,
         note="ask the smith"),
    Shot(id="d", scene="s2", order="d", action="The lantern swings.", characters=("Marta",),
         time_of_day="DUSK", location="Harbour", size=Size.MS),
)  # fmt: skip
ELEMENTS = (
    Element(id="m", kind=ElementKind.CHARACTER, name="Mara", trigger="@Mara", aliases=("The Widow",)),
    Element(id="t", kind=ElementKind.CHARACTER, name="Old Tam", trigger="@OldTam"),
    Element(id="x", kind=ElementKind.CHARACTER, name="Marta", trigger="@Marta"),
    Element(id="p", kind=ElementKind.LOCATION, name="Noodle Bar", trigger="@NoodleBar"),
    Element(id="l", kind=ElementKind.OBJECT, name="Lantern", trigger="@Lantern"),
)
STORY = Story(
    project=Project(id="f", name="Film"), scenes=SCENES, shots=SHOTS, elements=ELEMENTS,
    numbers=number_shots(SCENES, SHOTS),
)  # fmt: skip
NAMES = collect_filter_names(STORY)
SUBJECTS = {
    shot.id: make_filtered_shot(
        shot,
        next(scene for scene in SCENES if scene.id == shot.scene),
        (),
        picked=shot.id in "ab",
        stale=shot.id == "a",
    )
    for shot in SHOTS
}


def meant(text: str, *, typing: bool = False) -> str:
    """Return the ids of the shots that a filter selects, joined to one string."""
    found = parse_shot_filter(text, NAMES, typing=typing)
    return "".join(id for id, subject in SUBJECTS.items() if found.is_match(subject))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", "abcd"),
        ("@Mara", "ab"),
        ("@mara", "ab"),
        ("@Mar", "abd"),  # The filter selects every character whose name begins with these letters.
        ("@the_widow", "ab"),
        ('@"The Widow"', "ab"),
        ("@OldTam", "b"),  # The character is heard, not seen.
        ("@Mara @OldTam", "b"),
        ("@NoodleBar", "ab"),
        ("@Lantern", "d"),
        ("place:kitchen", "ab"),
        ("place:noodle_bar", "ab"),
        ('place:"noodle bar"', "ab"),
        ("place:bar", "ab"),
        ("place:harbour", "d"),  # The place is set on the shot itself.
        ("place:street place:harbour", "cd"),
        ("time:night", "ab"),
        ("time:du", "d"),
        ("size:close", "ac"),
        ("size:close-up", "a"),
        ("size:ECU", "c"),
        ("size:wide", "b"),
        ("size:insert", "c"),
        ("scene:2", "cd"),
        ("unsure", "b"),
        ("stale", "a"),
        ("missing", "cd"),
        ("picked", "ab"),
        ("#wet", "a"),
        ("#hero_shot", "a"),
        ("#h", "a"),
        ('"the door"', "a"),
        ("“You are late”", "b"),
        ('"smith"', "c"),
        ("@Mara time:night size:close", "a"),
        ("@Mara place:street", ""),
    ],
)
def test_words_have_their_meaning(text: str, ids: str) -> None:
    assert meant(text) == ids


@pytest.mark.parametrize(
    ("text", "kind", "told", "hint"),
    [
        (
            "kitchen",
            BadInput,
            "a filter can't contain “kitchen”",
            "@who #tag place: time: weather: size: scene: unsure",
        ),
        ("colour:red", BadInput, "a filter can't contain “colour:red”", '"text"'),
        ("place:", BadInput, "“place:” has no value", ""),
        ("@Zora", NotFound, "no character of this film is called @Zora", "known: @Mara"),
        ("@Tam", NotFound, "no character of this film is called @Tam", "@OldTam"),
        ("place:moon", NotFound, "no shot has the place “moon”", "places: Noodle Bar, Kitchen"),
        ("time:noon", NotFound, "no shot has the time “noon”", "times: NIGHT, DAY, DUSK"),
        ("size:huge", NotFound, "there is no shot size “huge”", "close, medium"),
        ("scene:9", NotFound, "there is no scene “9”", "scenes: 1, 2"),
        ("#dry", NotFound, "no shot has the tag #dry", "tags: wet, hero shot"),
    ],
)
def test_unknown_words_are_refused(text: str, kind: type[BadInput], told: str, hint: str) -> None:
    with pytest.raises(kind) as error:
        meant(text)
    assert error.value.message == told
    assert hint in error.value.hint
    assert len(error.value.message) < 80
    assert len(error.value.hint) < 80
    assert error.value.exit_code == 2


@pytest.mark.parametrize("text", ["@", "#", "place:", "pl", "uns", "@Mara ti", "stale siz"])
def test_incomplete_word_filters_nothing(text: str) -> None:
    assert meant(text, typing=True) == meant(" ".join(text.split(" ")[:-1]))
    with pytest.raises(BadInput):
        meant(text + " ", typing=True)


def test_filter_words_are_completed() -> None:
    assert complete_filter("", NAMES)[:2] == ["unsure", "stale"]
    assert complete_filter("@ma", NAMES) == ["@Mara", "@Marta"]
    assert complete_filter("stale @o", NAMES) == ["stale @OldTam"]
    assert complete_filter("place:n", NAMES) == ["place:Noodle_Bar"]
    assert complete_filter('place:"n', NAMES) == ['place:"Noodle Bar"']
    assert complete_filter("#", NAMES) == ["#wet", "#hero_shot"]
    assert "size:close" in complete_filter("size:c", NAMES)
    assert complete_filter('"th', NAMES) == []


TERMS = st.one_of(
    st.sampled_from([written for written, _ in NAMES.called.values()]),
    st.sampled_from([f"#{tag.replace(' ', '_')}" for tag in NAMES.tags.values()]),
    st.sampled_from(FILTER_STATES),
    st.sampled_from([f"size:{name}" for name in (*SIZE_GROUPS, *Size, *Function)]),
    st.sampled_from([f"place:{place.replace(' ', '_')}" for place in NAMES.places.values()]),
    st.sampled_from([f"time:{time}" for time in NAMES.times.values()]),
    st.sampled_from(["scene:1", "scene:2", '"the"', '"late"']),
)
QUICK = settings(max_examples=150, deadline=None)


def kind_of(term: str) -> str:
    """Return the field of a filter term whose values are alternatives; an empty text for a term that must
    always match.
    """
    name = term.partition(":")[0]
    return name if name in FILTER_FIELDS and ":" in term else ""


@QUICK
@given(st.lists(TERMS, max_size=6))
def test_one_value_of_a_field_suffices_and_fields_combine(terms: list[str]) -> None:
    groups: dict[str, set[str]] = {}
    for at, term in enumerate(terms):
        alone, kind = set(meant(term)), kind_of(term)
        key = kind or str(at)
        groups[key] = groups.get(key, set()) | alone
    wanted = set(SUBJECTS)
    for ids in groups.values():
        wanted &= ids
    assert set(meant(" ".join(terms))) == wanted


@QUICK
@given(st.lists(TERMS, max_size=6).flatmap(lambda terms: st.tuples(st.just(terms), st.permutations(terms))))
def test_order_does_not_matter(both: tuple[list[str], list[str]]) -> None:
    one, other = both
    assert meant(" ".join(one)) == meant("  ".join(other))


@QUICK
@given(st.text(alphabet='@#:" “”_placetimsz12é', max_size=30))
def test_any_text_is_read_or_refused_with_one_sentence(text: str) -> None:
    for typing in (False, True):
        try:
            meant(text, typing=typing)
        except BadInput as error:
            assert error.message  # noqa: PT017
            assert error.hint  # noqa: PT017


@QUICK
@given(st.lists(TERMS, min_size=1, max_size=4), st.integers(0, 12))
def test_completion_continues_the_typed_text_validly(terms: list[str], cut: int) -> None:
    typed = " ".join(terms)
    typed = typed[: max(0, len(typed) - cut)]
    for whole in complete_filter(typed, NAMES):
        assert whole.casefold().startswith(typed.casefold())
        meant(whole, typing=True)
