"""`make upgrade`: from one version in a git repository to the next, and back to what was when anything fails."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = (  # of a bare machine
    "sh", "env", "make", "id", "uname", "dirname", "tail", "touch", "mkdir", "cp", "cat", "rm",
    "grep", "sed", "ls", "mv", "git", "tar", "gzip",
)  # fmt: skip

# Stands for a Python with the bot: its database is a file, its version a line of the code beside it.
PYTHON = """#!/bin/sh
case "$*" in
"-c import sys; sys.exit(sys.version_info"*|"-c import pip"|"-c import venv"*) exit 0 ;;
"-m venv --clear "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
"-m pip install "*) if grep -q broken-lock requirements/run.lock; then echo "ERROR: no such package"; exit 1; fi ;;
"-m bot --version") cat version ;;
"-m bot status --json")
    if [ -e running ]; then printf '{\\n  "running": [\\n    "scheduler"\\n  ],\\n'
    else printf '{\\n  "running": [],\\n'; fi ;;
"-m bot backup")
    if [ -e no-backup ]; then echo "the disk is full" >&2; exit 1; fi
    mkdir -p var/backups && cp var/moim.db var/backups/copy.db && echo var/backups/copy.db ;;
"-m bot restore "*) cp "$4" var/moim.db ;;
"-m bot db upgrade")
    echo "migrated by $(cat version)" >>var/moim.db
    if [ -e broken-migration ]; then echo "cannot migrate"; exit 1; fi ;;
"-m bot check --offline") if [ -e broken-check ]; then echo "✗ something is wrong"; exit 1; fi; echo "✓ fine" ;;
esac
"""


@dataclass
class Installation:
    """A folder with a checkout of an older version, and the place where newer ones come from."""

    folder: Path
    origin: Path
    tools: Path
    environment: dict[str, str] = field(default_factory=dict)

    def git(self, folder: Path, *argv: str) -> str:
        who = {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@b.c",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b.c",
        }
        environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(
            ["git", *argv], cwd=folder, env=environment, capture_output=True, text=True, check=True
        ).stdout

    def publish(self, version: str, **files: str) -> None:
        """A newer version appears at the origin."""
        for name, content in {"version": version, **files}.items():
            file = self.origin / name.replace("__", "/").replace("_", "-")
            file.write_text(content + "\n", encoding="utf-8")
        self.git(self.origin, "add", "--all")
        self.git(self.origin, "commit", "--quiet", "-m", version)
        self.git(self.origin, "tag", version)

    def upgrade(self, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": str(self.tools),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        return subprocess.run(
            ["make", "upgrade", *(f"{name}={value}" for name, value in variables.items())],
            cwd=self.folder,
            env=environment | self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def state(self) -> dict[str, str]:
        """Every file with its content, git's own and backups apart."""
        skipped = (".git", "backups")
        files = (file for file in self.folder.rglob("*") if file.is_file())
        return {
            str(file.relative_to(self.folder)): file.read_text(encoding="utf-8")
            for file in files
            if not any(part in skipped for part in file.relative_to(self.folder).parts)
        }


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    tools, origin, folder = tmp_path / "bin", tmp_path / "origin", tmp_path / "moim"
    tools.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is needed for this test"
        (tools / tool).symlink_to(found)
    (tools / "python3").write_text(PYTHON)
    (tools / "python3").chmod(0o755)
    made = Installation(folder, origin, tools)
    (origin / "requirements").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", ".gitignore", "requirements/set-up.sh", "requirements/upgrade.sh"):
        shutil.copy(ROOT / name, origin / name)
    (origin / "requirements" / "run.lock").write_text("a==1\n")
    made.git(origin, "init", "--quiet", "--initial-branch=main")
    made.publish("1.0")
    made.git(tmp_path, "clone", "--quiet", str(origin), str(folder))
    (folder / "var").mkdir()
    (folder / "var" / "moim.db").write_text("what people said\n")
    (folder / ".env").write_text("OWNERS=discord:1\n")
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(tools / "python3", folder / ".venv" / "bin" / "python")
    (folder / ".venv" / "of-the-first-day").write_text("")
    return made


