"""The resident memory of a process, as Linux counts it (proc(5))."""

from pathlib import Path


def peak(process: int) -> int:
    """Return the most resident memory that the process has had, in kilobytes (VmHWM)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def forget_peak(process: int) -> None:
    """Let the peak begin anew from now (clear_refs)."""
    Path(f"/proc/{process}/clear_refs").write_text("5")
