"""The items of a film that a search can find: scenes, shots, lines, elements, takes, clips, notes, files and
jobs.

All functions are pure and work on data that was read before. `find_words` matches the items with typed words.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind
from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.shot_words import name_framing
from milimo_tui.story.values.text import collapse_text, fold, fold_accents

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.store.rows.stored_values import Peek
    from milimo_tui.studio.session.studio import FilmSnapshot

# The order of the kinds in lists, if items match equally well.
FINDABLE_KINDS = ("scene", "line", "shot", "element", "note", "clip", "take", "media", "cut", "film", "job")
# The longest name of a title clip in a list, in characters. The rest of a longer title is cut off.
MAX_CLIP_NAME = 24
# A paragraph of the script that begins with one of these texts, such as a note or a section heading, is
# neither action nor dialogue.
_NO_ACTION = ("=", "#", "~", ">", "[[", "/*")

# A progress function. Its arguments are the number of scenes that are done and the total number of scenes.
SceneProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findable:
    """An item that a search can find.

    - `id` is the item's id; for a line of the script it is `line:` and the line number.
    - `name` is the item's name, `who` the speaker of a line, and `text` the item's words.
    - `shot`, `cut`, `frame` (in the cut) and `line` (in the script, from 1) locate the item. They are empty,
      None or 0 if they do not apply.
    - `more` has words that are searched but not shown. `beside` has words that are shown after `text` but not
      searched.
    - `film` is the folder of the item's film; empty for an item of the open film.
    """

    kind: str
    id: str
    name: str
    text: str = ""
    who: str = ""
    shot: str = ""
    cut: str = ""
    frame: int | None = None
    line: int = 0
    more: str = ""
    beside: str = ""
    film: str = ""

    @property
    def unique_key(self) -> str:
        """A key that is unique among all items."""
        return f"{self.film}/{self.kind}/{self.id}"

    @property
    def shown_words(self) -> str:
        """The words that a list shows after the name and the speaker."""
        return f"{self.text}  {self.beside}".strip() if self.beside else self.text

    @property
    def searched_text(self) -> str:
        """All words of the item that are searched, folded for comparison with typed words."""
        return fold_search_text(f"{self.name} {self.who} {self.text} {self.more}")


def fold_search_text(words: str) -> str:
    """Return words folded for comparison: without case, accents and repeated spaces."""
    return " ".join((words.casefold() if words.isascii() else fold_accents(words)).split())


def list_findables(
    film: FilmSnapshot | None,
    jobs: Sequence[JobView] = (),
    films: Sequence[Peek] = (),
    step: SceneProgress = lambda done, total: None,
) -> list[Findable]:
    """Return all items that a search can find. They are sorted by kind as in `FINDABLE_KINDS`, and within a
    kind by their order in the film.

    `film` is the open film, or None. `films` are the list entries of the home's films. `step` is called after
    each scene to report progress.
    """
    found: list[Findable] = []
    if film is not None:
        story = film.story
        found += _list_findable_scenes(story, step)
        found += _list_findable_lines(story)
        found += _list_findable_elements(story)
        found += _list_findable_takes_and_media(story)
        for cut in film.cuts:
            found += _list_findable_cut(story, cut, film)
    found += [_findable_from_job(job, film.story if film is not None else None) for job in reversed(jobs)]
    found += [
        Findable(
            kind="film",
            id=each.root.name,
            name=each.name,
            text=format_count(each.shots, "shot"),
            more=each.root.name,
        )
        for each in films
    ]
    order = {kind: place for place, kind in enumerate(FINDABLE_KINDS)}
    return sorted(found, key=lambda each: order[each.kind])


def mark_with_film(found: Sequence[Findable], folder: str) -> list[Findable]:
    """Return the items, each with `folder` as the folder of its film. Used for the items of films that are
    not open.
    """
    return [replace(each, film=folder) for each in found]


def make_shot_label(shot: Shot) -> str:
    """Return a short description of a shot: its framing and action."""
    return f"{name_framing(shot.size, shot.function)}  {collapse_text(shot.action)}".strip()


def _list_findable_scenes(story: Story, step: SceneProgress) -> Iterator[Findable]:
    """Yield scenes, each with its shots."""
    shots: dict[str, list[Shot]] = {}
    for shot in story.live_shots():
        shots.setdefault(shot.scene, []).append(shot)
    elements = {each.id: f"{each.trigger} {each.name}" for each in story.elements}
    scenes = story.live_scenes()
    for place, scene in enumerate(scenes, 1):
        mine = shots.get(scene.id, [])
        yield Findable(
            kind="scene",
            id=scene.id,
            name=scene.number,
            text=scene.heading,
            shot=mine[0].id if mine else "",
            line=scene.line,
            more=f"scene {scene.number} {scene.weather} {scene.era} {' '.join(dict(scene.layers).values())}",
        )
        for shot in mine:
            text = " ".join(f"{line.character} {line.text}" for line in shot.dialogue)
            cast = " ".join(elements.get(each, each) for each in shot.characters)
            tags = " ".join(f"#{tag}" for tag in shot.tags)
            yield Findable(
                kind="shot",
                id=shot.id,
                name=story.numbers.get(shot.id, ""),
                text=make_shot_label(shot)
                if shot.action
                else f"{make_shot_label(shot)}{text and f'“{text}”'}",
                shot=shot.id,
                line=shot.line,
                more=f"{cast} {shot.movement.value} {shot.prompt or ''} {shot.note} {tags}",
            )
        step(place, len(scenes))


def _list_findable_lines(story: Story) -> Iterator[Findable]:
    """Yield the script's lines: the dialogue, and the action that is in no shot."""
    script = story.project.script
    is_boarded = story.project.boarded == hashlib.sha256(script.encode()).hexdigest()
    shots = sorted((shot for shot in story.live_shots() if shot.line), key=lambda shot: shot.line)
    begins = [shot.line for shot in shots]
    shots_by_line = {fold(line.text): shot for shot in reversed(shots) for line in shot.dialogue}
    for number, speaker, words in list_script_paragraphs(script):
        place = bisect_right(begins, number) - 1
        near = shots[place] if is_boarded and place >= 0 else None
        near = near if near is not None and near.line <= number <= max(near.line, near.end_line) else None
        if not speaker and near is not None:
            # The action of a shot is not listed as a line, because the search finds the shot by the same
            # words.
            continue
        shot = shots_by_line.get(fold(words)) if speaker else None
        shot = shot or near
        yield Findable(
            kind="line",
            id=f"line:{number}",
            name=story.numbers.get(shot.id, "") if shot is not None else "",
            who=speaker,
            text=f"“{words}”" if speaker else words,
            shot=shot.id if shot is not None else "",
            line=number,
        )


