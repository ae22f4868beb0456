"""XML from strangers."""

from __future__ import annotations

import pytest

from bot.feeds.errors import Unreadable
from bot.feeds.xml import DEEPEST, parse

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><x>&lol9;</x>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><x>{"&a;" * 50_000}</x>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


def test_names_carry_their_namespace() -> None:
    root = parse(b'<a xmlns="urn:one" xmlns:o="urn:two"><o:b k="v">words</o:b></a>')
    assert (root.tag, root.findtext("{urn:two}b")) == ("{urn:one}a", "words")


@pytest.mark.parametrize("hostile", [LAUGHS, QUADRATIC, EXTERNAL, "<!DOCTYPE html><x/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_f1_a_document_type_is_refused_before_an_entity_unfolds(hostile: str, encoding: str) -> None:
    with pytest.raises(Unreadable, match="document type"):
        parse(hostile.encode(encoding))


def test_f1_two_hundred_thousand_levels_are_refused() -> None:
    with pytest.raises(Unreadable, match="deep"):
        parse(b"<a>" * 200_000)
    assert parse(b"<a>" * DEEPEST + b"</a>" * DEEPEST).tag == "a"


@pytest.mark.parametrize(
    "body", [b"", b"<a>", b"no xml", b"\x00\x01", b"<a/><b/>", b'<?xml version="1.0" encoding="none-such"?><a/>']
)
def test_what_is_no_xml_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(body)
