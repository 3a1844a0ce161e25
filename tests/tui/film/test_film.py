"""Test the Film screen: the plan of a render, renders started by key through the real queue, the list of
films, and their download.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from milimo_tui.core.errors import Unavailable
from milimo_tui.cut.delivery.requests import DeliveryRequest
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan, SoundClip
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.studio.machine.mpv_program import has_display
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.render.film_delivery import save_film_delivery
from milimo_tui.studio.render.render_estimate import estimate_plan
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.play.edit_list import write_edit_list
from tests.media.reading import delivery_of
from tests.tui.play.real_mpv import give_display
from tests.tui.rain_market import SHOTS, make_studio
from tests.tui.stage import Stage, on

FRAMES = sum(shot[3] for shot in SHOTS)


def plan(*layers: tuple[PlanLayer, int], sounds: bool = True) -> RenderPlan:
    """Return a plan with one layer at a time, each for the given number of frames and with its own sound."""
    stretches, heard, at = [], [], 0
    for layer, frames in layers:
        stretches.append(PlanStretch(start=at, frames=frames, layers=(layer,)))
        if sounds and layer.media.has_sound:
            heard.append(
                SoundClip(
                    clip=layer.clip, media=layer.media, start=at, frames=frames, source_in=layer.source_in
                )
            )
        at += frames
    return RenderPlan.model_validate(
        {
            "cut": "c", "name": "long", "rate": "24/1", "width": 768, "height": 512, "sample_rate": 48000,
            "frames": at, "stretches": tuple(stretches), "sounds": tuple(heard),
        }
    )  # fmt: skip


def take(clip: str, path: str = "/films/a,b.mov", source_in: str = "0/1", rate: str = "24/1") -> PlanLayer:
    media = Media.model_validate(
        {"kind": "video", "path": path, "rate": rate, "seconds": "10/1", "has_sound": True}
    )
    return PlanLayer.model_validate({"clip": clip, "media": media, "source_in": source_in})


def test_mpv_gets_in_points_a_quarter_frame_early_and_exact_lengths() -> None:
    made = write_edit_list(plan((take("a"), 10), (take("b", source_in="20/24"), 7)))
    assert made == (
        "edl://%14%/films/a,b.mov,-0.010416667,0.416666667;%14%/films/a,b.mov,0.822916667,0.291666667"
    )


def test_edit_list_refuses_what_mpv_would_show_differently() -> None:
    slate = PlanLayer.model_validate(
        {"clip": "s", "media": Media(kind="slate", title="1A"), "source_in": "0/1"}
    )
    with pytest.raises(Unavailable, match="no take"):
        write_edit_list(plan((slate, 10)))
    with pytest.raises(Unavailable, match="differ in rate"):
        write_edit_list(plan((take("a", rate="25/1"), 10)))
    with pytest.raises(Unavailable, match="fades"):
        write_edit_list(plan((take("a").model_copy(update={"opacity": 0.5}), 10)))
    with pytest.raises(Unavailable, match="overlays or gaps"):
        write_edit_list(
            plan((take("a"), 10)).model_copy(update={"stretches": (PlanStretch(start=0, frames=10),)})
        )
    with pytest.raises(Unavailable, match="mixed"):
        write_edit_list(plan((take("a"), 10), sounds=False))


def test_preview_counts_takes_boards_and_slates_by_shot() -> None:
    board = PlanLayer.model_validate(
        {"clip": "b", "media": Media(kind="picture", path="/b.png", previs=True), "source_in": "0/1"}
    )
    slate = PlanLayer.model_validate({"clip": "s", "media": Media(kind="slate"), "source_in": "0/1"})
    title = PlanLayer.model_validate(
        {"clip": "t", "media": Media(kind="title", title="The end"), "source_in": "0/1"}
    )
    shots = {"a": "1A", "a2": "1A", "b": "1B", "s": "1C"}
    shown = plan((take("a"), 10), (board, 3), (title, 2), (slate, 3), (take("a2"), 2))
    look = estimate_plan(shown, "/film.mp4", shots)
    assert (look.shots, look.takes, look.boards, look.slates, look.offline) == (3, 1, 1, 1, 0)
    assert (look.frames, look.size, look.rate) == (20, "768 × 512", "24")


def test_display_is_detected_by_the_environment() -> None:
    assert has_display({"DISPLAY": ":0"})
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"})
    assert not has_display({})


async def test_render_is_previewed_before_anything_runs(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "film", (80, 24)) as stage:
        await stage.until(lambda: "on a slate" in "\n".join(stage.lines()))
        # Leave the list of presets. While it has the focus, there is room only for the settings that a preset
        # changes.
        await stage.press("tab")
        text = "\n".join(stage.lines())
        assert f"{FRAMES:,} f" in text
        assert "768 × 512 at 25 fps" in text
        assert "○ 11 on a slate" in text
        assert "rain-market.mp4" in text
        assert "c c  renders" in text
        assert "no film" in text
        await stage.press("p", "p")
        await stage.until(lambda: "draft" in "\n".join(stage.lines()))
        await stage.press("H")
        assert "film to play" in stage.said
        await stage.press("R")
        assert "no range" in stage.said
        studio.require_project().facts.set_cut_state(stage.screen.film.cut.id, mark_in=10, mark_out=20)
        await stage.until(lambda: stage.screen.film.cut.mark_out == 20)
        await stage.press("R")
        await stage.until(
            lambda: "in to out" in "\n".join(stage.lines()) and " 10 f" in "\n".join(stage.lines())
        )
    studio.close()


@pytest.fixture
def rendering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Open a film with a player that stays at its end, and a queue that stops after the test."""
    give_display(tmp_path, monkeypatch, "keep-open=yes")
    studio = make_studio(tmp_path / "home", takes=False)
    yield studio
    run_by_id(studio, "supervisor.stop", {"now": True})
    studio.close()


