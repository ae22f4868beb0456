"""Archives to draw: one in each language, as a group of some months has it, and one whose every text is an attack."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.core.digest.archive import Archive, Event, EventKind, Listed
from bot.core.digest.issue import Entry, Issue, IssueId, KeptIssue, Part, PartKind
from bot.core.people import GroupId
from bot.i18n import Locale

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)  # Sunday morning in Seoul
SEOUL = "Asia/Seoul"
WEEK = timedelta(weeks=1)

KOREAN = (
    Part(
        PartKind.WEEK,
        (
            Entry(title="", line="아홉 분이 ‘Attention Is All You Need’를 읽었고, 일곱 분이 끝까지 읽었어요."),
            Entry(title="", line="질문 세 개와 노트 다섯 개가 올라왔어요."),
        ),
    ),
    Part(
        PartKind.PAPER,
        (
            Entry(
                title="Denoising Diffusion Probabilistic Models",
                url="https://arxiv.org/abs/2006.11239",
                line="투표에서 열한 분 가운데 여덟 분이 골랐어요. 목요일 밤 9시에 이야기해요.",
                language="en",
                minutes=45,
                comment="부록 B의 유도는 건너뛰어도 괜찮아요. 그림 2를 먼저 보고 오세요.",
            ),
        ),
    ),
    Part(
        PartKind.PAPERS,
        (
            Entry(
                title="Scaling Latent Reasoning with Sparse Mixtures of Recurrent Experts",
                url="https://arxiv.org/abs/2611.01234",
                line="모임 주제인 추론 모델과 맞고, 이번 주에 세 곳에서 이야기했어요.",
                sources=("arXiv cs.LG", "Hugging Face Papers", "AI News"),
                minutes=30,
                language="en",
                at=NOW - timedelta(days=3),
                pinned=True,
            ),
            Entry(
                title="한국어 대형 언어 모델의 추론 능력 평가를 위한 새로운 기준",
                url="https://arxiv.org/abs/2611.04321",
                line="두 분이 담아 둔 주제예요.",
                sources=("arXiv cs.CL",),
                language="ko",
                at=NOW - timedelta(days=2),
            ),
        ),
    ),
    Part(
        PartKind.VIDEOS,
        (
            Entry(
                title="PR-503: Flow Matching for Generative Modeling",
                url="https://www.youtube.com/watch?v=abcdefghijk",
                line="다음 주에 읽을 논문을 설명해요.",
                sources=("PR12 논문읽기 모임",),
                minutes=38,
                language="ko",
                at=NOW - timedelta(days=5),
            ),
        ),
    ),
    Part(
        PartKind.POSTS,
        (
            Entry(
                title="What we learned from training for a month",
                url="https://huggingface.co/blog/what-we-learned",
                line="한 분이 올려 주셨어요.",
                sources=("Hugging Face",),
                minutes=12,
                language="en",
                at=NOW - timedelta(days=1),
            ),
        ),
    ),
    Part(
        PartKind.CATALOGUE,
        (
            Entry(
                title="CS236: Deep Generative Models",
                url="https://deepgenerativemodels.github.io/",
                line="확산 모델로 넘어가는 분이 많아서 골랐어요. 6강만 보아도 이번 논문이 편해져요.",
                language="en",
            ),
        ),
    ),
    Part(
        PartKind.CHANGES,
        (Entry(title="", line="‘CS231n 2025’가 새로 들어왔고, 2017년 강의 자리를 이어받았어요."),),
    ),
    Part(
        PartKind.DATES,
        (
            Entry(title="정기 모임", line="세미나실 3", at=datetime(2026, 11, 26, 12, tzinfo=UTC)),
            Entry(
                title="ICML 2027 초록 마감",
                url="https://icml.cc/Conferences/2027/Dates",
                at=datetime(2027, 1, 23, 12, tzinfo=UTC),
            ),
        ),
    ),
    Part(PartKind.HEALTH, (Entry(title="", line="‘Lab Blog’에서 화요일부터 응답이 없어요."),)),
    Part(PartKind.ASIDE, (Entry(title="", line="우리가 만난 가장 어려운 함수는?\n끝내주는 비선형 함수예요."),)),
)
ENGLISH = (
    Part(
        PartKind.WEEK,
        (
            Entry(title="", line="Nine people read “Attention Is All You Need”, seven of them to the end."),
            Entry(title="", line="Three questions and five notes were shared."),
        ),
    ),
    Part(
        PartKind.PAPER,
        (
            Entry(
                title="Denoising Diffusion Probabilistic Models",
                url="https://arxiv.org/abs/2006.11239",
                line="Eight of eleven people voted for it. We talk about it on Thursday at 21:00.",
                minutes=45,
                comment="You can skip the derivation in appendix B. Look at figure 2 first.",
            ),
        ),
    ),
    Part(
        PartKind.PAPERS,
        (
            Entry(
                title="Scaling Latent Reasoning with Sparse Mixtures of Recurrent Experts",
                url="https://arxiv.org/abs/2611.01234",
                line="It is about reasoning models, a topic of ours, and three places talked of it this week.",
                sources=("arXiv cs.LG", "Hugging Face Papers", "AI News"),
                minutes=30,
                at=NOW - timedelta(days=3),
                pinned=True,
            ),
        ),
    ),
    Part(
        PartKind.VIDEOS,
        (
            Entry(
                title="PR-503: Flow Matching 논문 설명",
                url="https://www.youtube.com/watch?v=abcdefghijk",
                line="It explains the paper of next week.",
                sources=("PR12",),
                minutes=38,
                language="ko",
                at=NOW - timedelta(days=5),
            ),
        ),
    ),
    Part(
        PartKind.DATES,
        (Entry(title="Meeting", line="Seminar room 3", at=datetime(2026, 11, 26, 12, tzinfo=UTC)),),
    ),
    Part(PartKind.HEALTH, (Entry(title="", line="“Lab Blog” has not answered since Tuesday."),)),
    Part(PartKind.ASIDE, (Entry(title="", line="What is the hardest function we met?\nThe awesome non-linear one."),)),
)
HEADLINES = {
    Locale.KO: (
        "아홉 분이 읽고, 확산 모델로 넘어가는 한 주",
        "트랜스포머를 끝까지 읽은 첫 모임",
        "무엇을 읽을지 고른 한 주",
    ),
    Locale.EN: (
        "Nine readers, and on to diffusion models",
        "The first meeting that read a transformer to its end",
        "A week of choosing what to read",
    ),
}
NAMES = {Locale.KO: "목요 논문", Locale.EN: "Thursday Papers"}
ATTACK = "\u202e<script>alert(1)</script>\"'><img src=x onerror=alert(1)>]]>&lt;b&gt;{{7*7}}{%raw%}\x00\x0b\ud800"
WIDE = "ㅋ" * 400 + "W" * 400


def issue(
    number: int, locale: Locale = Locale.KO, *, parts: tuple[Part, ...] | None = None, headline: str | None = None
) -> KeptIssue:
    """An issue, the third being this week's."""
    sent_at = NOW - (3 - number) * WEEK
    last = sent_at.date() - timedelta(days=1)
    told = Issue(
        group_id=GroupId(3),
        name=NAMES[locale],
        number=number,
        first=last - timedelta(days=6),
        last=last,
        locale=locale,
        headline=HEADLINES[locale][(3 - number) % 3] if headline is None else headline,
        parts=(KOREAN if locale is Locale.KO else ENGLISH) if parts is None else parts,
    )
    return KeptIssue(IssueId(number), told, sent_at - timedelta(minutes=5), sent_at)


