"""Which modules a page names beforehand."""

import re

import pytest
from django.test import Client

from tasks.templatetags.modules import imports
from tasks.tests.test_html import HTML
from tasks.tests.test_static import IMPORTED, OURS


def test_every_module_that_the_board_imports_is_named_once(db: None) -> None:
    html = Client(headers=HTML).get("/").content.decode()
    named = re.findall(r'<link rel="modulepreload" href="/static/([^"]+)"', html)
    assert sorted(named) == sorted(imports("tasks/board.js"))
    assert len(set(named)) == len(named)


@pytest.mark.once
def test_no_import_is_missed() -> None:
    known = {"tasks/board.js", *imports("tasks/board.js")}
    for name in known:
        folder = (OURS / name).parent
        for text in IMPORTED.findall((OURS / name).read_text()):
            assert str((folder / text).resolve().relative_to(OURS)) in known