@pytest.mark.long("screens")
async def test_film_is_rendered_by_key_listed_and_played(rendering: Studio) -> None:
    studio = rendering
    cut = studio.take_snapshot().cut
    assert cut is not None
    studio.require_project().facts.set_cut_state(cut.id, mark_in=0, mark_out=12)
    async with on(studio, "film", (110, 30)) as stage:
        await stage.press("R")
        await stage.until(lambda: stage.screen.estimate is not None and stage.screen.estimate.frames == 12)
        await stage.press("c", "c")
        await stage.until(lambda: bool(stage.screen.films))
        await stage.until(lambda: "1 film" in "\n".join(stage.lines()))
        text = "\n".join(stage.lines())
        assert "12 f" in text
        assert "on your laptop" in text
        assert "scp " in text
        film = stage.screen.films[0].path
        assert film.is_file()
        await stage.until(lambda: "already rendered" in "\n".join(stage.lines()))
        await stage.press("y")
        assert all(words in stage.text for words in ("ssh ", "scp ", "| mpv -"))
        await stage.press("j", "enter")
        assert stage.app.clipboard.startswith("scp ")
        await stage.press("H")
        await stage.settle()
        assert (await stage.app.player_window.send_mpv_command("get_property", "path"))["data"] == str(film)
        film.unlink()
        await stage.press("g", "t", "g", "f")
        await stage.until(lambda: "⊘ its file" in "\n".join(stage.lines()))
        assert "already rendered" not in stage.text
        assert "scp " not in stage.text, "there is nothing to fetch"


