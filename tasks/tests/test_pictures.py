"""The pictures of the documents: those that `make screenshots` takes, no other, and small enough for a page."""

import re

import pytest

from scripts.install import ROOT
from scripts.screenshots import EMPTY, FILLED, IMAGES, MOST

pytestmark = pytest.mark.once
NAMES = {f"{shot.name}.png" for shot in (*EMPTY, *FILLED)}


def test_pictures_that_the_documents_show_are_those_that_the_command_takes() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {name for page in pages for name in re.findall(r"images/([\w-]+\.png)", page.read_text())}
    assert shown <= NAMES
    assert {path.name for path in IMAGES.iterdir()} == NAMES


def test_pictures_are_small() -> None:
    for path in IMAGES.iterdir():
        image = path.read_bytes()
        assert image.startswith(b"\x89PNG"), path
        assert len(image) < MOST, path
