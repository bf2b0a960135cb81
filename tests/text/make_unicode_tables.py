"""Writes src/text/unicode_tables.cpp from Python's own tables: lower case and punctuation.

    python3 tests/text/make_unicode_tables.py > src/text/unicode_tables.cpp && clang-format -i ...
"""

import unicodedata


def lower_runs():
    """(first, last, step, delta) of code points whose lower case (its first code point: a capital
    dotted I becomes i without the combining dot) is another."""
    runs = []
    for code in range(0x80, 0x110000):
        delta = ord(chr(code).lower()[0]) - code
        if delta == 0:
            continue
        if runs:
            first, last, step, run_delta = runs[-1]
            fits = code - last == step or (first == last and code - last in (1, 2))
            if delta == run_delta and fits:
                runs[-1] = (first, code, code - last, delta)
                continue
        runs.append((code, code, 1, delta))
    return runs


def punctuation_ranges():
    """(first, last) of code points in the categories P*, above ASCII."""
    ranges = []
    for code in range(0x80, 0x110000):
        if unicodedata.category(chr(code))[0] != "P":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def table(kind, name, rows):
    text = ", ".join("{" + ", ".join(r) + "}" for r in rows)
    return f"const {kind} {name}[] = {{{text}}};\nconst std::size_t {name}Count = {len(rows)};"


def main():
    lower = [(hex(f), hex(l), str(s), str(d)) for f, l, s, d in lower_runs()]
    marks = [(hex(f), hex(l)) for f, l in punctuation_ranges()]
    print(f"""// Made by tests/text/make_unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.
#include "text/unicode_tables.hpp"

namespace linnet::inline v0 {{
namespace detail {{

{table("CaseRun", "kLowerRuns", lower)}

{table("CodeRange", "kPunctuation", marks)}

}}  // namespace detail
}}  // namespace linnet::inline v0""")


main()
