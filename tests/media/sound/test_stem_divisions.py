"""Test stems by track, role and bus: their sum is the mix before the master, also with effects, sends, buses
in buses and automation.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.cut.delivery.delivered_plan import prepare_delivered_plan
from milimo_tui.cut.delivery.delivery import Delivery, Loudness, StemDivision
from milimo_tui.cut.delivery.stems import list_stems
from milimo_tui.cut.plan.plan import RenderPlan
from milimo_tui.cut.sound import mixing
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.cut.values.sound_effects import make_sound_effect
from milimo_tui.media.loudness.master import iterate_stems
from milimo_tui.media.sound.samples import Sound
from tests.media.sound.test_bus_mix import MixedFilm, gain, heard

TRACKS = ("A1", "A2", "A3", "A4")
ROLES = (MixRole.DIALOGUE, MixRole.EFFECTS, MixRole.AMBIENCE, MixRole.MUSIC)
COMPRESSOR = make_sound_effect("compressor", {"threshold": -40.0, "ratio": 8.0})


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> MixedFilm:
    return MixedFilm(tmp_path_factory.mktemp("film"), names=TRACKS)


@pytest.fixture
def film(recorded: MixedFilm) -> MixedFilm:
    """Return a film with a track and a bus for each role, and a reverb to which two tracks send a copy."""
    film = recorded.copy()
    for track, role in zip(TRACKS, ROLES, strict=True):
        film.set(track, role=role)
    film.cut = mixing.add_role_buses(film.cut, ROLES, new_id=film.new_id)
    film.add_bus("Reverb")
    film.set("Reverb", chain=(make_sound_effect("reverb", {}),))
    for track in ("A1", "A2"):
        film.cut = mixing.set_send(film.cut, film.id(track), film.id("Reverb"), -9.0)
    return film


def sum_stems(plan: RenderPlan, division: StemDivision) -> tuple[list[str], Sound]:
    """Return the names of the stems of a plan, and the sum of their sounds."""
    stems = list_stems(plan, division)
    return [stem.name for stem in stems], sum_sounds(heard(stem.plan) for stem in stems)


def sum_sounds(sounds: object) -> Sound:
    return np.sum(list(sounds), axis=0)  # type: ignore[call-overload, no-any-return]


def measure_difference(one: Sound, other: Sound) -> float:
    """Return the largest difference of two sounds in dBFS."""
    return float(20 * np.log10(max(1e-12, np.abs(one - other).max())))


def test_stems_by_role_contain_their_share_of_a_reverb(film: MixedFilm) -> None:
    names, total = sum_stems(film.plan(), "role")
    assert names == ["Dialogue", "Effects", "Ambience", "Music"]
    assert measure_difference(total, heard(film.plan())) < -80


def test_stems_by_bus_have_a_file_for_the_reverb(film: MixedFilm) -> None:
    names, total = sum_stems(film.plan(), "bus")
    assert names == ["Dialogue", "Effects", "Ambience", "Music", "Reverb"]
    assert measure_difference(total, heard(film.plan())) < -80


def test_stems_by_track_add_up_while_no_bus_has_a_compressor(film: MixedFilm) -> None:
    names, total = sum_stems(film.plan(), "track")
    assert names == list(TRACKS)
    assert measure_difference(total, heard(film.plan())) < -80


def test_stems_are_without_the_settings_of_the_master(film: MixedFilm) -> None:
    before_master = heard(film.plan())
    film.cut = mixing.set_strip(film.cut, film.cut.id, gain_db=-6.0, chain=(COMPRESSOR,))
    for division in ("track", "role", "bus"):
        assert measure_difference(sum_stems(film.plan(), division)[1], before_master) < -80


def test_bus_with_a_compressor_over_several_roles_is_a_stem_of_its_own(film: MixedFilm) -> None:
    film.add_bus("Glue")
    film.set("Glue", chain=(COMPRESSOR,))
    for name in ("Effects", "Music"):
        film.set(name, bus=film.id("Glue"))
    names, total = sum_stems(film.plan(), "role")
    assert names == ["Dialogue", "Effects", "Ambience", "Glue"]  # Effects: its share of the reverb.
    assert measure_difference(total, heard(film.plan())) < -80


def test_compressor_on_the_bus_of_one_role_stays_in_the_stem_of_that_role(film: MixedFilm) -> None:
    film.set("Dialogue", chain=(COMPRESSOR,))
    names, total = sum_stems(film.plan(), "role")
    assert names == ["Dialogue", "Effects", "Ambience", "Music"]
    assert measure_difference(total, heard(film.plan())) < -80


def test_tracks_without_roles_and_muted_tracks(recorded: MixedFilm) -> None:
    film = recorded.copy()
    assert sum_stems(film.plan(), "role")[0] == ["Other"]
    assert sum_stems(film.plan(), "bus")[0] == list(TRACKS)
    film.set("A1", role=MixRole.DIALOGUE)
    film.set("A2", muted=True)
    assert sum_stems(film.plan(), "role")[0] == ["Dialogue", "Other"]


def test_mastered_stems_have_the_gain_of_the_mix_at_another_rate(film: MixedFilm) -> None:
    plan, _ = prepare_delivered_plan(film.plan(), Delivery(rate=Fraction(50)))
    loudness = Loudness(lufs=-23)
    sounds = []
    for _, stem in iterate_stems(plan, list_stems(plan, "bus"), 2, loudness):
        sounds.append(stem.read(0, stem.samples))
        stem.close()
    plain = heard(film.plan())
    factor = float(np.vdot(sum_sounds(sounds), plain) / np.vdot(plain, plain))
    assert measure_difference(sum_sounds(sounds), plain * factor) < -80
    assert factor != pytest.approx(gain(0), abs=0.05)


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_any_mixer_has_stems_that_add_up_to_the_mix_before_the_master(
    recorded: MixedFilm, data: st.DataObject
) -> None:
    film = recorded.copy()
    names = data.draw(st.integers(0, 4).map(lambda count: [f"B{number}" for number in range(count)]))
    for name in names:
        film.add_bus(name, data.draw(st.sampled_from(MixRole)))
    effects = st.sampled_from(((), (make_sound_effect("eq", {"presence_gain": 3.0}),), (COMPRESSOR,)))
    for number, name in enumerate(names):  # A bus goes only to later buses.
        outputs = ["", *(film.id(each) for each in names[number + 1 :])]
        film.set(name, bus=data.draw(st.sampled_from(outputs)), chain=data.draw(effects), pan=0.3)
    for track in TRACKS:
        buses = ["", *(film.id(each) for each in names)]
        film.set(track, role=data.draw(st.sampled_from(MixRole)), bus=data.draw(st.sampled_from(buses)))
        if names and data.draw(st.booleans()) is True:
            before = data.draw(st.booleans())
            send = film.id(data.draw(st.sampled_from(names)))
            film.cut = mixing.set_send(film.cut, film.id(track), send, -3.0, before_fader=before)
    keys = (Keyframe(5, 0.0), Keyframe(30, -12.0))
    film.cut = mixing.set_automation(film.cut, film.id(data.draw(st.sampled_from(TRACKS))), "volume", keys)
    wanted = heard(film.plan())
    film.cut = mixing.set_strip(film.cut, film.cut.id, gain_db=-3.0)
    for division in ("role", "bus"):
        assert measure_difference(sum_stems(film.plan(), division)[1], wanted) < -80
