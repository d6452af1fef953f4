"""Make .venv and install requirement files into it: python3 scripts/install.py requirements.txt

Runs before anything is installed, so with the standard library alone. Nothing is done when nothing has changed.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


class Venv:
    """The folder .venv of a project; each requirements file installed leaves a stamp with its hash there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"

    def install(self, requirements: str) -> bool:
        """Install the pinned file; return False where that had been done. Raises SystemExit or OSError."""
        stamp = self.folder / f".installed-{requirements}"
        wanted = hashlib.sha256((self.root / requirements).read_bytes()).hexdigest()
        if self.python.exists() and stamp.exists() and stamp.read_text() == wanted:
            return False
        if not self.is_usable():
            self.make()
        say(f"Installing {requirements} into .venv ...")
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        if subprocess.run([*pip, "--require-hashes", "-r", str(self.root / requirements)]).returncode:
            sys.exit(
                f"{requirements} could not be installed: pip's reason is above. Once mended, the same command goes on."
            )
        stamp.write_text(wanted)
        return True

    def is_usable(self) -> bool:
        """Whether .venv has a new enough Python and pip: an earlier attempt may have been broken off."""
        question = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
        command = [str(self.python), "-c", question]
        return self.python.exists() and subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0

    def make(self) -> None:
        if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
            sys.exit("This Python comes without its venv module. On Debian or Ubuntu: apt install python3-venv")
        say(f"Making .venv with Python {sys.version.split()[0]} ...")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()  # fails with a reason where venv would fail with a traceback
        if subprocess.run([sys.executable, "-m", "venv", str(self.folder)]).returncode:
            sys.exit(f"Python could not make {self.folder}: its reason is above.")


def say(line: str) -> None:
    print(line, flush=True)


def main(files: list[str]) -> None:
    if sys.version_info < OLDEST:
        sys.exit(f"TaskFlow needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    try:
        for requirements in files:
            Venv(ROOT).install(requirements)
    except OSError as error:
        sys.exit(f"TaskFlow cannot be installed in {ROOT}: {error.strerror} ({error.filename}).")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
