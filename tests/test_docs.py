"""The documentation against the program: what exists is told, what is told exists, the recipes work as written."""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass, replace
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from bot import app, cli
from bot.chat.spec import Command
from bot.cli.peers import RIGHTS
from bot.config import Settings
from bot.core.catalogue import Catalogue, Resource
from bot.core.changes import Change
from bot.core.evaluation import Evaluation, Query, evaluate, evaluate_bm25, queries_from
from bot.core.methods import Method
from bot.core.papers.classics import Classic
from bot.core.papers.pool import PaperList
from bot.core.paths import Path as StudyPath
from bot.core.recommender import recommend
from bot.core.redirects import Redirect
from bot.core.retention import PRESS_GRACE, PRESS_KEPT
from bot.core.search import read
from bot.core.series import Series
from bot.core.shelf import Shelf
from bot.core.tables import Rule
from bot.core.topics import Ambiguous, Topic, WholeWord
from bot.i18n import Bilingual, Locale, texts
from bot.services import memory, shelf
from bot.storage.tables import metadata

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
READMES = (ROOT / "README.md", ROOT / "README.ko.md")
OF_A_HOST_OR_CLIENT = {"/quit", "/exit", "/cancel", "/stop"}  # understood, but no commands of ours
PATH = r"(bot|cogs|data|docs|tests|requirements|\.ci)/[\w./*-]*|\.env\.example|[A-Z]+\.md"
STARTING_POINTS_ADD = 0.08  # of nDCG@5, at most
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


@functools.cache
def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    return FENCE.sub("", text)


def code_spans(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(text))


def section(text: str, heading: str) -> str:
    """The part of a page under `heading`, up to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    after = text.split(f"\n{heading}\n", 1)[1]
    return re.split(rf"\n#{{1,{level}}} ", after, maxsplit=1)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, without the rows of dashes."""
    found = [line.strip().strip("|").split("|") for line in text.splitlines() if line.lstrip().startswith("|")]
    cells = [[cell.strip() for cell in row] for row in found]
    return [row for row in cells if not set(row[0]) <= set("-: ")]


@pytest.fixture(scope="module")
def books() -> Shelf:
    return shelf.load()


@pytest.fixture
async def commands(tmp_path: Path) -> tuple[Command, ...]:
    settings = Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/moim.db")
    async with app.open_house(settings) as house:
        return house.router.commands


# --- links, files, targets


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    return {slug(re.sub(r"[`*]", "", line)) for line in re.findall(r"^#+ (.+)$", prose(page_of(path)), re.MULTILINE)}


def page_of(path: Path) -> str:
    return page(str(path.relative_to(ROOT)))


def links(text: str) -> Iterator[str]:
    yield from re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", prose(text))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for link in links(page_of(path)):
        if link.startswith(("https://", "http://")):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), f"{path.name}: {link}"
        assert not anchor or anchor in anchors(target), f"{path.name}: {link}"


def named_files(text: str) -> Iterator[str]:
    written = {path for _, path, _ in recipes()}
    for span in chain(code_spans(text), re.findall(r"requirements/[\w.-]+|docs/[\w./-]+\.\w+", text)):
        if span not in written and re.fullmatch(PATH, span):
            yield span


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_is_named_exists(path: Path) -> None:
    missing = [name for name in named_files(page_of(path)) if not list(ROOT.glob(name.rstrip("/")))]
    assert missing == []


def test_every_make_target_is_told_and_every_told_one_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    assert {row[0] for row in rows(section(page("docs/reference.md"), "## Make targets"))} == {
        "target",
        *(f"`make {target}`" for target in targets),
    }
    for path in PAGES:
        assert set(re.findall(r"(?:`|^)make ([a-z]+)", page_of(path), re.MULTILINE)) <= targets, path


# --- both READMEs


def outline(text: str) -> list[Any]:
    """What both languages must share: headings, tables, programs, lists, and where they link to."""
    headings = [len(marks) for marks in re.findall(r"^(#+) ", prose(text), re.MULTILINE)]
    fences = [
        (language, [line.partition("#")[0].strip() for line in body.splitlines()] if language == "sh" else None)
        for _, language, body in FENCE.findall(text)
    ]
    points = len(re.findall(r"^- ", text, re.MULTILINE))
    goals = [re.sub(r"\.(en|ko)(?=\.)", "", link) for link in links(text)]
    return [headings, fences, points, sorted(set(goals) - {"README.md"}), [len(row) for row in rows(text)]]


