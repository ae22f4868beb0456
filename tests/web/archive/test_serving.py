"""The archive to an HTTP client (F9 of the faults): what is private stays so, nothing leads outside, nothing runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from bot.i18n import Locale
from bot.web import health
from bot.web.archive import serving
from bot.web.site import application
from tests.web.archive.house import PLACE, Issued, issued_club
from tests.web.archive.sample import ATTACK, attack, issue

Client = TestClient[Request, Application]
STRICT = ("default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'")
KINDS = {
    "index.html": "text/html",
    "index.en.html": "text/html",
    "3.html": "text/html",
    "atom.xml": "application/atom+xml",
    "calendar.ics": "text/calendar",
    "style.css": "text/css",
    "icon.svg": "image/svg+xml",
}


@pytest.fixture
async def issued(tmp_path: Path) -> AsyncIterator[Issued]:
    async with issued_club(tmp_path, "https://moim.example.org") as made:
        yield made


@pytest.fixture
async def client(issued: Issued) -> AsyncIterator[Client]:
    tables = [health.routes(lambda: ()), serving.routes(issued.archives)]
    async with TestClient(TestServer(application(tables))) as made:
        yield made


async def secret(issued: Issued) -> str:
    return f"/{(await issued.archives.entrance(issued.group.id)).secret_path}"


async def test_whoever_knows_the_word_reads_everything(client: Client, issued: Issued) -> None:
    folder = await secret(issued)
    assert "아홉 분이 읽고" in await (await client.get(folder)).text()
    for name, kind in KINDS.items():
        answer = await client.get(folder + name)
        assert (answer.status, answer.content_type, answer.charset) == (200, kind, "utf-8"), name
        policy = answer.headers["Content-Security-Policy"]
        assert all(rule in policy for rule in STRICT)
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_without_the_word_a_private_archive_is_closed_whoever_asks_however(
    client: Client, issued: Issued
) -> None:
    word = (await issued.archives.entrance(issued.group.id)).word
    for page in ("", *KINDS):
        closed, nobody = await client.get(f"/g{issued.group.id}/{page}"), await client.get(f"/g99/{page}")
        assert closed.status == nobody.status == 403
        assert await closed.text() == await nobody.text(), "whether there is such a group is told to nobody"
        assert word not in await closed.text()
    for wrong in (word[:-1] + ("a" if word[-1] != "a" else "b"), word.upper(), word[:31], "a" * 32, word + "a"):
        assert (await client.get(f"/g/{wrong}/")).status == 404
    assert word not in await (await client.get("/")).text()


async def test_a_new_word_leaves_the_old_one_to_nobody(client: Client, issued: Issued) -> None:
    before = await secret(issued)
    assert (await client.get(f"{before}3.html")).status == 200
    await issued.archives.renew(issued.group.id)
    assert (await client.get(f"{before}3.html")).status == 404
    assert (await client.get(f"{await secret(issued)}3.html")).status == 200


async def test_what_is_public_is_listed_and_everybody_reads_it_until_it_is_not(client: Client, issued: Issued) -> None:
    assert "목요 논문" not in await (await client.get("/")).text()
    await issued.archives.publish(issued.group.id, True)
    front, index = await client.get("/"), await client.get(f"/g{issued.group.id}/")
    assert "목요 논문" in await front.text()
    assert f'href="g{issued.group.id}/index.html"' in await front.text()
    assert (front.status, index.status) == (200, 200)
    assert "X-Robots-Tag" not in index.headers
    for page in ("/atom.xml", "/calendar.ics", "/index.en.html"):
        assert (await client.get(page)).status == 200
    await issued.archives.publish(issued.group.id, False)
    assert (await client.get(f"/g{issued.group.id}/")).status == 403
    assert "목요 논문" not in await (await client.get("/atom.xml")).text()


async def test_where_the_group_meets_is_in_its_own_calendar_alone(client: Client, issued: Issued) -> None:
    await issued.archives.publish(issued.group.id, True)
    assert PLACE in await (await client.get(f"{await secret(issued)}calendar.ics")).text()
    for page in (f"/g{issued.group.id}/calendar.ics", "/calendar.ics"):
        assert PLACE not in await (await client.get(page)).text()


async def test_no_script_in_a_title_reaches_a_page(client: Client, issued: Issued) -> None:
    kept = attack()
    async with issued.storage.write() as uow:
        there = await uow.issues.numbered(issued.group.id, 3)
        assert there is not None
        await uow.issues.rewrite(there.id, kept.issue)
    await issued.groups.change(issued.group.id, name=ATTACK)
    await issued.archives.publish(issued.group.id, True)
    for page in ("/", "/atom.xml", *(f"/g{issued.group.id}/{name}" for name in KINDS)):
        answer = await client.get(page)
        assert answer.status == 200
        text = await answer.text()
        if page.endswith((".html", "/")):
            assert "<script" not in text
            assert "&lt;script&gt;" in text
            assert "<img" not in text
        if page.endswith(".xml"):
            assert "<script" not in text
            contents = [each.partition("</content>")[0] for each in text.split("<content")[1:]]
            assert contents
            assert not any("&lt;script" in each for each in contents), "also once it is unescaped"


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/../etc/passwd",
            "/g/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2fetc%2fpasswd",
            "/g1/..%2fstyle.css",
        ),
        *(
            "/templates/page.html",
            "/page.html",
            "/.env",
            "/moim.db",
            "/g/%00/",
            "/g//",
            "//etc/passwd",
            "/g1%0d%0aX: y/",
        ),
        *(
            "/{word}/../../moim.db",
            "/{word}/..%2f..%2fmoim.db",
            "/{word}/%2e%2e/3.html",
            "/{word}/3.html/",
            "/{word}/-3.html",
        ),
        *(
            "/{word}/03.html",
            "/{word}/99.html",
            "/{word}/4.html",
            "/{word}/INDEX.HTML",
            "/{word}/index.fr.html",
            "/{word}/%",
        ),
    ],
)
async def test_no_path_leads_outside(client: Client, issued: Issued, path: str) -> None:
    word = (await issued.archives.entrance(issued.group.id)).word
    await issued.keep(issue(4), sent=False)
    status, head, body = await raw(client, path.replace("{word}", f"g/{word}"))
    assert status in (400, 403, 404), path
    assert "x: y" not in head.lower()
    assert "root:" not in body
    assert "SQLite" not in body


async def raw(client: Client, path: str) -> tuple[int, str, str]:
    """Ask for a path as it is: clients tidy paths up before they send them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.server.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode("utf-8", "replace")
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head, body


