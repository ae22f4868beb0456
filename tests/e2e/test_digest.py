"""Two months of digests over made feeds, on both apps and the pages: nothing twice, every reason true, no noise.

A Korean group over Discord and Telegram says what it likes and edits its issues. An English one on Telegram follows the
same sources and says nothing: what the first is sent otherwise is due to what it said. Each issue is a golden file.
"""

from __future__ import annotations

import asyncio
import re
import socket
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from syrupy.assertion import SnapshotAssertion
from syrupy.location import PyTestLocation
from syrupy.types import SnapshotIndex

from bot.core.digest.issue import NEWS, KeptIssue, PartKind
from bot.core.digest.issue import Entry as Told
from bot.core.timewords import date_in_words
from bot.i18n import Locale, texts
from bot.services import shelf
from bot.storage import Storage
from tests.contract.on_telegram import TelegramPerson
from tests.contract.people import Seen
from tests.e2e.leaping import SEOUL, LeapingBot, archive
from tests.e2e.newsroom import Entry, Newsroom, Source, newsroom
from tests.e2e.served import assert_calm
from tests.e2e.storybook import Diary, Hero, StoryFile
from tests.e2e.test_ritual import Group, assert_nobody_was_called
from tests.standins import DiscordSim, TelegramSim
from tests.standins.arxiv import ArxivStandIn

Json = dict[str, Any]
TUESDAY = datetime(2026, 3, 3, 20, 30, tzinfo=SEOUL)
FIRST = date(2026, 3, 15)  # the Sunday of the first issue: none comes in the week in which a group begins
WEEKS, EMPTY = 8, 4
DAYS = 5  # on which anything happens, from Monday on; then comes the Sunday
ROOM = "읽기-모임"
HERE, THERE, ABROAD = f"디스코드 #{ROOM}", "텔레그램 논문 읽기", "텔레그램 Slow Readers"
RL, GRAPHS, ROBOTS, DEEP_RL = "reinforcement-learning", "graph-ml", "robotics", "deep-rl"
FOLLOWED = frozenset((RL, GRAPHS, DEEP_RL))  # what both groups follow, with what lies below it
KOREAN, ENGLISH = "Study Group", "Slow Readers"
ZONES = {KOREAN: SEOUL, ENGLISH: ZoneInfo("UTC")}
KOREAN_ONLY = frozenset(("korean", "town"))
DROPPED = "Graph Neural Networks With Polite Neighbours"  # by an organiser of one of the groups
ISSUE, HOUR = re.compile(r"소식 제\d+호|digest, issue \d+"), re.compile(r"에 만나요\.|We meet at ")
SILENT = 1 << 12
Issues = Mapping[str, tuple[KeptIssue, ...]]


def on(week: int, day: int, hour: int = 9) -> datetime:
    """Return a moment of the week that ends with the issue `week`: day 0 is the Monday before it, day 6 its Sunday."""
    monday = FIRST - timedelta(days=6) + timedelta(weeks=week - 1)
    return datetime.combine(monday + timedelta(days=day), time(hour), SEOUL)


@dataclass(frozen=True)
class Mention:
    """How one source tells of a thing: on which day, under which words and address if not those of the thing."""

    source: str
    week: int
    day: int
    title: str = ""
    url: str = ""
    guid: str = ""

    @property
    def at(self) -> datetime:
        """Return when it came out: a while before the source brings it."""
        return on(self.week, self.day) - timedelta(minutes=1)


@dataclass(frozen=True)
class Thing:
    """One thing there is to read or watch, what it is truly about, and every mention of it, the repeated ones too."""

    title: str
    url: str
    about: frozenset[str]
    mentions: tuple[Mention, ...]

    @property
    def names(self) -> frozenset[str]:
        """Return every title and address it goes by."""
        own = {self.title, self.url}
        return frozenset(own | {word for each in self.mentions for word in (each.title, each.url) if word})

    def known(self, until: datetime) -> list[Mention]:
        """Return what was told of it before a moment."""
        return [each for each in self.mentions if on(each.week, each.day) < until]


