"""What other users of the machine, and readers of its logs, can see of a running program holds no secret."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.process import Programs

TOKEN = "7312345678:AAH9secretSECRETsecretSECRETsecret12"
SECRETS = {
    "telegram_token": TOKEN,
    "telegram_api": "http://127.0.0.1:9",
    "llm_url": "http://lianzhu:l4nguage-word@127.0.0.1:9/v1",
    "llm_key": "sk-language-key",
    "asr_key": "sk-hearing-key",
    "redis_url": "redis://:r3dis-word@127.0.0.1:9/0",
}
SAID = ("AAH9secret", "l4nguage-word", "sk-language-key", "sk-hearing-key", "r3dis-word")


def seen(process: int) -> list[bytes]:
    """What `ps` shows everybody."""
    return [Path(f"/proc/{process}/{name}").read_bytes() for name in ("cmdline", "comm")]


async def test_no_secret_is_seen_when_the_server_runs_and_nothing_can_be_reached(programs: Programs) -> None:
    server = await programs.serve(**{name: value for name, value in SECRETS.items() if name != "redis_url"})
    link = await server.line("desk: ")
    async with httpx.AsyncClient() as client:
        await client.post(link, headers={"Origin": "null"})
        await client.get(link + "x")
    await server.until(lambda: [line for line in server.err if "Telegram" in line])
    shown = b"".join(seen(server.process.pid))
    ended = await server.stop()
    for secret in (*SAID, link.rpartition("/")[2]):
        assert secret.encode() not in shown
        assert secret not in ended.err


async def test_password_is_masked_when_the_database_cannot_be_reached(programs: Programs) -> None:
    address = "postgresql://lianzhu:p4ssw0rd@127.0.0.1:9/lianzhu"
    ended = await programs.run("staff", "list", database_url=address)
    assert ended.status == 2
    assert "p4ssw0rd" not in ended.err
    assert "lianzhu:***@127.0.0.1:9" in ended.err


async def test_token_is_not_repeated_when_it_is_no_token(programs: Programs) -> None:
    ended = await programs.run("serve", telegram_token="not-a-real-token-but-secret")
    assert ended.status == 2
    assert "not-a-real" not in ended.err
    assert "LIANZHU_TELEGRAM_TOKEN" in ended.err


async def test_terminal_is_not_driven_when_a_name_holds_escapes(programs: Programs) -> None:
    said = '{"from": "r1", "text": "我叫\\u001b]0;owned\\u0007\\u009b2J张三，我妈要人上门做饭\\u202e"}\n'
    ended = await programs.run("chat", "--json", given=said.encode())
    listed = await programs.run("chat", given=said.encode() + "\x1b[2J\x9b31m你好\n".encode())
    for out in (ended.out, ended.err, listed.out, listed.err):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out)
