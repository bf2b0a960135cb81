"""Compiles without code: every public header alone, or every source of a compile database, also alone
where the build puts several into one. With the sources the examples are compiled, to code that is
thrown away: a compiler may crash on what it has parsed. The fuzz targets, which only clang builds, are
parsed too.

Usage: syntax.py headers compiler [flags]
       syntax.py sources clang compile_commands.json [flags]

Headers are compiled with nothing of linnet's before them, so that a missing include is seen. The
standard headers that linnet's public ones include come precompiled, which takes a fraction of the
time: standard_includes.py sees that headers name those they need, and the build of the sources, by
another compiler, has none of it.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from source_files import ROOT, files, includes

COMMON = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
KEPT = ("-I", "-D", "-isystem")


def precompiled(compiler, flags, folder):
    """The flags that bring the standard headers that the public ones include, precompiled."""
    names = {name for path in files("include") for _, name in includes(path)
             if "/" not in name and "." not in name}
    header = folder / "standard.hpp"
    header.write_text("".join(f"#include <{name}>\n" for name in sorted(names)), encoding="utf-8")
    clang = "clang" in pathlib.Path(compiler).name
    made = f"{header}.pch" if clang else f"{header}.gch"  # g++ finds the latter by itself
    subprocess.run([compiler, *COMMON, *flags, "-x", "c++-header", str(header), "-o", made],
                   check=True)
    return ["-include-pch", made] if clang else ["-Winvalid-pch", "-include", str(header)]


def header_commands(compiler, flags, folder):
    standard = precompiled(compiler, flags, folder)
    for path in files("include"):
        yield path, [compiler, *COMMON, "-fsyntax-only", *flags, "-Iinclude", *standard, "-x", "c++",
                     "-include", str(path), os.devnull]


def sources_of(entry):
    """The files of src/ in an entry of the database: each by itself, as a plain build compiles them."""
    path = entry["file"]
    listed = pathlib.Path(path).read_text(encoding="utf-8") if "/Unity/" in path else f'#include "{path}"'
    parts = re.findall(r'^#include "(.*)"', listed, re.MULTILINE)
    return [part for part in parts if part.startswith(str(ROOT / "src"))]


def source_commands(compiler, database, flags, folder):
    with open(database, encoding="utf-8") as opened:
        entries = json.load(opened)
    standard = precompiled(compiler, [], folder)
    seen = set()
    for entry in entries:
        words = shlex.split(entry["command"])
        kept = []
        for word, following in zip(words, words[1:] + [""]):
            if word == "-isystem":
                kept += [word, following]
            elif word.startswith(KEPT):
                kept.append(word)
        for path in sources_of(entry):
            command = [compiler, *COMMON, "-fsyntax-only", *standard, *kept, *flags, path]
            if tuple(command) not in seen:
                seen.add(tuple(command))
                yield os.path.relpath(path, ROOT), command


def example_commands(compiler, flags, folder):
    header = folder / "linnet.hpp"
    header.write_text("#include <linnet/linnet.hpp>\n", encoding="utf-8")
    own = ["-Iinclude", '-DLINNET_EXAMPLE_DATA=""', *flags]
    subprocess.run([compiler, *COMMON, *own, "-x", "c++-header", str(header), "-o", f"{header}.pch"],
                   cwd=ROOT, check=True)
    for path in sorted((ROOT / "examples").glob("*.cpp")):
        yield path.relative_to(ROOT), [compiler, *COMMON, "-c", "-o", os.devnull, "-include-pch",
                                       f"{header}.pch", *own, str(path)]


def fuzz_commands(compiler, flags):
    for path in sorted((ROOT / "tests/fuzz").glob("*.cpp")):
        yield path.relative_to(ROOT), [compiler, *COMMON, "-fsyntax-only", "-Iinclude", "-Isrc",
                                       "-Itests", *flags, str(path)]


def run(job):
    path, command = job
    result = subprocess.run(command, cwd=ROOT, check=False, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return path, command, result


def main():
    what, compiler, *rest = sys.argv[1:]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        jobs = list(header_commands(compiler, rest, folder) if what == "headers"
                    else [*source_commands(compiler, rest[0], rest[1:], folder),
                          *example_commands(compiler, rest[1:], folder),
                          *fuzz_commands(compiler, rest[1:])])
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for path, command, result in pool.map(run, jobs):
                if result.returncode:
                    failed += 1
                    print(f"{path}: does not compile: {shlex.join(map(str, command))}\n"
                          f"{result.stdout}")
    print(f"{len(jobs)} {what} with {compiler}: {failed or 'none'} failed")
    sys.exit(1 if failed or not jobs else 0)


main()
