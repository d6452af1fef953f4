"""The pictures of the documents, as make screenshots takes them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.install import ROOT
from scripts.screenshots import EMPTY, FILLED, IMAGES, MOST

pytestmark = pytest.mark.once
NAMES = {f"{shot.name}.png" for shot in (*EMPTY, *FILLED)}


def test_command_takes_every_picture_small_enough_for_a_page(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.screenshots", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    taken = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert taken.keys() == NAMES
    assert all(image.startswith(b"\x89PNG") and len(image) < MOST for image in taken.values())


def test_pictures_that_the_documents_show_are_those_that_the_command_takes() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {name for page in pages for name in re.findall(r"images/([\w-]+\.png)", page.read_text())}
    assert shown <= NAMES
    assert {path.name for path in IMAGES.iterdir()} == NAMES
