"""Run the real mpv in tests without a window or sound, and observe it over its socket as any other program
would.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.media.numbered_clips import number_in

STEP_SECONDS = 30.0


class Stepped:
    """An mpv that steps through a file or edit list one frame at a time."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._folder = Path(tempfile.mkdtemp(prefix="milimo-stepped-"))
        self._count = 0

    async def __aenter__(self) -> Stepped:
        place = self._folder / "socket"
        self._process = await asyncio.create_subprocess_exec(
            "mpv", "--no-config", "--no-terminal", "--vo=null", "--ao=null", "--pause", "--keep-open=yes",
            "--hr-seek=yes", f"--input-ipc-server={place}", "--", self._target,
        )  # fmt: skip
        async with asyncio.timeout(STEP_SECONDS):
            while True:
                try:
                    self._reader, self._writer = await asyncio.open_unix_connection(str(place))
                    return self
                except OSError:
                    await asyncio.sleep(0.02)

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        self._process.terminate()
        await self._process.wait()
        shutil.rmtree(self._folder)

    async def _ask(self, *words: str) -> Any:
        self._count += 1
        self._writer.write(json.dumps({"command": words, "request_id": self._count}).encode() + b"\n")
        while True:
            data = json.loads(await self._reader.readline())
            if data.get("request_id") == self._count and "error" in data:
                return data.get("data")

    async def _get(self, name: str) -> Any:
        return await self._ask("get_property", name)

    async def shown(self) -> list[int]:
        """Step from the first frame to the last. Return the frame numbers seen in the pictures, in order."""
        numbers: list[int] = []
        async with asyncio.timeout(STEP_SECONDS):
            while await self._get("time-pos") is None or await self._get("video-params") is None:
                await asyncio.sleep(0.02)
        picture = self._folder / "shown.jpg"
        while True:
            at = await self._get("time-pos")
            await self._look(picture)
            numbers.append(number_in(picture))
            await self._ask("frame-step")
            if not await self._stepped(at):
                return numbers

    async def _look(self, picture: Path) -> None:
        """Write the current picture to a file. The first picture appears shortly after mpv reports its
        time.
        """
        picture.unlink(missing_ok=True)
        async with asyncio.timeout(STEP_SECONDS):
            while not picture.exists():
                await self._ask("screenshot-to-file", str(picture), "video")

    async def _stepped(self, before: float) -> bool:
        """Wait until mpv shows the next frame. Return False at the end of the file."""
        async with asyncio.timeout(STEP_SECONDS):
            while True:
                now = await self._get("time-pos")
                if now != before and await self._get("pause"):
                    return True
                if now == before and await self._get("eof-reached") and await self._get("time-pos") == before:
                    return False
                await asyncio.sleep(0.002)


def give_display(folder: Path, monkeypatch: pytest.MonkeyPatch, *settings: str) -> None:
    """Pretend that there is a display, and configure the real mpv to open no window and play no sound."""
    home = folder / "mpv"
    home.mkdir()
    (home / "mpv.conf").write_text("\n".join(("vo=null", "ao=null", *settings)))
    monkeypatch.setenv("MPV_HOME", str(home))
    monkeypatch.setenv("DISPLAY", ":7")
