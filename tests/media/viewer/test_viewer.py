"""Test the viewer process: it answers over its pipe, prefers the newest request, survives bad files and exits
with its studio.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import pytest_asyncio
from PIL import Image

from milimo_tui.core.errors import BadInput, Failed, MilimoError, NotFound, Unavailable
from milimo_tui.core.time import frame_to_sample
from milimo_tui.cut.plan.plan import Media, RenderPlan
from milimo_tui.media.files.helper_process import make_helper_environment
from milimo_tui.media.read.probe import probe
from milimo_tui.media.read.proxies import locate_proxy
from milimo_tui.media.sound.mix import Mixer
from milimo_tui.media.viewer.client import ViewerAnswer, ViewerClient
from milimo_tui.media.viewer.local_pictures import LocalPictures
from milimo_tui.media.viewer.preview import PictureCache
from milimo_tui.media.viewer.process import FileAnswerer, FrameAnswerer, PlanRegistry, RequestQueue
from tests.media.cuts import CutBuilder, media_of
from tests.media.material import clicks, make_take, near, numbered, read_number, tone


@pytest_asyncio.fixture
async def viewer() -> AsyncIterator[ViewerClient]:
    client = ViewerClient()
    await client.start()
    yield client
    await client.close()


def pixels(picture: ViewerAnswer | None) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    assert picture is not None
    return np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, 3)


def pid_of(client: ViewerClient) -> int:
    """Wait until the viewer has started and return its pid. The viewer is the only child process with its
    module name.
    """
    end = time.monotonic() + 60
    while True:
        alive = [c for c in psutil.Process().children() if c.status() != psutil.STATUS_ZOMBIE]
        found = [c for c in alive if "milimo_tui.media.viewer.process" in " ".join(c.cmdline())]
        if found or time.monotonic() > end:
            break
        time.sleep(0.02)
    assert len(found) == 1
    return int(found[0].pid)


@contextmanager
def standing_still(viewer: ViewerClient) -> Iterator[None]:
    """Stop the viewer with SIGSTOP inside this context. A timer continues it after a minute, so that a
    blocked event loop does not hang forever.
    """
    pid = pid_of(viewer)

    def go_on() -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    os.kill(pid, signal.SIGSTOP)
    at_last = threading.Timer(60.0, go_on)
    at_last.start()
    try:
        yield
    finally:
        at_last.cancel()
        go_on()


def hours_of_sound(path: Path) -> None:
    """Write a sparse file of four hours of silence. Reading it takes longer than any frame."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
        file.setnframes(48000 * 3600 * 4)
        file.writeframesraw(bytes(2))
    with path.open("r+b") as data:
        size = 44 + 48000 * 3600 * 4 * 2
        data.truncate(size)
        data.seek(4)
        data.write((size - 8).to_bytes(4, "little"))
        data.seek(40)
        data.write((size - 44).to_bytes(4, "little"))


def a_plan(folder: Path, frames: int = 30, first: int = 0) -> RenderPlan:
    bench = CutBuilder()
    sound = clicks(frame_to_sample(frames, bench.rate, 48000), [4800])
    bench.add("V1", make_take(folder / f"a{first}.mov", frames, first=first, sound=sound), frames)
    return bench.plan()


async def test_frames_of_a_plan_have_the_requested_size(tmp_path: Path, viewer: ViewerClient) -> None:
    key = viewer.register_plan(a_plan(tmp_path))
    for frame in (0, 17, 18, 19, 3):
        picture = await viewer.request("frame", plan=key, frame=frame, width=80, height=60)
        assert picture is not None
        assert (picture.width, picture.height) == (80, 48)
        assert read_number(pixels(picture)) == frame
    boxed = await viewer.request(
        "frame", plan=key, frame=5, width=80, height=60, letterbox=True, bars=[16, 18, 22]
    )
    assert pixels(boxed).shape == (60, 80, 3)
    assert pixels(boxed)[0, 0].tolist() == [16, 18, 22]


