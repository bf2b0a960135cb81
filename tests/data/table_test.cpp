#include <cstdio>
#include <filesystem>
#include <fstream>
#include <linnet/data/table.hpp>

#include "catch.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using Strings = std::vector<std::string>;
using Rows = std::vector<Strings>;

namespace {

/// A file with these bytes, gone at the end of the scope.
class File {
 public:
  explicit File(const std::string& bytes) {
    static int number = 0;
    path_ =
        (std::filesystem::temp_directory_path() / ("linnet_table_test_" + std::to_string(number++)))
            .string();
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~File() { std::remove(path_.c_str()); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Rows rows_of(const std::string& bytes, TableFormat format) {
  const File file(bytes);
  TableReader reader(file.path(), format);
  Rows rows;
  Strings fields;
  while (reader.next(fields)) rows.push_back(fields);
  return rows;
}

const TableFormat kTsv = TableFormat::tsv();
const TableFormat kCsv{.delimiter = ',', .quotes = true};

/// gzip of "pos\tgood film\nneg\tbad film\n".
const std::string kPacked(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\xc8\x2f\xe6\x4c\xcf\xcf\x4f\x51\x48\xcb\xcc\xc9"
    "\xe5\xca\x4b\x4d\xe7\x4c\x4a\x84\x72\x00\x6c\xd7\xf4\xd1\x1b\x00\x00\x00",
    41);

}  // namespace

TEST_CASE("Rows of a TSV file are parted at tabs and line ends alone", "[data]") {
  CHECK(rows_of("a\tb\nc\td\n", kTsv) == Rows{{"a", "b"}, {"c", "d"}});
  CHECK(rows_of("a\tb\r\nc\td", kTsv) == Rows{{"a", "b"}, {"c", "d"}});
  CHECK(rows_of("\xEF\xBB\xBFname\n\n\nx\n", kTsv) == Rows{{"name"}, {"x"}});
  CHECK(rows_of("\"a\t\"b\"\n\t\n", kTsv) == Rows{{"\"a", "\"b\""}, {"", ""}});
  CHECK(rows_of("a\rb\tc\r\n", kTsv) == Rows{{"a\rb", "c"}});
  CHECK(rows_of("", kTsv).empty());
}

TEST_CASE("Fields of a CSV file may be quoted", "[data]") {
  CHECK(rows_of("a,\"b,c\"\r\n\"d \"\"e\"\"\",\"f\ng\"\n", kCsv) ==
        Rows{{"a", "b,c"}, {"d \"e\"", "f\ng"}});
  CHECK(rows_of("\"\",x\n,\"\"", kCsv) == Rows{{"", "x"}, {"", ""}});
  CHECK(rows_of("a b\"c,d\n", kCsv) == Rows{{"a b\"c", "d"}});
  CHECK_THROWS_WITH(rows_of("a,b\n\"c\"d,e\n", kCsv),
                    ContainsSubstring("line 2: text after a closing quote"));
  CHECK_THROWS_WITH(rows_of("a\n\"b\nc\n", kCsv),
                    ContainsSubstring("line 2: the closing quote is missing"));
}

TEST_CASE("Rows that are wrong are errors that name the line", "[data]") {
  CHECK_THROWS_WITH(rows_of("a\tb\nc\n", kTsv),
                    ContainsSubstring("line 2: expected 2 fields, got 1"));
  CHECK_THROWS_WITH(rows_of("\"x\n\",1\nb,\xC3\n", kCsv),
                    ContainsSubstring("line 3: field 2: expected UTF-8, got byte 195 at offset 0"));
  const std::string wide(100, 'x');
  CHECK_THROWS_WITH(rows_of("ok\n" + wide + "\n", {.max_row_bytes = 50}),
                    ContainsSubstring("line 2: a row of more than 50 bytes"));
  CHECK_THROWS_WITH(rows_of("\"" + wide, {.quotes = true, .max_row_bytes = 50}),
                    ContainsSubstring("is a closing quote missing?"));
  CHECK_THROWS_WITH(rows_of("ok\n" + wide + "\n", {.max_total_bytes = 50}),
                    ContainsSubstring("max_total_bytes"));
  CHECK_THROWS_WITH(rows_of("a", {.delimiter = '\n'}),
                    ContainsSubstring("cannot be the delimiter"));
  CHECK_THROWS_WITH(rows_of("", TableFormat::csv()), ContainsSubstring("a header was expected"));
}

TEST_CASE("Files that cannot be read are errors that name them", "[data]") {
  try {
    TableReader("/no/such/file");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::not_found);
    CHECK_THAT(error.what(), ContainsSubstring("/no/such/file"));
  }
  CHECK_THROWS_WITH(TableReader("/tmp"), ContainsSubstring("/tmp: cannot be read"));
}

TEST_CASE("gzip files are unpacked, and damage in them is found", "[data]") {
  CHECK(rows_of(kPacked, kTsv) == Rows{{"pos", "good film"}, {"neg", "bad film"}});
  CHECK(rows_of(kPacked + kPacked, kTsv).size() == 4);
  for (std::size_t length = 11; length < kPacked.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_WITH(rows_of(kPacked.substr(0, length), kTsv), ContainsSubstring("cut off"));
  }
  std::string damaged = kPacked;
  damaged[35] ^= 1;
  CHECK_THROWS_WITH(rows_of(damaged, kTsv), ContainsSubstring("the gzip data is damaged"));
}

TEST_CASE("A table holds its columns by name", "[data]") {
  const File file("text,label\n\"a, b\",1\nc,0\n");
  const Table table = read_table(file.path(), TableFormat::csv());
  CHECK(table.rows() == 2);
  CHECK(table.column("text") == Strings{"a, b", "c"});
  CHECK(table.column("label") == Strings{"1", "0"});
  CHECK_THROWS_WITH(table.column("x"), ContainsSubstring("there are: 'text', 'label'"));
  const File empty("text,label\n");
  CHECK_THROWS_WITH(read_table(empty.path(), TableFormat::csv()), ContainsSubstring("no rows"));
}

TEST_CASE("Labelled texts are read from two columns", "[data]") {
  const File file(kPacked);
  const LabelledText rows = read_labelled_text(file.path());
  CHECK(rows.labels == Strings{"pos", "neg"});
  CHECK(rows.texts == Strings{"good film", "bad film"});
  const auto read = [](const std::string& bytes) {
    const File bad(bytes);
    return read_labelled_text(bad.path());
  };
  CHECK_THROWS_WITH(read("a\tb\nno tab\n"), ContainsSubstring("line 2"));
  CHECK_THROWS_WITH(read("no tab\n"), ContainsSubstring("line 1: expected label<TAB>text"));
  CHECK_THROWS_WITH(read("a\tb\n\tc\n"), ContainsSubstring("line 2: the label is empty"));
  CHECK_THROWS_WITH(read(""), ContainsSubstring("no rows"));
  CHECK(read("a\t\n").texts == Strings{""});
}

TEST_CASE("Labelled text is found by the names of its columns", "[data]") {
  const auto read = [](const std::string& bytes, const TableFormat& format = {.header = true}) {
    const File file(bytes);
    return read_labelled_text(file.path(), format);
  };
  const LabelledText by_place = read("class\tsentence\npos\tgood film\n");
  CHECK(by_place.labels == Strings{"pos"});
  CHECK(by_place.texts == Strings{"good film"});
  const LabelledText by_name = read("id\ttext\tlabel\n1\tgood film\tpos\n2\tbad film\tneg\n");
  CHECK(by_name.labels == Strings{"pos", "neg"});
  CHECK(by_name.texts == Strings{"good film", "bad film"});
  CHECK_THROWS_WITH(read("text\tid\ngood film\t7\n"),
                    ContainsSubstring("columns named 'label' and 'text', got 'text', 'id'"));
  const LabelledText csv = read("text,label\n\"so, so\",neg\n", TableFormat::csv());
  CHECK(csv.labels == Strings{"neg"});
  CHECK(csv.texts == Strings{"so, so"});
  CHECK_THROWS_WITH(
      read("id\tbody\tclass\n1\ta\tb\n"),
      ContainsSubstring("line 1: expected columns named 'label' and 'text', got 'id'"));
  CHECK_THROWS_WITH(read("label\ttext\n"), ContainsSubstring("no rows"));
}
