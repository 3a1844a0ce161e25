"""Import, save and commit the screenplay of a project. A commit makes scenes, shots, elements and cuts from
the saved text.
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
from milimo_tui.core.format import format_count
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import make_slug, new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.safe_text import replace_forbidden_characters
from milimo_tui.engines.contract.fitting import NEW_FILM_RASTER
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.breakdown.film_reading import FilmReading, collect_film_reading, list_settled_shots
from milimo_tui.story.commit import merge, omitted_headings
from milimo_tui.story.commit.accepted_reading import EVERYTHING, ReadingChoice, accept_reading
from milimo_tui.story.commit.deleted_scenes import drop_deleted_scenes
from milimo_tui.story.commit.manual_scenes import adopt_manual_scenes
from milimo_tui.story.commit.manual_shots import adopt_manual_shots
from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.commit.preserved_pieces import insert_pieces
from milimo_tui.story.commit.scene_changes import list_scene_changes
from milimo_tui.story.commit.user_value_doubts import add_user_value_doubts
from milimo_tui.story.elements import elements, renames
from milimo_tui.story.elements.elements import ElementDraft
from milimo_tui.story.elements.place_updates import update_places
from milimo_tui.story.elements.read_people import find_read_people
from milimo_tui.story.elements.read_places import store_read_places
from milimo_tui.story.elements.renames import ElementRename
from milimo_tui.story.looks.breakdown_looks import replace_with_breakdown_looks
from milimo_tui.story.looks.introductions import find_introduced_looks
from milimo_tui.story.looks.look_places import replace_found_looks
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode
from milimo_tui.story.shots import numbering, shot_list, shots
from milimo_tui.story.shots.open_doubts import add_open_doubts
from milimo_tui.story.shots.shot_list import ShotListEntry
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Project, Story
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.shot_words import Coverage
from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.studio.cuts import follow
from milimo_tui.studio.cuts.follow import CutsUpdate, LengthPolicy
from milimo_tui.studio.script.accepted_items import count_accepted_items
from milimo_tui.studio.script.accepted_prompts import accept_reading_prompts, explain_unfit_prompts
from milimo_tui.studio.script.boarded_script import compute_script_digest
from milimo_tui.studio.script.commit_desk import QuietDesk
from milimo_tui.studio.session.names import LONGEST, check_name
from milimo_tui.studio.session.studio import Studio

# Maps ids of elements to the user's decision on a possible rename: True if the element gets the new name.
RenameChoices = Mapping[str, bool]
# A screenplay with at least this number of scenes takes long enough to parse that progress is shown.
MANY_SCENES = 40
# The key under which the parsing mode of the project's screenplay is stored. It is a setting, so that
# changing it is not an edit in the undo history.
MODE_KEY = "script mode"


@dataclass(frozen=True, slots=True)
class CommitResult:
    """The result of a commit: the report of the merged shots, the changes of the cuts, and notes for the
    user.

    Notes name the scenes that a shot list leaves out and the elements that were renamed. They also name the
    split or joined shots that could not be kept because their text has changed. If the commit accepts a
    reading, `accepted` has the counts of the accepted people, looks, places, shots and prompts.
    """

    report: merge.MergeReport
    followed: CutsUpdate
    notes: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()

    @property
    def commit_summary(self) -> str:
        """The result in one line of text."""
        report = ", ".join(self.accepted) or self.report.merge_summary
        return "; ".join(filter(None, (report, self.followed.sentence, *self.notes)))


def parse_script(data: bytes, mode: ScreenplayMode = ScreenplayMode.AUTO) -> Screenplay:
    """Parse the bytes of a screenplay. Raises BadInput if no shot can be made from the text."""
    screenplay = fountain.parse(data, mode)
    if not any(scene.shots for scene in shots.break_down_script(screenplay, Project(id="", name="").rate)):
        raise BadInput("this text has nothing to film", "give a text with scenes, action or dialogue")
    return screenplay


def parse_given_or_saved_script(
    studio: Studio, data: bytes | None, mode: ScreenplayMode | None
) -> tuple[Screenplay, Fraction]:
    """Return a parsed screenplay and the frame rate of its shots. Without `data`, parse the screenplay saved
    in the film.

    Raises BadInput for data that is not text, and NotFound if no film is open.
    """
    if data is not None:
        return fountain.parse(data, mode or ScreenplayMode.AUTO), Project(id="", name="").rate
    file = studio.require_project()
    project = file.load_story().project
    return fountain.parse(project.script.encode(), mode or get_script_mode(file)), project.rate


def choose_film_title(screenplay: Screenplay, name: str) -> str:
    """Return the film's name: the Title of the title page, or the readable form of the file name."""
    from_file = name.rsplit(".", 1)[0].replace("-", " ").replace("_", " ").strip().title()
    # Replace bytes of the file name that can't be decoded as text.
    title = screenplay.title or from_file.encode(errors="replace").decode()
    return replace_forbidden_characters(title)[:LONGEST]