async def test_plans_are_distinguished_and_old_ones_reused(tmp_path: Path, viewer: ViewerClient) -> None:
    plans = [a_plan(tmp_path, frames=4, first=10 * index) for index in range(7)]
    for _ in range(2):
        for index, plan in enumerate(plans):
            key = viewer.register_plan(plan)
            picture = await viewer.request("frame", plan=key, frame=2, width=160, height=96)
            assert read_number(pixels(picture)) == 10 * index + 2
    with pytest.raises(Failed, match=r"no longer has this cut|does not know"):
        await viewer.request("frame", plan="0" * 64, frame=0, width=80, height=48)


async def test_frame_shows_a_replaced_file(tmp_path: Path, viewer: ViewerClient) -> None:
    plan = a_plan(tmp_path)
    shown = []
    for first in (0, 50):
        make_take(tmp_path / "new.mov", 30, first=first).replace(tmp_path / "a0.mov")
        found = await viewer.request("frame", plan=viewer.register_plan(plan), frame=5, width=160, height=96)
        shown.append(read_number(pixels(found)))
    assert shown == [5, 55]


async def test_old_proxy_of_a_replaced_file_is_not_shown(tmp_path: Path, viewer: ViewerClient) -> None:
    path, cache, bench = make_take(tmp_path / "a.mov", 30), tmp_path / "cache", CutBuilder()
    bench.add("V1", media_of(path, facts=probe(path).streams), 30)
    proxy = locate_proxy(path, cache)
    proxy.parent.mkdir(parents=True)
    make_take(tmp_path / "proxy.mov", 30, first=200).replace(proxy)
    key = viewer.register_plan(bench.plan())
    asked: dict[str, Any] = {"plan": key, "frame": 5, "width": 160, "height": 96, "proxies": str(cache)}
    assert read_number(pixels(await viewer.request("frame", **asked))) == 205
    make_take(tmp_path / "new.mov", 30, first=50).replace(path)
    assert read_number(pixels(await viewer.request("frame", **asked))) == 55


async def test_files_of_media_and_pictures_are_shown(tmp_path: Path, viewer: ViewerClient) -> None:
    make_take(tmp_path / "a.mov", 30)
    Image.fromarray(numbered(21, (40, 90, 160))).save(tmp_path / "p.png")
    film = await viewer.request("file", path=str(tmp_path / "a.mov"), seconds="11/25", width=160, height=96)
    assert read_number(pixels(film)) == 11
    film = await viewer.request("file", path=str(tmp_path / "a.mov"), seconds=0.2, width=160, height=96)
    assert read_number(pixels(film)) == 5
    still = await viewer.request("file", path=str(tmp_path / "p.png"), width=160, height=96)
    assert near(tuple(pixels(still)[80, 80]), (40, 90, 160))


async def test_bad_requests_and_files_are_sentences_and_the_viewer_continues(
    tmp_path: Path, viewer: ViewerClient
) -> None:
    before = pid_of(viewer)
    (tmp_path / "noise.mov").write_bytes(os.urandom(5000))
    (tmp_path / "noise.png").write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(500))
    size: dict[str, Any] = {"width": 80, "height": 48}
    with pytest.raises(NotFound, match=r"gone\.mov"):
        await viewer.request("file", path=str(tmp_path / "gone.mov"), **size)
    for name in ("noise.mov", "noise.png"):
        with pytest.raises(MilimoError, match=name):
            await viewer.request("file", path=str(tmp_path / name), **size)
    with pytest.raises(BadInput, match="0×0"):
        await viewer.request("file", path=str(tmp_path / "noise.png"), width=0, height=0)
    with pytest.raises(BadInput, match="“dance”"):
        await viewer.request("dance", **size)
    with pytest.raises(Failed, match="could not show"):
        await viewer.request("file", **size)
    key = viewer.register_plan(a_plan(tmp_path))
    with pytest.raises(BadInput, match="outside the film"):
        await viewer.request("frame", plan=key, frame=999, **size)
    (tmp_path / "a0.mov").unlink()
    with pytest.raises(Failed, match=r"clip “a0” at 00:00:00:03"):
        await viewer.request("frame", plan=key, frame=3, **size)
    make_take(tmp_path / "a0.mov", 30)
    assert read_number(pixels(await viewer.request("frame", plan=key, frame=3, width=160, height=96))) == 3
    assert pid_of(viewer) == before


