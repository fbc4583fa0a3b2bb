"""What jobs are forked from: everything heavy is there, and nothing that a fork would break."""

import subprocess
import sys

from interpreter.worker import PRELOAD

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
