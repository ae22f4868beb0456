"""Settings from the environment and `.env`, read once at the start and passed on.

The only module that looks at the process's environment. It knows no platform, no language and no database: what is
wrong with a value is told as a `Problem`, which whoever speaks to the host puts into words.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ENV_FILE = Path(".env")
OWNER_PLATFORMS = ("discord", "telegram")
ROLES = ("discord", "telegram", "scheduler", "web")
HTTP = ("http", "https")
ZONE_OF_LANGUAGE = {"ko": "Asia/Seoul", "en": "UTC"}
# What people write for a zone although it is no zone's name.
ZONE_NICKNAMES = {
    "kst": "Asia/Seoul",
    "korea": "Asia/Seoul",
    "한국": "Asia/Seoul",
    "서울": "Asia/Seoul",
    "utc+9": "Asia/Seoul",
    "gmt+9": "Asia/Seoul",
    "jst": "Asia/Tokyo",
    "ist": "Asia/Kolkata",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "edt": "America/New_York",
}
_ON_THIS_MACHINE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what is listened on, and where that is reached
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_LOOKS_LIKE = 0.8  # the likeness from which an unknown name in .env is taken for a misspelt setting


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one setting. `kind` names the sentence that tells it, `values` fill its slots.

    No value of a token or an address with a password is ever among the `values`.
    """

    variable: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return a terse form for logs."""
        details = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.variable}: {self.kind}" + (f" ({details})" if details else "")


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds every one of them, in the order of the settings."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Carry the `problems` (at least one)."""
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class Unfit(ValueError):
    """A value that does not fit. `kind` and `details` are those of a `Problem`, whose variable the caller knows."""

    def __init__(self, kind: str, **details: str) -> None:
        """Carry both."""
        super().__init__(kind)
        self.kind = kind
        self.details = details


VAR = Path("var")  # where the program keeps what is its own, beside what has a setting


