"""The year's papers as a reference manager reads them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.papers.bibtex import bibtex, cite_key
from bot.core.papers.paper import Paper

ATTENTION = Paper(
    "arxiv:1706.03762",
    "https://arxiv.org/abs/1706.03762",
    "Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    year=2017,
    categories=("cs.CL", "cs.LG"),
)


def test_an_arxiv_paper_is_written_with_its_number_and_class() -> None:
    assert bibtex([ATTENTION]) == (
        "@misc{vaswani2017attention,\n"
        "  title = {{Attention Is All You Need}},\n"
        "  author = {Ashish Vaswani and Noam Shazeer},\n"
        "  year = {2017},\n"
        "  url = {https://arxiv.org/abs/1706.03762},\n"
        "  eprint = {1706.03762},\n"
        "  archiveprefix = {arXiv},\n"
        "  primaryclass = {cs.CL}\n"
        "}\n"
    )


def test_a_published_paper_is_an_article_with_its_doi() -> None:
    entry = bibtex([Paper("doi:10.1038/s41586-021-03819-2", "https://doi.org/10.1038/x", "AlphaFold", year=2021)])
    assert entry.startswith("@article{anonymous2021alphafold,")
    assert "doi = {10.1038/s41586-021-03819-2}" in entry


def test_two_that_would_share_a_key_are_told_apart() -> None:
    keys = [line for line in bibtex([ATTENTION, ATTENTION, ATTENTION]).splitlines() if line.startswith("@")]
    assert keys == ["@misc{vaswani2017attention,", "@misc{vaswani2017attentiona,", "@misc{vaswani2017attentionb,"]


def test_names_with_accents_make_plain_keys() -> None:
    assert cite_key(Paper("x", "y", "Über Alles", authors=("Jürgen Müller",), year=1999)) == "muller1999uber"


@given(st.text(max_size=100), st.lists(st.text(max_size=40), max_size=3))
def test_no_title_or_name_breaks_the_file(title: str, authors: list[str]) -> None:
    entry = bibtex([Paper("url:https://x.org", "https://x.org/{}", title, authors=tuple(authors))])
    depth = 0
    for before, letter in zip(" " + entry, entry, strict=False):
        if before != "\\":
            depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0
    assert depth == 0
