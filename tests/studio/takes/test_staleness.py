"""Test which properties of a take are stale, the reasons in words, and the shots that are remade."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.values.film import Line, Shot, Story, Take
from milimo_tui.studio.takes import one_go, rebuild, shot_spec, signatures, staleness, take_batch
from milimo_tui.studio.takes.staleness import FRESH, StaleParts, TakePart
from milimo_tui.tui.shot import shot_state
from milimo_tui.tui.terminal.palettes import DARK
from milimo_tui.tui.terminal.theme import TextStyles
from tests.studio.takes.films import BY_HAND, film

LATE = Line("MARA", "You are late.", "", "whispering")


def shot_of(story: Story) -> Shot:
    return story.shots[1]


def taken(story: Story, engine: str = "ltx2", **changed: Any) -> Take:
    """Return a take of shot 1B made from the current film; `changed` replaces fields of its spec."""
    spec = shot_spec.make_video_spec(story, shot_of(story), engine=engine).model_copy(update=changed)
    return Take(
        id="take_b", shot="shot_b", asset="asset_a", job="job_b", engine=engine, seed=1,
        frames=113, spec=json.dumps(spec.model_dump(mode="json")), signature=signatures.get_signature(spec),
    )  # fmt: skip


def stale(story: Story, take: Take, **changed: Any) -> StaleParts:
    """Return the stale properties of a take after the fields `changed` of shot 1B were set."""
    shot = replace(shot_of(story), **changed)
    after = replace(story, shots=(story.shots[0], shot, story.shots[2]))
    found = staleness.find_stale_parts_of_take(after, shot, take)
    assert (found == FRESH) == (
        signatures.get_signature(shot_spec.make_video_spec(after, shot, engine=take.engine)) == take.signature
    )
    return found


def test_take_with_the_data_of_its_shot_is_fresh() -> None:
    story = film(dialogue=(LATE,))
    assert stale(story, taken(story)) == FRESH
    unknown = replace(taken(story), spec="{}")
    assert stale(story, unknown, action="Snow.") != FRESH


def test_part_of_a_chunk_is_compared_with_its_own_shot() -> None:
    """In a take of several shots, lengths, lines and prompts of the other shots do not make this shot
    stale.
    """
    story = film(dialogue=(replace(LATE, parenthetical=""),))
    wishes = []
    for id in ("shot_a", "shot_b"):
        state = shot_spec.find_live_shot_state(story, id)
        assert state is not None
        spec = shot_spec.make_video_spec(story, state.shot, engine="ltx2")
        wishes.append(take_batch.TakeRequest(f"job_{id}", state, spec, ""))
    go = one_go.join_takes(wishes).spec
    of_go = json.dumps(go.model_dump(mode="json"))
    for piece, other in ((0, {"frames": 60}), (1, {"dialogue": ()})):
        id, changed = (
            go.pieces[piece].shot,
            next(shot for shot in story.shots if shot.id == go.pieces[piece].shot),
        )
        take = Take(
            id="take_go", shot=id, asset="asset_a", job="job_go", engine="ltx2", seed=1, frames=105,
            spec=of_go, signature=go.pieces[piece].signature,
        )  # fmt: skip
        assert staleness.find_stale_parts_of_take(story, changed, take) == FRESH
        after = replace(changed, **other)
        shots = tuple(after if shot.id == id else shot for shot in story.shots)
        found = staleness.find_stale_parts_of_take(replace(story, shots=shots), after, take)
        [why] = found.why
        assert ("105 f" if piece == 0 else "“You are late.”") in why


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((replace(LATE, text="You came."),), "“You came.”"),
        ((), "removed"),
        ((LATE, Line("JUN", "Never.")), "“Never.” is new"),
        ((replace(LATE, extension="V.O."),), "another delivery"),
        ((replace(LATE, parenthetical="loud"),), "another delivery"),
    ],
    ids=["another", "none", "one more", "off screen", "louder"],
)
def test_new_line_makes_the_voice_stale_and_not_the_picture(lines: tuple[Line, ...], words: str) -> None:
    story = film(dialogue=(LATE,))
    found = stale(story, taken(story), dialogue=lines)
    assert found.parts == (TakePart.VOICE,)
    [why] = found.why
    assert words in why
    drawn = stale(story, taken(story, "animatic"), dialogue=lines)
    # A drawing has its lines as letters, too. The animatic does not read how a line is spoken.
    is_read = lines != (replace(LATE, parenthetical="loud"),)
    assert drawn == (StaleParts((TakePart.VOICE, TakePart.CAPTION), (why,)) if is_read else FRESH)


def test_longer_line_needs_a_longer_picture_and_a_shorter_one_does_not() -> None:
    story = film(dialogue=(LATE,))
    said = (replace(LATE, text="You are so very late."),)
    longer = stale(story, taken(story), dialogue=said, frames=130)
    assert longer.parts == (TakePart.PICTURE, TakePart.VOICE)
    length, line = longer.why
    assert "105 f" in length
    assert "130" in length
    assert "“You are late.”" in line
    assert "so very late" in line
    assert stale(story, taken(story), dialogue=(replace(LATE, text="Late."),), frames=90).parts == (
        TakePart.VOICE,
    )
    assert stale(story, taken(story), frames=90).parts == (TakePart.PICTURE,)
    told = replace(LATE, text=f"{LATE.text} The broth forgave you, and I have not.")
    story = film(dialogue=(told,))
    longest = replace(told, text=told.text.replace("have not", "never shall"))
    [why] = stale(story, taken(story), dialogue=(longest,)).why
    assert "I have not.”" in why
    assert "I never shall.”" in why
    assert LATE.text not in why, "the common beginning is left out"


def test_drawn_take_older_than_its_language_is_stale_only_if_the_user_names_the_language() -> None:
    story = film(dialogue=(Line("MARA", "Ich bin nicht zu spät, und das ist gut."),))
    speaks = shot_spec.make_video_spec(story, shot_of(story), engine="animatic")
    assert speaks.facts.language == "de"
    take = taken(story, "animatic", facts=speaks.facts.model_copy(update={"language": ""}))
    assert staleness.find_stale_parts_of_take(story, shot_of(story), take) == FRESH
    named = replace(story, project=replace(story.project, language="de"))
    found = staleness.find_stale_parts_of_take(named, shot_of(named), take)
    assert found.parts == (TakePart.VOICE,)
    assert len(found.why) == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"action": "MARA leaves."}, ("the action",)),
        ({"characters": ()}, ("the people in it",)),
        ({"steps": 20, "guidance": 3.0}, ("the steps", "the guidance")),
        ({"conditioning": (BY_HAND,)}, ("its inputs",)),
        ({"prompt": "A street."}, ("the prompt",)),
        ({"negative": "blur"}, ("the negative prompt",)),
    ],
    ids=lambda value: next(iter(value), "") if isinstance(value, dict) else "",
)
def test_reason_for_a_stale_picture_is_described(changed: dict[str, Any], why: tuple[str, ...]) -> None:
    story = film(dialogue=(LATE,))
    assert stale(story, taken(story), **changed) == StaleParts((TakePart.PICTURE,), why)


def test_changed_element_or_film_size_makes_pictures_stale() -> None:
    story = film()
    take = taken(story)
    mara = replace(story.elements[0], description="a tired detective")
    described = replace(story, elements=(mara,))
    assert staleness.find_stale_parts_of_take(described, shot_of(described), take).parts == (
        TakePart.PICTURE,
    )
    wide = replace(story, project=replace(story.project, width=256, height=144))
    assert staleness.find_stale_parts_of_take(wide, shot_of(wide), take).why == ("the film's size",)


def test_take_of_a_sweep_is_as_fresh_as_its_shot() -> None:
    story = film(dialogue=(LATE,))
    variant = take_batch.TakeVariant(prompt="Another way.", guidance=5.0)
    specs = shot_spec.FilmSpecs(story, engine="ltx2")
    spec: MakeVideo = take_batch.make_variant_spec(specs, shot_of(story), variant, seed=1, before=None)
    take = replace(taken(story), spec=spec.model_dump_json(), signature=signatures.get_signature(spec))
    assert stale(story, take) == FRESH
    assert stale(story, take, steps=12).why == ("the steps",)


def picked(story: Story, take: Take, **changed: Any) -> shot_spec.ShotState:
    shot = replace(shot_of(story), take=take.id, **changed)
    after = replace(story, shots=(story.shots[0], shot, story.shots[2]), takes=(*story.takes, take))
    return shot_spec.list_shot_states(after)[1]


@pytest.mark.parametrize(
    ("made_by", "film_by", "own", "wanted"),
    [
        ("ltx2", "ltx2", "", "ltx2"),
        ("animatic", "ltx2", "", "ltx2"),
        ("ltx2", "animatic", "", "ltx2"),
        ("ltx2", "animatic", "animatic", "animatic"),
        ("animatic", "animatic", "", "animatic"),
    ],
)
def test_drawing_never_replaces_a_take_of_a_model_without_asking(
    made_by: str, film_by: str, own: str, wanted: str
) -> None:
    story = film()
    take = taken(story, made_by)
    story = replace(story, project=replace(story.project, engine=film_by))
    state = picked(story, take, action="Snow.", engine=own)
    assert state.stale
    assert rebuild.choose_remake_engine(state.story, state) == wanted
    assert staleness.find_stale_parts(state).parts == (TakePart.PICTURE,)


def test_card_shows_that_only_the_voice_is_stale() -> None:
    story = film(dialogue=(LATE,))
    ink, said = TextStyles(DARK), (replace(LATE, text="You came."),)
    voice = picked(story, taken(story), dialogue=said)
    assert shot_state.format_shot_state(voice, None, ink).plain.startswith("◐ voice stale")
    both = picked(story, taken(story), dialogue=said, action="Snow.")
    assert shot_state.format_shot_state(both, None, ink).plain.startswith("◐ stale")
    assert shot_state.format_shot_state(picked(story, taken(story)), None, ink).plain == "● take 1"


def test_take_older_than_screen_sides_is_not_stale() -> None:
    story = film()
    before = taken(story, "animatic")
    placed = (("Mara", "left"), ("Jun", "right"))
    assert stale(story, before, stands=placed) == FRESH
    shot = replace(shot_of(story), stands=placed)
    assert shot_spec.get_shot_facts(story, shot).stands == placed
    assert "stands" not in json.loads(before.spec)["facts"]


def test_take_older_than_the_characters_description_is_not_stale() -> None:
    story = film()
    before = taken(story, "animatic")
    told = replace(story, elements=tuple(replace(one, gender="she") for one in story.elements))
    facts = shot_spec.get_shot_facts(told, shot_of(told))
    assert {one.gender for one in facts.characters} == {"she"}
    assert "gender" not in json.loads(before.spec)["facts"]["characters"][0]
    assert staleness.find_stale_parts_of_take(told, shot_of(told), before) == FRESH
    spec = shot_spec.make_video_spec(told, shot_of(told), engine="animatic")
    assert signatures.get_signature(spec) == before.signature


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"weather": "snow"}, ["the weather"]),
        ({"time_of_day": "DAWN"}, ["the time of day"]),
        ({"location": "ROOFTOP"}, ["the setting", "the location"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_reason_names_the_field_that_the_user_set(changed: dict[str, str], fields: list[str]) -> None:
    """The scene names a weather, so a drawing gets no heading after its shot got another weather."""
    story = film()
    rainy = replace(
        story, scenes=tuple(replace(one, time_of_day="NIGHT", weather="rain") for one in story.scenes)
    )
    take = taken(rainy, "animatic")
    own = tuple((name, "") for name in changed)
    found = stale(rainy, take, **changed, own=own)
    assert list(found.why) == fields
