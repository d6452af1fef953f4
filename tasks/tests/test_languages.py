"""French is complete: every text of ours has a translation, and the compiled catalogue is the one that is read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from rest_framework.test import APIClient

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES" / "django.po"
PACKAGES = [settings.BASE_DIR / name for name in ("taskflow_project", "tasks", "accounts")]
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
TAG = re.compile(r"""{%\s*(?:translate|trans)\s+(["'])(?P<text>.+?)\1""")
BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?(?P<options>[^%]*)%}(?P<text>.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
VARIABLE = re.compile(r"{{\s*(\w+)[^}]*}}")


def texts_of_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in CALLS:
            text = node.args[1 if "pgettext" in ast.unparse(node.func) else 0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield text.value


def texts_of_template(path: Path) -> Iterator[str]:
    source = path.read_text()
    for tag in TAG.finditer(source):
        yield tag["text"]
    for block in BLOCK.finditer(source):
        text = re.split(r"{%\s*plural\s*%}", block["text"])[0]
        text = VARIABLE.sub(r"%(\1)s", text.replace("%", "%%") if "{%" not in text else text)
        yield " ".join(line.strip() for line in text.strip().splitlines()) if "trimmed" in block["options"] else text


def texts() -> dict[str, str]:
    """Return every translatable text with the file that has it."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted(package.rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in path.parts:
                found |= dict.fromkeys(texts_of_code(path), str(path))
        for path in sorted(package.rglob("*.html")):
            found |= dict.fromkeys(texts_of_template(path), str(path))
    return found


def test_every_text_of_ours_is_in_the_catalogue() -> None:
    known = {entry.msgid for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete}
    missing = {text: where for text, where in texts().items() if text not in known}
    assert not missing


def test_every_entry_is_translated_and_keeps_its_placeholders() -> None:
    placeholder = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")
    for entry in polib.pofile(str(CATALOGUE)):
        assert entry.translated(), entry.msgid
        for translation in [entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values():
            wanted = set(placeholder.findall(entry.msgid)) | set(placeholder.findall(entry.msgid_plural))
            assert set(placeholder.findall(translation)) <= wanted, entry.msgid


def test_the_compiled_catalogue_is_fresh() -> None:
    compiled = CATALOGUE.with_suffix(".mo").read_bytes()
    assert compiled == polib.pofile(str(CATALOGUE)).to_binary(), "run: make messages"


def test_french_has_a_space_before_its_double_signs() -> None:
    texts = [re.sub(r"<[^>]+>|&\w+;|`[^`]+`|\w+://\S+", "", e.msgstr) for e in polib.pofile(str(CATALOGUE))]
    assert not [text for text in texts if re.search(r"[^\s\u00a0\u202f](?:[!?;]|:(?=\s|$))", text)]
    assert not [text for text in texts if re.search(r" [:;?»]| !(?!\w)|« ", text)]


@pytest.mark.django_db
def test_a_browser_that_prefers_french_gets_french() -> None:
    page = APIClient().get("/", headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert '<html lang="fr"' in page.content.decode()
