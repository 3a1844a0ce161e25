"""The project's pages as a web site: `python -m tools.docs_site FOLDER` writes it (`make site`: build/site).

Each Markdown page becomes an HTML page at the same place, with a list of all pages next to it. Pictures and
files that pages link to are copied. Each broken link, picture or heading is reported, and the exit status is
then 1. Addresses of other sites are not checked.
"""

from __future__ import annotations

import html
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
FIRST = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
STYLE = """
:root { color-scheme: light dark; --ink: #1c1e26; --muted: #5b6070; --ground: #fbfaf7; --line: #d9d6cd;
  --accent: #a2470f; }
@media (prefers-color-scheme: dark) { :root { --ink: #d8dce6; --muted: #8a90a2; --ground: #14161d;
  --line: #2b2f3b; --accent: #e8a15c; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif;
  display: grid; grid-template-columns: 15rem minmax(0, 1fr); }
nav { padding: 1.5rem 1rem; border-right: 1px solid var(--line); font-size: .875rem; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; } nav li { margin: .15rem 0; }
nav a { color: var(--muted); text-decoration: none; }
nav a[aria-current], nav a:hover { color: var(--accent); }
main { padding: 1.5rem 2.5rem 4rem; max-width: 58rem; }
a { color: var(--accent); } img { max-width: 100%; height: auto; }
pre { background: color-mix(in srgb, var(--line) 35%, transparent); padding: .75rem 1rem; overflow-x: auto; }
code { font: .9em/1.45 ui-monospace, monospace; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
@media (max-width: 50rem) { body { display: block; } nav { border: 0; } main { padding: 1rem; } }
"""


@dataclass(frozen=True)
class Page:
    """A page: its path from the root of the repository, its text and its tokens."""

    path: Path
    text: str
    tokens: Sequence[Token]

    @cached_property
    def title(self) -> str:
        """The text of the first heading, or else the file's name."""
        found = re.search(r"^#\s+(.+)$", self.text, re.MULTILINE)
        return found[1].replace("`", "") if found else self.path.stem

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The names of all headings of the page."""
        return frozenset(anchor for _, anchor in iterate_headings(self.tokens))

    @property
    def target(self) -> Path:
        """The path of the HTML page in the site."""
        return Path("index.html") if self.path == Path("README.md") else self.path.with_suffix(".html")


def read_pages(root: Path = ROOT) -> dict[Path, Page]:
    """Read every page of a repository, keyed by its path: the pages in the root first, then `docs`."""
    parser = MarkdownIt("commonmark").enable("table")
    paths = [Path(name) for name in FIRST if (root / name).is_file()]
    paths += sorted(path.relative_to(root) for path in (root / "docs").rglob("*.md"))
    texts = {path: (root / path).read_text() for path in paths}
    return {path: Page(path, text, parser.parse(text)) for path, text in texts.items()}


def iterate_headings(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Yield each heading with its anchor name: its words in lower case, as GitHub makes anchors."""
    seen: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = "".join(part.content for part in tokens[place + 1].children or ())
            name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            count = seen.get(name, 0)
            seen[name] = count + 1
            yield token, f"{name}-{count}" if count else name


def iterate_links(tokens: Sequence[Token]) -> Iterator[tuple[Token, str, str]]:
    """Yield each token with a link, the attribute that holds the address, and the address."""
    for token in tokens:
        for name in ("href", "src"):
            value = token.attrGet(name)
            if isinstance(value, str):
                yield token, name, value
        yield from iterate_links(token.children or ())


def resolve_link(
    page: Page, value: str, pages: Mapping[Path, Page], root: Path
) -> tuple[str, Path | None, str]:
    """Resolve a link of a page.

    Return its address in the site, a file to copy for the link (or None), and the problem with the link
    (empty if it works).
    """
    if ELSEWHERE.match(value):
        return value, None, ""
    place, _, anchor = unquote(value).partition("#")
    path = _join_page_path(page.path.parent, place) if place else page.path
    if path in pages:
        if anchor and anchor not in pages[path].anchors:
            return value, None, f"{page.path}: there is no heading “{anchor}” in {path}"
        depth = "../" * len(page.target.parent.parts)
        return f"{depth}{pages[path].target.as_posix()}{'#' * bool(anchor)}{anchor}", None, ""
    if path.parts[:1] == ("..",) or not (root / path).exists():
        return value, None, f"{page.path}: {value} leads nowhere"
    return value, path if (root / path).is_file() else None, ""


def _join_page_path(folder: Path, place: str) -> Path:
    parts: list[str] = []
    for part in (*folder.parts, *Path(place).parts):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return Path(*parts)


def find_broken_links(root: Path = ROOT) -> list[str]:
    """Return a sentence for each broken link of the pages."""
    pages = read_pages(root)
    found = (
        resolve_link(page, value, pages, root)[2]
        for page in pages.values()
        for _, _, value in iterate_links(page.tokens)
    )
    return [problem for problem in found if problem]


def write_site(folder: Path, root: Path = ROOT) -> list[str]:
    """Write the complete site into a folder. Return a sentence for each broken link."""
    pages, problems = read_pages(root), list[str]()
    parser = MarkdownIt("commonmark").enable("table")
    for page in pages.values():
        for token, name, value in iterate_links(page.tokens):
            address, file, problem = resolve_link(page, value, pages, root)
            token.attrSet(name, address)
            problems += [problem] * bool(problem)
            if file is not None and not (folder / file).exists():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / file, folder / file)
        for token, anchor in iterate_headings(page.tokens):
            token.attrSet("id", anchor)
        body = parser.renderer.render(page.tokens, parser.options, {})
        target = folder / page.target
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_render_html_page(page, body, pages))
    return problems


def _render_html_page(page: Page, body: str, pages: Mapping[Path, Page]) -> str:
    groups = {"": list[str](), "Pages": [], "Decisions": []}
    depth = "../" * len(page.target.parent.parts)
    for other in pages.values():
        group = "" if len(other.path.parts) == 1 else "Pages" if len(other.path.parts) == 2 else "Decisions"
        if group == "Decisions" and page.path.parts[:2] != other.path.parts[:2]:
            continue
        here = ' aria-current="page"' if other is page else ""
        address = html.escape(f"{depth}{other.target.as_posix()}")
        groups[group].append(f'<li><a href="{address}"{here}>{html.escape(other.title)}</a></li>')
    lists = "".join(
        f"{f'<strong>{name}</strong>' if name else ''}<ul>{''.join(items)}</ul>"
        for name, items in groups.items()
        if items
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(page.title)} · Milimo</title><style>{STYLE}</style></head>\n"
        f"<body><nav>{lists}</nav>\n<main>{body}</main></body></html>\n"
    )


def main(words: Sequence[str]) -> int:
    """Write the site into the named folder. Return the exit status."""
    if len(words) != 1:
        print("python -m tools.docs_site FOLDER", file=sys.stderr)
        return 2
    folder = Path(words[0])
    problems = write_site(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(list(folder.rglob('*.html')))} pages in {folder}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
