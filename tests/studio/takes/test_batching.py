"""Test batches of takes as plain values, without a queue or a file: dependencies, order and names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.specs.spec_values import JobOutput, Lora
from milimo_tui.story.values.film import Element, ElementKind, Project, Scene, Shot, Story, Take, number_shots
from milimo_tui.story.values.making import LoraUse
from milimo_tui.studio.takes import shot_spec, signatures
from milimo_tui.studio.takes.conditioning import ShotEnd, StoryIndex
from milimo_tui.studio.takes.take_batch import (
    Sweep,
    TakeRequest,
    compose,
    format_shot_numbers,
    make_batch_label,
    sort_by_continuity,
)

SCENES = (Scene(id="scene_1", order="a", number="1", heading="INT. BAR - NIGHT"),)


def story(*shots: Shot, takes: Sequence[Take] = (), elements: Sequence[Element] = ()) -> Story:
    project = Project(id="project_1", name="Film")
    numbers = number_shots(SCENES, shots)
    return Story(
        project=project,
        scenes=SCENES,
        shots=shots,
        takes=tuple(takes),
        elements=tuple(elements),
        numbers=numbers,
    )


def shot(id: str, continues: str = "", **fields: object) -> Shot:
    base = Shot(id=id, scene="scene_1", order=id, action=f"Something in {id}.", continues=continues)
    return replace(base, **fields)  # type: ignore[arg-type]  # fields of a shot


def wishes(film: Story, sweep: Sweep, **options: object) -> list[TakeRequest]:
    return compose(shot_spec.FilmSpecs(film), shot_spec.list_shot_states(film), sweep, **options)  # type: ignore[arg-type]  # its keywords


def before(request: TakeRequest) -> object:
    """Return the input from which a requested take continues, or None if it continues nothing."""
    return next((one.input for one in request.spec.conditioning if one.source == "continuity"), None)


@st.composite
def films(draw: st.DrawFn) -> Story:
    """Draw films in which some shots continue an earlier or later shot, without a cycle."""
    count = draw(st.integers(1, 8))
    order = draw(st.permutations(range(count)))
    shots = []
    for number in range(count):
        earlier = [other for other in range(count) if order[other] < order[number]]
        link = draw(st.sampled_from(["", *(f"shot_{other}" for other in earlier), "shot_elsewhere"]))
        shots.append(shot(f"shot_{number}", link))
    return story(*shots)


@given(films(), st.integers(1, 3), st.lists(st.floats(1, 9), max_size=2, unique=True))
def test_take_comes_after_the_one_it_continues(film: Story, takes: int, scales: list[float]) -> None:
    found = wishes(film, Sweep(takes=takes, guidances=tuple(scales)))
    variants = takes * max(1, len(scales))
    assert len(found) == len(film.shots) * variants
    assert len({wish.id for wish in found}) == len(found)
    place = {wish.id: number for number, wish in enumerate(found)}
    by_id = {wish.id: wish for wish in found}
    known = {one.id for one in film.shots}
    for wish in found:
        link = before(wish)
        if wish.state.shot.continues in known:
            assert isinstance(link, JobOutput)
            assert place[link.job] < place[wish.id]
            other = by_id[link.job]
            assert other.state.shot.id == wish.state.shot.continues
            assert other.spec.guidance == wish.spec.guidance, "its own variant's"
        else:
            assert link is None


@given(films())
def test_sweep_takes_turns_between_shots(film: Story) -> None:
    found = wishes(film, Sweep(takes=3))
    count = len(film.shots)
    for turn in range(3):
        here = found[turn * count : (turn + 1) * count]
        assert {wish.state.shot.id for wish in here} == {one.id for one in film.shots}
        assert all(wish.label.endswith(f"take {turn + 1} of 3") for wish in here)


def test_circular_continuation_is_refused() -> None:
    film = story(shot("a", "c"), shot("b", "a"), shot("c", "b"))
    with pytest.raises(BadInput) as caught:
        sort_by_continuity(film.shots, StoryIndex.from_story(film))
    assert "circle" in caught.value.message


def test_shot_outside_the_batch_is_continued_from_its_take() -> None:
    film = story(shot("shot_a"), shot("shot_b", "shot_a"))
    states = shot_spec.list_shot_states(film)
    [wish] = compose(
        shot_spec.FilmSpecs(film), states[1:], Sweep(), continued={"shot_a": ShotEnd("/film/media/a.mov", 9)}
    )
    assert before(wish) == "/film/media/a.mov"
    assert signatures.get_signature(wish.spec) == signatures.get_signature(
        shot_spec.make_video_spec(film, film.shots[1])
    )


def test_takes_of_a_sweep_belong_to_their_shot() -> None:
    film = story(shot("shot_a"))
    for wish in wishes(film, Sweep(seeds=(1, 2), guidances=(3.0,), prompts=("a dog",))):
        assert signatures.get_signature(wish.spec) == signatures.get_signature(
            shot_spec.make_video_spec(film, film.shots[0])
        )
        assert (wish.spec.guidance, "a dog" in wish.spec.prompt) == (3.0, True)
    changed = story(shot("shot_a", action="Something else."))
    assert signatures.get_signature(wish.spec) != signatures.get_signature(
        shot_spec.make_video_spec(changed, changed.shots[0])
    )


def test_loras_of_elements_are_applied_and_older_takes_stay_fresh() -> None:
    mara = Element(id="e", kind=ElementKind.CHARACTER, name="MARA", trigger="@Mara")
    here = shot("shot_a", action="MARA waits.", characters=("MARA",))
    plain, trained = (
        story(here, elements=[mara]),
        story(here, elements=[replace(mara, loras=(LoraUse("/loras/mara"),))]),
    )
    before, after = (shot_spec.make_video_spec(film, here, engine="ltx2") for film in (plain, trained))
    assert before.loras == ()
    assert after.loras == (Lora(id="/loras/mara"),)
    assert signatures.get_signature(before) != signatures.get_signature(after)
    drawn, still = (shot_spec.make_video_spec(film, here) for film in (plain, trained))
    assert drawn == still, "what is drawn from facts knows no LoRA"


def test_takes_older_than_sweeps_and_loras_stay_fresh() -> None:
    """The signature equals the hash of all fields that existed before sweeps and LoRAs, without seed and
    captions.
    """
    film = story(shot("shot_a"))
    spec = shot_spec.make_video_spec(film, film.shots[0])
    fields = (
        "kind engine prompt negative frames rate width height sample_rate steps guidance pipeline"
        " conditioning facts"
    )
    then = spec.model_dump(mode="json", include=set(fields.split()))
    for name in ("number", "scene_number", "title"):
        del then["facts"][name]
    written = hashlib.sha256(json.dumps(then, sort_keys=True).encode()).hexdigest()
    assert signatures.is_signature_of(written, spec)


# Fields of a spec at the time of the first takes. Their signature is a hash of these fields.
FIRST = {
    *("kind", "engine", "prompt", "negative", "frames", "rate", "width", "height", "sample_rate"),
    *("steps", "guidance", "pipeline", "conditioning", "facts"),
}


@given(
    engine=st.sampled_from(["animatic", "ltx2", "of another time"]),
    frames=st.integers(2, 400),
    steps=st.none() | st.integers(1, 60),
    guidance=st.none() | st.floats(0, 20),
    pipeline=st.sampled_from(["auto", "ti2vid", "keyframe", "ic_lora"]),
    prompt=st.none() | st.text(max_size=20),
    negative=st.text(max_size=10),
    seed=st.integers(0, 2**32 - 1),
    continues=st.sampled_from(["", "shot_a"]),
)
def test_old_takes_stay_fresh_whatever_the_shot_said(
    engine: str, seed: int, continues: str, **fields: object
) -> None:
    """A take of the first version stays fresh while its shot uses no newer field."""
    film = story(shot("shot_a"), shot("shot_b", continues, seed=seed, **fields))
    spec = shot_spec.make_video_spec(film, film.shots[1], engine=engine)
    then = spec.model_dump(mode="json", include=FIRST)
    # The old signature used the prompt before it was worded for a model.
    then["prompt"] = spec.plain or spec.prompt
    then["conditioning"] = []
    then["facts"] = {
        key: value for key, value in then["facts"].items() if key not in ("number", "scene_number", "title")
    }
    written = hashlib.sha256(json.dumps(then, sort_keys=True).encode()).hexdigest()
    take = Take(
        id="take_b", shot="shot_b", asset="x", job="j", engine=engine, seed=1, frames=9, signature=written
    )
    picked = replace(film.shots[1], take="take_b")
    kept = replace(film, shots=(film.shots[0], picked), takes=(take,))
    assert not shot_spec.list_shot_states(kept)[1].stale


def test_batch_is_named_by_its_contents() -> None:
    film = story(*(shot(f"shot_{letter}") for letter in "abcdefg"))
    states = shot_spec.list_shot_states(film)
    assert make_batch_label(states[:1], Sweep()) == "1A"
    assert make_batch_label(states[:1], Sweep(takes=4)) == "1A, 4 takes"
    assert make_batch_label(states[:2], Sweep(takes=4)) == "1A, 1B, 4 takes each"
    assert make_batch_label(states, Sweep(), what="All shots") == "All shots"
    sweep = Sweep(seeds=(1, 2, 3), guidances=(5.0,), takes=1)
    assert make_batch_label(states[:1], sweep) == "1A sweep: 3 seeds × 1 guidance"
    assert format_shot_numbers([state.number for state in states]) == "1A, 1B, 1C, 1D and 3 more"
    assert format_shot_numbers([state.number for state in states[:5]]) == "1A, 1B, 1C, 1D, 1E"


def test_long_prompt_is_shortened_in_a_label() -> None:
    [variant] = Sweep(prompts=("a very long prompt " * 10,)).list_variants()
    assert variant.label.endswith("…”")
    assert len(variant.label) == 42


def test_locked_seed_is_kept_and_others_are_new() -> None:
    film = story(shot("shot_a", seed=7), shot("shot_b", seed=8, seed_locked=True))
    found = wishes(film, Sweep(takes=3))
    seeds = {
        id: [wish.spec.seed for wish in found if wish.state.shot.id == id] for id in ("shot_a", "shot_b")
    }
    assert seeds["shot_a"][0] == 7
    assert len(set(seeds["shot_a"])) == 3
    assert seeds["shot_b"] == [8, 8, 8]
