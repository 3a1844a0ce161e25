"""Read what remains of a damaged SQLite file page by page: rows of tables, and the keys in their indexes.

The module knows the SQLite file format (sqlite.org/fileformat2.html) but not this program's tables. It reads
the file and its write-ahead log, and writes nothing.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Cell = str | int | float | bytes | None
PAGE = 4096
_HEADER = b"SQLite format 3\x00"
_TABLE_INNER, _TABLE_LEAF, _INDEX_INNER, _INDEX_LEAF = 5, 13, 2, 10
_DEEPEST = 40
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # maps the serial type of an integer to its size in bytes


class TornPageError(Exception):
    """An exception for a part of a damaged database file that does not follow the file format."""


@dataclass(frozen=True, slots=True)
class SalvagedRow:
    """A row as it was stored in the file. If it has fewer columns than the table, the last columns have their
    default values.
    """

    rowid: int
    cells: tuple[Cell, ...]


@dataclass
class SalvagedLeaf:
    """A page with rows of a table. `torn` is the number of rows on the page that cannot be read."""

    page: int
    rows: list[SalvagedRow] = field(default_factory=list)
    torn: int = 0


@dataclass
class Salvage:
    """The readable content of a damaged file.

    - `version` is the schema number, or None if the first page cannot be read.
    - `leaves` has the pages with rows by table.
    - `loose` has the orphan pages with rows, which no tree leads to.
    - `named` has the keys in the primary key index of each table.
    - `lost` has, by table, the numbers of unreadable pages that the table's tree leads to.
    """

    version: int | None
    leaves: dict[str, list[SalvagedLeaf]] = field(default_factory=lambda: defaultdict(list))
    loose: list[SalvagedLeaf] = field(default_factory=list)
    named: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lost: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def salvage_database(path: Path) -> Salvage:
    """Return everything that can be read from a database file and its log. Raises OSError."""
    pages = DatabasePages(path)
    out = Salvage(pages.version)
    reached: set[int] = set()
    roots: dict[str, tuple[str, str, int]] = {}
    for leaf in _iterate_leaves(pages, 1, reached, out.lost["sqlite_schema"]):
        for row in leaf.rows:
            if len(row.cells) >= 4 and isinstance(row.cells[3], int):
                kind, name, table = (str(cell) for cell in row.cells[:3])
                roots[name] = (kind, table, row.cells[3])
    for name, (kind, table, root) in roots.items():
        if kind == "table" and root:
            out.leaves[table].extend(_iterate_leaves(pages, root, reached, out.lost[table]))
        elif kind == "index" and name.startswith("sqlite_autoindex_") and name.endswith("_1"):
            out.named[table].update(_iterate_index_keys(pages, root, reached, 0))
    reached |= pages.list_free_pages()
    for number in range(2, pages.count + 1):
        if number not in reached and pages.get_page_kind(number) == _TABLE_LEAF:
            leaf = _read_leaf(pages, number)
            if leaf.rows:
                out.loose.append(leaf)
    return out


def read_schema_number(path: Path) -> int | None:
    """Return the schema number in a database file's header, or None if the first page cannot be read.

    Raises OSError.
    """
    return DatabasePages(path).version


class DatabasePages:
    """The pages of a database file, replaced by newer pages from its log. Only complete commits of the log
    are used.
    """

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        whole = data[:16] == _HEADER
        declared = struct.unpack(">H", data[16:18])[0] if len(data) > 100 else 0
        self.size = declared if whole and declared in (512, 1024, 2048, 4096, 8192, 16384, 32768) else PAGE
        log = path.with_name(f"{path.name}-wal")
        self._new, count = _read_wal_pages(log.read_bytes() if log.is_file() else b"", self.size)
        self._data = data
        self.count = count or max(len(data) // self.size, *self._new, 0, 0)
        first = self.get(1)
        version = struct.unpack(">I", first[60:64])[0]
        self.version: int | None = version if first[:16] == _HEADER else None
        self.usable = self.size - (first[20] if first[:16] == _HEADER and first[20] < 64 else 0)

    def get(self, number: int) -> bytes:
        """Return the bytes of a page, or zeros if the page does not exist."""
        if number in self._new:
            return self._new[number]
        page = self._data[(number - 1) * self.size : number * self.size] if number > 0 else b""
        return page.ljust(self.size, b"\0")

    def get_page_kind(self, number: int) -> int:
        """Return the byte of a page that tells its type, such as a leaf of a table."""
        return self.get(number)[100 if number == 1 else 0]

    def list_free_pages(self) -> set[int]:
        """Return the numbers of the pages on the free list, as far as the list can be read. These pages hold
        only deleted rows.
        """
        first, found = self.get(1), set[int]()
        if first[:16] != _HEADER:
            return found
        trunk = struct.unpack(">I", first[32:36])[0]
        while 1 < trunk <= self.count and trunk not in found:
            found.add(trunk)
            page = self.get(trunk)
            trunk, leaves = struct.unpack(">II", page[:8])
            if leaves > self.usable // 4 - 2:
                break
            found.update(struct.unpack(f">{leaves}I", page[8 : 8 + 4 * leaves]))
        return found


def _read_wal_pages(data: bytes, size: int) -> tuple[dict[int, bytes], int]:
    """Return the newest pages in a write-ahead log (`data`) up to its last complete commit, and the file's
    page count after it.

    `size` is the page size in bytes. A page count of 0 means that the log has no usable commit.
    """
    pages: dict[int, bytes] = {}
    count = 0
    if len(data) < 32 or struct.unpack(">I", data[:4])[0] & ~1 != 0x377F0682:
        return pages, count
    order = ">" if data[3] & 1 else "<"
    if struct.unpack(">I", data[8:12])[0] != size:
        return pages, count
    salts, sums = data[16:24], _update_wal_checksum(data[:24], (0, 0), order)
    pending: dict[int, bytes] = {}
    for at in range(32, len(data) - 24 - size + 1, 24 + size):
        frame, page = data[at : at + 24], data[at + 24 : at + 24 + size]
        sums = _update_wal_checksum(frame[:8] + page, sums, order)
        if frame[8:16] != salts or struct.unpack(">II", frame[16:24]) != sums:
            break
        number, commit = struct.unpack(">II", frame[:8])
        pending[number] = page
        if commit:
            pages.update(pending)
            pending.clear()
            count = commit
    return pages, count


def _update_wal_checksum(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for left, right in zip(words[::2], words[1::2], strict=True):
        one = (one + left + two) & 0xFFFFFFFF
        two = (two + right + one) & 0xFFFFFFFF
    return one, two


def _iterate_leaves(
    pages: DatabasePages, root: int, reached: set[int], lost: list[int], depth: int = 0
) -> Iterator[SalvagedLeaf]:
    """Yield the leaf pages of the tree with root page `root`, as far as the tree can be read.

    `reached` collects all pages of trees, and `lost` the unreadable pages of this tree.
    """
    if not 0 < root <= pages.count or root in reached or depth > _DEEPEST:
        lost.append(root)
        return
    kind = pages.get_page_kind(root)
    if kind == _TABLE_LEAF:
        reached.add(root)
        leaf = _read_leaf(pages, root)
        if leaf.torn and not leaf.rows:
            lost.append(root)
        yield leaf
    elif kind == _TABLE_INNER:
        reached.add(root)
        for child in _list_child_pages(pages, root):
            yield from _iterate_leaves(pages, child, reached, lost, depth + 1)
    else:
        lost.append(root)


def _list_child_pages(pages: DatabasePages, number: int) -> list[int]:
    page = pages.get(number)
    start = 100 if number == 1 else 0
    found = [
        struct.unpack(">I", page[at : at + 4])[0]
        for at in _read_cell_pointers(page, start, 12, pages.usable)
        if at + 4 <= pages.usable
    ]
    return [*found, struct.unpack(">I", page[start + 8 : start + 12])[0]]


def _read_cell_pointers(page: bytes, start: int, header: int, usable: int) -> list[int]:
    cells = min(struct.unpack(">H", page[start + 3 : start + 5])[0], (usable - start - header) // 2)
    first = start + header
    return [at for (at,) in struct.iter_unpack(">H", page[first : first + 2 * cells])]


def _read_leaf(pages: DatabasePages, number: int) -> SalvagedLeaf:
    page, start = pages.get(number), 100 if number == 1 else 0
    out = SalvagedLeaf(number)
    for at in _read_cell_pointers(page, start, 8, pages.usable):
        try:
            if not start + 8 <= at < pages.usable:
                raise TornPageError
            size, at = _decode_varint(page, at)
            rowid, at = _decode_varint(page, at)
            out.rows.append(
                SalvagedRow(
                    _to_signed_integer(rowid),
                    _decode_record(_read_payload(pages, page, at, size, index=False)),
                )
            )
        except (TornPageError, IndexError, struct.error, UnicodeDecodeError, OverflowError):
            out.torn += 1
    return out


def _iterate_index_keys(pages: DatabasePages, root: int, reached: set[int], depth: int) -> Iterator[str]:
    """Yield the keys of an index on one text column, as far as its tree can be read. `reached` collects the
    pages of trees.
    """
    if not 0 < root <= pages.count or root in reached or depth > _DEEPEST:
        return
    kind = pages.get_page_kind(root)
    if kind not in (_INDEX_LEAF, _INDEX_INNER):
        return
    reached.add(root)
    page = pages.get(root)
    inner = kind == _INDEX_INNER
    for at in _read_cell_pointers(page, 0, 12 if inner else 8, pages.usable):
        try:
            size, begin = _decode_varint(page, at + 4 if inner else at)
            key = _decode_record(_read_payload(pages, page, begin, size, index=True))[0]
            if isinstance(key, str):
                yield key
        except (TornPageError, IndexError, struct.error, UnicodeDecodeError, OverflowError):
            continue
    if inner:
        for child in _list_child_pages(pages, root):
            yield from _iterate_index_keys(pages, child, reached, depth + 1)


def _read_payload(pages: DatabasePages, page: bytes, at: int, size: int, *, index: bool) -> bytes:
    """Return the `size` bytes of a row that begins at offset `at` of a page, including the bytes on overflow
    pages.

    `index` is True for a row of an index. Raises TornPageError.
    """
    usable = pages.usable
    most = (usable - 12) * 64 // 255 - 23 if index else usable - 35
    if size <= most:
        if at + size > usable:
            raise TornPageError
        return page[at : at + size]
    if size > pages.count * pages.size:
        raise TornPageError
    least = (usable - 12) * 32 // 255 - 23
    here = least + (size - least) % (usable - 4)
    here = here if here <= most else least
    if at + here + 4 > usable:
        raise TornPageError
    out = bytearray(page[at : at + here])
    following = struct.unpack(">I", page[at + here : at + here + 4])[0]
    seen: set[int] = set()
    while len(out) < size:
        if not 1 < following <= pages.count or following in seen:
            raise TornPageError
        seen.add(following)
        more = pages.get(following)
        out += more[4 : min(usable, 4 + size - len(out))]
        following = struct.unpack(">I", more[:4])[0]
    return bytes(out)


def _decode_record(payload: bytes) -> tuple[Cell, ...]:
    length, at = _decode_varint(payload, 0)
    if length > len(payload):
        raise TornPageError
    types = []
    while at < length:
        kind, at = _decode_varint(payload, at)
        types.append(kind)
    out: list[Cell] = []
    at = length
    for kind in types:
        cell, at = _decode_cell(payload, at, kind)
        out.append(cell)
    if at != len(payload):
        raise TornPageError
    return tuple(out)


def _decode_cell(payload: bytes, at: int, kind: int) -> tuple[Cell, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind == 7:
        return float(struct.unpack(">d", payload[at : at + 8])[0]), at + 8
    if kind in _INTEGERS:
        end = at + _INTEGERS[kind]
        if end > len(payload):
            raise TornPageError
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind < 12:
        raise TornPageError
    end = at + (kind - 12) // 2
    if end > len(payload):
        raise TornPageError
    body = payload[at:end]
    return (body.decode() if kind % 2 else body), end


def _decode_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(9):
        byte = data[at]
        at += 1
        if step == 8:
            return value << 8 | byte, at
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value, at


def _to_signed_integer(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def find_matching_table(leaf: SalvagedLeaf, tables: Mapping[str, tuple[tuple[str, str, bool], ...]]) -> str:
    """Return the table to which the rows of an orphan page must belong, or an empty string if none or several
    are possible.

    `tables` has, by table, the name, type and nullability of each column.
    """
    found = [
        name for name, columns in tables.items() if all(_row_fits_columns(row, columns) for row in leaf.rows)
    ]
    # If several tables fit, the first text cell decides: it is usually the id, which begins with the name of
    # its table.
    if len(found) > 1:
        first = next((cell for cell in leaf.rows[0].cells if isinstance(cell, str)), "")
        found = [name for name in found if first.startswith(f"{name}_")] or found
    return found[0] if len(found) == 1 else ""


def _row_fits_columns(row: SalvagedRow, columns: tuple[tuple[str, str, bool], ...]) -> bool:
    if not 0 < len(row.cells) <= len(columns):
        return False
    kinds: dict[str, type | tuple[type, ...]] = {"TEXT": str, "INTEGER": int, "REAL": (int, float)}
    return all(
        may_be_nothing if cell is None else isinstance(cell, kinds.get(kind, bytes))
        for cell, (_, kind, may_be_nothing) in zip(row.cells, columns, strict=False)
    )
