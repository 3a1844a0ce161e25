"""Test the render plan: the pictures of each frame and the sounds, for the complete cut and for ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.cut.delivery.plan_text import describe_plan
from milimo_tui.cut.edit import edits
from milimo_tui.cut.plan.plan import Media, RenderPlan, find_stretch_at
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values.cut import Cut, NewId, TrackKind
from tests.cut import films
from tests.cut.films import clip_of, film, minter, track_of

TALKIE = Media(kind="video", path="/m/a.mov", digest="aa", seconds=Fraction(60), has_sound=True)
SILENT = Media(kind="video", path="/m/s.mov", digest="bb", seconds=Fraction(60))
MUSIC = Media(kind="sound", path="/m/m.wav", digest="cc", seconds=Fraction(60), has_sound=True)
STILL = Media(kind="picture", path="/m/p.png", digest="dd")
SLATE = Media(kind="slate", title="3B", text="Mara turns", previs=True)


def media_of(cut: Cut, **by_label: Media) -> Mapping[str, Media]:
    """Return the media of each clip by its label. The default is a clip with picture and sound."""
    return {clip.id: by_label.get(clip.label, TALKIE) for clip in cut.clips}


def layers(plan: RenderPlan, cut: Cut) -> list[tuple[int, int, list[str]]]:
    """Return the stretches of a plan as start, frames and labels of the layers, bottom layer first."""
    labels = {clip.id: clip.label for clip in cut.clips}
    return [(s.start, s.frames, [labels[layer.clip] for layer in s.list_pictures()]) for s in plan.stretches]


def sounds(plan: RenderPlan, cut: Cut) -> list[str]:
    labels = {clip.id: clip.label for clip in cut.clips}
    return [f"{labels[sound.clip]} {sound.start}-{sound.start + sound.frames}" for sound in plan.sounds]


def two_tracks(new_id: NewId | None = None) -> Cut:
    new_id = new_id or minter()
    return films.on(film(new_id, "A:10 B:20"), "V2", 5, "over", 10, new_id=new_id)


def test_stretches_have_constant_layers_bottom_first() -> None:
    cut = two_tracks()
    plan = make_render_plan(cut, media_of(cut))
    assert layers(plan, cut) == [
        (0, 5, ["A"]),
        (5, 5, ["A", "over"]),
        (10, 5, ["B", "over"]),
        (15, 15, ["B"]),
    ]
    middle = plan.stretches[2]
    assert [layer.source_in for layer in middle.list_pictures()] == [10, Fraction(10) + Fraction(5, 25)]
    assert [(layer.clip_offset, layer.clip_frames) for layer in middle.list_pictures()] == [(0, 20), (5, 10)]


def test_gaps_and_frames_after_the_last_picture_are_black() -> None:
    new_id = minter()
    cut = film(new_id, "A:10 B:20")
    cut = edits.insert_gap(cut, track_of(cut, "V1").id, 10, 5, new_id=new_id)
    cut = films.on(cut, "A1", 0, "music", 50, new_id=new_id)
    plan = make_render_plan(cut, media_of(cut, music=MUSIC))
    assert layers(plan, cut) == [(0, 10, ["A"]), (10, 5, []), (15, 20, ["B"]), (35, 15, [])]
    assert plan.frames == 50


def test_film_of_sound_alone_is_black_and_audible() -> None:
    new_id = minter()
    cut = films.on(film(new_id), "A1", 5, "music", 20, new_id=new_id)
    plan = make_render_plan(cut, media_of(cut, music=MUSIC))
    assert (layers(plan, cut), sounds(plan, cut)) == ([(0, 25, [])], ["music 5-25"])


def test_empty_cut_gives_an_empty_plan() -> None:
    plan = make_render_plan(film(minter()), {})
    assert (plan.frames, plan.stretches, plan.sounds) == (0, (), ())


def test_opacity_fades_and_gain_are_passed_on() -> None:
    cut = two_tracks()
    cut = edits.set_clip(cut, clip_of(cut, "over").id, opacity=0.4, fade_in=2, fade_out=3, gain_db=-9)
    plan = make_render_plan(cut, media_of(cut))
    layer = plan.stretches[1].list_pictures()[1]
    assert (layer.opacity, layer.fade_in, layer.fade_out) == (0.4, 2, 3)
    over = plan.sounds[-1]
    assert (over.gain_db, over.fade_in, over.fade_out, over.clip_frames) == (-9, 2, 3, 10)


def test_sound_comes_from_pictures_and_audio_tracks() -> None:
    new_id = minter()
    cut = films.on(two_tracks(new_id), "A1", 20, "music", 40, new_id=new_id)
    plan = make_render_plan(cut, media_of(cut, music=MUSIC))
    assert sounds(plan, cut) == ["A 0-10", "B 10-30", "over 5-15", "music 20-60"]


@pytest.mark.parametrize("media", [STILL, SLATE, SILENT, Media(kind="offline", path="/gone.mov")])
def test_stills_slates_silent_and_offline_media_have_no_sound(media: Media) -> None:
    cut = film(minter(), "A:10")
    plan = make_render_plan(cut, media_of(cut, A=media))
    assert (plan.sounds, plan.stretches[0].list_pictures()[0].media) == ((), media)


def test_mute_solo_and_hide_are_obeyed() -> None:
    new_id = minter()
    cut = films.on(two_tracks(new_id), "A1", 0, "music", 30, new_id=new_id)
    media = media_of(cut, music=MUSIC)

    def heard(cut: Cut, **flags: Any) -> list[str]:
        return sounds(make_render_plan(edits.set_track(cut, track_of(cut, "V2").id, **flags), media), cut)

    assert heard(cut, muted=True) == ["A 0-10", "B 10-30", "music 0-30"]
    assert heard(cut, solo=True) == ["over 5-15"]
    assert heard(cut, solo=True, muted=True) == []
    assert heard(cut, hidden=True) == ["A 0-10", "B 10-30", "over 5-15", "music 0-30"]
    hidden = edits.set_track(cut, track_of(cut, "V2").id, hidden=True)
    assert layers(make_render_plan(hidden, media), cut) == [(0, 10, ["A"]), (10, 20, ["B"])]
    muted = edits.set_clip(cut, clip_of(cut, "A").id, muted=True)
    assert sounds(make_render_plan(muted, media), cut) == ["B 10-30", "over 5-15", "music 0-30"]


def test_sound_on_a_video_track_is_audible_and_invisible() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "V2", 2, "bell", 5, new_id=new_id)
    plan = make_render_plan(cut, media_of(cut, A=STILL, bell=MUSIC))
    assert (layers(plan, cut), sounds(plan, cut)) == ([(0, 10, ["A"])], ["bell 2-7"])


def test_unknown_source_is_offline_and_named() -> None:
    cut = film(minter(), "A:10")
    layer = make_render_plan(cut, {}).stretches[0].list_pictures()[0]
    assert (layer.media.kind, layer.media.title) == ("offline", "A")


def test_range_shifts_times_and_keeps_sources_and_fades_exact() -> None:
    cut = two_tracks()
    cut = edits.set_clip(cut, clip_of(cut, "over").id, fade_in=6)
    plan = make_render_plan(cut, media_of(cut), 7, 12)
    assert (plan.start, plan.frames) == (7, 5)
    assert layers(plan, cut) == [(0, 3, ["A", "over"]), (3, 2, ["B", "over"])]
    over = plan.stretches[0].list_pictures()[1]
    assert (over.source_in, over.clip_offset, over.fade_in) == (Fraction(10) + Fraction(2, 25), 2, 6)
    sound = next(each for each in plan.sounds if each.clip == over.clip)
    assert (sound.start, sound.frames, sound.clip_offset, sound.clip_frames) == (0, 5, 2, 10)
    assert sound.source_in == over.source_in


def test_end_after_the_cut_is_limited_and_other_ranges_are_refused() -> None:
    cut = two_tracks()
    assert make_render_plan(cut, {}, 25, 999).frames == 5
    for start, end in ((-1, 5), (5, 5), (9, 3), (30, None), (0, 0), (40, 50)):
        with pytest.raises(Refused, match=r"of “Test”.* 30"):
            make_render_plan(cut, {}, start, end)


def test_frames_after_the_end_of_a_take_stay_in_the_plan() -> None:
    cut = film(minter(), "A:100")
    short = Media(kind="video", path="/m/short.mov", seconds=Fraction(11))
    plan = make_render_plan(cut, media_of(cut, A=short))
    assert (plan.frames, plan.stretches[0].frames) == (100, 100)


def test_stretch_at_finds_every_frame() -> None:
    cut = two_tracks()
    plan = make_render_plan(cut, media_of(cut))
    for frame in range(plan.frames):
        found = find_stretch_at(plan, frame)
        assert found.start <= frame < found.start + found.frames
    for frame in (-1, plan.frames):
        with pytest.raises(BadInput, match=r"film.* 30"):
            find_stretch_at(plan, frame)


@pytest.mark.parametrize(("digest", "same"), [("ab" * 32, True), ("", False)])
def test_media_with_a_digest_are_identified_by_it(digest: str, same: bool) -> None:
    cut = two_tracks()
    places = [TALKIE.model_copy(update={"digest": digest, "path": f"/{home}/take.mov"}) for home in "ab"]
    plans = [make_render_plan(cut, {clip.id: media for clip in cut.clips}) for media in places]
    assert (plans[0].compute_signature() == plans[1].compute_signature()) is same


def test_signature_follows_everything_seen_and_heard() -> None:
    cut = two_tracks()
    plan = make_render_plan(cut, media_of(cut))
    assert (
        plan.compute_signature()
        == make_render_plan(replace(cut, clips=cut.clips[::-1]), media_of(cut)).compute_signature()
    )
    assert len(plan.compute_signature()) == 64
    others = [
        make_render_plan(cut, media_of(cut, A=STILL)),
        make_render_plan(cut, media_of(cut), 0, 29),
        make_render_plan(edits.set_clip(cut, clip_of(cut, "B").id, gain_db=-1), media_of(cut)),
        make_render_plan(edits.trim_clip_out(cut, clip_of(cut, "B").id, -1, new_id=minter()), media_of(cut)),
    ]
    signatures = {plan.compute_signature(), *(other.compute_signature() for other in others)}
    assert len(signatures) == 1 + len(others)


def test_plan_is_equal_after_json_with_exact_times() -> None:
    new_id = minter()
    cut = edits.split_clips(film(new_id, "A:10 B:20", rate=Fraction(24000, 1001)), 17, new_id=new_id)
    plan = make_render_plan(cut, media_of(cut))
    text = plan.model_dump_json()
    assert '"24000/1001"' in text
    assert RenderPlan.model_validate_json(text) == plan


def test_film_with_a_previs_picture_is_marked_as_previs() -> None:
    cut = two_tracks()
    assert make_render_plan(cut, media_of(cut, over=SLATE)).previs
    assert not make_render_plan(cut, media_of(cut)).previs
    assert not make_render_plan(cut, media_of(cut, over=SLATE), 20, 30).previs


def test_tiny_weights_are_marked_and_change_the_signature() -> None:
    cut = two_tracks()
    plain, noisy = (
        make_render_plan(cut, media_of(cut, over=SLATE.model_copy(update={"noise": noise})))
        for noise in (False, True)
    )
    assert (plain.has_noise, noisy.has_noise) == (False, True)
    assert plain.compute_signature() != noisy.compute_signature()
    assert ", noise" in describe_plan(noisy)


def test_plan_is_described_readably() -> None:
    new_id = minter()
    cut = films.on(film(new_id, "A:10"), "V2", 5, "over", 10, new_id=new_id)
    cut = films.on(cut, "A1", 20, "music", 5, new_id=new_id)
    cut = edits.set_clip(cut, clip_of(cut, "over").id, opacity=0.4)
    cut = edits.set_clip(cut, clip_of(cut, "music").id, gain_db=-3)
    text = describe_plan(make_render_plan(cut, media_of(cut, over=SLATE, music=MUSIC)))
    assert text == (
        "Test: 25 frames at 25/1, 768×512, 48000 Hz, previs\n"
        "00:00:00:00       5 f\n"
        "    video  /m/a.mov  from 10/1 s\n"
        "00:00:00:05       5 f\n"
        "    slate  3B  from 10/1 s  40%\n"
        "    video  /m/a.mov  from 51/5 s\n"
        "00:00:00:10       5 f\n"
        "    slate  3B  from 51/5 s  40%\n"
        "00:00:00:15      10 f  black\n"
        "00:00:00:00      10 f  sound  video  /m/a.mov  from 10/1 s\n"
        "00:00:00:20       5 f  sound  sound  /m/m.wav  from 10/1 s  -3 dB\n"
    )


def test_three_video_tracks_are_stacked_in_order() -> None:
    new_id = minter()
    cut = edits.add_track(two_tracks(new_id), TrackKind.VIDEO, new_id=new_id)
    cut = films.on(cut, "V3", 7, "top", 3, new_id=new_id)
    plan = make_render_plan(cut, media_of(cut))
    assert [names for *_, names in layers(plan, cut)] == [
        ["A"],
        ["A", "over"],
        ["A", "over", "top"],
        ["B", "over"],
        ["B"],
    ]
