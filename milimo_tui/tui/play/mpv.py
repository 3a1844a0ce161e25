"""Plays a film or a cut in mpv: a file, or an edit list that it plays frame by frame like the plan.

In a window of its own where there is a display, else in this terminal with the studio put aside meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import Failed, MilimoError, Unavailable
from milimo_tui.tui.shell.handover import handed_over

if TYPE_CHECKING:
    from textual.app import App

    from milimo_tui.cut.plan.plan import Layer, Plan
    from milimo_tui.tui.shell.screen import StudioScreen

START_SHIFT = Fraction(1, 4)  # frames: boundaries set exactly on a frame show a wrong one now and then
CONNECT_SECONDS = 30.0
ASK_SECONDS = 30.0


def edit_list(plan: Plan) -> str:
    """Write the cut as mpv's edit list (`edl://…`).

    Raises Unavailable, with why, where only a render will do.
    """
    out, sounds = [], {(sound.clip, sound.start): sound for sound in plan.sounds}
    for stretch in plan.stretches:
        if len(stretch.pictures()) != 1:
            raise Unavailable("the cut has overlays or gaps, which mpv can't put together by itself")
        layer = stretch.pictures()[0]
        sound = sounds.pop((layer.clip, stretch.start), None)
        reason = _not_plain(layer, plan)
        if reason:
            raise Unavailable(reason)
        if layer.media.has_sound and (sound is None or sound.frames != stretch.frames or sound.gain_db):
            raise Unavailable("the cut's sound is mixed, which mpv can't do by itself")
        out.append(_segment(layer, stretch.frames, plan.rate))
    if sounds:
        raise Unavailable("the cut has sound of its own, which mpv can't mix by itself")
    return "edl://" + ";".join(out)


def _not_plain(layer: Layer, plan: Plan) -> str:
    if layer.media.kind != "video":
        return "some shots have no take yet, and mpv can't draw a slate"
    if layer.media.rate != plan.rate:
        return "some media has another rate than the cut"
    if layer.opacity < 1 or layer.fade_in or layer.fade_out:
        return "the cut has fades, which mpv can't do by itself"
    return ""


def _segment(layer: Layer, frames: int, rate: Fraction) -> str:
    """Write `%length%path,start,length` in seconds: a quarter of a frame early, the length exact."""
    first = max(Fraction(0), layer.source_in * rate - START_SHIFT) / rate
    path = layer.media.path
    return f"%{len(path.encode())}%{path},{float(first):.9f},{float(Fraction(frames) / rate):.9f}"


ENDED_BY_CTRL_C = 4  # mpv's own exit status for it


def find(program: str) -> str:
    """Find mpv's path. Raises Unavailable with the command that installs it."""
    found = shutil.which(program)
    if found is None:
        raise Unavailable(
            f"{program} is not installed here", "sudo apt install mpv; g y copies a line for your laptop"
        )
    return found


def has_display(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


async def terminal_output(program: str) -> str:
    """Return how this mpv draws into a terminal; kitty's way is missing from many builds.

    Raises Unavailable where it can't.
    """
    process = await asyncio.create_subprocess_exec(
        program, "--vo=help", stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        words, _ = await asyncio.wait_for(process.communicate(), ASK_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Unavailable(f"{program} does not answer", "play the rendered film elsewhere: g y") from None
    names = {line.split()[0] for line in words.decode(errors="replace").splitlines() if line.strip()}
    if "tct" not in names:
        raise Unavailable(
            "this mpv can't draw in a terminal, and there is no display", "g y copies a line for your laptop"
        )
    return "tct"


async def play(
    app: App[int],
    program: str,
    target: str,
    *,
    start: float = 0.0,
    on_time: Callable[[float], None] | None = None,
) -> None:
    """Play a file or edit list from `start` seconds until mpv ends; `on_time` is called with its position.

    Raises Unavailable where it can't be shown, Failed when mpv ends with an error.
    """
    found = find(program)
    with tempfile.TemporaryDirectory(prefix="milimo-mpv-") as folder:
        socket = Path(folder) / "ipc"
        options = [f"--input-ipc-server={socket}", f"--start={start:.6f}", "--no-terminal"]
        if has_display(os.environ):
            code = await _run(found, [*options, "--force-window=yes", "--", target], socket, on_time)
        else:
            driver = await terminal_output(found)
            options[-1] = "--really-quiet"
            if app._driver is None or app._driver.is_headless or app._driver.is_web:
                raise Unavailable("mpv needs this terminal, and it can't be handed over here")
            with handed_over(app):
                code = await _run(
                    found, [*options, f"--vo={driver}", "--", target], socket, on_time, inherit=True
                )
    if code not in (0, ENDED_BY_CTRL_C):
        raise Failed("mpv could not play it", "g y copies a line that fetches it to your laptop")


async def to_player(
    screen: StudioScreen,
    target: str,
    *,
    start: float = 0.0,
    on_time: Callable[[float], None] | None = None,
) -> None:
    """Play a file or edit list in the person's player, and say what came of it."""
    program = screen.studio_app.studio.settings.mpv
    screen.say(f"{program} plays; q in it comes back here")
    try:
        await play(screen.app, program, target, start=start, on_time=on_time)
    except MilimoError as error:
        screen.studio_app.say_error(error)


async def _run(
    program: str,
    arguments: list[str],
    socket: Path,
    on_time: Callable[[float], None] | None,
    *,
    inherit: bool = False,
) -> int:
    quiet = None if inherit else asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        program, *arguments, stdin=quiet, stdout=quiet, stderr=quiet
    )
    following = asyncio.create_task(_follow(socket, on_time)) if on_time else None
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _follow(socket: Path, on_time: Callable[[float], None]) -> None:
    """Follow mpv's position over its socket, about once a frame."""
    reader, writer = await _connect(socket)
    try:
        writer.write(b'{"command":["observe_property",1,"time-pos"]}\n')
        await writer.drain()
        while line := await reader.readline():
            event = json.loads(line)
            if event.get("event") == "property-change" and isinstance(event.get("data"), int | float):
                on_time(float(event["data"]))
    finally:
        writer.close()


async def _connect(socket: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    until = loop.time() + CONNECT_SECONDS
    while True:
        try:
            return await asyncio.open_unix_connection(str(socket))
        except (FileNotFoundError, ConnectionRefusedError):
            if loop.time() > until:
                raise
            await asyncio.sleep(0.05)