async def test_newest_request_of_a_slot_wins(tmp_path: Path, viewer: ViewerClient) -> None:
    take = str(make_take(tmp_path / "a.mov", 200))

    def ask(frame: int) -> asyncio.Task[ViewerAnswer | None]:
        wanted = {"path": take, "seconds": f"{frame}/25", "width": 160, "height": 96}
        return asyncio.create_task(viewer.request("file", slot="scrub", **wanted))

    with standing_still(viewer):
        asked = [ask(frame) for frame in range(100)]
        await asyncio.sleep(0.05)  # let all requests reach the stopped viewer's pipe
    answers = await asyncio.gather(*asked)
    shown = [index for index, answer in enumerate(answers) if answer is not None]
    assert shown[-1] == 99, "the last one asked for is always answered"
    assert len(shown) < 50, "most of those that waited were dropped"
    assert all(read_number(pixels(answers[index])) == index for index in shown)


async def test_slots_do_not_drop_each_other(tmp_path: Path, viewer: ViewerClient) -> None:
    for index in range(12):
        Image.fromarray(numbered(index)).save(tmp_path / f"{index}.png")
    answers = await asyncio.gather(
        *(
            viewer.request("file", slot=f"board {k}", path=str(tmp_path / f"{k}.png"), width=160, height=96)
            for k in range(12)
        )
    )
    assert [read_number(pixels(answer)) for answer in answers] == list(range(12))


async def test_sound_is_the_mix_of_the_film(tmp_path: Path, viewer: ViewerClient) -> None:
    plan = a_plan(tmp_path)
    key = viewer.register_plan(plan)
    answer = await viewer.request("sound", plan=key, start=4000, samples=2000)
    assert answer is not None
    heard = np.frombuffer(answer.data, "<f4").reshape(-1, 2)
    mixer = Mixer(plan)
    assert np.array_equal(heard.T, mixer.read(4000, 2000))
    mixer.close()
    assert np.flatnonzero(heard[:, 0] > 0.5).tolist() == [800]
    with pytest.raises(BadInput, match="samples"):
        await viewer.request("sound", plan=key, start=0, samples=10**9)


async def test_sound_of_a_replaced_file_is_heard(tmp_path: Path, viewer: ViewerClient) -> None:
    inner, outer = CutBuilder(), CutBuilder()
    for name in ("inner", "outer"):
        make_take(tmp_path / f"{name}.mov", 30, sound=tone(30, inner.rate, 0.1))
    inner.add("V1", tmp_path / "inner.mov", 30)
    outer.add("V1", Media(kind="cut", plan=inner.plan(), has_sound=True, title="scene"), 30)
    outer.add("V1", tmp_path / "outer.mov", 30)
    key = viewer.register_plan(outer.plan())
    half, second = frame_to_sample(15, outer.rate, 48000), frame_to_sample(30, outer.rate, 48000)

    async def measure_level(start: int) -> float:
        found = await viewer.request("sound", plan=key, start=start, samples=half)
        assert found is not None
        return float(np.abs(np.frombuffer(found.data, "<f4")).max())

    for name, start in (("inner", 0), ("outer", second)):
        assert 0.08 < await measure_level(start) < 0.12
        make_take(tmp_path / "new.mov", 30, sound=tone(30, inner.rate, 0.8)).replace(tmp_path / f"{name}.mov")
        assert 0.7 < await measure_level(start + half) < 0.9


