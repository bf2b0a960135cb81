"""What the checks share: finding files, reading includes, reporting."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def files(*folders):
    """The C++ files below the folders, as paths relative to the source tree."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.?pp")):
            if path.suffix in (".hpp", ".cpp"):
                found.append(path.relative_to(ROOT))
    return found


def lines(path):
    return (ROOT / path).read_text(encoding="utf-8").splitlines()


def includes(path):
    """Pairs (line number, header name)."""
    for number, line in enumerate(lines(path), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1)


class Report:
    def __init__(self):
        self.count = 0

    def add(self, path, line, problem):
        self.count += 1
        print(f"{path}:{line}: {problem}")

    def finish(self, checked):
        print(f"{checked}: {self.count} problem(s)" if self.count else f"{checked}: fine")
        sys.exit(1 if self.count else 0)
