"""Test files that name other files, such as playlists: they are refused at every door of a film. Image
sequences that the user adds are accepted.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.front_door import Milimo, environment

PRIVATE = "private.mp4"  # A film of the reader that a stranger's file names.
TEXTS = {
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{private}\n#EXT-X-ENDLIST\n",
    "list.mov": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{private}\n#EXT-X-ENDLIST\n",
    "reel.avi": "ffconcat version 1.0\nfile {name}\n",
    "reel.wav": "ffconcat version 1.0\nfile {name}\n",
    "reel.png": "ffconcat version 1.0\nfile {name}\n",
    "reel.tga": "ffconcat version 1.0\nfile {name}\n",
    "call.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 33\n",
    "line.mkv": "1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n",
    "words.mov": "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n",
    "tags.mov": ";FFMETADATA1\ntitle=Clouds\n",
    "page.jpg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{private}"/></svg>',
    "sub.mov": "# VobSub index file, v7 (do not modify this line!)\nid: en, index: 0\n"
    "timestamp: 00:00:01:000, filepos: 000000000\n",
    "screen.ans": "\x1b[31mA red text for a terminal.",
    "manifest.mp4": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
    '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000"><BaseURL>{private}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milimo]:
    """A film whose cut shows the file clouds.mov, and a private film next to it."""
    folder = tmp_path_factory.mktemp("playlists")
    milimo = Milimo(environment(folder), folder / "work")
    milimo.inside("project", "new", "Clouds")
    milimo.inside("run", "cut.new", "name=mine", "empty=true")
    for name, colour in (("clouds.mov", "blue"), (PRIVATE, "red")):
        source = f"color={colour}:size=160x120:rate=24:duration=1"
        words = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, str(milimo.cwd / name)]
        subprocess.run(words, check=True)
    asset = milimo.inside("run", "asset.add", "file=clouds.mov", "prepare=false")["id"]
    milimo.inside("run", "cut.append", "track=V1", f"asset={asset}", "frames=24")
    try:
        yield milimo
    finally:
        milimo.inside("supervisor", "stop", "--now")


def write_text(folder: Path, name: str, private: Path) -> Path:
    path = folder / name
    path.write_text(TEXTS[name].format(private=private, name=private.name))
    if private.parent != folder:
        shutil.copy(private, folder)
    return path


def replace_clouds(folder: Path, private: Path) -> None:
    """Replace the film's only media file with a playlist that names the private film."""
    (stored,) = (folder / "media").rglob("*.mov")
    stored.write_text(TEXTS["reel.avi"].format(name=private.name))
    shutil.copy(private, stored.parent)


@pytest.mark.parametrize("link", ["true", "false"])
def test_files_that_name_others_are_not_media(home: Milimo, tmp_path: Path, link: str) -> None:
    files = [write_text(tmp_path, name, home.cwd / PRIVATE) for name in TEXTS]
    before = home.inside("asset", "list")
    more = ",".join(map(str, files[1:]))
    home.refusal("run", "asset.add", f"file={files[0]}", f"more={more}", f"link={link}", "prepare=false")
    assert home.inside("asset", "list") == before


def add_reference(data: bytes, entry: bytes) -> bytes:
    """Return boxes of a MOV file in which each box `dref` contains only `entry`."""
    out, start = b"", 0
    while start < len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        body = data[start + 8 : start + size]
        if kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
            body = add_reference(body, entry)
        elif kind == b"dref":
            body = struct.pack(">II", 0, 1) + entry
        out += struct.pack(">I4s", 8 + len(body), kind) + body
        start += size
    return out


@pytest.mark.parametrize("kind", [b"url ", b"alis"])
def test_movie_whose_data_is_in_another_file_is_refused(home: Milimo, tmp_path: Path, kind: bytes) -> None:
    own, reference = home.cwd / "clouds.mov", tmp_path / "reference.mov"
    place = f"file://{home.cwd / PRIVATE}\0".encode()
    place = place if kind == b"url " else bytes(150) + b"\0\x12" + struct.pack(">H", len(place)) + place
    entry = struct.pack(">I4sI", 12 + len(place), kind, 0) + place
    reference.write_bytes(add_reference(own.read_bytes(), entry))
    assert home.inside("run", "asset.add", f"file={reference}", code=2)["error"]["kind"] == "bad_input"
    evil = tmp_path / "evil.zip"
    home.act("project", "export", str(tmp_path / "whole.zip"))
    with zipfile.ZipFile(tmp_path / "whole.zip") as whole, zipfile.ZipFile(evil, "w") as out:
        for item in whole.infolist():
            is_clouds = item.filename.endswith(".mov")
            out.writestr(item.filename, reference.read_bytes() if is_clouds else whole.read(item))
    assert home.inside("project", "import", str(evil), code=2)["error"]["kind"] == "bad_input"
    # The same entry with the flag for data in the same file is an ordinary movie.
    reference.write_bytes(add_reference(own.read_bytes(), struct.pack(">I4sI", 12, kind, 1)))
    home.inside("project", "new", f"Own {kind[:3].decode()}")
    try:
        home.inside("run", "asset.add", f"file={reference}", "prepare=false")
    finally:
        home.inside("project", "use", "clouds")


