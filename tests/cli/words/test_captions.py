"""Captions on the command line: make, import, edit, check, style, export and render them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.front_door import Milimo

SRT = """1
00:00:00,200 --> 00:00:01,040
<i>First</i> words

2
00:00:01,500 --> 00:00:02,123
ANNA: Second one here

3
00:00:xx,000 --> 00:00:03,000
lost
"""


def imported(film: Milimo, text: str = SRT, **more: str) -> Any:
    path = film.cwd / "said.srt"
    path.write_text(text)
    return film.inside("caption", "import", str(path), *(part for each in more.items() for part in each))


def texts(film: Milimo) -> list[str]:
    return [row["text"] for row in film.inside("caption", "list")]


def times(film: Milimo) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(row["start"]), Fraction(row["end"])) for row in film.inside("caption", "list")]


def test_captions_are_made_from_the_script(film: Milimo) -> None:
    made = film.inside("caption", "make", "--language", "en")
    assert [(row["speaker"], row["text"]) for row in made["captions"]] == [("Mara", "You are late.")]
    assert made["track"]["language"] == "en"
    film.refusal("caption", "make", code=2)
    assert len(film.inside("caption", "make", "--overwrite")["captions"]) == 1


def test_film_without_dialogue_gets_commands_that_work(film: Milimo) -> None:
    film.inside("cut", "new", "Silent", "--empty")
    hint = film.inside("caption", "make", code=2)["error"]["hint"]
    for command in ("caption import ", "caption add WORDS --at ", "model download whisper-base"):
        assert f"milimo {command}" in hint
    listed = film.act("caption", "list")
    assert "caption make" not in listed
    film.inside("caption", "add", "Words", "--at", "1s")
    assert texts(film) == ["Words"]


def test_import_reports_what_it_can_not_read_and_keeps_exact_times(film: Milimo) -> None:
    done = imported(film)
    assert len(done["left_out"]) == 1
    assert texts(film) == ["<i>First</i> words", "Second one here"]
    assert times(film)[1] == (Fraction(3, 2), Fraction(2123, 1000))
    assert film.inside("caption", "list")[1]["speaker"] == "ANNA"


def test_edits_of_captions_can_be_undone_one_by_one(film: Milimo) -> None:
    imported(film)
    before = film.inside("caption", "list")
    for words in (
        ("set", "1", "--text", "Other words", "--start", "0.1s"),
        ("split", "2"),
        ("split", "2", "--word", "3"),
        ("merge", "1..2"),
        ("shift", "+1s"),
        ("shift", "-2", "2"),
        ("delete", "1"),
        ("add", "New one", "--at", "3s", "--speaker", "Tom"),
        ("delete", "--all"),
        ("style", "--size", "1.5", "--speakers", "--highlight", "yellow"),
    ):
        film.inside("caption", *words)
        film.inside("cut", "undo")
        assert film.inside("caption", "list") == before


def test_split_and_merge_keep_the_words_and_the_time(film: Milimo) -> None:
    imported(film)
    film.inside("caption", "split", "2", "--word", "3")
    assert texts(film) == ["<i>First</i> words", "Second one", "here"]
    (first, second) = times(film)[1:]
    assert (first[0], first[1], second[1]) == (Fraction(3, 2), second[0], Fraction(2123, 1000))
    film.inside("caption", "merge", "2..3")
    assert texts(film)[1] == "Second one here"
    assert times(film)[1] == (first[0], second[1])


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        ("I grew up", "here.", "I grew up here."),
        ("I grew up here.", "They left.", "I grew up here.\nThey left."),
        ("<i>I grew up</i>", "<i>here.</i>", "<i>I grew up here.</i>"),
        ("I grew\nup", "here.", "I grew\nup\nhere."),
        (
            "I grew up in a house near the sea",
            "with a garden.",
            "I grew up in a house near the sea\nwith a garden.",
        ),
        ("MARA: No", "TOM: yes", "No\nyes"),
    ],
)
def test_merge_joins_parts_of_a_sentence_on_one_line(
    film: Milimo, first: str, second: str, merged: str
) -> None:
    times = ("00:00:00,000 --> 00:00:01,000", "00:00:01,000 --> 00:00:02,000")
    imported(film, f"1\n{times[0]}\n{first}\n\n2\n{times[1]}\n{second}\n")
    film.inside("caption", "merge", "1..2")
    assert texts(film) == [merged]


@pytest.mark.parametrize(
    "words",
    [
        ("set", "9", "--text", "x"),
        ("set", "1", "--end", "0"),
        ("set", "1", "--text", " "),
        ("split", "1", "--word", "5"),
        ("merge", "1"),
        ("shift", "-1:00:00"),
        ("style", "--colour", "no colour"),
        ("export", "film.doc"),
        ("list", "--track", "Klingon"),
        ("import", "missing.srt"),
    ],
)
def test_impossible_changes_are_refused_and_nothing_changes(film: Milimo, words: tuple[str, ...]) -> None:
    imported(film)
    before = film.inside("caption", "list")
    for code in range(1, 10):
        try:
            assert film.refusal("caption", *words, code=code)
            break
        except AssertionError:
            continue
    else:
        pytest.fail("the command was not refused")
    assert film.inside("caption", "list") == before


def test_checks_name_the_captions_outside_the_limits(film: Milimo) -> None:
    imported(
        film,
        "1\n00:00:00,000 --> 00:00:00,500\nshort\n\n2\n00:00:00,400 --> 00:00:01,400\n"
        + "very many letters to read in one second and too many for a line\n\n"
        + "3\n00:00:01,400 --> 00:00:09,400\none\ntwo\nthree\n",
    )
    found = film.inside("caption", "check", code=1)
    assert [(row["number"], row["check"]) for row in found if row["check"] != "end"] == [
        (1, "short"), (2, "speed"), (2, "line"), (2, "overlap"), (3, "lines"), (3, "long"),
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", ["srt", "vtt", "ass", "ttml"])
def test_edited_captions_survive_a_file_of_each_format(film: Milimo, suffix: str) -> None:
    imported(film)
    film.inside("caption", "set", "1", "--place", "top", "--end", "1.1s")
    before = film.inside("caption", "list")
    file = film.cwd / f"edited.{suffix}"
    film.inside("caption", "export", str(file))
    film.refusal("caption", "export", str(file))
    after = film.inside("caption", "import", str(file), "--track", "again")["captions"]
    names = ["start", "end", "text", "speaker", "place"]
    rounded = {"end": "53/25"} if suffix == "ass" else {}  # ASS has hundredths of seconds.
    assert [[row[name] for name in names] for row in after] == [
        [before[0][name] for name in names],
        [rounded.get(name, before[1][name]) for name in names],
    ]


def test_render_uses_the_captions_of_the_cut(film: Milimo) -> None:
    film.inside("caption", "make")
    imported(film)
    film.inside("caption", "style", "--track", "Captions", "--hidden")
    target = film.cwd / "film.mp4"
    plain = film.cwd / "plain.mp4"
    film.inside("render", "-o", str(target), "--subtitles", "srt", "--burn", "captions", "--size", "320x180")
    film.inside("render", "-o", str(plain), "--size", "320x180")
    assert "ANNA: Second one here" in target.with_suffix(".srt").read_text()
    assert changed_rows(target, plain, 10) == (True, False)
    film.inside("caption", "style", "--track", "said", "--place", "top")
    film.inside("render", "-o", str(target), "--burn", "captions", "--size", "320x180")
    assert changed_rows(target, plain, 10) == (False, True)


def changed_rows(path: Path, other: Path, frame: int) -> tuple[bool, bool]:
    """Return True for the lower and for the upper third of a frame if it differs between two films."""
    pictures = []
    for each in (path, other):
        with av.open(str(each)) as container:
            decoded = next(shown for index, shown in enumerate(container.decode(video=0)) if index == frame)
            pictures.append(decoded.to_ndarray(format="gray").astype(int))
    differs = np.abs(pictures[0] - pictures[1]).max(axis=1) > 40
    third = len(differs) // 3
    return bool(differs[-third:].any()), bool(differs[:third].any())


def test_captions_travel_with_copies_and_timelines(film: Milimo) -> None:
    imported(film)
    before = [(row["start"], row["end"], row["text"]) for row in film.inside("caption", "list")]
    film.inside("cut", "export", str(film.cwd / "film.otio"))
    film.inside("cut", "import", str(film.cwd / "film.otio"))
    name = film.inside("cut", "list")[-1]["name"]
    film.inside("cut", "use", name)
    assert [(row["start"], row["end"], row["text"]) for row in film.inside("caption", "list")] == before


def test_captions_follow_a_ripple_edit_in_the_same_undo_step(film: Milimo) -> None:
    imported(film)
    before = times(film)
    film.inside("cut", "gap", "--track", "V1", "--at", "0", "--frames", "25")
    assert times(film) == [(start + 1, end + 1) for start, end in before]
    film.inside("cut", "undo")
    assert times(film) == before
    film.inside("caption", "style", "--no-sync-lock")
    film.inside("cut", "gap", "--track", "V1", "--at", "0", "--frames", "25")
    assert times(film) == before


@pytest.mark.parametrize("language", ["\x1b[31m", "xxx… ; rm", "en_US"])
def test_language_of_captions_is_a_language_tag(film: Milimo, language: str) -> None:
    (film.cwd / "said.srt").write_text(SRT)
    for words in (("--language", language), ("--track", "a\u202eb")):
        error = film.inside("caption", "import", "said.srt", *words, code=2)["error"]
        assert error["kind"] == "bad_input"
        assert error["hint"]


def test_unreadable_subtitle_files_are_named_with_advice(film: Milimo) -> None:
    (film.cwd / "bin.srt").write_bytes(b"\xff\x80\0\x81abc def ghi" * 3)
    refusal = film.refusal("caption", "import", "bin.srt")
    assert "bin.srt" in refusal
    assert "not text" in refusal
    assert "subtitle file" in refusal
    (film.cwd / "rate0.ttml").write_text(
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="en"'
        ' ttp:frameRate="25" ttp:frameRateMultiplier="1 0">'
        '<body><div><p begin="1f" end="9f">A</p></div></body></tt>'
    )
    refusal = film.refusal("caption", "import", "rate0.ttml")
    assert "rate0.ttml" in refusal
    assert "Fraction" not in refusal
    (film.cwd / "many.srt").write_text(
        "\n".join(f"{n}\n00:00:01,000 --> 00:00:02,000\nword\n" for n in range(1, 20_003))
    )
    refusal = film.refusal("caption", "import", "many.srt")
    assert "many.srt" in refusal
    assert "20,000" in refusal


def test_report_on_ass_captions_quotes_the_damaged_time(film: Milimo) -> None:
    (film.cwd / "late.ass").write_text(
        "[Script Info]\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,9999999999:00:00.00,0:00:02.00,Default,,0,0,0,,Lost\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Here\n"
    )
    assert film.inside("caption", "import", "late.ass")["left_out"] == [
        "line 5: the time “9999999999:00:00.00” is not readable"
    ]


def test_render_embeds_the_chosen_languages_and_burns_in_one(film: Milimo) -> None:
    imported(film, **{"--track": "English", "--language": "en"})
    imported(film, SRT.replace("First", "Erste"), **{"--track": "Deutsch", "--language": "de"})
    imported(film, SRT.replace("First", "Premiers"), **{"--track": "Français", "--language": "fr"})
    film.inside("caption", "style", "--track", "de", "--place", "top")
    film.inside("caption", "style", "--track", "fr", "--hidden")
    plain, target = film.cwd / "plain.mkv", film.cwd / "film.mkv"
    film.inside("render", "-o", str(plain), "--size", "320x180")
    film.inside(
        "render", "-o", str(target), "--size", "320x180",
        "--subtitles", "embedded=Deutsch,en", "--burn", "captions=DE",
    )  # fmt: skip
    assert list_subtitles(target) == [("deu", "Deutsch", "Erste words"), ("eng", "English", "First words")]
    assert changed_rows(target, plain, 10) == (False, True)
    film.inside(
        "render",
        "-o",
        str(target),
        "--size",
        "320x180",
        "--subtitles",
        "embedded=all",
        "--burn",
        "captions=en",
    )
    assert [row[0] for row in list_subtitles(target)] == ["eng", "deu"]
    assert changed_rows(target, plain, 10) == (True, False)
    film.inside("render", "-o", str(target), "--size", "320x180", "--subtitles", "srt=fr,de")
    assert "Premiers" in target.with_suffix(".fr.srt").read_text("utf-8")
    assert "Erste" in target.with_suffix(".de.srt").read_text("utf-8")


def list_subtitles(path: Path) -> list[tuple[str, str, str]]:
    """Return the language, the title and the first text of each stream of subtitles."""
    found = []
    with av.open(str(path)) as container:
        for index, stream in enumerate(container.streams.subtitles):
            container.seek(0)
            text = next(bytes(packet) for packet in container.demux(subtitles=index) if packet.size)
            found.append((stream.metadata["language"], stream.metadata["title"], text.decode()))
    return found


@pytest.mark.parametrize(
    "words",
    [
        ("--subtitles", "embedded=tlh,en"),
        ("--burn", "captions=tlh"),
        ("--also", "prores subtitles=embedded=tlh"),
    ],
)
def test_render_without_the_named_captions_lists_those_of_the_cut(
    film: Milimo, words: tuple[str, ...]
) -> None:
    before = film.inside("run", "film.list")
    assert "tlh" in film.refusal("render", *words)
    imported(film, **{"--track": "English", "--language": "en"})
    refusal = film.refusal("render", *words)
    assert "tlh" in refusal
    assert "English (en)" in refusal
    for wrong in (
        ("--burn", "captions=en", "captions=de"),
        ("--burn", "captions=all"),
        ("--subtitles", "none=en"),
    ):
        assert film.refusal("render", *wrong)
    assert film.inside("run", "film.list") == before


ASS_HEAD = (
    "[Script Info]\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)
TTML_HEAD = (
    '<?xml version="1.0"\n encoding="utf-8"?>\n'
    '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body>\n<div>\n'
)


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.srt", "1\n00:00:03,000 --> 00:00:02,000\nA\n\n2\n00:00:0x,000 --> 00:00:02,000\nB\n", (2, 6)),
        ("a.vtt", "WEBVTT\n\n00:03.000 --> 00:02.000\nA\n\n00:0x.000 --> 00:02.000\nB\n", (3, 6)),
        (
            "a.ass",
            f"{ASS_HEAD}Comment: 0,0:00:xx.00,0:00:02.00,Default,,0,0,0,,Note\n"
            "Dialogue: 0,0:00:03.00,0:00:02.00,Default,,0,0,0,,A\n"
            "Dialogue: 0,0:00:xx.00,0:00:02.00,Default,,0,0,0,,B\n",
            (6, 7),
        ),
        (
            "a.ttml",
            f'{TTML_HEAD}<p begin="3s" end="2s">A</p>\n<p begin="xx" end="2s">B</p>\n<p begin="5s">C</p>\n'
            "</div></body></tt>",
            (5, 6, 7),
        ),
    ],
)
def test_problems_of_each_format_name_the_line_of_the_file(
    film: Milimo, name: str, text: str, lines: tuple[int, ...]
) -> None:
    whole = {
        "srt": "\n3\n00:00:01,000 --> 00:00:02,000\nGood\n",
        "vtt": "\n00:01.000 --> 00:02.000\nGood\n",
        "ass": "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Good\n",
    }.get(name[2:], "")
    if not whole:
        text = text.replace("</div>", '<p begin="1s" end="2s">Good</p></div>')
    (film.cwd / name).write_text(text + whole)
    done = film.inside("caption", "import", name)
    assert [row["text"] for row in done["captions"]] == ["Good"]
    assert sorted(done["left_out"]) == sorted(
        next(each for each in done["left_out"] if each.startswith(f"line {line}: ")) for line in lines
    )
    assert len(done["left_out"]) == len(lines)


@pytest.mark.parametrize(
    "times",
    [
        "00:00:04,000 -> 00:00:0x,000",
        "xx:00:04,000 → 00:00:05,000",
        "00:00:04,000 -- 00:00:05,000",
        "00;00;04.000=>",
    ],
)
def test_captions_with_a_damaged_line_of_times_are_listed_with_their_line(film: Milimo, times: str) -> None:
    good = "00:00:01.000 --> 00:00:02.000\n5:00 -> 6:00\n"
    bad = f"{times}\nLost\n"
    for name, text, lines in (
        ("a.srt", f"1\n{bad}\n2\n{good}\n3\n{bad}", (2, 10)),
        ("b.srt", f"1\n{good}\n2\n{bad}\n3\n{good}", (6,)),
        ("c.srt", f"Lost\n\n1\n{good}", (1,)),
        ("d.vtt", f"WEBVTT\n\n{bad}\n{good}\nname\n{bad}", (3, 10)),
    ):
        (film.cwd / name).write_text(text)
        done = film.inside("caption", "import", name)
        assert {row["text"] for row in done["captions"]} == {"5:00 -> 6:00"}
        assert [each.split(":")[0] for each in done["left_out"]] == [f"line {line}" for line in lines]


def test_moved_captions_report_new_numbers_and_overlaps(film: Milimo) -> None:
    imported(film, SRT + "\n4\n00:00:02,500 --> 00:00:03,000\nThird\n")
    assert film.inside("caption", "set", "3", "--start", "1s")["notes"] == [
        "caption 3 is now number 2",
        "caption 2 overlaps caption 1 by 0.04 s",
        "caption 3 overlaps caption 2 by 1.50 s",
    ]
    film.inside("cut", "undo")
    assert film.inside("caption", "set", "3", "--text", "Other")["notes"] == []
    assert film.inside("caption", "shift", "+0.1s")["notes"] == []
    assert film.inside("caption", "shift", "-1.4s", "2")["notes"] == [
        "caption 2 is now number 1",
        "caption 2 overlaps caption 1 by 0.52 s",
    ]


def test_captions_after_the_end_of_the_cut_are_counted(film: Milimo) -> None:
    late = "\n4\n00:10:00,000 --> 00:10:03,000\nA\n\n5\n00:11:00,000 --> 00:11:03,000\nB\n"
    note = imported(film, SRT + late)["notes"][-1]
    assert "2 captions" in note
    assert "00:00:" in note
    [note] = film.inside("caption", "add", "More", "--at", "500s")["notes"]
    assert "1 caption " in note
    assert film.inside("caption", "add", "Inside", "--at", "0", "--length", "0.1s")["notes"] == []


def test_timed_spans_of_a_ttml_caption_keep_their_start(film: Milimo) -> None:
    (film.cwd / "a.ttml").write_text(
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata">'
        '<head><metadata><ttm:agent xml:id="m"><ttm:name>Mara</ttm:name></ttm:agent></metadata></head>'
        '<body><div><p ttm:agent="m"><span begin="1s" end="2s">A</span></p></div></body></tt>'
    )
    [row] = film.inside("caption", "import", "a.ttml")["captions"]
    assert (row["start"], row["end"], row["speaker"]) == ("1/1", "2/1", "Mara")


CONTROLS = "".join(map(chr, (*range(1, 9), 11, 12, *range(14, 32), *range(127, 160))))


@pytest.mark.parametrize("suffix", ["srt", "vtt", "ass", "ttml"])
def test_captions_lose_control_characters_and_tags_in_speakers(film: Milimo, suffix: str) -> None:
    (film.cwd / "in.vtt").write_text(
        f"WEBVTT\nLanguage: klingon\n\n00:01.000 --> 00:02.000\n<v <b>Mara>Wo{CONTROLS}rds\n\n"
        f"00:03.000 --> 00:04.000\n<v To{CONTROLS}m>\x1b[31mred\n"
    )
    done = film.inside("caption", "import", "in.vtt")
    assert done["track"]["language"] == ""
    assert [(row["speaker"], row["text"]) for row in done["captions"]] == [("Mara", "Words"), ("Tom", "red")]
    assert (
        "U+009B" in film.inside("caption", "set", "1", "--speaker", "An\x9b0mna", code=2)["error"]["message"]
    )
    film.inside("caption", "set", "1", "--speaker", "Anna")
    film.inside("caption", "export", f"out.{suffix}")
    text = (film.cwd / f"out.{suffix}").read_text("utf-8")
    assert not set(CONTROLS) & set(text)
    assert "Anna" in text


def test_large_files_are_refused_with_advice(film: Milimo) -> None:
    (film.cwd / "large.srt").write_bytes(b"x" * 20_000_001)
    refusal = film.refusal("caption", "import", "large.srt")
    assert "large.srt" in refusal
    assert len(refusal.strip().splitlines()) == 2
