"""Read Kitty's graphics protocol like a terminal, as specified in docs/graphics-protocol.rst of kitty.

Some commands are not supported and raise `Fault`: image numbers (I), relative placements (P, Q), animation
frames after the first, composition (a=c) and deletion by number (d=n).
"""

from __future__ import annotations

import base64
import binascii
import io
import os
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tests.seen.faults import Fault

CHUNK = 4096
NAMELESS = 1 << 32  # Images that were sent without an id get ids from here on.
CHANNELS = {24: 3, 32: 4}
SHARED = Path("/dev/shm")
Pixels = NDArray[np.uint8]


@dataclass(slots=True)
class Placement:
    """A place where an image is shown. A virtual placement has no position of its own, because placeholder
    cells show it.
    """

    number: int
    columns: int
    rows: int
    virtual: bool
    x: int = 0
    y: int = 0
    source: tuple[int, int, int, int] | None = None  # left, top, width and height in pixels
    depth: int = 0


@dataclass(slots=True)
class StoredImage:
    """An image stored by the terminal: its RGBA pixels, and its placements by number."""

    pixels: Pixels
    placements: dict[int, Placement] = field(default_factory=dict)


@dataclass(slots=True)
class Load:
    """An unfinished transmission: the keys of its first command, and the data received so far."""

    keys: dict[str, str]
    data: bytearray