def said(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.stdout == ""
    return [line for line in done.stderr.splitlines() if not line.startswith("make")]


def test_it_goes_to_the_newest_version_with_a_backup_first(here: Installation) -> None:
    here.publish("1.1")
    done = here.upgrade()
    assert done.returncode == 0, done.stderr
    assert said(done)[0] == "Backup: var/backups/copy.db"
    assert said(done)[-1] == "Upgraded: 1.0 -> 1.1. Start the bot."
    assert here.state["var/moim.db"] == "what people said\nmigrated by 1.1\n"
    assert (here.folder / "var" / "backups" / "copy.db").read_text() == "what people said\n"
    assert not (here.folder / ".before-upgrade").exists()
    assert not (here.folder / ".venv" / "of-the-first-day").exists(), "packages come into an environment of their own"


def test_it_speaks_the_hosts_language(here: Installation) -> None:
    (here.folder / ".env").write_text("DEFAULT_LOCALE=ko\n")
    here.publish("1.1")
    assert said(here.upgrade())[-1] == "올렸어요: 1.0 → 1.1. 봇을 켜세요."


def test_without_a_newer_version_nothing_happens(here: Installation) -> None:
    before = here.state
    done = here.upgrade()
    assert (done.returncode, said(done)[-1]) == (0, "It is up to date already.")
    assert here.state == before


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"requirements__run.lock": "broken-lock"}, "The new version could not be installed."),
        ({"broken_migration": ""}, "The database could not be brought along."),
        ({"broken_check": ""}, "There is something wrong with the new version."),
    ],
)
def test_whatever_fails_everything_is_as_it_was(here: Installation, broken: dict[str, str], why: str) -> None:
    before, commit = here.state, here.git(here.folder, "rev-parse", "HEAD")
    here.publish("1.1", **broken)
    done = here.upgrade()
    assert done.returncode != 0
    assert why in said(done)
    assert said(done)[-1] == "It was not upgraded. Everything is as it was."
    assert here.state == before
    assert here.git(here.folder, "rev-parse", "HEAD") == commit
    assert here.git(here.folder, "symbolic-ref", "--short", "HEAD") == "main\n"
    here.publish("1.2", **{name: "mended" for name in broken if name.startswith("requirements")})
    for name in broken:
        if not name.startswith("requirements"):
            here.git(here.origin, "rm", "--quiet", name.replace("_", "-"))
            here.git(here.origin, "commit", "--quiet", "-m", "mend")
    assert here.upgrade().returncode == 0, "and the next one works"


def test_an_origin_that_cannot_be_reached_changes_nothing(here: Installation) -> None:
    before = here.state
    here.origin.rename(here.origin.with_name("gone"))
    done = here.upgrade()
    assert done.returncode != 0
    assert "The new version could not be fetched." in said(done)
    assert here.state == before


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("running", "The bot is running. Stop it first"),
        ("no-backup", "There is no backup, so it is not upgraded."),
        ("broken-check", "There is something to mend first."),
    ],
)
def test_it_does_not_begin_when_it_could_not_end_well(here: Installation, file: str, why: str) -> None:
    (here.folder / file).write_text("")
    here.publish("1.1")
    before = here.state
    done = here.upgrade()
    assert done.returncode != 0
    assert said(done)[-1].startswith(why)
    assert here.state == before


def test_changed_files_are_not_overwritten(here: Installation) -> None:
    (here.folder / "version").write_text("my own\n")
    here.publish("1.1")
    done = here.upgrade()
    assert done.returncode != 0
    assert "were changed here" in said(done)[-1]
    assert (here.folder / "version").read_text() == "my own\n"


def test_a_certain_version_can_be_taken(here: Installation) -> None:
    here.publish("1.1")
    here.publish("1.2")
    assert here.upgrade(TO="1.1").returncode == 0
    assert here.state["version"] == "1.1\n"


def archive(here: Installation, version: str, **files: str) -> Path:
    here.publish(version, **files)
    made = here.folder.parent / f"moim-{version}.tar.gz"
    here.git(here.origin, "archive", f"--prefix=moim-{version}/", "--output", str(made), "HEAD")
    return made


def test_a_file_is_as_good_as_git(here: Installation) -> None:
    shutil.rmtree(here.folder / ".git")
    done = here.upgrade(TO=str(archive(here, "1.1")))
    assert done.returncode == 0, done.stderr
    assert said(done)[-1] == "Upgraded: 1.0 -> 1.1. Start the bot."
    assert here.state[".env"] == "OWNERS=discord:1\n"


def test_a_file_with_a_broken_version_is_taken_back_too(here: Installation) -> None:
    shutil.rmtree(here.folder / ".git")
    before = here.state
    done = here.upgrade(TO=str(archive(here, "1.1", broken_check="", another="")))
    assert done.returncode != 0
    assert said(done)[-1] == "It was not upgraded. Everything is as it was."
    assert here.state == before


def test_a_file_that_is_no_version_changes_nothing(here: Installation) -> None:
    before = here.state
    wrong = here.folder.parent / "wrong.tar.gz"
    wrong.write_bytes(b"no archive")
    done = here.upgrade(TO=str(wrong))
    assert done.returncode != 0
    assert "The new version could not be fetched." in said(done)
    assert here.state == before
