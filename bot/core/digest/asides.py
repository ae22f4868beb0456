"""The jokes at the end of an issue: which one comes next for a group. They are our own, at nobody's cost.

Their words are the texts `digest.aside.<name>`. None comes twice before all of them were told.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import count

from bot.core.people import GroupId

ASIDES = (
    "nonlinear", "resnet", "twotwofour", "homology", "seed", "abstract", "epochs", "later", "tabs", "baseline",
    "nan", "attention", "dropout", "overfit", "appendix", "notation", "learning_rate", "trivial", "reproduce", "gpu",
    "gradient", "early_stopping", "clustering", "prior", "transpose", "future_work", "exploration", "variance",
    "pretrained", "context", "benchmark", "random_walk", "pooling", "bottleneck", "batch", "checkpoint",
)  # fmt: skip


def next_aside(group_id: GroupId, told: Container[str], names: Sequence[str] = ASIDES) -> tuple[str, str]:
    """Return the name of the aside that a group is told next, and the sign by which that is known afterwards.

    `told` are the signs of those it was told. Groups do not all begin with the same one.
    """
    start = group_id % len(names)
    turns = {name: next(turn for turn in count() if _sign(name, turn) not in told) for name in names}
    name = min((*names[start:], *names[:start]), key=turns.__getitem__)
    return name, _sign(name, turns[name])


def _sign(name: str, turn: int) -> str:
    return f"aside:{name}#{turn}"