def thing(title: str, url: str, about: str, *mentions: Mention) -> Thing:
    return Thing(title, url, frozenset(about.split()), mentions)


def arxiv(number: str) -> str:
    return f"https://arxiv.org/abs/2603.{number}"


THINGS = (
    # The first week: one paper that three sources name.
    thing("Offline Reinforcement Learning Without Regret", arxiv("00101"), RL,
        Mention("papers", 1, 0),
        Mention("daily", 1, 1, url="https://huggingface.co/papers/2603.00101"),
        Mention("notes", 1, 2, "Offline reinforcement learning without regret", "https://notes.example/offline"),
        Mention("papers", 2, 1, "[v2] Offline Reinforcement Learning Without Regret", f"{arxiv('00101')}v2", "again-1"),
    ),
    thing("Graph Neural Networks Read Their Own Mail", arxiv("00102"), GRAPHS, Mention("papers", 1, 1)),
    thing("A lecture on Q-learning from scratch", "https://www.youtube.com/watch?v=aaaaaaaaaa1", RL,
        Mention("hall", 1, 3)),
    thing("강화학습으로 화분에 물 주기", "https://k.example/plants", RL,
        Mention("korean", 1, 4),
        Mention("korean", 2, 2, url="https://k.example/plants?utm_source=feed", guid="plants-again"),
    ),
    thing("Message passing on graphs of tea houses", "https://letter.example/tea", GRAPHS, Mention("letter", 1, 2)),
    thing("동네 연구실의 한 주 기록, 첫 번째", "https://town.example/1", "", Mention("town", 1, 4)),
    # The second: what came before comes again under other words, ids and addresses.
    thing("Policy Gradients for Sleepy Robots", arxiv("00201"), f"{ROBOTS} {RL}",
        Mention("papers", 2, 0),
        Mention("daily", 2, 0),
        Mention("letter", 3, 2, "Sleepy robots and their policies", f"{arxiv('00201')}?utm_source=letter"),
    ),
    thing("Multi-Agent Reinforcement Learning in a Small Kitchen", arxiv("00202"), f"{RL} {DEEP_RL}",
        Mention("papers", 2, 3)),
    thing("동네 연구실의 한 주 기록, 두 번째", "https://town.example/2", "", Mention("town", 2, 4)),
    # The third: the notes are away from Tuesday on.
    thing("Actor-Critic Methods With Two Coffees", arxiv("00301"), f"{RL} {DEEP_RL}",
        Mention("papers", 3, 0),
        Mention("daily", 3, 1, "Actor-critic methods with two coffees (ICML 2026)"),
    ),
    thing("Graph neural networks in one evening, a lecture", "https://www.youtube.com/watch?v=aaaaaaaaaa3", GRAPHS,
        Mention("hall", 3, 2)),
    # Nothing in the fourth. The notes are back in the fifth, with what they wrote meanwhile.
    thing("Reinforcement learning notes on rewards nobody likes", "https://notes.example/rewards", RL,
        Mention("notes", 4, 2)),
    thing("Reinforcement Learning From Other People's Mistakes", arxiv("00501"), RL,
        Mention("papers", 5, 0), Mention("daily", 5, 1)),
    thing("Graph Neural Networks With Polite Neighbours", arxiv("00502"), GRAPHS, Mention("papers", 5, 1)),
    thing("Hierarchical Reinforcement Learning for Long Mondays", arxiv("00503"), f"{RL} {DEEP_RL}",
        Mention("papers", 5, 2)),
    # The sixth has more than an issue holds.
    *(thing(f"Reinforcement Learning {words}", arxiv(f"0060{number}"), RL, Mention("papers", 6, 1))
        for number, words in enumerate(("in Slow Motion", "Before Breakfast", "and the Quiet Critic"), 1)),
    *(thing(f"Graph Neural Networks {words}", arxiv(f"0061{number}"), GRAPHS, Mention("papers", 6, 1))
        for number, words in enumerate(("That Knit", "for Distant Cousins", "Under Winter Light"), 1)),
    thing("Reinforcement learning notes on patience", "https://notes.example/patience", RL, Mention("notes", 6, 1)),
    *(thing(f"Graph neural networks {words}", f"https://letter.example/{number}", GRAPHS, Mention("letter", 6, 1))
        for number, words in enumerate(("at the post office", "and rainy weekends", "seen from a train"), 1)),
    # The last two are ordinary.
    thing("Exploration in Reinforcement Learning by Getting Lost", arxiv("00701"), RL,
        Mention("papers", 7, 0), Mention("daily", 7, 1)),
    thing("Seven Ways to Count Sheep", arxiv("00702"), "",
        Mention("papers", 7, 1),
        Mention("daily", 7, 2, url="https://www.alphaxiv.org/abs/2603.00702"),
        Mention("letter", 7, 3, url=f"{arxiv('00702')}?utm_campaign=x"),
    ),
    thing("A lecture held in an empty room", "https://www.youtube.com/watch?v=aaaaaaaaaa7", "", Mention("hall", 7, 4)),
    thing("Graph neural networks and one broken bicycle", "https://letter.example/bicycle", GRAPHS,
        Mention("letter", 7, 3)),
    thing("Reinforcement Learning With an Honest Simulator", arxiv("00801"), RL, Mention("papers", 8, 2)),
    thing("A lecture on graph neural networks for the impatient", "https://www.youtube.com/watch?v=aaaaaaaaaa8", GRAPHS,
        Mention("hall", 8, 1)),
)  # fmt: skip


