"""Test the operations of the timeline with `milimo run cut.… key=value`: their results, and the reasons why
they are refused.
"""

from __future__ import annotations

import json
import re
import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from milimo_tui.story.values.film import Asset, AssetKind, Take
from milimo_tui.studio.session.studio import Studio
from tests.front_door import TINY, Milimo


def clips(film: Milimo, track: str = "V1") -> list[dict[str, Any]]:
    data = film.inside("cut", "show")
    return next((each["clips"] for each in data["tracks"] if each["name"] == track), [])


def lengths(film: Milimo, track: str = "V1") -> list[tuple[int, int]]:
    return [(each["start"], each["frames"]) for each in clips(film, track)]


def run(film: Milimo, command: str, code: int = 0, **values: object) -> Any:
    return film.inside("run", f"cut.{command}", *(f"{k}={v}" for k, v in values.items()), code=code)


def refused(film: Milimo, command: str, word: str, **values: object) -> None:
    error = run(film, command, code=2, **values)["error"]
    assert word in error["message"], error


@pytest.mark.long("command_line")
def test_three_point_and_four_point_edits_place_clips(film: Milimo) -> None:
    run(film, "three_point", shot="1A", start=0, end=10, source_in="1/5", how="overwrite", track="V2")
    [clip] = clips(film, "V2")
    assert (clip["start"], clip["frames"], clip["source_in"], clip["source_out"]) == (0, 10, "1/5", "3/5")
    run(film, "three_point", shot="1A", end=40, source_in="0:00", source_out="1/5", track="V2")
    assert lengths(film, "V2") == [(0, 10), (35, 5)]
    done = run(film, "fit_to_fill", shot="1A", start=50, end=60, source_out="4/5", track="V2")
    assert done["speed"] == "2/1"
    assert clips(film, "V2")[-1]["effects"] == {"speed": "2/1"}
    run(film, "marks", mark_in=5, mark_out=9)
    before = lengths(film)
    run(film, "three_point", shot="1A", source_in="1/1")
    assert lengths(film)[1] == (5, 4), "the marks, and all that follows moved on"
    assert len(lengths(film)) == len(before) + 2
    refused(film, "three_point", "a clip shows one shot", start=3)
    refused(film, "gap", "frames long", frames=10**20, at=0)
    refused(film, "three_point", "after its start", shot="1A", start=9, end=3, source_in="0/1")
    refused(film, "fit_to_fill", "would play at", shot="1A", start=0, end=1, source_out="90/1", track="V2")


def test_clips_are_copied_cut_and_pasted_across_tracks(film: Milimo) -> None:
    first = clips(film)[0]
    run(film, "overwrite", shot="1A", track="V2", at=2, frames=6, connected="true")
    done = run(film, "copy", start=0, end=10, letter="a")
    assert [row["index"] for row in done["pieces"]["rows"]] == [0, 1]
    run(film, "paste", at=0, letter="a")
    assert lengths(film)[:2] == [(0, 10), (10, first["frames"])]
    assert lengths(film, "V2") == [(2, 6), (12, 6)]
    film.inside("cut", "undo")
    assert lengths(film)[0] == (0, first["frames"])
    run(film, "paste", at=40, track="V2", pieces=json.dumps(done["pieces"]), overwrite="true")
    assert lengths(film, "V2") == [(2, 6), (40, 10)]
    assert lengths(film, "V3") == [(42, 6)]
    total = film.inside("cut", "show")["frames"]
    run(film, "cut", start=0, end=10, tracks="V1")
    assert film.inside("cut", "show")["frames"] == total - 10
    assert "pasted" not in film.act("run", "cut.paste", "at=0")
    assert film.inside("cut", "show")["frames"] == total
    refused(film, "paste", "register b is empty", letter="b")
    refused(film, "copy", "no range is marked")
    refused(film, "copy", "one letter", start=0, end=9, letter="12")
    refused(film, "paste", "can't be pasted", pieces="{}")
    refused(film, "paste", "A1 is for audio", at=0, track="A1", letter="a")


def test_clips_are_duplicated_and_gaps_closed(film: Milimo) -> None:
    first, second = clips(film)[:2]
    run(film, "duplicate", clip=first["id"], at=0, track="V2")
    assert lengths(film, "V2") == [(0, first["frames"])]
    run(film, "effect", clip=first["id"], name="scale", value="1.5")
    run(film, "set", clip=first["id"], gain_db=-6)
    film.inside("cut", "paste-attributes", first["id"], second["id"], "--what", "scale")
    assert clips(film)[1]["effects"] == {"curves": {"scale": [[0, 1.5]]}}
    run(film, "gap", frames=7, at=3)
    run(film, "close_gap", at=5)
    run(film, "gap", frames=7, at=3)
    run(film, "gap", frames=7, at=20)
    count = len(clips(film))
    run(film, "close_gaps")
    assert len(clips(film)) == count - 2
    refused(film, "close_gap", "no gap at that frame", at=1)
    refused(film, "paste_attributes", "no attribute", clip=first["id"], to=second["id"], what="smell")


