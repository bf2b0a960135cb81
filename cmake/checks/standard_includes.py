"""Every public header reaches the standard headers of the std:: names in it, itself or through
linnet's headers that it includes: package/headers compiles it with all of them at hand."""
import functools
import pathlib
import re

from source_files import ROOT, Report, files, includes, lines

NAME = re.compile(r"\bstd::(\w+)")
DEFINES = {
    "algorithm": "copy equal",
    "array": "array",
    "atomic": "atomic",
    "concepts": "convertible_to derived_from integral invocable same_as",
    "cstddef": "byte size_t",
    "cstdint": "int32_t int64_t uint8_t uint32_t uint64_t",
    "exception": "exception",
    "functional": "function",
    "initializer_list": "initializer_list",
    "limits": "numeric_limits",
    "map": "map",
    "memory": "make_shared shared_ptr static_pointer_cast unique_ptr",
    "optional": "nullopt optional",
    "span": "span",
    "string": "string",
    "string_view": "string_view",
    "type_traits": "is_arithmetic_v is_base_of_v is_integral_v is_same_v remove_const_t "
                   "remove_cvref_t type_identity",
    "unordered_map": "unordered_map",
    "utility": "forward move pair",
    "variant": "get_if monostate variant visit",
    "vector": "vector",
}
# Some are what another header promises to bring too.
ALSO = {"string_view": {"string"}, "initializer_list": {"string", "vector", "map"},
        "utility": {"map", "unordered_map", "variant", "memory", "vector"},
        "cstddef": {"span", "vector", "string", "array", "string_view"}}
HEADER_OF = {name: header for header, names in DEFINES.items() for name in names.split()}


@functools.cache
def reached(path):
    """The standard headers that a header of linnet's includes, by others too."""
    found = set()
    for _, name in includes(path):
        inner = pathlib.Path("include") / name
        found |= reached(inner) if (ROOT / inner).exists() else {name}
    return frozenset(found)


def main():
    report = Report()
    paths = files("include")
    for path in paths:
        for number, line in enumerate(lines(path), 1):
            for name in NAME.findall(line.split("//")[0]):
                header = HEADER_OF.get(name)
                if header is None:
                    report.add(path, number, f"std::{name}: say in this check which header has it")
                elif not reached(path) & ({header} | ALSO.get(header, set())):
                    report.add(path, number, f"std::{name} needs #include <{header}>")
    report.finish(f"standard includes of {len(paths)} headers")


main()
