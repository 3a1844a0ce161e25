"""Test that shots which a person split, joined or duplicated stay so at the next commit, if their text is
still in the screenplay.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.story.commit.merge import merge_drafts
from milimo_tui.story.commit.preserved_pieces import insert_pieces
from milimo_tui.story.shots import numbering, surgery
from milimo_tui.story.values.film import Story, number_shots
from milimo_tui.story.values.text_pieces import (
    count_complete_texts,
    join_digests,
    list_own_sources,
    list_sources,
    make_half_digests,
)
from tests.story.films import Film, IdSource, drafts, said

TEXT = """INT. BAR - NIGHT

Steam on the windows. A cat sleeps.

MARA
You are late again. The soup is cold. Sit down.

Jun sets down the bowl and says nothing. He looks away.

JUN
I walked the whole way.
"""


def committed(story: Story, text: str) -> Story:
    merged = merge_drafts(story, insert_pieces(story, drafts(text)).drafts, new_id=OtherIdSource())
    return replace(story, scenes=merged.scenes, shots=merged.shots)


class OtherIdSource(IdSource):
    """A source of ids that differ from the ids of every other source in the test."""

    made = 10**6

    def __call__(self, prefix: str) -> str:
        OtherIdSource.made += 1
        return f"{prefix}{OtherIdSource.made}"


def shape(story: Story) -> list[tuple[str, str, int]]:
    return [(shot.id, said(shot), shot.frames) for shot in story.live_shots()]


@pytest.mark.long("properties")
@given(st.lists(st.tuples(st.sampled_from(["split", "join", "copy"]), st.integers(0, 99)), max_size=8))
@settings(max_examples=120, deadline=None)
def test_same_text_changes_nothing(acts: list[tuple[str, int]]) -> None:
    story = Film(TEXT).story
    for what, at in acts:
        live = story.live_shots()
        shot = live[at % len(live)]
        after = live[live.index(shot) + 1 :]
        done = None
        if what == "split":
            done = surgery.split_shot(
                story, shot, surgery.find_beat_at_frame(shot, shot.frames // 2), None, OtherIdSource()
            )
        elif what == "copy":
            done = surgery.duplicate_shot(story, shot, OtherIdSource())
        elif after:
            done = surgery.join_shots(story, shot, after[0], OtherIdSource())
        if done is not None:
            story = numbering.apply_story_edit(story, done.before, done.after)
    before = shape(story)
    again = committed(story, TEXT)
    assert shape(again) == before
    # Text added in another scene must not change the shots of this scene.
    assert shape(committed(again, f"{TEXT}\nEXT. SEA - DAY\n\nWaves.\n"))[: len(before)] == before
    # Where every text of the scene has changed, the new text must appear once and nothing may be lost.
    other = committed(again, TEXT.replace(".", ", they say."))
    assert {shot.id for shot in again.shots} <= {shot.id for shot in other.shots}
    scripted = [shot for scene in drafts(TEXT.replace(".", ", they say.")) for shot in scene.shots]
    digests = [shot.digest for shot in other.live_shots()]
    assert [*dict.fromkeys(own for digest in digests for own in list_own_sources(digest))] == [
        shot.digest for shot in scripted
    ]
    assert count_complete_texts(digests) == {shot.digest: 1 for shot in scripted}


A, B = "a" * 32, "b" * 32


def test_digests_of_pieces_identify_them() -> None:
    one, two = make_half_digests(A)
    assert join_digests(one, two) == A
    both = join_digests(A, B)
    assert list_sources(both) == {A, B}
    left, right = make_half_digests(both)
    assert join_digests(left, right) == both
    assert count_complete_texts([left]) == {}
    assert count_complete_texts([left, right]) == {A: 1, B: 1}
    assert count_complete_texts([*make_half_digests(one), two, B]) == {A: 1, B: 1}
    assert count_complete_texts([f"{A}~1", join_digests(B, "")]) == {B: 1}
    assert make_half_digests("") == ("", "")
    assert join_digests("", "") == ""


def split(story: Story, words: str, at: str) -> Story:
    """Return the story after splitting the shot that contains `words` at the text `at`."""
    shot = next(shot for shot in story.live_shots() if words in said(shot))
    done = surgery.split_shot(story, shot, surgery.find_beat_by_text(shot, at), None, OtherIdSource())
    return numbered(numbering.apply_story_edit(story, done.before, done.after))


def numbered(story: Story) -> Story:
    return replace(story, numbers=number_shots(story.scenes, story.shots))


def told(story: Story, text: str) -> tuple[str, ...]:
    return insert_pieces(story, drafts(text)).told


def live(story: Story) -> list[tuple[str, str]]:
    return [(shot.id, said(shot)) for shot in story.live_shots()]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (
            "soup is cold.",
            "soup is stone cold.",
            ("You are late again. The soup is stone cold.", "Sit down."),
        ),
        ("Sit down.", "Sit down there!", ("You are late again. The soup is cold.", "Sit down there!")),
        ("Sit down.", "Now sit down.", ("You are late again. The soup is cold. Now", "sit down.")),
        ("You are late again. ", "", ("The soup is cold.", "Sit down.")),
        ("Sit down.", "Stay on your feet.", ("You are late again. The soup is cold.", "Stay on your feet.")),
    ],
)
def test_split_stays_where_its_text_is_found_again(old: str, new: str, parts: tuple[str, str]) -> None:
    story = split(committed(Film(TEXT).story, TEXT), "late again", "Sit down")
    ids = [id for id, _ in live(story)]
    reworded = TEXT.replace(old, new)
    assert told(story, reworded) == ()
    again = committed(story, reworded)
    assert [words for _, words in live(again)][1:3] == list(parts)
    assert [id for id, _ in live(again)] == ids, "the same shots, with their takes"
    assert live(committed(again, reworded)) == live(again), "and so at the next commit"


def test_action_split_twice_is_found_again() -> None:
    text = TEXT.replace("He looks away.", "He looks away. Steam hangs over it.")
    story = split(committed(Film(text).story, text), "bowl", "He looks")
    story = split(story, "He looks", "Steam hangs")
    reworded = text.replace("the bowl", "the cracked bowl").replace("Steam hangs", "Steam hangs still")
    again = committed(story, reworded)
    parts = [
        "Jun sets down the cracked bowl and says nothing.",
        "He looks away.",
        "Steam hangs still over it.",
    ]
    assert [words for _, words in live(again)][2:5] == parts
    assert [id for id, _ in live(again)] == [id for id, _ in live(story)]


def test_split_that_is_not_found_again_is_reported_once() -> None:
    story = split(committed(Film(TEXT).story, TEXT), "late again", "Sit down")
    reworded = TEXT.replace("The soup is cold. Sit down.", "And the soup, it has gone cold as stone.")
    [message] = told(story, reworded)
    assert message.startswith("1B and 1C ")
    again = committed(story, reworded)
    assert live(again)[1][1] == "You are late again. And the soup, it has gone cold as stone."
    assert len(live(again)) == len(live(story)) - 1
    assert told(again, reworded) == ()
    assert told(story, TEXT.replace("MARA\nYou are late again. The soup is cold. Sit down.\n", "")) == ()


def test_joined_shots_with_changed_text_are_reported() -> None:
    story = committed(Film(TEXT).story, TEXT)
    first, second = story.live_shots()[:2]
    done = surgery.join_shots(story, first, second, OtherIdSource())
    story = numbered(numbering.apply_story_edit(story, done.before, done.after))
    [message] = told(story, TEXT.replace("A cat", "A fat cat"))
    assert message.startswith("1A ")
