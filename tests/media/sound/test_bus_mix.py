"""Test the strips of the mixer by numbers: faders, pan, automation, sends, buses, solo, and equal sound for
every order of reading.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from milimo_tui.core.errors import Refused
from milimo_tui.cut.delivery.burns import add_slate
from milimo_tui.cut.delivery.delivered_plan import prepare_delivered_plan
from milimo_tui.cut.delivery.delivery import Burns, Delivery, Loudness
from milimo_tui.cut.delivery.segments import compute_sound_signature
from milimo_tui.cut.delivery.stems import list_stems
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.strips import list_tracks_and_buses
from milimo_tui.cut.plan.plan import Media, RenderPlan
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.sound import mixing
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind, TrackKind, create_trackless_clip
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.cut.values.new_cuts import create_cut
from milimo_tui.cut.values.sound_effects import make_sound_effect
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from milimo_tui.media.loudness.loudness import LoudnessMeter
from milimo_tui.media.loudness.master import iterate_stems, open_film_sound
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.sound.samples import Sound
from tests.budget import BUDGETS
from tests.cut.films import minter
from tests.media.sounds import noise, record

RATE = 48000


class MixedFilm:
    """A cut with noise on its tracks, and the render plan of it."""

    def __init__(self, folder: Path, frames: int = 50, names: tuple[str, ...] = ("A1", "A2")) -> None:
        self.new_id = minter()
        self.cut = create_cut("mix", new_id=self.new_id)
        self.media: dict[str, Media] = {}
        for number, name in enumerate(names):
            if all(track.name != name for track in self.cut.tracks):
                self.cut = edits.add_track(self.cut, TrackKind.AUDIO, new_id=self.new_id, name=name)
            path = record(folder / f"{name}.wav", noise(RATE * 3, seed=number) * 0.2, RATE)
            source = ClipSource(SourceKind.ASSET, name)
            self.cut = edits.overwrite_clip(
                self.cut, self.id(name), 0, create_trackless_clip(source, frames), new_id=self.new_id
            )
            media = Media(kind="sound", path=str(path), seconds=Fraction(3), has_sound=True)
            self.media |= {clip.id: media for clip in self.cut.clips if clip.source == source}

    def copy(self) -> MixedFilm:
        """Return a film with the same cut and media, which can be changed alone."""
        made = object.__new__(MixedFilm)
        made.new_id, made.cut, made.media = self.new_id, self.cut, self.media
        return made

    def id(self, name: str) -> str:
        return next(each.id for each in list_tracks_and_buses(self.cut) if each.name == name)

    def set(self, name: str, **values: object) -> None:
        self.cut = mixing.set_strip(self.cut, self.id(name), **values)  # type: ignore[arg-type]

    def add_bus(self, name: str, role: MixRole = MixRole.NONE) -> None:
        self.cut = mixing.add_bus(self.cut, name, new_id=self.new_id, role=role)

    def plan(self, start: int = 0, end: int | None = None) -> RenderPlan:
        return make_render_plan(self.cut, self.media, start, end)

    def alone(self, name: str) -> Sound:
        """Return the sound of a track without any mixer."""
        tracks = tuple(replace(each, solo=each.name == name) for each in create_plain(self.cut).tracks)
        return heard(make_render_plan(replace(create_plain(self.cut), tracks=tracks), self.media))


def create_plain(cut: Cut) -> Cut:
    """Return a cut without mixer settings."""
    plain = replace(cut, buses=(), master_gain_db=0.0)
    fields = ("id", "cut", "name", "kind", "order", "magnetic")
    return replace(
        plain,
        tracks=tuple(type(each)(**{name: getattr(each, name) for name in fields}) for each in cut.tracks),
    )


def heard(plan: RenderPlan, step: int = 5000, **options: object) -> Sound:
    mixer = Mixer(plan, **options)  # type: ignore[arg-type]
    parts = [mixer.read_unclipped(at, min(step, mixer.samples - at)) for at in range(0, mixer.samples, step)]
    mixer.close()
    return np.concatenate(parts, axis=1)


def gain(decibels: float) -> float:
    return float(10 ** (decibels / 20))


@pytest.fixture
def film(tmp_path: Path) -> MixedFilm:
    return MixedFilm(tmp_path)


def test_film_without_mixer_settings_has_no_mixer_and_keeps_its_gains_in_the_clips(film: MixedFilm) -> None:
    film.cut = edits.set_track(film.cut, film.id("A1"), gain_db=-6.0)
    plan = film.plan()
    assert plan.mixer is None
    assert [sound.gain_db for sound in plan.sounds] == [-6.0, 0.0]
    assert "mixer" not in plan.model_dump(exclude_defaults=True)


def test_fader_and_pan_of_a_track_and_its_bus_multiply(film: MixedFilm) -> None:
    first, second = film.alone("A1"), film.alone("A2")
    film.add_bus("Music")
    film.set("A1", gain_db=-6.0, pan=-1.0)
    film.set("A2", bus=film.id("Music"))
    film.set("Music", gain_db=-3.0)
    film.cut = mixing.set_strip(film.cut, film.cut.id, gain_db=2.0)
    left = (first[0] * gain(-6) * 2**0.5 + second[0] * gain(-3)) * gain(2)
    right = second[1] * gain(-3) * gain(2)
    found = heard(film.plan())
    assert np.abs(found[0] - left).max() < 1e-6
    assert np.abs(found[1] - right).max() < 1e-6


def test_automation_counts_frames_of_the_cut_in_a_range_after_a_slate_and_at_another_rate(
    film: MixedFilm,
) -> None:
    plain = film.alone("A1")
    film.set("A2", muted=True)
    curve = (Keyframe(10, 0.0), Keyframe(30, -20.0))
    film.cut = mixing.set_automation(film.cut, film.id("A1"), "volume", curve)
    frames = np.arange(plain.shape[1]) * 25 / RATE
    wanted = plain * 10 ** (-np.clip((frames - 10) / 20, 0, 1))
    assert np.abs(heard(film.plan()) - wanted).max() < 1e-6
    part = heard(film.plan(20, 40))
    assert np.abs(part - wanted[:, 20 * 1920 : 40 * 1920]).max() < 1e-6
    slated, _ = add_slate(film.plan(), Delivery(burns=Burns(slate=Fraction(1))))
    assert np.abs(heard(slated)[:, RATE:] - wanted).max() < 1e-6
    faster, _ = prepare_delivered_plan(film.plan(), Delivery(rate=Fraction(50)))
    assert faster.rate == 50
    assert np.abs(heard(faster) - wanted).max() < 1e-6


def test_stems_of_tracks_add_up_to_the_mix_also_at_another_rate(film: MixedFilm) -> None:
    film.add_bus("Music", MixRole.MUSIC)
    film.set("A1", pan=0.5)
    film.set("A2", bus=film.id("Music"), gain_db=-4.0)
    plan, _ = prepare_delivered_plan(film.plan(), Delivery(rate=Fraction(50)))
    names: list[str] = []
    total = np.zeros_like(heard(film.plan()))
    for name, sound in iterate_stems(plan, list_stems(plan, "track"), 2, None):
        names.append(name)
        total = total + sound.read(0, sound.samples)
        sound.close()
    assert names == ["A1", "A2"]
    assert np.abs(total - heard(film.plan())).max() < 1e-6


def test_send_takes_a_copy_after_or_before_the_fader(film: MixedFilm) -> None:
    first = film.alone("A1")
    film.add_bus("Verb")
    film.set("A2", muted=True)
    film.set("A1", gain_db=-6.0)
    film.cut = mixing.set_send(film.cut, film.id("A1"), film.id("Verb"), -10.0)
    assert np.abs(heard(film.plan()) - first * gain(-6) * (1 + gain(-10))).max() < 1e-6
    film.cut = mixing.set_send(film.cut, film.id("A1"), film.id("Verb"), -10.0, before_fader=True)
    assert np.abs(heard(film.plan()) - first * (gain(-6) + gain(-10))).max() < 1e-6


def test_solo_of_a_bus_lets_only_its_tracks_and_sends_through(film: MixedFilm) -> None:
    first, second = film.alone("A1"), film.alone("A2")
    film.add_bus("Verb")
    film.set("A2", bus=film.id("Verb"))
    film.cut = mixing.set_send(film.cut, film.id("A1"), film.id("Verb"), 0.0)
    film.set("Verb", solo=True)
    assert np.abs(heard(film.plan()) - (first + second)).max() < 1e-6
    film.set("Verb", solo=False)
    film.set("A2", solo=True)
    assert np.abs(heard(film.plan()) - second).max() < 1e-6
    film.set("Verb", muted=True)
    assert not heard(film.plan()).any()


def test_mute_wins_over_solo_in_the_sound_and_in_the_meters(film: MixedFilm) -> None:
    def list_sounding_strips() -> set[str]:
        mixer = Mixer(film.plan())
        sound, strips = mixer.read_with_strips(0, 20000)
        mixer.close()
        return {name for name, part in {**strips, "master": sound}.items() if part.any()}

    film.add_bus("Verb")
    film.set("A1", bus=film.id("Verb"), solo=True)
    assert list_sounding_strips() == {"A1", "Verb", "master"}
    film.set("A1", muted=True)
    assert list_sounding_strips() == set(), "A1 is muted, and no other strip is solo"
    film.set("A1", muted=False)
    film.set("Verb", muted=True)
    assert list_sounding_strips() == {"A1"}, "the meter of a muted bus shows nothing"


def test_every_order_of_reading_gives_the_same_samples(film: MixedFilm) -> None:
    film.add_bus("Verb")
    film.add_bus("All")
    film.set("A1", bus=film.id("All"), pan=-0.3)
    film.set("A2", bus=film.id("All"))
    film.cut = mixing.set_send(film.cut, film.id("A1"), film.id("Verb"), -6.0)
    film.cut = mixing.set_automation(film.cut, film.id("All"), "pan", (Keyframe(0, -1.0), Keyframe(40, 1.0)))
    wanted = heard(film.plan())
    mixer, random = Mixer(film.plan()), np.random.default_rng(4)
    for start in random.integers(0, mixer.samples - 2000, max(60, BUDGETS["sound_effects"].rounds)):
        assert np.array_equal(mixer.read_unclipped(int(start), 2000), wanted[:, start : start + 2000])
        whole, strips = mixer.read_with_strips(int(start), 2000)
        assert np.array_equal(whole, wanted[:, start : start + 2000])
        assert set(strips) == {"A1", "A2", "Verb", "All", "master"}
        assert np.array_equal(strips["master"], whole)
    mixer.close()


def test_signature_of_the_sound_covers_the_mixer_but_no_names(film: MixedFilm) -> None:
    film.add_bus("Music")
    before = compute_sound_signature(film.plan())
    film.cut = mixing.rename_bus(film.cut, film.id("Music"), "Score")
    assert compute_sound_signature(film.plan()) == before
    film.set("A1", bus=film.id("Score"))
    routed = compute_sound_signature(film.plan())
    film.set("Score", gain_db=-1.0)
    assert len({before, routed, compute_sound_signature(film.plan())}) == 3


def test_plan_with_a_mixer_is_equal_after_writing_and_reading(film: MixedFilm) -> None:
    film.add_bus("Music")
    film.cut = mixing.set_send(film.cut, film.id("A1"), film.id("Music"), -3.0)
    film.cut = mixing.set_automation(film.cut, film.id("Music"), "volume", (Keyframe(3, -2.0),))
    plan = film.plan()
    assert RenderPlan.model_validate_json(plan.model_dump_json()) == plan


def test_dialogue_gated_loudness_measures_only_while_dialogue_is_heard(film: MixedFilm) -> None:
    """Speech fills the first second, music the second one. Only the first second gets the target."""
    speech = noise(RATE * 2, seed=8) * 0.05
    speech[:, RATE:] = 0
    music = noise(RATE * 2, seed=9) * 0.3
    music[:, :RATE] = 0
    for name, sound in (("A1", speech), ("A2", music)):
        record(next(Path(m.path) for m in film.media.values() if m.path.endswith(f"{name}.wav")), sound, RATE)
    film.set("A1", role=MixRole.DIALOGUE)
    film.set("A2", role=MixRole.MUSIC, gain_db=-3.0)
    mastered = open_film_sound(film.plan(), 2, Loudness(lufs=-27, true_peak=-2, gate="dialogue"))
    found = mastered.read(0, mastered.samples)
    mastered.close()
    spoken, complete = LoudnessMeter(RATE, 2), LoudnessMeter(RATE, 2)
    spoken.add_sound(found[:, : int(0.9 * RATE)])
    complete.add_sound(found)
    assert spoken.finish_measurement().lufs == pytest.approx(-27, abs=0.3)
    assert (complete.finish_measurement().lufs or -99) > -24


def test_effects_of_strips_sound_the_same_from_every_start(film: MixedFilm) -> None:
    """The live sound may begin anywhere. It differs from the rendered sound by less than −80 dB."""
    film.add_bus("Verb")
    film.set("A1", chain=SOUND_PRESETS["dialogue"].chain, bus=film.id("Verb"))
    film.cut = mixing.set_send(film.cut, film.id("A2"), film.id("Verb"), -6.0)
    film.set("Verb", chain=(make_sound_effect("reverb", {"decay": 0.5}),))
    film.cut = mixing.set_strip(
        film.cut, film.cut.id, chain=(make_sound_effect("mono_lows"), make_sound_effect("limiter"))
    )
    plan, random = film.plan(), np.random.default_rng(2)
    wanted = heard(plan)
    level = float(np.sqrt(np.square(wanted).mean()))
    for start in random.integers(0, wanted.shape[1] - 4800, BUDGETS["sound_effects"].rounds):
        live = Mixer(plan)
        found = live.read_unclipped(int(start), 4800)
        live.close()
        difference = float(np.sqrt(np.square(found - wanted[:, start : start + 4800]).mean()))
        assert difference < level * 1e-4


def test_mono_lows_have_no_side_below_their_frequency(film: MixedFilm) -> None:
    film.set("A2", muted=True)
    film.set("A1", chain=(make_sound_effect("mono_lows", {"frequency": 200}),))
    found = heard(film.plan())
    side = np.abs(np.fft.rfft(found[0] - found[1]))
    frequencies = np.fft.rfftfreq(found.shape[1], 1 / RATE)
    low, high = side[frequencies < 60].mean(), side[(frequencies > 600) & (frequencies < 2000)].mean()
    assert low < high * 0.02


def test_nested_range_sounds_as_before_and_its_clips_do_after_expanding(film: MixedFilm) -> None:
    film.set("A1", gain_db=-4.0)
    film.set("A2", gain_db=-6.0, pan=-0.5, chain=(make_sound_effect("eq", {"low_cut": 200.0}),))
    wanted = heard(film.plan())
    outer, inner = edits.nest_range(film.cut, 0, 50, name="inside", new_id=film.new_id)
    of_source = {clip.source.ref: film.media[clip.id] for clip in film.cut.clips}
    inner_plan = make_render_plan(inner, {clip.id: of_source[clip.source.ref] for clip in inner.clips})
    (compound,) = outer.clips
    nested = Media(kind="cut", seconds=Fraction(2), rate=Fraction(25), has_sound=True, plan=inner_plan)
    assert np.abs(heard(make_render_plan(outer, {compound.id: nested})) - wanted).max() < 1e-4
    back = edits.expand_compound_clip(outer, compound.id, inner, new_id=film.new_id)
    plan = make_render_plan(back, {clip.id: of_source[clip.source.ref] for clip in back.clips})
    assert np.abs(heard(plan) - wanted).max() < 1e-4
    with_bus = mixing.add_bus(inner, "Verb", new_id=film.new_id)
    with pytest.raises(Refused):
        edits.expand_compound_clip(outer, compound.id, with_bus, new_id=film.new_id)