def archive(
    locale: Locale = Locale.KO,
    *issues: KeptIssue,
    public: bool = True,
    name: str | None = None,
    address: str | None = None,
    group: int = 3,
) -> Archive:
    """An archive of these issues, by default of three."""
    kept = issues or tuple(issue(number, locale) for number in (3, 2, 1))
    return Archive(
        group_id=GroupId(group),
        mark=f"{group:032x}",
        name=NAMES[locale] if name is None else name,
        locale=locale,
        zone=SEOUL,
        public=public,
        issues=tuple(map(listed, kept)),
        address=address,
    )


def listed(kept: KeptIssue) -> Listed:
    """An issue as a list shows it."""
    told = kept.issue
    assert kept.sent_at is not None
    return Listed(told.number, told.first, told.last, told.headline, told.locale, kept.sent_at)


def attack(text: str = ATTACK) -> KeptIssue:
    """An issue that has `text` wherever anybody's text can be."""
    entry = Entry(
        title=text,
        line=text,
        url=f"https://example.org/{text}",
        key=text,
        signs=(text,),
        sources=(text, text),
        feeds=(text,),
        topics=(text,),
        minutes=1,
        language=text,
        at=NOW,
        comment=text,
    )
    addresses = ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example", "https://", text)
    more = tuple(Entry(title="link", line=text, url=address) for address in addresses)
    kept = issue(3, parts=tuple(Part(kind, (entry, *more)) for kind in PartKind), headline=text)
    return KeptIssue(kept.id, _named(kept.issue, text), kept.made_at, kept.sent_at)


def _named(told: Issue, name: str) -> Issue:
    return Issue(
        group_id=told.group_id,
        name=name,
        number=told.number,
        first=told.first,
        last=told.last,
        locale=told.locale,
        headline=told.headline,
        parts=told.parts,
    )


def meeting(at: datetime, zone: str = SEOUL, **more: object) -> Event:
    """A meeting."""
    fields: dict[str, object] = {"kind": EventKind.MEETING, "key": f"{date.isoformat(at.date())}", "told_at": NOW}
    return Event(at=at, zone=zone, **(fields | more))  # type: ignore[arg-type]
