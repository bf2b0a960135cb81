"""Names of files, folders, types, constants and macros, and the first lines of headers."""
import re

from source_files import Report, files, lines

VAGUE = {"util", "utils", "common", "misc", "helper", "helpers"}
PUBLIC_MACRO_FILES = {"version.hpp", "export.hpp"}
DEFINE = re.compile(r"\s*#\s*define\s+(\w+)")
TYPE = re.compile(
    r"\s*(?:template <.*>\s*)?(?:(?:struct|class|enum class|enum|union|concept)\s+"
    r"(?:LINNET_API\s+)?(\w+)\s*(?:final\s*)?(?:[:{;=]|$)|using\s+(\w+)\s*=)")
CONSTANT = re.compile(
    r"\bconstexpr\s+(?!.*\boperator\b)(?:[\w:]+(?:<[^=;]*>)?[\s*&]+)+(\w+)\s*(?:\[\w*\])*\s*[={]")
# zlib's; a size that is not known, as users write it; what traits are asked for.
OTHER_NAMES = {"gzFile_s", "any", "value"}


def check_header(report, path, text):
    if not text or not text[0].startswith("// ") or len(text[0]) < 10:
        report.add(path, 1, "begin with a // comment that says what the thing is")
    code = next((n for n, line in enumerate(text) if not line.startswith("//")), 0)
    if code >= len(text) or text[code].strip() != "#pragma once":
        report.add(path, code + 1, "#pragma once comes right after the first comment")


def check_names(report, path, text):
    before = ""
    for number, line in enumerate(text, 1):
        kind = TYPE.match(line)
        name = kind and (kind.group(1) or kind.group(2))
        if name and name not in OTHER_NAMES and not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            report.add(path, number, f"type {name}: types are in CamelCase")
        constant = CONSTANT.search(line)
        name = constant and constant.group(1)
        if name and name not in OTHER_NAMES and not before.startswith("template <"):
            if not re.fullmatch(r"k[A-Z0-9]\w*", name):
                report.add(path, number, f"constant {name}: constants are named kName")
        before = line.strip()


def main():
    report = Report()
    paths = files("include", "src", "tests", "examples", "bench")
    for path in paths:
        public = path.parts[0] == "include"
        text = lines(path)
        if not re.fullmatch(r"[a-z][a-z0-9_]*\.[ch]pp", path.name):
            report.add(path, 1, "file names are snake_case")
        for part in (*path.parent.parts, path.stem):
            if part in VAGUE:
                report.add(path, 1, f"'{part}' says nothing: name the file after what it defines")
        if path.suffix == ".hpp":
            check_header(report, path, text)
        check_names(report, path, text)
        if path.parts[0] not in ("include", "src"):
            continue
        for number, line in enumerate(text, 1):
            match = DEFINE.match(line)
            if not match:
                continue
            if not match.group(1).startswith("LINNET_"):
                report.add(path, number, f"macro {match.group(1)}: macros are named LINNET_*")
            elif public and path.name not in PUBLIC_MACRO_FILES:
                report.add(path, number, "public macros live in version.hpp and export.hpp")
    report.finish(f"names in {len(paths)} files")


main()
