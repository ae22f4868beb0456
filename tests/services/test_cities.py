"""The list of cities is read when it is first needed."""

from __future__ import annotations

import asyncio

from bot.services.cities import CityList


async def test_many_who_need_the_cities_at_once_share_one_reading() -> None:
    cities = CityList()
    first, *others = await asyncio.gather(*(cities.get() for _ in range(8)))
    assert all(each is first for each in others)
    assert await cities.get() is first
