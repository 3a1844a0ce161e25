"""Test the values of sound effects: JSON, numbers out of range, changes to a chain, and measured times."""

from __future__ import annotations

import json
import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput, Damaged, Refused
from milimo_tui.cut.sound import sound_chains
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.effects_text import effects_from_json, effects_to_json
from milimo_tui.cut.values.sound_effects import (
    LEAST_RUN_UP,
    MAX_CHAIN,
    SOUND_EFFECTS,
    SoundChain,
    SoundEffect,
    find_sound_effect,
    make_sound_effect,
    measure_chain_run_up,
    measure_chain_tail,
    require_valid_chain,
    set_effect_numbers,
)
from milimo_tui.cut.values.sound_effects_text import chain_from_json, chain_to_json
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from tests.cut import strategies

EQ = make_sound_effect("eq")


@given(strategies.sound_chains())
def test_json_of_a_chain_is_read_again(chain: SoundChain) -> None:
    assert chain_from_json(json.loads(json.dumps(chain_to_json(chain)))) == chain
    effects = Effects(chain=chain)
    assert effects_from_json(json.loads(json.dumps(effects_to_json(effects)))) == effects


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda each: (
            st.lists(each, max_size=3)
            | st.dictionaries(st.sampled_from(["name", "numbers", "bypassed", "x"]), each, max_size=3)
            | st.fixed_dictionaries({"name": st.sampled_from(sorted(SOUND_EFFECTS)), "numbers": each})
        ),
        max_leaves=8,
    )
)
def test_any_json_is_a_chain_or_damaged(body: object) -> None:
    try:
        chain = chain_from_json(body)
    except Damaged:
        return
    assert chain_to_json(chain) == chain_to_json(chain_from_json(chain_to_json(chain)))


@given(strategies.sound_chains())
def test_run_up_and_tail_are_finite_seconds(chain: SoundChain) -> None:
    assert LEAST_RUN_UP <= measure_chain_run_up(chain) < 4000
    assert 0 <= measure_chain_tail(chain) < measure_chain_run_up(chain)


@pytest.mark.parametrize("name", SOUND_EFFECTS)
def test_numbers_out_of_range_are_refused_in_one_sentence(name: str) -> None:
    for number in SOUND_EFFECTS[name].numbers.values():
        for value in (number.low - 0.001, number.high + 0.001, math.nan, math.inf, -math.inf):
            with pytest.raises(Refused) as caught:
                make_sound_effect(name, {number.name: value})
            assert "\n" not in caught.value.message
            assert f"{number.high:g}" in caught.value.message
        for value in (number.low, number.high, number.default):
            assert make_sound_effect(name, {number.name: value}).get_number(number.name) == value
    with pytest.raises(BadInput):
        make_sound_effect(name, {"smell": 1})


def test_default_numbers_are_not_stored() -> None:
    assert make_sound_effect("eq", {"mid_gain": 0, "low_gain": 3}).numbers == (("low_gain", 3.0),)
    assert set_effect_numbers(make_sound_effect("eq", {"low_gain": 3}), {"low_gain": 0}) == EQ


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("EQ", "eq"), ("Equaliser", "eq"), ("hiss", ""), ("walkie", "radio"), ("hum", "dehum"),
        ("phone", "telephone"), ("church", "reverb"), ("de-esser", "deesser"), ("", ""), ("smell", ""),
    ],
)  # fmt: skip
def test_effects_are_found_by_everyday_words(words: str, name: str) -> None:
    if name:
        assert find_sound_effect(words).name == name
    else:
        with pytest.raises(BadInput):
            find_sound_effect(words)


@given(
    strategies.sound_chains(),
    strategies.sound_effects(),
    st.integers(-3, 30),
    st.booleans(),
    st.text(max_size=3),
)
def test_changes_to_a_chain_keep_the_other_effects(
    chain: SoundChain, effect: SoundEffect, position: int, bypassed: bool, name: str
) -> None:
    added = sound_chains.add_to_chain(chain, effect, position)
    at = min(max(0, position - 1), len(chain))
    assert added[at] == effect
    assert sound_chains.remove_from_chain(added, at) == chain
    switched = sound_chains.bypass_in_chain(added, at, bypassed=bypassed)
    assert switched[at].bypassed is bypassed
    assert sound_chains.remove_from_chain(switched, at) == chain
    with suppress(BadInput, Refused):
        assert 0 <= sound_chains.find_in_chain(added, name) < len(added)


def test_chains_have_an_end_and_effects_of_clips_are_refused_on_tracks() -> None:
    full = (EQ,) * MAX_CHAIN
    require_valid_chain(full)
    with pytest.raises(Refused):
        sound_chains.add_to_chain(full, EQ)
    with pytest.raises(Refused):
        require_valid_chain((*full, EQ), is_clip=True)
    for name, kind in SOUND_EFFECTS.items():
        require_valid_chain((make_sound_effect(name),), is_clip=True)
        if kind.is_rendered_once:
            with pytest.raises(Refused):
                require_valid_chain((make_sound_effect(name),))


def test_presets_work_on_tracks_and_have_one_name() -> None:
    for name, preset in SOUND_PRESETS.items():
        require_valid_chain(preset.chain)
        assert name == preset.name