def list_script_paragraphs(script: str) -> Iterator[tuple[int, str, str]]:
    """Yield the paragraphs of a script as line number (from 1), speaker (empty for action) and words.

    Headings, transitions, notes and comments are left out. This is a fast approximation for the search; only
    the screenplay parser knows the exact meaning of a line.
    """
    paragraph: list[tuple[int, str]] = []
    is_title = True  # The lines before the first blank line can be a title page.
    for number, raw in enumerate((*script.splitlines(), ""), 1):
        words = raw.strip()
        if words:
            paragraph.append((number, words))
            continue
        if paragraph:
            if not (is_title and line_grammar.parse_title_key(paragraph[0][1])):
                yield from _classify_paragraph(paragraph)
            is_title, paragraph = False, []


def _classify_paragraph(rows: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    first = rows[0][1]
    forced = first.startswith("@")
    cue = line_grammar.parse_cue(first[1:] if forced else first, forced=forced) if len(rows) > 1 else None
    if cue is not None and line_grammar.parse_heading(first) is None:
        spoken = [(at, words) for at, words in rows[1:] if not words.startswith("(")]
        if spoken:
            yield spoken[0][0], cue.name, collapse_text(" ".join(words for _, words in spoken))
        return
    rest = list(rows)
    while rest and (line_grammar.parse_heading(rest[0][1]) or line_grammar.is_transition_line(rest[0][1])):
        rest.pop(0)
    if rest and not rest[0][1].startswith(_NO_ACTION):
        yield rest[0][0], "", collapse_text(" ".join(words.lstrip("!") for _, words in rest))


def _list_findable_elements(story: Story) -> Iterator[Findable]:
    looks: dict[str, list[str]] = {}
    for look in story.looks:
        looks.setdefault(look.element, []).append(f"{look.name} {look.text} {look.wardrobe} {look.hair}")
    for element in story.elements:
        if not element.dismissed:
            yield Findable(
                kind="element",
                id=element.id,
                name=element.trigger,
                text=element.description or element.name,
                more=f"{element.name} {' '.join(element.aliases)} {element.kind} {element.quote} "
                f"{' '.join(looks.get(element.id, ()))} {' '.join(dict(element.layers).values())}",
            )


def _list_findable_takes_and_media(story: Story) -> Iterator[Findable]:
    """Yield takes, and the files that are neither a take nor a board."""
    numbers = dict[str, int]()
    picked = {shot.take for shot in story.shots}
    shots = {shot.id: shot for shot in story.shots if not shot.parked}
    shot_assets = {shot.board for shot in story.shots}
    for take in story.takes:
        shot_assets.add(take.asset)
        count = numbers[take.shot] = numbers.get(take.shot, 0) + 1
        if take.shot in shots:
            state = "rejected" if take.rejected else "picked" if take.id in picked else ""
            stars = "★" * take.rating
            yield Findable(
                kind="take",
                id=take.id,
                name=f"{story.numbers.get(take.shot, '')} take {count}",
                text="  ".join(filter(None, (state, stars, take.engine, f"seed {take.seed}", take.note))),
                shot=take.shot,
            )
    for asset in story.assets:
        if not asset.binned and asset.id not in shot_assets:
            yield Findable(
                kind="media",
                id=asset.id,
                name=asset.name or asset.path.rpartition("/")[2],
                text=asset.kind.value,
                more=asset.path,
            )


def _list_findable_cut(story: Story, cut: Cut, film: FilmSnapshot) -> Iterator[Findable]:
    """Yield a cut, its notes and markers, and the clips of the current cut."""
    is_current = film.cut is not None and cut.id == film.cut.id
    state = "the current cut" if is_current else "frozen" if cut.frozen else ""
    yield Findable(kind="cut", id=cut.id, name=cut.name, text=state, cut=cut.id)
    needs_layout = is_current or cut.markers
    placed = (film.layout if is_current else None) or (layout(cut) if needs_layout else None)
    if placed is None:
        return
    for marker in cut.markers:
        if marker.text and not marker.parent:
            frame = placed.get_marker_frame(marker)
            yield Findable(
                kind="note",
                id=marker.id,
                name=format_timecode(frame, cut.rate) if frame is not None else "trimmed away",
                text=collapse_text(marker.text),
                shot=_find_shot_at_frame(placed, frame),
                cut=cut.id,
                frame=frame,
                more=f"{marker.author} {'done' if marker.done else 'to do'} {cut.name}",
            )
    if is_current:
        yield from _list_findable_clips(story, cut, placed)


def _find_shot_at_frame(cut_layout: Layout, frame: int | None) -> str:
    """Return the id of the shot shown at a frame, from the lowest picture track that shows a shot there;
    empty if none does.
    """
    if frame is not None:
        for track in cut_layout.cut.tracks:
            clip = cut_layout.find_clip_at(track.id, frame)
            if clip is not None and clip.clip.source.kind is SourceKind.SHOT:
                return clip.clip.source.ref
    return ""


def _list_findable_clips(story: Story, cut: Cut, cut_layout: Layout) -> Iterator[Findable]:
    shots = {shot.id: shot for shot in story.shots}
    files = {asset.id: asset.name for asset in story.assets}
    cuts = {track.id: track.name for track in cut.tracks}
    for track in cut.tracks:
        for each in cut_layout.get_row(track.id):
            clip = each.clip
            shot = shots.get(clip.source.ref)
            yield Findable(
                kind="clip",
                id=clip.id,
                name=_make_clip_name(clip, story.numbers, files),
                text=f"{cuts[track.id]}  {format_timecode(each.start, cut.rate)}",
                shot=shot.id if shot is not None else "",
                cut=cut.id,
                frame=each.start,
                more=clip.label,
                beside=_describe_clip(clip, shot),
            )


def _make_clip_name(clip: Clip, numbers: Mapping[str, str], files: Mapping[str, str]) -> str:
    title = clip.effects.title
    if title is not None and title.text:
        return collapse_text(title.text)[:MAX_CLIP_NAME]
    return numbers.get(clip.source.ref) or files.get(clip.source.ref) or clip.label or clip.source.kind.value


def _describe_clip(clip: Clip, shot: Shot | None) -> str:
    if clip.effects.title is not None:
        return "title"
    return make_shot_label(shot) if shot is not None else clip.source.kind.value


def _findable_from_job(job: JobView, story: Story | None) -> Findable:
    numbers = story.numbers if story is not None else {}
    number = numbers.get(job.shot, "")
    return Findable(
        kind="job",
        id=job.id,
        name=job.label or number or job.kind.replace("_", " "),
        text="  ".join(filter(None, (job.state, job.engine, job.error))),
        shot=job.shot if number else "",
        more=" ".join((*(numbers.get(shot, "") for shot in job.shots), job.kind, job.hint)),
    )


@dataclass(frozen=True)
class FindIndex:
    """An immutable index of all items that can be found. The words of each item are folded once, for a fast
    search.
    """

    items: tuple[Findable, ...] = ()
    texts: tuple[str, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def from_findables(cls, found: Sequence[Findable]) -> FindIndex:
        """Return an index of the items `found`."""
        # The name of a line item is the number of its shot. The name is left out here, so that only the shot
        # itself ranks as a match by name.
        names = tuple("" if each.kind == "line" else fold_search_text(each.name) for each in found)
        return cls(tuple(found), tuple(each.searched_text for each in found), names)
