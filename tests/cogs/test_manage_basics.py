"""What a group is called, how far it is and where its clock stands are its organisers' to say."""

from __future__ import annotations

from tests.cogs.evening import Evening, evening, fill, set_up

__all__ = ["evening"]


async def test_name_zone_level_and_topics_are_the_organisers(evening: Evening) -> None:
    jisoo = await set_up(evening)
    await jisoo.call("manage")
    await jisoo.take("이름과 주제")
    await fill(jisoo, "이름 바꾸기", name="  생성 모델   읽기 ")
    await fill(jisoo, "시간대", city="베를린")
    await jisoo.take("입문 논문")
    assert jisoo.seen is not None
    assert jisoo.seen.menu is not None
    wire = jisoo.seen.menu.wires[0]
    await jisoo.press(wire)
    await jisoo.press(wire)
    group = await evening.group()
    assert (group.name, group.zone, group.settings.stage) == ("생성 모델 읽기", "Europe/Berlin", "beginner")
    assert len(group.settings.topics) == 1, "a second tap sets the same"
    assert group.rhythm is not None
    assert f"{group.rhythm.first:%H:%M}" == "21:00"