async def test_peaks_come_from_the_cache_the_second_time(tmp_path: Path, viewer: ViewerClient) -> None:
    a_plan(tmp_path)
    path, cache = tmp_path / "a0.mov", tmp_path / "cache"
    first = await viewer.request("peaks", path=str(path), cache=str(cache))
    assert first is not None
    peaks = np.frombuffer(first.data, "<i2").reshape(-1, 2)
    assert len(peaks) == 120
    assert np.flatnonzero(peaks[:, 1] > 20000).tolist() == [10]
    (kept,) = cache.rglob("*.peaks")
    kept.write_bytes(b"\1\0\2\0")
    assert await viewer.request("peaks", path=str(path), cache=str(cache)) == ViewerAnswer(b"\1\0\2\0")
    assert await viewer.request("peaks", path=str(path)) == first


async def test_pictures_sound_and_files_do_not_wait_for_each_other(
    tmp_path: Path, viewer: ViewerClient
) -> None:
    """Computing the waveform of a long file delays neither the film's frames nor its sound."""
    key = viewer.register_plan(a_plan(tmp_path))
    hours_of_sound(tmp_path / "long.wav")
    slow = asyncio.create_task(viewer.request("peaks", path=str(tmp_path / "long.wav")))
    for frame in range(3):
        await viewer.request("frame", plan=key, frame=frame, width=160, height=96)
        assert await viewer.request("sound", plan=key, start=frame * 1600, samples=1600)
    assert not slow.done()
    slow.cancel()


async def test_event_loop_continues_while_pictures_are_made(tmp_path: Path, viewer: ViewerClient) -> None:
    Image.fromarray(numbered(21)).save(tmp_path / "p.png")
    with standing_still(viewer):
        task = asyncio.create_task(viewer.request("file", path=str(tmp_path / "p.png"), width=160, height=96))
        for _ in range(50):
            await asyncio.sleep(0.001)
        assert not task.done(), "keys would have been answered meanwhile"
    assert await task is not None


@pytest.mark.long("files")
async def test_dead_viewer_is_reported_and_replaced(tmp_path: Path, viewer: ViewerClient) -> None:
    key = viewer.register_plan(a_plan(tmp_path))
    await viewer.request("frame", plan=key, frame=1, width=160, height=96)
    old = pid_of(viewer)
    with standing_still(viewer):
        task = asyncio.create_task(
            viewer.request("file", path=str(tmp_path / "a0.mov"), width=160, height=96)
        )
        await asyncio.sleep(0.02)
        os.kill(old, signal.SIGKILL)
    with pytest.raises(Unavailable, match="viewer stopped"):
        await task
    # The new viewer gets the plans again without another call.
    picture = await viewer.request("frame", plan=key, frame=2, width=160, height=96)
    assert read_number(pixels(picture)) == 2
    assert pid_of(viewer) != old


@pytest.mark.long("files")
async def test_viewer_that_ends_during_an_answer_leaves_nobody_waiting() -> None:
    client = ViewerClient()
    cut_off = 'import sys; sys.stdout.write(\'{"id": 1, "bytes": 9}\\n123\')'
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", cut_off, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    await process.wait()  # the process must have ended before its answer is read
    waiting = client._waiting[1] = asyncio.get_running_loop().create_future()
    await client._listen_for_answers(process)
    with pytest.raises(Unavailable):
        await waiting


async def test_repeatedly_dying_viewer_is_not_restarted(viewer: ViewerClient) -> None:
    viewer.within_seconds = 3600.0  # all deaths of this test count, however long they take on this machine

    async def poke() -> str:
        try:
            await viewer.request("file", path="/nowhere.png", width=8, height=8)
        except MilimoError as error:
            return error.message
        return ""

    for _ in range(5):
        while "not exist" not in (told := await poke()):
            assert "keeps stopping" not in told
            await asyncio.sleep(0.01)
        os.kill(pid_of(viewer), signal.SIGKILL)
    while "stopped before" in (told := await poke()):
        await asyncio.sleep(0.01)
    assert "keeps stopping" in told