ESSAY = Thing("An essay on slow reading", "", frozenset(), ())  # put up by a member


def sources_of(room: Newsroom) -> tuple[Source, ...]:
    """Open the sources that both groups get by their topics; that of the town is added by one of them."""
    both = (RL, GRAPHS)
    shipped = (
        Source("papers", "Made Papers", "papers", "rss", both),
        Source("daily", "Daily Picks", "papers", "atom", both),
        Source("notes", "Lab Notes", "blog", "json", both),
        Source("korean", "강화학습 이야기", "blog", "rss", both, ("ko",)),
        Source("hall", "Lecture Hall", "videos", "atom", both),
        Source("letter", "The Graph Letter", "newsletter", "rss", both),
    )
    for source in shipped:
        room.opens(source)
    room.opens(Source("town", "동네 연구실", "blog", "atom", (), ("ko",)))
    return shipped


class IssueFile(StoryFile):
    """An issue in a text file of its own."""

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        return f"{test_location.methodname}-{index}"


class Press(Group):
    """Both groups, their sources, and what the bot made of them."""

    news: Newsroom
    reading: ArxivStandIn

    def gather(self) -> None:
        """Let seven people be there."""
        self.room = self.discord.new_channel(ROOM)
        self.minji = self.on_discord("민지", self.room, permissions=0x20)
        self.seojun, self.haneul = (self.on_discord(name, self.room) for name in ("서준", "하늘"))
        self.jiu, self.taeo = (self.on_telegram(name) for name in ("지우", "태오"))
        self.chat = self.telegram.add_group("논문 읽기", owner=self.jiu.person.user, members=[self.taeo.person.user])
        self.ann, self.ben = (self._abroad(name) for name in ("Ann", "Ben"))
        self.abroad = self.telegram.add_group(
            "Slow Readers", owner=self.ann.person.user, members=[self.ben.person.user]
        )

    def _abroad(self, name: str) -> Hero:
        user = self.telegram.add_user(name, language_code="en")
        self.names[str(user["id"])] = name
        return Hero(name, TelegramPerson(self.telegram, user, Locale.EN), self.diary)

    def there(self, hero: Hero) -> Hero:
        """Return somebody in the group chat they are in."""
        person = hero.person
        chat = self.chat if person.locale is Locale.KO else self.abroad
        return Hero(hero.name, TelegramPerson(self.telegram, person.user, person.locale, chat), self.diary)

    def press(self, hero: Hero, *offers: str) -> Seen:
        """Press one after the other."""
        return [hero.take(offer) for offer in offers][-1]

    def set_up(self) -> None:
        """Set both groups up, with the same topics; the Korean one over both apps."""
        self.minji.call("manage")
        self.press(self.minji, "목요일", "오후 9:00", "투표", "이대로", "시작", "다음 주부터", "운영 판")
        self.press(self.minji, "이름과 주제", "강화학습", "그래프 머신러닝·GNN")
        self.minji.call("manage")
        code = self.press(self.minji, "채팅 연결", "다른 채팅 잇기").words.split("코드 ")[1].split()[0]
        admin = self.there(self.jiu)
        admin.call("manage")
        admin.take("다른 채팅의 모임과 잇기")
        admin.fill(code)
        self.tell()
        self.minji.take("이어요", on=self.post("민지에게 DM"))
        ann = self.there(self.ann)
        ann.call("manage")
        self.press(ann, "Thursday", "21:00", "A vote", "As it is", "Start", "From next week", "The panel")
        self.press(ann, "Name and topics", "Reinforcement learning", "Graph machine learning")
        self.add_the_towns()

    def add_the_towns(self) -> None:
        """Add a source by the page of which it is the feed."""
        self.minji.call("manage")
        self.press(self.minji, "소식", "소식통", "소식통 더하기")
        assert "동네 연구실" in self.minji.fill(self.news.site(self.news.sources["town"])).words

    def week(self, number: int) -> None:
        """Let a week pass up to the evening of its Sunday: sources bring, people do what they do, the issue comes."""
        for day in range(DAYS):
            self.bot.leap(on(number, day))
            self.tell()
            for each in THINGS:
                for mention in each.mentions:
                    if (mention.week, mention.day) == (number, day):
                        self.news.sources[mention.source].brings(_entry(each, mention))
            self.act(number, day)
        self.bot.leap(on(number, 6, 21))  # the other group lives in another zone
        self.tell()
        self.diary.day(self.bot.now)

    def act(self, week: int, day: int) -> None:
        """Let people do what they do on a day; in the empty week nobody does anything."""
        if day == 2 and week != EMPTY:
            self.seojun.take("읽는 중", on=self.newest(HERE, r"^이 주의 논문\n"))
            self.there(self.ben).take("Reading", on=self.newest(ABROAD, r"^The paper of the week\n"))
        match week, day:
            case 2, 3:
                self.haneul.call("suggest", self.reading.page("/essay", "<title>An essay on slow reading</title>"))
                self.haneul.take("이번 주 소식에")
            case 3, 0:
                self.news.sources["notes"].down = 500
            case 3, 4:
                ann = self.there(self.ann)
                ann.call("manage")
                self.press(ann, "Digest", "Say so in an empty week")
                self.haneul.call("digest")
            case 5, 0:
                self.news.sources["notes"].down = None
            case 5, 4:
                self.edit()
            case 6, 0:
                self.say()
            case 7, 0:
                self.amend()
            case 7, 1:
                self.enlarge()

    def edit(self) -> None:
        """Put one story first, leave one out, write a word beside a third: before anybody sees them."""
        self.minji.call("manage")
        self.press(self.minji, "소식", "미리 보기", "새 논문 고르기", "3", "맨 위로", "3", "빼기", "2", "한마디 적기")
        self.minji.fill("3장 그림부터 보면 좋아요")

    def say(self) -> None:
        """Say what one likes and does not: on Discord of the latest issue, on Telegram of one before."""
        self.seojun.call("digest")
        self.press(self.seojun, "글 1", "1", "이런 것 덜")
        taeo = self.there(self.taeo)
        taeo.take("영상 1", on=self.issue(THERE, 3))
        self.press(taeo, "1", "이런 것 더", "담기")

    def amend(self) -> None:
        """Write a word beside a story of the issue that is out."""
        self.minji.call("manage")
        self.press(self.minji, "소식", "나간 소식 고치기", "1", "한마디 적기")
        self.minji.fill("이번 주에 하나만 읽는다면 이거예요")
        self.tell()

    def enlarge(self) -> None:
        """Suggest a course for the catalogue, approve it, and find it at once."""
        taeo = self.there(self.taeo)
        taeo.call("suggest", self.reading.page("/course", "<title>Reinforcement learning for gardeners</title>"))
        taeo.take("카탈로그에")
        self.minji.call("manage")
        self.press(self.minji, "제안", "1", "승인")
        assert "gardeners" in self.seojun.call("search", "reinforcement learning for gardeners").words

    # what came of it

    def told(self, week: int) -> Iterator[tuple[str, str]]:
        """Yield what came on the Sunday of a week as it is read, with all that its buttons open: a name, and a text."""
        number = number_of(week)
        korean, english = (
            Diary(f"제{number}호, 디스코드와 텔레그램에서", SEOUL),
            Diary(f"No. {number}, on Telegram", SEOUL),
        )
        if week == EMPTY:
            english.day(on(week, 6, 19))
            english.posted(ABROAD, self.post(ABROAD), "")
            yield "issue-none-en", str(english)
            return
        korean.day(on(week, 6, 10))
        for where in (HERE, THERE):
            korean.posted(where, self.issue(where, number), where)
        english.day(on(week, 6, 19))
        english.posted(ABROAD, self.issue(ABROAD, number), ABROAD)
        readers = ((self.seojun, HERE, korean), (self.there(self.ben), ABROAD, english))
        for hero, where, diary in readers:
            post = self.issue(where, number)
            for offer in post.offers:
                Hero(hero.name, hero.person, diary).take(offer, on=post)
        yield f"issue-{number}-ko", str(korean)
        yield f"issue-{number}-en", str(english)

    def look_back(self) -> str:
        """Let somebody who was away see what they missed, and somebody what they saved; return it as it is read."""
        diary = Diary("하늘이 놓친 것을 보고, 태오가 담은 것을 봐요.", SEOUL)
        diary.day(self.bot.now)
        haneul, taeo = Hero("하늘", self.haneul.person, diary), Hero("태오", self.taeo.person, diary)
        haneul.call("digest")
        self.press(haneul, "놓친 것 4", "제3호")
        haneul.call("digest", "지난 소식")
        taeo.call("digest", "담은 것")
        return str(diary)

    def issue(self, where: str, number: int) -> Seen:
        """Return the post of an issue as it stands there now."""
        return self.newest(where, rf"(?:소식 제|digest, issue ){number}(?!\d)")

    def newest(self, where: str, words: str) -> Seen:
        """Return the newest post in a place that says so, as it stands there now."""
        sent = reversed([each for each in self.bot.carried() if not each.edited])
        posts = (self._seen(message) for each in sent if self.place(message := self.message(each)) == where)
        return next(post for post in posts if re.search(words, post.words))

    def issues(self) -> Issues:
        """Return every issue there is, by the name of its group, the first one first."""
        return asyncio.run(self._issues())

    async def _issues(self) -> Issues:
        address = f"sqlite+aiosqlite:///{self.bot.process.cwd}/var/moim.db"
        async with await Storage.open(address, clock=lambda: self.bot.now) as storage, storage.read() as uow:
            groups = await uow.groups.all()
            return {each.name: tuple(reversed(await uow.issues.latest(each.id, 20, sent=False))) for each in groups}