@pytest.mark.long("screens")
async def test_newest_film_is_under_the_cursor(
    rendering: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # A file name without a folder is written to the current folder.
    cut = rendering.take_snapshot().cut
    assert cut is not None
    rendering.require_project().facts.set_cut_state(cut.id, mark_in=0, mark_out=6)
    async with on(rendering, "film", (110, 30)) as stage:
        await stage.press("R")
        for name in ("one.mp4", "two.mp4"):
            await stage.press("o", "ctrl+u")
            await stage.type(name)
            await stage.press("enter")
            await stage.until(partial(_is_named, stage, name))
            await stage.press("c", "c")
            await stage.until(partial(_has_the_cursor, stage, name))
        assert len(stage.screen.films) == 2


def _is_named(stage: Stage, name: str) -> bool:
    return str(stage.screen.estimate.target).endswith(name)


def _has_the_cursor(stage: Stage, name: str) -> bool:
    return str(stage.screen.path_here).endswith(name)


async def test_titles_are_not_counted_and_a_split_shot_is_one(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    run_by_id(studio, "cut.split", {"at": "20"})
    run_by_id(studio, "cut.title", {"text": "The last night"})
    async with on(studio, "film", (80, 24)) as stage:
        await stage.until(lambda: "on a slate" in "\n".join(stage.lines()))
        assert f"○ {len(SHOTS)} on a slate" in "\n".join(stage.lines())
        assert "with a take" not in "\n".join(stage.lines()).replace("● 0 with a take", "")


async def test_missing_player_or_display_is_reported_with_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    studio = make_studio(tmp_path / "home", takes=False, mpv="no-such-player")
    from milimo_tui.tui.play.mpv import play_in_mpv

    async with on(studio, "film") as stage:
        await play_in_mpv(stage.app, "/film.mp4")
        assert "no-such-player" in stage.said
        assert "install mpv" in stage.said
    studio.close()


def seen(stage: object) -> str:
    return "\n".join(stage.lines())  # type: ignore[attr-defined]


@pytest.mark.long("screens")
async def test_film_settings_are_asked_by_keys_and_previewed(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "film", (80, 24)) as stage:
        await stage.until(lambda: "a guess" in seen(stage))
        await stage.press("tab")
        assert "1,098 passed" in seen(stage)
        await stage.pilot.press("s")
        await stage.type("50%")
        await stage.press("enter")
        await stage.until(lambda: "384 × 256" in seen(stage))
        await stage.pilot.press("b")
        await stage.type("timecode slate=2")
        await stage.press("enter")
        await stage.until(lambda: "timecode, slate 2 s" in seen(stage))
        assert "1,148 f" in seen(stage)
        assert "composited" in seen(stage)
        await stage.pilot.press("e")
        await stage.type("2M")
        await stage.press("enter")
        await stage.until(lambda: "2 Mbit/s" in seen(stage) and "bit rate" in seen(stage))
        await stage.press("t")
        await stage.until(lambda: "subtitles inside" in seen(stage))
        await stage.press("S")
        await stage.until(lambda: "for every scene" in seen(stage) and " more" in seen(stage))
        await stage.pilot.press("s")
        await stage.type("x")
        await stage.press("enter")
        await stage.until(lambda: "✕ “50%x”" in seen(stage))
        assert stage.screen.prompt.typed == "50%x", "it stays as it was typed"
        await stage.press("escape")
        assert "384 × 256" in seen(stage)
    studio.close()


async def test_preset_is_chosen_of_all_and_sound_has_no_size(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "film", (110, 30)) as stage:
        await stage.until(lambda: "c c  renders" in seen(stage))
        await stage.until(lambda: "deliver as" in seen(stage))
        await stage.pilot.press(*["j"] * 15)
        await stage.until(lambda: "the sound, 24-bit WAV" in seen(stage) and "rain-market.wav" in seen(stage))
        await stage.press("s")
        assert "wav has" in stage.said
        assert {"ui.size", "ui.rate", "ui.burn"} <= stage.screen.list_idle_acts()
        await stage.press("A")
        assert "two rendered films" in stage.said
    studio.close()


async def test_films_are_listed_with_settings_and_compared(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    project = studio.require_project()
    for number, name in enumerate(("h264", "prores")):
        settings = delivery_of(name).model_dump_json(exclude_defaults=True)
        project.facts.add_render(
            Render(
                id=f"render{number}", cut="c", path=f"renders/{name}.mov", frames=250, job=f"job{number}",
                preset=name, seconds=Fraction(10), bytes=5_000_000, settings=settings, created=1.0 + number,
            )
        )  # fmt: skip
    async with on(studio, "film", (200, 50)) as stage:
        await stage.until(lambda: "2 films" in seen(stage) and "prores, hq" in seen(stage))
        assert "4.00 Mbit/s" in seen(stage)
        await stage.until(lambda: "as 1 film here" in seen(stage))
        await stage.pilot.press("A")
        await stage.until(lambda: "Two films" in seen(stage))
        assert "≠ picture" in seen(stage)
        assert "h264, quality 18" in seen(stage)
        await stage.press("escape")
    studio.close()


async def test_captions_of_subtitles_and_burn_ins_are_chosen_by_language(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    for name, language in (("English", "en"), ("Deutsch", "de")):
        run_by_id(studio, "caption.make", {"track": name, "language": language})
    async with on(studio, "film", (110, 30)) as stage:
        await stage.until(lambda: "c c  renders" in seen(stage))
        await stage.pilot.press("C")
        await stage.type("de, en")
        await stage.press("enter")
        await stage.until(lambda: "subtitles inside: de, en" in seen(stage))
        await stage.press("t")
        await stage.until(lambda: "subtitles as .srt: de, en" in seen(stage))
        await stage.pilot.press("b")
        await stage.type("timecode captions=Deutsch")
        await stage.press("enter")
        await stage.until(lambda: "timecode, captions" in seen(stage))
        await stage.pilot.press("C")
        await stage.type(", tlh")
        await stage.press("enter")
        await stage.until(lambda: "“tlh”" in seen(stage), "missing captions are refused")
        await stage.press("escape")
        assert stage.screen.request.subtitles == "srt=de, en"
    studio.close()


@pytest.mark.long("screens")
async def test_screen_starts_from_the_loudness_and_subtitles_of_the_film(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    request = DeliveryRequest(loudness="speech", subtitles="embedded")
    save_film_delivery(studio.require_project(), request)
    async with on(studio, "film", (110, 30)) as stage:
        await stage.until(lambda: "-16 LUFS" in seen(stage) and "subtitles inside" in seen(stage))
        await stage.press("t")
        await stage.until(lambda: "subtitles as .srt" in seen(stage))
    studio.close()
