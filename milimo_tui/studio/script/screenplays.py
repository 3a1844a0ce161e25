"""The screenplay in a project: opening a project for one, saving its text, committing it to scenes, shots,
elements and the cuts that follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, overload

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.format import plural
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id, slug
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.commit import merge, omitted_headings
from milimo_tui.story.commit.deleted_scenes import left_in
from milimo_tui.story.commit.hand_scenes import with_hand_scenes_of
from milimo_tui.story.commit.hand_shots import with_hand_shots_of
from milimo_tui.story.commit.kept_pieces import with_pieces
from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.commit.scene_changes import changes_between
from milimo_tui.story.elements import elements, renames
from milimo_tui.story.elements.elements import ElementDraft
from milimo_tui.story.elements.places_kept import with_places
from milimo_tui.story.elements.renames import Renamed
from milimo_tui.story.looks.look_places import with_found
from milimo_tui.story.looks.looks_found import looks_read
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import Mode, Screenplay
from milimo_tui.story.shots import numbering, shot_list, shots
from milimo_tui.story.shots.open_doubts import with_open_doubts
from milimo_tui.story.shots.shot_list import ListedShot
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Coverage, Project, Story
from milimo_tui.studio.cuts import follow
from milimo_tui.studio.cuts.follow import Followed, Lengths
from milimo_tui.studio.script.boarded_script import digest
from milimo_tui.studio.session.names import LONGEST, check_name
from milimo_tui.studio.session.studio import Studio

Choices = Mapping[str, bool]  # by element: whether it goes along to its new name
MANY_SCENES = 40  # to read so many takes long enough to be told of
MODE_KEY = "script mode"  # how the project's text is read; a setting, no edit


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commit did: counts and sentences for doubtful matches, what it is for the cuts; of a list the
    scenes that it leaves out.
    """

    report: merge.Report
    followed: Followed
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return "; ".join(filter(None, (self.report.sentence, self.followed.sentence, *self.notes)))


def parse_script(data: bytes, mode: Mode = Mode.AUTO) -> Screenplay:
    """Parse, and refuse what holds nothing to film. Raises BadInput."""
    screenplay = fountain.parse(data, mode)
    if not any(scene.shots for scene in shots.break_down(screenplay, Project(id="", name="").rate)):
        raise BadInput("there is nothing to film in this text", "a screenplay has scenes, action or dialogue")
    return screenplay


def read(studio: Studio, data: bytes | None, mode: Mode | None) -> tuple[Screenplay, Fraction]:
    """A text as a screenplay and the rate its shots count in; without one, the film's own as it is kept.

    Raises BadInput for what is no text, NotFound when no film is open.
    """
    if data is not None:
        return fountain.parse(data, mode or Mode.AUTO), Project(id="", name="").rate
    file = studio.project()
    project = file.story().project
    return fountain.parse(project.script.encode(), mode or kept_mode(file)), project.rate


def title_of(screenplay: Screenplay, name: str) -> str:
    """The film's name: the title page's Title, else the file's name made readable."""
    from_file = name.rsplit(".", 1)[0].replace("-", " ").replace("_", " ").strip().title()
    title = screenplay.title or from_file.encode(errors="replace").decode()  # a file name may be no text
    return "".join(letter if letter.isprintable() else " " for letter in title)[:LONGEST]


def create_project(studio: Studio, name: str, **fields: Any) -> ProjectFile:
    """A new, empty project, made current. Raises BadInput for what is no name."""
    name = check_name(name, "a film")
    values = {"engine": studio.settings.engine, **fields}
    project = Project(id=new_id("project"), name=name, created=HOST.now(), **values)
    while True:
        paths = _free(studio, slug(name))
        try:
            ProjectFile.create(paths, project).close()
        except Refused:  # somebody took that folder in the same moment
            if not paths.root.exists():
                raise
        else:
            break
    studio.use(paths)
    return studio.project()


def _free(studio: Studio, base: str) -> ProjectPaths:
    """A folder of that name, or with a number behind it, in which nothing lies."""
    folder, count = base, 2
    while studio.home.project(folder).root.exists():
        folder, count = f"{base}-{count}", count + 1
    return studio.home.project(folder)


def open_or_create(studio: Studio, screenplay: Screenplay, *, name: str, project: str = "") -> None:
    """Open the project a script belongs to: the one named, else the current one where it has no screenplay
    no shots and no cut of its own yet, else one of the same title, else a new one.

    Raises Refused where that one has a cut of its own and no screenplay: what came out would be that cut.
    """
    if not project and _is_empty(studio):
        return
    title = title_of(screenplay, name)
    wanted = project or slug(title)
    try:
        paths = studio.find_project(wanted)
    except NotFound:
        create_project(studio, project or title)
    else:
        studio.use(paths)
        if _is_edited_alone(studio):
            raise Refused(
                f"the film {paths.root.name} has a cut of its own and no screenplay",
                "--name ANOTHER starts a film for the script",
            )


