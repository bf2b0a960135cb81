"""Every file of src/ reaches the headers of src/core, and io/file.hpp, whose functions it calls:
those that are compiled together with another file find them by luck, and a plain build does not."""
import collections
import functools
import pathlib
import re

from source_files import ROOT, Report, files, includes, lines

# What all folders use, beside src/core.
SHARED = {pathlib.Path("src/io/file.hpp")}
# A function at the left edge of a header, and a call that is no method's.
DECLARED = re.compile(r"^(?:inline |constexpr |LINNET_API )*[A-Za-z_][\w:<>,&* ]* [&*]?([a-z]\w*)\(")
CALLED = re.compile(r"(?<![\w.>:])(?:(?:\w+::)*)([a-z]\w*)\(")


@functools.cache
def reached(path):
    """The files of src/ that a file includes, by others too."""
    found = set()
    for _, name in includes(path):
        inner = pathlib.Path("src") / name
        if (ROOT / inner).exists():
            found |= {inner} | reached(inner)
    return frozenset(found)


def code(path):
    for number, line in enumerate(lines(path), 1):
        yield number, re.sub(r'"(?:\\.|[^"\\])*"', '""', line.split("//")[0])


def declared(paths):
    """By name of a function, the files that have one at their left edge."""
    where = collections.defaultdict(set)
    for path in paths:
        for _, line in code(path):
            if match := DECLARED.match(line):
                where[match.group(1)].add(path)
    return where


def main():
    report = Report()
    paths = files("src")
    headers = declared(path for path in paths
                       if path in SHARED or path.suffix == ".hpp" and path.parent.name == "core")
    others = declared([*files("include"), *(path for path in paths if path.suffix == ".cpp")])
    for path in paths:
        seen = set()
        for number, line in code(path):
            for name in CALLED.findall(line):
                homes = headers.get(name, set())
                if not homes or name in seen or path in homes | others.get(name, set()):
                    continue
                public = any(str(home).startswith("include") for home in others.get(name, ()))
                if public or homes & reached(path):
                    continue
                seen.add(name)
                report.add(path, number, f"{name}() needs one of {', '.join(map(str, homes))}")
    report.finish(f"own includes of {len(paths)} files")


main()
