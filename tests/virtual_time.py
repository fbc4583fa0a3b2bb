"""Virtual time, so that no test ever sleeps: the loop that the product rehearses in."""

from interpreter.rehearsal.virtual_time import run_in_virtual_time

__all__ = ["run_in_virtual_time"]