def _is_edited_alone(studio: Studio) -> bool:
    """Whether the open film was cut without any screenplay or shots."""
    snapshot = studio.snapshot()
    story = snapshot.story
    return not (story.project.script or story.shots) and any(cut.clips for cut in snapshot.cuts)


def _is_empty(studio: Studio) -> bool:
    """Whether a film is open that waits for its screenplay."""
    if studio.project_or_none() is None:
        return False
    story = studio.snapshot().story
    return not (story.project.script or story.shots or _is_edited_alone(studio))


def bring_in(studio: Studio, text: str, name: str = "", mode: Mode | None = None) -> Committed:
    """Keep a screenplay's text and commit it: one step of undo. Raises BadInput."""
    with studio.project().bundle(f"bring in {name}"):
        save_script(studio, text, name, mode)
        return commit(studio)


def save_script(studio: Studio, text: str, name: str = "", mode: Mode | None = None) -> bool:
    """Keep the screenplay's text as an undoable edit, and how it is read; False when it was that text."""
    file = studio.project()
    if mode is not None and kept_mode(file) != mode:
        file.ui.set(MODE_KEY, mode.value)
    project = file.story().project
    name = name.encode(errors="replace").decode()
    changed = replace(project, script=text, script_name=name or project.script_name)
    if changed == project:
        return False
    file.edit("edit the screenplay", scope="project", actor=studio.actor, before=[project], after=[changed])
    return True


def kept_mode(file: ProjectFile) -> Mode:
    """How the film's text is read, as chosen when it was imported."""
    return Mode(file.ui.get(MODE_KEY, Mode.AUTO))


def commit(
    studio: Studio,
    listed: Sequence[ListedShot] = (),
    lengths: Lengths = Lengths.ASK,
    *,
    choices: Choices = MappingProxyType({}),
) -> Committed:
    """Merge the saved screenplay into scenes, shots, elements and cuts: one undoable edit. A list of its
    shots stands in the place of those that the rules give. `lengths` is for shots that grew or shrank in
    cuts edited by hand.

    Unchanged shots keep takes, prompts and places; what is gone is parked. Raises BadInput.
    """
    found = prepared(studio, listed, lengths, choices=choices)
    if found.before != found.after:
        studio.project().edit(
            found.label, scope="project", actor=studio.actor, before=found.before, after=found.after
        )
    return found.done


@dataclass(frozen=True, slots=True)
class Prepared:
    """A commit before it is written: the values of the film without and with it, and what it does."""

    before: list[Any]
    after: list[Any]
    story: Story
    then: Story
    done: Committed
    renames: tuple[tuple[Renamed, bool], ...] = ()  # each that may be one, and whether it is followed

    @property
    def label(self) -> str:
        """What the history calls it: `commit: 2 new, 91 changed, Mara → Marta, 2 scenes moved`."""
        names = {element.id: element.name for element in self.story.elements}
        renamed = [
            f"{names[element.id]} → {element.name}"
            for element in self.then.elements
            if names.get(element.id, element.name) != element.name
        ]
        counts = [part for part in self.done.report.counts if "unchanged" not in part]
        changes = (each.kind for each in changes_between(self.story, self.then))
        scenes = [f"{plural(number, 'scene')} {kind}" for kind, number in Counter(changes).items()]
        found = ", ".join((*counts, *renamed, *scenes))
        return f"commit: {found}" if found else "commit the screenplay"


def prepared(
    studio: Studio,
    listed: Sequence[ListedShot] = (),
    lengths: Lengths = Lengths.ASK,
    *,
    asking: bool = True,
    choices: Choices = MappingProxyType({}),
) -> Prepared:
    """Work out a commit and write nothing; without `asking` nobody is asked who is whom. Raises BadInput."""
    file = studio.project()
    story, cuts = file.story(), file.cuts()
    screenplay = parse_script(story.project.script.encode(), kept_mode(file))
    scenes = broken_down(story, screenplay)
    as_read = [scene.as_read for scene in scenes]
    with _counted(studio, as_read) as counted:
        looks = looks_read(counted)
    notes: tuple[str, ...] = ()
    if listed:
        scenes, notes = shot_list.drafts_of(listed, scenes, story.project.rate)
    scenes, omitted = omitted_headings.taken_out(scenes)
    rest = left_in(story, scenes)
    known = with_hand_shots_of(with_hand_scenes_of(story, rest), rest)
    pieces = with_pieces(known, rest, file.bin.script_digests())
    drafts = pieces.drafts
    merged = merge.merge(known, drafts, new_id=new_id)
    in_script = elements.find(screenplay, as_read)
    all_scenes = omitted_headings.put_in(merged.scenes, omitted, new_id)
    merged_story = replace(story, scenes=all_scenes, shots=merged.shots)
    new_story, renamed = _with_renamed(studio, story, merged_story, in_script, asking, choices)
    found = elements.merge_elements(new_story.elements, in_script, new_id=new_id)
    new_story = replace(new_story, elements=found)
    new_story = with_places(new_story, screenplay.scenes, as_read)
    new_story = with_found(new_story, looks.drafts, new_id=new_id)
    new_story = with_open_doubts(new_story, drafts, looks)
    followed = follow.first(new_story) if not cuts else follow.follow(cuts, story, new_story)
    followed = follow.with_lengths(followed, new_story, lengths, studio.asks)
    boarded = replace(new_story.project, boarded=digest(story.project.script))
    before: list[Any] = [*_rows(story), *cuts]
    after: list[Any] = [*_rows(replace(new_story, project=boarded)), *followed.cuts]
    told = [_told(studio, each, follows) for each, follows in renamed]
    done = Committed(merged.report, followed, (*notes, *pieces.told, *told))
    return Prepared(before, after, story, new_story, done, tuple(renamed))