def number_of(week: int) -> int:
    """Return the number of the issue of a week: none came in the empty one."""
    return week if week < EMPTY else week - 1


def _entry(thing: Thing, mention: Mention) -> Entry:
    return Entry(mention.title or thing.title, mention.url or thing.url, mention.at, mention.guid)


@contextmanager
def press(folder: Path) -> Iterator[Press]:
    """Let both groups be set up on a Tuesday."""
    with DiscordSim() as discord, TelegramSim(flood=None) as telegram, archive({}) as papers, newsroom() as news:
        (folder / "feeds.json").write_text(news.rows(*sources_of(news)), encoding="utf-8")
        port = _free_port()
        env = {
            "FETCH_TRUSTED": f"127.0.0.1:{papers.port},127.0.0.1:{news.port}",
            "WEB_PORT": str(port),
            "WEB_URL": f"http://127.0.0.1:{port}",
        }
        bot = LeapingBot(folder, TUESDAY, discord, telegram, papers=papers, env=env)
        diary = Diary("두 모임이 두 달 동안 소식을 받아요.", SEOUL)
        diary.day(TUESDAY)
        place = Press(bot, discord, telegram, diary)
        place.news, place.reading = news, papers
        try:
            bot.start()
            place.gather()
            place.set_up()
            yield place
            bot.process.stop(expect=0)
        finally:
            bot.process.kill()
        assert_calm(bot.process)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def test_eight_weeks(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    with press(tmp_path) as place:
        for week in range(1, WEEKS + 1):
            place.week(week)
            for name, told in place.told(week):
                told = without_the_catalogue(told, place.issues())
                assert told == snapshot(name=name, extension_class=IssueFile)
        issues = place.issues()
        told = without_the_catalogue(place.look_back(), issues)
        assert told == snapshot(name="looking-back", extension_class=IssueFile)
        assert {name: len(each) for name, each in issues.items()} == {KOREAN: WEEKS - 1, ENGLISH: WEEKS - 1}
        assert_nothing_comes_twice(issues)
        assert_every_reason_is_true(issues)
        assert_what_was_said_counts(issues)
        assert_a_silent_source_is_told_until_it_is_back(issues)
        assert_what_changed_is_told(issues)
        assert_within_the_noise_budget(place)
        assert_nobody_was_called(place)
        assert_the_pages_show_the_same(place, issues)


def without_the_catalogue(told: str, issues: Issues) -> str:
    """Return a story without what the catalogue offers: that changes whenever somebody adds a row."""
    titles = {each.title for kept in all_of(issues) for each in kept.issue.part(PartKind.CATALOGUE)}
    lines = []
    for line in told.splitlines(keepends=True):
        offered = next((title for title in titles if title[:40] in line), None)
        lines.append(line if offered is None else f"{line.partition(offered[:40])[0]}…\n")
    return "".join(lines)


def all_of(issues: Issues) -> Iterator[KeptIssue]:
    for each in issues.values():
        yield from each


def thing_of(entry: Told) -> Thing:
    """Return what an entry is: by whatever title and address it came."""
    found = [each for each in (*THINGS, ESSAY) if entry.title in each.names or entry.url in each.names]
    assert len(found) == 1, (entry.title, entry.url)
    return found[0]


def assert_nothing_comes_twice(issues: Issues) -> None:
    for kept in issues.values():
        shown = [thing_of(entry) for each in kept for part in NEWS for entry in each.issue.part(part)]
        twice = [each.title for each, times in Counter(shown).items() if times > 1]
        assert not twice
    [korean, english] = (
        {thing_of(entry).title for each in issues[name] for part in NEWS for entry in each.issue.part(part)}
        for name in (KOREAN, ENGLISH)
    )
    left_out = {each.title for each in (*THINGS, ESSAY)} - korean
    assert left_out == {DROPPED}, "all of it came, in a later week what found no room, and not what was left out"
    assert DROPPED in english


def assert_every_reason_is_true(issues: Issues) -> None:
    """Hold every reason to the made feeds: the sentence is one of those that are true of the thing at that time."""
    for name, kept in issues.items():
        for each in kept:
            for entry in (entry for part in NEWS for entry in each.issue.part(part)):
                assert entry.line in set(true_of(thing_of(entry), name, each)), (
                    name,
                    each.number,
                    entry.title,
                    entry.line,
                )


def true_of(thing: Thing, group: str, kept: KeptIssue) -> Iterator[str]:
    """Yield every reason that is true of a thing for a group when an issue was made."""
    t, locale = texts(kept.issue.locale), kept.issue.locale
    books = shelf.load().topics
    for topic in thing.about & FOLLOWED:
        yield t("digest.why.topic", topic=books[topic].name(locale))
    heard = {each.source for each in thing.known(kept.made_at) if group == KOREAN or each.source not in KOREAN_ONLY}
    if len(heard) > 1:
        yield t("digest.why.mentions", count=len(heard))
    came = min((each.at for each in thing.known(kept.made_at)), default=None)
    if came is not None and kept.made_at - came <= timedelta(days=7):
        day = came.astimezone(ZONES[group]).date()
        yield t("digest.why.new", date=date_in_words(day, locale, kept.issue.last))
    if "town" in heard:
        yield t("digest.why.followed", source="동네 연구실")
    if thing is ESSAY and group == KOREAN:
        yield t("digest.why.suggested", count=1)


def assert_what_was_said_counts(issues: Issues) -> None:
    """Less of one thing and more of another change the next issue of those who said so, and nobody else's."""
    said, unsaid = (
        {part: [thing_of(entry) for entry in issues[name][number_of(6) - 1].issue.part(part)] for part in NEWS}
        for name in (KOREAN, ENGLISH)
    )
    about_graphs = [GRAPHS in each.about for each in said[PartKind.PAPERS]]
    assert about_graphs == sorted(about_graphs, reverse=True), "what was asked for comes first"
    assert [GRAPHS in each.about for each in unsaid[PartKind.PAPERS]] != about_graphs
    notes = {each for each in THINGS if each.mentions[0].source == "notes"}
    assert notes.isdisjoint(said[PartKind.POSTS]) and not notes.isdisjoint(unsaid[PartKind.POSTS])


def assert_a_silent_source_is_told_until_it_is_back(issues: Issues) -> None:
    for name, line in ((KOREAN, "화요일부터 응답이 없어요."), (ENGLISH, "Has not answered since Tuesday.")):
        told = [[(each.title, each.line) for each in kept.issue.part(PartKind.HEALTH)] for kept in issues[name]]
        assert told == [[], [], [("Lab Notes", line)], [], [], [], []]


def assert_what_changed_is_told(issues: Issues) -> None:
    for kept in issues.values():
        told = [[each.title for each in issue.issue.part(PartKind.CHANGES)] for issue in kept]
        assert told == [[], [], [], [], [], ["Reinforcement learning for gardeners"], []]


def assert_within_the_noise_budget(place: Press) -> None:
    """At most three messages a week in a main chat, the line an hour before a meeting apart; issues make no sound."""
    sent = [each for each in place.bot.carried() if not each.edited]
    issues = 0
    for chat, name in ((place.room, KOREAN), (place.chat, KOREAN), (place.abroad, ENGLISH)):
        here = [each for each in sent if each.channel == str(chat["id"])]
        local = [each.at.astimezone(ZONES[name]) for each in here]
        assert here and all(8 <= at.hour < 23 for at in local)
        words = [place._seen(place.message(each)).words for each in here]
        issues += sum(bool(ISSUE.search(said)) for said in words)
        weeks = Counter(
            at.date().isocalendar()[:2] for at, said in zip(local, words, strict=True) if not HOUR.search(said)
        )
        assert max(weeks.values()) <= 3, weeks
        extra = Counter(at.date().isocalendar()[:2] for at, said in zip(local, words, strict=True) if HOUR.search(said))
        assert max(extra.values(), default=0) <= 1, extra
    assert issues == 3 * (WEEKS - 1)
    for each in place.discord.calls("/channels/*/messages", "POST"):
        assert not ISSUE.search(str(each.body)) or (each.body["flags"] or 0) & SILENT
    for each in place.telegram.calls("sendMessage"):
        assert not ISSUE.match(each.body["text"]) or each.body["disable_notification"]


def assert_the_pages_show_the_same(place: Press, issues: Issues) -> None:
    """Behind the title of every post stands a page that says what the issue says, every entry with its reason."""
    for where, name in ((HERE, KOREAN), (THERE, KOREAN), (ABROAD, ENGLISH)):
        for kept in issues[name]:
            with urllib.request.urlopen(address_in(place.issue(where, kept.number).source)) as answer:
                page = " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.read().decode())).split())
            for entry in kept.issue.entries:
                for words in (entry.title, entry.line, entry.comment):
                    assert " ".join(words.split()) in page, (kept.number, words)


def address_in(message: Json) -> str:
    """Return where the title of a post leads."""
    if "embeds" in message:
        found: str = message["embeds"][0]["url"]
        return found
    links: list[str] = [each["url"] for each in message["entities"] if each["type"] == "text_link"]
    return links[0]