class Settings(BaseSettings):
    """Everything a host can set. An empty value means the default; the environment wins over `.env`."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_file_encoding="utf-8-sig", hide_input_in_errors=True, validate_default=False
    )

    discord_token: SecretStr | None = None
    telegram_token: SecretStr | None = None
    owners: Annotated[tuple[tuple[str, str], ...], NoDecode] = ()
    """Pairs of a platform's name and an account's number there."""
    default_locale: Literal["en", "ko"] = "en"
    default_timezone: str | None = None
    command_names: Literal["en", "ko"] = "en"
    database_url: str = "sqlite+aiosqlite:///var/moim.db"
    catalogue_overlay: str = "var/catalogue"
    link_check: Literal["weekly", "off"] = "weekly"
    """Whether the catalogue's links are looked at, each about once a week."""
    backups: str = "var/backups"
    """The folder of the nightly backups, or `none`."""
    roles: Annotated[tuple[str, ...], NoDecode] = ROLES
    """What this process does, when several share one database."""
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    ping_url: str | None = None
    """Whom to call while all is well, so that somebody notices when the calls end."""
    ping_minutes: int = 5
    web_host: str = "127.0.0.1"
    web_port: int | None = None
    """The port of health, metrics, the pages of digests and Telegram's webhook; None: none is opened."""
    web_url: str | None = None
    """The public address that leads to that port, for people; None: `webhook_url`, which leads there too."""
    webhook_url: str | None = None
    """The public address that leads to this process's port; None: Telegram is asked for updates."""
    discord_api_base: str | None = None
    discord_gateway: str | None = None
    telegram_api_base: str | None = None
    arxiv_api_base: str | None = None
    fetch_trusted: Annotated[tuple[tuple[str, int], ...], NoDecode] = ()
    """Pairs of an IP address and a port that may be fetched from although they are not of the open internet."""

    @property
    def platforms(self) -> tuple[str, ...]:
        """Return the names of the platforms that have a token; none means the console."""
        tokens = {"discord": self.discord_token, "telegram": self.telegram_token}
        return tuple(name for name, token in tokens.items() if token)

    @property
    def served(self) -> tuple[str, ...]:
        """Return the names of the platforms that have a token and are for this process to serve."""
        return tuple(name for name in self.platforms if name in self.roles)

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone of whoever has not chosen one: as set, else guessed from the language."""
        return ZoneInfo(self.default_timezone or ZONE_OF_LANGUAGE[self.default_locale])

    @property
    def overlay(self) -> Path:
        """Return the folder of the host's own rows; it need not exist."""
        return Path(self.catalogue_overlay)

    @property
    def backup_folder(self) -> Path | None:
        """Return the folder of the nightly backups, None when the host wants none."""
        return None if self.backups.lower() == "none" else Path(self.backups)

    @property
    def backup_folder_or_default(self) -> Path:
        """Return the folder for backups that are asked for."""
        return self.backup_folder or Path(str(type(self).model_fields["backups"].default))

    @property
    def pages_url(self) -> str | None:
        """Return the address under which people reach the pages; None where nobody said."""
        return self.web_url or self.webhook_url

    @property
    def pages_here(self) -> str | None:
        """Return the address of the pages on this machine; None when this process serves none."""
        if self.web_port is None or "web" not in self.roles:
            return None
        host = _ON_THIS_MACHINE.get(self.web_host, self.web_host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.web_port}"

    @property
    def on_sqlite(self) -> bool:
        """Say whether the database is a file of this machine: whoever takes over finds all that lies beside it."""
        return self.database_url.startswith("sqlite")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every word that must never be written anywhere: tokens, the database's password, the ping address."""
        tokens = [token.get_secret_value() for token in (self.discord_token, self.telegram_token) if token]
        password = _password(self.database_url)
        passwords = [password, unquote(password)] if password else []
        ping = [self.ping_url] if self.ping_url else []  # who knows it can say that all is well
        return tuple(dict.fromkeys([*tokens, *passwords, *ping]))

    def __repr__(self) -> str:
        """Return the settings without their secrets."""
        return f"Settings(platforms={self.platforms!r})"

    __str__ = __repr__

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    @field_validator("discord_token", "telegram_token", mode="before")
    @classmethod
    def _one_word(cls, value: Any) -> Any:
        if isinstance(value, str) and not is_token(value):
            raise Unfit("token_shape")
        return value

    @field_validator("default_locale", "command_names", "link_check", "log_format", "log_level", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("owners", mode="before")
    @classmethod
    def _owners(cls, value: Any) -> Any:
        return accounts(value) if isinstance(value, str) else value

    @field_validator("roles", mode="before")
    @classmethod
    def _roles(cls, value: Any) -> Any:
        return roles(value) if isinstance(value, str) else value

    @field_validator("fetch_trusted", mode="before")
    @classmethod
    def _trusted(cls, value: Any) -> Any:
        return endpoints(value) if isinstance(value, str) else value

    @field_validator("default_timezone", mode="after")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        return None if value is None else zone_name(value)

    @field_validator("web_port", "ping_minutes", mode="before")
    @classmethod
    def _number(cls, value: Any, info: ValidationInfo) -> Any:
        most = 65535 if info.field_name == "web_port" else 1440
        if isinstance(value, str) and not (value.isascii() and value.isdecimal() and 1 <= int(value[:9]) <= most):
            raise Unfit("number", value=value[:60], least="1", most=str(most))
        return value

    @field_validator(
        "discord_api_base",
        "discord_gateway",
        "telegram_api_base",
        "arxiv_api_base",
        "ping_url",
        "web_url",
        "webhook_url",
        mode="after",
    )
    @classmethod
    def _address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        schemes = {"discord_gateway": ("ws", "wss"), "webhook_url": ("https",)}.get(info.field_name or "", HTTP)
        if _scheme(value) not in schemes:
            raise Unfit("address", schemes=" / ".join(f"{scheme}://" for scheme in schemes))
        return value.rstrip("/")


def load(env_file: Path = ENV_FILE) -> Settings:
    """Read the settings from the environment and `env_file` (which may be missing).

    Raises `SettingsError` with everything that is wrong.
    """
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError(tuple(_problem(dict(details)) for details in error.errors())) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError((Problem(str(env_file), "unreadable", {"reason": type(error).__name__}),)) from None


def names() -> tuple[str, ...]:
    """Return the names of all settings as a host writes them, `DISCORD_TOKEN`."""
    return tuple(name.upper() for name in Settings.model_fields)


def misspelt(env_file: Path = ENV_FILE) -> tuple[tuple[str, str], ...]:
    """Return names in `env_file` that are no setting but look like one, each with the setting it looks like."""
    if not env_file.is_file():
        return ()
    known = names()
    found = []
    for name in dotenv_values(env_file, encoding="utf-8-sig"):
        like = get_close_matches(name.upper(), known, n=1, cutoff=_LOOKS_LIKE)
        if name.upper() not in known and like:
            found.append((name, like[0]))
    return tuple(found)


def spoken_language(settings: Settings | None = None) -> Literal["en", "ko"]:
    """Return the language for the terminal: `DEFAULT_LOCALE` when set, else the terminal's own, else English."""
    if settings is not None and "default_locale" in settings.model_fields_set:
        return settings.default_locale
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "ko" if locale.lower().startswith("ko") else "en"


def page_address(text: str) -> str:
    """Return the address `text` of a folder of pages, ending in a slash. Raises `Unfit`."""
    if _scheme(text) not in HTTP or "?" in text or "#" in text:
        raise Unfit("address", schemes=" / ".join(f"{scheme}://" for scheme in HTTP))
    return f"{text.rstrip('/')}/"


def is_token(text: str) -> bool:
    """Say whether `text` can be a token at all: one word of printable ASCII."""
    return _PRINTABLE.fullmatch(text) is not None


def accounts(text: str) -> tuple[tuple[str, str], ...]:
    """Read `discord:123,telegram:456` as pairs, each once. Raises `Unfit`."""
    return tuple(dict.fromkeys(_account(word) for word in re.split(r"[,\s]+", text) if word))


def roles(text: str) -> tuple[str, ...]:
    """Read `discord,scheduler` as roles, each once. Raises `Unfit`."""
    words = dict.fromkeys(word.lower() for word in re.split(r"[,\s]+", text) if word)
    for word in words:
        if word not in ROLES:
            raise Unfit("choice", value=word[:60], choices=", ".join(ROLES))
    return tuple(words) or ROLES


def endpoints(text: str) -> tuple[tuple[str, int], ...]:
    """Read `127.0.0.1:8080,[::1]:80` as pairs of an address and a port, each once. Raises `Unfit`."""
    return tuple(dict.fromkeys(_endpoint(word) for word in re.split(r"[,\s]+", text) if word))


def language(text: str) -> str:
    """Return the language code `text`. Raises `Unfit`."""
    if text.lower() not in ZONE_OF_LANGUAGE:
        raise Unfit("choice", value=text[:60], choices=", ".join(ZONE_OF_LANGUAGE))
    return text.lower()


def zone_name(text: str) -> str:
    """Return the time zone's name `text`. Raises `Unfit` with the nearest names."""
    if not is_zone(text):
        raise Unfit("zone", value=text[:60], near=", ".join(nearest_zones(text) or ZONE_OF_LANGUAGE.values()))
    return text


def is_zone(name: str) -> bool:
    """Say whether `name` is a time zone of this machine's or the packaged zone data."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # OSError: "Asia" is a folder there
        return False
    return True


def nearest_zones(name: str, count: int = 3) -> tuple[str, ...]:
    """Return at most `count` zone names that somebody who wrote `name` may have meant, the likeliest first."""
    wanted = re.sub(r"[\s-]+", "_", name.strip().casefold())[:80]
    by_word: dict[str, str] = dict(ZONE_NICKNAMES) | {"utc": "UTC"}
    for zone in sorted(available_timezones()):
        if "/" not in zone or zone.startswith("Etc/"):  # "Etc/GMT+9" is nine hours *behind*: never a suggestion
            continue
        by_word[zone.rpartition("/")[2].casefold()] = zone
        by_word[zone.casefold()] = zone
    close = get_close_matches(wanted, by_word, n=count * 3, cutoff=0.5)
    city = get_close_matches(wanted.rpartition("/")[2], by_word, n=count, cutoff=0.75)
    return tuple(dict.fromkeys(by_word[word] for word in [*close[:1], *city, *close[1:]]))[:count]


def _account(word: str) -> tuple[str, str]:
    platform, _, number = word.partition(":")
    platform = platform.lower()
    if platform not in OWNER_PLATFORMS or not re.fullmatch(r"[0-9]{1,20}", number):
        raise Unfit("owner", value=word[:60])
    return platform, number


def _endpoint(word: str) -> tuple[str, int]:
    host, _, port = word.rpartition(":")
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise Unfit("endpoint", value=word[:60]) from None
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise Unfit("endpoint", value=word[:60])
    return str(address), int(port)


def _password(address: str) -> str | None:
    netloc = address.partition("://")[2].partition("/")[0]
    _, _, password = netloc.rpartition("@")[0].partition(":")
    return password or None


def _scheme(address: str) -> str | None:
    """Return the scheme of `address`, or None when it is not a whole address with a host."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    return parts.scheme if parts.hostname and _PRINTABLE.fullmatch(address) else None


def _problem(details: Mapping[str, Any]) -> Problem:
    variable = str(details["loc"][0]).upper()
    context = details.get("ctx", {})
    if isinstance(unfit := context.get("error"), Unfit):
        return Problem(variable, unfit.kind, unfit.details)
    # What is left is a word that is none of a few.
    choices = context["expected"].replace("'", "").replace(" or ", ", ")
    return Problem(variable, "choice", {"value": str(details["input"])[:60], "choices": choices})