@pytest.mark.long("command_line")
def test_range_is_nested_opened_left_and_unnested(film: Milimo) -> None:
    before = film.inside("cut", "show")
    done = run(film, "nest", start=5, end=30, name="Dream")
    assert film.inside("cut", "show")["frames"] == before["frames"]
    [compound] = [each for each in clips(film) if each["cut"]]
    assert (compound["id"], compound["start"], compound["frames"]) == (done["clip"], 5, 25)
    assert "Dream" in film.act("cut", "show")
    assert film.inside("cut", "open", "Dream")["id"] == done["inner"]
    assert film.inside("cut", "show")["frames"] == 25
    run(film, "split", at=4)
    assert film.inside("cut", "back")["id"] == before["id"]
    run(film, "set", clip="Dream", gain_db=0)  # A compound clip can be named like any other clip.
    plan = film.inside("render", "--plan")
    assert plan["frames"] == before["frames"]
    run(film, "un_nest", clip=compound["id"])
    assert film.inside("cut", "show")["frames"] == before["frames"]
    assert not [each for each in clips(film) if each["cut"]]
    film.inside("cut", "undo")
    refused(film, "nest", "already", start=0, end=9, name="Dream")
    refused(film, "nest", "no clip in", start=90000, end=90009)
    refused(film, "open", "cut", clip=clips(film)[0]["id"])
    refused(film, "back", "was not opened")


@pytest.mark.long("command_line")
def test_ripple_roll_slip_slide_and_trim_are_exact_to_a_frame(film: Milimo) -> None:
    a, b, c = (each["frames"] for each in clips(film)[:3])
    first, second = (each["id"] for each in clips(film)[:2])
    run(film, "trim_out", clip=first, by=-20)
    run(film, "trim_in", clip=second, by=10)
    run(film, "trim_out", clip=second, by=-10)
    a, b = a - 20, b - 20
    run(film, "roll", clip=first, edge="tail", by=4)
    assert [frames for _, frames in lengths(film)[:3]] == [a + 4, b - 4, c]
    before = clips(film)[1]
    run(film, "slip", clip=second, by=3)
    assert clips(film)[1]["source_in"] != before["source_in"]
    assert lengths(film)[1] == (before["start"], before["frames"])
    run(film, "slide", clip=second, by=2)
    assert [frames for _, frames in lengths(film)[:3]] == [a + 6, b - 4, c - 2]
    run(film, "ripple", clip=second, edge="head", by=2)
    assert lengths(film)[1] == (a + 6, b - 6)
    film.inside("cut", "extend", first, "tail", str(a))
    assert lengths(film)[1] == (a, b)
    run(film, "trim_to", clip=first, edge="head", to=3)
    assert lengths(film)[:2] == [(0, a - 3), (a - 3, b)]
    run(film, "split", at=4, track="V1")
    run(film, "join", clip=first)
    assert lengths(film)[0] == (0, a - 3)
    run(film, "swap", clip=first, other=second)
    assert [each["id"] for each in clips(film)[:2]] == [second, first]
    run(film, "ripple_delete", clip=first)
    assert second == clips(film)[0]["id"]
    assert film.inside("cut", "undo")["label"] == "delete 1A and close up"
    run(film, "track_set", track="V1", toggle="locked")
    for command, values in (
        ("ripple", {"edge": "tail", "by": "-1"}),
        ("roll", {"edge": "tail", "by": "1"}),
        ("slip", {"by": "1"}),
        ("slide", {"by": "1"}),
        ("extend", {"edge": "tail", "to": "3"}),
        ("ripple_delete", {}),
        ("join", {}),
    ):
        error = run(film, command, code=2, clip=first, **values)["error"]
        assert (error["kind"], "V1" in error["message"]) == ("refused", True)
        assert error["hint"]


