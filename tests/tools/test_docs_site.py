"""Test the documentation site: every link, picture and heading target exists, and missing ones are
reported.
"""

from __future__ import annotations

from pathlib import Path

from tools import docs_site


def test_every_link_of_the_pages_has_a_target() -> None:
    assert docs_site.find_broken_links() == []


def test_site_has_every_page_and_picture_and_reports_missing_ones(tmp_path: Path) -> None:
    house, site = tmp_path / "house", tmp_path / "site"
    (house / "docs" / "pictures").mkdir(parents=True)
    (house / "README.md").write_text(
        "# Lamp\n\n[keys](docs/keys.md#the-keys) ![lamp](docs/pictures/lamp.png)\n"
    )
    (house / "docs" / "pictures" / "lamp.png").write_bytes(b"png")
    (house / "docs" / "keys.md").write_text(
        "# Keys\n\n## The `keys`\n\n[home](../README.md) [away](https://example.org/a.md)\n\n"
        "[gone](gone.md) [no](keys.md#no) ![x](x.png) [out](../../etc/passwd)\n\n| a |\n| - |\n| b |\n"
    )
    problems = docs_site.write_site(site, house)
    assert problems == [
        "docs/keys.md: gone.md leads nowhere",
        "docs/keys.md: there is no heading “no” in docs/keys.md",
        "docs/keys.md: x.png leads nowhere",
        "docs/keys.md: ../../etc/passwd leads nowhere",
    ]
    assert 'href="docs/keys.html#the-keys"' in (site / "index.html").read_text()
    keys = (site / "docs" / "keys.html").read_text()
    assert 'href="../index.html"' in keys
    assert '<h2 id="the-keys">' in keys
    assert "<td>b</td>" in keys
    assert (site / "docs" / "pictures" / "lamp.png").read_bytes() == b"png"
