"""A proxy is used for what lies behind it, and for nothing else."""

import logging
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit.agents import AgentServer
from livekit.agents.utils import http_context

from interpreter import worker
from interpreter.proxies import heed_no_proxy, host_of, proxy_to
from interpreter.room import PAIR_AGENT
from interpreter.slots import Slots
from tests.interpreter.engines.conftest import settings_for

PROXY = "http://jane:hunter22@proxy.example:3128"


@pytest.fixture(autouse=True)
def _behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", ".office.example,livekit:7880")


@pytest.mark.parametrize(
    "url",
    [
        "ws://127.0.0.1:7880",
        "ws://localhost:7880",
        "ws://[::1]:7880",
        "wss://livekit.office.example",
        "ws://livekit:7880",
    ],
)
def test_what_no_proxy_names_and_this_machine_are_reached_directly(url: str) -> None:
    assert proxy_to(url) is None


def test_what_lies_behind_the_proxy_is_reached_through_it() -> None:
    assert proxy_to("wss://meeting.livekit.cloud") == PROXY


def test_without_a_proxy_all_is_reached_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HTTPS_PROXY")
    assert proxy_to("wss://meeting.livekit.cloud") is None


@pytest.mark.parametrize("proxy", [PROXY, "jane:hunter22@proxy.example:3128"])
def test_a_proxys_password_is_not_told(proxy: str) -> None:
    assert host_of(proxy) == "proxy.example:3128"


class Asked(AgentServer):
    """Keeps what it was made with."""

    def __init__(self, **given: Any) -> None:
        self.given = given
        super().__init__(**given)


@pytest.mark.parametrize(
    ("url", "proxy", "told"),
    [
        ("ws://127.0.0.1:7880", None, []),
        ("wss://meeting.livekit.cloud", PROXY, ["proxy.example:3128"]),
    ],
)
def test_workers_reach_livekit_as_the_environment_says(
    url: str,
    proxy: str | None,
    told: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(worker, "AgentServer", Asked)
    settings = settings_for(tmp_path).model_copy(update={"livekit_url": url})
    with caplog.at_level(logging.INFO, "interpreter.worker"):
        server = worker.agent_server(settings, PAIR_AGENT, 0, Slots(1))

    assert isinstance(server, Asked)
    assert server.given["http_proxy"] == proxy
    assert [record.__dict__["proxy"] for record in caplog.records] == told


async def test_what_plugins_ask_in_a_job_goes_by_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A provider through the proxy, a server of the house directly; from a LiveKit of the house."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="server")

    async def forward(request: web.BaseRequest) -> web.Response:
        return web.Response(text=f"proxy to {request.url.host}")

    app = web.Application()
    app.router.add_get("/", answer)
    proxied = TestServer(web.Application())
    proxied.app.router.add_route("*", "/{path:.*}", forward)
    async with TestServer(app) as server, proxied, http_context.open():
        monkeypatch.setenv("HTTP_PROXY", str(proxied.make_url("")))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        heed_no_proxy()
        session = http_context.http_session()
        async with session.get(server.make_url("/")) as own:
            assert await own.text() == "server"
        async with session.get("http://provider.example/") as provider:
            assert await provider.text() == "proxy to provider.example"
    assert session.closed