class KittyReader:
    """The images of a terminal. `shown` returns the ids of the images in placeholder cells, and `cell` is the
    size of a cell in pixels.
    """

    def __init__(
        self,
        shown: Callable[[], set[int]] = set,
        cursor: Callable[[], tuple[int, int]] = lambda: (0, 0),
        move: Callable[[int, int], None] = lambda _x, _y: None,
        cell: tuple[int, int] = (10, 20),
    ) -> None:
        self.images: dict[int, StoredImage] = {}
        self.sent: list[int] = []
        self.freed: list[int] = []
        self.loud: list[str] = []  # commands that would make a terminal answer
        self._shown, self._cursor, self._move, self._cell = shown, cursor, move, cell
        self._load: Load | None = None

    def command(self, body: str) -> None:
        r"""Execute one command, given as the text between `ESC _ G` and `ESC \`."""
        control, _, payload = body.partition(";")
        keys = _keys(control)
        if len(payload.encode()) > CHUNK:
            raise Fault(f"a chunk of {len(payload)} bytes, over {CHUNK}: {control}")
        if keys.get("q", "0") != "2" and keys.get("a") != "q" and ("i" in keys or "I" in keys):
            self.loud.append(control)
        if keys.get("a") == "d":
            self._broken(keys)
            self._delete(keys)
        elif self._load is not None:
            self._more(keys, payload)
        else:
            self._begin(keys, payload)

    def _broken(self, keys: dict[str, str]) -> None:
        """End an unfinished transmission when a delete command arrives. Raises `Fault` if the command names
        another image, because then the transmission was cut off by mistake.
        """
        if self._load is not None:
            if self._load.keys.get("i") != keys.get("i"):
                raise Fault(f"{keys} breaks off the transmission of {self._load.keys}")
            self._load = None

    def _begin(self, keys: dict[str, str], payload: str) -> None:
        action = keys.get("a", "t")
        if unknown := set(keys) & {"I", "P", "Q"}:
            raise Fault(f"keys that this reader does not know: {sorted(unknown)} in {keys}")
        if action == "p":
            self._place(keys)
        elif action in "tTfq":
            self._load = Load(keys, bytearray(_plain(payload)))
            if _number(keys, "m") == 0:
                self._end()
        elif action == "a":
            self._kept(keys)
        else:
            raise Fault(f"an action that is not known: {keys}")

    def _more(self, keys: dict[str, str], payload: str) -> None:
        assert self._load is not None
        frame = self._load.keys.get("a") == "f"
        allowed = {"m", "q", "a"} if frame else {"m", "q"}
        if "m" not in keys or set(keys) - allowed or (frame and keys.get("a") != "f"):
            raise Fault(f"between the chunks of {self._load.keys} came {keys}")
        self._load.data += _plain(payload)
        if _number(keys, "m") == 0:
            self._end()

    def _end(self) -> None:
        assert self._load is not None
        keys, data = self._load.keys, bytes(self._load.data)
        self._load = None
        action = keys.get("a", "t")
        if action == "q" and keys.get("t", "d") != "d":
            return  # The command only asks whether a file can be read, so nothing is stored.
        pixels = _pixels(keys, data)
        if action == "q":
            return
        number = _number(keys, "i")
        if not number:  # The terminal chooses an internal id that no command can name.
            number = NAMELESS + len(self.sent)
            keys["i"] = str(number)
        if action == "f":
            self._edit(keys, pixels)
            return
        if number in self.images and self._is_shown(number):
            raise Fault(f"id {number} is sent again while its older picture is on the screen: {keys}")
        self.images[number] = StoredImage(pixels)
        self.sent.append(number)
        if action == "T":
            self._place(keys)

    def _edit(self, keys: dict[str, str], pixels: Pixels) -> None:
        kept = self._kept(keys)
        if _number(keys, "r") != 1:
            raise Fault(f"a frame that is not the first is not known to this reader: {keys}")
        left, top = _number(keys, "x"), _number(keys, "y")
        high, wide = pixels.shape[:2]
        if top + high > kept.pixels.shape[0] or left + wide > kept.pixels.shape[1]:
            raise Fault(f"a frame of {wide} x {high} at {left}, {top} leaves its image: {keys}")
        under = kept.pixels[top : top + high, left : left + wide]
        if _number(keys, "X") == 1:
            under[:] = pixels
        else:
            part = pixels[..., 3:].astype(np.float64) / 255
            under[..., :3] = np.rint(pixels[..., :3] * part + under[..., :3] * (1 - part)).astype(np.uint8)
            under[..., 3] = np.maximum(under[..., 3], pixels[..., 3])

    def _place(self, keys: dict[str, str]) -> None:
        kept = self._kept(keys)
        high, wide = kept.pixels.shape[:2]
        left, top = _number(keys, "x"), _number(keys, "y")
        source = (left, top, _number(keys, "w") or wide - left, _number(keys, "h") or high - top)
        columns, rows = _number(keys, "c"), _number(keys, "r")
        virtual = _number(keys, "U") == 1
        if virtual and not (columns and rows):
            raise Fault(f"a virtual placement needs its columns and rows: {keys}")
        across, down = self._cell
        if not columns and not rows:
            columns, rows = -(-source[2] // across), -(-source[3] // down)
        elif not rows:
            rows = max(1, round(columns * across * source[3] / source[2] / down))
        elif not columns:
            columns = max(1, round(rows * down * source[2] / source[3] / across))
        x, y = (0, 0) if virtual else self._cursor()
        depth = int(keys.get("z", "0"))
        at = _number(keys, "p")
        kept.placements[at] = Placement(at, columns, rows, virtual, x, y, source, depth)
        if not virtual and _number(keys, "C") == 0:
            self._move(columns, rows)

    def _delete(self, keys: dict[str, str]) -> None:
        what = keys.get("d", "a")
        kind, free = what.lower(), what.isupper()
        if kind in "ir":
            first = _number(keys, "i" if kind == "i" else "x")
            last = first if kind == "i" else _number(keys, "y")
            placed = _number(keys, "p") if kind == "i" and "p" in keys else None
            for number in [number for number in self.images if first <= number <= last]:
                image = self.images[number]
                placements = [p for p in image.placements if placed is None or p == placed]
                for each in placements:
                    del image.placements[each]
                if free and not image.placements:
                    self._free(number)
            return
        for number, image in list(self.images.items()):
            had = len(image.placements)
            image.placements = {
                at: one
                for at, one in image.placements.items()
                if one.virtual or not self._hit(kind, one, keys)
            }
            if free and len(image.placements) < had and not image.placements:
                self._free(number)

    def _hit(self, kind: str, one: Placement, keys: dict[str, str]) -> bool:
        x, y = _number(keys, "x") - 1, _number(keys, "y") - 1
        if kind == "c":
            x, y = self._cursor()
        across = one.x <= x < one.x + one.columns
        down = one.y <= y < one.y + one.rows
        deep = one.depth == int(keys.get("z", "0"))
        hits = {
            "a": True, "c": across and down, "p": across and down, "q": across and down and deep,
            "x": across, "y": down, "z": deep,
        }  # fmt: skip
        if kind not in hits:
            raise Fault(f"a delete that is not known to this reader: {keys}")
        return hits[kind]

    def _free(self, number: int) -> None:
        del self.images[number]
        self.freed.append(number)

    def _kept(self, keys: dict[str, str]) -> StoredImage:
        number = _number(keys, "i")
        if number not in self.images:
            raise Fault(f"ENOENT: no image {number}: {keys}")
        return self.images[number]

    def _is_shown(self, number: int) -> bool:
        real = any(not one.virtual for one in self.images[number].placements.values())
        return real or number in self._shown()

    def clear(self) -> None:
        """Remove all placements from the screen, as clearing the screen does. Virtual placements are not on
        the screen and stay.
        """
        for kept in self.images.values():
            kept.placements = {at: one for at, one in kept.placements.items() if one.virtual}

    def leaked(self) -> list[int]:
        """Return the ids of images that are stored but not shown anywhere."""
        return [number for number in self.images if not self._is_shown(number)]

    def virtual(self, number: int) -> Placement | None:
        """Return the virtual placement of an image, or None if the image or its placement does not exist."""
        kept = self.images.get(number)
        found: Iterable[Placement] = kept.placements.values() if kept else ()
        return next((one for one in found if one.virtual), None)

    def grid(self, number: int) -> Pixels | None:
        """Return the picture of an image over the cells of its virtual placement, scaled to fit in its own
        shape and centred.

        The result is RGB of (rows × cell height, columns × cell width) pixels, or None if the image has no
        virtual placement.
        """
        one = self.virtual(number)
        if one is None:
            return None
        high, wide = one.rows * self._cell[1], one.columns * self._cell[0]
        pixels = self.images[number].pixels
        part = min(wide / pixels.shape[1], high / pixels.shape[0])
        size = (max(1, round(pixels.shape[1] * part)), max(1, round(pixels.shape[0] * part)))
        flat = Image.fromarray(_flat(pixels)).resize(size, Image.Resampling.BILINEAR)
        whole = Image.new("RGB", (wide, high))
        whole.paste(flat, ((wide - size[0]) // 2, (high - size[1]) // 2))
        return np.asarray(whole)

    def cropped(self, number: int, one: Placement) -> Pixels:
        """Return the picture of a placement that is not virtual: its part of the image, stretched over its
        cells.
        """
        left, top, wide, high = one.source or (0, 0, 0, 0)
        part = _flat(self.images[number].pixels[top : top + high, left : left + wide])
        size = (one.columns * self._cell[0], one.rows * self._cell[1])
        return np.asarray(Image.fromarray(part).resize(size, Image.Resampling.BILINEAR))


def _flat(pixels: Pixels) -> Pixels:
    part = pixels[..., 3:].astype(np.float64) / 255
    return np.rint(pixels[..., :3] * part).astype(np.uint8)


def _keys(control: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    for pair in control.split(",") if control else ():
        key, equals, value = pair.partition("=")
        if not equals or len(key) != 1 or not value:
            raise Fault(f"not key=value: {pair!r} in {control!r}")
        if key in keys:
            raise Fault(f"{key} is said twice: {control!r}")
        keys[key] = value
    return keys


def _number(keys: dict[str, str], key: str) -> int:
    word = keys.get(key, "0")
    if not word.isdigit() or (int(word) >= NAMELESS and key != "i"):
        raise Fault(f"{key} must be a whole number of 32 bits: {keys}")
    return int(word)


def _plain(payload: str) -> bytes:
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Fault(f"not base64: {error}: {payload[:40]!r}") from error


def _pixels(keys: dict[str, str], data: bytes) -> Pixels:
    medium = keys.get("t", "d")
    if medium != "d":
        data = _from_file(keys, medium, data)
    if keys.get("o") == "z":
        try:
            data = zlib.decompress(data)
        except zlib.error as error:
            raise Fault(f"not deflate: {error}: {keys}") from error
    elif "o" in keys:
        raise Fault(f"a compression that is not known: {keys}")
    form = int(keys.get("f", "32"))
    if form == 100:
        try:
            return np.asarray(Image.open(io.BytesIO(data), formats=["PNG"]).convert("RGBA")).copy()
        except (UnidentifiedImageError, OSError) as error:
            raise Fault(f"not a PNG: {error}: {keys}") from error
    if form not in CHANNELS:
        raise Fault(f"a format that is not known: {keys}")
    wide, high, deep = _number(keys, "s"), _number(keys, "v"), CHANNELS[form]
    if not wide or not high:
        raise Fault(f"pixels without their width and height: {keys}")
    if len(data) != wide * high * deep:
        raise Fault(
            f"{len(data)} bytes where {wide} x {high} x {deep} = {wide * high * deep} are due: {keys}"
        )
    pixels = np.frombuffer(data, np.uint8).reshape(high, wide, deep)
    if deep == 4:
        return pixels.copy()
    return np.dstack([pixels, np.full((high, wide), 255, np.uint8)])


def _from_file(keys: dict[str, str], medium: str, name: bytes) -> bytes:
    """Return the data in a file or in shared memory. Temporary files and shared memory are deleted
    afterwards, as the protocol requires.
    """
    path = SHARED / os.fsdecode(name).lstrip("/") if medium == "s" else Path(os.fsdecode(name))
    if medium not in "sft":
        raise Fault(f"a medium that is not known: {keys}")
    if medium == "t" and "tty-graphics-protocol" not in str(path):
        raise Fault(f"a temporary file that a terminal would not delete: {path}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Fault(f"EBADF: {error}: {keys}") from error
    if medium in "st":
        path.unlink()
    first = _number(keys, "O")
    return data[first : first + _number(keys, "S")] if "S" in keys else data[first:]
