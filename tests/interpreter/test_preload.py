"""What jobs are forked from: everything heavy is there, and nothing that a fork would break."""

import subprocess
import sys
from pathlib import Path

import pytest
from livekit.agents.telemetry.loop_monitor import LoopMonitorThresholds

from interpreter.settings import watch_no_loops
from interpreter.worker import PRELOAD, preloaded
from tests.interpreter.engines.conftest import settings_for

WATCHES_LOOPS = "LIVEKIT_AGENTS_LOOP_BLOCK_WARN_MS"
LOOK = """
import importlib, os, sys, threading
before = os.listdir("/proc/self/fd")
for name in sys.argv[1:]:
    importlib.import_module(name)
print(threading.active_count(), len(os.listdir("/proc/self/fd")) - len(before))
print("sqlalchemy.dialects.sqlite" in sys.modules)
"""


def test_jobs_are_forked_from_one_thread_without_open_files() -> None:
    looked = subprocess.run(
        [sys.executable, "-c", LOOK, *PRELOAD], check=True, capture_output=True, text=True
    )
    assert looked.stdout.split() == ["1", "0", "True"]


def test_jobs_with_plugins_that_count_for_prometheus_are_forked_likewise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the plugins that are chosen, which register themselves on a main thread only; what jobs
    count for Prometheus is in files of their own."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "metrics"))
    (tmp_path / "metrics").mkdir()
    chosen = {"translator": "livekit.plugins.openai:LLM", "tts": "livekit.plugins.azure:TTS"}
    modules = preloaded(settings_for(tmp_path).model_copy(update=chosen))
    looked = subprocess.run(
        [sys.executable, "-c", LOOK, *modules], check=True, capture_output=True, text=True
    )
    assert {*PRELOAD, "livekit.plugins.openai", "livekit.plugins.azure"} <= set(modules)
    assert looked.stdout.split() == ["1", "0", "True"]
    assert list((tmp_path / "metrics").iterdir()) == []


COLLECT = """
import gc, importlib, os, sys, psutil
for name in sys.argv[1:]:
    importlib.import_module(name)
job = os.fork()
if job == 0:
    before = psutil.Process().memory_full_info().uss
    gc.collect()
    print(psutil.Process().memory_full_info().uss - before, flush=True)
    os._exit(0)
os.waitpid(job, 0)
"""


def test_a_job_that_collects_its_garbage_copies_nothing_of_what_it_shares() -> None:
    looked = subprocess.run(
        [sys.executable, "-c", COLLECT, *PRELOAD], check=True, capture_output=True, text=True
    )
    assert int(looked.stdout) < 5e6


FIRST_USE = """
import asyncio, importlib, os, sys, psutil
for name in sys.argv[1:]:
    importlib.import_module(name)
job = os.fork()
if job == 0:
    modules, before = len(sys.modules), psutil.Process().memory_full_info().uss
    from interpreter.engines.openai_preload import ask_nobody
    asyncio.run(ask_nobody())
    print(len(sys.modules) - modules, psutil.Process().memory_full_info().uss - before, flush=True)
    os._exit(0)
os.waitpid(job, 0)
from httpx2._transports import default
usual = default.create_ssl_context()
print(default.create_ssl_context(verify=True) is usual)
print(default.create_ssl_context(verify=False) is usual)
"""


def test_jobs_with_openais_plugin_share_what_its_first_use_makes(tmp_path: Path) -> None:
    """Modules and types of messages: a job's first text and sound cost it half of the memory. And
    what HTTP clients trust, with httpx as it is installed: a release that makes its contexts
    otherwise shows here."""
    chosen = {"translator": "livekit.plugins.openai:LLM"}
    modules = preloaded(settings_for(tmp_path).model_copy(update=chosen))
    looked = subprocess.run(
        [sys.executable, "-c", FIRST_USE, *modules], check=True, capture_output=True, text=True
    )

    imported, copied, *trust = looked.stdout.split()
    assert int(imported) == 0
    assert int(copied) < 20e6
    assert trust == ["True", "False"]


OPENAI = "interpreter.engines.openai_preload"
NO_SERVER = f"""
import asyncio
async def refuse(*_):
    raise OSError("no more files")
asyncio.start_server = refuse
import {OPENAI}
print("there")
"""


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9"])
def test_a_proxy_is_not_asked_for_what_jobs_share(proxy: str) -> None:
    """Nor need the machine have what its kind of proxy takes."""
    environment = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), proxy)
    looked = subprocess.run(
        [sys.executable, "-c", f"import {OPENAI}"],
        env=environment | {"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert looked.stderr == ""


def test_jobs_run_where_the_first_use_of_openais_plugin_fails() -> None:
    """Raised, it would end the process that forks them."""
    looked = subprocess.run(
        [sys.executable, "-c", NO_SERVER], check=True, capture_output=True, text=True
    )
    assert looked.stdout == "there\n"
    assert looked.stderr.startswith("jobs share less of OpenAI's plugin than they could")


STORE = """
import importlib, sys
from pathlib import Path
for name in sys.argv[1:]:
    importlib.import_module(name)
from sqlmodel import Session
from interpreter.glossary_rows import entries_for
from interpreter.settings import load_settings
from interpreter.store import create_schema, open_store, shared_store
url = load_settings().database_url
print(Path(url.removeprefix("sqlite:///")).exists())
create_schema(open_store(url))
store = shared_store(url)
compiled = len(store._compiled_cache)
with Session(store) as session:
    print(entries_for(session, ["none"], "en", "es"))
print(compiled > 0, len(store._compiled_cache) - compiled)
"""


def test_jobs_share_the_statements_of_the_database_and_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not asked before there is a job, and none of them compiles a statement again."""
    monkeypatch.setenv("INTERPRETER_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("LIVEKIT_API_KEY", "devkey")
    monkeypatch.setenv("LIVEKIT_API_SECRET", "of-this-test-alone")
    looked = subprocess.run(
        [sys.executable, "-c", STORE, *PRELOAD], check=True, capture_output=True, text=True
    )
    assert looked.stdout.split() == ["False", "[]", "True", "0"]


def test_no_job_is_woken_all_the_time_to_watch_its_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WATCHES_LOOPS, "100")
    watch_no_loops()
    asked_for = LoopMonitorThresholds.from_env()
    monkeypatch.delenv(WATCHES_LOOPS)
    watch_no_loops()
    assert asked_for is not None
    assert LoopMonitorThresholds.from_env() is None
