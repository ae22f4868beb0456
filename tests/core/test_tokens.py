"""The name of a long button: the same for the same asker, and nobody else's."""

from __future__ import annotations

from bot.core.tokens import TOKEN_MARK, token_of

WIRE = "rec.turn|3|diffusion models for a person who knows some probability"


def test_the_same_wire_for_the_same_account_has_the_same_token() -> None:
    assert token_of(WIRE, "telegram:1") == token_of(WIRE, "telegram:1")
    assert token_of(WIRE, "telegram:1").startswith(TOKEN_MARK)


def test_another_account_another_wire_or_nobody_is_another_token() -> None:
    askers = ("", "telegram:1", "discord:1", "telegram:11", "x" * 200)
    assert len({token_of(wire, asker) for asker in askers for wire in (WIRE, f"{WIRE}!")}) == 2 * len(askers)


def test_the_account_is_not_to_be_read_from_it() -> None:
    assert "80351110224678912" not in token_of(WIRE, "discord:80351110224678912")
