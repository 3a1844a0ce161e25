"""What a person split, joined or duplicated stays so at the next commit, where its text still stands."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from milimo_tui.story.commit.kept_pieces import with_pieces
from milimo_tui.story.commit.merge import merge
from milimo_tui.story.shots import numbering, surgery
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.text_pieces import halves, joined, sources, whole_texts
from tests.story.films import Film, Minter, drafts, said

TEXT = """INT. BAR - NIGHT

Steam on the windows. A cat sleeps.

MARA
You are late again. The soup is cold. Sit down.

Jun sets down the bowl and says nothing. He looks away.

JUN
I walked the whole way.
"""


def committed(story: Story, text: str) -> Story:
    merged = merge(story, with_pieces(story, drafts(text)), new_id=Minter10())
    return replace(story, scenes=merged.scenes, shots=merged.shots)


class Minter10(Minter):
    """Ids that no other made."""

    made = 10**6

    def __call__(self, prefix: str) -> str:
        Minter10.made += 1
        return f"{prefix}{Minter10.made}"


def shape(story: Story) -> list[tuple[str, str, int]]:
    return [(shot.id, said(shot), shot.frames) for shot in story.live_shots()]


@given(st.lists(st.tuples(st.sampled_from(["split", "join", "copy"]), st.integers(0, 99)), max_size=8))
@settings(max_examples=120, deadline=None)
def test_the_same_text_again_changes_nothing(acts: list[tuple[str, int]]) -> None:
    story = Film(TEXT).story
    for what, at in acts:
        live = story.live_shots()
        shot = live[at % len(live)]
        after = live[live.index(shot) + 1 :]
        done = None
        if what == "split":
            done = surgery.split(story, shot, surgery.beat_at(shot, shot.frames // 2), None, Minter10())
        elif what == "copy":
            done = surgery.duplicate(story, shot, Minter10())
        elif after:
            done = surgery.join(story, shot, after[0], Minter10())
        if done is not None:
            story = numbering.edited(story, done.before, done.after)
    before = shape(story)
    again = committed(story, TEXT)
    assert shape(again) == before
    # Words of another scene change nothing of this one.
    assert shape(committed(again, f"{TEXT}\nEXT. SEA - DAY\n\nWaves.\n"))[: len(before)] == before
    # Where every text is another, the script's own shots are there, and nothing is lost.
    other = committed(again, TEXT.replace(".", ", they say."))
    assert {shot.id for shot in again.shots} <= {shot.id for shot in other.shots}
    scripted = [shot for scene in drafts(TEXT.replace(".", ", they say.")) for shot in scene.shots]
    assert [shot.digest for shot in other.live_shots()] == [shot.digest for shot in scripted]


A, B = "a" * 32, "b" * 32


def test_digests_of_pieces() -> None:
    one, two = halves(A)
    assert joined(one, two) == A
    both = joined(A, B)
    assert sources(both) == {A, B}
    left, right = halves(both)
    assert joined(left, right) == both
    assert whole_texts([left]) == {}
    assert whole_texts([left, right]) == {A: 1, B: 1}
    assert whole_texts([*halves(one), two, B]) == {A: 1, B: 1}
    assert whole_texts([f"{A}~1", joined(B, "")]) == {B: 1}
    assert halves("") == ("", "")
    assert joined("", "") == ""