def test_plain_grey_film_is_no_text(home: Milimo, tmp_path: Path) -> None:
    """The header of a YUV4MPEG2 file is a text, and samples of a plain grey are letters."""
    film = tmp_path / "grey.y4m"
    source = "color=0x606060:size=160x120:rate=24:duration=1,format=yuv420p"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, str(film)], check=True)
    assert film.read_bytes()[:4096].isascii()
    assert home.inside("run", "asset.add", f"file={film}", "prepare=false")["frames"] == 24


@pytest.mark.parametrize("text", ["# mpv EDL v0\n{}\n", "#EXTM3U\n{}\n", 'FILE "{}" WAVE\n', "file://{}\n"])
def test_text_among_the_media_of_a_stranger_is_refused(home: Milimo, tmp_path: Path, text: str) -> None:
    """Players other than libavformat read such lists."""
    evil = tmp_path / "evil.zip"
    home.act("project", "export", str(tmp_path / "whole.zip"))
    with zipfile.ZipFile(tmp_path / "whole.zip") as whole, zipfile.ZipFile(evil, "w") as out:
        for item in whole.infolist():
            data = whole.read(item)
            is_clouds = item.filename.endswith(".mov")
            out.writestr(item.filename, text.format(home.cwd / PRIVATE) if is_clouds else data)
    assert home.inside("project", "import", str(evil), code=2)["error"]["kind"] == "bad_input"


def test_folder_gives_its_films_without_its_playlists(home: Milimo, tmp_path: Path) -> None:
    write_text(tmp_path, "reel.avi", home.cwd / PRIVATE)
    added = home.inside("run", "asset.add", f"file={tmp_path}", "link=true", "prepare=false")
    assert [each["name"] for each in added["assets"]] == [PRIVATE]
    assert [Path(each["file"]).name for each in added["problems"]] == ["reel.avi"]


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "bmp", "tga", "dpx", "exr"])
def test_numbered_pictures_are_added_as_one_clip(home: Milimo, tmp_path: Path, suffix: str) -> None:
    source = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=24"]
    subprocess.run(
        ["ffmpeg", "-v", "error", *source, "-frames:v", "5", str(tmp_path / f"fg.%04d.{suffix}")], check=True
    )
    added = home.inside("run", "asset.add", f"file={tmp_path}/fg.%04d.{suffix}", "link=true", "prepare=false")
    assert (added["kind"], added["frames"], added["width"]) == ("video", 5, 64)


def test_film_from_a_stranger_with_a_playlist_is_refused(home: Milimo, tmp_path: Path) -> None:
    home.act("project", "export", str(tmp_path / "whole.zip"))
    folder, evil = tmp_path / "film", tmp_path / "evil.zip"
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        archive.extractall(folder)
    replace_clouds(folder, home.cwd / PRIVATE)
    with zipfile.ZipFile(evil, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    before = home.inside("project", "list")
    assert "clouds.mov" in home.refusal("project", "import", str(evil), code=2)
    assert home.inside("project", "list") == before
    assert not (home.home / "projects" / "evil").exists()


def test_film_with_a_damaged_file_is_imported(home: Milimo, tmp_path: Path) -> None:
    whole, damaged = tmp_path / "whole.zip", tmp_path / "damaged.zip"
    home.act("project", "export", str(whole))
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(damaged, "w") as other:
        for item in archive.infolist():
            data = archive.read(item)
            other.writestr(item.filename, bytes(len(data)) if item.filename.endswith(".mov") else data)
    home.act("project", "import", str(damaged))
    home.act("project", "use", "clouds")


def test_playlist_in_an_old_film_shows_no_other_film(home: Milimo, tmp_path: Path) -> None:
    """A film of an earlier version may contain a playlist, for example because its folder was copied."""
    home.act("project", "duplicate", "Old clouds")
    home.act("project", "use", "old-clouds")
    try:
        replace_clouds(home.home / "projects" / "old-clouds", home.cwd / PRIVATE)
        film = tmp_path / "film.mov"
        home("render", "--damaged", "hold", "-o", str(film), code=1)
        assert not film.exists()
    finally:
        home.act("project", "use", "clouds")


def test_archive_is_restored_without_its_playlists(home: Milimo, tmp_path: Path) -> None:
    home.act("project", "duplicate", "Shelf")
    home.act("project", "use", "shelf")
    try:
        folder = home.home / "projects" / "shelf"
        replace_clouds(folder, home.cwd / PRIVATE)
        (stored,) = (folder / "media").rglob("*.mov")
        home.act("project", "archive", str(tmp_path / "shelf.milimo"))
        back = home.inside("project", "import", str(tmp_path / "shelf.milimo"), "--name", "shelf-again")
        assert back["lacking"] == [stored.relative_to(folder).as_posix()]
        assert not list((home.home / "projects" / "shelf-again" / "media").rglob("*.mov"))
    finally:
        home.act("project", "use", "clouds")


def test_still_pictures_are_still_added(home: Milimo, tmp_path: Path) -> None:
    suffixes = ("png", "jpg", "webp", "tif", "bmp", "tga", "jp2", "avif", "ico", "pcx", "qoi", "ppm", "dds")
    for suffix in suffixes:
        Image.new("RGB", (64, 48), "green").save(tmp_path / f"still.{suffix}")
    files = [str(tmp_path / f"still.{suffix}") for suffix in suffixes]
    more = ",".join(files[1:])
    added = home.inside("run", "asset.add", f"file={files[0]}", f"more={more}", "link=true", "prepare=false")
    assert [each["kind"] for each in added["assets"]] == ["picture"] * len(suffixes)


@pytest.mark.parametrize("options", [(), ("-rle", "0"), ("-pix_fmt", "rgb48be"), ("-pix_fmt", "rgba")])
def test_sgi_picture_is_a_still(home: Milimo, tmp_path: Path, options: tuple[str, ...]) -> None:
    source, path = "testsrc2=size=64x48:rate=1", tmp_path / "still.sgi"
    words = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "1", *options, str(path)]
    subprocess.run(words, check=True)
    added = home.inside("run", "asset.add", f"file={path}", "link=true", "prepare=false")
    assert (added["kind"], added["width"], added["height"]) == ("picture", 64, 48)