async def test_a_page_that_did_not_change_is_not_sent_again(client: Client, issued: Issued) -> None:
    folder = await secret(issued)
    for name in KINDS:
        first = await client.get(folder + name)
        tag = first.headers["ETag"]
        again = await client.get(folder + name, headers={"If-None-Match": tag})
        assert (again.status, await again.read(), again.headers["ETag"]) == (304, b"", tag)
        assert "Content-Security-Policy" in again.headers
    before = (await client.get(folder)).headers["ETag"]
    await issued.keep(issue(4))
    after = await client.get(folder, headers={"If-None-Match": before})
    assert (after.status, after.headers["ETag"] == before) == (200, False)


async def test_a_head_is_answered_without_a_body_and_nothing_can_be_sent(client: Client, issued: Issued) -> None:
    folder = await secret(issued)
    head = await client.head(f"{folder}3.html")
    assert (head.status, await head.read()) == (200, b"")
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        assert (await client.request(method, f"{folder}3.html", data=b"x")).status == 404


async def test_a_folder_without_its_slash_leads_to_it_under_any_prefix(client: Client, issued: Issued) -> None:
    folder = (await secret(issued)).rstrip("/")
    answer = await client.get(folder, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (308, f"{folder.rpartition('/')[2]}/")
    assert (await client.get(folder)).status == 200
    await issued.archives.publish(issued.group.id, True)
    assert (await client.get(f"/g{issued.group.id}")).status == 200


async def test_what_is_not_there_is_told_in_the_reader_s_language_first(client: Client) -> None:
    for spoken, locale in (("ko-KR,ko;q=0.9,en;q=0.8", Locale.KO), ("en", Locale.EN), ("", Locale.EN)):
        answer = await client.get("/a/b/nothing", headers={"Accept-Language": spoken})
        said = await answer.text()
        assert answer.status == 404
        assert f'<html lang="{locale}">' in said
        assert "그런 페이지는 없어요" in said
        assert "There is no such page" in said
        assert 'href="../../style.css"' in said


async def test_a_group_that_is_over_has_no_page(client: Client, issued: Issued) -> None:
    folder = await secret(issued)
    await issued.archives.publish(issued.group.id, True)
    await issued.groups.end(issued.group.id)
    assert (await client.get(folder)).status == 404
    assert (await client.get(f"/g{issued.group.id}/")).status == 404


async def test_the_other_parts_of_the_site_are_where_they_were(client: Client) -> None:
    assert await (await client.get("/health")).json() == {"status": "ok"}
    assert (await client.get("/metrics")).status == 404