async def test_closing_ends_the_process() -> None:
    client = ViewerClient()
    await client.start()
    pid = pid_of(client)
    await client.close()
    assert not psutil.pid_exists(pid)
    await client.close()


async def test_request_during_closing_starts_no_other_process() -> None:
    client = ViewerClient()
    await client.start()
    closing = asyncio.create_task(client.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await client.request("file", path="/nowhere.png", width=8, height=8)
    await asyncio.wait_for(closing, 60)


async def test_viewer_that_writes_no_answers_leaves_nobody_waiting() -> None:
    client = ViewerClient()
    babble = "import sys, time; print('a library says', '.' * 10**6, flush=True, sep='\\n'); time.sleep(600)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", babble, stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    await asyncio.sleep(0.3)  # wait until more bytes have arrived than the client reads in advance
    waiting = client._waiting[1] = asyncio.get_running_loop().create_future()
    await asyncio.wait_for(client._listen_for_answers(process), 6)
    with pytest.raises(Unavailable):
        await waiting


@pytest.mark.long("files")
def test_viewer_exits_when_its_parent_is_killed(tmp_path: Path) -> None:
    """A studio killed with SIGKILL sends no farewell, and another child of the studio may keep the pipe open.
    The viewer must exit all the same.
    """
    script = (
        "import asyncio, subprocess\n"
        "from milimo_tui.core.errors import MilimoError\n"
        "from milimo_tui.media.viewer.client import ViewerClient\n"
        "async def run():\n"
        "    client = ViewerClient()\n"
        "    try:\n"
        "        await client.request('file', path='/nowhere.png', width=8, height=8)\n"
        "    except MilimoError:\n"
        "        pass  # it answers, so it is up\n"
        "    pipe = client._process.stdin.get_extra_info('pipe').fileno()\n"
        "    other = subprocess.Popen(['sleep', '60'], pass_fds=[pipe], stdout=subprocess.DEVNULL)\n"
        "    print(client._process.pid, other.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(run())\n"
    )
    studio = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=make_helper_environment(), text=True
    )
    assert studio.stdout is not None
    viewer, other = (psutil.Process(int(pid)) for pid in studio.stdout.readline().split())
    studio.kill()
    studio.wait()
    studio.stdout.close()
    viewer.wait(timeout=120)
    assert other.is_running()
    other.kill()