def test_edit_that_stops_early_is_reported_with_the_frames_it_moved(film: Milimo) -> None:
    first, second = clips(film)[:2]
    run(film, "trim_out", clip=first["id"], by=-20)
    output = film.act("run", "cut.trim_out", f"clip={first['id']}", "by=100")
    assert re.search(r"trim the tail of 1A by \+20 f.*\+100 f", output)
    assert film.inside("cut", "undo")["label"] == "trim the tail of 1A by +20 f"
    done = run(film, "trim_to", clip=first["id"], edge="tail", to="00:10:00:00")
    assert (done["by"], lengths(film)[0]) == (20, (0, first["frames"]))
    run(film, "trim_in", clip=second["id"], by=6)
    run(film, "trim_out", clip=second["id"], by=-6)
    assert run(film, "slip", clip=second["id"], by=500)["by"] == 6
    assert run(film, "slip", clip=second["id"], by=-500)["by"] == -12
    assert run(film, "move", clip=first["id"], by=99)["by"] == len(clips(film)) - 1
    assert film.inside("cut", "undo")["label"].startswith(f"move 1A {len(clips(film)) - 1} slot")


def test_times_and_switches_are_read_in_every_spelling(film: Milimo) -> None:
    for given, told in (("1s", "1/1"), ("00:00:00:10", "2/5"), ("1/5", "1/5"), ("0.2s", "1/5"), ("5", "1/5")):
        run(film, "overwrite", shot="1A", track="V2", at="2s", source_in=given, frames=2)
        assert clips(film, "V2")[-1]["source_in"] == told
    done = run(film, "marks", mark_in="1s", mark_out="00:00:01:05")
    assert (done["mark_in"], done["mark_out"]) == (25, 30)
    assert run(film, "playhead", frame="2s")["playhead"] == 50
    for _ in range(2):
        run(film, "track_set", track="V2", on="hidden,sync_lock", off="muted")
    track = next(each for each in film.inside("cut", "show")["tracks"] if each["name"] == "V2")
    assert (track["hidden"], track["sync_lock"], track["muted"]) == (True, True, False)
    refused(film, "overwrite", "“soon”", shot="1A", source_in="soon")
    refused(film, "track_set", "twice", track="V2", on="solo", off="solo")
    refused(film, "marker", "00:10:00:00", clip="1A", at="00:10:00:00")
    for command, values, words in (
        ("freeze_frame", {"frames": "0"}, "frames: 0"),
        ("freeze_frame", {"frames": "1.5"}, "frames: “1.5”"),
        ("insert", {"shot": "1A", "connected": "maybe"}, "connected: “maybe”"),
        ("track_set", {"track": "V2", "on": "loud"}, "“loud”"),
        ("set", {"clip": "1A", "gain_db": "99"}, "gain_db: 99"),
        ("set", {"clip": "1A", "gain_db": "loud"}, "gain_db: “loud”"),
        ("append", {"shot": "1A", "track": "Q"}, "“Q”"),
    ):
        refused(film, command, words, **values)
    assert run(film, "append", code=2, shot="1A", track="Q")["error"]["hint"].endswith("V1, V2, A1, A2")


def test_clips_are_linked_grouped_and_get_own_sound(film: Milimo) -> None:
    first, second = clips(film)[:2]
    run(film, "detach_sound", clip=first["id"])
    [sound] = clips(film, "A1")
    assert (sound["start"], sound["frames"]) == (first["start"], first["frames"])
    run(film, "split", at=9, track="V1")
    assert lengths(film, "A1") == [(0, 9), (9, first["frames"] - 9)]
    run(film, "trim_in", clip=first["id"], by=2)
    assert lengths(film, "A1")[0] == (0, 7)
    run(film, "trim_out", clip=first["id"], by=-2, alone="true")
    assert (lengths(film)[0], lengths(film, "A1")[0]) == ((0, 5), (0, 7))
    run(film, "unlink", clip=first["id"])
    run(film, "link", clips=f"{first['id']},{sound['id']}")
    run(film, "group", clips=f"{first['id']},{second['id']}")
    assert clips(film)[0]["group"] == clips(film)[2]["group"] != ""
    run(film, "ungroup", clip=second["id"])
    assert clips(film)[0]["group"] == ""
    run(film, "track_set", track="A2", toggle="sync_lock")
    assert next(each for each in film.inside("cut", "show")["tracks"] if each["name"] == "A2")["sync_lock"]
    refused(film, "ungroup", "in no group", clip=second["id"])
    refused(film, "unlink", "not linked", clip=second["id"])
    refused(film, "link", "can't be linked", clips=f"{first['id']},{second['id']}")


