"""Test that screen pictures in the documentation show nothing of the machine that painted them."""

from __future__ import annotations

import pytest

from tools.screens_page import refuse_private_paths


@pytest.mark.parametrize("path", ["/tmp/milimo-x1/milimo/projects", "/home/somebody/film.mp4", "/Users/a/b"])
def test_picture_with_a_path_of_the_machine_is_not_painted(path: str) -> None:
    with pytest.raises(ValueError, match=r"picture of film .*path of this machine"):
        refuse_private_paths("film", f" file      {path}  \n")


def test_paths_below_home_and_words_with_slashes_are_painted() -> None:
    refuse_private_paths(
        "film", "made ~/home/film.mp4, you@192.0.2.2:milimo/tmp/a, and/or, 00:01 / 00:02, hf.co/tmp"
    )