def create_project(studio: Studio, name: str, **fields: Any) -> ProjectFile:
    """Create an empty project with this title and make it current. `fields` are other values of the project.
    Raises BadInput for an unusable name.
    """
    name = check_name(name, "a film")
    width, height = NEW_FILM_RASTER
    values = {"engine": studio.settings.engine, "width": width, "height": height, **fields}
    project = Project(id=new_id("project"), name=name, created=HOST.now(), **values)
    while True:
        paths = _choose_free_folder(studio, make_slug(name))
        try:
            ProjectFile.create(paths, project).close()
        except Refused:  # Another process created the same folder in the meantime, so choose another.
            if not paths.root.exists():
                raise
        else:
            break
    studio.use_project(paths)
    return studio.require_project()


def _choose_free_folder(studio: Studio, base: str) -> ProjectPaths:
    """Return an unused folder with this name, or with a number appended."""
    folder, count = base, 2
    while studio.home.get_project_paths(folder).root.exists():
        folder, count = f"{base}-{count}", count + 1
    return studio.home.get_project_paths(folder)


def open_project_for_script(studio: Studio, screenplay: Screenplay, *, name: str, project: str = "") -> None:
    """Open the project that a screenplay belongs to, or create a project for it.

    The first of these projects is used:

    - the project named `project`
    - the current project, if it has no screenplay, no shots and no edited cut
    - the project with the screenplay's title
    - a new project

    Raises Refused if the chosen project has an edited cut but no screenplay, because rendering would show
    that cut and not the screenplay.
    """
    if not project and _is_open_film_empty(studio):
        return
    title = choose_film_title(screenplay, name)
    wanted = project or make_slug(title)
    try:
        paths = studio.find_project(wanted)
    except NotFound:
        create_project(studio, project or title)
    else:
        studio.use_project(paths)
        if _has_only_cuts(studio):
            raise Refused(
                f"the film {paths.root.name} has its own cut and no screenplay",
                "--name ANOTHER starts a new film for the script",
            )


def _has_only_cuts(studio: Studio) -> bool:
    """Return True if the open film has an edited cut but neither a screenplay nor shots."""
    snapshot = studio.take_snapshot()
    story = snapshot.story
    return not (story.project.script or story.shots) and any(cut.clips for cut in snapshot.cuts)


def _is_open_film_empty(studio: Studio) -> bool:
    """Return True if the open film has no screenplay, no shots and no edited cut. Return False if no film is
    open.
    """
    if studio.project_or_none() is None:
        return False
    story = studio.take_snapshot().story
    return not (story.project.script or story.shots or _has_only_cuts(studio))


def import_script(
    studio: Studio, text: str, name: str = "", mode: ScreenplayMode | None = None
) -> CommitResult:
    """Save the text of a screenplay and commit it, as one undo step. `name` is the file name. `mode` is the
    parsing mode; None keeps the film's present mode. Raises BadInput.
    """
    with studio.require_project().combine_edits(f"bring in {name}"):
        save_script(studio, text, name, mode)
        return commit_script(studio)