def test_other_take_keeps_the_clip_and_a_short_one_is_refused_or_fitted(film: Milimo) -> None:
    clip = clips(film)[0]
    run(film, "effect", clip=clip["id"], name="scale", value="1.5")
    run(film, "transition", clip=clip["id"], kind="dip", frames=6)
    before = film.inside("cut", "show")
    studio = Studio.open(home=str(film.home))
    for name, seconds in (("long", 60), ("short", 1)):
        asset = Asset(
            id=f"asset_{name}",
            kind=AssetKind.VIDEO,
            path=f"media/{name}.mov",
            digest=name,
            seconds=Fraction(seconds),
        )
        take = Take(
            id=f"take_{name}",
            shot=clip["shot"],
            asset=asset.id,
            job=f"job_{name}",
            engine="animatic",
            seed=1,
            frames=25 * seconds,
            previs=True,
        )
        studio.require_project().facts.add_take(take, asset)
    studio.close()
    done = run(film, "take", clip="1A", take="take_long")
    assert done["take"] == "take_long"
    after = film.inside("cut", "show")
    assert after["transitions"] == before["transitions"]
    assert [{**each, "state": ""} for each in after["tracks"][0]["clips"]] == [
        {**each, "state": ""} for each in before["tracks"][0]["clips"]
    ]
    refused(film, "take", "1 s", clip="1A", take="take_short")
    fitted = run(film, "take", clip="1A", take="take_short", fit="true")
    assert len(fitted["fitted"]) == 1
    assert clips(film)[0]["frames"] == clip["frames"]
    film.inside("cut", "undo")
    assert clips(film)[0]["effects"] == {"curves": {"scale": [[0, 1.5]]}}
    picked = [each["id"] for each in film.inside("shot", "takes", "1A") if each["picked"]]
    assert picked == ["take_long"], "the pick and the fit are one edit"
    run(film, "take", clip="1A", take="take_short", fit="true", alone="true")
    assert clips(film)[0]["asset"] == "asset_short"
    refused(film, "take", "shot", clip=clip["id"], take="1")


def test_clip_with_a_missing_file_is_listed_and_relinked(film: Milimo) -> None:
    still = film.cwd / "map.png"
    Image.new("RGB", (64, 64), "red").save(still)
    asset = film.inside("asset", "add", str(still), "--link")["id"]
    run(film, "overwrite", asset=asset, track="V2", at=0, frames=30)
    assert clips(film, "V2")[0]["state"] == ""
    moved = film.cwd / "else" / "map.png"
    moved.parent.mkdir()
    still.rename(moved)
    assert clips(film, "V2")[0]["state"] == "offline"
    output = film.act("cut", "show")
    assert "map.png  OFFLINE" in output
    assert f"milimo asset relink {asset} FILE" in output
    film.inside("asset", "relink", asset, str(moved.parent))
    assert clips(film, "V2")[0]["state"] == ""


def test_impossible_edit_is_refused_in_one_sentence(film: Milimo) -> None:
    first = clips(film)[0]["id"]
    before = film.inside("cut", "show")
    refused(film, "trim_out", "shows its media to the last frame already", clip=first, by=9)
    refused(film, "slip", "shows its media from its start already", clip=first, by=-1)
    refused(film, "transition", "last frame", clip=first, frames=12)
    refused(film, "speed", "between 1/100 and 100", clip=first, speed="1000")
    refused(film, "roll", "at its head", clip=first, edge="head", by=2)
    refused(film, "gap", "V9", frames=3, track="V9")
    refused(film, "split", "timecode", at="ten past")
    refused(film, "swap", "with itself", clip=first, other=first)
    refused(film, "move", "A1 is for audio", clip=first, track="A1", at=0)
    assert run(film, "roll", code=2, clip=first, edge="middle", by=2)["error"]["kind"] == "bad_input"
    assert film.inside("cut", "show") == before


def test_defect_8_deleted_clip_leaves_its_shot_and_takes(film: Milimo) -> None:
    first = clips(film)[0]
    shots, takes = film.inside("shot", "list"), film.inside("shot", "takes", "1A")
    run(film, "remove", clip=first["id"])
    assert first["id"] not in [each["id"] for each in clips(film)]
    assert (film.inside("shot", "list"), film.inside("shot", "takes", "1A")) == (shots, takes)
    run(film, "append", shot="1A")
    assert clips(film)[-1]["shot"] == first["shot"]


def test_defect_8_clip_moves_between_tracks_without_overlap(film: Milimo) -> None:
    first, second = clips(film)[:2]
    run(film, "move", clip=first["id"], track="V2", at=5)
    assert lengths(film, "V2") == [(5, first["frames"])]
    assert clips(film)[0]["id"] == second["id"], "V1 closed up"
    run(film, "overwrite", shot="1A", track="V2", at=10, frames=4)
    assert lengths(film, "V2") == [(5, 5), (10, 4), (14, first["frames"] - 9)]


