"""Test files that name other files, such as playlists: they are refused at every door of a film. Image
sequences that the user adds are accepted.
"""

from __future__ import annotations

import shutil
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
