"""Test of damaged cut files: any file content gives a cut or an error of one sentence."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.cut.layout.layout import layout
from milimo_tui.interchange.files import edl
from milimo_tui.interchange.files.reading import MAX_BYTES, read_cut_file
from milimo_tui.interchange.otio import otio_out, otio_text
from milimo_tui.interchange.xml import fcp7, fcpxml, mlt
from tests.interchange.strategies import IdCounter
from tests.interchange.test_adapters import long_cut

SUFFIXES = (".otio", ".edl", ".xml", ".fcpxml", ".kdenlive", ".mlt", ".doc")
_FILM = long_cut(Fraction(25), joined=True)
WHOLE = {
    ".otio": otio_text.format_otio(otio_out.to_otio(_FILM)),
    ".edl": edl.write_edl(_FILM)[""],
    ".xml": fcp7.write_fcp7(_FILM),
    ".fcpxml": fcpxml.write_fcpxml(_FILM),
    ".kdenlive": mlt.write_mlt(_FILM, "film", ".kdenlive")[""],
}
MANY = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def try_to_read(folder: Path, suffix: str, data: bytes) -> str:
    """Read a cut file with this content. Return the message of the refusal, or an empty string if it was
    read. Any other exception fails the test.
    """
    path = folder / f"film{suffix}"
    path.write_bytes(data)
    try:
        read_cut_file(path, IdCounter(), Fraction(25))
    except BadInput as error:
        message = error.message
    else:
        return ""
    assert message
    assert "\n" not in message
    return message


@given(st.sampled_from(SUFFIXES), st.binary(max_size=300))
@MANY
def test_noise_is_one_sentence(tmp_path: Path, suffix: str, data: bytes) -> None:
    try_to_read(tmp_path, suffix, data)


@given(st.sampled_from(sorted(WHOLE)), st.floats(0, 1), st.floats(0, 1), st.binary(max_size=8))
@MANY
def test_truncated_and_overwritten_files_are_one_sentence(
    tmp_path: Path, suffix: str, end: float, at: float, noise: bytes
) -> None:
    data = WHOLE[suffix].encode()
    data = data[: int(len(data) * end)]
    place = int(len(data) * at)
    try_to_read(tmp_path, suffix, data[:place] + noise + data[place + len(noise) :])


SAYS = {
    "a list nested without an end": (".otio", b"[" * 200_000),
    "objects nested without an end": (".otio", b'{"a":' * 200_000),
    "no timeline": (".otio", b'{"OTIO_SCHEMA": "Marker.2", "name": "x"}'),
    "not an object of OTIO": (".otio", b'{"some": "json"}'),
    "a number that is none": (".otio", b'{"OTIO_SCHEMA": "Timeline.1", "metadata": {"x": NaN}}'),
    "entities that multiply": (".fcpxml", b'<!DOCTYPE a [<!ENTITY b "cc">]><fcpxml>&b;</fcpxml>'),
    "no project": (".fcpxml", b"<fcpxml version='1.8'><resources/></fcpxml>"),
    "events of no list": (".edl", b"TITLE: x\nthis is not an event\n"),
    "no sequences": (".xml", b"<xmeml version='4'><project/></xmeml>"),
    "a picture": (".xml", b"\x89PNG\r\n\x1a\n\0\0\0"),
    "nothing": (".otio", b""),
}


@pytest.mark.parametrize("name", sorted(SAYS))
def test_each_error_describes_the_fault(tmp_path: Path, name: str) -> None:
    suffix, data = SAYS[name]
    assert suffix in try_to_read(tmp_path, suffix, data)


def test_file_of_an_unknown_kind_is_reported(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"none\.otio"):
        read_cut_file(tmp_path / "none.otio", IdCounter(), Fraction(25))
    (tmp_path / "folder.otio").mkdir()
    with pytest.raises(BadInput, match="is a folder"):
        read_cut_file(tmp_path / "folder.otio", IdCounter(), Fraction(25))
    (tmp_path / "film.mlt").write_text(mlt.write_mlt(_FILM, "film", ".mlt")[""])
    with pytest.raises(BadInput, match=r"\.mlt"):
        read_cut_file(tmp_path / "film.mlt", IdCounter(), Fraction(25))
    large = tmp_path / "large.otio"
    with large.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(BadInput, match="too large"):
        read_cut_file(large, IdCounter(), Fraction(25))


def test_own_metadata_from_a_stranger_is_limited(tmp_path: Path) -> None:
    body = json.loads(WHOLE[".otio"])
    body["metadata"]["milimo"] |= {"width": -5, "rate": "1/0", "mark_in": "x", "sample_rate": 10**12}
    clip = next(each for each in body["tracks"]["children"][0]["children"] if each["OTIO_SCHEMA"] == "Clip.2")
    clip["metadata"]["milimo"] |= {
        "opacity": 1e300,
        "gain_db": "loud",
        "fade_in": 10**9,
        "source_in": "1/0",
        "on": 7,
        "effects": {"curves": {"x": [[0, 1e300], [0, 2]], "blur": []}},
    }
    path = tmp_path / "film.otio"
    path.write_text(json.dumps(body))
    cut = read_cut_file(path, IdCounter(), Fraction(25)).bundle.cut
    first = min(cut.clips, key=lambda clip: (clip.track, clip.start or 0, clip.order or ""))
    assert (cut.rate, cut.mark_in) == (Fraction(25), None)
    assert (cut.width, cut.sample_rate) == (768, 48000)
    assert (first.opacity, first.gain_db, first.fade_in) == (1.0, 0.0, first.frames)
    assert [(name, [key.value for key in curve]) for name, curve in first.effects.curves] == [("x", [2.0])]


def test_effects_of_a_newer_version_are_left_out_and_reported(tmp_path: Path) -> None:
    text = WHOLE[".otio"].replace('"label": "clip 0"', '"label": "clip 0", "effects": {"sparkle": 1}')
    (tmp_path / "film.otio").write_text(text)
    notes = read_cut_file(tmp_path / "film.otio", IdCounter(), Fraction(25)).notes
    assert any("sparkle" in note for note in notes)


@pytest.mark.parametrize("speed", [5000.0, -0.0001])
def test_unreadable_clip_of_a_timeline_is_left_out_alone(tmp_path: Path, speed: float) -> None:
    body = json.loads(otio_text.format_otio(otio_out.to_otio(long_cut(Fraction(25)))))
    rows = body["tracks"]["children"][0]["children"]
    clip = next(each for each in rows if each["OTIO_SCHEMA"].startswith("Clip"))
    clip["effects"] = [{"OTIO_SCHEMA": "LinearTimeWarp.1", "name": "", "effect_name": "", "metadata": {},
                        "enabled": True, "time_scalar": speed}]  # fmt: skip
    path = tmp_path / "film.otio"
    path.write_text(json.dumps(body))
    arrival = read_cut_file(path, IdCounter(), Fraction(25))
    whole = long_cut(Fraction(25)).cut
    ends = [
        max(each.end for each in layout(cut).get_row(cut.tracks[0].id)) for cut in (arrival.bundle.cut, whole)
    ]
    assert ends[0] == ends[1]
    assert len(arrival.bundle.cut.clips) == len(whole.clips) - 1
    assert any(clip["name"] in note for note in arrival.notes)
