"""Compiles without code: every public header alone, or every source of a compile database.

Usage: syntax.py headers compiler [flags]
       syntax.py sources compiler compile_commands.json [flags]
"""
import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

from source_files import ROOT, files

WARNINGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
KEPT = ("-I", "-D", "-isystem")


def header_commands(compiler, flags):
    for path in files("include"):
        yield path, [compiler, *WARNINGS, *flags, "-Iinclude", "-x", "c++", "-include", str(path),
                     os.devnull]


def source_commands(compiler, database, flags):
    with open(database, encoding="utf-8") as opened:
        entries = json.load(opened)
    seen = set()
    for entry in entries:
        if not entry["file"].startswith(str(ROOT / "src")):
            continue
        words = shlex.split(entry["command"])
        kept = []
        for word, following in zip(words, words[1:] + [""]):
            if word == "-isystem":
                kept += [word, following]
            elif word.startswith(KEPT):
                kept.append(word)
        command = [compiler, *WARNINGS, *kept, *flags, entry["file"]]
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
    jobs = list(header_commands(compiler, rest) if what == "headers"
                else source_commands(compiler, rest[0], rest[1:]))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, command, result in pool.map(run, jobs):
            if result.returncode:
                failed += 1
                print(f"{path}: does not compile: {shlex.join(map(str, command))}\n{result.stdout}")
    print(f"{len(jobs)} {what} with {compiler}: {failed or 'none'} failed")
    sys.exit(1 if failed or not jobs else 0)


main()
