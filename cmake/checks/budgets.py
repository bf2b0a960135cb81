"""Sizes: of the umbrella header when preprocessed, of files and of functions.

Usage: budgets.py [compiler]
"""
import re
import subprocess
import sys
import time

from source_files import ROOT, Report, files, lines

UMBRELLA_LINES = 100_000
LAYER_LINES, BIG_LAYER_LINES, BIG_LAYER_FIELDS = 80, 150, 15
HEADER_LINES, SOURCE_LINES, FUNCTION_LINES = 200, 400, 60

# Comments, raw strings, strings, characters (not the ' of 1'000), in this order.
SILENT = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.S)


def silence(text):
    """The text without comments and literals, on the same lines."""
    return SILENT.sub(lambda match: "\n" * match.group().count("\n") or " ", text)


def is_scope(header):
    """Whether a block opened after this text holds declarations: a namespace or a type."""
    if re.search(r'\bnamespace\b|\bextern\s*$', header):
        return True
    bare = re.sub(r"<[^<>]*>|\([^()]*\)", "", re.sub(r"<[^<>]*>", "", header))
    return bool(re.search(r"\b(class|struct|union|enum)\b", bare)) and not header.endswith(")")


def functions(text):
    """Pairs (first line, lines) of the outermost functions, by counting braces."""
    header, header_line, line, parens = "", 1, 1, 0
    stack = []  # (kind, header before it, line of that header, parentheses open)
    for char in text:
        line += char == "\n"
        if not header.strip():
            header, header_line = "", line
        if char == "{":
            stripped = header.strip()
            inside = any(kind == "function" for kind, *_ in stack)
            if inside:
                kind = "block"
            elif is_scope(stripped):
                kind = "scope"
            elif "(" in stripped and not re.search(r"(?<![=<>!])=(?!=)[^)]*$",
                                                   re.sub(r"operator\s*\S+\(", "(", stripped)):
                kind = "function"
            else:
                kind = "value"
            stack.append((kind, header, header_line, parens))
            header, parens = "", 0
        elif char == "}" and stack:
            kind, before, first, parens = stack.pop()
            if kind == "function":
                yield first, line - first + 1
            header, header_line = (before + "{}", first) if kind == "value" else ("", line)
        elif char == ";" and parens == 0:
            header = ""
        else:
            parens += (char == "(") - (char == ")")
            header += char


def check_file(report, path):
    text = lines(path)
    limit, hint = SOURCE_LINES, "split it by what it defines"
    if path.suffix == ".hpp":
        limit = HEADER_LINES
    if path.parts[:3] == ("include", "linnet", "layers") and path.name != "layers.hpp":
        fields = len(re.findall(r'\bfield\(\s*"', "\n".join(text)))
        limit = BIG_LAYER_LINES if fields > BIG_LAYER_FIELDS else LAYER_LINES
        hint = f"a layer with {fields} fields says what it computes and no more"
    if len(text) > limit:
        report.add(path, limit + 1, f"{len(text)} lines, allowed are {limit}: {hint}")
    for first, length in functions(silence("\n".join(text) + "\n")):
        if length > FUNCTION_LINES:
            report.add(path, first, f"a function of {length} lines, allowed are {FUNCTION_LINES}: "
                                    "give its parts names")


def check_umbrella(report, compiler):
    path = "include/linnet/linnet.hpp"
    command = [compiler, "-std=c++20", "-Iinclude", "-x", "c++", "-include", path, "/dev/null"]
    output = subprocess.run(command + ["-E"], cwd=ROOT, check=True, capture_output=True).stdout
    count = output.count(b"\n")
    start = time.perf_counter()
    subprocess.run(command + ["-fsyntax-only"], cwd=ROOT, check=True)
    print(f"{path}: {count} lines preprocessed, {time.perf_counter() - start:.2f} s to compile")
    if count > UMBRELLA_LINES:
        report.add(path, 1, f"{count} lines preprocessed, allowed are {UMBRELLA_LINES}: include "
                            "fewer standard headers in public headers (g++ -H shows the tree)")


def check_reach(report):
    """Every public header comes with linnet.hpp, or its first comment says that it does not."""
    path, pending, reached = "include/linnet/linnet.hpp", ["linnet/linnet.hpp"], set()
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            text = (ROOT / "include" / name).read_text()
            pending += re.findall(r"#include <(linnet/[^>]+)>", text)
    left_out = re.findall(r"[\w/]+(?:\.hpp|/)", (ROOT / path).read_text().split("#pragma once")[0])
    for header in files("include"):
        name = header.relative_to("include").as_posix()
        inner = name.removeprefix("linnet/")
        if name not in reached and not any(inner.startswith(each) for each in left_out):
            report.add(path, 1, f"{name} is not reached: include it, or say in the first comment "
                                "that it is left out")


def main():
    report = Report()
    check_reach(report)
    paths = files("include", "src")
    for path in paths:
        check_file(report, path)
    if len(sys.argv) > 1:
        check_umbrella(report, sys.argv[1])
    report.finish(f"budgets of {len(paths)} files")


main()
