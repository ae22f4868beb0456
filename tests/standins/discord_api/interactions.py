"""The REST operations that answer interactions: the callback, and follow-ups through the interaction's token.

Follows interactions/receiving-and-responding: one acknowledgement within three seconds, a token that lives
fifteen minutes, and a visibility that is settled by the first answer.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ..recording import Json
from .commands import check_choices
from .reply import Interaction
from .routing import ApiError, Call, check, endpoint, unknown
from .rules import CALLBACK_FLAGS, EPHEMERAL, check_message, check_modal

if TYPE_CHECKING:
    from .server import DiscordServer as Sim

MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
LEGAL = {
    COMMAND: {MESSAGE, DEFER, MODAL},
    COMPONENT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    SUBMIT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE},
}


@endpoint("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
def callback(sim: Sim, call: Call) -> Any:
    kind, data = call.body["type"], call.body.get("data") or {}
    inter = _waiting(sim, call)
    legal = LEGAL[inter.type] - (set() if inter.message else {DEFER_UPDATE, UPDATE})
    if kind not in legal:
        problem = f"type {kind} cannot answer a type {inter.type} interaction"
        check(sim, call, [(("type",), problem)], "callback-type")
    message = ANSWERS[kind](sim, call, inter, data)
    inter.acknowledge(kind, data)
    if call.request.query.get("with_response") not in ("true", "True", "1"):
        return None
    answer: Json = {"interaction": {"id": inter.id, "type": inter.type}}
    if message is not None:
        answer["interaction"] |= {
            "response_message_id": message["id"],
            "response_message_loading": kind == DEFER,
            "response_message_ephemeral": inter.ephemeral,
        }
    if kind in (MESSAGE, UPDATE):
        answer["resource"] = {"type": kind, "message": message}
    return answer


def _waiting(sim: Sim, call: Call) -> Interaction:
    inter = sim.interactions.get(call["interaction_token"])
    if inter is None or inter.id != call["interaction_id"]:
        raise unknown(10062, "interaction")
    if inter.callback_type is not None:
        sim.violate("double-ack", call.request.where, f"{inter} was already acknowledged", call.request)
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    if time.monotonic() - inter.created > sim.deadline:
        sim.violate("late-ack", call.request.where, f"{inter} answered after {sim.deadline:g} s", call.request)
        raise unknown(10062, "interaction")
    return inter


def _message(sim: Sim, call: Call, inter: Interaction, data: Json) -> Json:
    files = call.request.files
    check(sim, call, check_message(data, files, allowed_flags=CALLBACK_FLAGS))
    inter.ephemeral = bool((data.get("flags") or 0) & EPHEMERAL)
    inter.original = sim.interaction_message(inter, data, files, inter.ephemeral)
    return inter.original


def _defer(sim: Sim, call: Call, inter: Interaction, data: Json) -> Json:
    flags = data.get("flags") or 0
    if flags & ~EPHEMERAL:
        check(sim, call, [(("data", "flags"), "only EPHEMERAL may be set when deferring")])
    inter.ephemeral = bool(flags)
    inter.original = sim.interaction_message(inter, {}, [], inter.ephemeral, loading=True)
    return inter.original


def _defer_update(sim: Sim, call: Call, inter: Interaction, data: Json) -> None:
    inter.original = inter.message


def _update(sim: Sim, call: Call, inter: Interaction, data: Json) -> Json:
    message = inter.original = inter.message
    assert message is not None
    files = call.request.files
    check(sim, call, check_message(data, files, edit=True))
    sim.world.apply_edit(message, data, files)
    return message


def _choices(sim: Sim, call: Call, inter: Interaction, data: Json) -> None:
    choices = data.get("choices") or []
    check(sim, call, check_choices(choices, inter.option_type))
    inter.choices = choices


def _modal(sim: Sim, call: Call, inter: Interaction, data: Json) -> None:
    check(sim, call, check_modal(data))
    inter.modal = data


ANSWERS = {
    MESSAGE: _message,
    DEFER: _defer,
    DEFER_UPDATE: _defer_update,
    UPDATE: _update,
    CHOICES: _choices,
    MODAL: _modal,
}


# -- follow-ups
GUEST_FOLLOW_UPS = 5  # of an application that only a person installed
FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}"
ONE = (FOLLOW_UP + "/messages/@original", FOLLOW_UP + "/messages/{message_id}")


def _answered(sim: Sim, call: Call) -> Interaction:
    """The interaction whose token is used, if it may still be."""
    inter = sim.interactions.get(call["webhook_token"])
    if inter is None or call["webhook_id"] != sim.world.app_id:
        raise unknown(10015, "Webhook")
    if time.monotonic() - inter.created > sim.token_lifetime:
        sim.violate("token-expired", call.request.where, f"used the token of {inter} after its end", call.request)
        raise ApiError(401, 50027, "Invalid Webhook Token")
    if inter.callback_type is None:
        sim.violate("followup-before-ack", call.request.where, f"{inter} has no first answer yet", call.request)
        raise unknown(10015, "Webhook")
    return inter


@endpoint("POST", FOLLOW_UP)
def follow_up(sim: Sim, call: Call) -> Json:
    inter, files = _answered(sim, call), call.request.files
    check(sim, call, check_message(call.body, files, allowed_flags=CALLBACK_FLAGS))
    if inter.loading:  # the first follow-up fills the "thinking..." message
        return sim.fill_original(inter, call.body, files)
    if "0" not in inter.owners and len(inter.followups) >= GUEST_FOLLOW_UPS:
        sim.violate("rule", call.request.where, f"{inter}: more than {GUEST_FOLLOW_UPS} follow-ups", call.request)
        raise ApiError(400, 40094, "This interaction has reached the maximum number of follow-up messages")
    ephemeral = bool((call.body.get("flags") or 0) & EPHEMERAL)
    message = sim.interaction_message(inter, call.body, files, ephemeral, follow_up=True)
    inter.followups.append(message)
    return message


def _message_of(sim: Sim, call: Call, inter: Interaction) -> Json:
    mine = [m["id"] for m in (inter.original, *inter.followups) if m]
    ident = call.params.get("message_id", mine[0])
    message = sim.world.find_message(inter.channel["id"], ident) if ident in mine else None
    if message is None:
        raise unknown(10008, "Message")
    return message


@endpoint("GET", *ONE)
def get_answer(sim: Sim, call: Call) -> Json:
    return _message_of(sim, call, _answered(sim, call))


@endpoint("PATCH", *ONE)
def edit_answer(sim: Sim, call: Call) -> Json:
    inter, files = _answered(sim, call), call.request.files
    message = _message_of(sim, call, inter)
    check(sim, call, check_message(call.body, files, edit=True))
    inter.edited = True
    if inter.loading and message is inter.original:
        return sim.fill_original(inter, call.body, files)
    sim.world.apply_edit(message, call.body, files)
    return message


@endpoint("DELETE", *ONE)
def delete_answer(sim: Sim, call: Call) -> None:
    inter = _answered(sim, call)
    message = _message_of(sim, call, inter)
    sim.world.messages[message["channel_id"]].remove(message)
    inter.loading = False
