"""`make` on machines that lack something, the lock files, and the notice: what a host meets before the program runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parent.parent
TOOLS = (  # of a bare machine
    "sh", "env", "make", "id", "uname", "dirname", "tail", "touch", "mkdir", "cp", "cat", "rm",
    "grep", "mktemp", "tee",
)  # fmt: skip

# Stands for a Python of which a test decides what it can do, and keeps a diary of what it was asked.
PYTHON = """#!/bin/sh
echo "$*" >>"$DIARY"
case "$*" in
"-c import sys; sys.exit(sys.version_info"*) exit "${TOO_OLD:-0}" ;;
"-c import sys; print("*) echo 3.11 ;;
"-c import venv"*) exit "${NO_VENV:-0}" ;;
"-m venv --clear "*)
    if [ -n "${NO_PLACE:-}" ]; then echo "Error: [Errno 13] Permission denied: '$4'"; exit 1; fi
    mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
"-m pip install "*)
    if [ -n "${NO_NETWORK:-}" ]; then echo "ERROR: No matching distribution found for aiohttp"; exit 1; fi ;;
"-m bot"*) echo "answering:"; cat ;;
esac
"""


@dataclass
class Machine:
    """A folder with our Makefile, and a PATH that holds a few tools and what the test adds."""

    folder: Path
    tools: Path
    environment: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, script: str = "#!/bin/sh\nexit 0\n") -> None:
        """Install a program."""
        file = self.tools / name
        file.unlink(missing_ok=True)
        file.write_text(script)
        file.chmod(0o755)

    def make(self, *argv: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run make with nothing but this machine's programs and variables."""
        environment = {"PATH": str(self.tools), "DIARY": str(self.folder / "diary"), "LANG": "C.UTF-8"}
        return subprocess.run(
            ["make", *argv],
            cwd=self.folder,
            env=environment | self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    @property
    def installs(self) -> list[str]:
        """What pip was asked for so far."""
        diary = (self.folder / "diary").read_text().splitlines()
        return [line for line in diary if line.startswith("-m pip install")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian for a user who is not root, without Python."""
    folder, tools = tmp_path / "moim", tmp_path / "bin"
    tools.mkdir()
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is needed for this test"
        (tools / tool).symlink_to(found)
    made = Machine(folder, tools)
    made.add("id", '#!/bin/sh\nif [ "$1" = -u ]; then echo 1000; else echo alice; fi\n')
    made.add("uname", "#!/bin/sh\necho Linux\n")
    made.add("apt-get")
    return made


def mend(done: subprocess.CompletedProcess[str]) -> str:
    """The last line before make's own."""
    assert done.returncode != 0
    assert done.stdout == ""
    return [line for line in done.stderr.splitlines() if not line.startswith("make")][-1]


@pytest.mark.parametrize("target", ["run", "test", "check"])
def test_a_machine_without_python_is_answered_with_the_line_that_installs_it(target: str, machine: Machine) -> None:
    assert mend(machine.make(target)) == (
        "Python 3.11 or newer is missing. Install it with: sudo apt-get install -y python3 python3-venv"
    )


def test_a_machine_whose_python_is_too_old_is_told_a_newer_one_by_name(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.environment["TOO_OLD"] = "1"
    assert mend(machine.make("run")).endswith("sudo apt-get install -y python3.11 python3.11-venv")


def test_a_python_without_venv_is_answered_with_the_line_that_adds_it(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.environment["NO_VENV"] = "1"
    assert mend(machine.make("run")) == (
        "Python's venv module is missing. Install it with: sudo apt-get install -y python3 python3-venv"
    )


def test_a_second_python_without_venv_is_told_by_its_own_name(machine: Machine) -> None:
    machine.add("python3.11", PYTHON)
    machine.environment["NO_VENV"] = "1"
    assert mend(machine.make("run")).endswith("sudo apt-get install -y python3.11 python3.11-venv")


def test_root_needs_no_sudo(machine: Machine) -> None:
    machine.add("id", "#!/bin/sh\necho 0\n")
    assert mend(machine.make("run")).endswith("Install it with: apt-get install -y python3 python3-venv")


@pytest.mark.parametrize(
    ("system", "manager", "line"),
    [
        ("Darwin", "brew", "brew install python@3.13"),
        ("Linux", "dnf", "sudo dnf install -y python3.12"),
        ("Linux", "pacman", "sudo pacman -S --noconfirm python"),
        ("Linux", "apk", "sudo apk add python3"),
        ("Linux", "none-of-these", "see python.org, Downloads"),
    ],
)
def test_every_system_gets_its_own_line(system: str, manager: str, line: str, machine: Machine) -> None:
    (machine.tools / "apt-get").unlink()
    machine.add("uname", f"#!/bin/sh\necho {system}\n")
    machine.add(manager)
    assert mend(machine.make("run")).endswith(f"Install it with: {line}")


def test_a_shim_that_stands_for_nothing_is_passed_over(machine: Machine) -> None:
    machine.add("python3", "#!/bin/sh\necho 'command not found' >&2\nexit 127\n")
    machine.add("python3.12", PYTHON)
    assert machine.make("run").returncode == 0


def test_a_folder_that_cannot_be_written_to_is_told(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.environment["NO_PLACE"] = "1"
    assert mend(machine.make("run")) == (".venv cannot be made here. If the folder is not yours: sudo chown -R alice .")


def test_packages_that_cannot_be_fetched_are_told_with_pips_reason(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.environment["NO_NETWORK"] = "1"
    done = machine.make("run")
    assert mend(done).startswith("The packages could not be installed. Is there a network?")
    assert "No matching distribution found for aiohttp" in done.stderr
    assert not list((machine.folder / ".venv").glob("*.stamp")), "the next make must try again"


def test_piped_lines_reach_the_bot_and_its_answers_come_out_alone(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    for _ in ("with the set-up", "without"):
        done = machine.make("run", typed="/recommend rl\n/help\n")
        assert done.returncode == 0, done.stderr
        assert done.stdout == "answering:\n/recommend rl\n/help\n"


def test_the_set_up_happens_once_and_again_when_a_lock_file_changes(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.make("run")
    assert [line.rpartition(" ")[2] for line in machine.installs] == ["requirements/run.lock", "."]
    second = machine.make("run")
    assert len(machine.installs) == 2 and second.stderr == ""
    later = (machine.folder / ".venv" / "run.stamp").stat().st_mtime + 10
    os.utime(machine.folder / "requirements" / "run.lock", (later, later))
    machine.make("run")
    assert len(machine.installs) == 4


def test_everything_is_installed_by_hash_and_nothing_is_built_from_elsewhere(machine: Machine) -> None:
    machine.add("python3", PYTHON)
    machine.make("test")
    pinned, ours = machine.installs
    assert "--require-hashes -r requirements/dev.lock" in pinned
    assert "--no-deps --no-build-isolation --editable ." in ours
    assert machine.make("--question", ".venv/run.stamp").returncode == 0, "what tests need includes what runs"


def test_clean_leaves_the_hosts_own_things(machine: Machine) -> None:
    for name in (".env", "var/moim.db", ".venv/x", "build/x"):
        file = machine.folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("")
    (machine.tools / "find").symlink_to(str(shutil.which("find")))
    assert machine.make("clean").returncode == 0
    assert (machine.folder / ".env").exists() and (machine.folder / "var" / "moim.db").exists()
    assert not (machine.folder / ".venv").exists() and not (machine.folder / "build").exists()


@pytest.mark.parametrize(("check_code", "test_code"), [(0, 0), (2, 0), (0, 2)])
def test_the_last_line_of_ci_is_pytests_summary(check_code: int, test_code: int, machine: Machine) -> None:
    (machine.folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", machine.folder / ".ci" / "run")
    machine.add("python3", PYTHON)
    machine.add(
        "make",
        f"#!/bin/sh\nif [ $1 = check ]; then exit {check_code}; fi\n"
        f"echo '7 passed in 0.12s'\n[ {test_code} = 0 ] || echo 'make: *** [test] Error 1' >&2\nexit {test_code}\n",
    )
    done = subprocess.run(
        [str(shutil.which("bash")), ".ci/run"],
        cwd=machine.folder,
        env={"PATH": str(machine.tools), "DIARY": os.devnull},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is (check_code == test_code == 0)
    assert done.stdout.splitlines()[-1] == "7 passed in 0.12s"


def _locked(name: str) -> dict[str, str]:
    """Package to version, of a lock file."""
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pins}


@pytest.mark.parametrize("name", ["run", "dev"])
def test_a_lock_file_holds_pins_and_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    for block in blocks:
        first, *rest = block.rstrip().split(" \\\n")
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][^\s;]*( ; .+)?", first), first
        assert rest and all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}", line) for line in rest), first


def test_the_lock_files_fit_what_the_project_asks_for() -> None:
    document = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = document["dependency-groups"]
    run, dev = _locked("run"), _locked("dev")
    wanted = [(run, document["project"]["dependencies"]), (run, groups["build"]), (dev, groups["dev"])]
    for locked, requirements in wanted:
        for requirement in map(Requirement, requirements):
            version = locked.get(canonicalize_name(requirement.name))
            assert version, f"{requirement.name} is not locked: make lock"
            assert Version(version) in requirement.specifier, f"{requirement} is locked at {version}: make lock"
    assert dev.items() >= run.items(), "tests run on what hosts run"


def test_what_hosts_install_serves_postgresql_too() -> None:
    assert "asyncpg" in _locked("run")
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "-r /src/requirements/run.lock" in image
    assert "DATABASE_URL=" not in image, "the environment would overrule the .env in the volume"


def test_the_notice_names_every_library_that_is_installed_to_run() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    missing = [package for package in _locked("run") if not re.search(rf"\b{re.escape(package)}\b", notice)]
    assert missing == []
    assert "LGPL-3.0-only" in notice and "MilkClouds" in notice


@pytest.mark.soak
def test_a_fresh_copy_answers_piped_lines_after_nothing_but_make_run(tmp_path: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, listed):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    environment = {name: value for name, value in os.environ.items() if name not in ("VENV", "PYTHONPATH", "MAKEFLAGS")}
    done = subprocess.run(
        ["make", "run", f"PYTHON={sys.executable}"],
        cwd=tmp_path,
        env=environment,
        input="/recommend rl\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "einforcement" in done.stdout