def test_both_readmes_have_the_same_sections() -> None:
    english, korean = (outline(page_of(path)) for path in READMES)
    assert english == korean


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_a_readme_names_only_settings_that_exist(path: Path) -> None:
    heading = {"README.md": "## Settings", "README.ko.md": "## 설정"}[path.name]
    named = {row[0].strip("`") for row in rows(section(page_of(path), heading))[1:]}
    assert len(named) > 5
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_a_readme_counts_right(path: Path, books: Shelf) -> None:
    [resources] = re.findall(r"more than (\d+) resources|자료 (\d+)개 이상", page_of(path))
    [topics] = re.findall(r"(\d+) topics|주제 (\d+)개", page_of(path))
    assert int("".join(resources)) == len(books.catalogue) // 100 * 100
    assert int("".join(topics)) == len(books.topics)


@pytest.mark.parametrize(("path", "locale"), list(zip(READMES, (Locale.EN, Locale.KO), strict=True)))
def test_a_readme_shows_what_the_console_says(path: Path, locale: Locale) -> None:
    [shown] = [body for _, language, body in FENCE.findall(page_of(path)) if language == "text"]
    hello, *_ = shown.splitlines()
    assert hello.endswith(" [...]")
    assert texts(locale)("console.hello").startswith(hello.removesuffix(" [...]"))


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "pictures").glob("*.png")), ids=lambda path: path.name)
def test_the_pictures_show_what_is_still_recommended(picture: Path, books: Shelf) -> None:
    asked, _, answer = picture.with_suffix(".txt").read_text(encoding="utf-8").partition("\n")
    locale = Locale.EN if picture.stem.endswith(".en") else Locale.KO
    reading = read(asked.removeprefix("/recommend "), books, locale=locale)
    offered = {pick.resource.link for pick in recommend(reading, books, limit=10).picks}
    shown = set(re.findall(r"\((https?://[^)\s]+)\)", answer))
    assert len(shown) == 3
    assert shown <= offered, "draw the pictures again: python docs/pictures/draw.py"


# --- the reference


async def test_every_command_is_told_in_both_languages(commands: tuple[Command, ...]) -> None:
    told = rows(section(page("docs/reference.md"), "## The bot's commands"))
    listed = {row[0]: row[1:] for row in told if row[0].startswith("`/")}
    assert listed == {
        f"`/{command.name}`": [
            f"`{command.word(Locale.KO)}`",
            command.description(Locale.EN),
            command.description(Locale.KO),
        ]
        for command in commands
    }


async def test_every_option_of_a_command_is_told_with_its_choices(commands: tuple[Command, ...]) -> None:
    for command in (each for each in commands if each.options):
        table = page("docs/reference.md").split(f"Options of `/{command.name}`:")[1].split("\n\n")[1]
        listed = {row[0]: row[1:] for row in rows(table)[1:]}
        assert listed.keys() == {f"`{option.name}`" for option in command.options}
        for option in command.options:
            word, about, values = listed[f"`{option.name}`"]
            assert word == f"`{command.option_word(option, Locale.KO)}`"
            assert about == command.option_description(option, Locale.EN)
            assert re.findall(r"`([^`]+)`", values) == list(option.choices)


@pytest.mark.parametrize("name", ["README.md", "README.ko.md", "docs/reference.md"])
async def test_no_page_tells_of_a_command_that_does_not_exist(name: str, commands: tuple[Command, ...]) -> None:
    told = {span.split()[0].partition("@")[0] for span in code_spans(page(name)) if span.startswith("/")}
    assert told
    assert told <= {f"/{command.name}" for command in commands} | OF_A_HOST_OR_CLIENT