@contextmanager
def _counted(studio: Studio, scenes: Sequence[ReadScene]) -> Iterator[Sequence[ReadScene]]:
    """Scenes that tell how many of them were read, where they are so many that it takes a while.

    Raises Cancelled where the person wants no more of them: nothing was written by then.
    """
    if len(scenes) < MANY_SCENES:
        yield scenes
        return
    with studio.counted("reading the scenes", len(scenes)) as count:
        yield _CountedScenes(scenes, count)


class _CountedScenes(Sequence[ReadScene]):
    def __init__(self, scenes: Sequence[ReadScene], count: Callable[[int, str], None]) -> None:
        self._scenes, self._count = scenes, count

    def __len__(self) -> int:
        return len(self._scenes)

    @overload
    def __getitem__(self, at: int) -> ReadScene: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[ReadScene]: ...
    def __getitem__(self, at: int | slice) -> ReadScene | Sequence[ReadScene]:
        return self._scenes[at]

    def __iter__(self) -> Iterator[ReadScene]:
        for done, scene in enumerate(self._scenes):
            self._count(done, scene.heading)
            yield scene


def _rows(story: Story) -> list[Any]:
    """The values of a film that a commit may change."""
    return [story.project, *story.scenes, *story.shots, *story.elements, *story.suggestions, *story.looks]


def _with_renamed(
    studio: Studio,
    before: Story,
    story: Story,
    in_script: Sequence[ElementDraft],
    asking: bool,
    choices: Choices,
) -> tuple[Story, list[tuple[Renamed, bool]]]:
    """The film with its elements under the names that the script has for them now, and which those are.

    What is plain is followed where nobody chose otherwise; what is not is asked.
    """
    out = []
    for each in renames.renamed(before, story, in_script):
        old = each.element
        question = f"Is {old.name} {each.name} now? What {old.trigger} has goes along."
        follows = choices.get(old.id, each.plain)
        if old.id not in choices and not follows and each.name and asking:
            follows = studio.asks.agree(question)
        if follows and each.name:
            story = renames.followed(story, each)
        out.append((each, follows and bool(each.name)))
    return story, out


def _told(studio: Studio, each: Renamed, follows: bool) -> str:
    """What became of somebody whose name went, and the way out where that stayed."""
    old = each.element
    if follows:
        return f"{old.name} is {each.name} now, and {old.trigger} goes along"
    way = f"{_renamer(studio, old.trigger)} {each.name or 'NAME'}".rstrip()
    return f"{old.name} is gone from the script, {old.trigger} stays: {way}"


def _renamer(studio: Studio, trigger: str) -> str:
    """How a person gives an element the name of somebody in the script."""
    return f"milimo element set {trigger} --name" if studio.actor == "cli" else "g e, e on its name:"


def broken_down(story: Story, screenplay: Screenplay) -> tuple[SceneDraft, ...]:
    """The scenes of a screenplay with their shots, each covered as the film's scene of that text is to be."""
    film = {"": story.project.coverage or Coverage.CLASSICAL}
    drafts = shots.break_down(screenplay, story.project.rate, film)
    if not any(scene.coverage for scene in story.live_scenes()):
        return drafts
    written = [replace(scene, heading=scene.in_script("heading")) for scene in story.scenes]
    paired, _ = pair_scenes(written, drafts)
    own = {drafts[at].number: story.scenes[old].coverage for at, old in paired.items()}
    own = {number: coverage for number, coverage in own.items() if coverage}
    return shots.break_down(screenplay, story.project.rate, film | own)


def lock_numbers(studio: Studio, *, lock: bool) -> numbering.Numbered:
    """Lock the numbers of scenes and shots, or let them go, as an edit; nothing where they are so."""
    file = studio.project()
    story = file.story()
    if story.project.numbers_locked is lock:
        return numbering.Numbered(story.scenes, story.shots)
    found = numbering.locked(story) if lock else numbering.unlocked(story)
    project = replace(story.project, numbers_locked=lock)
    file.edit(
        "lock the numbers" if lock else "unlock the numbers",
        scope="project",
        actor=studio.actor,
        before=[story.project, *story.scenes, *story.shots],
        after=[project, *found.scenes, *found.shots],
    )
    return found
