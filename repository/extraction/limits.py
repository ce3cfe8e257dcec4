"""What the process that opens files may use, and how much of a file it reads."""

MEMORY = 512 * 1024 * 1024  # bytes of address space
# Seconds of processor and of the clock, by task. Somebody waits for a check; reading is done in the background.
CPU_SECONDS = {"check": 10, "read": 20, "activity": 20}
WALL_SECONDS = {"check": 20, "read": 30, "activity": 30}
MOST_OUTPUT = 12 * 1024 * 1024  # bytes; the longest text in UTF-8, and a thumbnail

MOST_TEXT = 2_000_000  # characters
MOST_PAGES = 2_000
MOST_PIXELS = 80_000_000
THUMBNAIL = (400, 560)  # pixels at most, across and down

# Of a Word, PowerPoint or Excel file, which is a ZIP archive.
MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024  # bytes
MOST_RATIO = 100  # unpacked bytes for each packed one


class Unreadable(ValueError):
    """The file cannot be taken or read; the message says why and what to do, for whoever sent it."""
