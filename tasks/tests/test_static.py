"""Static files as a deployment collects them: names with a hash of the content, in what our modules import too."""

import re
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

import tasks
from taskflow_project.static import StaticFiles

pytestmark = pytest.mark.once
OURS = Path(tasks.__file__).parent / "static"
IMPORTED = re.compile(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""")


class Collected:
    """What collectstatic makes of the files in `source`."""

    def __init__(self, source: Path, target: Path) -> None:
        shutil.copytree(source, target)
        self.folder = target
        self.storage = StaticFiles(location=target)
        names = [str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()]
        self.names: dict[str, str] = {}
        self.faults: list[Exception] = []
        for name, hashed, processed in self.storage.post_process({name: (self.files(), name) for name in names}):
            if isinstance(processed, Exception):
                self.faults.append(processed)
            elif not hashed.endswith(".gz"):
                self.names[name] = hashed

    def files(self) -> FileSystemStorage:
        return FileSystemStorage(self.folder)

    def text(self, name: str) -> str:
        return (self.folder / self.names[name]).read_text()


def collect(tmp_path: Path, files: dict[str, str]) -> Collected:
    for name, text in files.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Collected(tmp_path / "in", tmp_path / "out")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    return Collected(OURS, tmp_path_factory.mktemp("static") / "out")


def test_everything_of_ours_can_be_collected(collected: Collected) -> None:
    assert collected.faults == []


def test_whatever_our_modules_import_is_a_file_with_a_hash_in_its_name(collected: Collected) -> None:
    for name in (name for name in collected.names if name.endswith(".js")):
        folder = (collected.folder / name).parent
        for imported in IMPORTED.findall(collected.text(name)):
            assert re.search(r"\.[0-9a-f]{12}\.js$", imported), f"{name} imports {imported}"
            assert (folder / imported).resolve().is_file(), f"{name} imports {imported}"


def test_a_module_that_changes_gives_those_that_import_it_new_names(tmp_path: Path) -> None:
    files = {"tasks/board.js": 'import { send } from "./send.js";\n', "tasks/send.js": "export const send = 1;\n"}
    before = collect(tmp_path / "before", files).names
    after = collect(tmp_path / "after", files | {"tasks/send.js": "export const send = 2;\n"}).names
    assert before["tasks/board.js"] != after["tasks/board.js"]


@pytest.mark.parametrize(
    "line",
    [
        'import { a } from "./lib/a.js";',
        "import a from './lib/a.js';",
        'import "./lib/a.js";',
        'import {\n  a,\n  b,\n} from "./lib/a.js";',
        'export { a } from "./lib/a.js";',
        'const a = await import("./lib/a.js");',
    ],
)
def test_every_way_to_import_is_understood(tmp_path: Path, line: str) -> None:
    made = collect(tmp_path, {"tasks/board.js": line, "tasks/lib/a.js": "export default 1;"})
    assert Path(made.names["tasks/lib/a.js"]).name in made.text("tasks/board.js")


def test_a_long_chain_of_imports_is_followed_to_its_end(tmp_path: Path) -> None:
    length = 12
    chain = {f"tasks/m{n}.js": f'import "./m{n + 1}.js";' for n in range(length)}
    made = collect(tmp_path, chain | {f"tasks/m{length}.js": ""})
    assert made.faults == []
    assert all(Path(made.names[f"tasks/m{n + 1}.js"]).name in made.text(f"tasks/m{n}.js") for n in range(length))


def test_an_import_of_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert "tasks/gone.js" in str(collect(tmp_path, {"tasks/board.js": 'import "./gone.js";'}).faults[0])


def test_scripts_of_other_packages_stay_as_they_are(tmp_path: Path) -> None:
    text = '/* import { x } from "./example.js"; */'
    made = collect(tmp_path, {"django_htmx/htmx.js": text})
    assert made.faults == []
    assert made.text("django_htmx/htmx.js") == text


def test_source_maps_are_left_out(tmp_path: Path) -> None:
    made = collect(tmp_path, {"tasks/a.js": "", "tasks/a.js.map": "{}"})
    assert list(made.names) == ["tasks/a.js"]


def test_sortable_is_an_es_module() -> None:
    assert (OURS / "tasks/vendor/sortable.js").read_text().endswith("export default self.Sortable;\n")
