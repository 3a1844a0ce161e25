"""Import of a film from another box, both on the receiving side of a push and on the pulling side.

Its files are put in place first, each complete. The database is last, in one transaction. A film that is new
here appears with all of its files, or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, MilimoError, Refused
from milimo_tui.core.host import explain
from milimo_tui.core.ids import slug
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.safe_text import one_line
from milimo_tui.store.history.two_boxes import Keep, Met, find_ground
from milimo_tui.store.project.atomic_folder import built
from milimo_tui.store.project.opening import check_stranger, peek
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel.asks import Named
from milimo_tui.studio.travel.carried import files_of, named_hash, sift
from milimo_tui.studio.travel.snapshots import Snapshots
from milimo_tui.studio.travel.staging import Staging


def find_film(studio: Studio, id: str) -> ProjectPaths | None:
    """Return the folder of the film with that id; None if there is none. Raises Refused for a film in the
    bin.
    """
    for paths in studio.project_folders():
        if peek(paths).id == id:
            if paths.binned.exists():
                raise Refused(f"{paths.root.name} is in the bin", f"milimo project restore {paths.root.name}")
            return paths
    return None


class Arrival:
    """A film that is being received. `folder` is the name of its folder if the film is new here."""

    def __init__(self, studio: Studio, film: str, folder: str, staging: Staging) -> None:
        self._studio = studio
        self.film = film
        self.staging = staging
        self.paths = find_film(studio, film)
        self._folder = folder
        self._files: dict[str, Named] = {}  # all files of the other side, by place
        self._wanted: dict[str, Named] = {}
        self.kept: list[str] = []  # places of files that both sides changed

    def require_place(self) -> ProjectPaths:
        """Return the film's present or future folder. Raises Refused if another film is in that folder."""
        if self.paths is not None:
            return self.paths
        target = self._studio.home.project(slug(self._folder))
        if target.root.exists():
            raise Refused(
                f"there is another film in {target.root.name} already", "give the one that comes a --name"
            )
        return target

    @cached_property
    def _here(self) -> dict[str, str]:
        return {} if self.paths is None else {file.path: file.digest for file in files_of(self.paths)}

    @cached_property
    def _named(self) -> frozenset[str]:
        """The places that the film on this box refers to."""
        if self.paths is None:
            return frozenset()
        with ProjectFile.open(self.paths) as file:
            return frozenset(
                asset.path for asset in file.story().assets if asset.managed and not asset.binned
            )

    @cached_property
    def _seen(self) -> tuple[str, ...]:
        """States of the film that this box knows, newest first."""
        if self.paths is None:
            return ()
        with ProjectFile.open(self.paths) as film:
            return Snapshots(self.paths).seen(film)

    def common(self, seen: Collection[str], name: str) -> str:
        """Return the film's newest state here that is among `seen`; empty for none.

        The box with that name continues from this state, so the state is preserved.
        """
        newest = next((digest for digest in self._seen if digest in seen), "")
        if self.paths is not None:
            Snapshots(self.paths).keep_for(name, newest)
        return newest

    def offered(self, files: Iterable[Named], then: str) -> dict[str, int]:
        """Record files of the other side. Return the hashes of wanted files, with the byte from which each is
        needed.

        Raises BadInput, DiskFull.
        """
        place = self.require_place()
        known = {} if self.paths is None or not then else Snapshots(self.paths).files_then(then)
        files = list(files)
        wanted, kept = sift(place, files, known, self._here, self.staging.was_put(), self._named)
        self._files |= {file.path: file for file in files}
        self._wanted |= {file.path: file for file in wanted}
        self.kept += kept
        starts = {file.digest: self.staging.start(file.digest, file.bytes) for file in wanted}
        sizes = {file.digest: file.bytes for file in wanted}
        self.staging.require_room(sum(sizes[digest] - start for digest, start in starts.items()))
        return {digest: start for digest, start in starts.items() if start < sizes[digest]}

    def state(self, snapshot: str, size: int) -> int:
        """Return the byte from which a state of the film is needed; its size if the state is known or
        complete.

        Raises DiskFull.
        """
        start = size if snapshot in self._seen else self.staging.start(snapshot, size)
        self.staging.require_room(size - start)
        return start

    def settle(self, snapshot: str, then: str, keep: Keep, box: str, name: str) -> Met | None:
        """Create the film from the received files, or merge them into the film that is here. Return None for
        a new film.

        `box` is the other side's name for messages, `name` identifies its home. Raises Refused if a file is
        missing, and Conflict, Damaged, DiskFull; the film is then unchanged.
        """
        known = snapshot in self._seen
        for digest in (*([] if known else [snapshot]), *(file.digest for file in self._wanted.values())):
            if not self.staging.whole(digest).is_file():
                raise Refused(f"the file with the hash {digest[:12]}… has not come", "run it again")
        met: Met | None = None
        if self.paths is None:
            self._appear(snapshot, self._looked_at(snapshot))
        elif known:
            self._put_files(self.paths, self._by_hash)
            self._put_files(self.paths, self._by_name)
            with ProjectFile.open(self.paths) as film:
                met = Met(ahead=film.edits_beside(Snapshots(self.paths).file(snapshot)))
        else:
            self._looked_at(snapshot)
            met = self._meet(self.paths, snapshot, then, keep, box)
        self.staging.clear()
        if self.paths is not None:
            Snapshots(self.paths).keep_for(name, snapshot)
        return met

    def _looked_at(self, snapshot: str) -> Path:
        """Return a copy of the received database, after checking that it is intact and belongs to this film.

        Raises Damaged, BadInput.
        """
        paths = ProjectPaths(self.staging.folder / "film")
        shutil.rmtree(paths.root, ignore_errors=True)
        try:
            paths.root.mkdir(mode=0o700)
            shutil.copyfile(self.staging.whole(snapshot), paths.db)
        except OSError as error:
            raise explain(error, paths.root, "copy the film to") from error
        try:
            check_stranger(paths.db)
            with ProjectFile.open(paths) as file:
                faults, id = file.faults(), file.story().project.id
        except MilimoError as error:
            raise type(error)(
                error.message.replace(str(paths.db), "the film that came"), error.hint
            ) from error
        if faults:
            raise Damaged(
                f"the film that came is damaged: {one_line(str(faults[0]), 120)}", "milimo project recover"
            )
        if id != self.film:
            raise BadInput("another film came than was asked for", "run it again")
        return paths.db

    def _appear(self, snapshot: str, database: Path) -> None:
        target = self.require_place()
        try:
            with built(target.root) as folder:
                paths = ProjectPaths(folder)
                for part in (paths.media, paths.renders, paths.cache, paths.workspace):
                    part.mkdir()
                shutil.copyfile(database, paths.db)
                self._put_files(paths, [*self._by_hash, *self._by_name])
                with ProjectFile.open(paths) as film:
                    film.end_hands()
                    film.begin_from(snapshot)
                    Snapshots(paths).keep(film, snapshot, self.staging.whole(snapshot), self._files.values())
        except OSError as error:
            raise explain(error, target.root, "make the film in") from error
        self.paths = target

    @property
    def _by_hash(self) -> list[Named]:
        """Wanted files that are named by their hash, which never replace another file."""
        return [file for file in self._wanted.values() if named_hash(file.path)]

    @property
    def _by_name(self) -> list[Named]:
        """Wanted files that replace older files."""
        return [file for file in self._wanted.values() if not named_hash(file.path)]

    def _put_files(self, paths: ProjectPaths, files: Iterable[Named]) -> None:
        for file in files:
            self.staging.put(file.digest, paths.inside(file.path))

    def _meet(self, paths: ProjectPaths, snapshot: str, then: str, keep: Keep, box: str) -> Met:
        states, theirs = Snapshots(paths), self.staging.whole(snapshot)
        with ProjectFile.open(paths) as film:
            ground = states.file(then) if then else self.staging.folder / "ground.db"
            if not then:
                here = self.staging.folder / "here.db"
                film.copy_to(here)
                find_ground(here, theirs, ground, keep, box)
            states.keep(film, snapshot, theirs, self._files.values())
            self._put_files(paths, self._by_hash)
            self.staging.will_put({file.path: file.digest for file in self._by_name})
            return film.take_in(
                theirs,
                ground,
                keep,
                box,
                state=snapshot,
                put_files=lambda: self._put_files(paths, self._by_name),
            )