def test_client_loads_no_decoder() -> None:
    """The part of the viewer that the studio imports does not load av, Pillow or numpy."""
    script = (
        "import sys, milimo_tui.media.viewer.client\n"
        "print(sorted(name for name in ('av', 'PIL', 'numpy', 'pydantic') if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=make_helper_environment(),
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_queue_keeps_one_request_a_slot_in_order() -> None:
    queue = RequestQueue()
    assert queue.put({"slot": "a", "id": 1}) is None
    assert queue.put({"slot": "b", "id": 2}) is None
    assert queue.put({"slot": "a", "id": 3}) == {"slot": "a", "id": 1}
    assert queue.take() == {"slot": "a", "id": 3}
    assert queue.take() == {"slot": "b", "id": 2}
    queue.close()
    assert queue.take() is None


async def test_likely_next_frames_are_made_in_advance(tmp_path: Path) -> None:
    plans, plan = PlanRegistry(), a_plan(tmp_path)
    plans.add_plan_text("it", plan.model_dump_json())
    pictures = FrameAnswerer(plans, LocalPictures(), PictureCache())
    wish = {"slot": "s", "plan": "it", "width": 80, "height": 60}
    pictures({**wish, "frame": 10, "ahead": -2})
    assert [pictures.prepare_next_frame() for _ in range(4)] == [True, True, True, False], (
        "at most three, then rest"
    )
    pictures.close()
    plans.forget_plan("it")
    [stretch] = plan.stretches
    clear = tuple(each.model_copy(update={"opacity": 0.0}) for each in stretch.layers)
    black = plan.model_copy(update={"stretches": (stretch.model_copy(update={"layers": clear}),)})
    plans.add_plan_text("it", black.model_dump_json())  # Only cached frames still show the clip.
    for frame in (8, 6, 4):
        header, data = pictures({**wish, "frame": frame})
        shown = np.frombuffer(data, np.uint8).reshape(header["height"], header["width"], 3)
        assert read_number(shown) == frame, "as it had been made, in the direction and at the speed of play"
    assert not pictures.prepare_next_frame(), "one who stands wants none ahead"


def open_files() -> set[str]:
    """Return the names of the files that this process has open."""
    return {os.path.basename(os.readlink(each)) for each in Path("/proc/self/fd").iterdir() if each.exists()}


def test_idle_viewer_is_closed_and_restarted_on_demand(tmp_path: Path) -> None:
    """Files of a film, of a compound clip in it and of a single file are closed, and the cache of a backward
    read is dropped.
    """
    inner, outer = CutBuilder(), CutBuilder()
    inner.add("V1", make_take(tmp_path / "inner.mov", 30, first=100), 20)
    outer.add("V1", make_take(tmp_path / "outer.mov", 30), 20)
    outer.add("V1", Media(kind="cut", plan=inner.plan(), title="scene"), 20)
    plans, cache = PlanRegistry(), PictureCache(most=1)
    plans.add_plan_text("it", outer.plan().model_dump_json())
    pictures, files = FrameAnswerer(plans, LocalPictures(), cache), FileAnswerer(LocalPictures(), cache)
    of_file = {"kind": "file", "slot": "f", "path": str(tmp_path / "outer.mov"), "width": 80, "height": 60}
    films = {"inner.mov", "outer.mov"}

    def check_shown() -> None:
        for frame, number in ((19, 19), (18, 18), (17, 17), (25, 105)):
            asked = {"slot": "s", "plan": "it", "frame": frame, "width": 80, "height": 60}
            assert number_in(*pictures(asked)) == number
        assert number_in(*files({**of_file, "seconds": "3/25"})) == 3

    check_shown()
    assert pictures.close_idle_frame_sources(60)
    assert files.close_idle_media(60)
    assert films <= open_files(), "they were asked for a moment ago"
    assert not pictures.close_idle_frame_sources(0)
    assert files.close_idle_media(60)
    assert films & open_files() == {"outer.mov"}
    assert not files.close_idle_media(0)
    assert not films & open_files()
    check_shown()
    assert not pictures.close_idle_frame_sources(0)
    assert not files.close_idle_media(0)


def number_in(header: dict[str, Any], data: bytes) -> int:
    return read_number(np.frombuffer(data, np.uint8).reshape(header["height"], header["width"], 3))


async def test_frames_are_read_ahead_to_the_end_of_the_film(tmp_path: Path, viewer: ViewerClient) -> None:
    key = viewer.register_plan(a_plan(tmp_path))
    for frame in (*range(26, 30), *range(3, -1, -1)):
        step = 1 if frame > 20 else -1
        picture = await viewer.request("frame", plan=key, frame=frame, width=80, height=60, ahead=step)
        assert read_number(pixels(picture)) == frame


async def test_sound_has_its_levels_on_request(tmp_path: Path, viewer: ViewerClient) -> None:
    key = viewer.register_plan(a_plan(tmp_path))
    plain = await viewer.request("sound", plan=key, start=0, samples=12_000)
    assert plain is not None
    assert plain.levels == ()
    first = await viewer.request("sound", plan=key, start=0, samples=12_000, levels=True)
    assert first is not None
    assert first.data == plain.data
    assert len(first.levels) == 7, "one for each 1/25 s that was begun"
    assert first.levels[1][0] == -99.0
    assert first.levels[2][0] > -20, "the click at sample 4800"
    again = await viewer.request("sound", plan=key, start=9600, samples=1920, levels=True)
    assert again is not None
    assert again.levels[0][2] == first.levels[5][2], "what came before counts, also where nobody heard it"