def verbs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *path: str
) -> Iterator[tuple[str, set[str]]]:
    """Every verb that ends a command line, with its arguments and options as its own help names them."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LC_ALL", "C")
    with pytest.raises(SystemExit):
        cli.main([*path, "--help"])
    said = capsys.readouterr().out
    below = re.findall(r"^ {4}([a-z]+)(?: |$)", said.partition("VERB\n")[2], re.MULTILINE)
    if not below or not path:
        yield " ".join(path), set(re.findall(r"(?<![\w-])--[a-z-]+|^ {2}[A-Z]+(?= )", said, re.MULTILINE))
    for verb in below:
        yield from verbs(capsys, monkeypatch, *path, verb)


def test_every_verb_and_option_of_the_program_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = section(page("docs/reference.md"), "## The program")
    found = dict(verbs(capsys, monkeypatch))
    lines = [row[0].strip("`") for row in rows(told)]
    listed = {" ".join(word for word in line.split()[1:] if not word.isupper()) for line in lines if "moim " in line}
    assert listed == found.keys() - {""}
    options = {
        (span.split()[0], row[1].strip("`"))
        for row in rows(told)
        for span in re.findall(r"`(--[^`]+)`", row[0])
        if span != "--help"
    }
    named = {option for names in found.values() for option in names if option.startswith("--")}
    assert options == {
        (option, verb or "moim")
        for verb, names in found.items()
        for option in names & named - {"--help"}
    }  # fmt: skip
    for verb, names in found.items():
        for argument in (name.strip() for name in names if not name.startswith("--")):
            assert f"`moim {verb} {argument}`" in told


def test_every_exit_code_is_told() -> None:
    told = {row[0] for row in rows(section(page("docs/reference.md"), "## The program"))}
    codes = {cli.OK, cli.FOUND, cli.USAGE, cli.CONFIGURATION, cli.INTERRUPTED}
    assert {cell for cell in told if cell.isdecimal()} == set(map(str, codes))
    assert f"RestartPreventExitStatus={cli.CONFIGURATION}\n" in page("docs/moim.service")


def test_every_setting_is_told_with_its_default() -> None:
    told = {row[0].strip("`"): row[1] for row in rows(section(page("docs/reference.md"), "## Settings"))[1:]}
    assert list(told) == [name.upper() for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, str):
            assert told[name.upper()] == f"`{field.default}`"
        else:
            assert "`" not in told[name.upper()]


# --- the catalogue's files


def keys_of(cls: type, prefix: str = "") -> Iterator[tuple[str, bool, Any, Rule]]:
    """Every key that a hand-written table may have: its dotted name, whether it is required, its type and rule."""
    hints = get_type_hints(cls, include_extras=True)
    for field in fields(cls):
        if get_origin(hints[field.name]) is not Annotated:
            continue
        hint, rule = get_args(hints[field.name])
        yield prefix + field.name, field.default is MISSING and field.default_factory is MISSING, hint, rule
        for inner in types_in(hint):
            if is_dataclass(inner) and inner is not Bilingual:
                yield from keys_of(inner, f"{prefix}{field.name}.")


def types_in(hint: Any) -> Iterator[type]:
    if args := get_args(hint):
        for arg in args:
            yield from types_in(arg)
    elif isinstance(hint, type):
        yield hint


@pytest.mark.parametrize(
    ("cls", "heading"),
    [
        (Resource, "## A resource"),
        (Topic, "## A topic"),
        (Method, "## A row of method"),
        (Redirect, "## A redirect"),
        (Change, "## A change"),
        (StudyPath, "## A path"),
        (Series, "## A series"),
        (Classic, "## A paper"),
        (PaperList, "## A list of papers"),
    ],
)
def test_every_key_of_the_catalogue_is_told(cls: type, heading: str) -> None:
    told = {
        row[0].strip("*").strip("`"): (row[0].startswith("**"), row[1])
        for row in rows(section(page("docs/catalogue.md"), heading))
        if "`" in row[0] and not row[0].startswith("`[")
    }
    known = {name: (required, hint, rule) for name, required, hint, rule in keys_of(cls)}
    assert told.keys() == known.keys()
    for name, (required, hint, rule) in known.items():
        bold, about = told[name]
        assert bold == required, name
        for inner in types_in(hint):
            if issubclass(inner, StrEnum):
                assert {member.value for member in inner} <= set(re.findall(r"`([^`]+)`", about)), name
            if inner is Bilingual:
                assert f"({rule.ko}, {rule.en})" in about, name


def test_every_table_around_the_topics_is_told(books: Shelf) -> None:
    told = section(page("docs/catalogue.md"), "### The words around them")
    for cls in (Ambiguous, WholeWord):
        for name, _, _, _ in keys_of(cls):
            assert f"`{name}`" in told
    for name in tomllib.loads(page("data/topics.toml"))["words"]:
        assert f"`[words.{name}]`" in told


# --- privacy, hosting


def test_every_table_of_the_database_is_told_in_the_privacy_page() -> None:
    told = section(page("docs/privacy.md"), "## What it keeps")
    named = {name for row in rows(told) for name in re.findall(r"`([a-z_]+)`", row[0])}
    assert named == set(metadata.tables)


def test_the_privacy_page_and_the_help_name_the_right_times() -> None:
    told = section(page("docs/privacy.md"), "## What it keeps")
    assert f"between {memory.PRESS_RENEWED.days} and {PRESS_KEPT.days} days" in told
    for locale in Locale:
        assert str((PRESS_KEPT + PRESS_GRACE).days) in texts(locale)("help.keeps")


def test_the_hosts_guide_gives_each_right_with_its_reason() -> None:
    told = rows(section(page("docs/host.md"), "## Connect Discord"))
    t = texts(Locale.EN)
    expected = [[t(f"host.rights.{name}"), t(f"host.rights.{name}_why")] for name in RIGHTS]
    assert [row for row in told if row in expected] == expected


def test_every_message_of_the_hosts_guide_is_one_the_program_says() -> None:
    sources = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "data" / "locales" / "en").glob("*.toml")]
    said = "\n".join(file.read_text(encoding="utf-8") for file in [*sources, ROOT / "requirements" / "set-up.sh"])
    told = [row[0].strip("`") for row in rows(section(page("docs/host.md"), "## When a message appears"))]
    messages = [cell for cell in told if " " in cell and f"`{cell}`" in page("docs/host.md")]
    assert len(messages) > 25
    assert [message for message in messages if message not in said] == []


def test_the_version_has_its_place_in_the_changelog() -> None:
    version = tomllib.loads(page("pyproject.toml"))["project"]["version"]
    assert f"\n## [{version}] - " in page("CHANGELOG.md")
    assert "\n## [Unreleased]\n" in page("CHANGELOG.md")


def test_decisions_are_numbered_without_a_gap_and_complete() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        number = int(path.name[:4])
        assert page_of(path).startswith(f"# {number}. ")
        assert re.findall(r"^## (\w+)$", page_of(path), re.MULTILINE) == ["Context", "Decision", "Consequences"]


# --- the figures


def test_the_figures_of_the_recommendations_are_not_stale(books: Shelf) -> None:
    queries = queries_from(page("tests/core/data/queries.json"))
    halves: dict[int, list[Query]] = {0: [], 1: []}
    for query in queries:
        halves[hashlib.md5(query.id.encode(), usedforsecurity=False).digest()[-1] % 2].append(query)
    second_judge = [page(f"tests/core/data/second-judge-{half}.json") for half in ("learned", "held-out")]
    measured = [
        evaluation
        for some in (list(queries), halves[0], halves[1], *map(queries_from, second_judge))
        for evaluation in (evaluate(some, books), evaluate_bm25(some, books))
    ]
    told = rows(section(page("docs/recommendations.md"), "## How good it is"))
    told, added = told[1 : len(measured) + 1], told[len(measured) + 2 :]
    for row, evaluation in zip(told, measured, strict=True):
        assert_near(row, evaluation)
    bare = Shelf(Catalogue([replace(each, first_for=()) for each in books.catalogue]), books.topics, books.methods)
    for row, some in zip(added, (halves[0], halves[1], *map(queries_from, second_judge)), strict=True):
        assert_starting_points_add(row, evaluate(some, books).ndcg_at_5, evaluate(some, bare).ndcg_at_5)


def assert_starting_points_add(row: list[str], with_them: float, without: float) -> None:
    assert [float(cell) for cell in row[1:]] == pytest.approx([with_them, without, with_them - without], abs=0.03), row
    assert with_them - without <= STARTING_POINTS_ADD, row


def assert_near(row: list[str], measured: Evaluation) -> None:
    number, ndcg, recall, never = re.search(r"\d+", row[0]), float(row[2]), float(row[3]), int(row[4])
    assert number is not None and int(number[0]) == measured.queries
    assert ndcg == pytest.approx(measured.ndcg_at_5, abs=0.03), row
    assert recall == pytest.approx(measured.must_recall_at_5, abs=0.03), row
    assert never == measured.never_violations, row


# --- the recipes


def recipes() -> list[tuple[str, str, str]]:
    """The blocks of CONTRIBUTING.md that say in their first line which file they belong to: language, file, content."""
    found = []
    for indent, language, body in FENCE.findall(page("CONTRIBUTING.md")):
        lines = [line.removeprefix(indent) for line in body.splitlines()]
        caption = re.fullmatch(r"# ((?:data|cogs)/\S+)", lines[0])
        if caption:
            found.append((language, caption[1], "\n".join(lines[1:]) + "\n"))
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The program and its data, to be changed."""
    for folder in ("bot", "cogs", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def moim(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={"PATH": "", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def recipe_for(beginning: str) -> list[tuple[str, str]]:
    found = [(file, content) for _, file, content in recipes() if file.startswith(beginning)]
    assert found
    return found


def test_a_resource_is_added_as_the_recipe_says(checkout: Path) -> None:
    [(file, content)] = recipe_for("data/resources/")
    with (checkout / file).open("a", encoding="utf-8") as target:
        target.write("\n" + content)
    assert "nothing to mend" in moim(checkout, "data", "check")
    [row_id] = tomllib.loads(content)
    assert tomllib.loads(content)[row_id]["title"] in moim(checkout, "ask", f"/recommend {row_id}")


def test_a_mistake_in_a_resource_is_named_as_the_recipe_says(checkout: Path) -> None:
    [(file, content)] = recipe_for("data/resources/")
    [row_id] = tomllib.loads(content)
    without = "".join(line for line in content.splitlines(keepends=True) if not line.startswith("note.ko"))
    with (checkout / file).open("a", encoding="utf-8") as target:
        target.write("\n" + without)
    [finding] = [str(each) for each in shelf.check(checkout / "data")]
    pattern = re.escape(f"{file}:LINE: {row_id}: note.ko: is missing").replace("LINE", r"\d+")
    assert re.fullmatch(pattern, finding)
    assert re.search(pattern, page("CONTRIBUTING.md"))


def test_an_alias_is_added_as_the_recipe_says(checkout: Path) -> None:
    [(file, content)] = recipe_for("data/topics.toml")
    [(topic, changed)] = tomllib.loads(content)["topics"].items()
    [alias] = changed["aliases"]["ko"]
    before, table, after = (checkout / file).read_text(encoding="utf-8").partition(f"[topics.{topic}]\n")
    if alias not in tomllib.loads(before + table + after)["topics"][topic]["aliases"]["ko"]:
        after = after.replace("aliases.ko = [", f'aliases.ko = ["{alias}", ', 1)
    (checkout / file).write_text(before + table + after, encoding="utf-8")
    assert "nothing to mend" in moim(checkout, "data", "check")
    name = tomllib.loads(before + table + after)["topics"][topic]["name"]["ko"]
    assert moim(checkout, "ask", "--locale", "ko", alias).startswith(f"■ {name}")


def test_a_command_is_added_as_the_recipe_says(checkout: Path) -> None:
    [(cog, _)] = recipe_for("cogs/")
    for file, content in [*recipe_for("cogs/"), *recipe_for("data/locales/")]:
        (checkout / file).write_text(content, encoding="utf-8")
    name = Path(cog).stem
    root = checkout / "bot" / "app" / "house.py"
    text = root.read_text(encoding="utf-8")
    text = text.replace("from cogs.start import", f"from cogs.{name} import {name.title()}\nfrom cogs.start import")
    text = text.replace("    return [\n", f"    return [\n        {name.title()}(s.library),\n")
    root.write_text(text, encoding="utf-8")
    assert "Reinforcement learning" in moim(checkout, "ask", f"/{name}")
    assert f"/{name} " in moim(checkout, "ask", "/help")
