"""Draws the pictures of the READMEs from real answers: the reply, rendered by both adapters, laid out as a web page.

    .venv/bin/python docs/pictures/draw.py

Needs Chromium and a Korean font (Debian: `apt-get install chromium fonts-noto-cjk`).
Each picture gets its text beside it, `tests/test_docs.py` looks there for resources that are no longer recommended.
"""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot import app
from bot.adapters.console import as_text
from bot.adapters.discord.render import render as render_discord
from bot.adapters.telegram.render import render as render_telegram
from bot.chat.context import Caller
from bot.chat.reply import Reply
from bot.config import Settings
from bot.core.refs import Place, Platform, SpaceRef, UserRef

HERE = Path(__file__).parent
WIDTH, SCALE = 1280, 1.5
PICTURES = {"answer.png": ("ko", "강화학습 입문"), "answer.en.png": ("en", "rl for beginners")}
WORDS = {
    "ko": {"used": "님이 사용함", "member": "민지", "only": "나만 볼 수 있는 메시지", "chat": "모임과 나눈 대화"},
    "en": {"used": "used", "member": "minji", "only": "Only you can see this", "chat": "Chat with Moim"},
}

STYLE = """
* { box-sizing: border-box; margin: 0 }
body { width: 1280px; padding: 4px; font: 15px/1.5 "Noto Sans CJK KR", "Noto Sans KR", sans-serif; word-break: keep-all;
       background: transparent; -webkit-font-smoothing: antialiased }
:lang(en) body { font-family: "Noto Sans", "Liberation Sans", "Noto Sans CJK KR", sans-serif }
main { display: flex; gap: 24px; align-items: stretch }
section { border: 1px solid #8884; border-radius: 14px; overflow: hidden; flex: 1 1 0; display: flex;
          flex-direction: column }
h2 { font-size: 13px; font-weight: 500; padding: 9px 20px }
.body { flex: 1 }
a { text-decoration: none }

.discord { background: #313338; color: #dbdee1; flex-grow: 1.12 }
.discord h2 { background: #2b2d31; color: #b5bac1 }
.discord .body { padding: 20px }
.used { display: flex; align-items: center; gap: 6px; font-size: 13px; color: #b5bac1; margin: 0 0 6px 20px }
.used i { width: 28px; height: 12px; border: solid #4e5058; border-width: 2px 0 0 2px; border-radius: 6px 0 0 0;
          margin: 8px 2px 0 0 }
.used b { color: #c9cdfb; font-weight: 500 }
.used code { font: inherit; color: #c9cdfb }
.said { display: flex; gap: 14px }
.face { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #5865f2; color: #fff; display: grid;
        place-items: center; font-size: 19px; font-weight: 700 }
.name { color: #f2f3f5; font-weight: 500 }
.name span { font-size: 10px; background: #5865f2; color: #fff; border-radius: 4px; padding: 1px 5px; margin-left: 6px;
             vertical-align: 2px }
.embed { background: #2b2d31; border-left: 4px solid #1e1f22; border-radius: 4px; padding: 12px 16px 14px;
         margin: 4px 0 8px; font-size: 14px }
.embed h3 { font-size: 16px; color: #f2f3f5; margin-bottom: 6px; font-weight: 700 }
.embed a { color: #00a8fc }
.embed p, .in p { white-space: pre-line }
.row { display: flex; gap: 8px; margin-top: 8px; flex-wrap: wrap }
.discord .row span { background: #4e5058; color: #fff; border-radius: 4px; padding: 5px 18px; font-size: 14px }
.only { font-size: 12px; color: #949ba4; margin-top: 8px }

.telegram { background: #cfdfcb; color: #0f0f0f }
.telegram h2 { background: #fff; color: #3c4043 }
.telegram .body { padding: 20px }
.out, .in { border-radius: 14px; padding: 8px 13px; font-size: 14px; width: fit-content; max-width: 100% }
.out { background: #e6fcd4; margin: 0 0 12px auto; border-bottom-right-radius: 4px; color: #2e7d32 }
.in { background: #fff; border-bottom-left-radius: 4px }
.in a { color: #1a6fb5 }
.telegram .row { flex-wrap: nowrap; gap: 4px; margin-top: 4px }
.telegram .row span { flex: 1; text-align: center; background: rgba(60, 90, 55, .45); color: #fff; border-radius: 8px;
                      padding: 7px 4px; font-size: 14px; font-weight: 500 }
"""


