"""Compiles without code: every public header alone, or every source of a compile database.

Usage: syntax.py headers compiler [flags]
       syntax.py sources clang compile_commands.json [flags]

Headers are compiled with nothing before them, so that a missing include is seen. Sources get the
standard headers that linnet's public ones include precompiled, which halves the time: the build
itself, by another compiler, has none of it.
"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

from source_files import ROOT, files, includes

COMMON = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
KEPT = ("-I", "-D", "-isystem")


def header_commands(compiler, flags):
    for path in files("include"):
        yield path, [compiler, *COMMON, "-fsyntax-only", *flags, "-Iinclude", "-x", "c++", "-include",
                     str(path), os.devnull]


def precompiled(compiler, folder):
    """The standard headers that the public ones include, as one precompiled header."""
    names = {name for path in files("include") for _, name in includes(path)
             if "/" not in name and "." not in name}
    header = folder / "standard.hpp"
    header.write_text("".join(f"#include <{name}>\n" for name in sorted(names)), encoding="utf-8")
    subprocess.run([compiler, *COMMON, "-x", "c++-header", str(header), "-o", f"{header}.pch"],
                   check=True)
    return f"{header}.pch"


def source_commands(compiler, database, flags, folder):
    with open(database, encoding="utf-8") as opened:
        entries = json.load(opened)
    standard = precompiled(compiler, folder)
    seen = set()
    for entry in entries:
        if not entry["file"].startswith(str(ROOT / "src")) and "/Unity/" not in entry["file"]:
            continue
        words = shlex.split(entry["command"])
        kept = []
        for word, following in zip(words, words[1:] + [""]):
            if word == "-isystem":
                kept += [word, following]
            elif word.startswith(KEPT):
                kept.append(word)
        command = [compiler, *COMMON, "-fsyntax-only", "-include-pch", standard, *kept, *flags,
                   entry["file"]]
        if tuple(command) not in seen:
            seen.add(tuple(command))
            yield os.path.relpath(entry["file"], ROOT), command


def run(job):
    path, command = job
    result = subprocess.run(command, cwd=ROOT, check=False, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return path, command, result


def main():
    what, compiler, *rest = sys.argv[1:]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        jobs = list(header_commands(compiler, rest) if what == "headers"
                    else source_commands(compiler, rest[0], rest[1:], pathlib.Path(folder)))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for path, command, result in pool.map(run, jobs):
                if result.returncode:
                    failed += 1
                    print(f"{path}: does not compile: {shlex.join(map(str, command))}\n"
                          f"{result.stdout}")
    print(f"{len(jobs)} {what} with {compiler}: {failed or 'none'} failed")
    sys.exit(1 if failed or not jobs else 0)


main()