def save_script(studio: Studio, text: str, name: str = "", mode: ScreenplayMode | None = None) -> bool:
    """Save the text of a screenplay as an edit that can be undone, and save its parsing mode. Return False if
    the text is unchanged.
    """
    file = studio.require_project()
    if mode is not None and get_script_mode(file) != mode:
        file.ui.set(MODE_KEY, mode.value)
    project = file.load_story().project
    name = name.encode(errors="replace").decode()
    changed = replace(project, script=text, script_name=name or project.script_name)
    if changed == project:
        return False
    file.write_edit(
        "edit the screenplay", scope="project", actor=studio.actor, before=[project], after=[changed]
    )
    return True


def get_script_mode(file: ProjectFile) -> ScreenplayMode:
    """Return the parsing mode that was chosen when the film's screenplay was imported."""
    return ScreenplayMode(file.ui.get(MODE_KEY, ScreenplayMode.AUTO))


def commit_script(
    studio: Studio,
    listed: Sequence[ShotListEntry] = (),
    lengths: LengthPolicy = LengthPolicy.ASK,
    *,
    choices: RenameChoices = MappingProxyType({}),
    reading: ScriptReading | None = None,
    choice: ReadingChoice = EVERYTHING,
    is_decided: Callable[[Story], bool] | None = None,
) -> CommitResult:
    """Merge the saved screenplay into scenes, shots, elements and cuts, as one edit that can be undone.

    `listed` is a shot list that replaces the shots found by the parser's rules. `lengths` says what happens
    in edited cuts when a shot's length changes. `choices` are the user's decisions on renamed elements.
    Unchanged shots keep their takes, prompts and positions; removed shots are parked.

    With a `reading`, its items in `choice` are accepted in the same edit. If `is_decided` is given, the edit
    also closes the stored reading if that is True for the new film, and an undo opens it again. Raises
    BadInput.
    """
    found = prepare_commit(studio, listed, lengths, choices=choices, reading=reading, choice=choice)
    before, after = found.before, found.after
    if reading is not None and is_decided is not None:
        state = SuggestionState.ACCEPTED if is_decided(found.then) else SuggestionState.OPEN
        before, after = [*before, reading], [*after, replace(reading, state=state)]
    if before != after:
        studio.require_project().write_edit(
            found.history_label, scope="project", actor=studio.actor, before=before, after=after
        )
    return found.done


@dataclass(frozen=True, slots=True)
class PreparedCommit:
    """A commit that has been computed but not written, so that it can be previewed. It has the values of the
    film before and after the commit, and the result.
    """

    before: list[Any]
    after: list[Any]
    story: Story
    then: Story
    done: CommitResult
    # The possible renames of elements, each with True if the commit applies it.
    renames: tuple[tuple[ElementRename, bool], ...] = ()
    reader: str = ""  # The model whose reading the commit accepts; empty if it accepts none.

    @property
    def history_label(self) -> str:
        """The label of the commit in the history: `commit: 2 new, 91 changed, Mara → Marta, 2 scenes
        moved`.
        """
        names = {element.id: element.name for element in self.story.elements}
        renamed = [
            f"{names[element.id]} → {element.name}"
            for element in self.then.elements
            if names.get(element.id, element.name) != element.name
        ]
        counts = self.done.accepted
        if not self.reader:
            counts = tuple(part for part in self.done.report.count_texts if "unchanged" not in part)
        changes = (each.kind for each in list_scene_changes(self.story, self.then))
        scenes = [f"{format_count(number, 'scene')} {kind}" for kind, number in Counter(changes).items()]
        found = ", ".join((*counts, *renamed, *scenes))
        if self.reader:
            accepted = f"accept the reading by {self.reader}"
            return f"{accepted}: {found}" if found else accepted
        return f"commit: {found}" if found else "commit the screenplay"


