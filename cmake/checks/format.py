"""Formatting, by clang-format and the .clang-format of this tree.

Usage: format.py clang-format [--fix]
"""
import subprocess
import sys

from source_files import ROOT, files


def main():
    paths = files("include", "src", "tests", "examples", "bench")
    mode = ["-i"] if "--fix" in sys.argv else ["--dry-run", "-Werror", "--ferror-limit=3"]
    result = subprocess.run([sys.argv[1], *mode, *map(str, paths)], cwd=ROOT, check=False)
    if result.returncode:
        print("run: python3 cmake/checks/format.py clang-format --fix")
    sys.exit(result.returncode)


main()