def test_deleted_take_is_restored_from_the_bin(film: Milimo) -> None:
    [take] = film.inside("shot", "takes", "1A")
    assert film.inside("shot", "delete-take", "1A", "1") == {"take": take["id"], "picked": None}
    assert next(clip["state"] for clip in clips(film) if clip["shot"]) == "no take"
    assert film.inside("shot", "takes", "1A") == []
    assert film.inside("bin", "restore", take["id"])["kind"] == "take"
    assert [each["picked"] for each in film.inside("shot", "takes", "1A")] == [True]
    error = film.inside("shot", "delete-take", "1A", "7", code=2)["error"]
    assert error["kind"] == "not_found"
    assert "milimo shot takes 1A" in error["hint"]


@pytest.mark.long("command_line")
def test_sound_is_refused_on_picture_tracks_and_pictures_on_sound_tracks(film: Milimo) -> None:
    still, tone = film.cwd / "map.png", film.cwd / "tone.wav"
    Image.new("RGB", (64, 64), "red").save(still)
    with wave.open(str(tone), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 48000))
    picture, sound = (film.inside("asset", "add", str(path))["id"] for path in (still, tone))
    refused(film, "append", "tone.wav is sound, and V1 shows pictures", asset=sound)
    refused(film, "replace", "tone.wav is sound", clip="1A", asset=sound)
    refused(film, "three_point", "tone.wav is sound", asset=sound, track="V2", start=0, end=9)
    refused(film, "fit_to_fill", "tone.wav is sound", asset=sound, track="V2", start=0, end=9)
    refused(film, "overwrite", "map.png is a picture, and A1 takes sound", asset=picture, track="A1")
    refused(film, "title", "A1 is an audio track", text="The end", track="A1")
    run(film, "overwrite", asset=sound, track="A1", at=0)
    run(film, "overwrite", asset=picture, track="V2", at=0)
    assert (len(clips(film, "A1")), len(clips(film, "V2"))) == (1, 1)


@pytest.mark.parametrize(
    ("text", "frames"),
    [("50", 50), ("50f", 50), ("2s", 50), ("00:02", 2), ("00:00:02:00", 50)],
)
def test_time_has_one_meaning_in_every_command(film: Milimo, text: str, frames: int) -> None:
    """Every command reads the same time text as the same number of frames. Earlier, `4` meant seconds for a
    shot but frames for a trim.
    """
    film.inside("shot", "set", "1A", "--length", text)
    assert film.inside("shot", "show", "1A")["frames"] == frames
    added = film.inside("shot", "add", "1", "A lamp.", "--length", text)
    assert added["frames"] == frames
    assert run(film, "playhead", frame=text)["playhead"] == frames
    run(film, "overwrite", shot="1A", track="V2", at="0", source_in=text, frames=2)
    assert Fraction(clips(film, "V2")[0]["source_in"]) == Fraction(frames, 25)
    run(film, "title", text="late", track="V2", at="200", frames=4)
    late = clips(film, "V2")[-1]
    film.inside("cut", "trim-in", late["id"], f"-{text}")
    assert next(each for each in clips(film, "V2") if each["id"] == late["id"])["start"] == 200 - frames


def test_invalid_time_is_refused_with_the_accepted_forms(film: Milimo) -> None:
    for words in (
        ("shot", "set", "1A", "--length", "2.5"),
        ("shot", "split", "1A", "--at", "2.5"),
        ("run", "cut.playhead", "frame=2.5"),
        ("cut", "trim-out", "1A", "-2.5"),
        ("cut", "overwrite", "--shot", "1A", "--track", "V2", "--source-in", "2.5"),
    ):
        error = film.inside(*words, code=2)["error"]
        assert "2.5s" in error["hint"], words


def test_ambiguous_clip_name_is_refused_with_the_choices(milimo: Milimo, tmp_path: Path) -> None:
    script = tmp_path / "two.fountain"
    script.write_text(TINY)
    milimo.act("script", "import", str(script))
    for at in ("0", "20"):
        milimo.act("cut", "title", "tone", "--at", at, "--frames", "10")
    before = milimo.json("cut", "show")
    refused = milimo.refusal("cut", "remove", "tone")
    assert "“tone”" in refused
    assert "tone@00:00:00:00 on V2" in refused
    assert "tone@00:00:00:20 on V2" in refused
    assert milimo.json("cut", "show") == before