def prepare_commit(
    studio: Studio | QuietDesk,
    listed: Sequence[ShotListEntry] = (),
    lengths: LengthPolicy = LengthPolicy.ASK,
    *,
    asking: bool = True,
    choices: RenameChoices = MappingProxyType({}),
    reading: ScriptReading | None = None,
    choice: ReadingChoice = EVERYTHING,
) -> PreparedCommit:
    """Compute a commit without writing it. The arguments are those of `commit_script`. If `asking` is False,
    the user is not asked about possible renames. Raises BadInput.
    """
    file = studio.require_project()
    story, cuts = file.load_story(), file.load_cuts()
    screenplay = parse_script(story.project.script.encode(), get_script_mode(file))
    accepted = collect_film_reading(story)
    if reading is not None:
        accepted = accept_reading(story, screenplay, reading, choice)
    scenes = break_down_with_coverage(story, screenplay, accepted)
    as_read = [scene.as_read for scene in scenes]
    people = find_read_people(accepted, screenplay, as_read)
    with _report_scene_progress(studio, as_read) as counted:
        introduced = find_introduced_looks(screenplay, build_cast(screenplay), counted)
        looks = replace_with_breakdown_looks(introduced, as_read, people.introductions)
    notes: tuple[str, ...] = ()
    if listed:
        scenes, notes = shot_list.convert_shot_list(listed, scenes, story.project.rate)
    scenes, omitted = omitted_headings.split_off_omitted_headings(scenes)
    rest = drop_deleted_scenes(story, scenes)
    known = adopt_manual_shots(adopt_manual_scenes(story, rest), rest)
    pieces = insert_pieces(known, rest, file.bin.list_binned_script_digests())
    drafts = pieces.drafts
    merged = merge.merge_drafts(known, drafts, new_id=new_id)
    in_script = people.list_drafts(elements.extract_elements(screenplay, as_read))
    all_scenes = omitted_headings.insert_omitted_scenes(merged.scenes, omitted, new_id)
    merged_story = replace(story, scenes=all_scenes, shots=merged.shots)
    merged_story = add_user_value_doubts(story, merged_story)
    new_story, renamed = _apply_renames(studio, story, merged_story, in_script, asking, choices)
    uses = elements.find_element_uses(story, new_story)
    found = elements.merge_elements(new_story.elements, in_script, new_id=new_id, uses=uses)
    new_story = replace(new_story, elements=people.store_in_elements(found, in_script))
    new_story = update_places(new_story, screenplay.scenes, as_read)
    placed = store_read_places(new_story.elements, accepted.places, screenplay)
    new_story = replace(new_story, elements=placed)
    new_story = replace_found_looks(new_story, looks, new_id=new_id, before=story)
    new_story = add_open_doubts(new_story, drafts)
    if reading is not None:
        with_prompts = accept_reading_prompts(new_story, reading, choice)
        notes += explain_unfit_prompts(with_prompts, reading, choice)
        new_story = with_prompts
    followed = follow.make_first_cut(new_story) if not cuts else follow.update_cuts(cuts, story, new_story)
    followed = follow.apply_length_policy(followed, new_story, lengths, studio.asks)
    boarded = replace(new_story.project, boarded=compute_script_digest(story.project.script))
    before: list[Any] = [*_list_committed_values(story), *cuts]
    after: list[Any] = [*_list_committed_values(replace(new_story, project=boarded)), *followed.cuts]
    rename_notes = [_describe_rename(studio, each, follows) for each, follows in renamed]
    reader = reading.reader if reading is not None else ""
    parked = (f"{merged.report.parked} parked",) if merged.report.parked else ()
    counts = (*count_accepted_items(story, new_story), *parked) if reading is not None else ()
    done = CommitResult(merged.report, followed, (*notes, *pieces.told, *rename_notes), counts)
    return PreparedCommit(before, after, story, new_story, done, tuple(renamed), reader)


