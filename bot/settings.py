"""Settings: environment variables with the prefix LIANZHU_, or a file .env beside run_bot.py."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
"""The databases that are served, by how their addresses begin, each with its driver."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingError(Exception):
    """A setting that cannot be used. The message names it and the remedy."""


class Settings(BaseSettings):
    """Everything a deployment can choose. An empty value counts as not set."""

    model_config = SettingsConfigDict(env_prefix="LIANZHU_", env_file=".env", env_ignore_empty=True, extra="ignore")

    data_dir: Path = Path("var")
    database_url: str = ""
    """Empty: SQLite in the data folder. postgresql://…: any number of processes may serve it."""
    redis_url: str = ""
    """A Redis that wakes the processes of a house; empty: each looks by itself."""
    cache_dir: Path | None = None
    """Where what is learned from the phrases is kept; without it a folder in the data folder."""
    clocks_file: Path | None = None
    """A county's own lengths of time; without it those of `casework/data/clocks.toml`."""
    retention_file: Path | None = None
    """A county's own periods of keeping; without it those of `casework/data/retention.toml`."""
    key_file: Path | None = None
    """Where the keys lie that personal data is sealed with; without it `key` in the data folder."""
    key: SecretStr = SecretStr("")
    """The keys themselves instead (base64 or hexadecimal digits, the first seals), apart by commas."""
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    """How residents' browsers reach this machine, if not by host and port."""
    trusted_proxies: str = ""
    """Addresses or networks of the web servers in front whose word on who asks is taken, with commas between."""
    gather_seconds: float = Field(2.0, ge=0, le=60)
    """How long to wait for the next of several short messages; 0 answers each at once."""
    llm_url: str = ""
    """Base URL of an OpenAI-compatible server that is asked where the bot would ask back; empty: none."""
    llm_model: str = "default"
    llm_key: SecretStr = SecretStr("")
    asr_url: str = ""
    """Base URL of an OpenAI-compatible server that writes down recordings; empty: none."""
    asr_model: str = "default"
    asr_key: SecretStr = SecretStr("")
    log: Literal["text", "json"] = "text"
    """How lines are written to standard error."""
    metrics_token: SecretStr = SecretStr("")
    """What a reader of `/metrics` shows as a bearer; empty: only this machine may read it."""
    telegram_token: SecretStr = SecretStr("")
    telegram_api: str = ""
    """Base URL of another Bot API server."""
    telegram_webhook: str = ""
    """Public https URL of this machine; empty: long polling."""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        kind, colon, rest = value.partition(":")
        if value and (not colon or kind not in DRIVERS):
            raise ValueError(
                "only sqlite and postgresql are served, for example postgresql://lianzhu:password@127.0.0.1/lianzhu"
            )
        return f"{DRIVERS[kind]}:{rest}" if value else ""

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("it must begin with redis://, rediss:// or unix://, for example redis://127.0.0.1:6379/0")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _is_networks(cls, value: str) -> str:
        networks_in(value)
        return value

    @field_validator("telegram_api", "telegram_webhook", "public_url", "llm_url", "asr_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("it must begin with http:// or https://")
        return value.rstrip("/")

    @property
    def proxies(self) -> list[Network]:
        return networks_in(self.trusted_proxies)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'lianzhu.db'}"

    @property
    def key_path(self) -> Path:
        return self.key_file or self.data_dir / "key"

    @property
    def files(self) -> Path:
        """Where the bytes of attachments lie."""
        return self.data_dir / "files"

    @property
    def secrets(self) -> list[str]:
        """What must never be said in a log or an error line, beside the passwords inside addresses."""
        given = (getattr(self, name) for name in type(self).model_fields)
        addresses = (urlsplit(each) for each in (self.database_url, self.redis_url, self.llm_url, self.asr_url))
        passwords = (address.password or "" for address in addresses)
        return [each.get_secret_value() for each in given if isinstance(each, SecretStr)] + [*passwords]

    @property
    def cache(self) -> Path:
        return self.cache_dir or self.data_dir / "cache"

    @property
    def url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"


def networks_in(listed: str) -> list[Network]:
    """Addresses and networks, with commas between. Raises ValueError for what is neither."""
    return [ipaddress.ip_network(each.strip(), strict=False) for each in listed.split(",") if each.strip()]


def read_settings(**chosen: object) -> Settings:
    """Settings from the environment, with what the command line chose on top. Raises SettingError."""
    try:
        given = {name: value for name, value in chosen.items() if value is not None}
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks the values, which is what this is for
    except ValidationError as error:
        first = error.errors()[0]
        name = "LIANZHU_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingError(f"{name}: {first['msg']}. Correct it or leave it out") from None