async def answers() -> list[tuple[str, Reply, Reply]]:
    """Return for each picture its name and the answer on Discord and on Telegram, asked by somebody new."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, database_url=f"sqlite:///{folder}/moim.db")
        async with app.open_house(settings) as house:
            for name, (language, topic) in PICTURES.items():
                replies = []
                for caller in callers(language):
                    reply = await house.router.call(caller, "recommend", {"topic": topic})
                    if not isinstance(reply, Reply):
                        raise SystemExit(f"no answer to {topic!r}")
                    replies.append(reply)
                found.append((name, replies[0], replies[1]))
    return found


def callers(language: str) -> tuple[Caller, Caller]:
    """Return a member in a Discord channel, and one alone with the bot on Telegram."""
    server = SpaceRef(Platform.DISCORD, "1")
    there = Caller(UserRef(Platform.DISCORD, "1"), Place(Platform.DISCORD, "1", server), language)
    return there, Caller(UserRef(Platform.TELEGRAM, "1"), Place(Platform.TELEGRAM, "1"), language)


def page(name: str, discord: Reply, telegram: Reply) -> str:
    """Return the web page of one picture."""
    language, topic = PICTURES[name]
    asked = f"/recommend {html.escape(topic)}"
    words = WORDS[language]
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><style>{STYLE}</style><main>'
        f'<section class="discord"><h2>Discord · # study</h2><div class="body">'
        f'<div class="used"><i></i><b>{words["member"]}</b> {words["used"]} <code>{asked}</code></div>'
        f'<div class="said"><div class="face">모</div><div><div class="name">Moim<span>APP</span></div>'
        f'{on_discord(discord)}<div class="only">{words["only"]}</div></div></div></div></section>'
        f'<section class="telegram"><h2>Telegram · {words["chat"]}</h2><div class="body">'
        f'<div class="out">{asked}</div>{on_telegram(telegram)}</div></section></main></html>'
    )


def on_discord(reply: Reply) -> str:
    """Return the message as Discord would draw it."""
    body = render_discord(reply)[0].body()
    embeds = "".join(
        f'<div class="embed"><h3>{html.escape(embed["title"])}</h3><p>{markdown(embed["description"])}</p></div>'
        for embed in body["embeds"]
    )
    return embeds + "".join(row([button["label"] for button in line["components"]]) for line in body["components"])


def on_telegram(reply: Reply) -> str:
    """Return the message as Telegram would draw it."""
    part = render_telegram(reply, "moim_bot")[0]
    keyboard: Any = part.keyboard.inline_keyboard if part.keyboard else ()
    rows = "".join(row([button.text for button in line]) for line in keyboard)
    return f'<div style="width:fit-content"><div class="in"><p>{part.html}</p></div>{rows}</div>'


def row(labels: list[str]) -> str:
    """Return one row of buttons."""
    return f'<div class="row">{"".join(f"<span>{html.escape(label)}</span>" for label in labels)}</div>'


def markdown(words: str) -> str:
    """Return the few marks that the answers use as HTML: bold, links, escaped characters."""
    words = html.escape(words, quote=False)
    words = re.sub(r"\[((?:\\.|[^\]\\])+)\]\((\S+?)\)", r'<a href="\2">\1</a>', words)
    words = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", words)
    return re.sub(r"\\([^\w\s])", r"\1", words)


def photograph(page_text: str, picture: Path) -> None:
    """Write a picture of the page, as high as the page is."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    if browser is None:
        raise SystemExit("Chromium is missing. Install it with: apt-get install chromium fonts-noto-cjk")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        measure = "<script>document.title = document.documentElement.getBoundingClientRect().height</script>"
        file.write_text(page_text + measure, encoding="utf-8")
        common = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        common += [f"--user-data-dir={folder}/profile", "--default-background-color=00000000"]
        window = f"--window-size={WIDTH},100"
        shown = _run([*common, window, "--dump-dom", file.as_uri()])
        height = round(float(re.findall(r"<title>([\d.]+)</title>", shown)[0]))
        window = f"--window-size={WIDTH},{height}"
        _run(
            [
                *common,
                window,
                f"--force-device-scale-factor={SCALE}",
                f"--screenshot={picture.resolve()}",
                file.as_uri(),
            ]
        )


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)  # noqa: S603 - our own words
    return done.stdout


def main() -> None:
    """Draw every picture and write its text beside it."""
    for name, discord, telegram in asyncio.run(answers()):
        picture = HERE / name
        photograph(page(name, discord, telegram), picture)
        asked = f"/recommend {PICTURES[name][1]}"
        picture.with_suffix(".txt").write_text(f"{asked}\n\n{as_text(telegram)}\n", encoding="utf-8")
        sys.stdout.write(f"{picture}\n")


if __name__ == "__main__":
    main()