@contextmanager
def _report_scene_progress(
    studio: Studio | QuietDesk, scenes: Sequence[ReadScene]
) -> Iterator[Sequence[ReadScene]]:
    """Yield the list of scenes for iteration. If there are at least `MANY_SCENES`, iterating over it reports
    progress.

    Raises Cancelled if the user cancels; nothing has been written at that point.
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
        for place, scene in enumerate(self._scenes, start=1):
            self._count(place, scene.heading)
            yield scene


def _list_committed_values(story: Story) -> list[Any]:
    """Return the values of a film that a commit can change, as a list for the undo history."""
    return [story.project, *story.scenes, *story.shots, *story.elements, *story.suggestions, *story.looks]


def _apply_renames(
    studio: Studio | QuietDesk,
    before: Story,
    story: Story,
    in_script: Sequence[ElementDraft],
    asking: bool,
    choices: RenameChoices,
) -> tuple[Story, list[tuple[ElementRename, bool]]]:
    """Return the film after elements were renamed, and a list of every rename that the screenplay suggests.
    Each rename in the list is paired with True if it was applied, otherwise False.

    An obvious rename is applied unless the user chose otherwise. The user is asked about any other rename if
    `asking` is True.
    """
    out = []
    for each in renames.find_renamed_elements(before, story, in_script):
        old = each.element
        question = f"Is {old.name} {each.name} now? If so, it keeps the looks and pictures of {old.trigger}."
        follows = choices.get(old.id, each.plain)
        if old.id not in choices and not follows and each.name and asking:
            follows = studio.asks.ask_for_consent(question)
        if follows and each.name:
            story = renames.apply_element_rename(story, each)
        out.append((each, follows and bool(each.name)))
    return story, out


def _describe_rename(studio: Studio | QuietDesk, each: ElementRename, follows: bool) -> str:
    """Return a sentence about a possible rename. If the element keeps its name, the sentence includes the
    command that renames it. `follows` is True if the element is renamed.
    """
    old = each.element
    if follows:
        return f"{old.name} is {each.name} now, with the looks and pictures of {old.trigger}"
    command = f"{_get_rename_command(studio, old.trigger)} {each.name or 'NAME'}".rstrip()
    return f"{old.name} is no longer in the script, {old.trigger} stays: {command}"


def _get_rename_command(studio: Studio | QuietDesk, trigger: str) -> str:
    """Return the shell command or the keys that rename an element, depending on the front end."""
    return f"milimo element set {trigger} --name" if studio.actor == "cli" else "g e, e on its name:"


def break_down_with_coverage(
    story: Story, screenplay: Screenplay, reading: FilmReading | None = None
) -> tuple[SceneDraft, ...]:
    """Break a screenplay down into scenes with shots. The coverage setting decides how the action of a scene
    is split into shots. A scene that exists in the film has its own coverage; other scenes use the film's
    coverage. `reading` has the breakdowns to use; None means those that the film has accepted.
    """
    reading = collect_film_reading(story) if reading is None else reading
    film = {"": story.project.coverage or Coverage.CLASSICAL}
    kept = frozenset(shot.digest for shot in story.live_shots())
    settled = frozenset(shot.digest for shot in list_settled_shots(story))
    drafts = shots.break_down_script(screenplay, story.project.rate, film, reading, kept, settled)
    if not any(scene.coverage for scene in story.live_scenes()):
        return drafts
    written = [replace(scene, heading=scene.get_script_value("heading")) for scene in story.scenes]
    paired, _ = pair_scenes(written, drafts)
    own = {drafts[at].number: story.scenes[old].coverage for at, old in paired.items()}
    own = {number: coverage for number, coverage in own.items() if coverage}
    return shots.break_down_script(screenplay, story.project.rate, film | own, reading, kept, settled)


def lock_numbers(studio: Studio, *, lock: bool) -> numbering.NumberedStory:
    """Lock or unlock the numbers of scenes and shots, as an edit. Return the scenes and shots with their
    numbers. Write nothing if the numbers are already locked or unlocked.
    """
    file = studio.require_project()
    story = file.load_story()
    if story.project.numbers_locked is lock:
        return numbering.NumberedStory(story.scenes, story.shots)
    found = numbering.lock_story_numbers(story) if lock else numbering.unlock_story_numbers(story)
    project = replace(story.project, numbers_locked=lock)
    file.write_edit(
        "lock the numbers" if lock else "unlock the numbers",
        scope="project",
        actor=studio.actor,
        before=[story.project, *story.scenes, *story.shots],
        after=[project, *found.scenes, *found.shots],
    )
    return found