def write_element(id: bytes, content: bytes) -> bytes:
    """Return an element of a Matroska file, with its length in eight bytes."""
    return id + b"\1" + len(content).to_bytes(7, "big") + content


def test_file_of_ten_thousand_streams_is_refused(home: Milimo, tmp_path: Path) -> None:
    rate = write_element(b"\xe1", write_element(b"\xb5", struct.pack(">d", 48000)))
    tracks = b"".join(
        write_element(
            b"\xae",
            write_element(b"\xd7", number.to_bytes(2, "big"))
            + write_element(b"\x83", b"\2")
            + write_element(b"\x86", b"A_PCM/INT/LIT")
            + rate,
        )
        for number in range(1, 10_001)
    )
    header = write_element(b"\x1aE\xdf\xa3", write_element(b"\x42\x82", b"matroska"))
    block = write_element(b"\xa3", b"\x81\0\0\x80" + bytes(9600))
    cluster = write_element(b"\x1f\x43\xb6\x75", write_element(b"\xe7", b"\0") + block)
    contents = write_element(b"\x16\x54\xae\x6b", tracks) + cluster
    path = tmp_path / "streams.mkv"
    path.write_bytes(header + write_element(b"\x18\x53\x80\x67", contents))
    error = home.inside("run", "asset.add", f"file={path}", code=2)["error"]
    assert error["kind"] == "bad_input"
    assert "500" in error["message"]


@pytest.mark.parametrize("command", ["export", "archive"])
def test_link_of_a_stranger_shows_no_private_film(home: Milimo, tmp_path: Path, command: str) -> None:
    """A linked file is online only if it is the file from which the film was made."""
    shutil.copy(home.cwd / "clouds.mov", tmp_path / "own.mov")
    shutil.copy(home.cwd / PRIVATE, tmp_path / PRIVATE)
    for number in (1, 2, 3):
        Image.new("RGB", (64, 48), (number, 0, 0)).save(tmp_path / f"frame.{number}.png")
    name = f"Links {command}"
    home.inside("project", "new", name)
    home.inside("run", "asset.add", f"file={tmp_path / 'own.mov'}", "link=true", "prepare=false")
    home.inside("run", "asset.add", f"file={tmp_path / PRIVATE}", "link=true", "prepare=false")
    sequence = tmp_path / "frame.1.png"
    home.inside("run", "asset.add", f"file={sequence}", "sequence=true", "link=true", "prepare=false")
    target = tmp_path / "links.zip"
    home.inside("project", command, str(target))
    with (tmp_path / PRIVATE).open("ab") as file:
        file.write(b"another film")
    try:
        arrived = home.inside("project", "import", str(target), "--name", f"arrived-{command}")
        assert arrived["offline"] == [PRIVATE]
        online = {row["name"]: row["online"] for row in home.inside("asset", "list")}
        assert online.pop(PRIVATE) is False
        assert list(online.values()) == [True, True]
    finally:
        home.inside("project", "use", "clouds")
