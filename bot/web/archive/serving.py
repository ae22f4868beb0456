"""Serves the archives: to whoever knows a group's address, and to everybody what its organisers made public.

Every page is drawn from the database; no path of a request ever becomes a path of a file. What is not there is told in
both languages, and whether a group exists is told to nobody.
"""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from aiohttp import web

from bot.core.digest.archive import Archive, Front
from bot.core.people import GroupId
from bot.i18n import Locale
from bot.web.archive import drawing, files

TYPES = {".html": "text/html", ".xml": "application/atom+xml", ".ics": "text/calendar", ".css": "text/css"}
PICTURE = "image/svg+xml"
_HEADERS = {"Content-Security-Policy": f"{drawing.POLICY}; frame-ancestors 'none'", "Cache-Control": "no-cache"}
_UNLISTED = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-cache"}
_LANGUAGE = re.compile(r"[a-z]{2}")


class Source(files.Source, Protocol):
    """What pages are made from, and who may see them."""

    async def behind(self, word: str) -> GroupId | None:
        """Return whose archive a word leads to; None for a wrong one."""
        ...

    async def is_public(self, group_id: GroupId) -> bool:
        """Say whether everybody may read a group's archive."""
        ...

    async def of(self, group_id: GroupId, *, openly: bool) -> Archive | None:
        """Return what a group's pages show; None for a group that is not there."""
        ...

    async def front(self) -> Front:
        """Return all archives that everybody may read."""
        ...


def routes(source: Source) -> web.RouteTableDef:
    """Return the table. It answers everything under `/`, so it comes after every other."""
    table = web.RouteTableDef()

    @table.get("/g/{word:[a-z2-7]{32}}")
    @table.get("/g{number:[0-9]{1,9}}")
    async def without_slash(request: web.Request) -> web.Response:
        """Lead to the folder: its pages name each other from there."""
        folder = request.path.rpartition("/")[2]
        return web.Response(status=308, headers={"Location": f"{folder}/"} | _HEADERS | _UNLISTED)

    @table.get("/g/{word}/{page:[^/]*}")
    async def secretly(request: web.Request) -> web.Response:
        """Show a page to whoever knows its group's word."""
        group_id = await source.behind(request.match_info["word"])
        return await of_group(request, group_id, openly=False)

    @table.get("/g{number:[0-9]{1,9}}/{page:[^/]*}")
    async def openly(request: web.Request) -> web.Response:
        """Show a page of a group that is public; of every other number nothing is told."""
        group_id = GroupId(int(request.match_info["number"]))
        if not await source.is_public(group_id):
            return _notice(request, "closed", 403)
        return await of_group(request, group_id, openly=True)

    @table.get("/{page:[^/]*}")
    async def front(request: web.Request) -> web.Response:
        """Show what is before all archives."""
        page = _page(request)
        drawn = files.asset(page)
        if drawn is None and page in files.FRONT:
            drawn = await files.front_file(source, await source.front(), page)
        return _missing(request) if drawn is None else _answer(request, page, drawn, listed=True)

    @table.route("*", "/{anything:.*}")
    async def anything(request: web.Request) -> web.Response:
        """Say that there is nothing."""
        return _missing(request)

    async def of_group(request: web.Request, group_id: GroupId | None, *, openly: bool) -> web.Response:
        archive = await source.of(group_id, openly=openly) if group_id is not None else None
        page = _page(request)
        drawn = await files.file(source, archive, page) if archive is not None else None
        return _missing(request) if drawn is None else _answer(request, page, drawn, listed=openly)

    return table


def _page(request: web.Request) -> str:
    return request.match_info["page"] or drawing.INDEX


def _answer(request: web.Request, page: str, drawn: bytes, *, listed: bool) -> web.Response:
    tag = hashlib.sha256(drawn).hexdigest()[:32]
    kind = TYPES.get(page[page.rfind(".") :], PICTURE)
    headers = _HEADERS | {"ETag": f'"{tag}"'} | ({} if listed else _UNLISTED)
    if any(each.value in (tag, "*") for each in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=drawn, headers=headers, content_type=kind, charset="utf-8")


def _missing(request: web.Request) -> web.Response:
    return _notice(request, "missing", 404)


def _notice(request: web.Request, kind: str, status: int) -> web.Response:
    spoken = _LANGUAGE.match(request.headers.get("Accept-Language", ""))
    style = "../" * (request.path.count("/") - 1) + drawing.STYLE
    said = drawing.notice_page(kind, Locale.of(spoken[0] if spoken else None), style)
    headers = _HEADERS | _UNLISTED
    return web.Response(status=status, text=said, headers=headers, content_type=TYPES[".html"], charset="utf-8")
