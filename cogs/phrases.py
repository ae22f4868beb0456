"""The small phrases about a resource that every list and card shares: facts, reasons, remarks."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat.context import Context
from bot.chat.text import Text, text
from bot.core.catalogue import Resource
from bot.core.opinions import FONDLY, liked
from bot.core.people import GroupOpinion
from bot.core.recommender import Note, NoteKind, Reason, Why
from bot.services.library import Library


def facts(ctx: Context, resource: Resource) -> str:
    """Return kind, language and level in one line."""
    languages = "/".join(ctx.t(f"choices.language.{code}") for code in resource.languages[:2])
    subtitles = ctx.t("recommend.subtitles") if "ko" in resource.subtitles and "ko" not in resource.languages else ""
    level = ctx.t(f"choices.level.{resource.level.value}") if resource.level else ""
    parts = (ctx.t(f"choices.kind.{resource.kind.value}"), languages, subtitles, level)
    return " · ".join(part for part in parts if part)


def group_mark(ctx: Context, group: GroupOpinion | None) -> str:
    """Return what one's own group says of a row, in a few words: how many have seen it, or else that it is liked."""
    if group is None:
        return ""
    if group.seen:
        return ctx.t("card.group.mark", count=group.seen)
    mean = liked(group)
    return ctx.t("card.group.likes") if mean is not None and mean >= FONDLY else ""


def why_line(ctx: Context, library: Library, reasons: Iterable[Reason]) -> Text:
    """Return `reasons` in one line."""
    said = dict.fromkeys(_reason(ctx, library, reason) for reason in reasons)
    return text(ctx.t("recommend.why.line", reasons=" ".join(said))) if said else ()


def _reason(ctx: Context, library: Library, reason: Reason) -> str:
    key, value = f"recommend.why.{reason.why.value}", reason.value
    slots: dict[str, str] = {}
    match reason.why:
        case Why.FIRST_FOR | Why.TOPIC | Why.NEARBY:
            slots = {"topic": _topic(ctx, library, value)}
        case Why.REPLACES:
            slots = {"title": _title(ctx, library, value)}
        case Why.LEVEL | Why.LANGUAGE | Why.KIND:
            slots = {"value": ctx.t(f"choices.{reason.why.value}.{value}")}
        case Why.WORDS:
            slots = {"word": value}
        case Why.STRENGTH:
            key = f"recommend.strength.{value}"
        case Why.MARK | Why.APPROACH:
            key = f"{key}.{value}"
        case Why.NAMED | Why.FREE | Why.CORE:
            pass
    return ctx.t(key, **slots)


def note_line(ctx: Context, library: Library, note: Note) -> str:
    """Return a remark on the answer as a whole, or nothing for those that are said elsewhere."""
    match note.kind:
        case NoteKind.FEW_ROWS:
            topic, wider = note.values
            return ctx.t(
                "recommend.note.few-rows", topic=_topic(ctx, library, topic), wider=_topic(ctx, library, wider)
            )
        case NoteKind.BEFORE | NoteKind.AFTER:
            topic, *others = (_topic(ctx, library, value) for value in note.values)
            return ctx.t(f"recommend.note.{note.kind.value}", topic=topic, topics=", ".join(others))
        case NoteKind.AFTER_A_COURSE:
            return ctx.t("recommend.note.after-a-course", topic=_topic(ctx, library, note.values[0]))
        case NoteKind.SUPERSEDED:
            old, new = note.values
            return ctx.t("recommend.note.superseded", old=_title(ctx, library, old), new=_title(ctx, library, new))
        case NoteKind.NOT_IN_LANGUAGE:
            return ctx.t("recommend.note.not-in-language", language=ctx.t(f"choices.language.{note.values[0]}"))
        case NoteKind.EXCLUDED | NoteKind.NOTHING_FITS | NoteKind.UNKNOWN:
            return ""  # the heading and the answer to an unknown topic say these


def _topic(ctx: Context, library: Library, topic_id: str) -> str:
    topic = library.topic(topic_id)
    return topic.name(ctx.locale) if topic else topic_id


def _title(ctx: Context, library: Library, resource_id: str) -> str:
    resource = library.resource(resource_id)
    return resource.name(ctx.locale) if resource else resource_id
