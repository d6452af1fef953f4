"""What our own modules count on in the templates."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

import tasks

STATIC = Path(tasks.__file__).parent / "static" / "tasks"
MODULES = sorted(path for path in STATIC.glob("*.js") if path.name not in {"swagger.js", "redoc.js", "browsable.js"})
TEXTS = render_to_string("tasks/_texts.html")
KEYS = re.compile(r"""\btext\(["`]([a-z-]+)(?:["`]|(\$))""")


def known() -> set[str]:
    return {key.removesuffix(".other") for key in re.findall(r'data-text="([a-z.-]+)"', TEXTS)}


@pytest.mark.once
@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_every_text_that_a_script_says_is_there(module: Path) -> None:
    for key, is_start in KEYS.findall(module.read_text()):
        assert any(name.startswith(key) if is_start else name == key for name in known()), key


@pytest.mark.once
def test_every_plural_has_both_forms() -> None:
    forms = re.findall(r'data-text="([a-z-]+)\.(one|other)"', TEXTS)
    assert {key for key, form in forms if form == "one"} == {key for key, form in forms if form == "other"}


@pytest.mark.once
def test_every_text_is_said_by_a_script() -> None:
    code = "".join(module.read_text() for module in MODULES)
    said = {key for key, _start in KEYS.findall(code)}
    spoken = set(re.findall(r'\btell\("([a-z-]+)"', code))
    starts = tuple(key for key, is_start in KEYS.findall(code) if is_start)
    unsaid = {key for key in known() if key.removesuffix(".one") not in said | spoken and not key.startswith(starts)}
    assert unsaid == set()
