"""Holds every #include to the table in floors.txt."""
import re

from source_files import ROOT, Report, files, includes, lines


def read_table():
    """height and name lists, owners of private names, places of other libraries' headers."""
    height, only, outside = {}, {}, []
    level = 0
    for line in lines("cmake/checks/floors.txt"):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "floor":
            level += 1
            height.update((name, level) for name in words[1:])
        elif words[0] == "only":
            only[words[1]] = words[2:]
        elif words[0] == "outside":
            outside.append((re.compile(words[1]), words[2:]))
    return height, only, outside


HEIGHT, ONLY, OUTSIDE = read_table()


def name_of(path):
    """The name in the table that a path like core/shape.hpp belongs to, or None."""
    stem = path.rsplit(".", 1)[0]
    fitting = [name for name in HEIGHT if stem == name or stem.startswith(name + "/")]
    return max(fitting, key=len, default=None)


def resolve(including, header):
    """(path from the source tree, path from its root) of one of linnet's own headers, or None."""
    inner = header.removeprefix("linnet/")
    candidates = [("include/linnet", inner)] if header.startswith("linnet/") else []
    candidates.append(("src", header))
    folder = including.parent.as_posix()
    for root in ("include/linnet", "src"):
        if folder == root or folder.startswith(root + "/"):
            candidates.append((root, f"{folder[len(root) + 1:]}/{header}".lstrip("/")))
    for root, path in candidates:
        if (ROOT / root / path).is_file():
            return root, path
    return None


def main():
    report = Report()
    paths = files("include/linnet", "src")
    for path in paths:
        text = path.as_posix()
        public = text.startswith("include/")
        inner = text.removeprefix("include/linnet/").removeprefix("src/")
        own = name_of(inner)
        if own is None:
            report.add(path, 1, "belongs to no floor: move it, or add a name to "
                                "cmake/checks/floors.txt")
            continue
        for number, header in includes(path):
            found = resolve(path, header)
            if found is None:
                check_outside(report, path, number, header, public)
                continue
            root, target = found
            other = name_of(target)
            if public and root == "src":
                report.add(path, number, f"a public header includes the private {header}")
            elif other in ONLY and own != other and own not in ONLY[other]:
                report.add(path, number, f"{header}: only {', '.join(ONLY[other])} may include it")
            elif own != other and HEIGHT.get(other, 0) >= HEIGHT[own]:
                report.add(path, number, f"{header}: {own} may include only lower floors, and "
                                         f"{other} is not below it (cmake/checks/floors.txt)")
        for number, line in enumerate(lines(path), 1):
            if re.match(r"\s*#\s*pragma\s+omp\b", line) and inner != "kernels/threads.cpp":
                report.add(path, number, "threads come from src/kernels/threads.cpp: use its "
                                         "functions")
    report.finish(f"floors of {len(paths)} files")


def check_outside(report, path, number, header, public):
    for pattern, places in OUTSIDE:
        if pattern.match(header) and not path.as_posix().startswith(tuple(places)):
            report.add(path, number, f"<{header}> may be included only in {', '.join(places)}")
            return
    if header.startswith("linnet/"):
        report.add(path, number, f"<{header}> does not exist")
    elif public and ("/" in header or "." in header):
        report.add(path, number, f"<{header}>: public headers include the standard library alone")


main()
